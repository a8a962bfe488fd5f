"""The command line: the commands, and how each ends. With `screen`, the only place that prints."""

import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from clearsim.cli.screen import Progress, interruption, print_result, print_sources, say, width

if TYPE_CHECKING:
    from clearsim.experiment import Result
    from clearsim.scenario import Loaded, Problem, Scenario
    from clearsim.trace import Trace

WRONG_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    help="Simulate how goods clear customs: queue times, driver wait, trains made and missed. 通關仿真",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file (YAML).")]
Settings = Annotated[
    list[str], typer.Option("--set", metavar="PATH=VALUE", help="Change a value, such as policy.linked=false.")
]
Policy = Annotated[str | None, typer.Option("--policy", metavar="NAME", help="One of the policies of `compare`.")]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"clearsim {version('clearsim')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """Simulate how goods clear customs: queue times, driver wait, trains made and missed. 通關仿真"""  # noqa: D400, D415  # the help's text


@app.command()
def run(
    file: ScenarioFile,
    engine: Annotated[str, typer.Option(help="Engine: compiled, or simpy (slow, readable, equal).")] = "compiled",
    seed: Annotated[int | None, typer.Option(min=0, help="Seed; the scenario's own unless given.")] = None,
    replications: Annotated[int, typer.Option(min=1, max=100_000, help="How many independent runs.")] = 1,
    settings: Settings = [],  # noqa: B006  # Typer copies it
    policy: Policy = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for tables, traces and figures.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")] = False,
) -> None:
    """Run a scenario and print queue times, driver wait and the other KPIs."""
    from clearsim.experiment import ENGINES, preparation, warm_up
    from clearsim.experiment import run as run_experiment

    if engine not in ENGINES:
        _refuse(f"there is no engine `{engine}`; there are: {', '.join(ENGINES)}")
    loaded = _load(file, settings, policy)
    for warning in _warnings(loaded):
        say(_rendered(warning))
    if notice := preparation(engine):
        say(notice)
        warm_up()
        interruption.heed()
    with ExitStack() as stack:
        stage = None
        if out is not None:
            from clearsim.report.files import staged

            stage = stack.enter_context(staged(out))
        with Progress("simulating") as progress:
            result = run_experiment(
                loaded.scenario,
                seed=seed,
                replications=replications,
                engine=engine,
                progress=progress.update,
                each=_trace_writer(stage),
            )
        if stage is not None:
            _write(stage, result, loaded)
        interruption.heed()
    if as_json:
        from clearsim.report.files import as_json as result_json

        title = loaded.scenario.title
        print(result_json(result, {"zh": title.zh, "en": title.en, "file": str(file)}, loaded.resolved_yaml()))
    else:
        print_result(result, loaded)
    if out is not None:
        say(f"written to {out}")


@app.command()
def check(
    file: ScenarioFile,
    settings: Settings = [],  # noqa: B006  # Typer copies it
    policy: Policy = None,
    output: Annotated[str, typer.Option("--format", metavar="text|json", help="json: for editors.")] = "text",
    sources: Annotated[bool, typer.Option("--sources", help="List every value with its grade and source.")] = False,
) -> None:
    """Check a scenario without running it: every mistake at once, and warnings about its meaning."""
    from clearsim.scenario import ScenarioError, load
    from clearsim.scenario.problems import as_json as problem_json

    if output not in ("text", "json"):
        _refuse("--format is text or json")
    if sources and output == "json":
        _refuse("--sources goes with --format text")
    try:
        loaded = _under(load(file, settings), policy)
        problems = _warnings(loaded)
    except ScenarioError as error:
        problems, loaded = list(error.problems), None
    if output == "json":
        print(json.dumps([problem_json(problem) for problem in problems], ensure_ascii=False))
    else:
        for problem in problems:
            (say if problem.kind == "error" else print)(_rendered(problem))
    if loaded is None:
        raise typer.Exit(WRONG_INPUT)
    if output == "text":
        if sources:
            print_sources(loaded)
        print(f"{file}: no mistakes, {len(problems)} warning{'' if len(problems) == 1 else 's'}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a scenario, from which editors complete and check."""
    from clearsim.scenario.schema import schema as scenario_schema

    print(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))


