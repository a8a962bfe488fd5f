"""`clearsim select`: the best of a scenario's policies, with a guarantee."""

from typing import Annotated, Literal

import typer

from clearsim.cli.app import app
from clearsim.cli.options import CEILING, Ceiling, Kpi, Policies, StudyOptions, as_share, with_study_options
from clearsim.cli.screen import made_by, print_lines, print_table
from clearsim.cli.study import begun

Indifference = Annotated[
    str | None,
    typer.Option(
        "--indifference", metavar="AMOUNT", help="The difference worth detecting, such as '2 min': selection by KN."
    ),
]
Budget = Annotated[
    int | None,
    typer.Option(
        "--budget", min=1, metavar="N", help="Replications in all, instead of --indifference: selection by OCBA."
    ),
]
Bounds = Annotated[
    list[str],
    typer.Option("--bound", metavar="BOUND", help="What must be kept, such as 'driver_wait_p95 <= 30 min'."),
]
Goal = Annotated[Literal["less", "more"] | None, typer.Option("--goal", help="Which is better, unless the KPI says.")]
Confidence = Annotated[
    float, typer.Option("--confidence", parser=as_share, metavar="SHARE", help="Of the selection by KN.")
]
First = Annotated[int, typer.Option("--first", min=2, metavar="N", help="Replications of every policy to begin with.")]


@app.command()
@with_study_options
def select(
    options: StudyOptions,
    kpi: Kpi = "driver_wait_mean",
    indifference: Indifference = None,
    budget: Budget = None,
    bounds: Bounds = [],  # noqa: B006  # Typer copies it
    goal: Goal = None,
    policies: Policies = [],  # noqa: B006
    confidence: Confidence = 0.95,
    first: First = 10,
    ceiling: Ceiling = CEILING,
) -> None:
    """Select the best of a scenario and its policies, with a guarantee: by KN, or by OCBA for a budget."""
    from clearsim.experiment import select as select_experiment
    from clearsim.report.documents import selection_json
    from clearsim.report.selection import notes, table, verdict

    with begun("selecting", options) as (loaded, study, stage):
        found = select_experiment(
            loaded,
            kpi,
            indifference=indifference,
            budget=budget,
            goal=goal,
            bounds=bounds,
            policies=policies or None,
            confidence=confidence,
            first=first,
            ceiling=ceiling,
            seed=options.seed,
            study=study,
        )
        if stage is not None:
            from clearsim.report.files import write_selection

            write_selection(stage, found, loaded.resolved_yaml())
    if options.as_json:
        print(selection_json(found))
        return
    title = loaded.scenario.title
    print_lines(title.zh, title.en, made_by(found), "")
    print_lines(*verdict(found), "")
    print_table(table(found))
    print_lines(*notes(found))
