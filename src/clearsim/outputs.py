"""Files that a user names: one rule for all of them, and the only place that writes them.

- An output is never an input of the same command, under any name: not through a symbolic link or a hard link.
- It is a regular file, or a folder where a folder is meant. Links, pipes, devices and sockets are refused.
- A file that clearsim did not make is replaced only with `force`. clearsim knows its results by the list in their
  `provenance.json`, and a single document by its seal; a document that was edited afterwards is not clearsim's.
- It is written whole or not at all, and an error names what the user named.
"""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from clearsim.language import Label, Text, listed

ORIGIN = "provenance.json"
"""Where the numbers of a folder come from, and the files that were written together."""
PARTS = f".{'[0-9a-f]' * 32}.part"
"""The names of files that are being written, as a pattern: a kill leaves them behind."""
SEAL = b"<!-- clearsim sha256:"
SEAL_BYTES = 200
"""More than a seal takes at the end of a document."""
FILE, FOLDER = Text("a file"), Text("a folder")
KINDS = {
    stat.S_IFDIR: FOLDER,
    stat.S_IFREG: FILE,
    stat.S_IFIFO: Text("a named pipe"),
    stat.S_IFSOCK: Text("a socket"),
    stat.S_IFCHR: Text("a device"),
    stat.S_IFBLK: Text("a device"),
}
REASONS = (
    Label("No such file or directory"),
    Label("Permission denied"),
    Label("Operation not permitted"),
    Label("Is a directory"),
    Label("Not a directory"),
    Label("File exists"),
    Label("File name too long"),
    Label("File too large"),
    Label("No space left on device"),
    Label("Read-only file system"),
    Label("Disk quota exceeded"),
    Label("Input/output error"),
    Label("Connection refused"),
)
"""What a system says most often when it refuses to read or write; the catalogue has them in other languages."""


class OutputError(OSError):
    """An output that is refused or cannot be written: it is named as the user named it."""


def named_path(text: str) -> Path:
    """The path that a text names; raises `ValueError` for an empty one."""
    if not text.strip():
        raise ValueError(Text("the name is empty; is a variable not set?"))
    return Path(text)


def reason_of(error: OSError) -> Label | OSError:
    """Why the system refused, without the number of the error."""
    return Label(error.strerror) if error.strerror else error


def sealed(document: str) -> str:
    """An SVG or HTML document with a last line from which `check_file` knows that clearsim made it, unchanged."""
    content = document if document.endswith("\n") else document + "\n"
    return f"{content}{SEAL.decode()}{sha256(content.encode()).hexdigest()} -->\n"


def check_file(path: Path, inputs: Iterable[Path] = (), *, force: bool = False) -> None:
    """Raises `OutputError` where a file must not be written."""
    _check_kind(path, FILE, inputs)
    if _kind(path) is not None and not force and not _is_sealed(path):
        raise OutputError(
            Text("{path} was not made by clearsim: choose another file, or replace it with --force", path=path)
        )


def check_folder(folder: Path, inputs: Iterable[Path] = ()) -> None:
    """Raises `OutputError` for what is not a folder, and cannot become one."""
    _check_kind(folder, FOLDER, inputs)


def write_file(path: Path, text: str, inputs: Iterable[Path] = (), *, force: bool = False) -> None:
    """Write a text in UTF-8 where `check_file` allows it."""
    check_file(path, inputs, force=force)
    write_whole(path, text.encode(), beside=path.parent)


def write_whole(path: Path, content: bytes, *, beside: Path) -> None:
    """Write a file whole or not at all: into a part in the folder `beside`, synchronised and renamed."""
    part = beside / f".{uuid4().hex}.part"
    with _naming(path):
        try:
            with part.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@dataclass(frozen=True)
