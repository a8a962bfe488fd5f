"""A warning for what begins after the end of a run, a mistake for what is over before its start."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from clearsim.cli.commands import app
from clearsim.experiment import run
from clearsim.scenario import loads
from clearsim.scenario.idle import without_effect
from tests.scenarios import TINY, ruled, spoilt, with_disruptions

NEXT_DAY = "from: 2022-11-17 10:00, until: 2022-11-17 11:00"
SQUAD = "kind: peak_squad, pool: pickers, extra: 1, "


def idle(text: str, *settings: str) -> list[tuple[str, str]]:
    found = without_effect(loads(text, settings=settings).scenario)
    return [(".".join(map(str, path)), message) for message, path in found]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (with_disruptions(f"kind: outage, {NEXT_DAY}"), "disruptions.0.from"),
        (with_disruptions(f"kind: closed_road, road: zone_to_rail, {NEXT_DAY}"), "disruptions.0.from"),
        (ruled(SQUAD + NEXT_DAY), "policy.staffing.0.from"),
    ],
)
def test_what_begins_after_the_end_of_a_run_that_was_cut_short_has_no_effect_and_is_reported(
    text: str, path: str
) -> None:
    assert idle(text, "duration=2 d") == []
    assert idle(text) == [(path, "has no effect: the run ends at 2022-11-16 15:00, before this begins")]
    assert run(loads(text).scenario).kpis


def test_a_squad_that_has_no_hour_in_the_run_is_reported() -> None:
    squad = SQUAD + 'from: 2022-11-16 00:00, until: 2022-11-17 00:00, hours: {from: "01:00", until: "02:00"}'
    assert idle(ruled(squad)) == [("policy.staffing.0.hours", "has no effect: none of these hours lies in the run")]
    assert idle(ruled(squad.replace("01:00", "14:59"))) == []


def test_a_wave_outside_the_run_is_reported_unless_trucks_follow_it_into_the_run() -> None:
    orders = "orders: {per_day: 60}"
    late = spoilt(orders, f"orders: {{per_day: 60, surges: [{{name: w, {NEXT_DAY}, peak: 3}}]}}")
    path, message = "demand.orders.surges.0.from", "has no effect: arrivals end at 2022-11-16 11:00, before this begins"
    assert idle(late) == [(path, message)]
    early = late.replace("2022-11-17 1", "2022-11-16 0")
    assert [path for path, _ in idle(early)] == ["demand.orders.surges.0.until"]
    assert idle(early, "demand.export_trucks.follow_orders={lag: 12 h, strength: 50 %}") == []


def test_the_command_line_warns_of_it_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "cut.yaml"
    file.write_text(with_disruptions(f"kind: outage, {NEXT_DAY}"), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 0
    line = TINY.count("\n") + 3
    assert "warning[no effect]: has no effect: the run ends at 2022-11-16 15:00" in result.output
    assert f"cut.yaml:{line}:" in result.output
