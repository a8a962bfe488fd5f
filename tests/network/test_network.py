"""The words of a flow: what they mean alone, how they print, and what they refuse."""

import math
import pickle
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearsim.network import (
    Adjustment,
    Ahead,
    AllOf,
    AnyOf,
    At,
    Await,
    Between,
    Board,
    Calendar,
    Category,
    Constant,
    Departures,
    During,
    Empirical,
    Enter,
    Event,
    Exponential,
    Flow,
    Follows,
    Gamma,
    Given,
    Hold,
    Landing,
    Landings,
    Late,
    LateFee,
    Leave,
    Lognormal,
    Network,
    NetworkError,
    Number,
    Pace,
    Planned,
    Poisson,
    Pool,
    Prices,
    Put,
    Recorded,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Surge,
    Take,
    Triangular,
    Uniform,
)
from clearsim.network.steps import Step
from clearsim.units import DAY_MS, HOUR_MS, LONGEST_MIN

TUESDAY = datetime(2022, 11, 1)
OFFICE = {"mon-fri": {"09:00": 3, "17:00": 0}, "sat,sun": {"00:00": 0}}


def problems(**network: Any) -> tuple[str, ...]:
    """What is wrong with a network."""
    with pytest.raises(NetworkError) as error:
        Network(**network)
    return error.value.problems


def problems_of(steps: Sequence[Step], **network: Any) -> tuple[str, ...]:
    """What is wrong with these steps of a flow `truck`, where there is a station `desk` and a companion `papers`."""
    return problems(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[
            Flow("truck", At([0]), steps, attributes={"inspected": Share(0.5), "kind": Category({"a": 1})}),
            Flow("papers", Ahead("truck", 5), [Hold(1)]),
            Flow("other", At([0]), [Hold(1)]),
        ],
        **network,
    )


# Networks


def test_a_network_lists_all_its_mistakes_at_once_in_the_order_in_which_one_would_look() -> None:
    assert problems(
        duration=0,
        pools=[Pool("lanes", 1), Pool("lanes", 1)],
        stations=[Station("desk", {"officer": 1, "lanes": 2})],
        stocks=[Stock("shelf", {"wine": 1})],
        services=[Service("train", Departures((60,), slots=1))],
        flows=[
            Flow(
                "truck",
                At([0]),
                [
                    Serve("desc", 5, only_if="risk"),
                    Board("tram", unless="kind=slow"),
                    Take("shelve"),
                    Put("shelf", family="size"),
                    Await("papers"),
                ],
                attributes={
                    "declared": Share(0.5, among="known"),
                    "risky": Share(0.5, factors={"origin": {"near": 1}, "kind": {"fast": 1}}),
                    "kind": Category({"fast": 0.5, "slow": 0.5}),
                },
                priority="urgency",
                late_fee=LateFee(due="due", amount="kind", per_day=0.0005, least_cny=50),
            ),
            Flow("papers", Ahead("trucks", 5), [Hold(1)]),
            Flow("idle", At([0]), []),
        ],
    ) == (
        "the duration must be longer than 0",
        "pools: the name `lanes` stands 2 times",
        "station `desk` needs the unknown pool `officer`",
        "station `desk` needs 2 of `lanes`, which never has more than 1",
        "flow `truck`: share `declared` is among `known`, which is not a share declared before it",
        "flow `truck`: share `risky` has factors for `origin`, which is not a category of the flow",
        "flow `truck`: share `risky`: the factors of `kind` must name its classes fast, slow",
        "flow `truck`: its priority names `urgency`, which is not one of its categories",
        "flow `truck`: its late fee names `due`, which is not one of its numbers",
        "flow `truck`: its late fee names `kind`, which is not one of its numbers",
        "flow `truck`: step 1, Serve(desc, only_if=risk): it depends on `risk`, which is not a share of the flow",
        "flow `truck`: step 1, Serve(desc, only_if=risk): there is no station `desc`",
        "flow `truck`: step 2, Board(tram, unless=kind=slow): there is no service `tram`",
        "flow `truck`: step 3, Take(shelve): there is no stock `shelve`",
        "flow `truck`: step 4, Put(shelf): `size` is not a category whose classes are families of the stock `shelf`",
        "flow `truck`: step 5, Await(papers): `papers` is not its partner: no `Ahead` binds the two flows",
        "flow `papers`: it goes ahead of the unknown flow `trucks`",
        "flow `idle`: it has no steps",
    )


