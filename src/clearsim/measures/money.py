"""Money: what the other subjects cost at the network's prices. A cost without a price is not measured."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clearsim.measures.departures import Booked
from clearsim.measures.drivers import Drivers
from clearsim.measures.dwell import Fees, Losses, late_fees
from clearsim.measures.kpi import Everything, Subject, kpi
from clearsim.measures.resources import Shifts
from clearsim.network.prices import Prices
from clearsim.units import HOUR_MS, MINUTE_MS


@dataclass(frozen=True)
class Bill:
    """A number of units of something, and the price of one in CNY."""

    flow: str
    station: str
    units: float
    price: float

    @property
    def cny(self) -> float:
        """The cost in CNY."""
        return self.units * self.price


class StaffBill(Bill):
    """The hours worked by a pool at the price of an hour; night hours and overtime are multiplied by their factors."""


class DriverBill(Bill):
    """The hours of a flow's drivers, at the price of an hour."""


class RollOverBill(Bill):
    """The days by which a flow missed its booked departures, at the price of a day."""


class LossBill(Bill):
    """The lost orders of a flow, at the price of one."""


@dataclass(frozen=True)
class Total(Everything):
    """All bills and late fees together."""

    cny: float


@kpi("CNY", "staff cost", better="less")
def staff_cost(b: StaffBill) -> float:
    """Hours worked times `staff_hour`; night hours and overtime hours also times their factors.

    Hours on duty count while arrivals come, hours of finishing work after the shift until the run ends. These are
    overtime, and overtime at night has the factor of overtime alone.
    """
    return b.cny


@kpi("CNY", "driver cost", better="less")
def driver_cost(b: DriverBill) -> float:
    """Hours that drivers wait, are served and drive, times `driver_hour`, of all who arrived.

    At the end of the run, the hours so far count.
    """
    return b.cny


@kpi("CNY", "roll-over cost", better="less")
def roll_over_cost(b: RollOverBill) -> float:
    """Days from the booked departure to the departure taken, times `roll_over`.

    Only entities whose booked departure left before the end of the run count. Those still inside count with the days so
    far; those that gave up on the way are left out.
    """
    return b.cny


@kpi("CNY", "cost of lost sales", better="less")
def lost_sales_cost(b: LossBill) -> float:
    """Number of orders that were given up, times `lost_order`."""
    return b.cny


@kpi("CNY", "total cost", better="less")
def total_cost(t: Total) -> float:
    """All costs that have a price, plus the late fees, no matter who pays them."""
    return t.cny


def bills(subjects: Iterable[Subject], prices: Prices) -> Iterator[Bill | Total]:
    """The cost of each subject, and the total. Subjects must not be groups of a flow: these would count twice."""
    total = 0.0
    for subject in subjects:
        if isinstance(subject, Fees):
            total += late_fees(subject)
        elif (bill := _bill(subject, prices)) is not None:
            total += bill.cny
            yield bill
    yield Total(total)


def _bill(subject: Subject, prices: Prices) -> Bill | None:
    match subject:
        case Shifts() if prices.staff_hour is not None:
            hours = subject.ordinary + prices.night * subject.night + prices.overtime * subject.overtime
            return StaffBill("", subject.station, hours, prices.staff_hour)
        case Drivers() if prices.driver_hour is not None:
            hours = float(subject.bound.sum()) * MINUTE_MS / HOUR_MS
            return DriverBill(subject.flow, "", hours, prices.driver_hour)
        case Booked() if prices.roll_over is not None:
            return RollOverBill(subject.flow, subject.station, float(subject.late_days.sum()), prices.roll_over)
        case Losses() if prices.lost_order is not None:
            return LossBill(subject.flow, "", float(subject.lost), prices.lost_order)
    return None
