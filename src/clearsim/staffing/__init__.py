"""Staffing: who is on duty when, as pure functions of the network and, during a run, of its lines and pools."""

from clearsim.staffing.forecast import planned

__all__ = ["planned"]
