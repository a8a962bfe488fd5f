"""Results as files: what stands in a folder of results. How they are written: `clearsim.outputs`."""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from clearsim.experiment import Comparison, Key, Result, Sweep
from clearsim.experiment.comparison import CONFIDENCE
from clearsim.measures import KPIS
from clearsim.network import Label
from clearsim.outputs import ORIGIN, Results
from clearsim.report.labels import LANGUAGES, in_language
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
)
"""Names that some kind of results always has: whether they are free is known before the work."""
FOR_EXCEL: dict[str, Any] = {"index": False, "encoding": "utf-8-sig", "lineterminator": "\r\n"}
PACKAGES = ("clearsim", "simpy", "numba", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "ruamel.yaml")


def provenance(result: Result | Comparison | Sweep, resolved: str) -> dict[str, Any]:
    """What made the numbers: versions, seed, the resolved scenario's SHA-256, machine, wall time in seconds."""
    return {
        "clearsim": version("clearsim"),
        "packages": {name: version(name) for name in PACKAGES if name != "clearsim"},
        "python": platform.python_version(),
        "engine": result.engine,
        "seed": result.seed,
        "replications": result.replications,
        "scenario_sha256": sha256(resolved.encode()).hexdigest(),
        "machine": {"system": platform.system(), "architecture": platform.machine(), "cores": os.cpu_count()},
        "wall_time_s": round(result.elapsed_s, 3),
    }


def as_json(result: Result, title: Mapping[str, str], resolved: str) -> str:
    """A result as one JSON object: scenario, engine, seed, replications, provenance, kpis."""
    return json.dumps(
        {
            "scenario": title,
            "engine": result.engine,
            "seed": result.seed,
            "replications": result.replications,
            "provenance": provenance(result, resolved),
            "kpis": [row._asdict() for row in result.kpis],
        },
        ensure_ascii=False,
        allow_nan=False,
    )


def write_trace(folder: Results, replication: int, trace: Trace) -> None:
    """The visits and boardings of a replication, as Parquet."""
    _write_parquet(folder, f"visits-{replication:03d}", visits(trace))
    _write_parquet(folder, f"boardings-{replication:03d}", boardings(trace))


def comparison_as_json(found: Comparison, title: Mapping[str, str], resolved: str) -> str:
    """A comparison as one JSON object: each policy's KPIs; differences and rankings of those that a planner reads."""
    about = comparison_provenance(found, resolved)
    return json.dumps(
        {
            "scenario": title,
            **{name: about[name] for name in ("engine", "seed", "replications")},
            "provenance": about,
            "policies": {name: {"zh": label.zh, "en": label.en} for name, label in found.labels.items()},
            "differences": [row._asdict() for key in found.kpis for row in found.differences(key)],
            "rankings": [{**key._asdict(), **_ranking(found, key)} for key in found.kpis],
            "kpis": {name: [row._asdict() for row in result.kpis] for name, result in found.results.items()},
        },
        ensure_ascii=False,
        allow_nan=False,
    )


def comparison_provenance(found: Comparison, resolved: str) -> dict[str, Any]:
    """What made a comparison: as `provenance`, with the policies and what the half-widths of differences mean."""
    pairs = len(found.pairs)
    intervals = f"simultaneous {100 * CONFIDENCE:g} % over the {pairs} pairs of policies of a KPI (Bonferroni)"
    return {**provenance(found, resolved), "policies": list(found.names), "difference_half_width": intervals}


def _ranking(found: Comparison, key: Key) -> dict[str, Any]:
    ranking = found.ranking(key)
    tiers = [{"policies": tier.policies, "better_than": tier.told} for tier in ranking.tiers]
    return {"better": KPIS[key.kpi].better or "", "tiers": tiers, "undefined": ranking.undefined}


