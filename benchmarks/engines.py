"""How fast the engines are: ratios measured in one process, alternately, medians of several runs.

    python benchmarks/engines.py [--runs 5] [--largest 1e7] [--json engines.json]

The network is a tandem of three stations at 90 % load, one order a minute: documents (20 officers, gamma of shape 4),
inspection of 30 % (8 inspectors, lognormal, cv 0.53), sorting (40 sorters, gamma of shape 4). Every engine gets the
same pre-drawn numbers. Drawing and compiling are not part of the ratios and are reported separately.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# An empty folder for the kernel, so that the first run compiles it.
EMPTY = TemporaryDirectory()
os.environ["NUMBA_CACHE_DIR"] = EMPTY.name

import numba
import numpy as np
import simpy

from clearsim.customs import network
from clearsim.demand import Demand, draw
from clearsim.engines import compiled, reference
from clearsim.network import Flow, Gamma, Lognormal, Network, Poisson, Pool, Serve, Share, Station
from clearsim.plan import Plan, compile_network
from clearsim.scenario import load

Process = Generator[simpy.Event, Any, None]
LOAD = 0.9
CREWS = {"documents": 20, "inspection": 8, "sorting": 40}
INSPECTED = 0.3
AGAINST_SIMPY = 20_000
"""Orders in the comparison with SimPy, which takes a second for them."""


def main() -> None:
    """Measure, print ratios, and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median is taken")
    parser.add_argument("--largest", type=float, default=1e7, help="orders in the largest run")
    parser.add_argument("--json", type=Path, default=Path("engines.json"), help="where to write the figures")
    arguments = parser.parse_args()

    figures: dict[str, Any] = {"processor": processor(), "cores": os.cpu_count(), "python": sys.version.split()[0]}
    figures |= {"numba": numba.__version__, "simpy": simpy.__version__, "runs": arguments.runs}

    plan, demand = tandem(100)
    figures["first_run_s"] = seconds(lambda: compiled.simulate(plan, demand))
    print(f"first run, compiling included: {figures['first_run_s']:.1f} s")

    figures["ordinary_day"] = in_turn(*ordinary_day(), {"reference": reference.simulate}, arguments.runs)
    contenders = {"reference": reference.simulate, "natural_simpy": natural_simpy}
    plan, demand = tandem(AGAINST_SIMPY)
    figures["tandem"] = in_turn(plan, demand, contenders, arguments.runs)
    figures["tandem"]["orders_that_end_as_in_natural_simpy"] = alike(plan, demand)
    for name in ("ordinary_day", "tandem"):
        for engine, times in figures[name]["times"].items():
            print(f"{name}: compiled is {times:.0f} times as fast as {engine}")
        for engine, rate in figures[name]["entities_per_s"].items():
            print(f"{name}: {engine} does {rate:,.0f} entities a second")

    figures["scaling"] = list(scaling(arguments.largest, arguments.runs))
    slowest, fastest = (f(row["ns_per_order"] for row in figures["scaling"]) for f in (max, min))
    figures["time_per_order_at_worst_over_best"] = slowest / fastest
    print(f"time per order, worst size over best: {slowest / fastest:.2f}")
    arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


