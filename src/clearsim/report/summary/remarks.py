"""What a reader must know of the numbers of a run: their intervals, their precision, the warm-up."""

from collections.abc import Iterator

from clearsim.experiment import KpiRow, Result
from clearsim.experiment.results import NOT_RANDOM
from clearsim.numbers import percent


def notes(result: Result) -> Iterator[str]:
    """What the means and half-widths are."""
    if not result.is_random:
        yield str(NOT_RANDOM)
    elif result.replications == 1:
        yield "n = 1 replication: one possible day. For 95 % intervals: --replications 20"
    else:
        yield f"Means over n = {result.replications} replications; ± is the half-width of the 95 % interval."
        if any(row.half_width == 0 for row in result.kpis):
            yield "A mean without ± was the same in all replications in which it is defined."


def precision(result: Result) -> Iterator[str]:
    """How a run with a wanted precision ended; nothing for other runs."""
    if result.precision is None or not result.is_random:
        return
    wanted, keys, needed = result.precision
    widths = ", ".join(f"{row.key} {_relative(row)}" for row in result.kpis if row.key in keys)
    about = f"a half-width of {percent(wanted)} of the mean"
    if needed is None:
        yield f"Precision 精度: {about} was not reached in {result.replications} replications: {widths}."
    else:
        kept = f"reached after {needed} replications and kept for {result.replications - needed} more"
        yield f"Precision 精度: {about} {kept}: {widths}."


def warm_up_needed(result: Result) -> str:
    """How much of the start should be left out, judged by the first replication."""
    return result.warm_up().sentence


def _relative(row: KpiRow) -> str:
    """The half-width as a percentage of the mean."""
    if row.half_width is None:
        return "undefined"
    if not row.half_width:
        return f"never varied in {row.n}"
    return percent(row.half_width / abs(row.mean), significant=3) if row.mean else "around 0"