def write_comparison(folder: Results, found: Comparison, resolved: str) -> None:
    """Every difference, every policy's KPIs, the scenario, where the numbers come from, and figures in both languages.

    A figure of differences for each KPI that a planner reads and in which any policy differs; and the frontier of staff
    hours and driver wait, where there are both.
    """
    from clearsim.report.figures import differences, frontier

    _write_table(folder, "comparison", found.to_pandas())
    _write_table(folder, "kpis", found.means())
    _write_origin(folder, comparison_provenance(found, resolved), resolved)
    has = {key.kpi for key in found.keys}
    for language in LANGUAGES:
        for key in found.kpis:
            if any(found.verdict(key, name) not in ("equal", "undefined") for name in found.names[1:]):
                name = "-".join(part for part in ("differences", key.flow, key.station, key.kpi) if part)
                name = re.sub(r"[^\w.-]+", "-", name)
                _write_figure(folder, f"{name}.{language}", differences(found, key, language))
        if {"staff_hours", "driver_wait_mean"} <= has:
            _write_figure(folder, f"frontier.{language}", frontier(found, language))


def write_figures(folder: Results, result: Result, policies: Mapping[Label, Result]) -> None:
    """Queue by hour, and driver minutes by policy where there is one, each in English and in Chinese."""
    from clearsim.report.figures import driver_minutes, queues_by_hour

    for language in LANGUAGES:
        _write_figure(folder, f"queues-by-hour.{language}", queues_by_hour(result.trace, language))
        if policies:
            named = {in_language(name, language): found for name, found in policies.items()}
            _write_figure(folder, f"driver-minutes.{language}", driver_minutes(named, language))


def write_results(folder: Results, result: Result, resolved: str) -> None:
    """KPIs (CSV that Excel opens, and Parquet), the resolved scenario, and where the numbers come from."""
    _write_table(folder, "kpis", result.to_pandas())
    _write_origin(folder, provenance(result, resolved), resolved)


def design_of(sweep: Sweep) -> dict[str, Any]:
    """What varied, as it was written, over how many points, under which policies."""
    return {
        "design": sweep.design,
        "vary": [factor.written.removeprefix("--vary ") for factor in sweep.vary],
        "points": len(sweep.points),
        "policies": list(sweep.policies),
    }


def sweep_as_json(sweep: Sweep, title: Mapping[str, str], resolved: str) -> str:
    """A sweep as one JSON object: scenario, provenance, design, and the KPIs of every point under every policy."""
    return json.dumps(
        {
            "scenario": title,
            "provenance": provenance(sweep, resolved),
            **design_of(sweep),
            "found": [
                {
                    "point": number,
                    "values": {factor.name: value for factor, value in zip(sweep.vary, point, strict=True)},
                    "policy": policy,
                    "kpis": [row._asdict() for row in sweep.result(number, policy).kpis],
                }
                for number, point in enumerate(sweep.points)
                for policy in sweep.policies
            ],
        },
        ensure_ascii=False,
        allow_nan=False,
    )


def write_sweep(folder: Results, sweep: Sweep, keys: Sequence[Key], resolved: str) -> str:
    """Every replication's KPIs (CSV and Parquet), their means, where they come from, and a figure a KPI of `keys`.

    Returns what is wrong with figures that cannot be drawn, else nothing.
    """
    from clearsim.report.figures import sweep_lines

    _write_table(folder, "sweep", sweep.to_pandas())
    _write_csv(folder, "summary", sweep.summary())
    _write_origin(folder, provenance(sweep, resolved) | design_of(sweep), resolved)
    try:
        for key in keys:
            name = re.sub(r"[^\w.-]+", "-", str(key))
            for language in LANGUAGES:
                _write_figure(folder, f"sweep-{name}.{language}", sweep_lines(sweep, key, language))
    except ValueError as error:
        return f"no figure: {error}"
    return ""


def _write_table(folder: Results, name: str, table: "pd.DataFrame") -> None:
    _write_csv(folder, name, table)
    _write_parquet(folder, name, table)


def _write_csv(folder: Results, name: str, table: "pd.DataFrame") -> None:
    folder.write(f"{name}.csv", lambda path: table.to_csv(path, **FOR_EXCEL))


def _write_parquet(folder: Results, name: str, table: "pd.DataFrame") -> None:
    folder.write(f"{name}.parquet", lambda path: table.to_parquet(path, index=False))


def _write_figure(folder: Results, name: str, figure: "Figure") -> None:
    folder.write(f"{name}.png", lambda path: figure.savefig(path, dpi=150))


def _write_origin(folder: Results, about: Mapping[str, Any], resolved: str) -> None:
    folder.write("scenario.yaml", lambda path: path.write_text(resolved, encoding="utf-8"))
    folder.write_json(ORIGIN, about)
