"""Results as files. A folder of results is staged beside its place and moved there whole, or not at all."""

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from clearsim.experiment import Result
from clearsim.flow import Label
from clearsim.report.captions import Language
from clearsim.tables import boardings, visits
from clearsim.trace import Trace

WRITTEN = (
    "kpis.*",
    "visits-*.parquet",
    "boardings-*.parquet",
    "scenario.yaml",
    "provenance.json",
    "*.en.png",
    "*.zh.png",
)
"""Names under which results stand in their folder."""
PACKAGES = ("clearsim", "simpy", "numba", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "ruamel.yaml")


def provenance(result: Result, resolved: str) -> dict[str, Any]:
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

    They take the place of an earlier run's results, of which nothing stays; other files are left alone.
    Raises `OSError` at once where `folder` cannot be a folder or be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file, not a folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield stage
        folder.mkdir(exist_ok=True)
        written = sorted(path.name for path in stage.iterdir())
        for name in written:
            (stage / name).replace(folder / name)
        for pattern in WRITTEN:
            for old in folder.glob(pattern):
                if old.name not in written:
                    old.unlink()
    finally:
        shutil.rmtree(stage, ignore_errors=True)


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


def write_figures(folder: Path, result: Result, policies: Mapping[Label, Result]) -> None:
    """Queue by hour, and driver minutes by policy where there is one, each in English and in Chinese."""
    from clearsim.report.figures import driver_minutes, queues_by_hour

    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        queues_by_hour(result.trace, language).savefig(folder / f"queues-by-hour.{language}.png", dpi=150)
        if policies:
            named = {getattr(name, language): found for name, found in policies.items()}
            driver_minutes(named, language).savefig(folder / f"driver-minutes.{language}.png", dpi=150)


def write_results(folder: Path, result: Result, resolved: str) -> None:
    """KPIs (CSV that Excel opens, and Parquet), the resolved scenario, and where the numbers come from."""
    table = result.to_pandas()
    table.to_csv(folder / "kpis.csv", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    table.to_parquet(folder / "kpis.parquet", index=False)
    (folder / "scenario.yaml").write_text(resolved, encoding="utf-8")
    text = json.dumps(provenance(result, resolved), ensure_ascii=False, indent=2)
    (folder / "provenance.json").write_text(text + "\n", encoding="utf-8")
