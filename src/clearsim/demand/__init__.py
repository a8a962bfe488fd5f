"""Demand: one replication's entities, with all that is random about them already decided.

Nothing else in clearsim draws. A draw belongs to an entity and a purpose: every purpose of every flow and day of the
calendar has a stream of its own, keyed by seed, replication, name and day (`streams`), so that changing a policy moves
no draw that it does not concern and a longer run begins with the same days. Rates are integrated exactly (`Rate`).
"""

from clearsim.demand.chance import is_random
from clearsim.demand.counting import expected, expected_by_flow
from clearsim.demand.entities import Demand, draw
from clearsim.demand.profile import rate_of
from clearsim.demand.rate import Rate

__all__ = ["Demand", "Rate", "draw", "expected", "expected_by_flow", "is_random", "rate_of"]
