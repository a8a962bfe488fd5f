"""Finished work is kept whole or not at all, found by what decides its numbers, and checked before it is used."""

import copy
import errno
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from clearsim import cli
from clearsim.customs import network
from clearsim.experiment import Case, Key, Sample, Store, Study, run
from clearsim.experiment.running import case_of
from clearsim.network import Network
from clearsim.network.word import Word, field_names
from clearsim.outputs import write_whole
from clearsim.scenario import load
from clearsim.work.blocks import Job
from clearsim.work.identity import digest
from tests.networks import BOOTH
from tests.paths import ROOT, SCENARIOS

TINY = SCENARIOS / "tiny.yaml"
CASE = case_of(BOOTH, 5, Study())
JOB = Job(CASE, 20, 2)
FOUND = Sample((Key("truck", "desk", "wait_mean", "min"), Key("", "", "b", "%")), np.array([[0.1, np.nan], [-0.0, 3]]))


def same(one: Sample, other: Sample | None) -> bool:
    return other is not None and one.keys == other.keys and one.values.tobytes() == other.values.tobytes()


# What is kept comes back


def test_a_block_comes_back_to_the_bit(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get(JOB) is None
    store.put(JOB, FOUND)
    assert same(FOUND, Store(tmp_path).get(JOB))
    assert (store.found, store.added) == (0, 1)


def test_a_study_that_goes_on_computes_only_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    first = run(BOOTH, replications=40, study=Study(store=tmp_path))
    monkeypatch.setattr("clearsim.work.crew.work", lambda *_: pytest.fail("it was kept"))
    assert same(run(BOOTH, replications=40, study=Study(store=tmp_path, resume=True)).sample, first.sample)
    monkeypatch.undo()
    store = Store(tmp_path)
    longer = run(BOOTH, replications=80, study=Study(store=store, resume=True, progress=told.append))
    assert (store.found, store.added) == (2, 2)
    assert same(longer.sample, run(BOOTH, replications=80).sample)
    assert told[:2] == [0.5, 1]  # of what was left, not of all


def test_a_block_is_counted_as_soon_as_its_file_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C may come between the renaming of the file and all that follows it."""

    def interrupted(*arguments: Any, **options: Any) -> None:
        write_whole(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr("clearsim.work.store.write_whole", interrupted)
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        store.put(JOB, FOUND)
    assert store.stays == 1


def test_a_block_that_was_not_written_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    store = Store(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        store.put(JOB, FOUND)
    assert store.stays == 0


def test_a_block_that_was_read_and_is_computed_again_is_counted_once(tmp_path: Path) -> None:
    Store(tmp_path).put(JOB, FOUND)
    store = Store(tmp_path)
    assert store.get(JOB) is not None
    store.put(JOB, FOUND)
    assert store.stays == 1


def test_without_resume_everything_is_computed_and_kept_anew(tmp_path: Path) -> None:
    run(BOOTH, replications=40, study=Study(store=tmp_path))
    store = Store(tmp_path)
    run(BOOTH, replications=40, study=Study(store=store))
    assert (store.found, store.added) == (0, 2)


@pytest.mark.parametrize(
    "other",
    [
        JOB._replace(first=40),
        JOB._replace(size=3),
        JOB._replace(case=replace(CASE, seed=6)),
        JOB._replace(case=replace(CASE, engine="simpy")),
        JOB._replace(case=replace(CASE, wait_limit_min=31.0)),
        JOB._replace(case=Case.of(evolve(BOOTH, duration=239.0), 5, "compiled", 30.0)),
    ],
)
def test_a_block_is_kept_under_all_that_decides_it(tmp_path: Path, other: Job) -> None:
    store = Store(tmp_path)
    store.put(JOB, FOUND)
    assert store.get(other) is None


def test_other_code_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.put(JOB, FOUND)
    monkeypatch.setattr("clearsim.work.store.code_version", lambda: "another")
    assert store.get(JOB) is None


# What is not what was written


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def one_bit_turned(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def foreign(path: Path) -> None:
    path.write_bytes(gzip.compress(json.dumps({"keys": [], "values": []}).encode()))


def another_blocks(path: Path) -> None:
    store = Store(path.parents[1])
    other = JOB._replace(first=40)
    store.put(other, FOUND)
    store.path(other).replace(path)


@pytest.mark.parametrize("damage", [emptied, cut_off, one_bit_turned, foreign, another_blocks])
def test_a_damaged_file_is_reported_and_computed_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    said: list[str] = []
    whole = run(BOOTH, seed=5, replications=40, study=Study(store=tmp_path)).sample
    store = Store(tmp_path, said.append)
    damaged = store.path(Job(CASE, 20, 20))
    damage(damaged)
    assert same(run(BOOTH, seed=5, replications=40, study=Study(store=store, resume=True)).sample, whole)
    assert said == [f"{damaged}: damaged, or the work of another study; it is computed again"]
    assert (store.found, store.added) == (1, 1)
    assert Store(tmp_path).get(Job(CASE, 20, 20)) is not None


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_reported_and_what_was_done_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.put(JOB, FOUND)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="finished work cannot be kept: No space left on device"):
        store.put(JOB._replace(first=40), FOUND)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [store.path(JOB)]
    assert same(FOUND, store.get(JOB))


def test_what_a_killed_process_left_half_written_goes_in_time_and_nobody_elses_file_does(tmp_path: Path) -> None:
    old, new = tmp_path / f".{'0' * 32}.part", tmp_path / f".{'1' * 32}.part"
    foreign = tmp_path / ".film.part"
    for path in (old, new, foreign):
        path.touch()
        os.utime(path, (time.time() - 4000,) * 2)
    new.touch()
    Store(tmp_path)
    assert set(tmp_path.iterdir()) == {new, foreign}


# The command line


Done = tuple[int, str, str]


@pytest.fixture
def clearsim(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    def call(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["clearsim", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert isinstance(end.value.code, int)
        return end.value.code, *capsys.readouterr()

    return call


@pytest.mark.slow
def test_the_command_says_what_was_kept_from_before(clearsim: Callable[..., Done], tmp_path: Path) -> None:
    asked = ("run", TINY, "--json", "--store", tmp_path, "--replications")
    assert "kept from before" not in clearsim(*asked, 20)[2]
    code, out, err = clearsim(*asked, 40, "--resume")
    assert (code, err.splitlines()[-1]) == (0, "1 of 2 blocks were kept from before")
    assert json.loads(out)["kpis"] == json.loads(clearsim("run", TINY, "--json", "--replications", 40)[1])["kpis"]


@pytest.mark.slow
def test_a_full_disk_ends_the_command_with_2_and_says_how_to_go_on(
    clearsim: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("run", TINY, "--replications", 40, "--store", tmp_path)
    assert clearsim("run", TINY, "--replications", 20, "--store", tmp_path)[0] == 0
    monkeypatch.setattr(os, "fsync", full)
    code, out, err = clearsim(*asked, "--resume")
    assert (code, out) == (2, "")
    assert err.splitlines()[-2:] == [
        f"error: {tmp_path}: finished work cannot be kept: No space left on device",
        f"1 finished block is kept in {tmp_path}; to go on: clearsim run {TINY} --replications 40 "
        f"--store {tmp_path} --resume",
    ]
    monkeypatch.undo()


def test_a_store_that_cannot_be_written_is_refused_before_anything_runs(
    clearsim: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        code, out, err = clearsim("run", TINY, "--store", folder)
        assert (code, out) == (2, "")
        assert str(folder) in err
        assert len(err.splitlines()) == 1


def test_where_the_usual_folder_cannot_be_written_the_study_goes_on_and_says_so_once(
    clearsim: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.delenv("CLEARSIM_STORE")
    monkeypatch.setattr("clearsim.work.store.usual_folder", lambda: tmp_path / "file" / "below")
    code, _, err = clearsim("run", TINY, "--replications", 3)
    assert code == 0
    assert err.count("finished work is not kept") == 1
    assert "finished work" not in clearsim("run", TINY)[2]


@pytest.mark.parametrize("optional", [True, False])
def test_a_usual_folder_that_fills_up_meanwhile_is_done_without_and_one_that_was_named_is_not(
    optional: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said: list[str] = []
    store = Store(tmp_path / "kept", said.append, optional=optional)
    if not optional:
        with pytest.raises(OSError, match="finished work cannot be kept: No space left on device"):
            run(BOOTH, replications=50, study=Study(store=store))
        return
    assert run(BOOTH, replications=50, study=Study(store=store)).replications == 50
    assert [line.split(": ", 1)[1] for line in said] == [
        "finished work cannot be kept: No space left on device; the study goes on without it"
    ]


def test_a_folder_where_a_block_is_to_lie_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept")
    run(BOOTH, replications=1, study=Study(store=store))
    for file in list(store.folder.glob("*/*.gz")):
        file.unlink()
        file.mkdir()
        with pytest.raises(OSError, match=f"{file.name}: finished work cannot be kept"):
            run(BOOTH, replications=1, study=Study(store=store))


# Killed, and side by side


def sweep(store: Path, lanes: str) -> subprocess.Popen[str]:
    """A sweep of trucks alone, with two blocks at each number of lanes; a block takes a third of a second or more."""
    gone = ["--set", "demand.orders=null", "--set", "demand.flights=null", "--set", "demand.errands=null"]
    arguments = ["sweep", str(TINY), *gone, "--vary", f"zone.gate.lanes={lanes}", "--replications", "40"]
    ways = ["--engine", "simpy", "--executor", "here", "--store", str(store), "--resume", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "clearsim.cli", *arguments, *ways],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def table(told: str) -> dict[str, Any]:
    """What a sweep found, without the time that it took."""
    found: dict[str, Any] = json.loads(told)
    del found["provenance"]["wall_time_s"]
    return found


def finished(store: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in store.glob("*/*.json.gz")}


ENDS = {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130, signal.SIGTERM: 130}
"""Ways to stop a study, and how it then ends."""


@pytest.mark.slow
def test_a_sweep_stopped_in_every_way_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    moments = random.Random(20221111)
    undisturbed, store = tmp_path / "undisturbed", tmp_path / "killed"
    expected = sweep(undisturbed, "1,2,3,4")
    ways = list(ENDS)
    while True:
        before, process = finished(store), sweep(store, "1,2,3,4")
        while process.poll() is None and len(finished(store)) == len(before):
            time.sleep(0.005)
        way = ways.pop() if ways else None
        if way is not None:
            time.sleep(moments.uniform(0, 0.2))
            process.send_signal(way)
        out, err = process.communicate()
        now = finished(store)
        assert {path: now[path] for path in before} == before  # not written again
        assert "damaged" not in err
        if process.returncode == 0:
            break
        assert way is not None
        assert process.returncode == ENDS[way], err
        assert "Traceback" not in err
    assert table(out) == table(expected.communicate()[0])
    assert err.splitlines()[-1] == f"{len(before)} of 8 blocks were kept from before"
    assert {path.name for path in finished(store)} == {path.name for path in finished(undisturbed)}
    assert len(finished(store)) == 8
    assert 0 < len(before) < 8


@pytest.mark.slow
def test_two_processes_may_share_a_folder(tmp_path: Path) -> None:
    both = [sweep(tmp_path, "1,2") for _ in range(2)]
    found = [process.communicate() for process in both]
    assert table(found[0][0]) == table(found[1][0])
    assert all("damaged" not in err for _, err in found)
    assert len(finished(tmp_path)) == 4
    assert not list(tmp_path.glob(".*"))


# What makes two runs the same run


@pytest.mark.slow
def test_a_digest_is_the_same_in_every_process() -> None:
    code = (
        "from clearsim.scenario import load; from clearsim.customs import network\n"
        "from clearsim.work.identity import digest, code_version\n"
        f"print(digest(network(load({str(TINY)!r}).scenario)), code_version())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert said.pop().split()[0] == digest(network(load(TINY).scenario))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every number, text, truth value and array in a network."""
    if isinstance(value, Word):
        for name in field_names(value):
            yield from leaves(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    elif isinstance(value, bool | int | float | str | np.ndarray):
        yield path


def changed(value: Any, path: tuple[Any, ...]) -> Any:
    """A copy with one of these values changed, whether or not that makes sense."""
    if not path:
        if isinstance(value, bool):
            return not value
        return f"{value}." if isinstance(value, str) else value + 1
    step, *rest = path
    if isinstance(value, Word):
        other = copy.copy(value)
        object.__setattr__(other, step, changed(getattr(value, step), tuple(rest)))
        return other
    if isinstance(value, Mapping):
        return {key: changed(item, tuple(rest)) if key == step else item for key, item in value.items()}
    items = [changed(item, tuple(rest)) if place == step else item for place, item in enumerate(value)]
    return items if isinstance(value, list) else tuple.__new__(type(value), items)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "ordinary-day", "lockdown"])
def test_whatever_is_changed_in_a_network_changes_its_digest(name: str) -> None:
    """Every number of a whole scenario is changed in turn."""
    whole: Network = network(load(SCENARIOS / f"{name}.yaml").scenario)
    paths = list(leaves(whole))
    assert len(paths) > 100
    chosen = random.Random(1).sample(paths, min(150, len(paths)))
    found = {digest(changed(whole, path)) for path in chosen}
    assert len(found | {digest(whole)}) == len(chosen) + 1
