"""What every command that replicates does around its work.

A new one is a module of its own beside this one, imported in `clearsim.cli.commands`. It lists its own options and
works inside `begun`:

    @command()
    @with_study_options
    def compare(options: StudyOptions, replications: Replications = 20) -> None:
        from clearsim.experiment import compare as compare_experiment

        with begun(Text("comparing"), options) as (loaded, study, stage):
            found = compare_experiment(loaded, replications=replications, seed=options.seed, study=study)
            if stage is not None:
                write_comparison(stage, found, loaded.resolved_yaml())
        print_comparison(found)

What is wrong is raised as `ValueError` or `OSError`, which end the command with exit code 2, or said by
`clearsim.cli.app.refuse`. Results are printed after the block, when the bar is gone; files are written inside it, so
that Ctrl-C meanwhile ends it as it should.
"""

import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve

from clearsim.cli.interruption import interruption
from clearsim.cli.options import StudyOptions
from clearsim.cli.reading import read, rendered, warnings
from clearsim.cli.screen import Progress, say
from clearsim.language import Text, plural

if TYPE_CHECKING:
    from clearsim.experiment import Store, Study
    from clearsim.outputs import Results
    from clearsim.scenario import Loaded, Scenario


class Begun(NamedTuple):
    """A study that has begun: the scenario, how it is computed, and where results are written if `--out` is given."""

    loaded: "Loaded[Scenario]"
    study: "Study"
    stage: "Results | None"


@contextmanager
def begun(what: Text, options: StudyOptions, policy: str | None = None, *, kept: bool = True) -> Iterator[Begun]:
    """The scenario with its warnings said, the engine and the store ready, progress on the screen.

    Finished work is kept unless `kept` is False and no store was asked for. When Ctrl-C or an error ends the study, the
    message says what stays and which command goes on.
    """
    from clearsim.experiment import Study, compile_engine, preparation

    study = Study(
        engine=options.engine,
        executor=options.executor,
        workers=options.workers,
        resume=options.resume,
        force=options.force,
    )
    store = _store(options.store, options.file) if kept or options.store or options.resume else None
    loaded = read(options.file, options.settings, policy)
    for warning in warnings(loaded):
        say(rendered(warning))
    if notice := preparation(study.engine):
        say(notice)
        compile_engine()
        interruption.heed()
    try:
        with ExitStack() as stack:
            progress = stack.enter_context(Progress(what))
            stage = _stage(options, stack)
            yield Begun(loaded, evolve(study, store=store, progress=progress.update), stage)
        interruption.heed()
    except KeyboardInterrupt:
        interruption.left = _what_stays(store) or interruption.left
        raise
    except (OSError, MemoryError) as error:  # what may have gone when the command is given once more
        if stays := _what_stays(store):
            error.add_note(stays)
        raise
    if store is not None and options.resume:
        all_blocks = store.found + store.added
        say(Text("{found} of {all} blocks were kept from before", found=store.found, all=all_blocks))


def about(options: StudyOptions, loaded: "Loaded[Scenario]") -> dict[str, str]:
    """Title and file of the scenario, as JSON shows them."""
    title = loaded.scenario.title
    return {"zh": title.zh, "en": title.en, "file": str(options.file)}


def _stage(options: StudyOptions, stack: ExitStack) -> "Results | None":
    """Where results are written until all are there; None without `--out`."""
    if options.out is None:
        return None
    from clearsim.outputs import results
    from clearsim.report.files import RESERVED

    return stack.enter_context(results(options.out, [options.file], RESERVED, force=options.force))


def _store(folder: Path | None, file: Path) -> "Store | None":
    """The store in a folder, which must be writable; the usual one is done without where it is not."""
    from clearsim.experiment import Store
    from clearsim.outputs import check_folder, reason_of
    from clearsim.work.store import usual_folder

    if folder is not None:
        check_folder(folder, [file])
        return Store(folder, say)
    try:
        return Store(usual_folder(), say, optional=True)
    except OSError as error:
        why = Text("{path}: {reason}", path=error.filename, reason=reason_of(error)) if error.filename else error
        say(Text("finished work is not kept: {reason}; --store DIR keeps it elsewhere", reason=why))
        return None


def _what_stays(store: "Store | None") -> Text | None:
    """What an unfinished study leaves, and the command that goes on."""
    count = 0 if store is None else store.stays
    if store is None or not count:
        return None
    command = shlex.join(["clearsim", *(item for item in sys.argv[1:] if item != "--resume"), "--resume"])
    return plural(
        count,
        "{n} finished block is kept in {folder}; to go on: {command}",
        "{n} finished blocks are kept in {folder}; to go on: {command}",
        folder=store.folder,
        command=command,
    )
