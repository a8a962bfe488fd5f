"""The peak squads of a scenario as changes of the pools (S7)."""

from attrs import evolve

from clearsim.customs.sites import POSTS
from clearsim.network import Pool
from clearsim.scenario import Scenario
from clearsim.scenario.staffing import PeakSquad


def with_squads(pool: Pool, s: Scenario) -> Pool:
    """The pool, larger by its peak squads while they are on duty. Posts grow with the squads of their staff."""
    unit = POSTS.get(pool.name, pool.name)
    squads = [item for item in s.policy.staffing if isinstance(item, PeakSquad) and item.pool == unit]
    extra = [adjustment for squad in squads for adjustment in squad.adjustments(s.start)]
    return evolve(pool, adjustments=(*pool.adjustments, *extra)) if extra else pool
