"""What all tests share: the engines, the command, and how much Hypothesis tries."""

import os
import sys
from contextvars import copy_context
from importlib import import_module

import pytest
from hypothesis import settings

from clearsim import cli
from tests.commands import Clearsim, Done
from tests.networks import Simulate

ENGINES = {
    "simpy": "clearsim.engines.reference",
    "compiled": "clearsim.engines.compiled",
}

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session", autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the tests' commands keep does not go to the user's cache folder, and nothing comes from there."""
    os.environ["CLEARSIM_STORE"] = str(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session", autouse=True)
def _english() -> None:
    """Commands speak English, whatever the locale of the machine."""
    os.environ["CLEARSIM_LANG"] = "en"


@pytest.fixture(scope="session", params=ENGINES)
def simulate(request: pytest.FixtureRequest) -> Simulate:
    """`simulate(plan, demand)` of every engine in turn."""
    engine: Simulate = import_module(ENGINES[request.param]).simulate
    return engine


@pytest.fixture
def clearsim(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clearsim:
    """`clearsim` in this process; an exception that it does not turn into a message ends the test."""

    def call(*arguments: object) -> Done:
        monkeypatch.setenv("PYDANTIC_DISABLE_PLUGINS", "__all__")
        monkeypatch.setattr(sys, "argv", ["clearsim", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            copy_context().run(cli.main)  # the language that it uses is gone afterwards
        assert isinstance(end.value.code, int)
        return Done(end.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def without_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing them takes a second, and is tested elsewhere."""
    monkeypatch.setattr("clearsim.report.files.write_figures", lambda *_: None)
