"""`clearsim run`: one scenario, as often as asked."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from clearsim.cli.app import command, refuse
from clearsim.cli.interruption import interruption
from clearsim.cli.options import (
    CEILING,
    Ceiling,
    Kpis,
    Policy,
    Precision,
    Replications,
    StudyOptions,
    with_study_options,
)
from clearsim.cli.screen import Progress, print_result
from clearsim.cli.study import about, begun
from clearsim.language import Text

if TYPE_CHECKING:
    from clearsim.experiment import Result
    from clearsim.outputs import Results
    from clearsim.scenario import Loaded, Scenario
    from clearsim.trace import Trace


@command()
@with_study_options
def run(
    options: StudyOptions,
    replications: Replications = 1,
    precision: Precision = None,
    kpis: Kpis = [],  # noqa: B006  # Typer copies it
    ceiling: Ceiling = CEILING,
    policy: Policy = None,
) -> None:
    """Run a scenario: queue times, driver wait and all other KPIs."""
    from clearsim.experiment import run as run_experiment

    _refuse_what_does_not_go_together(options, precision, kpis, ceiling)
    writes_traces = options.out is not None
    kept = (replications > 1 or precision is not None) and not writes_traces
    options_of_work = options._replace(store=None) if writes_traces else options
    with begun(Text("simulating"), options_of_work, policy, kept=kept) as (loaded, study, stage):
        result = run_experiment(
            loaded.scenario,
            seed=options.seed,
            replications=replications,
            precision=precision,
            kpis=kpis,
            ceiling=ceiling,
            each=_trace_writer(stage),
            study=study,
        )
        if stage is not None:
            _write(stage, result, loaded)
        interruption.heed()
    if options.as_json:
        from clearsim.report.documents import result_json

        print(result_json(result, about(options, loaded), loaded.resolved_yaml()))
    else:
        print_result(result, loaded)


def _refuse_what_does_not_go_together(
    options: StudyOptions, precision: float | None, kpis: list[str], ceiling: int
) -> None:
    if precision is None and kpis:
        refuse(Text("--kpi names the figures that are to be precise: it is used with --precision"))
    if precision is not None and options.out is not None:
        refuse(
            Text(
                "--out writes the trace of every replication: it is used with a number of --replications, not with "
                "--precision"
            )
        )
    if precision is None and ceiling != CEILING:
        refuse(Text("--ceiling ends a run that is to be precise: it is used with --precision"))
    if options.out is not None and (options.resume or options.executor not in (None, "here")):
        refuse(
            Text(
                "--out writes the trace of every replication, which stays in its process: it is used without "
                "--executor and --resume"
            )
        )


def _trace_writer(stage: "Results | None") -> "Callable[[int, Trace], None] | None":
    if stage is None:
        return None
    from clearsim.report.files import write_trace

    return lambda replication, trace: write_trace(stage, replication, trace)


def _write(stage: "Results", result: "Result", loaded: "Loaded[Scenario]") -> None:
    """Tables, resolved scenario, provenance and figures, into the stage."""
    from clearsim.experiment import pre_reports
    from clearsim.report.files import write_figures, write_results

    write_results(stage, result, loaded.resolved_yaml())
    with Progress(Text("with and without pre-report")) as progress:
        policies = pre_reports(loaded.scenario, result, progress.update)
    write_figures(stage, result, policies)
