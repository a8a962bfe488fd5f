"""How replications are computed: by which engine and which workers, and where finished work is kept."""

from concurrent.futures import Executor
from pathlib import Path

import attrs

from clearsim.engines import Progress
from clearsim.language import Text, listed
from clearsim.outputs import named_path
from clearsim.units import quoted
from clearsim.work.executors import check_executor
from clearsim.work.simulating import ENGINES, Engine
from clearsim.work.store import Store


def _path_if_text(store: Store | str | Path | None) -> Store | Path | None:
    return named_path(store) if isinstance(store, str) else store


@attrs.frozen(kw_only=True, repr=False)
class Study:
    """How replications are computed. No field but `engine` and `wait_limit_min` concerns what is found.

    Raises `ValueError` or `TypeError` for what cannot be, as soon as it is made.

    >>> Study(executor="processes", workers=2, store="kept")
    Study(executor='processes', workers=2, store='kept')
    >>> Study(engine="arena")
    Traceback (most recent call last):
    ValueError: there is no engine 'arena'; there are compiled, simpy
    """

    engine: Engine = "compiled"
    """The engine; both find the same to the last bit."""
    wait_limit_min: float | None = None
    """The wait in minutes that counts as too long; a scenario brings its own, a network's is 30 min unless given."""
    executor: str | Executor | None = None
    """Who works: "here", "threads", "processes", "dask", "dask:ADDRESS", or any `concurrent.futures.Executor`.

    None works here, and in processes on all cores as soon as that is worth their start.
    """
    workers: int | None = None
    """How many work; all cores unless given."""
    store: Store | Path | None = attrs.field(default=None, converter=_path_if_text)
    """Where finished blocks of replications are kept: a folder, which is made, or a `Store`."""
    resume: bool = False
    """Whether blocks that were kept before are read instead of computed."""
    progress: Progress | None = None
    """Told the finished share of what is left to compute, from 0 to 1."""
    force: bool = False
    """Whether more work is begun than this machine holds (`clearsim.work.size`)."""

    def __attrs_post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise ValueError(
                Text("there is no engine {engine!r}; there are {names}", engine=self.engine, names=listed(ENGINES))
            )
        limit = self.wait_limit_min
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 0):
            raise ValueError(Text("the wait limit is a number of minutes from 0 up, not {value}", value=quoted(limit)))
        check_executor(self.executor, self.workers)
        if not isinstance(self.store, Store | Path | None):
            raise TypeError(Text("a store is a folder or a `Store`, not {value}", value=repr(self.store)))
        for name in ("resume", "force"):
            if not isinstance(getattr(self, name), bool):
                value = repr(getattr(self, name))
                raise TypeError(Text("`{name}` is `True` or `False`, not {value}", name=name, value=value))
        if self.progress is not None and not callable(self.progress):
            value = repr(self.progress)
            raise TypeError(
                Text("progress is reported to a function of the finished share, not to {value}", value=value)
            )

    def __repr__(self) -> str:
        """What differs from `Study()`."""
        fields = {item.name: (getattr(self, item.name), item.default) for item in attrs.fields(Study)}
        said = {name: value for name, (value, usual) in fields.items() if value != usual}
        texts = (f"{name}={(str(value) if isinstance(value, Path) else value)!r}" for name, value in said.items())
        return f"Study({', '.join(texts)})"
