"""Times to a milestone and late fees, worked out by hand."""

from clearsim.network import (
    At,
    Flow,
    Given,
    Hold,
    Landing,
    Landings,
    LateFee,
    Network,
    Number,
)
from tests.desks import D, H
from tests.networks import MS, Simulate, about, approx, queue

# Milestones


def test_time_to_a_milestone_is_of_those_who_reached_it_and_within_24_h_of_those_who_could(simulate: Simulate) -> None:
    #      arrives   takes   by the end at 48 h
    # a    0 h       10 h    in time
    # b    10 h      25 h    too late, at 35 h
    # c    20 h      30 h    inside after 28 h: too late
    # d    30 h       5 h    in time
    # e    40 h      20 h    inside after 8 h: nobody knows
    hold = Hold(Given([10 * H, 25 * H, 30 * H, 5 * H, 20 * H]), milestone="released")
    port = Network(flows=[Flow("box", At([0, 10 * H, 20 * H, 30 * H, 40 * H]), [hold])], duration=2 * D)
    assert about(port, simulate, "box", "released") == approx(
        {
            "reached": 3,
            "dwell_mean": (10 + 25 + 5) / 3 * H,
            "dwell_p90": (10 + 0.8 * 15) * H,  # 0.9 · 2 = 1.8 steps from the shortest
            "within_24h": 100 * 2 / 4,
        }
    )
    assert about(port, simulate, "box") == {"arrived": 5, "not_arrived": 0, "inside": 2}


def test_exactly_24_h_are_within_24_h(simulate: Simulate) -> None:
    port = Network(flows=[Flow("box", At([0, 0]), [Hold(Given([D, D + MS]), milestone="out")])], duration="3 d")
    assert about(port, simulate, "box", "out")["within_24h"] == 50


def test_who_is_due_in_the_run_and_comes_after_its_end_has_not_arrived(simulate: Simulate) -> None:
    # Due at minute 10, 30 and 50, each 25 minutes late; the run ends after 70.
    landings = Landings((Landing(10, 1), Landing(30, 2), Landing(50, 4)), delay=25)
    port = Network(flows=[Flow("pallet", landings, [Hold(20)])], duration=60, run_on=10)
    assert about(port, simulate, "pallet") == {"arrived": 3, "not_arrived": 4, "inside": 2}


def test_a_backlog_at_the_start_has_arrived(simulate: Simulate) -> None:
    found = about(queue(At([10], backlog=2), 20, duration=30), simulate, "truck")
    assert found == {"arrived": 3, "not_arrived": 0, "inside": 2}  # one ends at 20, one is being served, one waits


# Late fees


def test_a_late_fee_is_due_for_every_day_begun_and_is_at_least_the_least_fee(simulate: Simulate) -> None:
    # 0.05 % a day, at least CNY 50, by the end of the run at 4 d:
    #       due     done         days    amount     fee
    # a     1 h     1 h          0       400 000      0
    # b     1 h     1 h + 1 ms   1       400 000    200
    # c     0       1 d          1        20 000     50    0.05 % would be 10
    # d     0       1 d + 1 ms   2       100 000    100
    # e     1 d     not yet      3       100 000    150    so far
    # f     5 d     not yet      0       100 000      0
    port = Network(
        flows=[
            Flow(
                "errand",
                At([0] * 6),
                [Hold(Given([H, H + MS, D, D + MS, 9 * D, 9 * D]))],
                attributes={
                    "due": Number(Given([H, H, 0, 0, D, 5 * D])),
                    "cny": Number(Given([400_000, 400_000, 20_000, 100_000, 100_000, 100_000])),
                },
                late_fee=LateFee(due="due", amount="cny", per_day=0.0005, least_cny=50),
            )
        ],
        duration="4 d",
    )
    fees = {"late_share": 100 * 4 / 6, "late_fees": 200 + 50 + 100 + 150}
    assert about(port, simulate, "errand") == approx(fees | {"arrived": 6, "not_arrived": 0, "inside": 2})
