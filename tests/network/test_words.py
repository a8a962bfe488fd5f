"""The words of a network one by one: what they take, and what they refuse."""

import math
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from clearsim.network import (
    Adjustment,
    AnyOf,
    At,
    Await,
    Between,
    Board,
    Category,
    Constant,
    Departures,
    During,
    Event,
    Exponential,
    Flow,
    Follows,
    Hold,
    Landing,
    Landings,
    Late,
    LateFee,
    Lognormal,
    Network,
    Number,
    Pace,
    Planned,
    Poisson,
    Pool,
    Prices,
    Recorded,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Surge,
    Take,
    Uniform,
)

TUESDAY = datetime(2022, 11, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network([], pools=cast(Any, ["officers"])), "Network, pools: expected a list of Pool, not 'officers'"),
        (
            lambda: Network([], services=cast(Any, "train")),
            "Network, services: expected a list of Service, not 'train'",
        ),
        (lambda: Network(cast(Any, 3)), "Network, flows: expected a list of Flow, not 3"),
        (lambda: Station("desk", cast(Any, ["officers"])), "Station 'desk', needs: expected needs such as {.*}, not "),
        (lambda: Station("desk", {"lanes": 0}), "how many of `lanes` are needed is a whole number from 1 up, not 0"),
        (lambda: Station("", {}), "Station '', name: expected a name, a text such as 'gate', not ''"),
        (lambda: Stock("shelf", cast(Any, 200)), "Stock 'shelf', opening: expected units of each family .*, not 200"),
        (lambda: Stock("shelf", {"wine": -1}), "every family needs a whole number of units from 0 up"),
        (
            lambda: Flow("truck", cast(Any, "24/d"), [Hold(1)]),
            "Flow 'truck', arrivals: expected Poisson, .*, not '24/d'",
        ),
        (
            lambda: Flow("truck", At([0]), cast(Any, "gate")),
            "Flow 'truck', steps: expected a list of steps .*, not 'gate'",
        ),
        (lambda: Flow("truck", At([0]), [cast(Any, "Hold")]), "Flow 'truck', steps: expected a list .*, not 'Hold'"),
        (lambda: Flow("truck", At([0]), [Hold(1)], cast(Any, {"x": 3})), "attribute `x` is one of Share, .*, not 3"),
        (lambda: Serve(cast(Any, Station("gate", {})), 1), "Serve, station: expected a name, .*, not Station"),
        (lambda: Serve("gate", cast(Any, (1, 2))), r"Serve 'gate', time: expected minutes, .*, not \(1, 2\)"),
        (lambda: Serve("gate", "5 parsecs"), "Serve 'gate', time: expected a duration with its unit"),
        (lambda: Pool("o", cast(Any, "2")), "Pool 'o', capacity: expected a whole number, .*, not '2'"),
        (lambda: Pool("o", -1), "Pool 'o', capacity: a capacity is a whole number from 0 to 1 000 000, not -1"),
        (lambda: Surge("w", TUESDAY, "2 h", 3), "Surge 'w': give both moments as timestamps, or both as times"),
        (lambda: At([datetime(2022, 11, 1, tzinfo=UTC)]), "a timestamp is in local time, without a zone"),
        (lambda: At(pd.to_datetime([None])), "At, minutes: .*, not NaT"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_a_sentence_that_names_word_and_field(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("make", [lambda: Pool("o", -1), lambda: Network([])])
def test_a_refusal_says_the_same_when_it_comes_from_another_process(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"a capacity|at least one flow") as error:
        make()
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)


def test_an_argument_that_a_word_does_not_have_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(
        TypeError, match="Serve has no `patience`; it has station, time, only_if, unless, driver, milesto"
    ):
        Serve("gate", 1, patience=3)  # type: ignore[call-arg]  # the refusal is what is tested


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (lambda: Landing("09:00", 3), Landing(540, 3)),
        (lambda: Surge("w", "1 h", "2 h", 3.0, ramp_min="6 min"), Surge("w", 60, 120, 3, ramp_min=6)),
        (lambda: At(["1 h", np.int64(70)]), At([60, 70])),
        (lambda: Adjustment("1 h", "2 h", plus=1), Adjustment(60, 120, plus=1)),
        (lambda: Event("storm", "1 h", "2 h"), Event("storm", 60, 120)),
        (
            lambda: Service("t", [("1 h", 3)], "30 min", cancelled=[("1 h", "2 h")]),
            Service("t", [(60, 3)], 30, cancelled=[(60, 120)]),
        ),
        (lambda: Between("1 h", "2 h", 0.5), Between(60, 120, 0.5)),
        (lambda: Late("1 h", "2 h", "10 min"), Late(60, 120, 10)),
        (lambda: Planned([(0, 2), ("90 min", 5)]), Planned([(0, 2), (90, 5)])),
        (lambda: During([("1 h", "2 h")]), During([(60, 120)])),
        (lambda: Departures("09:00", 5), Departures([540], 5)),
        (lambda: Number("2 min"), Number(Constant(2))),
        (lambda: Number("CNY 200"), Number(Constant(200))),
        (lambda: Category({"a": "40 %", "b": "60 %"}), Category({"a": 0.4, "b": 0.6})),
        (lambda: Prices("CNY 5", night_from_min="21:00"), Prices(5, night_from_min=1260)),
        (lambda: LateFee("due", "amount", "0.05 %", "CNY 50"), LateFee("due", "amount", 0.0005, 50)),
        (lambda: Poisson("120/h", hours=[1.0] * 24), Poisson(2)),
    ],
)
def test_every_quantity_may_have_its_unit(written: Callable[[], object], meant: object) -> None:
    assert written() == meant


