"""What people read for a KPI of a flow or a station."""

from clearsim.experiment import Key
from clearsim.language import Label, Text, listed
from clearsim.measures import KPIS
from clearsim.plan import Plan


def kpi_label(plan: Plan, key: Key) -> Text:
    """The KPI's own label, and in brackets its flow, the group of its flow, and its station."""
    kpi, (flow, _, group) = KPIS[key.kpi].label, key.flow.partition("/")
    places = [plan.label(name) for name in (flow, key.station) if name]
    if group:
        places.insert(1, plan.labels.get(key.flow) or Label(group.replace("_", " ")))
    return Text("{kpi} ({places})", kpi=kpi, places=listed(places)) if places else listed([kpi])
