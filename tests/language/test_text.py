"""Texts that remember their values, and how they are worded."""

import pickle

import pytest

from clearsim.language import Label, Text, languages_of, listed, plural, preferred, use, word


def test_a_text_is_the_english_sentence() -> None:
    said = Text("{count:,} of {what}", count=12345, what="trucks")
    assert said == "12,345 of trucks"
    assert said.template == "{count:,} of {what}"


def test_braces_of_a_text_without_values_are_braces() -> None:
    assert word(Text("write {value: 1}")) == "write {value: 1}"


def test_a_text_survives_the_way_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(ValueError(Text("late: {service}", service=Label("trains")))))
    with use("zh-Hans"):
        assert word(error) == "晚点：班列"


def test_texts_within_texts_are_worded_too() -> None:
    closed = Text("closed: {lanes} of {place}", lanes=2, place=Label("zone gate"))
    assert word(closed) == closed == "closed: 2 of zone gate"
    with use("zh-Hans"):
        assert word(closed) == "关闭：卡口 2 条"
    with use("zh-Hant"):
        assert word(listed([closed, "x"])) == "關閉：卡口 2 條、x"


def test_what_an_author_wrote_is_shown_as_written() -> None:
    named = Label("Two hours to follow by hand", "可手算的兩小時")
    for language, shown in (("en", named.en), ("zh-Hans", named.zh), ("zh-Hant", named.zh), ("en+zh", " ".join(named))):
        with use(language):
            assert word(named) == shown


def test_two_languages_stand_side_by_side_and_what_is_alike_once() -> None:
    with use("zh+en"):
        assert word(Label("zone gate")) == "卡口 zone gate"
        assert word(Label("lane 7")) == "lane 7"


@pytest.mark.parametrize(("written", "n"), [("{n} policy", 1), ("{n} policies", 0), ("{n} policies", 2)])
def test_one_is_one_and_all_else_is_many(written: str, n: int) -> None:
    assert plural(n, "{n} policy", "{n} policies").template == written


@pytest.mark.parametrize("written", ["fr", "", "en+zh+zh-Hant", "zh+fr"])
def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(written: str) -> None:
    with pytest.raises(ValueError, match="there are: en, zh-Hans, zh-Hant, en\\+zh"):
        languages_of(written)


def test_the_language_is_that_of_clearsim_before_that_of_the_locale() -> None:
    assert preferred({"CLEARSIM_LANG": "zh-TW", "LANG": "en_US.UTF-8"}) == ("zh-Hant",)
    assert preferred({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}) == ("zh-Hans",)
    assert preferred({"LANG": "de_DE.UTF-8"}) == ("en",)
    with pytest.raises(ValueError, match="there is no language `klingon`"):
        preferred({"CLEARSIM_LANG": "klingon"})
