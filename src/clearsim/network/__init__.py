"""The words of a flow: pools, stations, stocks, services, and the steps that lead through them.

A flow is data. The domain's flows in `clearsim.flows` and a researcher's in a notebook are told in the same words, and
both engines, the measures, the drawing of the network and the documentation read them from there.

>>> booth = Network(
...     pools=[Pool("officers", {"00:00": 1, "08:00": 3})],
...     stations=[Station("booth", needs={"officers": 1})],
...     flows=[Flow("truck", arrivals=Poisson("20/h"), steps=[Serve("booth", Exponential("5 min"))])],
... )
"""

from clearsim.flow.arrivals import Ahead, At, Follows, Landing, Late, Poisson, Recorded, Surge, Timetable
from clearsim.flow.attributes import AllOf, AnyOf, Category, During, Number, Share
from clearsim.flow.calendar import Adjustment, Calendar, Planned
from clearsim.flow.labour import Labour, Spell
from clearsim.flow.network import Event, Network, NetworkError
from clearsim.flow.pace import Between, Pace
from clearsim.flow.places import (
    Control,
    Departures,
    Flow,
    Label,
    LateDepartures,
    LateFee,
    Pool,
    Service,
    Station,
    Stock,
)
from clearsim.flow.prices import Prices
from clearsim.flow.staffing import Backlog, Forecast, Proportional
from clearsim.flow.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Take, Travel
from clearsim.flow.times import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Given,
    Lognormal,
    Triangular,
    Uniform,
)

__all__ = [
    "Adjustment",
    "Ahead",
    "AllOf",
    "AnyOf",
    "At",
    "Await",
    "Backlog",
    "Between",
    "Board",
    "Calendar",
    "Category",
    "Constant",
    "Control",
    "Departures",
    "Distribution",
    "During",
    "Empirical",
    "Enter",
    "Event",
    "Exponential",
    "Flow",
    "Follows",
    "Forecast",
    "Gamma",
    "Given",
    "Hold",
    "Label",
    "Labour",
    "Landing",
    "Late",
    "LateDepartures",
    "LateFee",
    "Leave",
    "Lognormal",
    "Network",
    "NetworkError",
    "Number",
    "Pace",
    "Planned",
    "Poisson",
    "Pool",
    "Prices",
    "Proportional",
    "Put",
    "Recorded",
    "Serve",
    "Service",
    "Share",
    "Spell",
    "Station",
    "Stock",
    "Surge",
    "Take",
    "Timetable",
    "Travel",
    "Triangular",
    "Uniform",
]
