"""The options that several commands share, each told once.

A command lists those it takes as parameters, with Typer's defaults: `settings: Settings = []`, `policy: Policy = None`,
`engine: Engine = "compiled"`, `seed: Seed = None`, `replications: Replications = 1`, `kpis: Kpis = []`,
`executor: Executor = None`, `workers: Workers = None`, `store: StoreFolder = None`, `resume: Resume = False`,
`as_json: AsJson = False`, `out: Out = None`, `force: Force = False`.

The parser of every path that a command writes to is `new_file` or `new_folder`; `clearsim.outputs` says what may be
written there.
"""

from pathlib import Path
from typing import Annotated

import typer


def new_file(text: str) -> Path:
    """A file that a command writes; an empty text, of a variable that is not set, is refused."""
    from clearsim.outputs import named_path

    try:
        return named_path(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def new_folder(text: str) -> Path:
    """A folder that a command writes into, refused likewise."""
    return new_file(text)


ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file (YAML).")]
Settings = Annotated[
    list[str], typer.Option("--set", metavar="PATH=VALUE", help="Change a value, such as policy.linked=false.")
]
Policy = Annotated[str | None, typer.Option("--policy", metavar="NAME", help="One of the policies of `compare`.")]
Engine = Annotated[str, typer.Option("--engine", help="Engine: compiled, or simpy (slow, readable, equal).")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Seed; the scenario's own unless given.")]
Replications = Annotated[int, typer.Option("--replications", min=1, max=100_000, help="How many independent runs.")]
Precision = Annotated[
    str | None,
    typer.Option(
        "--precision",
        metavar="SHARE",
        help="Replicate until the half-widths of --kpi are at most this share of their means, such as 5%.",
    ),
]
CEILING = 1000
Ceiling = Annotated[int, typer.Option("--ceiling", min=1, max=100_000, help="At most so many replications of a port.")]
Kpis = Annotated[
    list[str],
    typer.Option("--kpi", metavar="FLOW:KPI@STATION", help="A KPI, such as driver_wait_p95; several by repeating it."),
]
Executor = Annotated[
    str | None,
    typer.Option(
        "--executor",
        metavar="NAME",
        help="Who works: here, threads, processes, dask, dask:ADDRESS. "
        "Unless given: all cores where that is worth their start.",
    ),
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="How many work; all cores unless given.")]
StoreFolder = Annotated[
    Path | None,
    typer.Option(
        "--store",
        parser=new_folder,
        metavar="DIR",
        envvar="CLEARSIM_STORE",
        help="Where finished work is kept; the user's cache folder unless given.",
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on: what was finished and kept before is not done again.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", parser=new_folder, metavar="DIR", help="Folder for tables, traces and figures."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace files that clearsim did not make; never the scenario itself.")
]
ForceWork = Annotated[
    bool,
    typer.Option("--force", help="Begin more work than this machine holds; replace files that clearsim did not make."),
]
