"""What common random numbers save: pre-report 0 % against 60 % on Singles' Day, paired and independent.

    python benchmarks/pairing.py [--replications 40] [--workers 2] [--json pairing.json]

Both policies run the whole scenario on common random numbers. The difference of independent runs has the variance
var a + var b, that of pairs var(a - b). The replications needed for the same half-width are in that ratio. The 95 %
interval of the ratio is a bootstrap over the replications.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

import clearsim as cs

SCENARIO = Path(__file__).parents[1] / "scenarios" / "double11.yaml"
NOBODY, MOST = "pre-report 0 %", "pre-report 60 %"
KPIS = ("export_truck:driver_wait_mean", "export_truck:driver_wait_p95")
RESAMPLES = 10_000
Values = npt.NDArray[np.float64]


def main() -> None:
    """Measure, print, and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=40, help="replications of each")
    parser.add_argument("--workers", type=int, help="processes; all cores unless given")
    parser.add_argument("--json", type=Path, default=Path("pairing.json"), help="where to write the figures")
    arguments = parser.parse_args()

    ports = {}
    for name in (NOBODY, MOST):
        share = name.removeprefix("pre-report ")
        ports[name] = cs.load(SCENARIO, ["compare={}", f"policy.pre_report.share={share}"]).scenario
    found = cs.compare(ports, replications=arguments.replications, study=cs.Study(workers=arguments.workers))
    figures = {}
    for kpi in KPIS:
        told = found.difference(kpi, MOST, NOBODY)
        a, b = (found.values(name, kpi) for name in (MOST, NOBODY))
        interval = spread(a, b)
        alone = math.ceil(found.replications / ratio(a, b))
        figures[kpi] = {
            "difference": told.mean,
            "half_width": told.half_width,
            "n": told.n,
            "ratio": ratio(a, b),
            "ratio_95": interval,
            "independent_replications": alone,
        }
        print(f"{kpi}: {told.mean:+.2f} ± {told.half_width:.2f} min, n = {told.n} pairs")
        print(f"    independent runs need {alone} replications of each for that half-width; pairs need")
        print(f"    1/{1 / ratio(a, b):.1f} of them (95 %: 1/{1 / interval[0]:.1f} to 1/{1 / interval[1]:.1f})")
    print(f"{found.elapsed_s:.0f} s")
    arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def ratio(a: Values, b: Values) -> float:
    """Replications needed by pairs over those needed by independent runs."""
    return float(np.var(a - b) / (np.var(a) + np.var(b)))


def spread(a: Values, b: Values) -> tuple[float, float]:
    """A 95 % percentile interval of the ratio, from replications drawn again."""
    draws = np.random.default_rng(0).integers(0, len(a), (RESAMPLES, len(a)))
    low, high = np.quantile([ratio(a[draw], b[draw]) for draw in draws], [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
