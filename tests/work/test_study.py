"""How replications are computed, as one value: what it refuses as soon as it is made, and how it prints."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

import clearsim as cs
from clearsim.experiment import Store, Study


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"engine": "arena"}, "there is no engine 'arena'; there are compiled, simpy"),
        ({"engine": ["simpy"]}, "there is no engine ['simpy']; there are compiled, simpy"),
        ({"wait_limit_min": -1}, "the wait limit is a number of minutes from 0 up, not -1"),
        ({"wait_limit_min": math.nan}, "the wait limit is a number of minutes from 0 up, not nan"),
        ({"wait_limit_min": "10 min"}, "the wait limit is a number of minutes from 0 up, not '10 min'"),
        ({"wait_limit_min": True}, "the wait limit is a number of minutes from 0 up, not True"),
        ({"executor": 5}, "an executor is one of here, threads"),
        ({"executor": ["threads"]}, "an executor is one of here, threads"),
        ({"executor": "threds"}, "there is no executor 'threds'"),
        ({"executor": "here", "workers": 2}, "is used with threads, processes and dask, not with here"),
        ({"workers": 0}, "at least one worker is needed"),
        ({"store": 5}, "a store is a folder or a `Store`, not 5"),
        ({"store": " "}, "the name is empty; is a variable not set?"),
        ({"resume": "yes"}, "`resume` is `True` or `False`, not 'yes'"),
        ({"force": 1}, "`force` is `True` or `False`, not 1"),
        ({"progress": 0.5}, "progress is reported to a function of the finished share, not to 0.5"),
    ],
)
def test_what_cannot_be_is_refused_as_soon_as_the_study_is_made(asked: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        Study(**asked)


def test_a_study_prints_what_differs_from_the_usual_one(tmp_path: Path) -> None:
    assert repr(Study()) == "Study()"
    assert repr(Study(engine="simpy", wait_limit_min=10, store=Path("kept"), resume=True)) == (
        "Study(engine='simpy', wait_limit_min=10, store='kept', resume=True)"
    )
    assert repr(Study(store=Store(tmp_path))) == f"Study(store=<Store in {tmp_path}>)"


def test_a_study_is_a_public_value_that_nobody_changes_and_that_makes_nothing(tmp_path: Path) -> None:
    study = cs.Study(store=str(tmp_path / "kept"))
    assert study == cs.Study(store=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
    with pytest.raises(FrozenInstanceError):
        study.resume = True  # type: ignore[misc]
