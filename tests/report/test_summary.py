"""The tables and sentences that end a run."""

from typing import Any

import pytest
from attrs import evolve

from clearsim.experiment import Result, run
from clearsim.language import use, word
from clearsim.network import (
    Adjustment,
    At,
    Event,
    Exponential,
    Flow,
    Label,
    Labour,
    Network,
    Poisson,
    Pool,
    Prices,
    Serve,
    Share,
    Spell,
    Station,
    Stock,
    Take,
)
from clearsim.report.summary import findings, tables
from clearsim.report.table import Table

FOG = Event("fog", 26 * 60, 28 * 60, Label("fog", "大霧"))


def closed_during(*events: Event) -> list[Pool]:
    """The port's people, all away during the events, and its lanes."""
    away = [Adjustment(event.from_min, event.until_min, times=0) for event in events]
    return [Pool("officers", 3, kind="staff", adjustments=away), Pool("lanes", 9)]


def port(p: float = 0.5, patience: float | None = 5, **rest: Any) -> Network:
    return Network(
        pools=closed_during(*rest.get("events", ())),
        stations=[Station("desk", {"officers": 1}), Station("gate", {"lanes": 1})],
        stocks=[Stock("shelf", {"wine": 1})],
        flows=[
            Flow(
                "truck",
                Poisson("20/h"),
                [
                    Serve("gate", 1, driver="cab"),
                    Serve(
                        "desk",
                        Exponential(5),
                        unless="reported",
                        driver="cab",
                        milestone="released",
                        milestone_of="all",
                    ),
                ],
                attributes={"reported": Share(p)},
                apart="reported",
                groups={"reported": Label("reported", "已報備"), "not reported": Label("others", "其他")},
            ),
            Flow("order", At([0, 1]), [Take("shelf", patience=patience)]),
        ],
        duration="3 d",
        **rest,
    )


def table(result: Result, title: str) -> list[tuple[str, ...]]:
    """The rows of a table as English readers see them."""
    return next((shown(one) for one in tables(result) if one.title.startswith(title)), [])


def shown(table: Table) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in table.rows]


def test_groups_stand_below_the_whole_where_there_are_both() -> None:
    names = [row[0] for row in table(run(port()), "Flows")]
    for name in ("driver wait, mean", "driver wait, 95th percentile", "released: mean time"):
        at = next(i for i, text in enumerate(names) if text.strip().startswith(name))
        assert names[at + 1 : at + 3] == ["    reported", "    others"]
    assert names.count("    reported") == 3
    alone = [row[0].strip() for p in (0, 1) for row in table(run(port(p)), "Flows")]
    assert not {"reported", "others"} & {*alone}


def test_what_drivers_wait_is_reported_of_the_groups_too() -> None:
    waits = [text for text in findings(run(port())) if text.startswith("Driver wait")]
    assert len(waits) == 1
    assert "min on average (reported 0.0 min, others " in waits[0]


def test_of_an_event_only_the_lines_that_grew_are_reported() -> None:
    result = run(port(events=[FOG]))
    fog, desk = table(result, "Recovery")
    assert (fog, desk[0]) == (("fog",), "  desk")
    assert int(desk[2]) > 2 * int(desk[1])
    told = next(text for text in findings(result) if text.startswith("After"))
    assert told == f"After fog: desk, up to {desk[2]} waiting, back to normal after {desk[3]} h."


def test_an_event_that_nobody_feels_and_one_that_outlasts_the_run_are_reported() -> None:
    calm = run(port(p=1, events=[FOG]))
    assert table(calm, "Recovery") == [("fog",), ("  every line was back to normal when it ended",)]
    assert "After fog: every line was back to normal when it ended." in findings(calm)
    endless = Event("strike", 26 * 60, 999 * 60)
    closed = run(port(events=[FOG, endless]))
    assert [row[3] for row in table(closed, "Recovery") if row[0] == "  desk"][1] == "–"
    assert any(text.startswith("After strike: ") and "not back to normal" in text for text in findings(closed))
    assert table(run(port()), "Recovery") == []


def test_an_event_with_which_the_run_begins_is_said_to_be_beyond_comparison() -> None:
    result = run(port(events=[evolve(FOG, from_min=0, until_min=60)]))
    assert table(result, "Recovery") == [("fog",), ("  there was no time before it to compare with",)]
    assert "After fog: there was no time before it to compare with." in findings(result)


def test_how_often_a_port_recovered_is_reported_where_it_did_not_always() -> None:
    # Some thirty wait when the desk opens, two hours before the end: they are gone in about an hour.
    late = evolve(FOG, from_min=67 * 60, until_min=70 * 60)
    result = run(port(events=[late]), replications=8)
    row = next(row for row in result.kpis if (row.station, row.kpi) == ("desk/fog", "back_to_normal"))
    (shown,) = [row[3] for row in table(result, "Recovery") if row[0] == "  desk"]
    assert 0 < row.n < 8
    assert shown.endswith(f" in {row.n} of 8")


def test_the_lost_are_reported_where_there_are_any() -> None:
    assert "Lost: 1 of the order, 50.0 %." in findings(run(port()))
    assert not any(text.startswith("Lost") for text in findings(run(port(patience=None))))


def test_money_is_a_table_where_there_are_prices() -> None:
    assert table(run(port()), "Money") == []
    assert not any(text.startswith("Total cost") for text in findings(run(port())))
    result = run(port(prices=Prices(staff_hour=100, lost_order=197)))
    assert table(result, "Money") == [
        ("staff cost",),
        ("  officers", "21 600", "", ""),
        ("cost of lost sales",),
        ("  order", "197", "", ""),
        ("total cost", "21 797", "", ""),
    ]
    assert "Total cost: CNY 21 797." in findings(result)


def test_who_stays_late_and_runs_that_break_labour_rules_are_reported_where_there_are_any() -> None:
    def told(minutes: float) -> str:
        rules = [Spell(0, 1440, 1, Labour(longest_shift_min=480, rest_min=960))]
        late = Network(
            pools=[Pool("officers", {"00:00": 0, "08:00": 1, "16:00": 0}, kind="staff", labour=rules)],
            stations=[Station("desk", {"officers": 1})],
            flows=[Flow("truck", At([480]), [Serve("desk", minutes)])],
        )
        rows = table(run(late, replications=2), "People")
        return "; ".join(" ".join(row[:2]) for row in rows)

    assert "staying late" not in told(480)
    assert "labour rules" not in told(480)
    assert "Hours of staying late;   officers 1.0" in told(540)
    assert "Runs that break labour rules;   officers 100" in told(540)


@pytest.mark.parametrize(
    ("language", "waits", "fog"),
    [
        ("zh-Hans", "司机等候：平均 ", "“大霧”之后：desk最多 "),
        ("zh-Hant", "司機等候：平均 ", "“大霧”之後：desk最多 "),
    ],
)
def test_sentences_are_whole_in_chinese(language: str, waits: str, fog: str) -> None:
    found = findings(run(port(events=[FOG])))
    with use(language):
        said = [word(sentence) for sentence in found]
    assert any(sentence.startswith(waits) for sentence in said)
    assert any(sentence.startswith(fog) for sentence in said)
    assert not any(english in sentence for sentence in said for english in (" min", "waiting", "normal"))
