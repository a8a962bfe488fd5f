"""`clearsim sweep`: one scenario at many points of its settings."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from clearsim.cli.app import app, refuse
from clearsim.cli.options import (
    AsJson,
    Engine,
    Executor,
    ForceWork,
    Out,
    Replications,
    Resume,
    ScenarioFile,
    Seed,
    Settings,
    StoreFolder,
    Workers,
)
from clearsim.cli.screen import print_lines, print_table, say
from clearsim.cli.study import How, study

if TYPE_CHECKING:
    from clearsim.experiment import Key, Sweep
    from clearsim.scenario import Loaded, Scenario

Vary = Annotated[
    list[str],
    typer.Option(
        "--vary",
        metavar="PATH=A,B,C",
        help="Values of a setting, such as zone.inspection.lanes=4,6,8; for latin and sobol also a range, "
        'such as "policy.pre_report.share=0 %..100 %". Repeatable.',
    ),
]
DesignName = Annotated[str, typer.Option("--design", help="grid (all combinations), latin (hypercube) or sobol.")]
Points = Annotated[int | None, typer.Option("--points", metavar="N", help="How many points of latin or sobol.")]
Policies = Annotated[
    list[str],
    typer.Option(
        "--policy", metavar="NAME", help="A policy of `compare`, base, or all; repeatable. Unless given: base."
    ),
]
Kpis = Annotated[
    list[str],
    typer.Option("--kpi", metavar="FLOW:KPI@STATION", help="What is shown; driver wait unless given. Repeatable."),
]
AtMost = Annotated[int, typer.Option("--at-most", min=1, metavar="RUNS", help="Refuse a sweep of more runs.")]


@app.command()
def sweep(
    file: ScenarioFile,
    vary: Vary,
    design: DesignName = "grid",
    points: Points = None,
    policies: Policies = [],  # noqa: B006  # Typer copies it
    kpis: Kpis = [],  # noqa: B006
    replications: Replications = 5,
    at_most: AtMost = 10_000,
    engine: Engine = "compiled",
    seed: Seed = None,
    settings: Settings = [],  # noqa: B006
    executor: Executor = None,
    workers: Workers = None,
    store: StoreFolder = None,
    resume: Resume = False,
    out: Out = None,
    force: ForceWork = False,
    as_json: AsJson = False,
) -> None:
    """Run a scenario at every point of a grid, a Latin hypercube or Sobol's sequence, on the same luck."""
    from clearsim.experiment import DESIGNS
    from clearsim.experiment import sweep as sweep_experiment

    chosen = next((name for name in DESIGNS if name == design), None)
    if chosen is None:
        refuse(f"there is no design `{design}`; there are: {', '.join(DESIGNS)}")
    with ExitStack() as stack:
        how = How(executor, workers, store, resume, force)
        loaded, by = stack.enter_context(study("sweeping", file, settings, engine=engine, how=how))
        stage = None
        if out is not None:
            from clearsim.outputs import results
            from clearsim.report.files import RESERVED

            stage = stack.enter_context(results(out, [file], RESERVED, force=force))
        found = sweep_experiment(
            loaded,
            vary,
            design=chosen,
            points=points,
            policies=policies,
            kpis=kpis,
            replications=replications,
            seed=seed,
            at_most=at_most,
            **by,
        )
        if stage is not None:
            from clearsim.report.files import write_sweep

            if untold := write_sweep(stage, found, found.headline, loaded.resolved_yaml()):
                say(untold)
    if as_json:
        from clearsim.report.documents import sweep_json

        title = loaded.scenario.title
        print(sweep_json(found, {"zh": title.zh, "en": title.en, "file": str(file)}, loaded.resolved_yaml()))
    else:
        _print(found, found.headline, loaded)
    if out is not None:
        say(f"written to {out}")


def _print(sweep: "Sweep", keys: "tuple[Key, ...]", loaded: "Loaded[Scenario]") -> None:
    """What varied, a table a KPI with its neighbours, and what to know of the intervals."""
    from clearsim.report.sweep import neighbours, notes, sweep_tables

    title = loaded.scenario.title
    varied = [factor.written.removeprefix("--vary ") for factor in sweep.vary]
    under = [f"policies 政策: {', '.join(sweep.policies)}"] if sweep.policies != ("base",) else []
    made_by = f"seed {sweep.seed}; engine {sweep.engine}; {sweep.elapsed_s:.1f} s"
    points = "1 point" if len(sweep.points) == 1 else f"{len(sweep.points)} points"
    print_lines(title.zh, title.en, *varied, *under, f"{points} ({sweep.design}); {made_by}", "")
    for key, table in zip(keys, sweep_tables(sweep, keys), strict=True):
        print_lines(table.title)  # which may be wider than the table
        print_table(table._replace(title=""))
        print_lines(*neighbours(sweep, key), "")
    print_lines(*notes(sweep))
