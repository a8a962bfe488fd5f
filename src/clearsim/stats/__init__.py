"""Statistics over replications."""

from clearsim.stats.intervals import Estimate, estimate

__all__ = ["Estimate", "estimate"]