def test_a_need_above_the_largest_capacity_of_its_pool_is_refused() -> None:
    flows = [Flow("truck", At([0]), [Serve("desk", 1)])]
    roster = {"00:00": 0, "08:00": 2, "16:00": 1}
    assert problems(pools=[Pool("officers", roster)], stations=[Station("desk", {"officers": 3})], flows=flows) == (
        "station `desk` needs 3 of `officers`, which never has more than 2",
    )
    Network(pools=[Pool("officers", roster)], stations=[Station("desk", {"officers": 2})], flows=flows)


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
        (lambda: Flow("truck", At([0]), [Hold(1)], cast(Any, {"x": 3})), "attribute `x` is a Share, .*, not 3"),
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


def test_a_file_that_is_not_there_is_refused_with_its_flow_before_the_run() -> None:
    assert problems(flows=[Flow("truck", Recorded("nope.csv", "t"), [Hold(1)])]) == (
        "flow `truck`: its arrivals are recorded in 'nope.csv', and there is no such file",
    )


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


@pytest.mark.parametrize("length", ["duration", "run_on", "warm_up"])
def test_the_length_of_a_run_is_not_drawn(length: str) -> None:
    flows = [Flow("truck", At([0]), [Hold(1)])]
    rest: Any = {length: Exponential(60)}
    with pytest.raises(ValueError, match=f"Network, {length}: expected one length of time, not the distribution"):
        Network(flows=flows, **rest)


@pytest.mark.parametrize("warm_up", [60, "1 h", "2 d"])
def test_a_warm_up_leaves_some_of_the_run(warm_up: Any) -> None:
    rest: Any = {"duration": "1 h", "warm_up": warm_up}
    message = "the warm-up must be shorter than the duration, or nothing is left to be measured"
    assert problems(flows=[Flow("truck", At([0]), [Hold(1)])], **rest) == (message,)


@pytest.mark.parametrize("start", [datetime(2022, 11, 1, tzinfo=UTC), "2022-11-01"])
def test_a_start_is_a_local_time(start: Any) -> None:
    with pytest.raises(ValueError, match="Network, start: expected a datetime in local time, without a zone, not "):
        Network(flows=[Flow("truck", At([0]), [Hold(1)])], start=start)


def test_what_lasts_for_ever_is_refused_and_so_is_a_pool_larger_than_can_be_counted() -> None:
    doubled = Pool("officers", 1_000_000, adjustments=[Adjustment(0, 9, times=20), Adjustment(0, 9, times=20)])
    flows = [Flow("truck", At([0]), [Hold(1)])]
    with pytest.raises(ValueError, match=r"Event 'storm', until_min: .*, not inf"):
        Event("storm", 0, math.inf)
    assert problems(flows=flows, pools=[doubled]) == (
        "pool `officers`: its adjustments could make it larger than 100 000 000",
    )


def test_factors_that_hold_at_once_multiply_to_the_most_that_a_pool_has() -> None:
    twice = Adjustment(0, 9, times=2)
    crowd = Station("desk", {"officers": 4})
    flows = [Flow("truck", At([0]), [Serve("desk", 1)])]
    Network(pools=[Pool("officers", 1, adjustments=[twice, twice])], stations=[crowd], flows=flows)
    assert problems(pools=[Pool("officers", 1, adjustments=[twice])], stations=[crowd], flows=flows) == (
        "station `desk` needs 4 of `officers`, which never has more than 2",
    )


def test_the_message_of_a_network_error_holds_every_problem_on_a_line() -> None:
    with pytest.raises(NetworkError) as error:
        Network(flows=[], duration=0)
    assert str(error.value).splitlines() == list(error.value.problems)
    assert len(error.value.problems) == 2


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([Enter("desk")], "`desk` is entered and never left"),
        ([Leave("desk")], "`desk` is left but was not entered"),
        ([Leave("desk"), Enter("desk"), Leave("desk")], "`desk` is left but was not entered"),
        (
            [Enter("desk", only_if="inspected"), Leave("desk")],
            "`desk` is entered and left under different conditions",
        ),
        (
            [Enter("desk", only_if="inspected"), Leave("desk", unless="inspected")],
            "`desk` is entered and left under different conditions",
        ),
    ],
)
def test_an_enter_without_its_leave_is_refused(steps: Sequence[Step], problem: str) -> None:
    assert problems_of(steps) == (f"flow `truck`: {problem}",)


