"""Where numbers come from: what is needed to make them again."""

import os
import platform
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from clearsim.experiment import Comparison, Result, Selection, Sweep
from clearsim.experiment.comparison import CONFIDENCE
from clearsim.numbers import percent

PACKAGES = ("clearsim", "simpy", "numba", "numpy", "scipy", "pandas", "pyarrow", "pydantic", "ruamel.yaml")


def provenance(found: Result | Comparison | Sweep | Selection, resolved: str) -> dict[str, Any]:
    """Versions, engine, seed, replications, SHA-256 of the resolved scenario, machine, wall time in seconds."""
    return {
        "clearsim": version("clearsim"),
        "packages": {name: version(name) for name in PACKAGES if name != "clearsim"},
        "python": platform.python_version(),
        "engine": found.engine,
        "seed": found.seed,
        "replications": found.replications,
        "scenario_sha256": sha256(resolved.encode()).hexdigest(),
        "machine": {"system": platform.system(), "architecture": platform.machine(), "cores": os.cpu_count()},
        "wall_time_s": round(found.elapsed_s, 3),
    }


def comparison_provenance(found: Comparison, resolved: str) -> dict[str, Any]:
    """As `provenance`, with the policies and what the half-widths of differences mean."""
    pairs = f"the {len(found.pairs)} pairs of policies of a KPI (Bonferroni)"
    half_width = f"simultaneous {percent(CONFIDENCE)} over {pairs}"
    return {**provenance(found, resolved), "policies": list(found.names), "difference_half_width": half_width}


def design_of(sweep: Sweep) -> dict[str, Any]:
    """What varied, as it was written, over how many points, under which policies."""
    return {
        "design": sweep.design,
        "vary": [factor.written.removeprefix("--vary ") for factor in sweep.vary],
        "points": len(sweep.points),
        "policies": list(sweep.policies),
    }
