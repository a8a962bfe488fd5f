"""Labels: what people read for flows, stations and KPIs, in one language or in both."""

from typing import Literal

from clearsim.experiment import Key
from clearsim.measures import KPIS
from clearsim.network import Label
from clearsim.plan import Plan

Language = Literal["en", "zh"]
"""The language of titles and axes. The names of stations always carry both."""
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def in_language(label: Label, language: Language) -> str:
    """One half of a label; the English one where there is no Chinese.

    >>> in_language(Label("gate", "卡口"), "zh"), in_language(Label("gate"), "zh")
    ('卡口', 'gate')
    """
    return label.zh if language == "zh" and label.zh else label.en


def kpi_label(plan: Plan, key: Key) -> Label:
    """The KPI's own label, and in brackets its flow, the group of its flow, and its station."""
    kpi, (flow, _, group) = KPIS[key.kpi].label, key.flow.partition("/")
    places = [plan.label(name) for name in (flow, key.station) if name]
    if group:
        places.insert(1, plan.labels.get(key.flow) or Label(group.replace("_", " ")))
    if not places:
        return kpi
    chinese = "，".join(in_language(place, "zh") for place in places)
    return Label(f"{kpi.en} ({', '.join(place.en for place in places)})", f"{kpi.zh}（{chinese}）")
