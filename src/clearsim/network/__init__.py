"""The words of a flow: pools, stations, stocks, services, and the steps that lead through them.

A flow is data. The domain's flows in `clearsim.customs` and a researcher's in a notebook are written in the same words,
and both engines, the measures, the drawing of the network and the documentation read them from there.

>>> booth = Network(
...     pools=[Pool("officers", {"00:00": 1, "08:00": 3})],
...     stations=[Station("booth", needs={"officers": 1})],
...     flows=[Flow("truck", arrivals=Poisson("20/h"), steps=[Serve("booth", Exponential("5 min"))])],
... )
"""

from clearsim.language import Label
from clearsim.network.arrivals import Ahead, At, Follows, Landing, Landings, Late, Poisson, Recorded, Surge
from clearsim.network.attributes import AllOf, AnyOf, Category, During, Number, Share
from clearsim.network.calendar import Adjustment, Calendar, Planned
from clearsim.network.flows import Control, Flow, LateFee
from clearsim.network.labour import Labour, Spell
from clearsim.network.network import Network, NetworkError
from clearsim.network.pace import Between, Pace
from clearsim.network.parts import Event
from clearsim.network.places import Pool, Station, Stock
from clearsim.network.prices import Prices
from clearsim.network.services import Departures, LateDepartures, Service
from clearsim.network.staffing import Backlog, Forecast, Proportional
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Take, Travel
from clearsim.network.times import (
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
    "Landings",
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
    "Travel",
    "Triangular",
    "Uniform",
]
