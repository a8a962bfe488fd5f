"""The reference of the KPIs, made from their definitions so that it cannot drift."""

from clearsim.measures import KPIS

SUBJECTS = {
    "Flows: how many": ("Through", "Losses", "Trips"),
    "Deadlock": ("Deadlock",),
    "Drivers": ("Drivers",),
    "Waits and lines": ("Waits",),
    "Recovery after an event": ("Recovery",),
    "Time to a milestone": ("Dwell",),
    "Booked departures": ("Booked",),
    "Departures": ("Slots",),
    "Pools": ("Use", "Shifts", "Workforce"),
    "Labour rules": ("Conduct",),
    "Inspections": ("Inspections",),
    "Inspection control": ("Controls",),
    "Stocks": ("Shelf",),
    "Late fees": ("Fees",),
    "Money": ("StaffBill", "DriverBill", "RollOverBill", "LossBill", "Total"),
}


WARM_UP = """A run may begin with a warm-up (`warm_up`), which KPIs leave out. What is told of units (visits, waits,
minutes, times, bookings, fees) is then told of those that arrive in their flow when it is over, and of no
others. What is told of time (lines, pools, hours, what is done in an hour, departures, the lowest stock) is
told of the time after it, whoever is there. Recovery after an event and deadlocks are of the whole run."""


def kpi_reference() -> str:
    """Every KPI in Markdown: name, unit, labels, definition, and how it treats those still inside."""
    parts = [
        "# KPIs 指標\n",
        "Made by `clearsim kpis` from the definitions in `src/clearsim/measures/`.\n",
        "Where a flow is measured apart (`Flow.apart`), what is told of its drivers, milestones and departures\n",
        "is told of those who have the share (`export_truck/pre_reported`) and of the others too\n",
        "(`export_truck/not pre_reported`).\n",
        f"\n{WARM_UP}\n",
    ]
    for title, subjects in SUBJECTS.items():
        parts.append(f"\n## {title}\n")
        for item in KPIS.values():
            if item.subject in subjects:
                better = f"; {item.better} is better" if item.better else ""
                text = item.definition.replace("\n\n", "\n").replace("\n", " ")
                parts.append(f"\n**`{item.name}`** ({item.unit}) — {item.label}{better}. {text}\n")
    return "".join(parts)
