"""The command line, a module a command: options, what is said, and how each ends. The only place that prints.

Nothing slow is imported here: `main` takes over the signals first, so that Ctrl-C is answered from the beginning.
"""

from clearsim.cli.ending import main

__all__ = ["main"]
