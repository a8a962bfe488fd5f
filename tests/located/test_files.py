"""Files that cannot be read, and those that other systems wrote."""

from pathlib import Path

import pytest

from clearsim.scenario import Problem, ScenarioError, load, loads, render
from tests.scenarios import TINY


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + TINY.replace("\n", "\r\n").encode())
    assert load(file).scenario == loads(TINY).scenario


def refusal(path: Path) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (problem,) = caught.value.problems
    return problem


def test_a_missing_file_is_reported_with_the_name_that_was_probably_meant(tmp_path: Path) -> None:
    (tmp_path / "double11.yaml").write_text(TINY, encoding="utf-8")
    problem = refusal(tmp_path / "duoble11.yaml")
    assert (problem.message, problem.hint) == ("there is no such file", "did you mean `double11.yaml`?")
    assert render(problem).splitlines()[1] == f"  --> {tmp_path / 'duoble11.yaml'}"


def test_a_folder_an_impossible_name_and_a_file_below_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert refusal(tmp_path).message == "this is a folder; name the scenario file in it"
    assert refusal(tmp_path / "a\0b").message.startswith("the file cannot be read")
    assert refusal(tmp_path / "file" / "it.yaml").code == "file"


def test_text_that_is_not_utf_8_is_refused_at_its_first_wrong_byte(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("title: ok\nquestion: 查驗".encode("gbk"))
    problem = refusal(file)
    assert (problem.message, problem.line, problem.column) == ("the file is not UTF-8 text", 2, 11)
    file.write_bytes(bytes(range(256)) * 10)
    assert refusal(file).code in ("encoding", "syntax")


def test_a_file_of_more_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"a: b\n" * 250_000)
    assert refusal(file).message == "the file is larger than 1 MB; a scenario is a page or two of text"
