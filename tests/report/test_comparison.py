"""A comparison as text, tables and figures, none of which says more than its intervals."""

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from clearsim.experiment import Case, Comparison, Key, Result, Sample, compare
from clearsim.language import CODES, use, word
from clearsim.network import At, Exponential, Flow, Hold, Label, Network, Pool, Serve, Station
from clearsim.report.comparison import (
    Section,
    kpi_title,
    notes,
    policies,
    policy_name,
    ranking_words,
    replications_saved,
    sections,
)
from clearsim.report.figures import differences, frontier
from clearsim.scenario import loads
from tests.scenarios import TINY

PORT = Network(
    pools=[Pool("officers", 1, kind="staff")],
    stations=[Station("desk", {"officers": 1}, label=Label("document desk", "單證窗口"))],
    flows=[Flow("truck", At([0.0]), [Serve("desk", Exponential(1), driver="cab")], label=Label("trucks", "卡車"))],
)
CASE = Case(PORT, seed=0)
WAIT = Key("truck", "", "driver_wait_mean", "min")
LINE = Key("truck", "desk", "line_peak", "waiting")
HOURS = Key("", "", "staff_hours", "h")
VISITS = Key("truck", "desk", "visits", "visits")
NOISE = [10.0, 20, 30, 25, 15]


def told(*keys: Key, **values: Sequence[Sequence[float]]) -> Comparison:
    """A comparison of KPIs that were measured so: by policy, the values of each KPI."""
    results = {name: Result(CASE, Sample(keys, np.array(columns).T), 0.0) for name, columns in values.items()}
    labels = {name: Label(f"All {name}", f"全部{name}") for name in values} | {"base": Label("as it stands", "現況")}
    return Comparison(results, labels, keys)


def plus(by: float, *noise: float) -> list[float]:
    """The noise of a day, and as much more or less."""
    return [value + by + more for value, more in zip(NOISE, noise or [0.0] * 5, strict=True)]


def the(found: Comparison) -> Section:
    (section,) = sections(found)
    return section


WAITS = told(
    WAIT,
    base=[NOISE],
    worse=[plus(8, 1, 0, -1, 0, 0)],
    better=[plus(-8, 1, 0, -1, 0, 0)],
    same=[NOISE],
    noise=[plus(0, 1, -1, 0, 2, 0)],
)


# Words


def test_a_table_says_of_every_policy_what_is_known() -> None:
    # Ten pairs, so t(4, 0.9975) = 5.598: for differences of variance 0.5 and 1.3 half-widths of 1.77 and 2.85.
    section = the(WAITS)
    assert section.title == "driver wait, mean (trucks), min"
    assert section.table is not None
    assert section.table.title == f"{section.title}, n = 5"
    assert [tuple(map(word, row)) for row in section.table.rows] == [
        ("base", "20.0 ± 9.8", "", ""),
        ("worse", "28.0", "+8.0 ± 1.8", "more, worse"),
        ("better", "12.0", "-8.0 ± 1.8", "less, better"),
        ("noise", "20.4", "+0.4 ± 2.9", "no difference seen: at most 3.3"),
    ]
    with use("zh"):
        assert [tuple(map(word, row)) for row in section.table.rows] == [
            ("現況", "20.0 ± 9.8", "", ""),
            ("全部worse", "28.0", "+8.0 ± 1.8", "增加，更差"),
            ("全部better", "12.0", "-8.0 ± 1.8", "减少，更优"),
            ("全部noise", "20.4", "+0.4 ± 2.9", "未见差异：至多 3.3"),
        ]


def test_sentences_rank_what_is_distinguished_and_nothing_else() -> None:
    assert the(WAITS).sentences == (
        "Exactly as the base in all 5 replications: same.",
        "Ranking, best first:",
        "  1. better",
        "  2. base (and its equals) and noise cannot be told apart",
        "  3. worse",
        "Common random numbers: 5 replications are worth 486 to 1 155 independent ones.",
    )
    with use("zh-Hant"):
        assert [*map(word, the(WAITS).sentences)][3:] == [
            "  2. 現況（及與之完全相同者）和全部noise 無法區分",
            "  3. 全部worse",
            "公共隨機數：5 次重複相當於 486 至 1 155 次獨立重複。",
        ]


def test_in_the_noise_nothing_is_ranked() -> None:
    found = told(WAIT, base=[NOISE], noise=[plus(0, 1, -1, 0, 2, 0)])
    assert ranking_words(found, WAIT) == ["Nothing to rank: base and noise cannot be told apart."]


