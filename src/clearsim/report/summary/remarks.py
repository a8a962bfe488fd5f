"""What a reader must know of the numbers of a run: their intervals, their precision, the warm-up."""

from collections.abc import Iterator

from clearsim.experiment import KpiRow, Result
from clearsim.experiment.results import NOT_RANDOM
from clearsim.language import Label, Text, listed
from clearsim.numbers import percent


def notes(result: Result) -> Iterator[Text | Label]:
    """What the means and half-widths are."""
    if not result.is_random:
        yield NOT_RANDOM
    elif result.replications == 1:
        yield Text("n = 1 replication: one possible day. For 95 % intervals: `--replications 20`")
    else:
        yield Text("Means over n = {n} replications; ± is the half-width of the 95 % interval.", n=result.replications)
        if any(row.half_width == 0 for row in result.kpis):
            yield Text("A mean without ± was the same in all replications in which it is defined.")


def precision(result: Result) -> Iterator[Text]:
    """How a run with a wanted precision ended; nothing for other runs."""
    if result.precision is None or not result.is_random:
        return
    wanted, keys, needed = result.precision
    found = listed(Text("{kpi} {width}", kpi=row.key, width=_relative(row)) for row in result.kpis if row.key in keys)
    if needed is None:
        yield Text(
            "Precision: a half-width of {wanted} of the mean was not reached in {n} replications: {found}.",
            wanted=percent(wanted),
            n=result.replications,
            found=found,
        )
    else:
        yield Text(
            "Precision: a half-width of {wanted} of the mean was reached after {needed} replications and held for "
            "{more} more: {found}.",
            wanted=percent(wanted),
            needed=needed,
            more=result.replications - needed,
            found=found,
        )


def warm_up_needed(result: Result) -> Text | Label:
    """How much of the start should be left out, judged by the first replication."""
    return result.warm_up().sentence


def _relative(row: KpiRow) -> str:
    """The half-width as a percentage of the mean."""
    if row.half_width is None:
        return Text("undefined")
    if not row.half_width:
        return Text("never varied in {n}", n=row.n)
    return percent(row.half_width / abs(row.mean), significant=3) if row.mean else Text("around 0")
