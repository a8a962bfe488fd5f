"""clearsim: how goods clear customs, simulated before the peak.

A planner's scenario is a file: `load` it and `run` it. A researcher's network is made from the words of a flow:

>>> import clearsim as cs
>>> booth = cs.Network(
...     pools=[cs.Pool("officers", 3)],
...     stations=[cs.Station("booth", needs={"officers": 1})],
...     flows=[cs.Flow("truck", arrivals=cs.Poisson("30/h"), steps=[cs.Serve("booth", cs.Exponential("5 min"))])],
...     duration="8 h",
... )
>>> result = cs.run(booth, seed=1)
>>> result.visits().columns.tolist()
['flow', 'entity', 'station', 'joined_min', 'start_min', 'end_min']
"""

from typing import TYPE_CHECKING, Any

from clearsim import flow as _flow
from clearsim.flow import *  # noqa: F403  # the words of a flow are the package's words

if TYPE_CHECKING:
    from clearsim.experiment import Comparison, Range, Result, Selection, Sweep, compare, run, select, sweep
    from clearsim.foresight import foresee
    from clearsim.scenario import Scenario, ScenarioError, load

_LAZY = {
    **dict.fromkeys(
        ("Comparison", "Range", "Result", "Selection", "Sweep", "compare", "run", "select", "sweep"),
        "clearsim.experiment",
    ),
    "foresee": "clearsim.foresight",
    **dict.fromkeys(("Scenario", "ScenarioError", "load"), "clearsim.scenario"),
}
__all__ = [
    *_flow.__all__,
    "Comparison",
    "Range",
    "Result",
    "Scenario",
    "ScenarioError",
    "Selection",
    "Sweep",
    "compare",
    "foresee",
    "load",
    "run",
    "select",
    "sweep",
]


if not TYPE_CHECKING:  # or type checkers would take every name for one that there is

    def __getattr__(name: str) -> Any:
        """Import what is heavy when it is first used."""
        if name not in _LAZY:
            raise AttributeError(f"module 'clearsim' has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return __all__
