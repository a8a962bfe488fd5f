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

if TYPE_CHECKING:
    from clearsim import network as _network
    from clearsim.experiment import Comparison, Range, Result, Selection, Study, Sweep, compare, run, select, sweep
    from clearsim.network import *  # noqa: F403  # the words of a flow are the package's words
    from clearsim.scenario import Scenario, ScenarioError, load
    from clearsim.staffing.foresight import foresee

    __all__ = [
        *_network.__all__,
        "Comparison",
        "Range",
        "Result",
        "Scenario",
        "ScenarioError",
        "Selection",
        "Study",
        "Sweep",
        "compare",
        "foresee",
        "load",
        "run",
        "select",
        "sweep",
    ]

_LAZY = {
    **dict.fromkeys(
        ("Comparison", "Range", "Result", "Selection", "Study", "Sweep", "compare", "run", "select", "sweep"),
        "clearsim.experiment",
    ),
    "foresee": "clearsim.staffing.foresight",
    **dict.fromkeys(("Scenario", "ScenarioError", "load"), "clearsim.scenario"),
}


if not TYPE_CHECKING:  # or type checkers would take every name for one that there is

    def __getattr__(name: str) -> Any:
        """Import what is used when it is first used: the command line answers Ctrl-C before anything is imported."""
        from importlib import import_module

        if name in _LAZY:
            return getattr(import_module(_LAZY[name]), name)
        if name == "__all__" or not name.startswith("_"):
            words = import_module("clearsim.network").__all__
            if name == "__all__":
                return sorted([*words, *_LAZY])
            if name in words:
                return getattr(import_module("clearsim.network"), name)
        raise AttributeError(f"module 'clearsim' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return list(__getattr__("__all__"))
