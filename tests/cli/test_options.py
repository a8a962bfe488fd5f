"""The command line names choices and defaults again: it imports nothing slow before it knows what is asked."""

from collections.abc import Callable
from inspect import signature
from typing import get_args

import pytest

from clearsim import experiment
from clearsim.cli import compare, options, run, select, sweep
from clearsim.experiment import DESIGNS, ENGINES
from clearsim.stats import Goal


def test_the_choices_of_the_commands_are_those_that_there_are() -> None:
    for choice, there in ((options.Engine, ENGINES), (sweep.Design, DESIGNS)):
        assert get_args(get_args(choice)[0]) == there
    assert get_args(get_args(select.Goal)[0])[0] == Goal


@pytest.mark.parametrize(
    ("command", "function", "names"),
    [
        (run.run, experiment.run, ["replications", "ceiling"]),
        (compare.compare, experiment.compare, ["replications"]),
        (sweep.sweep, experiment.sweep, ["design", "replications", "at_most"]),
        (select.select, experiment.select, ["confidence", "first", "ceiling"]),
    ],
)
def test_a_command_and_its_function_have_the_same_defaults(
    command: Callable[..., None], function: Callable[..., object], names: list[str]
) -> None:
    of_command, of_function = (signature(one).parameters for one in (command, function))
    assert [of_command[name].default for name in names] == [of_function[name].default for name in names]