def test_a_tier_of_neighbours_says_who_in_it_is_distinguished() -> None:
    found = told(WAIT, base=[NOISE], b=[plus(0, 0, 3, 1, 2, 0)], c=[plus(2.5)])
    assert ranking_words(found, WAIT) == [
        "Ranking, best first:",
        "  1. base, b and c cannot all be told apart; base better than c",
    ]


def test_what_is_alike_under_every_policy_is_one_sentence() -> None:
    section = the(told(HOURS, base=[[24.0] * 5], same=[[24.0] * 5]))
    assert section.table is None
    assert section.sentences == ("Exactly the same under every policy in all 5 replications: 24.0 h.",)


def test_a_difference_without_chance_is_reported_without_noise() -> None:
    section = the(told(HOURS, base=[[24.0] * 5], more=[[30.0] * 5]))
    assert section.table is not None
    assert section.table.rows[1][1:] == ("30.0", "+6", "more, worse")
    assert not any("Common random numbers" in sentence for sentence in section.sentences)


def test_a_kpi_that_is_neither_better_nor_worse_is_less_or_more() -> None:
    found = told(VISITS, base=[NOISE], more=[plus(8, 1, 0, -1, 0, 0)])
    section = the(found)
    assert section.table is not None
    assert section.table.rows[1][-1] == "more"
    assert section.sentences[0] == "Ranking, least first:"


def test_where_a_kpi_is_not_defined_everywhere_the_table_says_in_how_many_replications() -> None:
    missing = [*plus(8, 1, 0, -1, 0, 0)[:3], math.nan, math.nan]
    section = the(told(LINE, base=[NOISE], some=[missing], none=[[math.nan] * 5]))
    assert section.table is not None
    assert section.table.rows[1][-1] == "more, worse (n = 3)"
    assert section.table.rows[2][1:] == ("–", "–", "n too small (n = 0)")
    assert "Too few replications to say anything: none." in section.sentences


def test_the_policies_are_reported_with_what_they_are_better_and_worse_in() -> None:
    better, worse = plus(-8, 1, 0, -1, 0, 0), [30.0] * 5
    found = told(WAIT, HOURS, base=[NOISE, [24.0] * 5], report=[better, worse], same=[NOISE, [24.0] * 5])
    assert policies(found) == [
        "base: as it stands",
        "report: All report",
        "    better: driver wait, mean (trucks)",
        "    worse: staff hours",
        "same: All same",
        "    no difference from the base is seen in any KPI",
    ]


def test_names_are_reported_once_where_there_is_no_title() -> None:
    found = compare({"one": PORT, "two": PORT}, replications=2)
    assert word(policy_name(found, "one")) == "one"
    assert policies(found)[0] == "one"


def test_a_kpi_is_named_by_its_flow_and_its_place() -> None:
    found = compare({"one": PORT, "two": PORT}, replications=2)
    assert kpi_title(found, LINE) == "line, peak (trucks, document desk)"
    assert kpi_title(found, HOURS) == "staff hours"
    with use("zh"):
        assert word(kpi_title(found, LINE)).endswith("（卡車、單證窗口）")


def test_pairing_that_did_harm_is_reported_too() -> None:
    found = told(WAIT, base=[NOISE], turned=[[40 - value for value in NOISE]])
    assert str(replications_saved(found, WAIT)).endswith("5 replications are worth 2 independent ones.")


def test_the_notes_say_what_the_intervals_hold_for() -> None:
    assert any("all 10 differences between two policies lie within it" in str(note) for note in notes(WAITS))
    pair = notes(told(WAIT, base=[NOISE], other=[plus(1)]))
    assert any("the difference lies within it" in str(note) for note in pair)
    assert not any("Bonferroni" in str(note) for note in pair)


# Figures


def title(figure: Figure) -> str:
    return figure.get_suptitle().replace("\n", " ")


@pytest.mark.parametrize("language", CODES)
def test_no_glyph_is_missing(language: str, tmp_path: Path) -> None:
    text = TINY + "compare:\n  linked: {title: {zh: 聯動：一次查驗, en: Linked}, policy.linked: true}\n"
    found = compare(loads(text), replications=2)
    with use(language):
        figures = [*(differences(found, key) for key in found.kpis), frontier(found)]
    for figure in figures:
        figure.savefig(tmp_path / "figure.png")