class Results:
    """A folder of results while it is written: its files are made in a stage, a folder beside them."""

    folder: Path
    stage: Path

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Let `write` make the file of this name, at the path that it is called with."""
        with _naming(self.folder / name):
            write(self.stage / name)

    def write_json(self, name: str, about: object) -> None:
        """A value as a JSON file that people can read."""
        text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
        self.write(name, lambda path: path.write_text(text, encoding="utf-8"))


@contextmanager
def results(
    folder: Path, inputs: Sequence[Path] = (), reserved: Iterable[str] = (), *, force: bool = False
) -> Iterator[Results]:
    """An empty stage to write results into, `provenance.json` among them. On leaving they are moved into `folder`.

    After an error nothing is moved. They take the place of an earlier run's results, of which nothing stays; those are
    the files that the earlier `provenance.json` lists. Other files are left alone. Raises `OutputError` where the
    folder cannot be one, or a file in it must not be replaced: at once, for the names in `reserved` and earlier
    results.
    """
    check_folder(folder, inputs)
    earlier = _listed(folder)
    _check_names(folder, {*reserved, *earlier}, earlier, inputs, force=force)
    with _staged(folder) as stage:
        made = Results(folder, stage)
        yield made
        names = sorted(path.name for path in stage.iterdir())
        _check_names(folder, names, earlier, inputs, force=force)
        about = json.loads((stage / ORIGIN).read_text(encoding="utf-8"))
        made.write_json(ORIGIN, about | {"files": names})
        with _naming(folder):
            folder.mkdir(exist_ok=True)
            for name in names:
                (stage / name).replace(folder / name)
            for name in earlier.difference(names):
                (folder / name).unlink(missing_ok=True)


def _check_kind(path: Path, wanted: Text, inputs: Iterable[Path]) -> None:
    """Raises `OutputError` for an input, and for what is there and not of the wanted kind."""
    if any(_is_same(path, other) for other in inputs):
        raise OutputError(Text("{path} is an input of this command: choose another name", path=path))
    kind = _kind(path)
    if kind not in (None, wanted):
        raise OutputError(
            Text("{path} is {kind}, not {wanted}: choose another name", path=path, kind=kind, wanted=wanted)
        )


def _check_names(folder: Path, names: Iterable[str], earlier: set[str], inputs: Sequence[Path], *, force: bool) -> None:
    """Raises `OutputError` where a file of these names in the folder must be neither replaced nor removed."""
    for name in sorted(names):
        _check_kind(folder / name, FILE, inputs)
    foreign = [name for name in sorted(names) if name not in earlier and _kind(folder / name) is not None]
    if foreign and not force:
        raise OutputError(
            Text(
                "{folder} has {files}, which no earlier run wrote: choose another folder, or replace them with --force",
                folder=folder,
                files=listed(foreign),
            )
        )


def _kind(path: Path) -> Text | None:
    """What is at the path itself, in words; None where nothing is."""
    with _naming(path):
        try:
            mode = path.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(mode):
            return Text("a symbolic link to {target}", target=path.readlink())
        return KINDS.get(stat.S_IFMT(mode), Text("something else"))


def _is_same(path: Path, other: Path) -> bool:
    """Whether two names lead to the same file."""
    try:
        return path.samefile(other)
    except OSError:
        return os.path.realpath(path) == os.path.realpath(other)


def _is_sealed(path: Path) -> bool:
    """Whether the last line of a file is the seal of all before it."""
    with _naming(path), path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - SEAL_BYTES))
        if SEAL not in stream.read():
            return False  # and a large file is not read
        stream.seek(0)
        content, _, seal = stream.read().rpartition(SEAL)
    return seal == f"{sha256(content).hexdigest()} -->\n".encode()


def _listed(folder: Path) -> set[str]:
    """The names of the files that an earlier run wrote into a folder, by its own account."""
    try:
        about = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
        return {name for name in about["files"] if Path(name).name == name} if "clearsim" in about else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A stage on the same disk as the folder; afterwards it is removed, with all parents made for it after an error."""
    missing = [parent for parent in folder.parents if not parent.exists()]
    with _naming(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder if folder.is_dir() else folder.parent))
    try:
        yield stage
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        for parent in missing:
            if not any(parent.iterdir()):
                parent.rmdir()
        raise
    shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Errors of the system name this path, not the part or the stage where it is written."""
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(error.errno, error.strerror or str(error), str(path)) from error