def test_a_station_entered_twice_is_told_once_for_each_mistake() -> None:
    assert problems_of([Enter("desk"), Enter("desk"), Leave("desk"), Leave("desk")]) == (
        "flow `truck`: `desk` is entered again before it is left",
        "flow `truck`: `desk` is left but was not entered",
    )


def test_a_station_may_be_entered_again_after_it_was_left() -> None:
    visit: list[Step] = [Enter("desk"), Hold(1), Leave("desk")]
    flow = Flow("truck", At([0]), visit + visit)
    assert Network(pools=[Pool("p", 1)], stations=[Station("desk", {"p": 1})], flows=[flow]).flows == (flow,)


def test_partners_that_wait_for_each_other_are_refused() -> None:
    flows = [Flow("truck", At([0]), [Await("papers")]), Flow("papers", Ahead("truck", 5), [Await("truck")])]
    assert problems(flows=flows) == ("flows `papers` and `truck` wait for each other: neither could ever finish",)


def test_a_partner_is_only_one_that_goes_ahead() -> None:
    problem = "`other` is not its partner: no `Ahead` binds the two flows"
    assert problems_of([Await("other")]) == (f"flow `truck`: step 1, Await(other): {problem}",)


def test_a_companion_has_neither_a_companion_nor_attributes_of_its_own() -> None:
    flows = [
        Flow("truck", At([0]), [Hold(1)]),
        Flow("papers", Ahead("truck", 5, only_if="known"), [Hold(1)], attributes={"known": Share(0.5)}),
        Flow("copy", Ahead("papers", 5), [Hold(1)]),
    ]
    assert problems(flows=flows) == (
        "flow `papers`: a companion has the attributes of `truck` and none of its own",
        "flow `papers`: its lead depends on `known`, which is not a share of the flow",
        "flow `copy`: it goes ahead of `papers`, which is itself a companion",
    )


def test_what_an_attribute_rests_on_is_declared_before_it() -> None:
    attributes = {
        "late": Share(0.5, unless=["later", "kind=a"]),
        "later": AllOf(["kind=b", "late"]),
        "either": AnyOf(["amount", "kind"]),
        "amount": Number(Constant(5)),
        "kind": Category({"a": 1}),
        "fine": Share(0.5, among="kind=a"),
    }
    assert problems(flows=[Flow("truck", At([0]), [Hold(1, only_if="later")], attributes)]) == (
        "flow `truck`: share `late` excludes `later`, which is not a share declared before it",
        "flow `truck`: `later` follows from `kind=b`, which is not a share declared before it",
        "flow `truck`: `either` follows from `amount`, which is not a share declared before it",
        "flow `truck`: `either` follows from `kind`, which is not a share declared before it",
    )


def test_a_surge_concerns_classes_of_one_category_and_who_follows_follows_a_rate() -> None:
    surges = (
        Surge("tea", 0, 9, 2, category="family", classes=("tea", "wine")),
        Surge("small", 0, 9, 2, category="size", classes=("small",)),
    )
    attributes = {"family": Category({"wine": 1}), "size": Category({"small": 1})}
    flows = [
        Flow("order", Poisson(1, surges=surges, follows=Follows("truck")), [Hold(1)], attributes),
        Flow("truck", Poisson(1, follows=Follows("lorry")), [Hold(1)]),
        Flow("tram", Poisson(1, follows=Follows("plan")), [Hold(1)]),
        Flow("plan", At([0]), [Hold(1)]),
    ]
    assert problems(flows=flows) == (
        "flow `order`: surge tea concerns `family=tea`, which is not a class of the flow",
        "flow `order`: its surges concern classes of `family` and `size`; one category is possible",
        "flow `order`: it follows `truck`, which itself follows another flow",
        "flow `truck`: it follows `lorry`, which is not a flow with Poisson arrivals",
        "flow `tram`: it follows `plan`, which is not a flow with Poisson arrivals",
    )


@pytest.mark.parametrize("condition", ["kind=b", "size=a", "inspected=a", "kind"])
def test_a_condition_names_a_share_or_a_class(condition: str) -> None:
    (problem,) = problems_of([Hold(1, only_if=condition)])
    assert problem.startswith(f"flow `truck`: step 1, Hold(only_if={condition}): it depends on `{condition}`")


def test_a_stock_of_several_families_must_be_told_which() -> None:
    (problem,) = problems_of([Take("shelf")], stocks=[Stock("shelf", {"wine": 1, "milk": 1})])
    assert problem.endswith("stock `shelf` has 2 families; say which attribute tells the family")


