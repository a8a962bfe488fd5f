"""Figures of results. Each function returns a `Figure` whose title states the finding; the caller saves it.

They are made without pyplot, so they can be made in threads, in servers, and in notebooks with a style of their own.
"""

from clearsim.report.figures.drivers import driver_minutes
from clearsim.report.figures.paired import differences
from clearsim.report.figures.queues import queues_by_hour
from clearsim.report.figures.sweep import sweep_lines
from clearsim.report.figures.tradeoff import frontier

__all__ = ["differences", "driver_minutes", "frontier", "queues_by_hour", "sweep_lines"]
