"""What every command that replicates does around its work.

A new study command is a module of its own beside this one, imported in `clearsim.cli`. It lists its options (see
`clearsim.cli.options`) and works inside `study`:

    @app.command()
    def compare(
        file: ScenarioFile,
        settings: Settings = [],
        engine: Engine = "compiled",
        replications: Replications = 20,
        executor: Executor = None,
        workers: Workers = None,
        store: StoreFolder = None,
        resume: Resume = False,
        force: Force = False,
    ) -> None:
        from clearsim.experiment import compare as compare_experiment

        how = How(executor, workers, store, resume, force)
        with study("comparing", file, settings, engine=engine, how=how) as (loaded, by):
            found = compare_experiment(loaded, replications=replications, **by)
        print_comparison(found)

`by` holds the keyword arguments `engine, executor, workers, store, resume, progress, force` of everything in
`clearsim.experiment` that replicates. What is wrong is raised as `ValueError` or `OSError`, which end the command with
exit code 2, or told by `clearsim.cli.app.refuse`. Results are printed after the block, when the bar is gone; files are
written inside it (`clearsim.outputs.results`), so that Ctrl-C meanwhile ends it as it should.
"""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from clearsim.cli.app import refuse
from clearsim.cli.interruption import interruption
from clearsim.cli.reading import read, rendered, warnings
from clearsim.cli.screen import Progress, say

if TYPE_CHECKING:
    from clearsim import experiment
    from clearsim.scenario import Loaded, Scenario


class How(NamedTuple):
    """Who works, and where finished work is kept: the options of all study commands."""

    executor: str | None = None
    workers: int | None = None
    store: Path | None = None
    resume: bool = False
    force: bool = False


class By(TypedDict):
    """How a study is done: the keyword arguments of all that replicates."""

    engine: "experiment.Engine"
    executor: str | None
    workers: int | None
    store: "experiment.Store | None"
    resume: bool
    progress: Callable[[float], None]
    force: bool


@contextmanager
def study(
    what: str,
    file: Path,
    settings: list[str],
    policy: str | None = None,
    *,
    engine: str = "compiled",
    how: How,
    kept: bool = True,
) -> "Iterator[tuple[Loaded[Scenario], By]]":
    """The scenario, its warnings said, and how it is studied: engine and store ready, progress on the screen.

    Finished work is kept unless `kept` is False and no store was asked for. When Ctrl-C or an error ends the study, the
    person is told what stays and which command goes on.
    """
    from clearsim.experiment import ENGINES, compile_engine, preparation
    from clearsim.work.executors import check_executor

    chosen = next((name for name in ENGINES if name == engine), None)
    if chosen is None:
        refuse(f"there is no engine `{engine}`; there are: {', '.join(ENGINES)}")
    check_executor(how.executor, how.workers)
    store = _store(how.store, file) if kept or how.store or how.resume else None
    loaded = read(file, settings, policy)
    for warning in warnings(loaded):
        say(rendered(warning))
    if notice := preparation(chosen):
        say(notice)
        compile_engine()
        interruption.heed()
    try:
        with Progress(what) as progress:
            yield (
                loaded,
                By(
                    engine=chosen,
                    executor=how.executor,
                    workers=how.workers,
                    store=store,
                    resume=how.resume,
                    progress=progress.update,
                    force=how.force,
                ),
            )
        interruption.heed()
    except KeyboardInterrupt:
        interruption.left = _what_stays(store) or interruption.left
        raise
    except (OSError, MemoryError) as error:  # what may have gone when the command is given once more
        if stays := _what_stays(store):
            error.add_note(stays)
        raise
    if store is not None and how.resume:
        say(f"{store.found} of {store.found + store.added} blocks were kept from before")


def _store(folder: Path | None, file: Path) -> "experiment.Store | None":
    """The store in a folder, which must be writable; the usual one is done without where it is not."""
    from clearsim.experiment import Store
    from clearsim.outputs import check_folder
    from clearsim.work.store import usual_folder

    if folder is not None:
        check_folder(folder, [file])
        return Store(folder, say)
    try:
        return Store(usual_folder(), say, optional=True)
    except OSError as error:
        say(f"finished work is not kept, for {error}; --store DIR keeps it elsewhere")
        return None


def _what_stays(store: "experiment.Store | None") -> str:
    """What an unfinished study leaves, and the command that goes on."""
    count = 0 if store is None else store.found + store.added
    if store is None or not count:
        return ""
    command = shlex.join(["clearsim", *(word for word in sys.argv[1:] if word != "--resume"), "--resume"])
    blocks = "1 finished block stays" if count == 1 else f"{count} finished blocks stay"
    return f"{blocks} in {store.folder}; to go on: {command}"
