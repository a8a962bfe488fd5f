"""A scenario as a command gets it: read, under a policy of its own, with its warnings."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from clearsim.cli.app import refuse
from clearsim.cli.codes import WRONG_INPUT
from clearsim.cli.screen import say
from clearsim.language import Text, listed, word

if TYPE_CHECKING:
    from clearsim.scenario import Loaded, Problem, Scenario


def read(file: Path, settings: list[str], policy: str | None = None) -> "Loaded[Scenario]":
    """The scenario under a policy of its own, or every mistake in it and exit code 2."""
    from clearsim.scenario import ScenarioError, load

    try:
        return under(load(file, settings), policy)
    except ScenarioError as error:
        for problem in error.problems:
            say(rendered(problem))
        raise typer.Exit(WRONG_INPUT) from None


def under(loaded: "Loaded[Scenario]", policy: str | None) -> "Loaded[Scenario]":
    """The scenario itself, or under one of its policies."""
    if policy is None:
        return loaded
    if policy not in loaded.variants:
        file = loaded.source.name
        if not loaded.variants:
            refuse(Text("{file} has no policy `{policy}`; it has no `compare:` section", file=file, policy=policy))
        there = listed(loaded.variants)
        refuse(Text("{file} has no policy `{policy}`; there are: {there}", file=file, policy=policy, there=there))
    return loaded.under(policy)


def warnings(loaded: "Loaded[Scenario]") -> "list[Problem]":
    """What can be said of the scenario before its run, located where a planner would change it."""
    from clearsim.customs import network, paths
    from clearsim.scenario.idle import without_effect
    from clearsim.staffing.foresight import foresee

    where = paths(loaded.scenario)
    idle = [loaded.warning(path, "no effect", message) for message, path in without_effect(loaded.scenario)]
    found = foresee(network(loaded.scenario))
    return [*idle, *(loaded.warning(where[item.place], item.kind, item.message) for item in found)]


def large(loaded: "Loaded[Scenario]") -> "list[Problem]":
    """A warning about a scenario of which one replication is more than this machine holds."""
    from clearsim.customs import network
    from clearsim.work.size import check_memory, check_time, size_of

    size = size_of(network(loaded.scenario), "compiled")
    try:
        check_memory(size)
        check_time([(size, 1)])
    except ValueError as error:
        return [loaded.warning("duration", "large", error.args[0])]
    return []


def rendered(problem: "Problem") -> str:
    """A problem as people read it, in the language in use, with the line of the file."""
    from clearsim.scenario import render

    return word(render(problem))
