"""Scenarios: what a planner wrote, validated, with every mistake located and every number's source kept."""

from typing import TYPE_CHECKING, Any

from clearsim.located.problems import Problem, ScenarioError, as_json, render
from clearsim.located.provenance import Origin, Provenance
from clearsim.scenario.loading import ALL, BASE, Loaded, load, loads

if TYPE_CHECKING:
    from clearsim.scenario.model import Scenario

__all__ = [
    "ALL",
    "BASE",
    "Loaded",
    "Origin",
    "Problem",
    "Provenance",
    "Scenario",
    "ScenarioError",
    "as_json",
    "load",
    "loads",
    "render",
]


def __getattr__(name: str) -> Any:
    if name == "Scenario":
        from clearsim.scenario.model import Scenario  # the model takes longer to build than all else here together

        return Scenario
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
