"""The table of the flows: how many came, what their drivers did, how long until each milestone, what was late."""

from clearsim.experiment import KpiRow, Result
from clearsim.language import Label, Text
from clearsim.measures import KPIS
from clearsim.measures.dwell import Dwell
from clearsim.numbers import unit_words
from clearsim.report.summary.chosen import is_shown
from clearsim.report.table import Row, Table, indented, kpi_row

FLOW_KPIS = (
    ("arrived", "not_arrived", "inside", "lost", "lost_share", "trips"),
    (
        "driver_wait_mean",
        "driver_wait_p95",
        "driver_queueing_in_cab",
        "driver_out_of_cab",
        "driver_served_in_cab",
        "driver_driving",
    ),
    ("dwell_mean", "dwell_p90", "within_24h"),
    ("on_booked", "roll_over_mean"),
    ("late_share", "late_fees"),
    ("controlled_share", "hits", "missed", "hits_per_officer_hour", "hits_per_driver_hour"),
)
"""What is shown of a flow. KPIs of one line stand together for each of the flow's milestones and departures."""
GROUP_KPIS = ("driver_wait_mean", "driver_wait_p95", "dwell_mean")
"""What is shown of the groups of a flow too."""


def flow_table(result: Result) -> Table:
    """The KPIs of every flow, and below some of them those of its groups."""
    rows: list[Row] = []
    for flow in result.plan.flows.names:
        own = [row for row in result.kpis if row.flow == flow and is_shown(row)]
        rows.append((result.plan.label(flow),))
        for row in (row for kpis in FLOW_KPIS for row in own if row.kpi in kpis):
            rows.append(kpi_row(indented(_name(result, row)), row, unit_words(row.unit)))
            for group in groups_of(result, row):
                name = indented(indented(result.plan.label(group.flow)))
                rows.append(kpi_row(name, group, unit_words(group.unit)))
    unit = Text("unit")
    return Table(Text("Flows"), (Text("KPI"), Text("value"), "± 95 %", unit), tuple(rows), words=(unit,))


def groups_of(result: Result, row: KpiRow) -> list[KpiRow]:
    """The same KPI of the groups of its flow, in pairs (has the attribute, has it not); pairs that lack one are out."""
    if row.kpi not in GROUP_KPIS:
        return []
    flows = result.plan.flows
    names = [group.name for group in flows.groups[flows.names.index(row.flow)]]
    found = {group.flow: group for group in result.kpis if (group.kpi, group.station) == (row.kpi, row.station)}
    pairs = [(found[has], found[has_not]) for has, has_not in zip(names[::2], names[1::2], strict=True)]
    return [group for pair in pairs if all(group.mean is not None for group in pair) for group in pair]


def _name(result: Result, row: KpiRow) -> Label | Text:
    """The name of the KPI, behind that of its milestone if it is about one."""
    kpi = KPIS[row.kpi]
    if kpi.subject is not Dwell:
        return kpi.label
    return Text("{milestone}: {kpi}", milestone=result.plan.label(row.station), kpi=kpi.label)