def processor() -> str:
    """The name of the processor; `unknown` where the system does not give it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown"
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")


def tandem(orders: float) -> tuple[Plan, Demand]:
    """Plan and demand of about the given number of orders."""
    shares = {"documents": 1.0, "inspection": INSPECTED, "sorting": 1.0}
    mean = {name: LOAD * crew / shares[name] for name, crew in CREWS.items()}
    network = Network(
        pools=[Pool(name, crew, kind="staff") for name, crew in CREWS.items()],
        stations=[Station(name, {name: 1}) for name in CREWS],
        flows=[
            Flow(
                "order",
                arrivals=Poisson(1.0),
                attributes={"inspected": Share(INSPECTED)},
                steps=[
                    Serve("documents", Gamma(mean["documents"], 0.5)),
                    Serve("inspection", Lognormal(mean["inspection"], 0.53), only_if="inspected"),
                    Serve("sorting", Gamma(mean["sorting"], 0.5)),
                ],
            )
        ],
        duration=float(orders),
    )
    return compile_network(network), draw(network, seed=1)


def natural_simpy(plan: Plan, demand: Demand) -> list[float]:
    """The tandem as it is usually written in SimPy: a resource a station, a process an order. When the orders end."""
    env = simpy.Environment()
    crews = [simpy.Resource(env, capacity) for capacity in plan.pools.change_capacity.tolist()]
    holds = demand.number.reshape(-1, len(crews)).tolist()
    inspected = (demand.flags & 1 == 1).tolist()
    ends = [-1.0] * len(holds)

    def order(number: int) -> Process:
        for station, crew in enumerate(crews):
            if station != 1 or inspected[number]:
                with crew.request() as request:
                    yield request
                    yield env.timeout(holds[number][station])
        ends[number] = env.now

    def source() -> Process:
        for number, arrival_ms in enumerate(demand.arrival_ms.tolist()):
            yield env.timeout(arrival_ms - env.now)
            env.process(order(number))

    env.process(source())
    env.run(until=plan.end_ms)
    return ends


Simulate = Callable[[Plan, Demand], object]


def in_turn(plan: Plan, demand: Demand, others: dict[str, Simulate], runs: int) -> dict[str, Any]:
    """Median seconds of the compiled engine and of others, run alternately, and by which factor it is faster."""
    contenders: dict[str, Simulate] = {"compiled": compiled.simulate, **others}
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    compiled.simulate(plan, demand)
    for _ in range(runs):
        for name, simulate in contenders.items():
            taken[name].append(seconds(lambda simulate=simulate: simulate(plan, demand)))  # type: ignore[misc]
    medians = {name: statistics.median(values) for name, values in taken.items()}
    return {
        "entities": len(demand.arrival_ms),
        "seconds": medians,
        "entities_per_s": {name: len(demand.arrival_ms) / median for name, median in medians.items()},
        "times": {name: medians[name] / medians["compiled"] for name in others},
    }


def alike(plan: Plan, demand: Demand) -> float:
    """The share of the orders that end at the same millisecond in natural SimPy."""
    ends = compiled.simulate(plan, demand).finished_ms(0)
    return float(np.mean(ends == np.array(natural_simpy(plan, demand))))


def ordinary_day() -> tuple[Plan, Demand]:
    """Plan and demand of the ordinary day at its real volume."""
    scenario = load(Path(__file__).parents[1] / "scenarios" / "ordinary-day.yaml").scenario
    net = network(scenario)
    return compile_network(net), draw(net, scenario.seed)


def scaling(largest: float, runs: int) -> Iterator[dict[str, Any]]:
    """Time per order and peak memory from 10 000 orders up. The peak is that of the process so far."""
    orders = 1e4
    while orders <= largest:
        plan, demand = tandem(orders)
        number = len(demand.arrival_ms)
        compiled.simulate(plan, demand)  # the machine's first touch of its memory is not the engine's time
        repeats = max(runs, int(1e5 / orders) * runs)
        times = [seconds(lambda: compiled.simulate(plan, demand)) for _ in range(repeats)]  # noqa: B023  # called at once
        row = {
            "orders": number,
            "seconds": statistics.median(times),
            "fastest_s": min(times),
            "ns_per_order": statistics.median(times) / number * 1e9,
            "orders_per_s": number / statistics.median(times),
            "demand_and_trace_mb": (number_of_bytes(demand) + compiled.simulate(plan, demand).stamp.nbytes) / 1e6,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        }
        print(
            "{orders:>10,} orders: {ns_per_order:4.0f} ns each, {orders_per_s:,.0f} a second; "
            "{demand_and_trace_mb:,.0f} MB of demand and trace, at most {peak_mb:,.0f} MB".format(**row)
        )
        yield row
        orders *= 10


def number_of_bytes(demand: Demand) -> int:
    """The bytes of the demand's arrays."""
    columns = [column for attributes in demand.attributes for column in attributes.values()]
    return sum(array.nbytes for array in (*demand, *columns) if isinstance(array, np.ndarray))


def seconds(run: Callable[[], object]) -> float:
    """The duration of one call in seconds."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