@pytest.mark.parametrize(
    "moment", ["2022-11-01 09:30", datetime(2022, 11, 1, 9, 30), pd.Timestamp("2022-11-01 09:30"), "1.5 h", 90]
)
def test_a_moment_may_be_a_timestamp_which_a_network_counts_from_its_start(moment: Any) -> None:
    """A later moment is written in the same way."""
    later: Any = "2022-11-01 10:00" if not isinstance(moment, int) and moment != "1.5 h" else "2 h"
    network = Network(
        [
            Flow("truck", Poisson(1, surges=[Surge("w", moment, later, 2)]), [Hold(1)]),
            Flow("box", At([moment]), [Hold(1)]),
        ],
        pools=[Pool("officers", 1, adjustments=[Adjustment(moment, later, plus=1)])],
        events=[Event("storm", moment, later)],
        services=[Service("train", [(moment, 3)], cancelled=[(moment, later)])],
        start=datetime(2022, 11, 1, 8),
    )
    assert network == Network(
        [Flow("truck", Poisson(1, surges=[Surge("w", 90, 120, 2)]), [Hold(1)]), Flow("box", At([90]), [Hold(1)])],
        pools=[Pool("officers", 1, adjustments=[Adjustment(90, 120, plus=1)])],
        events=[Event("storm", 90, 120)],
        services=[Service("train", [(90, 3)], cancelled=[(90, 120)])],
        start=datetime(2022, 11, 1, 8),
    )
    assert type(network.events[0].from_min) is float


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Share(1.1), "a share lies between 0 and 1, not 1.1"),
        (lambda: Share(math.nan), "not nan"),
        (lambda: Share("30"), "expected a share with its unit, such as `60 %`, not `30`"),
        (
            lambda: Recorded("gate.csv", "at", outside=cast(Any, "cut")),
            "Recorded, outside: expected 'refuse' or 'leave out', not 'cut'",
        ),
        (lambda: Share(0.5, factors={"kind": {"fast": -1}}), "Share, factors: expected a factor from 0 up, not -1"),
        (lambda: Share(0.5, a_day=-1), "Share, a_day: expected a whole number from 0 .*, not -1"),
        (lambda: AnyOf([]), "at least one condition is needed"),
        (lambda: Surge("first", 0, 10, 2, category="family"), "a category and its classes go together"),
        (
            lambda: Follows("order", Exponential(5)),
            "Follows 'order', lag: expected one length of time, not the distribution Exponential",
        ),
        (lambda: Follows("order", strength="160 %"), "a share lies between 0 % and 100 %"),
        (lambda: Category({}), "expected classes and their shares, .*, not {}"),
        (lambda: Category({"a": 1.5, "b": -0.5}), "a share lies between 0 and 1, not 1.5"),
        (lambda: Category({"a": 0.5, "b": 0.4}), "add up to 90.0000%, not to 100 %"),
        (lambda: Share(0.5, among=[3]), "Share, among: expected a name, a text such as 'gate', not 3"),
        (lambda: Pace(windows=[(0, 9, 0.5)]), r"Pace, windows: expected a list of Between, not \(0, 9, 0.5\)"),
        (lambda: Pace(by_open={10**9: 0.5}, pool="desks"), "whole numbers on duty from 0 to 1 000 000"),
        (
            lambda: Prices(staff_hour=1e300),
            "Prices, staff_hour: an amount is at most CNY 1 000 000 000 000, not 1e.300",
        ),
        (lambda: Prices(staff_hour="USD 5"), "amounts are in CNY, not USD"),
        (lambda: Poisson("24"), "expected a rate with its unit"),
        (lambda: Poisson(-1), "Poisson, rate: .* from 0 up, not -1"),
        (
            lambda: Poisson(1, hours=(1.0,) * 23),
            r"Poisson, hours: expected 24, 48 or 96 weights \(a day in slots .*\) or 168, .*, found 23",
        ),
        (
            lambda: Poisson(1, hours=(1.0, *[0.0] * 167), weekdays=(0, *[1] * 6)),
            "on every weekday whose own weight is not 0",
        ),
        (lambda: Poisson(1, weekdays=(0.0,) * 7), "weekdays: weights are numbers from 0 up, not all 0"),
        (
            lambda: Poisson(1, day_cv=6),
            "Poisson, day_cv: a coefficient of variation between days lies between 0 and 5, not 6",
        ),
        (lambda: Poisson(1, backlog=-1), "Poisson, backlog: expected a whole number from 0 .*, not -1"),
        (lambda: At([5, 4]), "in order of time"),
        (lambda: At([-1]), "not before the start of the run; this one is 1 min before it"),
        (lambda: At([math.inf]), "expected minutes after the start, .*, not inf"),
        (lambda: Landing(1440, 1), "between 00:00 and 23:59"),
        (lambda: Landing(0, -1), "Landing, count: expected a whole number from 0 .*, not -1"),
        (lambda: Landings((Landing(60, 1), Landing(0, 1))), "in order of time"),
        (lambda: Surge("first", 10, 10, 2), "Surge 'first': a window of time must end after it begins"),
        (lambda: Surge("first", 0, 10, -2), "Surge 'first', peak: expected a factor from 0 up, not -2"),
        (lambda: Surge("first", 0, 10, 2, ramp_min=6, decay_min=5), "ramp and decay must fit"),
        (lambda: Hold(1, driver=cast(Any, "roof")), "Hold, driver: expected 'cab', 'out' or None, not 'roof'"),
        (lambda: Board("ferry", slots=cast(Any, {1: 1})), "a whole number of slots from 1 up, or one for each class"),
        (lambda: Board(cast(Any, 5)), "Board, service: expected a name, a text such as 'gate', not 5"),
        (lambda: Serve("gate", 1, only_if=cast(Any, 3)), "expected one name or a list of names .*, not 3"),
        (lambda: Surge("first", 0, 9, 2, category=cast(Any, 5), classes=("a",)), "the name of a category"),
        (lambda: Take("shelf", 0), "Take 'shelf', amount: expected a whole number from 1 .*, not 0"),
        (lambda: Departures((60, 60), 1), "each departure once"),
        (lambda: Departures((1440,), 1), "between 00:00 and 23:59"),
        (lambda: Departures(("24:00",), 1), "between 00:00 and 23:59"),
        (lambda: Departures(("9 am",), 1), "expected a clock time such as `08:00`, not `9 am`"),
        (lambda: Departures((60,), 1, weekdays=(7,)), "weekdays are numbers from 0"),
        (lambda: Landing(0, 1, weekdays=(7,)), "weekdays are numbers from 0"),
        (lambda: Departures((60,), -1), "Departures, slots: expected a whole number from 0 .*, not -1"),
        (
            lambda: Service("train", [(60, 1), (30, 1)]),
            "Service 'train', departures: departures must be given in order of time",
        ),
        (lambda: Service("train", [(-1, 1)]), "from the start of the run on"),
        (
            lambda: Service("train", [(60, -1)]),
            "Service 'train', departures: the slots of a departure are a whole number",
        ),
        (
            lambda: Service("train", [(60, 2.9)]),
            "Service 'train', departures: the slots of a departure are a whole number",
        ),
        (lambda: Service("train", [(float("nan"), 2)]), "expected minutes after the start, .*, not nan"),
        (
            lambda: Service("train", [(60, 1)], cut_off=-5),
            "Service 'train', cut_off: a time is a number of minutes from 0 up, not -5",
        ),
        (
            lambda: Service("train", [(60, 1)], cut_off=Uniform(1, 2)),
            "expected one length of time, not the distribution Uniform",
        ),
    ],
)
def test_a_word_that_cannot_be_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_step_prints_as_it_is_meant() -> None:
    assert repr(Serve("desk", 5, only_if=("inspected", "declared"), unless="known", driver="cab")) == (
        "Serve(desk, only_if=inspected+declared, unless=known)"
    )
    assert [repr(step) for step in (Board("train"), Await("papers"), Take("shelf", 2), Hold(5))] == [
        "Board(train)",
        "Await(papers)",
        "Take(shelf)",
        "Hold()",
    ]


def test_one_name_and_a_list_of_one_name_are_the_same_condition() -> None:
    assert Hold(1, only_if="inspected") == Hold(1, only_if=["inspected"])


def test_a_rate_is_arrivals_a_minute() -> None:
    assert Poisson("120/h").rate == 2
    assert Poisson(2).rate == 2


def test_a_share_in_percent_is_a_probability() -> None:
    assert Share("30 %") == Share(0.3)


def test_departures_by_the_clock_are_minutes_after_midnight() -> None:
    assert Departures(("09:00", 720), 5) == Departures((540, 720), 5)
    assert Departures(("09:00", 720), 5).minutes == (540, 720)


def test_a_cut_off_with_a_unit_is_minutes() -> None:
    assert Service("train", [(60, 1)], cut_off="1.5 h").cut_off == 90


def test_a_number_is_a_distribution_of_any_unit() -> None:
    assert Number(Lognormal(300, 0.5)).distribution.expected == 300