def test_a_network_is_a_value() -> None:
    network = Network(flows=[Flow("truck", At([0]), [Hold(1)])], duration="2 h", run_on="30 min")
    assert (network.duration, network.end_min) == (120, 150)
    assert network == Network(flows=[Flow("truck", At([0]), [Hold(1)])], duration=120, run_on=30)
    with pytest.raises(AttributeError, match="attribute"):
        network.duration = 60  # type: ignore[misc]  # the refusal is what is tested


# Calendars


def test_a_calendar_prints_as_a_roster_reads() -> None:
    assert repr(Calendar.constant(4)) == "Calendar: daily 00:00 4"
    assert repr(Calendar.daily({"08:00": 8, "16:30": 0})) == "Calendar: daily 08:00 8, 16:30 0"
    office = "09:00 3, 17:00 0"
    assert repr(Calendar.weekly(OFFICE)) == (
        f"Calendar: mon {office}; tue {office}; wed {office}; thu {office}; fri {office}; sat 00:00 0; sun 00:00 0"
    )
    assert repr(Calendar.weekly({"mon": {"09:00": 3}, "tue-sun": {}})).endswith("sat as before; sun as before")


def test_a_pool_takes_a_number_a_daily_roster_or_a_calendar() -> None:
    assert Pool("officers", 4).capacity == Calendar.constant(4)
    assert Pool("officers", {"08:00": 4}).capacity == Calendar.daily({"08:00": 4})
    assert Pool("officers", Calendar.weekly(OFFICE)).capacity.most == 3


def test_a_calendar_changes_where_the_capacity_does_and_nowhere_else() -> None:
    roster = Calendar.daily({"00:00": 4, "08:00": 8, "16:00": 8})
    assert roster.changes(TUESDAY, 2 * DAY_MS) == [
        (0, 4),
        (8 * HOUR_MS, 8),
        (DAY_MS, 4),
        (DAY_MS + 8 * HOUR_MS, 8),
    ]


def test_a_weekly_calendar_closes_for_the_weekend() -> None:
    # From Thursday 10:00: closed at hour 7, open at 23, closed at 31, open on Monday 09:00, hour 95.
    changes = Calendar.weekly(OFFICE).changes(datetime(2022, 11, 3, 10), 96 * HOUR_MS)
    assert [(at_ms / HOUR_MS, capacity) for at_ms, capacity in changes] == [(0, 3), (7, 0), (23, 3), (31, 0), (95, 3)]


def test_a_change_at_the_start_counts_and_one_at_the_end_does_not() -> None:
    roster = Calendar.daily({"08:00": 8, "16:00": 0})
    assert roster.changes(datetime(2022, 11, 1, 8), 8 * HOUR_MS) == [(0, 8)]


def test_a_day_without_changes_goes_on_as_the_day_before_it() -> None:
    only_mondays = Calendar.weekly({"mon": {"06:00": 2}, "tue-sun": {}})
    assert only_mondays.changes(TUESDAY, 14 * DAY_MS) == [(0, 2)]


