"""Networks: which parts fit together, and what is said where they do not."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from clearsim.network import (
    Adjustment,
    Ahead,
    AllOf,
    AnyOf,
    At,
    Await,
    Board,
    Category,
    Constant,
    Departures,
    Enter,
    Event,
    Exponential,
    Flow,
    Follows,
    Hold,
    LateFee,
    Leave,
    Network,
    NetworkError,
    Number,
    Poisson,
    Pool,
    Put,
    Recorded,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Surge,
    Take,
)
from clearsim.network.steps import Step


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
        "`pools`: the name `lanes` is used 2 times",
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


def test_a_file_that_is_not_there_is_refused_with_its_flow_before_the_run() -> None:
    assert problems(flows=[Flow("truck", Recorded("nope.csv", "t"), [Hold(1)])]) == (
        "flow `truck`: its arrivals are recorded in 'nope.csv', and there is no such file",
    )


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


def test_a_station_entered_twice_is_reported_once_for_each_mistake() -> None:
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
    assert problems(flows=flows) == ("flows `papers` and `truck` wait for each other: neither could finish",)


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


def test_a_take_from_a_stock_of_several_families_must_say_which() -> None:
    (problem,) = problems_of([Take("shelf")], stocks=[Stock("shelf", {"wine": 1, "milk": 1})])
    assert problem.endswith("stock `shelf` has 2 families; name the attribute that gives the family")


def test_a_network_is_a_value() -> None:
    network = Network(flows=[Flow("truck", At([0]), [Hold(1)])], duration="2 h", run_on="30 min")
    assert (network.duration, network.end_min) == (120, 150)
    assert network == Network(flows=[Flow("truck", At([0]), [Hold(1)])], duration=120, run_on=30)
    with pytest.raises(AttributeError, match="attribute"):
        network.duration = 60  # type: ignore[misc]  # the refusal is what is tested
