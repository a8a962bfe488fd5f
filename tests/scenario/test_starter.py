"""The scenario that `clearsim new` writes, in every language."""

import re

import pytest

from clearsim.language import CODES, use
from clearsim.scenario import Loaded, Scenario, loads
from clearsim.scenario.starter import starter

PARTS = ("title", "question")
"""What differs between languages."""


def with_examples(code: str) -> Loaded[Scenario]:
    """The starter with everything that it comments out."""
    with use(code):
        text = starter()
    text = re.sub(r"(?m)^# (disruptions:|compare:|prices:|labour:|  - \{|  \w+: [{C1-9])", r"\1", text)
    return loads(re.sub(r"(?m)^  # (staffing:|  - \{)", r"  \1", text))


@pytest.mark.parametrize("code", CODES)
def test_the_examples_that_the_starter_comments_out_load_together(code: str) -> None:
    loaded = with_examples(code)
    assert len(loaded.scenario.disruptions) == 4
    assert len(loaded.variants) == 3
    assert loaded.scenario.prices is not None
    assert loaded.scenario.prices.overtime == 1.5
    assert [rule.kind for rule in loaded.scenario.policy.staffing] == ["backlog", "proportional"]
    assert loaded.scenario.labour is not None


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
def test_the_starter_has_the_same_values_in_every_language(code: str) -> None:
    ours, theirs = (with_examples(one).scenario.model_dump(exclude={*PARTS, "compare"}) for one in ("en", code))
    assert ours == theirs
    assert with_examples(code).variants.keys() == with_examples("en").variants.keys()


def test_the_starter_has_its_comments_in_the_language_in_use() -> None:
    first = {}
    for code in CODES:
        with use(code):
            first[code] = starter().partition("\n")[0]
    assert first["en"].startswith("# A scenario to start from")
    assert "出口卡车" in first["zh-Hans"]
    assert "出口卡車" in first["zh-Hant"]


def test_the_traditional_starter_is_made_from_the_simplified_one() -> None:
    from tools.traditional import traditional_starter

    with use("zh-Hant"):
        assert starter() == traditional_starter(), "run tools/traditional.py"
