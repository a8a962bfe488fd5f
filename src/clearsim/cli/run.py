"""`clearsim run`: one scenario, as often as asked."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from clearsim.cli.app import app, refuse
from clearsim.cli.interruption import interruption
from clearsim.cli.options import (
    CEILING,
    AsJson,
    Ceiling,
    Engine,
    Executor,
    ForceWork,
    Kpis,
    Out,
    Policy,
    Precision,
    Replications,
    Resume,
    ScenarioFile,
    Seed,
    Settings,
    StoreFolder,
    Workers,
)
from clearsim.cli.screen import Progress, print_result, say
from clearsim.cli.study import How, study

if TYPE_CHECKING:
    from clearsim.experiment import Result
    from clearsim.outputs import Results
    from clearsim.scenario import Loaded, Scenario
    from clearsim.trace import Trace


@app.command()
def run(
    file: ScenarioFile,
    engine: Engine = "compiled",
    seed: Seed = None,
    replications: Replications = 1,
    precision: Precision = None,
    kpis: Kpis = [],  # noqa: B006
    ceiling: Ceiling = CEILING,
    settings: Settings = [],  # noqa: B006  # Typer copies it
    policy: Policy = None,
    executor: Executor = None,
    workers: Workers = None,
    store: StoreFolder = None,
    resume: Resume = False,
    out: Out = None,
    force: ForceWork = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario: queue times, driver wait and all other KPIs."""
    from clearsim.experiment import run as run_experiment
    from clearsim.units import share

    try:
        wanted = None if precision is None else share(precision)
    except ValueError as error:
        refuse(f"--precision: {error}")
    if precision is None and kpis:
        refuse("--kpi names the figures that are to be precise: it goes with --precision")
    if precision is not None and out is not None:
        refuse("--out writes every replication's trace: it goes with a number of --replications, not with --precision")
    if precision is None and ceiling != CEILING:
        refuse("--ceiling ends a run that is to be precise: it goes with --precision")
    if out is not None and (resume or executor not in (None, "here")):
        refuse("--out writes every replication's trace, which never travels: it goes without --executor and --resume")
    with ExitStack() as stack:
        stage = None
        how = How(executor, workers, store if out is None else None, resume, force)
        kept = (replications > 1 or precision is not None) and out is None
        opened = study("simulating", file, settings, policy, engine=engine, how=how, kept=kept)
        loaded, by = stack.enter_context(opened)
        if out is not None:
            from clearsim.outputs import results
            from clearsim.report.files import RESERVED

            stage = stack.enter_context(results(out, [file], RESERVED, force=force))
        result = run_experiment(
            loaded.scenario,
            seed=seed,
            replications=replications,
            precision=wanted,
            kpis=kpis,
            ceiling=ceiling,
            each=_trace_writer(stage),
            **by,
        )
        if stage is not None:
            _write(stage, result, loaded)
        interruption.heed()
    if as_json:
        from clearsim.report.documents import result_json

        title = loaded.scenario.title
        print(result_json(result, {"zh": title.zh, "en": title.en, "file": str(file)}, loaded.resolved_yaml()))
    else:
        print_result(result, loaded)
    if out is not None:
        say(f"written to {out}")


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
    with Progress("with and without pre-report") as progress:
        policies = pre_reports(loaded.scenario, result, progress.update)
    write_figures(stage, result, policies)
