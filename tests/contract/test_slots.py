"""Cargo of several slots: which departure it boards, and what is refused."""

from collections.abc import Sequence
from typing import Any

import pytest

from clearsim.measures import ConservationError, check
from clearsim.network import (
    At,
    Board,
    Category,
    Departures,
    Flow,
    Given,
    Hold,
    Network,
    NetworkError,
    Pool,
    Serve,
    Service,
    Share,
    Station,
)
from clearsim.report.map.drawing import network_text
from tests.networks import Simulate, about, run, stamps, tampered

TEU = {"size=20ft": 1, "size=40ft": 2}


def mixed(
    order: Sequence[int], departures: Sequence[tuple[float, int]], *, passing: bool = False, **rest: Any
) -> Network:
    """Boxes that come one a minute from 1 on, each of so many slots, at a train; one flow a box."""
    return Network(
        services=[Service("train", departures, passing=passing)],
        flows=[
            Flow(f"box {number}", At([number]), [Board("train", slots=slots)])
            for number, slots in enumerate(order, start=1)
        ],
        **rest,
    )


def left(network: Network, simulate: Simulate) -> list[float]:
    """When each of the boxes left."""
    trace = run(network, simulate)
    check(trace)
    return [stamps(trace, flow.name)[0][0] for flow in network.flows]


def test_a_box_that_does_not_fit_waits_and_nobody_behind_it_passes(simulate: Simulate) -> None:
    # train    20     40     60
    # slots     3      3      3
    # taken   2(1)   2+1    1(2)       boxes of 2, 2, 1, 1: one slot of the first train stays empty
    assert left(mixed([2, 2, 1, 1], [(20, 3), (40, 3), (60, 3)]), simulate) == [20, 40, 40, 60]


def test_where_passing_is_allowed_smaller_ones_behind_fill_the_train(simulate: Simulate) -> None:
    # train    20     40
    # slots     3      3
    # taken   2+1    2+1               the third box takes the slot that the second cannot use; the fourth goes with it
    port = mixed([2, 2, 1, 1], [(20, 3), (40, 3), (60, 3)], passing=True)
    assert left(port, simulate) == [20, 40, 20, 40]


def test_those_who_were_passed_keep_their_places_in_the_line(simulate: Simulate) -> None:
    # train     20      30        40
    # slots      4       1         9
    # taken    2+2       1     3+3+2   boxes of 3 and 3 are passed twice, and then go in the order in which they came
    port = mixed([2, 3, 2, 3, 1, 2], [(20, 4), (30, 1), (40, 8)], passing=True)
    assert left(port, simulate) == [20, 40, 20, 40, 30, 40]


def test_a_train_that_is_exactly_full_takes_nobody_more(simulate: Simulate) -> None:
    assert left(mixed([2, 2, 1], [(20, 4), (40, 4)], passing=True), simulate) == [20, 20, 40]


def test_a_cancelled_train_takes_neither_large_nor_small(simulate: Simulate) -> None:
    port = Network(
        services=[Service("train", [(20, 3), (40, 3)], cancelled=[(15, 25)], passing=True)],
        flows=[Flow("box", At([1]), [Board("train", slots=2)])],
    )
    assert stamps(run(port, simulate), "box") == [[40]]


def test_a_large_box_that_goes_first_by_priority_boards_before_small_ones_that_came_earlier(
    simulate: Simulate,
) -> None:
    port = Network(
        services=[Service("train", [(20, 2), (40, 2)])],
        flows=[
            Flow("small", At([1, 2]), [Board("train")], priority=1),
            Flow("large", At([3]), [Board("train", slots=2)]),
        ],
    )
    trace = run(port, simulate)
    assert (stamps(trace, "large"), stamps(trace, "small")) == ([[20]], [[40], [40]])


def test_those_who_were_passed_are_joined_by_those_who_go_before_them(simulate: Simulate) -> None:
    # At 20 a train of 1 takes nobody of 2 slots; at 25 an express box of 2 comes, which goes first at 40.
    port = Network(
        services=[Service("train", [(20, 1), (40, 2), (60, 2)], passing=True)],
        flows=[
            Flow("ordinary", At([1]), [Board("train", slots=2)], priority=1),
            Flow("express", At([25]), [Board("train", slots=2)]),
        ],
    )
    trace = run(port, simulate)
    assert (stamps(trace, "express"), stamps(trace, "ordinary")) == ([[40]], [[60]])


def boxes(large: float, departures: Any, count: int = 8, passing: bool = False, slots: Any = TEU) -> Network:
    """Boxes at minute 1, some of them large, which board by the slots of their class."""
    size = Category({"20ft": 1 - large, "40ft": large})
    flow = Flow("box", At([1] * count), [Board("train", slots=slots), Hold(1)], attributes={"size": size})
    return Network(services=[Service("train", departures, passing=passing)], flows=[flow], duration="2 h")


