"""`clearsim compare`: a scenario's policies against it and each other, with the same random numbers."""

from typing import TYPE_CHECKING

from clearsim.cli.app import command
from clearsim.cli.options import Kpis, Policies, Replications, StudyOptions, with_study_options
from clearsim.cli.screen import made_by, print_lines, print_table
from clearsim.cli.study import about, begun
from clearsim.language import Text, word

if TYPE_CHECKING:
    from clearsim.experiment import Comparison
    from clearsim.scenario import Loaded, Scenario


@command()
@with_study_options
def compare(
    options: StudyOptions,
    replications: Replications = 20,
    kpis: Kpis = [],  # noqa: B006  # Typer copies it
    policies: Policies = [],  # noqa: B006
) -> None:
    """Compare the policies of a scenario with it and each other: differences with intervals, and what is noise."""
    from clearsim.experiment import compare as compare_experiment

    with begun(Text("comparing"), options) as (loaded, study, stage):
        found = compare_experiment(
            loaded, replications=replications, policies=policies or None, kpis=kpis, seed=options.seed, study=study
        )
        if stage is not None:
            from clearsim.report.files import write_comparison

            write_comparison(stage, found, loaded.resolved_yaml())
    if options.as_json:
        from clearsim.report.documents import comparison_json

        print(comparison_json(found, about(options, loaded), loaded.resolved_yaml()))
    else:
        _print(found, loaded)


def _print(found: "Comparison", loaded: "Loaded[Scenario]") -> None:
    """The policies, then a table and a ranking a KPI."""
    from clearsim.report.comparison import notes, policies, sections

    print_lines(word(loaded.scenario.title.label), word(made_by(found)), "", *map(word, policies(found)), "")
    for section in sections(found):
        if section.table is None:
            print_lines(word(section.title))
        else:
            print_table(section.table)
        print_lines(*map(word, section.sentences), "")
    print_lines(*map(word, notes(found)))
