"""Results as files. A folder of results is staged beside its place and moved there whole, or not at all."""

import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearsim.experiment import Comparison, Key, Result, Sweep
from clearsim.experiment.comparison import CONFIDENCE
from clearsim.flow import Label
from clearsim.measures import KPIS
from clearsim.report.captions import Language
from clearsim.tables import boardings, visits
from clearsim.trace import Trace

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES: tuple[Language, ...] = ("en", "zh")
ORIGIN = "provenance.json"
"""Where the numbers come from, and the files that were written together."""
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


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """An empty folder to write into. On leaving, its files are moved into `folder`; after an error nothing is.

    They take the place of an earlier run's results, of which nothing stays; those are the files that the earlier
    `provenance.json` lists. Other files are left alone. Raises `OSError` where `folder` cannot be a folder or be
    written to, and where somebody else's file stands in the way: at once, if its name is among `RESERVED`.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file, not a folder")
    earlier = _listed(folder)
    _refuse_foreign(folder, RESERVED, earlier)
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield stage
        written = sorted(path.name for path in stage.iterdir())
        _refuse_foreign(folder, written, earlier)
        about = json.loads((stage / ORIGIN).read_text(encoding="utf-8"))
        _write_json(stage / ORIGIN, about | {"files": written})
        folder.mkdir(exist_ok=True)
        for name in written:
            (stage / name).replace(folder / name)
        for name in earlier.difference(written):
            (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _listed(folder: Path) -> set[str]:
    """The names of the files that an earlier run wrote into a folder, by its own account."""
    try:
        files = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))["files"]
        return {name for name in files if Path(name).name == name}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _refuse_foreign(folder: Path, names: Iterable[str], earlier: Set[str]) -> None:
    foreign = sorted(name for name in names if name not in earlier and (folder / name).exists())
    if foreign:
        raise FileExistsError(f"{folder} holds {', '.join(foreign)}, which no earlier run wrote: choose another folder")


def write_whole(path: Path, content: str) -> None:
    """Write a text file whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(content, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_trace(folder: Path, replication: int, trace: Trace) -> None:
    """The visits and boardings of a replication, as Parquet."""
    visits(trace).to_parquet(folder / f"visits-{replication:03d}.parquet", index=False)
    boardings(trace).to_parquet(folder / f"boardings-{replication:03d}.parquet", index=False)


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


def write_comparison(folder: Path, found: Comparison, resolved: str) -> None:
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
                differences(found, key, language).savefig(folder / f"{name}.{language}.png", dpi=150)
        if {"staff_hours", "driver_wait_mean"} <= has:
            frontier(found, language).savefig(folder / f"frontier.{language}.png", dpi=150)


def write_figures(folder: Path, result: Result, policies: Mapping[Label, Result]) -> None:
    """Queue by hour, and driver minutes by policy where there is one, each in English and in Chinese."""
    from clearsim.report.figures import driver_minutes, queues_by_hour

    for language in LANGUAGES:
        queues_by_hour(result.trace, language).savefig(folder / f"queues-by-hour.{language}.png", dpi=150)
        if policies:
            named = {getattr(name, language): found for name, found in policies.items()}
            driver_minutes(named, language).savefig(folder / f"driver-minutes.{language}.png", dpi=150)


def write_results(folder: Path, result: Result, resolved: str) -> None:
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


def write_sweep(folder: Path, sweep: Sweep, keys: Sequence[Key], resolved: str) -> str:
    """Every replication's KPIs (CSV and Parquet), their means, where they come from, and a figure a KPI of `keys`.

    Returns what is wrong with figures that cannot be drawn, else nothing.
    """
    from clearsim.report.figures import sweep_lines

    _write_table(folder, "sweep", sweep.to_pandas())
    sweep.summary().to_csv(folder / "summary.csv", **FOR_EXCEL)
    _write_origin(folder, provenance(sweep, resolved) | design_of(sweep), resolved)
    try:
        for key in keys:
            name = re.sub(r"[^\w.-]+", "-", str(key))
            for language in LANGUAGES:
                sweep_lines(sweep, key, language).savefig(folder / f"sweep-{name}.{language}.png", dpi=150)
    except ValueError as error:
        return f"no figure: {error}"
    return ""


def _write_table(folder: Path, name: str, table: "pd.DataFrame") -> None:
    table.to_csv(folder / f"{name}.csv", **FOR_EXCEL)
    table.to_parquet(folder / f"{name}.parquet", index=False)


def _write_origin(folder: Path, about: Mapping[str, Any], resolved: str) -> None:
    (folder / "scenario.yaml").write_text(resolved, encoding="utf-8")
    _write_json(folder / ORIGIN, about)


def _write_json(path: Path, about: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
