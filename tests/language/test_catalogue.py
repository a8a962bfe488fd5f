"""Every text for people is there in every language, and none is left that nobody uses."""

import re
import tomllib
from collections import Counter
from string import Formatter

import pytest

from clearsim.language import CODES, catalogue
from tests.language.sources import SOURCES, texts
from tools.traditional import LANGUAGE, converted

CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def fields(template: str) -> set[str]:
    """The values of a template; `first.day` and `first` are of the same value."""
    return {name.partition(".")[0] for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
def test_every_text_is_translated(code: str) -> None:
    there = catalogue(code)  # type: ignore[arg-type]
    assert [f"{where}: {template}" for where, template in texts() if template not in there] == []


def test_every_translation_is_of_a_text_that_there_is() -> None:
    used = {template for _, template in texts()}
    assert sorted(catalogue("zh-Hans").keys() - used) == []


def test_a_text_is_translated_once() -> None:
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in (LANGUAGE / "zh-Hans").glob("*.toml")]
    counts = Counter(template for table in tables for template in table)
    assert [template for template, count in counts.items() if count > 1] == []


def test_a_translation_uses_the_values_of_its_template_and_no_others() -> None:
    wrong = [template for template, text in catalogue("zh-Hans").items() if fields(template) != fields(text)]
    assert wrong == []


def test_the_traditional_catalogue_is_made_from_the_simplified_one() -> None:
    for file in sorted((LANGUAGE / "zh-Hans").glob("*.toml")):
        made = (LANGUAGE / "zh-Hant" / file.name).read_text(encoding="utf-8")
        assert made == converted(file), f"run tools/traditional.py: {file.name}"


def test_chinese_is_written_in_the_catalogue_alone() -> None:
    wrong = [
        f"{path.relative_to(SOURCES)}:{number}: {line.strip()}"
        for path in sorted(SOURCES.rglob("*.py"))
        if path.parent.name != "language"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CJK.search(line)
    ]
    assert wrong == []
