"""The reference of the KPIs, made from their definitions so that it cannot drift."""

from clearsim.measures import KPIS

SUBJECTS = {
    "Flows: how many": ("Through", "Losses", "Trips"),
    "Drivers": ("Drivers",),
    "Waits and lines": ("Waits",),
    "Recovery after an event": ("Recovery",),
    "Time to a milestone": ("Dwell",),
    "Booked departures": ("Booked",),
    "Departures": ("Slots",),
    "Pools": ("Use", "Shifts", "Workforce"),
    "Inspections": ("Inspections",),
    "Inspection control": ("Controls",),
    "Stocks": ("Shelf",),
    "Late fees": ("Fees",),
    "Money": ("StaffBill", "DriverBill", "RollOverBill", "LossBill", "Total"),
}


def kpi_reference() -> str:
    """Every KPI in Markdown: name, unit, labels, definition, and how it treats those still inside."""
    parts = [
        "# KPIs 指標\n",
        "Made by `clearsim kpis > docs/kpis.md` from the definitions in `src/clearsim/measures/`.\n",
        "Where a flow is measured apart (`Flow.apart`), what is told of its drivers, milestones and departures\n",
        "is told of those who have the share (`export_truck/pre_reported`) and of the others too\n",
        "(`export_truck/not pre_reported`).\n",
    ]
    for title, subjects in SUBJECTS.items():
        parts.append(f"\n## {title}\n")
        for item in KPIS.values():
            if item.subject in subjects:
                better = f"; {item.better} is better" if item.better else ""
                text = item.definition.replace("\n\n", "\n").replace("\n", " ")
                parts.append(f"\n**`{item.name}`** ({item.unit}) — {item.label}{better}. {text}\n")
    return "".join(parts)
