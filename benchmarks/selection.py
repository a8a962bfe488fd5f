"""How often the best of ten systems is selected, and what it costs: KN, and OCBA against equal shares.

    python benchmarks/selection.py [--trials 400]

KN: normal systems of variance 1, the lowest mean wanted, indifference zone 1/√10, confidence 95 %, first stage 10. In
the ladder each system is one zone worse than the one before; in the slippage all others are one zone worse than the
best. Systems are independent or, with common random numbers, correlated by 0.8. OCBA: means 0 to 9 and standard
deviation 6 (Chen, Lin, Yücesan and Chick 2000), first stage 10, a new allocation every 20 replications.
"""

import argparse
import math

import numpy as np
import numpy.typing as npt

from clearsim.stats import Screening, kim_nelson, ocba

K, FIRST, CEILING = 10, 10, 5000
DELTA = 1 / math.sqrt(FIRST)
MEANS = {"slippage": DELTA * (np.arange(K) > 0), "ladder": DELTA * np.arange(K)}
CORRELATIONS = {"independent": 0.0, "common luck": 0.8}
BUDGETS = (300, 600, 1200, 2400)
STEP = 20

FloatArray = npt.NDArray[np.float64]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=400, help="selections in each cell of the tables")
    trials = parser.parse_args().trials

    print(f"KN, {trials} trials           right, %   replications a system   of the last")
    for configuration, means in MEANS.items():
        for luck, correlation in CORRELATIONS.items():
            found = [selected(means, correlation, trial) for trial in range(trials)]
            right = np.mean([selection.winner == "0" for selection in found])
            runs = np.mean([selection.runs / K for selection in found])
            longest = np.mean([selection.replications for selection in found])
            print(f"{configuration:<9} {luck:<16} {right:>8.1%} {runs:>23.1f} {longest:>13.1f}")

    print(f"\nbudget, {trials} trials   OCBA right, %   equal shares right, %")
    for budget in BUDGETS:
        shared, equal = (
            np.mean([best_found(budget, shared, trial) for trial in range(trials)]) for shared in (True, False)
        )
        print(f"{budget:>6} {shared:>22.1%} {equal:>23.1%}")


def selected(means: FloatArray, correlation: float, seed: int) -> Screening:
    """One selection by KN; system 0 is the best."""
    rng = np.random.default_rng(seed)
    common, own = rng.normal(size=(CEILING, 1)), rng.normal(size=(CEILING, K))
    values = means + math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
    return kim_nelson({str(system): values[:, system] for system in range(K)}, DELTA, first=FIRST, ceiling=CEILING)


def best_found(budget: int, shared: bool, seed: int) -> bool:
    """Whether system 0, the best, has the best mean after the budget is spent."""
    values = np.random.default_rng(seed).normal(np.arange(K)[:, None], 6.0, (K, budget))
    counts = np.full(K, FIRST if shared else budget // K)
    while (left := budget - int(counts.sum())) > 0:
        samples = [values[system, :count] for system, count in enumerate(counts)]
        means, variances = (
            [float(sample.mean()) for sample in samples],
            [float(sample.var(ddof=1)) for sample in samples],
        )
        counts += ocba(means, variances, counts.tolist(), min(STEP, left))
    return bool(np.argmin([values[system, :count].mean() for system, count in enumerate(counts)]) == 0)


if __name__ == "__main__":
    main()
