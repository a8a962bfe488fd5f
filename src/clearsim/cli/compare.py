"""`clearsim compare`: a scenario's policies against it and each other, on the same luck."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from clearsim.cli.app import app
from clearsim.cli.options import (
    AsJson,
    Engine,
    Executor,
    ForceWork,
    Out,
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
    from clearsim.experiment import Comparison
    from clearsim.scenario import Loaded, Scenario

Replications = Annotated[
    int, typer.Option("--replications", min=2, max=100_000, help="How many runs of each, on the same luck.")
]
Kpis = Annotated[
    list[str],
    typer.Option("--kpi", metavar="FLOW:KPI@STATION", help="A KPI to show; may be given several times."),
]
Policies = Annotated[
    list[str],
    typer.Option(
        "--policy", metavar="NAME", help="A policy of `compare`; may be given several times. All unless given."
    ),
]


@app.command()
def compare(
    file: ScenarioFile,
    engine: Engine = "compiled",
    seed: Seed = None,
    replications: Replications = 20,
    kpis: Kpis = [],  # noqa: B006  # Typer copies it
    policies: Policies = [],  # noqa: B006
    settings: Settings = [],  # noqa: B006
    executor: Executor = None,
    workers: Workers = None,
    store: StoreFolder = None,
    resume: Resume = False,
    out: Out = None,
    force: ForceWork = False,
    as_json: AsJson = False,
) -> None:
    """Compare the policies of a scenario with it and each other: differences with intervals, and what is noise."""
    from clearsim.experiment import compare as compare_experiment

    with ExitStack() as stack:
        how = How(executor, workers, store, resume, force)
        loaded, by = stack.enter_context(study("comparing", file, settings, engine=engine, how=how))
        stage = None
        if out is not None:
            from clearsim.outputs import results
            from clearsim.report.files import RESERVED

            stage = stack.enter_context(results(out, [file], RESERVED, force=force))
        found = compare_experiment(
            loaded, replications=replications, policies=policies or None, kpis=kpis, seed=seed, **by
        )
        if stage is not None:
            from clearsim.report.files import write_comparison

            write_comparison(stage, found, loaded.resolved_yaml())
    if as_json:
        from clearsim.report.documents import comparison_json

        title = loaded.scenario.title
        about = {"zh": title.zh, "en": title.en, "file": str(file)}
        print(comparison_json(found, about, loaded.resolved_yaml()))
    else:
        _print(found, loaded)
    if out is not None:
        say(f"written to {out}")


def _print(found: "Comparison", loaded: "Loaded[Scenario]") -> None:
    """The policies, then a table and a ranking a KPI."""
    from clearsim.report.comparison import notes, policies, sections

    title = loaded.scenario.title
    made_by = f"seed {found.seed}; engine {found.engine}; {found.elapsed_s:.1f} s"
    print_lines(title.zh, title.en, made_by, "", *policies(found), "")
    for section in sections(found):
        if section.table is None:
            print_lines(section.title)
        else:
            print_table(section.table)
        print_lines(*section.sentences, "")
    print_lines(*notes(found))
