"""One replication: from a plan and a demand to a trace, by one of the two engines."""

from typing import Literal

from clearsim.demand import Demand, draw
from clearsim.engines import Progress
from clearsim.language import Text
from clearsim.measures import check
from clearsim.network import At, Flow, Hold, Network
from clearsim.plan import Plan, compile_network
from clearsim.trace import Trace

Engine = Literal["compiled", "simpy"]
ENGINES: tuple[Engine, ...] = ("compiled", "simpy")


def simulate(plan: Plan, demand: Demand, engine: Engine = "compiled", progress: Progress | None = None) -> Trace:
    """The trace of a plan and a demand, checked for conservation."""
    # SimPy and numba take their time to import: each where a run needs it.
    if engine == "simpy":
        from clearsim.engines.reference import simulate as run_engine
    else:
        from clearsim.engines.compiled import simulate as run_engine
    trace = run_engine(plan, demand, progress)
    check(trace)
    return trace


def preparation(engine: Engine) -> Text | None:
    """What the engine must do before its first run, in a sentence; None where it is ready."""
    if engine == "simpy":
        return None
    from clearsim.engines.cache import folder, is_filled

    if folder() is None:
        return Text("compiling the engine takes some seconds in every run: there is no folder to keep it in")
    return None if is_filled() else Text("compiling the engine, once; this takes some seconds")


def compile_engine() -> None:
    """Compile the engine, or load it, with a run of nothing in particular."""
    nothing = Network(flows=[Flow("nobody", arrivals=At([0.0]), steps=[Hold(1.0)])])
    simulate(compile_network(nothing), draw(nothing, seed=0))
