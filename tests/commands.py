"""The commands of `clearsim`, in this process or in one of their own, and what is read from what they print."""

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.paths import TINY

START = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from clearsim.cli import main; main()"


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Clearsim = Callable[..., Done]


def started(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """`clearsim` in a process of its own, where Ctrl-C is heard even if this one runs in the background."""
    return subprocess.Popen(
        [sys.executable, "-c", START, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
    )


def wrong(folder: Path) -> Path:
    """A scenario with two mistakes."""
    file = folder / "wrong.yaml"
    file.write_text(
        TINY.read_text(encoding="utf-8").replace("duration: 2 h", "duration: 2").replace("crew: 2", "crews: 2", 1),
        encoding="utf-8",
    )
    return file


def columns(text: str) -> int:
    """The width of a line on a screen, where a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def kpis(done: Done) -> list[dict[str, Any]]:
    """The rows that a command printed with `--json`."""
    rows: list[dict[str, Any]] = json.loads(done.out)["kpis"]
    return rows
