"""How much faster workers are: twenty ordinary days in one process, by threads, by processes and by Dask, alternately.

    python benchmarks/parallel.py [--runs 5] [--workers 2] [--json parallel.json]

Ready workers have done such a study before. Cold workers are started within the measured time. The table has medians
of several runs, and by which factor each is faster than one process. All results must be equal to the bit.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loky import get_reusable_executor

from clearsim.experiment import Sample, Study, compile_engine, run
from clearsim.scenario import load
from clearsim.work.executors import opened

SCENARIO = Path(__file__).parents[1] / "scenarios" / "ordinary-day.yaml"
REPLICATIONS = 20


def main() -> None:
    """Measure, print a table, and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median is taken")
    parser.add_argument("--workers", type=int, default=2, help="threads or processes")
    parser.add_argument("--json", type=Path, default=Path("parallel.json"), help="where to write the figures")
    arguments = parser.parse_args()
    count = arguments.workers
    scenario = load(SCENARIO).scenario
    compile_engine()

    def study(executor: Any, workers: int | None = None) -> Sample:
        return run(scenario, replications=REPLICATIONS, study=Study(executor=executor, workers=workers)).sample

    def no_processes() -> None:
        get_reusable_executor(max_workers=count).shutdown(wait=True)

    with opened("dask", count) as cluster:
        dask = cluster.executor
        # What is done before the clock runs, and what is timed.
        ways: dict[str, tuple[Callable[[], object], Callable[[], Sample]]] = {
            "here": (lambda: None, lambda: study("here")),
            "threads": (lambda: None, lambda: study("threads", count)),
            "processes, ready": (lambda: study("processes", count), lambda: study("processes", count)),
            "processes, cold": (no_processes, lambda: study("processes", count)),
            "Dask, ready": (lambda: study(dask), lambda: study(dask)),
            "Dask, cold": (lambda: None, lambda: study("dask", count)),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        expected = study("here").values.tobytes()
        for _ in range(arguments.runs):
            for name, (prepare, timed) in ways.items():
                prepare()
                began = time.perf_counter()
                found = timed()
                taken[name].append(time.perf_counter() - began)
                if found.values.tobytes() != expected:
                    sys.exit(f"{name}: other numbers")

    medians = {name: statistics.median(times) for name, times in taken.items()}
    print(f"{REPLICATIONS} replications of {SCENARIO.stem}, {count} workers, medians of {arguments.runs}")
    for name, median in medians.items():
        print(f"{name:18} {median:6.2f} s {medians['here'] / median:6.2f} ×")
    figures = {"cores": os.cpu_count(), "workers": count, "python": sys.version.split()[0], "seconds": medians}
    arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