def test_two_teams_together_have_at_every_hour_what_both_have() -> None:
    night, office = Calendar.daily({"06:00": 0, "22:00": 1}), Calendar.weekly(OFFICE)

    def at(calendar: Calendar, hour: int) -> int:
        return [n for at_ms, n in calendar.changes(TUESDAY, 14 * DAY_MS) if at_ms <= hour * HOUR_MS][-1]

    for hour in range(14 * 24):
        assert at(night + office, hour) == at(night, hour) + at(office, hour)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Calendar.constant(-1), "a capacity is a whole number from 0 to 1 000 000, not -1"),
        (lambda: Calendar.constant(1_000_001), "a whole number from 0 to 1 000 000, not 1000001"),
        (lambda: Calendar.constant(2.5), "a whole number from 0 to 1 000 000, not 2.5"),
        (lambda: Calendar.daily({}), "at least one capacity"),
        (lambda: Calendar.daily({"09:00": 1, "08:00": 2}), "in the order of the clock"),
        (lambda: Calendar.daily({"8:00": 1, "08:00": 2}), "each once"),
        (lambda: Calendar.daily({"24:00": 1}), "between 00:00 and 23:59"),
        (lambda: Calendar.daily({"8 am": 1}), "expected a clock time such as `08:00`, not `8 am`"),
        (lambda: Calendar.weekly({"mon-fri": {"09:00": 1}}), "no roster for sat, sun"),
        (lambda: Calendar.weekly({"mon-sun": {"09:00": 1}, "sat": {"09:00": 0}}), "sat has two rosters"),
        (lambda: Calendar.weekly({"monday": {"09:00": 1}}), "expected weekdays such as `mon-fri`"),
        (lambda: Calendar.weekly({"fri-mon": {"09:00": 1}}), "`fri-mon` runs backwards"),
        (lambda: Calendar.weekly({"mon,mon": {"09:00": 1}}), "a weekday stands twice"),
        (lambda: Calendar(()), "seven days"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(make: Callable[[], Calendar], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


# Distributions


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(-1), "Constant, value: .* from 0 up, not -1"),
        (lambda: Constant(math.nan), "not nan"),
        (lambda: Exponential(math.inf), "not inf"),
        (lambda: Exponential("5"), "expected a duration with its unit"),
        (lambda: Exponential("5 parsecs"), "expected a duration with its unit"),
        (lambda: Uniform(3, 2), "the low end 3 lies above the high end 2"),
        (lambda: Triangular(1, 5, 4), "expected low ≤ mode ≤ high, not 1, 5, 4"),
        (lambda: Triangular(2, 1, 4), "expected low ≤ mode ≤ high"),
        (lambda: Gamma(5, 0), "Gamma, cv: a coefficient of variation lies above 0 and up to 20, not 0"),
        (lambda: Lognormal(5, 21), "lies above 0 and up to 20, not 21"),
        (lambda: Lognormal(5, -1), "from 0 up"),
        (lambda: Empirical([]), "at least one value is needed"),
        (lambda: Given([1, -1]), "from 0 up"),
        (lambda: Hold(Exponential(LONGEST_MIN + 1)), "at most 100 years on average"),
    ],
)
def test_a_distribution_that_cannot_be_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        (Triangular("6 s", "10 s", "30 s"), Triangular(0.1, 1 / 6, 0.5)),
        (Lognormal("1.5 h", 0.6), Lognormal(90, 0.6)),
        (Empirical(["1 min", "1 h"]), Empirical([1, 60])),
        (Hold("90 s"), Hold(1.5)),
        (Hold(5), Hold(Constant(5))),
    ],
)
def test_times_with_units_are_minutes(text: object, minutes: object) -> None:
    assert text == minutes


@given(low=st.floats(0, 100), mode=st.floats(0, 100), high=st.floats(0, 100))
def test_the_mean_of_a_triangle_lies_within_it(low: float, mode: float, high: float) -> None:
    low, mode, high = sorted((low, mode, high))
    assert low - 1e-9 <= Triangular(low, mode, high).expected <= high + 1e-9


# Attributes, arrivals, steps, services


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
        (lambda: AnyOf([]), "what follows from conditions needs at least one"),
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
            "on every weekday whose weight is not 0",
        ),
        (lambda: Poisson(1, weekdays=(0.0,) * 7), "weekdays: weights are numbers from 0 up, not all 0"),
        (
            lambda: Poisson(1, day_cv=6),
            "Poisson, day_cv: a coefficient of variation between days lies between 0 and 5, not 6",
        ),
        (lambda: Poisson(1, backlog=-1), "Poisson, backlog: expected a whole number from 0 .*, not -1"),
        (lambda: At([5, 4]), "in order of time"),
        (lambda: At([-1]), "instants lie from the start of the run on, not 1 min before it"),
        (lambda: At([math.inf]), "expected minutes after the start, .*, not inf"),
        (lambda: Landing(1440, 1), "between 00:00 and 23:59"),
        (lambda: Landing(0, -1), "Landing, count: expected a whole number from 0 .*, not -1"),
        (lambda: Landings((Landing(60, 1), Landing(0, 1))), "in order of time"),
        (lambda: Surge("first", 10, 10, 2), "Surge 'first': a window of time must end after it begins"),
        (lambda: Surge("first", 0, 10, -2), "Surge 'first', peak: expected a factor from 0 up, not -2"),
        (lambda: Surge("first", 0, 10, 2, ramp_min=6, decay_min=5), "ramp and decay must fit"),
        (lambda: Hold(1, driver=cast(Any, "roof")), "Hold, driver: expected 'cab' or 'out' or None, not 'roof'"),
        (lambda: Board("ferry", slots=cast(Any, {1: 1})), "slots are a whole number from 1 up, or one a class"),
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
