"""What a notebook shows of networks and results: tables and a map in HTML, where names are never markup."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import clearsim as cs
from clearsim.customs import network as network_of
from clearsim.markup import MOST_ROWS, table
from clearsim.numbers import whole
from tests.networks import busy_port
from tests.paths import SHIPPED

HOSTILE = "<script>alert('x')<script> & \"co\""  # without `/`, which no flow may have
WAIT = "driver_wait_mean"


class Page(HTMLParser):
    """The texts of a page; every tag is closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(value: Any) -> Page:
    """The page, and that it holds no other markup than clearsim's own."""
    page = Page(value._repr_html_())
    assert page.tags <= {"div", "h4", "p", "b", "span", "br", "table", "thead", "tbody", "tr", "th", "td"}
    return page


def booth(minutes: float = 5, name: str = "booth") -> cs.Network:
    return cs.Network(
        pools=[cs.Pool("officers", {"00:00": 1, "08:00": 3}, kind="staff", label=cs.Label(name))],
        stations=[cs.Station(name, {"officers": 2}, label=cs.Label(name))],
        services=[cs.Service("train", cs.Departures(["09:00"], 1500), cut_off="30 min", label=cs.Label(name))],
        stocks=[cs.Stock("shelf", {name: 93221})],
        flows=[
            cs.Flow(
                name,
                cs.Poisson("15000/d"),
                [
                    cs.Serve(name, cs.Exponential(minutes), only_if="seen", driver="cab", milestone=name),
                    cs.Take("shelf", 2),
                    cs.Board("train"),
                ],
                attributes={"seen": cs.Share("30 %")},
                label=cs.Label(name),
            )
        ],
        events=[cs.Event(name, 60, 120)],
        duration="4 h",
        name=name,
    )


def test_a_network_is_one_line_as_text() -> None:
    assert repr(booth()) == (
        "<Network 'booth': 1 flow, 1 station, 1 pool, 1 stock, 1 service; 4 h from 2022-11-01 00:00>"
    )
    assert "\n" not in repr(busy_port())


def test_a_network_is_shown_with_its_steps_its_places_and_its_numbers() -> None:
    texts = " ".join(shown(booth()).texts)
    for told in (
        "from 2022-11-01 00:00, arrivals for 4 h",
        "15 000 a day, at random",
        "seen: 30 %",
        "1 served at  booth",
        "if seen",
        "5 min (exponential)",
        "needs 2 booth (on duty daily 00:00 1, 08:00 3)",
        "⇒ booth",
        "2 take  2 of shelf",
        "3 board  booth",
        "09:00, daily, 1 500 slots, cut-off 30 min",
        "93 221",
        "booth (2)",
        "! booth, from 1 Nov 01:00 to 02:00",
    ):
        assert told in texts, told


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_network_can_be_shown(path: Path) -> None:
    port = network_of(cs.load(path).scenario)
    texts = shown(port).texts
    assert port.name in texts
    assert all(any(flow.name in text for text in texts) for flow in port.flows)


RESULTS: dict[str, Callable[[str], Any]] = {
    "network": lambda name: booth(name=name),
    "result": lambda name: cs.run(booth(name=name), replications=2),
    "comparison": lambda name: cs.compare(
        {name: booth(name=name), "faster": booth(4, name)}, replications=2, kpis=[WAIT]
    ),
    "sweep": lambda name: cs.sweep(lambda minutes: booth(minutes, name), {"minutes": [4, 5]}, kpis=[WAIT]),
    "selection": lambda name: cs.select(
        {name: booth(name=name), "faster": booth(4, name)}, "arrived", goal="less", budget=20
    ),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_a_hostile_name_is_shown_as_it_is_and_does_nothing(kind: str) -> None:
    page = shown(RESULTS[kind](HOSTILE))
    assert any(HOSTILE in text for text in page.texts)


def test_results_have_units_n_and_thousands_apart() -> None:
    result = cs.run(booth(), replications=2)
    texts = shown(result).texts
    assert texts[:9] == [
        "booth, 2 replications, seed 0",
        "flow",
        "station",
        "KPI",
        "mean",
        "± 95 %",
        "unit",
        "n",
        "booth",
    ]
    row = texts.index("arrived")
    assert texts[row + 1] == whole(result.kpi("arrived") or 0)  # some 2 500
    assert texts[row + 3 : row + 5] == ["units", "2"]


def test_a_long_table_says_how_much_it_leaves_out() -> None:
    rows = [(number,) for number in range(MOST_ROWS + 1)]
    assert "60 of 61 rows; `to_pandas()` has all." in table(["number"], rows)
    assert "to_pandas" not in table(["number"], rows[1:])
