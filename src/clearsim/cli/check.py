"""`clearsim check`, `schema` and `new`: a scenario's file before it is run."""

import json
import shlex
from pathlib import Path
from typing import Annotated, Literal

import typer

from clearsim.cli.app import command, refuse
from clearsim.cli.codes import WRONG_INPUT
from clearsim.cli.options import Force, Policy, ScenarioFile, Settings, new_file
from clearsim.cli.reading import large, rendered, under, warnings
from clearsim.cli.screen import print_sources, say
from clearsim.language import Text, plural, word


@command()
def check(
    file: ScenarioFile,
    settings: Settings = [],  # noqa: B006  # Typer copies it
    policy: Policy = None,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help=Text("json: for editors."))] = "text",
    sources: Annotated[
        bool, typer.Option("--sources", help=Text("List every value with its grade and source."))
    ] = False,
) -> None:
    """Check a scenario without running it: every mistake at once, and warnings about its meaning."""
    from clearsim.customs import network
    from clearsim.located.problems import as_json as problem_json
    from clearsim.scenario import ScenarioError, load
    from clearsim.staffing.foresight import looked_at

    if sources and output == "json":
        refuse(Text("--sources is used with --format text"))
    try:
        loaded = under(load(file, settings), policy)
        problems = [*large(loaded), *warnings(loaded)]
    except ScenarioError as error:
        problems, loaded = list(error.problems), None
    if output == "json":
        found = [problem_json(problem) for problem in problems]
        worded = [about | {"message": word(about["message"]), "hint": word(about["hint"])} for about in found]
        print(json.dumps(worded, ensure_ascii=False))
    else:
        for problem in problems:
            (say if problem.kind == "error" else print)(rendered(problem))
    if loaded is None:
        raise typer.Exit(WRONG_INPUT)
    if output == "text":
        if sources:
            print_sources(loaded)
        if note := looked_at(network(loaded.scenario)):
            print(word(note))
        count = len(problems)
        print(word(plural(count, "{file}: no mistakes, {n} warning", "{file}: no mistakes, {n} warnings", file=file)))


@command()
def schema() -> None:
    """Print the JSON Schema of a scenario, from which editors complete and check."""
    from clearsim.scenario.schema import schema as scenario_schema

    print(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))


@command()
def new(
    file: Annotated[Path, typer.Argument(parser=new_file, metavar=Text("FILE"), help=Text("File to write."))],
    force: Force = False,
) -> None:
    """Write a commented scenario to start from."""
    from clearsim.outputs import write_file
    from clearsim.scenario.starter import starter

    write_file(file, starter(), force=force)
    command = shlex.join(["clearsim", "run", str(file)])
    print(word(Text("{file}: written. Try: {command}", file=file, command=command)))
