"""`clearsim sweep`: one scenario at many points of its settings."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from clearsim.cli.app import command
from clearsim.cli.options import Kpis, Replications, StudyOptions, SweptPolicies, with_study_options
from clearsim.cli.screen import made_by, print_lines, print_table, say
from clearsim.cli.study import about, begun
from clearsim.language import Text, listed, plural, word

if TYPE_CHECKING:
    from clearsim.experiment import Key, Sweep
    from clearsim.scenario import Loaded, Scenario

Vary = Annotated[
    list[str],
    typer.Option(
        "--vary",
        metavar=Text("PATH=A,B,C"),
        help=Text(
            "Values of a setting, such as `zone.inspection.lanes=4,6,8`; for latin and sobol also a range, such as "
            '"policy.pre_report.share=0 %..100 %". Repeatable.'
        ),
    ),
]
Design = Annotated[
    Literal["grid", "latin", "sobol"],
    typer.Option("--design", help=Text("grid: all combinations; latin: a Latin hypercube; sobol: Sobol's sequence.")),
]
Points = Annotated[int | None, typer.Option("--points", metavar="N", help=Text("How many points of latin or sobol."))]
AtMost = Annotated[
    int, typer.Option("--at-most", min=1, metavar=Text("RUNS"), help=Text("Refuse a sweep of more runs."))
]


@command()
@with_study_options
def sweep(
    options: StudyOptions,
    vary: Vary,
    design: Design = "grid",
    points: Points = None,
    policies: SweptPolicies = [],  # noqa: B006  # Typer copies it
    kpis: Kpis = [],  # noqa: B006
    replications: Replications = 5,
    at_most: AtMost = 10_000,
) -> None:
    """Run a scenario at every point of a grid, a Latin hypercube or Sobol's sequence, with the same random numbers."""
    from clearsim.experiment import sweep as sweep_experiment

    with begun(Text("sweeping"), options) as (loaded, study, stage):
        found = sweep_experiment(
            loaded,
            vary,
            design=design,
            points=points,
            policies=policies,
            kpis=kpis,
            replications=replications,
            seed=options.seed,
            at_most=at_most,
            study=study,
        )
        if stage is not None:
            from clearsim.report.files import write_sweep

            if not_drawn := write_sweep(stage, found, found.headline, loaded.resolved_yaml()):
                say(not_drawn)
    if options.as_json:
        from clearsim.report.documents import sweep_json

        print(sweep_json(found, about(options, loaded), loaded.resolved_yaml()))
    else:
        _print(found, found.headline, loaded)


def _print(sweep: "Sweep", keys: "tuple[Key, ...]", loaded: "Loaded[Scenario]") -> None:
    """What varied, a table a KPI with its neighbours, and what to know of the intervals."""
    from clearsim.report.sweep import neighbours, notes, sweep_tables

    varied = [factor.written.removeprefix("--vary ") for factor in sweep.vary]
    under = [Text("policies: {names}", names=listed(sweep.policies))] if sweep.policies != ("base",) else []
    made = plural(
        len(sweep.points),
        "{n} point ({design}); {made_by}",
        "{n} points ({design}); {made_by}",
        design=sweep.design,
        made_by=made_by(sweep),
    )
    print_lines(word(loaded.scenario.title.label), *varied, *map(word, [*under, made]), "")
    for key, table in zip(keys, sweep_tables(sweep, keys), strict=True):
        print_lines(word(table.title))  # which may be wider than the table
        print_table(table._replace(title=""))
        print_lines(*map(word, neighbours(sweep, key)), "")
    print_lines(*map(word, notes(sweep)))
