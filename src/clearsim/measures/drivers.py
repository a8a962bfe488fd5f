"""A driver's time, split into queueing in the cab, being out of the cab, being served in it, and driving."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from clearsim.measures.kpi import UNDEFINED, kpi

Minutes = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Drivers:
    """The drivers of a flow, one value each: minutes up to the end of the run, or until the entity gave up.

    A driver is an entity that takes at least one step with a driver.
    """

    flow: str
    queueing_in_cab: Minutes
    out_of_cab: Minutes
    served_in_cab: Minutes
    driving: Minutes
    station: str = field(default="", kw_only=True)

    @property
    def wait(self) -> Minutes:
        """Queueing in the cab and out of the cab together."""
        return self.queueing_in_cab + self.out_of_cab

    @property
    def bound(self) -> Minutes:
        """All minutes together."""
        return self.wait + self.served_in_cab + self.driving


def _mean(minutes: Minutes) -> float:
    return float(minutes.mean()) if minutes.size else UNDEFINED


@kpi("min", "driver wait, mean", better="less")
def driver_wait_mean(d: Drivers) -> float:
    """Mean minutes that a driver queues in the cab or is out of it; for drivers still inside, minutes so far.

    In this and all other KPIs of drivers, all drivers who arrived count. An entity that takes no step with a driver is
    left out. A driver without one kind of minutes counts with 0, so that the parts add up to the whole. Drivers who
    gave up count with the minutes until then.
    """
    return _mean(d.wait)


@kpi("min", "driver wait, 95th percentile", better="less")
def driver_wait_p95(d: Drivers) -> float:
    """The driver wait that nineteen in twenty do not exceed. Drivers still inside count with their minutes so far."""
    return float(np.quantile(d.wait, 0.95)) if d.wait.size else UNDEFINED


@kpi("min", "queueing in the cab, mean", better="less")
def driver_queueing_in_cab(d: Drivers) -> float:
    """Mean minutes in the cab, in a line or waiting for the declaration; for drivers still inside, minutes so far."""
    return _mean(d.queueing_in_cab)


@kpi("min", "out of the cab, mean", better="less")
def driver_out_of_cab(d: Drivers) -> float:
    """Mean minutes out of the cab: walking, in line at the window and served there; for those inside, so far."""
    return _mean(d.out_of_cab)


@kpi("min", "served in the cab, mean")
def driver_served_in_cab(d: Drivers) -> float:
    """Mean minutes of service with the driver in the cab: at gates, scan, inspection and unloading."""
    return _mean(d.served_in_cab)


@kpi("min", "driving, mean")
def driver_driving(d: Drivers) -> float:
    """Mean minutes on the road between the sites; for drivers still inside, minutes so far."""
    return _mean(d.driving)
