"""What only the drawings of a network say."""

from clearsim.language import Text

DRIVERS: dict[str, Text] = {"cab": Text("in cab"), "out": Text("out of cab")}
"""Where a driver is who is bound by a step."""
