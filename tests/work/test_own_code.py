"""A researcher's own code is kept in a store only under the version that its author gives it."""

import importlib.util
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from clearsim import load
from clearsim.experiment import Case, Result, Store, Study, compare, run
from clearsim.network import At, Distribution, Exponential, Flow, Hold, Network, Number, Poisson
from clearsim.work.identity import UnversionedError, digest
from tests.networks import queue
from tests.paths import SCENARIOS

CODE = """
from clearsim.network import Exponential

FACTOR = {factor}

def helper(minutes):
    return FACTOR * minutes

class Slow(Exponential):
    {version}

    def scaled(self, variates):
        return helper(super().scaled(variates))
"""
Made = Callable[..., type[Exponential]]


def in_a_module(folder: Path, code: str) -> Any:
    path = folder / "my_times.py"
    path.write_text(code)
    spec = importlib.util.spec_from_file_location("my_times", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Slow


def in_a_script(folder: Path, code: str) -> Any:
    path = folder / "script.py"
    path.write_text(code)
    return runpy.run_path(str(path), run_name="__main__")["Slow"]


def in_a_cell(_: Path, code: str) -> Any:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(code, namespace)
    return namespace["Slow"]


def in_an_empty_namespace(_: Path, code: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    assert namespace["Slow"].__module__ == "builtins"  # which it is not
    return namespace["Slow"]


@pytest.fixture(params=[in_a_module, in_a_script, in_a_cell, in_an_empty_namespace])
def slow(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """A class `Slow` that multiplies an exponential time by what a constant outside of the class says."""

    def made(factor: float, version: str | None) -> Any:
        line = "pass" if version is None else f"version = {version!r}"
        return request.param(tmp_path, CODE.format(factor=factor, version=line))

    return made


def booth(time: Exponential) -> Network:
    return queue(Poisson("30/h"), time, 3, duration="1 h")


def studied(kind: type[Exponential], store: Store) -> Result:
    return run(booth(kind(5)), replications=2, study=Study(store=store, resume=True))


def test_without_a_version_a_store_is_refused_in_one_sentence_before_anything_runs(
    slow: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearsim.work.crew.work", lambda *_: pytest.fail("it ran"))
    for resume in (True, False):
        with pytest.raises(UnversionedError) as refused:
            run(booth(slow(1, None)(5)), replications=2, study=Study(store=tmp_path / "kept", resume=resume))
        assert str(refused.value) == (
            "results with `Slow` cannot be kept in a store, because the helpers and constants that a class outside of "
            'clearsim uses cannot be seen: write `version: ClassVar[str] = "1"` in the class, and change that text '
            "whenever its results may change"
        )


def test_without_a_store_no_version_is_needed(slow: Made) -> None:
    assert run(booth(slow(1, None)(5)), replications=2).replications == 2


def test_work_is_read_while_the_version_stays_and_computed_anew_when_it_changes(slow: Made, tmp_path: Path) -> None:
    store = Store(tmp_path / "kept")
    first = studied(slow(1, "1"), store)
    assert (store.found, store.added) == (0, 1)
    again = studied(slow(1, "1"), store)
    assert (store.found, store.added) == (1, 1)
    assert again.sample.values.tobytes() == first.sample.values.tobytes()
    changed = studied(slow(2, "2"), store)
    assert (store.found, store.added) == (1, 2)
    assert (changed.kpi("wait_mean") or 0) > (first.kpi("wait_mean") or 0)


@pytest.mark.parametrize("version", [1, "", None])
def test_a_version_is_a_text_that_says_something(version: object) -> None:
    kind = type("Slow", (Exponential,), {"version": version})
    with pytest.raises(UnversionedError, match="results with `Slow` cannot be kept in a store"):
        digest(booth(kind(5)))


def test_a_subclass_needs_a_version_of_its_own() -> None:
    base = type("Base", (Exponential,), {"version": "1"})
    with pytest.raises(UnversionedError, match="`Faster` cannot be kept"):
        digest(booth(type("Faster", (base,), {})(5)))
    versions = [("1", "1"), ("1", "2"), ("2", "1")]
    classes = [type("F", (type("Base", (Exponential,), {"version": a}),), {"version": b}) for a, b in versions]
    assert len({digest(booth(kind(5))) for kind in classes}) == 3


def test_all_that_an_object_of_such_a_class_holds_counts_declared_as_a_field_or_not() -> None:
    def made(value: object) -> Network:
        time = kind(5)
        object.__setattr__(time, "table", value)
        return booth(time)

    kind = type("Slow", (Exponential,), {"version": "1"})
    values = [1, 2, "1", [1], (1,), {1}, {"a": 1}, 1.0, Fraction(1), np.array([1]), np.array([1], dtype=object)]
    values += [pd.Timestamp("2022-11-11"), pd.Timestamp("2022-11-12"), b"1", None]
    assert len({digest(made(value)) for value in values}) == len(values)
    assert digest(made({"b", "a", "c"})) == digest(made({"c", "b", "a"}))


@pytest.mark.parametrize("code", [lambda: 1, max, Exponential, pd.Series([1.0])])
def test_code_in_a_field_is_refused(code: object) -> None:
    time = type("Slow", (Exponential,), {"version": "1"})(5)
    object.__setattr__(time, "helper", code)
    with pytest.raises(
        UnversionedError, match=f"a network with a `{type(code).__qualname__}` cannot be kept in a store"
    ):
        digest(booth(time))


@dataclass(frozen=True)
class ByDataclass:
    first: float
    second: float


@attrs.frozen
class ByAttrs:
    first: float
    second: float


@attrs.frozen
class Holding(Distribution):
    """A distribution with a field for anything."""

    what: Any

    version = "1"
    expected = 5.0


class Size(Enum):
    SMALL = 1


class Minutes(float):
    version = "1"


@pytest.mark.parametrize("kind", [ByDataclass, ByAttrs])
def test_fields_of_attrs_and_of_dataclasses_count_alike(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(first: float, second: float) -> Network:
        return booth(Holding(kind(first, second)))

    with pytest.raises(UnversionedError, match=f"`{kind.__name__}` cannot be kept"):
        digest(made(1, 2))
    monkeypatch.setattr(kind, "version", "1", raising=False)
    assert digest(made(1, 2)) == digest(made(1, 2))
    assert len({digest(made(a, b)) for a, b in [(1, 2), (1, 3), (2, 2), (2, 1)]}) == 4


def test_plain_data_of_a_class_of_ones_own_is_code_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnversionedError, match="`Size` cannot be kept"):
        digest(booth(Holding(Size.SMALL)))
    with pytest.raises(UnversionedError, match="a network with a `Minutes` cannot be kept"):  # it may print as another
        digest(booth(Holding(Minutes(1))))


def test_subclasses_of_every_word_need_a_version() -> None:
    class Often(Poisson):
        pass

    class Port(Network):
        pass

    flow = Flow("truck", At([0.0]), [Hold(1)])
    for network in (Port([flow]), Network([evolve(flow, arrivals=Often("1/h"))])):
        with pytest.raises(UnversionedError, match=r"`.*(Port|Often)` cannot be kept"):
            digest(network)
    kind = type("Slow", (Exponential,), {})
    with pytest.raises(UnversionedError, match="`Slow`"):
        digest(Network([evolve(flow, attributes={"tons": Number(kind(5))})]))


def test_a_store_that_nobody_asked_for_is_done_without_and_says_so_once(slow: Made, tmp_path: Path) -> None:
    said: list[str] = []
    store = Store(tmp_path / "kept", said.append, optional=True)
    time = slow(1, None)(5)
    compare({"one": booth(time), "two": booth(Exponential(4))}, replications=2, study=Study(store=store))
    assert store.added == 0
    (line,) = said
    assert line.startswith("finished work is not kept: results with `Slow` cannot be kept in a store")
    again = Store(tmp_path / "kept", said.append, optional=True)
    with pytest.raises(UnversionedError):
        run(booth(time), replications=2, study=Study(store=again, resume=True))


def test_scenarios_hold_nothing_but_clearsims_own_words() -> None:
    loaded = load(SCENARIOS / "tiny.yaml")
    assert len(digest(run(loaded).network)) == 64
    assert isinstance(run(loaded).case, Case)
