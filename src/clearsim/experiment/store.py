"""Finished work, kept: every block of replications is a file of its own, written whole and checked when it is read.

A power cut, a kill or a full disk loses the blocks under way and nothing else; two processes may share a folder.
"""

import gzip
import json
import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np

from clearsim.experiment.identity import code_version
from clearsim.experiment.work import Job, Key, Sample

FORMAT = 1


class Store:
    """A folder of finished blocks. Raises `OSError` at once where it cannot be written to.

    `damaged` is called with a sentence for every file that is not what was written; it is then computed anew.
    """

    def __init__(self, folder: Path, damaged: Callable[[str], None] = lambda _: None) -> None:
        self.folder, self.damaged = folder, damaged
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass

    def path(self, job: Job) -> Path:
        """Where a job's block is kept: under what decides its figures, and nothing else."""
        case = job.case
        about = [FORMAT, code_version(), case.digest, case.seed, case.engine, case.wait_limit_min, job.first, job.size]
        name = sha256(json.dumps(about).encode()).hexdigest()
        return self.folder / name[:2] / f"{name[2:32]}.json.gz"

    def get(self, job: Job) -> Sample | None:
        """The finished block, or None where there is none, or a damaged one."""
        path = self.path(job)
        try:
            written = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            sum_, text = written[:64], gzip.decompress(written[64:])
            if sha256(text).hexdigest().encode() != sum_:
                raise ValueError("its checksum is wrong")
            told = json.loads(text)
            values = np.array(told["values"], dtype=np.float64).reshape(job.size, len(told["keys"]))
        except (ValueError, EOFError, OSError, KeyError, TypeError) as error:
            self.damaged(f"{path}: damaged ({error}); computed anew")
            return None
        return Sample(tuple(Key(*key) for key in told["keys"]), values)

    def put(self, job: Job, sample: Sample) -> None:
        """Keep a finished block. Raises `OSError` where it cannot be written; what was kept before stays."""
        # Floats are written as the shortest text that reads back to the same bits; NaN is Python's own word in JSON.
        text = json.dumps({"keys": sample.keys, "values": sample.values.tolist()}, ensure_ascii=False).encode()
        path = self.path(job)
        path.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(sha256(text).hexdigest().encode() + gzip.compress(text, mtime=0))
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
