"""The reference of the KPIs, made from their definitions so that it cannot drift."""

from clearsim.measures import KPIS

SUBJECTS = {
    "Through": "Flows: how many",
    "Drivers": "Drivers",
    "Waits": "Waits and lines",
    "Dwell": "Time to a milestone",
    "Booked": "Booked departures",
    "Slots": "Departures",
    "Use": "Pools",
    "Inspections": "Inspections",
    "Shelf": "Stocks",
    "Fees": "Late fees",
}


def kpi_reference() -> str:
    """Every KPI in Markdown: name, unit, labels, definition, and how it treats those still inside."""
    parts = [
        "# KPIs 指標\n",
        "Made by `clearsim kpis > docs/kpis.md` from the definitions in `src/clearsim/measures/`.\n",
    ]
    for subject, title in SUBJECTS.items():
        parts.append(f"\n## {title}\n")
        for item in KPIS.values():
            if item.subject == subject:
                text = item.definition.replace("\n\n", "\n").replace("\n", " ")
                parts.append(f"\n**`{item.name}`** ({item.unit}) — {item.label}. {text}\n")
    return "".join(parts)
