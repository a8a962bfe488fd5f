"""Bonded imports: the order from the click to the courier truck (S6, S8)."""

from clearsim.customs.arrivals import at_random
from clearsim.network import Board, Category, Flow, Hold, Label, Serve, Share, Take
from clearsim.scenario import Scenario
from clearsim.scenario.demand import Orders
from clearsim.scenario.sites import Warehouse


def order(s: Scenario, arrivals: Orders, warehouse: Warehouse) -> Flow:
    """A bonded import order (1210): stock, three-document match, picking, X-ray line, release, courier truck."""
    return Flow(
        "order",
        label=Label("bonded orders"),
        milestones={"released": Label("released"), "left": Label("left the zone")},
        arrivals=at_random(arrivals, s),
        attributes={
            "family": Category({name: family.orders for name, family in warehouse.families.items()}),
            "mismatched": Share(warehouse.matching.mismatched),
            "opened": Share(warehouse.opening.selected),
        },
        steps=[
            Take("bonded_stock", family="family", patience=warehouse.out_of_stock.lost_after),
            Hold(warehouse.matching.time),
            Serve("match_review", warehouse.matching.review, only_if="mismatched"),
            Serve("picking", warehouse.picking.time),
            Serve("sorting_line", warehouse.sorting.time),
            Serve("opening", warehouse.opening.time, only_if="opened", milestone="released", milestone_of="all"),
            Board("courier", milestone="left"),
        ],
    )
