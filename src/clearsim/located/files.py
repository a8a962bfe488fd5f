"""A scenario file read as text: its lines, or one clear refusal, whatever is at the path."""

import difflib
from pathlib import Path

from clearsim.language import Text
from clearsim.located.problems import Mark, Problem, ScenarioError, Source

LARGEST_BYTES = 1_000_000


def read_file(path: str | Path) -> Source:
    """The text of a scenario file, UTF-8 with or without a byte order mark; raises `ScenarioError`."""
    file = Path(path)

    def refused(code: str, message: str, hint: str = "") -> ScenarioError:
        return ScenarioError([Problem("error", code, message, str(path), hint=hint)])

    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise refused("file", Text("there is no such file"), _neighbours(file)) from None
    except IsADirectoryError:
        raise refused("file", Text("this is a folder; name the scenario file in it"), _neighbours(file / "x")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise refused("file", Text("the file cannot be read: {reason}", reason=str(reason))) from None
    if len(content) > LARGEST_BYTES:
        raise refused("file", Text("the file is larger than 1 MB; a scenario is a page or two of text"))
    try:
        return Source(str(path), _normal(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        lead = content[: error.start].removeprefix(b"\xef\xbb\xbf")
        line, column = lead.count(b"\n") + 1, len(lead.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        text = content.split(b"\n")[line - 1].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").rstrip("\r")
        mark = Mark(Source(str(path), "\n" * (line - 1) + text), line, column, 1)
        hint = Text("save the file as UTF-8 in your editor")
        raise ScenarioError([Problem.at(mark, "encoding", Text("the file is not UTF-8 text"), hint=hint)]) from None


def source_of(text: str, name: str) -> Source:
    """A text in memory as a source."""
    return Source(name, _normal(text.removeprefix("\ufeff")))


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _neighbours(file: Path) -> str:
    names = sorted(other.name for other in file.parent.glob("*.y*ml")) if file.parent.is_dir() else []
    close = difflib.get_close_matches(file.name, names, n=1)
    return Text("did you mean `{name}`?", name=close[0]) if close else ""
