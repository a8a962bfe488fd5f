"""Desks whose officers are staff, and the hours that these work."""

from typing import Any

import pytest

from clearsim.network import At, Flow, Network, Pool, Proportional, Serve, Station
from clearsim.network.calendar import Capacity
from tests.networks import Simulate, about

H, D = 60.0, 1440.0
"""An hour and a day, in minutes."""


def desk(capacity: Any, at: Any = (0,), time: Any = 1, **rest: Any) -> Network:
    """One desk whose officers are staff."""
    adjustments = rest.pop("adjustments", ())
    return Network(
        pools=[Pool("officers", capacity, kind="staff", adjustments=adjustments)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("truck", At(at), [Serve("desk", time)])],
        **rest,
    )


def hours(network: Network, simulate: Simulate, pool: str = "officers") -> tuple[float, float, float]:
    """Ordinary hours, hours of the night and overtime, which add up to the hours on duty."""
    found = about(network, simulate, "", pool)
    assert sum(found[name] for name in ("ordinary_hours", "night_hours", "overtime_hours")) == pytest.approx(
        found["duty_hours"], rel=1e-12
    )
    return found["ordinary_hours"], found["night_hours"], found["overtime_hours"]


def shared(guards: Capacity, clerks: Capacity, trucks: list[float], errands: int = 0, **rest: Any) -> Network:
    """Guards at the gate and clerks at the window, who follow the work: trucks from 0 on, errands of 10 min from 20."""
    errand = Flow("errand", At([20] * errands), [Serve("window", 10)])
    return Network(
        pools=[Pool("guards", guards, kind="staff"), Pool("clerks", clerks, kind="staff")],
        stations=[Station("gate", {"guards": 1}), Station("window", {"clerks": 1})],
        flows=[errand, *(Flow(f"truck {i}", At([0]), [Serve("gate", time)]) for i, time in enumerate(trucks))],
        staffing=[Proportional(["guards", "clerks"], every="30 min", **rest)],
        duration="2 h",
    )