@pytest.mark.parametrize(
    ("values", "en", "zh"),
    [
        (
            {"less": plus(-8, 1, 0, -1, 0, 0)},
            '"All less" lowers driver wait, mean (trucks) by 8.00 ± 0.88 min',
            "“全部less”使{kpi}降低 8.00 ± 0.88 分钟",
        ),
        (
            {"noise": plus(0, 1, -1, 0, 2, 0)},
            "No policy is seen to lower driver wait, mean (trucks)",
            "未见任何方案降低",
        ),
        ({"more": plus(8)}, '"All more" raises driver wait, mean (trucks) by 8 min', "提高 8 分钟"),
        (
            {"less": plus(-3), "least": plus(-8), "more": plus(2)},
            '2 of 3 policies lower driver wait, mean (trucks), "All least" the most: by 8 min; 1 of 3 raise it',
            "3 个方案中有 2 个降低{kpi}，以“全部least”为最：8 分钟；3 个中有 1 个反而提高",
        ),
        (
            {"less": plus(-8, 1, 0, -1, 0, 0), "least": plus(-8, 0, 1, 0, -1, 1)},
            "2 of 2 policies lower driver wait, mean (trucks)",
            "2 个方案中有 2 个降低{kpi}",
        ),
    ],
)
def test_the_title_names_a_best_policy_only_where_one_is_certain(
    values: dict[str, list[float]], en: str, zh: str
) -> None:
    found = told(WAIT, base=[NOISE], **{name: [column] for name, column in values.items()})
    assert title(differences(found, WAIT)) == en
    with use("zh"):
        said = differences(found, WAIT).get_suptitle()
        assert zh.format(kpi=word(kpi_title(found, WAIT))).replace(" ", "") in "".join(said.split())


def test_noise_is_grey_and_what_is_certain_is_not() -> None:
    axis = differences(WAITS, WAIT).axes[0]
    texts = {text.get_text(): text.get_color() for text in axis.texts}
    assert texts["+0.4 ± 2.9"] == texts["exactly the same"]
    assert len({texts["+8.0 ± 1.8"], texts["−8.0 ± 1.8"], texts["exactly the same"]}) == 3


def test_the_frontier_joins_what_nothing_beats() -> None:
    # Fewer hours for the same wait beats the base; more hours for less wait is a choice; more hours for noise is none.
    found = told(
        HOURS,
        WAIT,
        base=[[24.0] * 5, NOISE],
        cheap=[[20.0] * 5, NOISE],
        quick=[[30.0] * 5, plus(-8, 1, 0, -1, 0, 0)],
        noise=[[28.0] * 5, plus(0, 1, -1, 0, 2, 0)],
    )
    figure = frontier(found)
    assert title(figure) == "2 of 4 policies are worth a choice between staff hours and driver wait, mean (trucks)"
    line = figure.axes[0].lines[0]
    assert np.array(line.get_data()).T.tolist() == [[20, 20], [30, 12]]


def test_one_policy_that_beats_all_is_named() -> None:
    found = told(HOURS, WAIT, base=[[24.0] * 5, NOISE], both=[[20.0] * 5, plus(-8)])
    expected = 'No policy is seen to be better than "All both" in staff hours or in driver wait, mean (trucks)'
    assert title(frontier(found)) == expected


def test_labels_of_the_frontier_do_not_overlap() -> None:
    names = {f"policy {number}": [[24.0] * 5, plus(number / 100)] for number in range(1, 13)}
    figure = frontier(told(HOURS, WAIT, base=[[24.0] * 5, NOISE], **names))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    boxes = sorted((Text.get_window_extent(text) for text in figure.axes[1].texts), key=lambda box: box.y0)
    assert len(boxes) == 13
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_policies_at_the_same_point_share_a_label() -> None:
    found = told(HOURS, WAIT, base=[[24.0] * 5, NOISE], same=[[24.0] * 5, NOISE], other=[[20.0] * 5, NOISE])
    assert "as it stands\n= All same" in [text.get_text() for text in frontier(found).axes[1].texts]


def test_without_drivers_there_is_no_frontier() -> None:
    with pytest.raises(ValueError, match="no flow binds a driver"):
        frontier(compare({"a": plain(), "b": plain()}, replications=2), x="arrived")


def plain() -> Network:
    return Network(flows=[Flow("truck", At([0.0]), [Hold(1.0)])])
