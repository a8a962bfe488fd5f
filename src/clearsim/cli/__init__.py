"""The command line, a module a command: options, what is said, and how each ends. The only place that prints."""

from clearsim.cli import run, compare, sweep, select, check, show  # noqa: F401, I001  # each adds its commands, in the help's order
from clearsim.cli.app import main

__all__ = ["main"]
