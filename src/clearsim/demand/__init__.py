"""Demand: the entities of one replication, with all random numbers already drawn.

Nothing else in clearsim draws. A draw belongs to an entity and a purpose. Every purpose of every flow has a stream of
its own for each day of the calendar, keyed by seed, replication, name and day (`streams`). So a changed policy changes
no draw that it does not concern, and a longer run begins with the same days. Rates are integrated exactly (`Rate`).
"""

from clearsim.demand.chance import is_random
from clearsim.demand.counting import expected, expected_by_flow
from clearsim.demand.entities import Demand, draw
from clearsim.demand.profile import rate_of
from clearsim.demand.rate import Rate

__all__ = ["Demand", "Rate", "draw", "expected", "expected_by_flow", "is_random", "rate_of"]
