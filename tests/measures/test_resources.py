"""Pools and stocks, worked out by hand."""

import math
from typing import Any

from clearsim.network import (
    At,
    Category,
    Flow,
    Given,
    Network,
    Pool,
    Put,
    Serve,
    Station,
    Stock,
    Take,
)
from tests.networks import Simulate, about, approx, queue

# Pools


def test_utilisation_is_time_in_use_over_time_on_duty_and_beyond_it_while_arrivals_come(simulate: Simulate) -> None:
    #       0         30        60        90        120       150       180
    # shift [===================)                   [=====================
    # a     [=========)
    # b                      [============)           after the shift from 60 to 90
    # c                       ......................[=========)    in the run-on, which is left out
    port = queue(At([0, 50, 55]), Given([30, 40, 30]), {"00:00": 1, "01:00": 0, "02:00": 1}, duration=120, run_on=60)
    found = about(port, simulate, "", "officers")
    assert found == approx({"utilisation": 100 * (30 + 40) / (60 + 30), "duty_hours": 1.5})


def test_a_visit_counts_only_until_arrivals_end(simulate: Simulate) -> None:
    port = queue(At([50]), 30, 2, duration=60, run_on=60)
    assert about(port, simulate, "", "officers") == approx({"utilisation": 100 * 10 / 120, "duty_hours": 2})


def test_a_pool_that_is_never_on_duty_has_no_utilisation(simulate: Simulate) -> None:
    port = queue(At([0]), 5, {"00:00": 0, "12:00": 1}, duration="6 h", run_on="6 h")
    found = about(port, simulate, "", "officers")
    assert found == approx({"utilisation": math.nan, "duty_hours": 0})


def test_inspections_are_counted_per_hour_of_the_stations_staff_whatever_the_flow(simulate: Simulate) -> None:
    # Two officers and a lane for every inspection, 40 min each: done at 40, 80 and 120, which is after arrivals end.
    # On duty: 2 officers for 2 h; the lane is not staff.
    def port(kind: Any) -> Network:
        return Network(
            pools=[Pool("officers", 2, kind=kind), Pool("lanes", 5)],
            stations=[Station("inspection", {"lanes": 1, "officers": 2}, inspection=True)],
            flows=[Flow(name, At([0, 60]), [Serve("inspection", 40)]) for name in ("truck", "van")],
            duration=120,
            run_on=60,
        )

    assert about(port("staff"), simulate, "", "inspection")["inspections_per_officer_hour"] == 2 / 4
    assert math.isnan(about(port("equipment"), simulate, "", "inspection")["inspections_per_officer_hour"])


# Stocks


def test_the_lowest_stock_and_those_who_had_to_wait_for_it_are_counted_by_family(simulate: Simulate) -> None:
    # wine: 3, takes 2 at 0: 1; at 10 two are wanted and 1 is there: waits; at 30 five come: 4. At 40 nine are wanted.
    # milk: 5, nobody takes.
    wine = {"family": Category({"wine": 1, "milk": 0})}
    port = Network(
        stocks=[Stock("shelf", {"wine": 3, "milk": 5})],
        flows=[
            Flow("order", At([0, 10]), [Take("shelf", 2, family="family")], attributes=wine),
            Flow("feast", At([40]), [Take("shelf", 9, family="family")], attributes=wine),
            Flow("pallet", At([30]), [Put("shelf", 5, family="family")], attributes=wine),
        ],
        duration=60,
    )
    assert about(port, simulate, "", "shelf/wine") == {"stock_lowest": 1, "stock_outs": 2, "stock_lost": 0}
    assert about(port, simulate, "", "shelf/milk") == {"stock_lowest": 5, "stock_outs": 0, "stock_lost": 0}
    assert about(port, simulate, "order", "shelf")["wait_longest"] == 20
    assert about(port, simulate, "feast", "shelf")["still_waiting"] == 1


def test_a_stock_of_one_family_goes_by_its_own_name(simulate: Simulate) -> None:
    port = Network(stocks=[Stock("shelf", {"wine": 3})], flows=[Flow("order", At([0]), [Take("shelf", 3)])])
    assert about(port, simulate, "", "shelf") == {"stock_lowest": 0, "stock_outs": 0, "stock_lost": 0}
