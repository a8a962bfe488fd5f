"""What all tests share: the engines, and how much Hypothesis tries."""

import os
from importlib import import_module

import pytest
from hypothesis import settings

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


@pytest.fixture(scope="session", params=ENGINES)
def simulate(request: pytest.FixtureRequest) -> Simulate:
    """`simulate(plan, demand)` of every engine in turn."""
    engine: Simulate = import_module(ENGINES[request.param]).simulate
    return engine
