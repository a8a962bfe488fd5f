"""`--lang`, `CLEARSIM_LANG` and the locale; and that no English is left where Chinese was asked for."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import Clearsim, columns, started
from tests.paths import TINY
from tests.scenarios import with_policies

CHINESE = ["zh-Hans", "zh-Hant"]
COMMANDS = ("run", "compare", "sweep", "select", "check", "schema", "new", "map", "compile", "kpis")
NAMES = {
    *("clearsim", "simpy", "SimPy", "compiled", "reference", "numba", "Dask", "dask"),
    *("threads", "processes", "here", "grid", "latin", "sobol", "less", "more", "text", "json", "base", "OCBA"),
    *("YAML", "JSON", "Schema", "Markdown", "Hans", "Hant"),
    *("linked", "scanner", "ordinary", "goods", "counter", "online", "mail"),  # of policies, settings and classes
    *COMMANDS,
}
"""What is a name in every language."""
QUOTED = re.compile(
    r"`[^`]*`|'[^']*'|--[a-z-]+|\{[^}]*\}|<[^>]*>"  # code, what a user wrote, options, choices
    r"|[\w./-]*[/._][\w./:-]*|\w+:\w+(?:@\w+)?"  # paths, KPIs
    r"|^ *\d* \|.*$|^  --> .*$"  # the lines of a file, and where they are
    r"|\[\w+\]",  # codes of mistakes, names of flows and milestones
    re.MULTILINE,
)
WORD = re.compile(r"[A-Za-z]{4,}")


def english(shown: str) -> set[str]:
    """English words of four letters or more that are no names."""
    return set(WORD.findall(QUOTED.sub(" ", shown))) - NAMES


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """The tiny scenario with one policy."""
    path = tmp_path / "policies.yaml"
    path.write_text(with_policies("linked: {policy.linked: true}"), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("place", "written"), [(0, ("--lang", "zh")), (1, ("--lang=zh-CN",)), (2, ("--lang", "zh-Hans"))]
)
def test_the_language_is_chosen_anywhere_on_the_command_line(
    clearsim: Clearsim, place: int, written: tuple[str, ...]
) -> None:
    arguments: list[object] = ["check", TINY]
    arguments[place:place] = written
    done = clearsim(*arguments)
    assert (done.code, done.out) == (0, f"{TINY}：没有错误，0 条警告\n")


def test_the_option_comes_before_the_environment_and_is_forgotten_afterwards(
    clearsim: Clearsim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARSIM_LANG", "zh-TW")
    assert "沒有錯誤" in clearsim("check", TINY).out
    assert "no mistakes" in clearsim("check", TINY, "--lang", "en").out
    assert "沒有錯誤" in clearsim("check", TINY).out


def test_two_languages_are_shown_side_by_side(clearsim: Clearsim) -> None:
    done = clearsim("--lang", "en+zh", "check", TINY, "--sources", "--format", "json")
    assert done.err == ("error: --sources is used with --format text 错误：--sources 须与 --format text 一起使用\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lang", "fr"], "there is no language `fr`; there are: en, zh-Hans, zh-Hant, en+zh"),
        (["--lang=zh+fr"], "there is no language `zh+fr`"),
        (["--lang"], "`--lang` needs a language: en, zh-Hans, zh-Hant, en+zh"),
        (["--lang="], "`--lang` needs a language"),
    ],
)
def test_a_language_that_there_is_not_ends_with_a_message(
    clearsim: Clearsim, arguments: list[str], message: str
) -> None:
    done = clearsim("check", TINY, *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {message}")


def test_a_variable_that_names_no_language_is_reported(clearsim: Clearsim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARSIM_LANG", "klingon")
    assert clearsim("kpis").err.startswith("error: there is no language `klingon`")


def test_what_follows_two_hyphens_is_no_option(clearsim: Clearsim) -> None:
    assert "No such command 'x'" in clearsim("x", "--", "--lang", "zh").err


def test_the_catalogue_is_not_read_for_english() -> None:
    code = """
