"""Finished work, kept: every block of replications is a file of its own, written whole and checked when it is read.

A power cut, a kill or a full disk loses the blocks under way and nothing else; two processes may share a folder.
"""

import gzip
import json
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np
import platformdirs

from clearsim.language import Text
from clearsim.measures import Key
from clearsim.outputs import PARTS, check_folder, reason_of, write_whole
from clearsim.work.blocks import Case, Job, Sample
from clearsim.work.identity import UnversionedError, code_version

FORMAT = 1
SUM = 32
"""Bytes of the checksum, with which a file begins."""
LEFT_OVER_S = 3600
"""A file still unfinished after so long was left by somebody who was killed."""


def usual_folder() -> Path:
    """Where finished work is kept unless a folder is named: in the user's cache folder. It may be deleted at will."""
    return Path(platformdirs.user_cache_dir("clearsim", appauthor=False)).absolute() / "finished"


class Store:
    """A folder of finished blocks. Raises `OSError` at once where it cannot be written to.

    `damaged` is called with a sentence for every file that is not what was written; it is then computed anew. `found`
    counts the blocks that were read, `added` those that were written. A store that nobody asked for is `optional`:
    once it cannot be written any more, or does not admit a case, it is done without, and `damaged` is called with the
    reason.
    """

    def __init__(
        self, folder: Path, damaged: Callable[[Text], None] = lambda _: None, *, optional: bool = False
    ) -> None:
        self.folder, self.damaged, self.optional = folder, damaged, optional
        self.given_up = False
        self.found = self.added = 0
        self._paths = set[Path]()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        for left in folder.glob(PARTS):
            with suppress(OSError):  # it may be finished meanwhile
                if time.time() - left.stat().st_mtime > LEFT_OVER_S:
                    left.unlink()

    def __repr__(self) -> str:
        return f"<Store in {self.folder}>"

    def admit(self, case: Case, *, resume: bool) -> None:
        """Make sure, before the work, that a case's blocks can be kept and found again.

        Raises `UnversionedError` where they cannot. An optional store is then done without, unless work is resumed.
        """
        try:
            case.digest  # noqa: B018  # evaluated for its checks
        except UnversionedError as error:
            if resume or not self.optional:
                raise
            self._give_up(Text("finished work is not kept: {reason}", reason=error))

    @property
    def stays(self) -> int:
        """How many of the blocks that were read or written are there, however the work has ended."""
        return sum(path.is_file() for path in self._paths)

    def path(self, job: Job) -> Path:
        """Where a job's block is kept: under what decides its figures, and nothing else."""
        name = _name(job)
        return self.folder / name[:2] / f"{name[2:32]}.json.gz"

    def get(self, job: Job) -> Sample | None:
        """The finished block, or None where there is none, or a damaged one."""
        if self.given_up:
            return None
        path = self.path(job)
        try:
            written = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self.damaged(
                Text("{path}: cannot be read ({reason}); it is computed again", path=path, reason=reason_of(error))
            )
            return None
        if written[:SUM] != _sum(job, written[SUM:]):
            self.damaged(Text("{path}: damaged, or the work of another study; it is computed again", path=path))
            return None
        content = json.loads(gzip.decompress(written[SUM:]))
        self._paths.add(path)
        self.found += 1
        keys = tuple(Key(*key) for key in content["keys"])
        return Sample(keys, np.array(content["values"], dtype=np.float64).reshape(job.size, len(keys)))

    def put(self, job: Job, sample: Sample) -> None:
        """Keep a finished block. Raises `OSError` where it cannot be written; what was kept before stays."""
        if self.given_up:
            return
        # Floats are written as the shortest text that reads back to the same bits; NaN is Python's own word in JSON.
        text = json.dumps({"keys": sample.keys, "values": sample.values.tolist()}, ensure_ascii=False).encode()
        packed = gzip.compress(text, mtime=0)
        path = self.path(job)
        try:
            path.parent.mkdir(exist_ok=True)
            self._paths.add(path)  # before it is written: an interruption may come as soon as the file is there
            write_whole(path, _sum(job, packed) + packed, beside=self.folder)
        except OSError as error:
            where = path if path.is_dir() else self.folder
            said = Text("{path}: finished work cannot be kept: {reason}", path=where, reason=reason_of(error))
            if not self.optional:
                raise OSError(said) from error
            self._give_up(Text("{refusal}; the study goes on without it", refusal=said))
            return
        self.added += 1

    def _give_up(self, said: Text) -> None:
        if not self.given_up:
            self.damaged(said)
        self.given_up = True


def opened_store(store: Store | Path | None) -> Store | None:
    """The store, which a path names by its folder; raises `OutputError` for what cannot be a folder."""
    if not isinstance(store, Path):
        return store
    check_folder(store)
    return Store(store)


def _name(job: Job) -> str:
    """A SHA-256 of all that decides a block's figures."""
    case = job.case
    about = [FORMAT, code_version(), case.digest, case.seed, case.engine, case.wait_limit_min, job.first, job.size]
    return sha256(json.dumps(about).encode()).hexdigest()


def _sum(job: Job, packed: bytes) -> bytes:
    """The checksum of a block's content and of what it is the content of."""
    return sha256(_name(job).encode() + packed).digest()
