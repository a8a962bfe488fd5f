"""What is kept beside a scenario's values, for this model and for any other."""

from pathlib import Path

import pytest
from pydantic import Field

from clearsim.located.files import source_of
from clearsim.network import Calendar
from clearsim.scenario import ScenarioError, load, loads
from clearsim.scenario.loading import build
from clearsim.scenario.quantities import Count, Strict
from clearsim.scenario.rosters import Roster
from tests.paths import SHIPPED
from tests.scenarios import token


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_loads_and_reads_back_from_its_resolved_form(path: Path) -> None:
    loaded = load(path)
    again = loads(loaded.resolved_yaml())
    assert again.scenario == loaded.scenario
    assert again.provenance == loaded.provenance
    assert again.data == loaded.data


class Booth(Strict):
    roster: Roster
    lanes: Count = 1


class Port(Strict):
    booth: Booth
    compare: dict[str, dict[str, object]] = Field(default_factory=dict)


PORT = """booth: {roster: {"08:00": 2, "18:00": 0}}
compare:
  more: {booth.roster: +1}
  wide: {booth.lanes: {value: 3, grade: assumed}, booth.roster: 5}
"""


def test_named_policies_are_the_whole_scenario_after_their_changes() -> None:
    variants = build(source_of(PORT, "it.yaml"), (), Port).variants
    assert variants["more"].booth.roster == Calendar.daily({"08:00": 3, "18:00": 0})
    assert variants["wide"].booth == Booth(roster=Calendar.constant(5), lanes=3)


def test_mistakes_in_named_policies_are_reported_where_they_are() -> None:
    text = PORT.replace("booth.roster: +1", "booth.rooster: +1").replace("value: 3", "value: three")
    with pytest.raises(ScenarioError) as caught:
        build(source_of(text, "it.yaml"), (), Port)
    assert [(token(p), p.line, p.message) for p in caught.value.problems] == [
        ("booth.rooster", 3, "`rooster` is not a field of `booth`"),
        ("three", 4, "expected a whole number, not `three`"),
    ]


def test_clock_times_are_quoted_in_the_resolved_form_for_readers_of_older_yaml() -> None:
    assert '"08:00": 2' in build(source_of(PORT, "it.yaml"), (), Port).resolved_yaml()
