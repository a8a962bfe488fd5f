"""Steps and conditions in the words of people, where the words of a flow are those of a program."""

from clearsim.language import Label, Text
from clearsim.network import Await, Board, Enter, Hold, Leave, Put, Serve, Take, Travel
from clearsim.network.steps import Step
from clearsim.report.joining import all_of, any_of, phrases

VERBS: dict[type, Text] = {
    Serve: Text("service"),
    Enter: Text("enter"),
    Leave: Text("leave"),
    Hold: Text("stay"),
    Travel: Text("drive"),
    Await: Text("wait for"),
    Board: Text("board"),
    Take: Text("take"),
    Put: Text("put in"),
}
"""What is done in a step of each kind."""
DRIVERS: dict[str, Text] = {"cab": Text("in cab"), "out": Text("out of cab")}
"""Where a driver is who is bound by a step."""
ATTRIBUTES = {
    "by_machine": Label("scanned by machine"),
    "checked_again": Label("checked again"),
    "cleared_ahead": Label("cleared before arrival"),
    "fast": Label("sent to the fast channel"),
    "inspected": Label("inspected"),
    "inspected_again": Label("inspected again"),
    "labelled": Label("labelled"),
    "mismatched": Label("documents do not match"),
    "online_down": Label("online filing down"),
    "opened": Label("opened by hand"),
    "pre_reported": Label("pre-reported"),
    "channel=counter": Label("at the counter"),
    "channel=mail": Label("by mail"),
    "channel=online": Label("online"),
}
"""What customs call the attributes of their flows; others read as their names."""


def conditions(step: Step) -> Text | None:
    """For whom a step is, None where it is for all: ``if inspected, unless scanned by machine``."""
    parts = []
    if step.only_if:
        parts.append(Text("if {conditions}", conditions=all_of(map(attribute, step.only_if))))
    if step.unless:
        parts.append(Text("unless {conditions}", conditions=any_of(map(attribute, step.unless))))
    return phrases(parts) if parts else None


def attribute(name: str) -> Label:
    """An attribute as people read it.

    >>> str(attribute("by_machine")), str(attribute("has_papers"))
    ('scanned by machine', 'has papers')
    """
    return ATTRIBUTES.get(name) or Label(name.replace("_", " "))
