"""`clearsim select`: the best of a scenario's policies, with a guarantee."""

from typing import Annotated

import typer

from clearsim.cli.app import app, refuse
from clearsim.cli.options import (
    CEILING,
    AsJson,
    Ceiling,
    Engine,
    Executor,
    ForceWork,
    Resume,
    ScenarioFile,
    Seed,
    Settings,
    StoreFolder,
    Workers,
)
from clearsim.cli.screen import print_lines, print_table
from clearsim.cli.study import How, study

Kpi = Annotated[str, typer.Option("--kpi", metavar="FLOW:KPI@STATION", help="By which KPI, such as driver_wait_mean.")]
Zone = Annotated[
    str | None,
    typer.Option("--zone", metavar="AMOUNT", help="The difference worth detecting, such as '2 min': selection by KN."),
]
Budget = Annotated[
    int | None, typer.Option("--budget", min=1, help="Replications in all, instead of a zone: selection by OCBA.")
]
Bounds = Annotated[
    list[str],
    typer.Option("--bound", metavar="BOUND", help="What must be kept, such as 'driver_wait_p95 <= 30 min'."),
]
Goal = Annotated[str | None, typer.Option("--goal", metavar="less|more", help="Which is better, unless the KPI says.")]
Confidence = Annotated[str, typer.Option("--confidence", metavar="SHARE", help="Of the selection by KN.")]
First = Annotated[int, typer.Option("--first", min=2, help="Replications of every port to begin with.")]
Policies = Annotated[
    list[str], typer.Option("--policy", metavar="NAME", help="Only some of `compare:`; several by repeating it.")
]


@app.command()
def select(
    file: ScenarioFile,
    kpi: Kpi = "driver_wait_mean",
    zone: Zone = None,
    budget: Budget = None,
    bounds: Bounds = [],  # noqa: B006  # Typer copies it
    goal: Goal = None,
    policies: Policies = [],  # noqa: B006
    confidence: Confidence = "95 %",
    first: First = 10,
    ceiling: Ceiling = CEILING,
    settings: Settings = [],  # noqa: B006
    engine: Engine = "compiled",
    seed: Seed = None,
    executor: Executor = None,
    workers: Workers = None,
    store: StoreFolder = None,
    resume: Resume = False,
    force: ForceWork = False,
    as_json: AsJson = False,
) -> None:
    """Select the best of a scenario and its policies, with a guarantee: by KN, or by OCBA for a budget."""
    from clearsim.experiment import select as select_experiment
    from clearsim.report.documents import selection_json
    from clearsim.report.selection import notes, ports, verdict
    from clearsim.units import share

    if goal not in (None, "less", "more"):
        refuse(f"--goal is less or more, not `{goal}`")
    try:
        sure = share(confidence)
    except ValueError as error:
        refuse(f"--confidence: {error}")
    how = How(executor, workers, store, resume, force)
    with study("selecting", file, settings, engine=engine, how=how) as (loaded, by):
        found = select_experiment(
            loaded,
            kpi,
            zone=zone,
            budget=budget,
            goal="less" if goal == "less" else "more" if goal == "more" else None,
            bounds=bounds,
            policies=policies or None,
            confidence=sure,
            first=first,
            ceiling=ceiling,
            seed=seed,
            **by,
        )
    if as_json:
        print(selection_json(found))
        return
    title = loaded.scenario.title
    print_lines(title.zh, title.en, f"seed {found.seed}; engine {found.engine}; {found.elapsed_s:.1f} s", "")
    print_lines(*verdict(found), "")
    print_table(ports(found))
    print_lines(*notes(found))
