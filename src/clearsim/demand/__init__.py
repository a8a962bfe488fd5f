"""Demand: one replication's entities, with all that is random about them already decided.

Nothing else in clearsim draws. A draw belongs to an entity and a purpose: every purpose of every flow and day has a
stream of its own, keyed by seed, replication, name and day (`streams`), so that changing a policy moves no draw
that it does not concern and a longer run begins with the same days.
"""

from clearsim.demand.chance import is_random
from clearsim.demand.entities import Demand, draw, expected

__all__ = ["Demand", "draw", "expected", "is_random"]
