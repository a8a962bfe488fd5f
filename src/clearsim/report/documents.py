"""What was found as one JSON object, for programs. NaN and infinity do not occur: undefined is null."""

import json
from collections.abc import Mapping
from typing import Any

from clearsim.experiment import Comparison, Key, Result, Selection, Sweep
from clearsim.measures import KPIS
from clearsim.report.provenance import comparison_provenance, design_of, provenance

Title = Mapping[str, str]
"""The scenario: its title in both languages (`zh`, `en`) and its `file`."""


def result_json(found: Result, title: Title, resolved: str) -> str:
    """A run: scenario, engine, seed, replications, provenance, KPIs."""
    return _json(
        scenario=title,
        engine=found.engine,
        seed=found.seed,
        replications=found.replications,
        provenance=provenance(found, resolved),
        kpis=_kpis(found),
    )


def comparison_json(found: Comparison, title: Title, resolved: str) -> str:
    """A comparison: the KPIs of every policy; differences and rankings of those that a planner reads."""
    return _json(
        scenario=title,
        engine=found.engine,
        seed=found.seed,
        replications=found.replications,
        provenance=comparison_provenance(found, resolved),
        policies={name: {"zh": label.zh, "en": label.en} for name, label in found.labels.items()},
        differences=[row._asdict() for key in found.kpis for row in found.differences(key)],
        rankings=[{**key._asdict(), **_ranking(found, key)} for key in found.kpis],
        kpis={name: _kpis(result) for name, result in found.results.items()},
    )


def sweep_json(found: Sweep, title: Title, resolved: str) -> str:
    """A sweep: provenance, design, and the KPIs of every point under every policy."""
    return _json(
        scenario=title,
        provenance=provenance(found, resolved),
        **design_of(found),
        found=[
            {
                "point": number,
                "values": {factor.name: value for factor, value in zip(found.vary, point, strict=True)},
                "policy": policy,
                "kpis": _kpis(found.result(number, policy)),
            }
            for number, point in enumerate(found.points)
            for policy in found.policies
        ],
    )


def selection_json(found: Selection) -> str:
    """A selection: see `selection_about`."""
    return _json(**selection_about(found))


def selection_about(found: Selection) -> dict[str, Any]:
    """The answer of a selection, how sure it is, and what was found of every policy."""
    return {
        "method": found.method,
        "kpi": found.key._asdict(),
        "goal": found.goal,
        "indifference": found.indifference,
        "bounds": [str(bound) for bound in found.bounds],
        "confidence": found.confidence,
        "best": found.best,
        "ties": found.ties,
        "undecided": found.undecided,
        "policies": [judged._asdict() for judged in found.policies],
        "seed": found.seed,
        "engine": found.engine,
        "replications": found.replications,
    }


def _kpis(found: Result) -> list[dict[str, Any]]:
    return [row._asdict() for row in found.kpis]


def _ranking(found: Comparison, key: Key) -> dict[str, Any]:
    ranking = found.ranking(key)
    tiers = [{"policies": tier.policies, "better_than": tier.apart} for tier in ranking.tiers]
    return {"better": KPIS[key.kpi].better or "", "tiers": tiers, "undefined": ranking.undefined}


def _json(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False, allow_nan=False)
