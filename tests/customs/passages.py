"""Which steps a network's flows have, and who passes them."""

from typing import Any

import numpy as np

from clearsim.demand import draw
from clearsim.network import (
    Board,
    Enter,
    Flow,
    Leave,
    Network,
    Put,
    Serve,
    Take,
)
from clearsim.network.steps import Await, Step


def flow(net: Network, name: str) -> Flow:
    """The flow of this name."""
    return next(flow for flow in net.flows if flow.name == name)


def told(step: Step) -> str:
    """A step in a word or two."""
    match step:
        case Serve(station=name) | Enter(station=name) | Leave(station=name):
            return f"{type(step).__name__} {name}"
        case Board(service=name) | Await(flow=name) | Take(stock=name) | Put(stock=name):
            return f"{type(step).__name__} {name}"
        case _:
            return type(step).__name__


def way(net: Network, name: str) -> list[str]:
    """The steps of a flow, each in a word or two."""
    return [told(step) for step in flow(net, name).steps]


def passed(net: Network, name: str, condition: str, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[Any]]:
    """For which of the flow's entities the condition holds."""
    index = [flow.name for flow in net.flows].index(name)
    return np.asarray(draw(net, seed).attributes[index][condition])
