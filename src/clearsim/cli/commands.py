"""The program with all its commands."""

from clearsim.cli import run, compare, sweep, select, check, show  # noqa: F401, I001  # each adds its commands, in the help's order
from clearsim.cli.app import app

__all__ = ["app"]
