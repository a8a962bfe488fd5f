"""The drawing of the network, as text and as a picture."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Circle
from matplotlib.text import Text
from typer.testing import CliRunner

from clearsim.cli.commands import app
from clearsim.customs import network as network_of
from clearsim.language import CODES, use, word
from clearsim.network import (
    Ahead,
    At,
    Await,
    Backlog,
    Board,
    Calendar,
    Departures,
    Enter,
    Flow,
    Forecast,
    Hold,
    Label,
    Leave,
    Network,
    Pool,
    Proportional,
    Recorded,
    Serve,
    Service,
    Station,
    Stock,
    Surge,
    Take,
)
from clearsim.network.arrivals import Poisson
from clearsim.network.staffing import Staffing
from clearsim.network.words import arrivals, attribute_label, capacity, label_of, timetable, verb
from clearsim.report.map.drawing import DRIVERS, network_svg, network_text
from clearsim.report.map.lanes import BOX_WIDTH, network_figure
from clearsim.scenario import load
from tests.networks import busy_port
from tests.paths import SHIPPED

NETWORKS = {path.stem: network_of(load(path).scenario) for path in SHIPPED} | {"busy port": busy_port()}
each_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def texts(network: Network) -> list[Text]:
    return [text for text in network_figure(network).findobj(Text) if isinstance(text, Text) and text.get_text()]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            Backlog("officers", 20, 5, 6, crew=2, lead="2 h"),
            "officers: 2 more are called when 20 wait, and sent home at 5; they come after 2 h and stay at least 4 h; "
            "at most 6 in all; reviewed every 15 min",
        ),
        (
            Proportional(["officers", "packers"], keep={"officers": 1, "packers": 0}),
            "officers, packers: people follow the work, reviewed every 30 min; they come at once; "
            "1 officers always stay",
        ),
        (
            Forecast("officers", "20 %", at_most=9),
            "officers: as many as the forecast asks for, so that 20 % wait (modified offered load); at least 0, at "
            "most 9, reviewed every 60 min",
        ),
    ],
)
def test_every_staffing_rule_is_reported_in_words_at_the_end(rule: Staffing, words: str) -> None:
    lines = network_text(evolve(busy_port(), staffing=[rule]), width=80).splitlines()
    heading = lines.index("staffing rules")
    assert max(map(columns, lines)) <= 80
    assert " ".join(line.strip() for line in lines[heading + 1 :]) == f"- {words}"


def test_anyone_who_gives_up_waiting_for_goods_is_reported() -> None:
    shop = Network(stocks=[Stock("shelf", {"all": 1})], flows=[Flow("order", At([0]), [Take("shelf", patience="2 h")])])
    assert "gives up after 2 h" in network_text(shop)


def test_the_map_of_a_scenario_tells_also_of_the_forecast_that_planned_its_people() -> None:
    rule = "policy.staffing=[{kind: forecast, pool: clerks, target: 20 %, at_most: 3}]"
    drawn = CliRunner().invoke(app, ["map", str(SHIPPED[-1]), "--set", rule])
    assert drawn.exit_code == 0, drawn.output
    assert "on duty planned" in drawn.output
    assert "as many as the forecast asks for" in drawn.output


@each_network
@pytest.mark.parametrize("width", [40, 57, 80, 120])
@pytest.mark.parametrize("language", [*CODES, "en+zh"])
def test_the_text_drawing_fits_its_columns(network: Network, width: int, language: str) -> None:
    with use(language):
        assert max(columns(line) for line in network_text(network, width).splitlines()) <= width


@pytest.mark.parametrize(("language", "letter"), [("en", "x"), ("zh", "長")])
def test_a_word_wider_than_a_line_is_broken(language: str, letter: str) -> None:
    network = Network(flows=[Flow("f", At([0]), [Hold(1)], label=Label("x" * 99, "長" * 99))])
    with use(language):
        text = network_text(network, 40)
    assert max(columns(line) for line in text.splitlines()) <= 40
    assert text.count(letter) == 99


def test_too_few_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="40 columns"):
        network_text(busy_port(), 39)


def test_the_text_drawing_needs_no_matplotlib() -> None:
    code = "import sys, clearsim.report.map.drawing; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@each_network
def test_every_flow_station_and_service_stands_in_both_drawings(network: Network) -> None:
    # Lines may be folded anywhere between words.
    text = " ".join(network_text(network, 120).split())
    picture = " ".join(" ".join(part.get_text() for part in texts(network)).split())
    for place in (*network.flows, *network.stations, *network.services, *network.stocks):
        label = label_of(place)
        assert str(label) in text
        assert label.en in picture


@each_network
def test_the_text_drawing_tells_every_condition_driver_and_milestone(network: Network) -> None:
    lines = network_text(network).splitlines()
    steps = [step for flow in network.flows for step in flow.steps]
    numbered = [
        line
        for line in lines
        if re.match(r" *\d+ (served at|enter|leave|stay|drive|wait for|board|take|put in)\b", line)
    ]
    assert len(numbered) == len(steps)
    for line, step in zip(numbered, steps, strict=True):
        assert verb(step) in line
        assert step.driver is None or line.endswith(f" {DRIVERS[step.driver]}")
    text = " ".join("\n".join(lines).split())
    for name in {name for step in steps for name in (*step.only_if, *step.unless)}:
        assert str(attribute_label(name)) in text
    for flow in network.flows:
        for milestone in {step.milestone for step in flow.steps if step.milestone}:
            assert f"=> {flow.milestones.get(milestone, milestone)}" in text


def test_the_text_drawing_of_a_small_network_is_what_a_reader_expects() -> None:
    network = Network(
        name="A desk and a ferry",
        pools=[
            Pool("officers", {"00:00": 1, "08:00": 3}, kind="staff", label=Label("officers", "關員")),
            Pool("bays", 4),
        ],
        stations=[Station("desk", {"officers": 2}, label=Label("desk", "窗口")), Station("yard", {"bays": 1})],
        services=[Service("ferry", Departures((360, 1080), 12, (0, 1)), "30 min")],
        flows=[
            Flow(
                "truck",
                Poisson("48/d"),
                [
                    Enter("yard", driver="cab"),
                    Await("papers", driver="out"),
                    Leave("yard"),
                    Board("ferry", milestone="gone"),
                ],
            ),
            Flow("papers", Ahead("truck", "2 h"), [Serve("desk", "10 min")]),
        ],
    )
    assert (
        network_text(network)
        == """\
