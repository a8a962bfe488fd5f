"""Policies: who is on duty when, as pure functions of the network and, while a run goes on, of what can be seen."""

from clearsim.staffing.forecast import planned

__all__ = ["planned"]
