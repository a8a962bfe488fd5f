"""Demand: one replication's entities, with all that is random about them already decided.

Nothing else in clearsim draws. A draw belongs to an entity and a purpose: every purpose of every flow and day has a
stream of its own, keyed by seed, replication, name and day (`streams`), so that changing a policy moves no draw
that it does not concern and a longer run begins with the same days.
"""

from clearsim.demand.counting import expected, expected_by_flow
from clearsim.demand.draw import Demand, draw

__all__ = ["Demand", "draw", "expected", "expected_by_flow"]
