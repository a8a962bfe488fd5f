"""The reference of the KPIs, made from their definitions so that it cannot drift."""

from clearsim.language import Text, word
from clearsim.measures import KPIS
from clearsim.measures.control import Controls
from clearsim.measures.deadlock import Deadlock
from clearsim.measures.departures import Booked, Slots
from clearsim.measures.drivers import Drivers
from clearsim.measures.dwell import Dwell, Fees, Losses, Through, Trips
from clearsim.measures.kpi import Kpi
from clearsim.measures.labour import Conduct
from clearsim.measures.money import DriverBill, LossBill, RollOverBill, StaffBill, Total
from clearsim.measures.recovery import Recovery
from clearsim.measures.resources import Inspections, Shelf, Shifts, Use, Workforce
from clearsim.measures.waits import Waits
from clearsim.numbers import unit_words

SUBJECTS = {
    Text("Flows: how many"): (Through, Losses, Trips),
    Text("Deadlock"): (Deadlock,),
    Text("Drivers"): (Drivers,),
    Text("Waits and lines"): (Waits,),
    Text("Recovery after an event"): (Recovery,),
    Text("Time to a milestone"): (Dwell,),
    Text("Booked departures"): (Booked,),
    Text("Departures"): (Slots,),
    Text("Pools"): (Use, Shifts, Workforce),
    Text("Labour rules"): (Conduct,),
    Text("Inspections"): (Inspections,),
    Text("Inspection control"): (Controls,),
    Text("Stocks"): (Shelf,),
    Text("Late fees"): (Fees,),
    Text("Money"): (StaffBill, DriverBill, RollOverBill, LossBill, Total),
}
"""The headings of the page, and the subjects of the KPIs below each."""

GROUPS = Text(
    "Where a flow is measured apart (`Flow.apart`), KPIs of its drivers, milestones and departures are also reported "
    "for those who have the attribute (`export_truck/pre_reported`) and for the others "
    "(`export_truck/not pre_reported`)."
)
WARM_UP = Text(
    "A run may begin with a warm-up (`warm_up`), which KPIs leave out. KPIs of units (visits, waits, minutes, times, "
    "bookings, fees) then count only units that arrive in their flow after it. KPIs of time (lines, pools, hours, what "
    "is done in an hour, departures, the lowest stock) count only the time after it, with every unit that is there. "
    "Recovery after an event and deadlocks are of the whole run."
)


def kpi_reference() -> str:
    """Every KPI in Markdown, in the language in use: name, unit, label, definition, what it does with those inside."""
    parts = [f"# {word(Text('KPIs'))}\n"]
    made = Text("Made by `clearsim kpis` from the definitions in `src/clearsim/measures/`.")
    parts += [f"\n{word(paragraph)}\n" for paragraph in (made, GROUPS, WARM_UP)]
    for title, subjects in SUBJECTS.items():
        parts.append(f"\n## {word(title)}\n")
        parts += [f"\n{word(_entry(kpi))}\n" for kpi in KPIS.values() if kpi.subject in subjects]
    return "".join(parts)


def _entry(kpi: Kpi) -> Text:
    about = {"name": kpi.name, "unit": unit_words(kpi.unit), "label": kpi.label, "text": kpi.definition}
    if kpi.better == "less":
        return Text("**`{name}`** ({unit}) — {label}; less is better. {text}", **about)
    if kpi.better == "more":
        return Text("**`{name}`** ({unit}) — {label}; more is better. {text}", **about)
    return Text("**`{name}`** ({unit}) — {label}. {text}", **about)
