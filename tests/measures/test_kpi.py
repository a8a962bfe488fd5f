"""Every KPI is defined in words, and worked out by hand somewhere."""

from clearsim.language import use, word
from clearsim.measures import KPIS
from clearsim.report.reference import SUBJECTS, kpi_reference
from tests.paths import ROOT

WORKED_OUT = (
    "measures/test_waits",
    "measures/test_drivers",
    "measures/test_dwell",
    "measures/test_departures",
    "measures/test_resources",
    "measures/test_apart",
    "measures/test_control",
    "measures/test_recovery",
    "measures/test_money",
    "measures/test_hours",
    "network/test_labour",
    "network/test_deadlock",
    "engines/test_late_departures",
)
"""Where the KPIs are worked out by hand."""


def test_every_kpi_has_a_unit_a_label_and_a_definition_in_sentences() -> None:
    for name, kpi in KPIS.items():
        assert kpi.name == name
        assert kpi.unit
        assert kpi.label.en
        assert kpi.definition.endswith("."), name
        with use("zh"):
            assert word(kpi.label) != kpi.label.en, name
            assert word(kpi.definition).endswith("。"), name


def test_the_reference_says_every_kpi_once() -> None:
    reference = kpi_reference()
    told = [subject for subjects in SUBJECTS.values() for subject in subjects]
    assert len(told) == len(set(told))
    assert set(told) == {kpi.subject for kpi in KPIS.values()}
    for name, kpi in KPIS.items():
        assert reference.count(f"**`{name}`** ({kpi.unit})") == 1
        assert kpi.definition in reference


def test_every_kpi_is_worked_out_by_hand() -> None:
    texts = "".join((ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8") for name in WORKED_OUT)
    assert [name for name in KPIS if f'"{name}"' not in texts] == []
