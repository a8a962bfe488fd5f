"""Where a value comes from, and how good its source is."""

from clearsim.scenario import Origin, loads, render
from tests.scenarios import GATE, TINY, gate, spoilt, token


def test_a_value_takes_its_own_source_else_that_of_the_nearest_section() -> None:
    text = spoilt("zone:\n  grade: assumed", "zone:\n  source: a report\n  grade: B")
    text = spoilt(
        GATE,
        "gate: {lanes: {value: 1, source: a count, grade: A}, time: 1 min}\n  yard: {grade: assumed, bays: 2",
        text,
    )
    loaded = loads(text)
    assert loaded.origin("zone.gate.lanes") == Origin("a count", "A")
    assert loaded.origin("zone.gate.time") == Origin("a report", "B")
    assert loaded.origin("zone.yard.bays") == Origin("", "assumed")
    assert loaded.origin("seed") == Origin("", "assumed")
    assert loaded.scenario == loads(TINY).scenario


def test_sources_are_kept_in_the_resolved_form() -> None:
    text = loads(gate("gate: {lanes: {value: 4, source: a count, grade: A}, time: 1 min}")).resolved_yaml()
    assert loads(text).origin("zone.gate.lanes") == Origin("a count", "A")


def test_a_warning_is_located_at_a_value_or_at_the_nearest_section_that_stands_there() -> None:
    loaded = loads(TINY, "it.yaml")
    assert token(loaded.warning("zone.gate.lanes", "overload", "m")) == "1"
    assert token(loaded.warning("zone.gate", "overload", "m")) == "gate"
    assert token(loaded.warning("demand.orders.day_cv", "x", "m")) == "orders"
    assert token(loaded.warning("demand.flights.timetable.1.pallets", "x", "m")) == "1"
    assert render(loaded.warning("zone.gate", "overload", "too much")).startswith("warning[overload]: too much\n")