@app.command()
def new(file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; it must not exist.")]) -> None:
    """Write a commented scenario to start from."""
    from importlib.resources import files

    text = files("clearsim.scenario").joinpath("starter.yaml").read_text(encoding="utf-8")
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        _refuse(f"{file} exists already; nothing was written")
    print(f"{file}: written. Try: clearsim run {file}")


@app.command("map")
def draw_map(
    file: ScenarioFile,
    settings: Settings = [],  # noqa: B006  # Typer copies it
    policy: Policy = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it as SVG too.")] = None,
) -> None:
    """Show the network of a scenario: its flows, step by step, with stations, people and departures."""
    from clearsim.flows import network
    from clearsim.policies import planned
    from clearsim.report.drawing import network_svg, network_text
    from clearsim.report.files import write_whole

    told = network(_load(file, settings, policy).scenario)
    net = replace(planned(told), staffing=told.staffing)  # with the rules that planned it
    if svg is not None:
        write_whole(svg, network_svg(net))
    print(network_text(net, width=width()))


@app.command()
def warmup() -> None:
    """Compile the engine now, so that the next run need not."""
    from clearsim.experiment import preparation, warm_up

    if notice := preparation("compiled"):
        say(notice)
    warm_up()
    interruption.heed()
    if preparation("compiled"):
        _refuse("the engine could not be kept; it is compiled in every run")
    print("the compiled engine is ready")


@app.command()
def kpis() -> None:
    """Print the definition of every KPI (Markdown)."""
    from clearsim.report.reference import kpi_reference

    print(kpi_reference(), end="")


def main() -> NoReturn:
    """Entry point: every way to end has its exit code, and none a traceback."""
    # Looking for plugins of pydantic's costs a tenth of `clearsim check`; there are none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # as long as the process
    interruption.install()
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:  # newer Typers turn Ctrl-C into this code, older ones raise Abort
            say("interrupted; nothing was written")
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted; nothing was written")
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read has gone; the interpreter must not find the pipe again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except typer.Exit as end:
        code = end.exit_code
    except (OSError, ValueError, MemoryError) as error:
        code = _failed(error)
    except Exception as error:
        code = _usage(error)
    sys.exit(code or 0)


def _usage(error: Exception) -> int:
    """A mistake on the command line itself, shown as Typer shows it; anything else is a defect and is raised."""
    show = getattr(error, "show", None)
    if show is None:
        raise error
    show()
    return int(getattr(error, "exit_code", WRONG_INPUT))


def _failed(error: Exception) -> int:
    from clearsim.measures import ConservationError

    if isinstance(error, ConservationError):
        raise error
    text = str(error) if not isinstance(error, MemoryError) else "the run does not fit into this machine's memory"
    say(text if text.startswith("error") else f"error: {text}")
    return WRONG_INPUT


def _refuse(message: str) -> NoReturn:
    say(f"error: {message}")
    raise typer.Exit(WRONG_INPUT)


def _load(file: Path, settings: list[str], policy: str | None) -> "Loaded[Scenario]":
    """The scenario under a policy of its own, or every mistake in it and exit code 2."""
    from clearsim.scenario import ScenarioError, load

    try:
        return _under(load(file, settings), policy)
    except ScenarioError as error:
        for problem in error.problems:
            say(_rendered(problem))
        raise typer.Exit(WRONG_INPUT) from None


def _under(loaded: "Loaded[Scenario]", policy: str | None) -> "Loaded[Scenario]":
    """The scenario as it stands, or under one of its policies."""
    if policy is None:
        return loaded
    if policy not in loaded.variants:
        there = f"there are: {', '.join(loaded.variants)}" if loaded.variants else "it has no `compare:` section"
        _refuse(f"{loaded.source.name} has no policy `{policy}`; {there}")
    return loaded.under(policy)


def _warnings(loaded: "Loaded[Scenario]") -> "list[Problem]":
    """What can be said of the scenario before its run, located where a planner would change it."""
    from clearsim.flows import network, paths
    from clearsim.foresee import foresee
    from clearsim.scenario.idle import without_effect

    where = paths(loaded.scenario)
    idle = [loaded.warning(path, "no effect", message) for message, path in without_effect(loaded.scenario)]
    found = foresee(network(loaded.scenario))
    return [*idle, *(loaded.warning(where[item.place], item.kind, item.message) for item in found)]


def _rendered(problem: "Problem") -> str:
    from clearsim.scenario import render

    return render(problem)


def _trace_writer(stage: Path | None) -> "Callable[[int, Trace], None] | None":
    if stage is None:
        return None
    from clearsim.report.files import write_trace

    return lambda replication, trace: write_trace(stage, replication, trace)


def _write(stage: Path, result: "Result", loaded: "Loaded[Scenario]") -> None:
    """Tables, resolved scenario, provenance and figures, into the stage."""
    from clearsim.experiment import pre_reports
    from clearsim.report.files import write_figures, write_results

    write_results(stage, result, loaded.resolved_yaml())
    with Progress("with and without pre-report") as progress:
        policies = pre_reports(loaded.scenario, result, progress.update)
    write_figures(stage, result, policies)