import sys
from clearsim.cli import main
from clearsim.language import catalogue
sys.argv = ["clearsim", "--help", "--lang", "en"]
try:
    main()
finally:
    assert catalogue("zh-Hans") and catalogue.cache_info().misses <= 2
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# Help


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese_and_80_columns_wide(clearsim: Clearsim, language: str, command: str) -> None:
    done = clearsim(*filter(None, [command]), "--help", "--lang", language)
    assert (done.code, done.err) == (0, "")
    assert english(re.sub(r"CLEARSIM_\w+|SVG", "", done.out)) == set()
    assert max(map(columns, done.out.splitlines())) <= 80


@pytest.mark.parametrize("language", ["en", *CHINESE])
def test_the_second_column_of_help_begins_below_itself(clearsim: Clearsim, language: str) -> None:
    done = clearsim("run", "--help", "--lang", language)
    options = done.out.rpartition("\n\n")[2].splitlines()[1:]
    starts = {columns(line) - columns(re.sub(r"^ *(?:--\S+(?: \S+)?)? *", "", line)) for line in options}
    assert len(starts) == 1


def test_every_command_names_the_option_of_the_language(clearsim: Clearsim) -> None:
    assert all("--lang LANG" in clearsim(command, "--help").out for command in COMMANDS)
    assert "--lang LANG" in clearsim("--help").out


# Mistakes on the command line

WRONG = [
    [],
    ["rum"],
    ["rumm", "x"],
    ["xyz"],
    ["run"],
    ["sweep", "x.yaml"],
    ["run", "x.yaml", "y.yaml"],
    ["run", "x.yaml", "--replication", "3"],
    ["run", "x.yaml", "--zzz"],
    ["run", "x.yaml", "--json=1"],
    ["run", "x.yaml", "--seed"],
    ["run", "x.yaml", "--seed", "x"],
    ["run", "x.yaml", "--seed", "-1"],
    ["run", "x.yaml", "--replications", "100001"],
    ["run", "x.yaml", "--engine", "fast"],
    ["run", "x.yaml", "--out", " "],
    ["run", "x.yaml", "--kpi", "driver_wait_mean"],
    ["run", "x.yaml", "--ceiling", "9"],
    ["run", "x.yaml", "--precision", "5 %", "--out", "out"],
    ["run", "x.yaml", "--resume", "--out", "out"],
    ["check", "x.yaml", "--sources", "--format", "json"],
    ["select", str(TINY)],
    ["select", str(TINY), "--indifference", "2 min"],
    ["compare", str(TINY)],
    ["run", str(TINY), "--policy", "x"],
    ["run", str(TINY), "--executor", "x"],
    ["run", str(TINY), "--workers", "2", "--executor", "here"],
    ["run", str(TINY), "--precision", "5 %", "--kpi", "driver_wait"],
    ["run", str(TINY), "--out", "/dev/null"],
    ["sweep", str(TINY), "--vary", "zone.scanner.lanes=1,2", "--points", "3"],
    ["sweep", str(TINY), "--vary", "zone.scanner.lanes=1,2", "--at-most", "1"],
    ["sweep", str(TINY), "--vary", "zone.scanner.lanes=1,2", "--policy", "x"],
    ["new", str(TINY)],
    ["new", "/dev/zero"],
    ["map", str(TINY), "--svg", "/nowhere/map.svg"],
]


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_refusal_is_chinese(clearsim: Clearsim, language: str, arguments: list[str]) -> None:
    done = clearsim(*arguments, "--lang", language)
    assert (done.code, done.out) == (2, "")
    assert english(re.sub(r"CLEARSIM_\w+", "", done.err)) == set()


def test_an_option_that_is_refused_by_its_parser_is_named(clearsim: Clearsim) -> None:
    done = clearsim("run", "x.yaml", "--out", " ", "--lang", "zh")
    assert "错误：'--out' 的值无效：名称为空；是否有变量未设置？" in done.err


# What other packages say

