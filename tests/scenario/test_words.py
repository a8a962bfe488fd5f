"""What a scenario accepts and a network refuses is a located mistake, never an exception."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from clearsim.customs import network
from clearsim.scenario import ScenarioError, load
from tests.paths import SCENARIOS

EXTREMES = {
    r"\d\d:\d\d": ["24:00", "00:00", "23:59"],
    r"[\d.]+ (ms|s|min|h|d|w)": ["0 s", "1 ms", "1 min", "24 h", "30 d", "5214 w"],
    r"[\d.]+ %": ["0 %", "100 %"],
    r"CNY .*": ["CNY 0", "CNY 1000000000000"],
    r"\d{4}-\d\d-\d\d.*": ["1900-01-01 00:00", "2199-12-31 24:00"],
    r"[\d.]+ ?/ ?\w+": ["0/h", "1000000000/s"],
    r"\d+": ["0", "1", "1000000", "1000000000"],
    r"\d*\.\d+": ["0", "0.001", "100", "1000000000"],
}
"""The ends of what each kind of field takes, by how its values look."""


def leaves(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The path and the value of everything that is written in a scenario."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, str(key)))
    else:
        yield ".".join(path), str(data)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "lockdown", "six18"])
def test_what_a_field_takes_makes_a_network_or_is_a_located_mistake(name: str) -> None:
    """Every field of a scenario is set to the ends of what it takes, one after the other."""
    loaded, raised = load(SCENARIOS / f"{name}.yaml", ["compare={}"]), []
    for where, value in leaves(loaded.data):
        for extreme in next((ends for looks, ends in EXTREMES.items() if re.fullmatch(looks, value)), []):
            setting = f"{where}={extreme}"
            try:
                network(loaded.having({setting: setting}).scenario)
            except ScenarioError:
                continue
            except Exception as error:  # whatever it is: no planner should meet it
                raised.append(f"{setting}: {error!r}")
    assert raised == []