A desk and a ferry
from 2022-11-01 00:00, arrivals for 24 h

truck [truck]
  - 48 a day, at random
  1 enter     yard                                                        in cab
              needs 1 of 4 bays; until step 3
  2 wait for  papers                                                  out of cab
  3 leave     yard
  4 board     ferry
              06:00 18:00, mon tue, 12 slots, cut-off 30 min
              => gone

papers [papers]
  - one for each of truck, 2 h ahead
  1 served at desk
              10 min; needs 2 officers (on duty daily 00:00 1, 08:00 3)
"""
    )


@each_network
@pytest.mark.parametrize("language", [*CODES, "en+zh"])
def test_no_glyph_is_missing_and_nothing_is_cut_off(network: Network, language: str) -> None:
    with use(language):
        figure = network_figure(network)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer, whole = canvas.get_renderer(), figure.bbox
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if text.get_text() and text.get_visible() and text.axes is not None and text.axes.axison is False:
            box = text.get_window_extent(renderer)
            assert whole.x0 <= box.x0, text
            assert box.x1 <= whole.x1, text
            assert whole.y0 <= box.y0, text
            assert box.y1 <= whole.y1, text
            if text.get_zorder() == 4:  # what stands in a box
                assert box.width <= BOX_WIDTH * figure.dpi, text


def test_the_map_is_in_the_language_in_use() -> None:
    with use("zh"):
        text = network_text(NETWORKS["tiny"])
        picture = {part.get_text() for part in texts(NETWORKS["tiny"])}
        assert {"卡口", "进入园区场站", "等待报关单", "仅限机检", "司机在车内"} <= picture
        assert all(word(label_of(flow)) in text for flow in NETWORKS["tiny"].flows)
    assert "仅限机检" in text
    assert "=> 司机离场 [driver_free]" in text


def test_what_is_shared_carries_one_letter_wherever_it_stands() -> None:
    network = busy_port()
    letters = [text.get_text() for text in texts(network) if len(text.get_text()) == 1 and text.get_zorder() == 6]
    # The shelf (A) is taken from and put into, the officers (B) sit at documents and inspection, the lanes (C) are
    # needed by gate and inspection; each once more in the legend.
    assert sorted(letters) == ["A"] * 3 + ["B"] * 3 + ["C"] * 3
    assert any(text.get_text() == "shared: lanes" for text in texts(network))


def test_drivers_are_marked_in_their_boxes() -> None:
    network = busy_port()
    bound = [step.driver for flow in network.flows for step in flow.steps if step.driver]
    marks = [patch for patch in network_figure(network).findobj(Circle) if patch.get_zorder() == 4]
    assert len(marks) == len(bound)


def test_the_picture_is_well_formed_and_the_same_every_time() -> None:
    network = NETWORKS["tiny"]
    svg = network_svg(network)
    assert ElementTree.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert network_svg(network) == svg


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (Pool("p", 6), "6"),
        (Pool("p", {"08:00": 4}), "4"),
        (Pool("p", {"00:00": 2, "08:00": 4}), "daily 00:00 2, 08:00 4"),
        (
            Pool("p", Calendar.weekly({"mon-fri": {"09:00": 3, "17:00": 0}, "sat": {"00:00": 1}, "sun": {}})),
            "mon-fri 09:00 3, 17:00 0; sat 1; sun as before",
        ),
    ],
)
def test_rosters_read_as_people_write_them(pool: Pool, expected: str) -> None:
    assert capacity(pool) == expected


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (
            Service("s", Departures(tuple(range(0, 1440, 30)), 3000), 5),
            "every 30 min, daily, 3 000 slots, cut-off 5 min",
        ),
        (Service("s", Departures((0, 720), 1)), "00:00 12:00, daily, 1 slots"),
        (Service("s", Departures((), 1)), "never, daily, 1 slots"),
        (Service("s", Departures((1, 2, 3, 4, 5, 6, 7), 1)), "7 departures from 00:01 to 00:07, daily, 1 slots"),
        (Service("s", [(10, 2)]), "1 given departure"),
    ],
)
def test_timetables_read_as_people_write_them(service: Service, expected: str) -> None:
    assert timetable(service) == expected


def test_every_kind_of_arrivals_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "arrivals.csv"
    file.touch()
    told = [
        arrivals(
            Flow("f", kind, [Serve("x", 1)]), Network([Flow("f", kind, [Serve("x", 1)])], stations=[Station("x", {})])
        )
        for kind in (
            Poisson("1000/h", surges=(Surge("eve", 0, 60, 5),)),
            At([1, 2], backlog=3),
            Recorded(file, "landed"),
        )
    ]
    assert told == [
        "24 000 a day, at random, eve up to x5",
        "2 at given instants, 3 waiting at the start",
        "recorded in arrivals.csv, column landed",
    ]