@pytest.mark.parametrize(("large", "aboard"), [(0, [6, 2, 0]), (1, [3, 3, 2])])
def test_each_class_takes_its_own_slots(simulate: Simulate, large: float, aboard: list[int]) -> None:
    trace = run(boxes(large, [(20, 6), (40, 6), (60, 6)]), simulate)
    gone = [row[0] for row in stamps(trace, "box")]
    assert [gone.count(at) for at in (20, 40, 60)] == aboard


def test_slots_used_are_slots_and_not_boxes(simulate: Simulate) -> None:
    # 8 boxes of 2 slots on three trains of 6: 16 of 18.
    found = about(boxes(1, [(20, 6), (40, 6), (60, 6)]), simulate, "", "train")
    assert found["slots_used"] == pytest.approx(100 * 16 / 18)


def test_a_departure_with_more_than_its_slots_is_noticed(simulate: Simulate) -> None:
    trace = run(boxes(1, [(20, 6), (40, 6), (60, 6)]), simulate)
    check(trace)
    late = next(entity for entity, row in enumerate(stamps(trace, "box")) if row[0] == 60)
    with pytest.raises(ConservationError, match="service train: a departure left with more than its slots"):
        check(tampered(trace, late, {0: 20, 1: 21}))


def test_a_train_of_teu_carries_a_mix_as_by_hand(simulate: Simulate) -> None:
    # 40, 20, 40, 20 ft at a quay where each is lifted for a minute: 2 + 1 fill the first train of 3, and the second.
    port = Network(
        pools=[Pool("crane", 1)],
        stations=[Station("lift", {"crane": 1})],
        services=[Service("train", [(20, 3), (40, 3)])],
        flows=[
            Flow("40 ft", At([1, 3]), [Serve("lift", Given([1, 1])), Board("train", slots=2)]),
            Flow("20 ft", At([2, 4]), [Serve("lift", Given([1, 1])), Board("train")]),
        ],
    )
    trace = run(port, simulate)
    assert [row[-1] for row in stamps(trace, "40 ft")] == [20, 40]
    assert [row[-1] for row in stamps(trace, "20 ft")] == [20, 40]


# What is refused, and what is drawn


def refused(*steps: Any, departures: Any = ((20, 2),), attributes: Any = None) -> str:
    with pytest.raises(NetworkError) as error:
        Network(
            services=[Service("train", departures)],
            flows=[Flow("box", At([1]), steps, attributes=attributes or {})],
        )
    return str(error.value)


@pytest.mark.parametrize("departures", [((20, 2), (40, 1)), Departures(["06:00"], 2)])
def test_a_box_larger_than_every_departure_is_refused(departures: Any) -> None:
    message = "flow `box`: step 1, Board(train): an entity of 3 slots could never leave: no departure has more than 2"
    assert refused(Board("train", slots=3), departures=departures) == message


@pytest.mark.parametrize(
    "slots",
    [
        {"size=20ft": 1},
        {"size=20ft": 1, "size=40ft": 2, "size=45ft": 2},
        {"size=20ft": 1, "kind=40ft": 2},
        {"urgent": 1},
        {"length=20ft": 1, "length=40ft": 2},
    ],
)
def test_slots_name_every_class_of_one_category(slots: Any) -> None:
    attributes = {"size": Category({"20ft": 0.5, "40ft": 0.5}), "urgent": Share(0.5)}
    message = refused(Board("train", slots=slots), attributes=attributes)
    names = ", ".join(slots)
    assert message.endswith(f"its slots must name every class of one category, such as `size=20ft`, not {names}")


@pytest.mark.parametrize("slots", [0, -1, 1.5, True, "2", {}, {"size=20ft": 0}, {"size=20ft": None}, None])
def test_slots_are_whole_numbers_from_1_up(slots: Any) -> None:
    with pytest.raises(ValueError, match="expected a whole number of slots from 1 up, or one for each class"):
        Board("train", slots=slots)


def test_a_service_allows_passing_or_not() -> None:
    with pytest.raises(ValueError, match="passing: expected True or False, not 1"):
        Service("train", [(20, 1)], passing=1)  # type: ignore[arg-type]  # that is the mistake


def test_the_map_says_how_many_slots_are_taken_and_whether_smaller_ones_pass() -> None:
    text = network_text(boxes(0.5, [(20, 6)], passing=True))
    assert "slots taken: 20ft 1, 40ft 2; 1 given departure, smaller cargo behind may pass" in " ".join(text.split())
    assert "takes 2 slots" in network_text(mixed([2], [(20, 3)]))
    assert "slots taken" not in network_text(mixed([1], [(20, 3)]))
