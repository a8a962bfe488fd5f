"""The options of the commands, each defined once.

A command lists its own as parameters, such as `policy: Policy = None`. A command that replicates takes `StudyOptions`
as its first argument: see `with_study_options`. The parser of every path that a command writes to is `new_file` or
`new_folder`; `clearsim.outputs` says what may be written there.
"""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

from clearsim.cli.screen import say
from clearsim.language import Text


def new_file(text: str) -> Path:
    """A file that a command writes; an empty text, of a variable that is not set, is refused."""
    from clearsim.outputs import named_path

    try:
        return named_path(text)
    except ValueError as error:
        raise typer.BadParameter(*error.args) from error


def new_folder(text: str) -> Path:
    """A folder that a command writes into, refused likewise."""
    return new_file(text)


def as_share(text: str | float) -> float:
    """A share with its unit, such as `5 %`; a number is a default and is one already."""
    from clearsim.units import share

    try:
        return share(text) if isinstance(text, str) else text
    except ValueError as error:
        raise typer.BadParameter(*error.args) from error


# What is run

ScenarioFile = Annotated[Path, typer.Argument(metavar=Text("FILE"), help=Text("Scenario file (YAML)."))]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set", metavar=Text("PATH=VALUE"), help=Text("Change a value, such as `policy.linked=false`; repeatable.")
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, metavar="N", help=Text("Seed of the random numbers; the scenario's own unless given.")
    ),
]
Policy = Annotated[
    str | None, typer.Option("--policy", metavar=Text("NAME"), help=Text("One of the policies of `compare`."))
]
Policies = Annotated[
    list[str],
    typer.Option("--policy", metavar=Text("NAME"), help=Text("A policy of `compare`; repeatable. All unless given.")),
]
SweptPolicies = Annotated[
    list[str],
    typer.Option(
        "--policy",
        metavar=Text("NAME"),
        help=Text("A policy of `compare`, or `base`, or `all`; repeatable. Unless given: `base`."),
    ),
]
Replications = Annotated[
    int,
    typer.Option(
        "--replications", min=1, max=100_000, metavar="N", help=Text("How many runs (of each policy, at each point).")
    ),
]
CEILING = 1000
Ceiling = Annotated[
    int,
    typer.Option(
        "--ceiling", min=1, max=100_000, metavar="N", help=Text("Largest number of replications (of each policy).")
    ),
]

# What is looked at

Kpis = Annotated[
    list[str],
    typer.Option(
        "--kpi", metavar=Text("FLOW:KPI@STATION"), help=Text("A KPI to look at, such as `driver_wait_p95`; repeatable.")
    ),
]
Kpi = Annotated[str, typer.Option("--kpi", metavar=Text("FLOW:KPI@STATION"), help=Text("The KPI that decides."))]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision",
        parser=as_share,
        metavar=Text("SHARE"),
        help=Text("Replicate until the half-width of every --kpi is at most this share of its mean, such as 5%."),
    ),
]

# How it is computed

Engine = Annotated[
    Literal["compiled", "simpy"],
    typer.Option("--engine", help=Text("Which engine: simpy is slow and made to be read; both give the same results.")),
]
Executor = Annotated[
    str | None,
    typer.Option(
        "--executor",
        metavar=Text("NAME"),
        help=Text(
            "Who does the work: here, threads, processes, dask, `dask:ADDRESS`. Unless given: all cores, where the "
            "work is worth starting them."
        ),
    ),
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, metavar="N", help=Text("How many workers; all cores unless given."))
]
StoreFolder = Annotated[
    Path | None,
    typer.Option(
        "--store",
        parser=new_folder,
        metavar=Text("DIR"),
        envvar="CLEARSIM_STORE",
        help=Text("Where finished work is kept; the user's cache folder unless given."),
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help=Text("Go on: work that was finished and kept before is not done again."))
]

# What becomes of the results

AsJson = Annotated[bool, typer.Option("--json", help=Text("One JSON object on standard output, nothing else."))]
Out = Annotated[
    Path | None,
    typer.Option("--out", parser=new_folder, metavar=Text("DIR"), help=Text("Folder for tables, traces and figures.")),
]
Force = Annotated[
    bool, typer.Option("--force", help=Text("Replace files that clearsim did not make; never the scenario itself."))
]
ForceWork = Annotated[
    bool,
    typer.Option(
        "--force", help=Text("Begin more work than this machine holds; replace files that clearsim did not make.")
    ),
]


class StudyOptions(NamedTuple):
    """The options of every command that replicates."""

    file: ScenarioFile
    settings: Settings = []  # noqa: RUF012  # Typer copies it
    seed: Seed = None
    engine: Engine = "compiled"
    executor: Executor = None
    workers: Workers = None
    store: StoreFolder = None
    resume: Resume = False
    out: Out = None
    force: ForceWork = False
    as_json: AsJson = False


def with_study_options(work: Callable[..., None]) -> Callable[..., None]:
    """A command with the options of `StudyOptions`, which `work` gets as its first argument, behind its own.

    In the end it says where it has written.

    Typer reads a command's parameters from its signature and hands them over by name.
    """
    file, *shared = inspect.signature(StudyOptions).parameters.values()
    _, *own = inspect.signature(work).parameters.values()
    parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (file, *own, *shared)]

    @functools.wraps(work)
    def command(**given: Any) -> None:
        options = StudyOptions(**{name: given.pop(name) for name in StudyOptions._fields})
        work(options, **given)
        if options.out is not None:
            say(Text("written to {folder}", folder=options.out))

    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by `inspect.signature`
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command