TEN_MISTAKES = (
    ("duration: 2 h", "duration: 2"),
    ("crew: 2", "crews: 2"),
    ("seed: 7", "seed: -7"),
)
SET = (
    *("zone.gate.lanes=0", "demand.orders.per_day=x", "policy.linked=perhaps", "run_on=5", "zone.gate.lanez=1"),
    *("staff.inspectors.roster=x", "wait_limit=soon"),
)


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("output", ["text", "json"])
def test_ten_mistakes_are_reported_in_chinese(clearsim: Clearsim, tmp_path: Path, language: str, output: str) -> None:
    text = TINY.read_text(encoding="utf-8")
    for right, mistaken in TEN_MISTAKES:
        assert right in text
        text = text.replace(right, mistaken, 1)
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    settings = [item for setting in SET for item in ("--set", setting)]
    done = clearsim("check", file, *settings, "--format", output, "--lang", language)
    assert done.code == 2
    if output == "json":
        problems = json.loads(done.out)
        assert len(problems) == 10
        assert english(" ".join(problem["message"] + problem["hint"] for problem in problems)) == set()
    else:
        assert len(re.findall(r"\[\w+\]", done.err)) >= 10
        assert english(done.err) == set()


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("vary", ["a=1,1", "a=1,,2", "a=1..2"])
def test_a_mistake_in_what_varies_is_chinese(clearsim: Clearsim, language: str, vary: str) -> None:
    done = clearsim("sweep", TINY, "--vary", vary, "--lang", language)
    assert (done.code, english(done.err)) == (2, set())


@pytest.mark.parametrize("language", CHINESE)
def test_too_much_work_is_refused_in_chinese(clearsim: Clearsim, language: str) -> None:
    much = ("--replications", 100_000, "--engine", "simpy", "--set", "duration=365 d")
    done = clearsim("run", TINY, *much, "--lang", language)
    assert (done.code, english(done.err)) == (2, set())


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("command", ["run", "compare", "map", "check --sources", "kpis", "sweep", "select"])
def test_what_a_command_prints_is_chinese(
    clearsim: Clearsim, policies: Path, tmp_path: Path, language: str, command: str
) -> None:
    more: dict[str, tuple[object, ...]] = {
        "compare": ("--replications", 3, "--store", tmp_path),
        "sweep": ("--replications", 2, "--vary", "zone.scanner.lanes=1,2", "--store", tmp_path),
        "select": ("--indifference", "4 min", "--store", tmp_path),
        "kpis": (),
    }
    file = () if command == "kpis" else (policies,)
    done = clearsim(*command.split(), *file, *more.get(command, ()), "--lang", language)
    assert done.code == 0
    assert english(done.out) == set()
    short = [line for line in done.out.splitlines() if str(tmp_path) not in line]
    assert max(map(columns, short)) <= 80 or command == "kpis"


# Work


@pytest.mark.parametrize("language", CHINESE)
def test_what_is_said_beside_results_is_chinese(
    clearsim: Clearsim, policies: Path, tmp_path: Path, language: str, without_figures: None
) -> None:
    store = ("--store", tmp_path / "store")
    for arguments in (
        ("run", policies, "--json", "--out", tmp_path / "out"),
        ("compare", policies, "--replications", 3, "--json", *store),
        ("compare", policies, "--replications", 3, "--json", "--resume", *store),
    ):
        done = clearsim(*arguments, "--lang", language)
        assert done.code == 0, done.err
        assert english(done.err) == set()
        assert json.loads(done.out)["seed"] == 7


def test_an_interruption_is_answered_in_the_language_of_the_environment(tmp_path: Path) -> None:
    process = started("run", TINY, "--replications", 20_000, "--store", tmp_path, CLEARSIM_LANG="zh")
    deadline = time.monotonic() + 60
    while not any(tmp_path.rglob("*.json.gz")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert re.search(r"已中断；已完成的 \d+ 个数据块保存在 .*；继续计算：clearsim run .* --resume\n$", err)
