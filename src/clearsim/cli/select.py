"""`clearsim select`: the best of a scenario's policies, with a guarantee."""

from typing import Annotated, Literal

import typer

from clearsim.cli.app import command
from clearsim.cli.options import CEILING, Ceiling, Kpi, Policies, StudyOptions, as_share, with_study_options
from clearsim.cli.screen import made_by, print_lines, print_table
from clearsim.cli.study import begun
from clearsim.language import Text, word

Indifference = Annotated[
    str | None,
    typer.Option(
        "--indifference",
        metavar=Text("AMOUNT"),
        help=Text("The smallest difference worth detecting, such as '2 min': selection by KN."),
    ),
]
Budget = Annotated[
    int | None,
    typer.Option(
        "--budget", min=1, metavar="N", help=Text("Replications in all, instead of --indifference: selection by OCBA.")
    ),
]
Bounds = Annotated[
    list[str],
    typer.Option(
        "--bound", metavar=Text("BOUND"), help=Text("A bound that must be kept, such as 'driver_wait_p95 <= 30 min'.")
    ),
]
Goal = Annotated[
    Literal["less", "more"] | None,
    typer.Option("--goal", help=Text("Whether less or more is better, unless the KPI says.")),
]
Confidence = Annotated[
    float,
    typer.Option(
        "--confidence",
        parser=as_share,
        metavar=Text("SHARE"),
        help=Text("Confidence of the selection by KN, such as 95%."),
    ),
]
First = Annotated[
    int, typer.Option("--first", min=2, metavar="N", help=Text("Replications of every policy to begin with."))
]


@command()
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

    with begun(Text("selecting"), options) as (loaded, study, stage):
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
    print_lines(word(loaded.scenario.title.label), word(made_by(found)), "")
    print_lines(*map(word, verdict(found)), "")
    print_table(table(found))
    print_lines(*map(word, notes(found)))
