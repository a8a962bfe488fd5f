"""Results as files: what lies in a folder of results. `clearsim.outputs` says how a folder is written."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clearsim.experiment import Comparison, Key, Result, Selection, Sweep
from clearsim.language import Label, Text
from clearsim.outputs import ORIGIN, Results
from clearsim.report.documents import selection_about
from clearsim.report.provenance import comparison_provenance, design_of, provenance
from clearsim.trace import Trace
from clearsim.trace.tables import boardings, visits

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

RESERVED = (
    ORIGIN,
    "scenario.yaml",
    "kpis.csv",
    "kpis.parquet",
    "sweep.csv",
    "sweep.parquet",
    "summary.csv",
    "comparison.csv",
    "comparison.parquet",
    "selection.csv",
    "selection.json",
)
"""Names that some kind of results always has: whether they are free is checked before the work."""
FOR_EXCEL: dict[str, Any] = {"index": False, "encoding": "utf-8-sig", "lineterminator": "\r\n"}


def write_results(folder: Results, result: Result, resolved: str) -> None:
    """KPIs (CSV that Excel opens, and Parquet), the resolved scenario, and where the numbers come from."""
    _write_table(folder, "kpis", result.to_pandas())
    _write_origin(folder, provenance(result, resolved), resolved)


def write_trace(folder: Results, replication: int, trace: Trace) -> None:
    """The visits and boardings of a replication, as Parquet."""
    _write_parquet(folder, f"visits-{replication:03d}", visits(trace))
    _write_parquet(folder, f"boardings-{replication:03d}", boardings(trace))


def write_selection(folder: Results, found: Selection, resolved: str) -> None:
    """The answer (JSON) and what was found of every policy, all of its KPIs, the scenario, where the numbers come from.

    The KPIs of a policy are means over as many replications as the selection made of it.
    """
    folder.write_json("selection.json", selection_about(found))
    _write_csv(folder, "selection", found.to_pandas())
    _write_table(folder, "kpis", found.means())
    _write_origin(folder, provenance(found, resolved) | {"policies": list(found.results)}, resolved)


def write_figures(folder: Results, result: Result, policies: Mapping[Label, Result]) -> None:
    """Queue by hour; and driver minutes by policy, if there are any policies. Both are in the language in use."""
    from clearsim.report.figures import driver_minutes, queues_by_hour

    _write_figure(folder, "queues-by-hour", queues_by_hour(result.trace))
    if policies:
        _write_figure(folder, "driver-minutes", driver_minutes(policies))


def write_comparison(folder: Results, found: Comparison, resolved: str) -> None:
    """Every difference, every policy's KPIs, the scenario, where the numbers come from, and figures.

    There is a figure of differences for each KPI that a planner reads and in which any policy differs, and the frontier
    of staff hours and driver wait where there are both. All are in the language in use.
    """
    from clearsim.report.figures import differences, frontier

    _write_table(folder, "comparison", found.to_pandas())
    _write_table(folder, "kpis", found.means())
    _write_origin(folder, comparison_provenance(found, resolved), resolved)
    for key in found.kpis:
        if any(found.verdict(key, name) not in ("equal", "undefined") for name in found.names[1:]):
            name = "-".join(part for part in ("differences", key.flow, key.station, key.kpi) if part)
            _write_figure(folder, name, differences(found, key))
    if {"staff_hours", "driver_wait_mean"} <= {key.kpi for key in found.keys}:
        _write_figure(folder, "frontier", frontier(found))


def write_sweep(folder: Results, sweep: Sweep, keys: Sequence[Key], resolved: str) -> Text | None:
    """Every replication's KPIs, their means (CSV), the scenario, where the numbers come from, and a figure of each key.

    Figures are in the language in use. Returns why they cannot be drawn, None where they can.
    """
    from clearsim.report.figures import sweep_lines

    _write_table(folder, "sweep", sweep.to_pandas())
    _write_csv(folder, "summary", sweep.summary())
    _write_origin(folder, provenance(sweep, resolved) | design_of(sweep), resolved)
    try:
        for key in keys:
            _write_figure(folder, f"sweep-{key}", sweep_lines(sweep, key))
    except ValueError as error:
        return Text("no figure: {why}", why=error)
    return None


def _write_table(folder: Results, name: str, table: "pd.DataFrame") -> None:
    _write_csv(folder, name, table)
    _write_parquet(folder, name, table)


def _write_csv(folder: Results, name: str, table: "pd.DataFrame") -> None:
    folder.write(f"{name}.csv", lambda path: table.to_csv(path, **FOR_EXCEL))


def _write_parquet(folder: Results, name: str, table: "pd.DataFrame") -> None:
    folder.write(f"{name}.parquet", lambda path: table.to_parquet(path, index=False))


def _write_figure(folder: Results, name: str, figure: "Figure") -> None:
    """A figure; what a file name should not have is replaced by hyphens."""
    name = re.sub(r"[^\w.-]+", "-", name)
    folder.write(f"{name}.png", lambda path: figure.savefig(path, dpi=150))


def _write_origin(folder: Results, about: Mapping[str, Any], resolved: str) -> None:
    folder.write("scenario.yaml", lambda path: path.write_text(resolved, encoding="utf-8"))
    folder.write_json(ORIGIN, about)
