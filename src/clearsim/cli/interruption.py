"""Ctrl-C, and a polite kill: taken over at the very start, and answered once, where the program ends."""

import signal
import sys
from typing import Any

from clearsim.language import Text

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """An interruption is raised at once as `KeyboardInterrupt`, and noted, since it may not arrive as that.

    In a callback of a foreign library or of the garbage collector an exception cannot pass; `heed` raises it again
    at the next safe place. pydantic, while it builds models, turns it into a `SchemaError`. So where the program ends,
    `came` decides, and not the kind of exception.
    """

    def __init__(self) -> None:
        self.came = False
        self.left = Text("nothing was written")
        """What an interrupted command leaves, in a clause."""

    def install(self) -> None:
        """Take over SIGINT and SIGTERM, and keep swallowed interruptions from the screen."""
        usual = sys.unraisablehook

        def quiet(unraisable: Any) -> None:
            if not isinstance(unraisable.exc_value, KeyboardInterrupt):
                usual(unraisable)

        sys.unraisablehook = quiet
        for number in SIGNALS:
            signal.signal(number, self._note)

    def ignore(self) -> None:
        """Hear no more: all is said, and only the end is left."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def heed(self) -> None:
        """Raise `KeyboardInterrupt` if one came."""
        if self.came:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: object) -> None:
        self.came = True
        raise KeyboardInterrupt


interruption = Interruption()
