"""The entry of the program, and how it ends: every way has its exit code, and none a traceback."""

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

from clearsim.cli.codes import INTERRUPTED, WRONG_INPUT
from clearsim.cli.interruption import interruption


def main() -> NoReturn:
    """Run the command that was asked for."""
    interruption.install()
    try:
        code = _command()
    except BaseException as error:
        if interruption.came or isinstance(error, KeyboardInterrupt):
            _interrupted()
        code = _ended(error)
    if code == INTERRUPTED:  # newer Typers turn Ctrl-C into this code
        _interrupted()
    interruption.ignore()
    sys.exit(code)


def _command() -> int:
    """Import the commands, which takes a while, and run one. The result is its exit code."""
    while (
        number := os.open(os.devnull, os.O_RDWR)
    ) <= 2:  # closed by the process that started us, and our children need it
        os.set_inheritable(number, True)
    os.close(number)
    # Looking for plugins of pydantic's costs a tenth of `clearsim check`; there are none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # as long as the process
    from clearsim.cli.commands import app

    code = app(standalone_mode=False)
    sys.stdout.flush()
    return code or 0


def _interrupted() -> NoReturn:
    """Say what an interruption leaves, and end here.

    Python's own end is left out. It would wait for threads at work, which hear nothing. And where the interruption came
    within an `exec`, as dataclasses use it, it would end by a signal of its own although the exception was caught
    (`_PyRuntime.signals.unhandled_keyboard_interrupt`).
    """
    interruption.ignore()
    with suppress(OSError):  # nobody may be there to read it
        print(f"interrupted; {interruption.left}", file=sys.stderr, flush=True)
    if not any(thread.name.startswith("clearsim") for thread in threading.enumerate()):
        atexit._run_exitfuncs()  # what others have left to tidy up
    os._exit(INTERRUPTED)


def _ended(error: BaseException) -> int:
    """The exit code for an exception, whose message is said; a defect is raised."""
    import typer

    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, SystemExit):
        raise error
    if isinstance(error, BrokenPipeError):
        # The reader has gone; the interpreter must not find the pipe again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    if isinstance(error, OSError | ValueError | MemoryError):
        return _failed(error)
    return _usage(error)


def _usage(error: BaseException) -> int:
    """A mistake on the command line itself, shown as Typer shows it; anything else is a defect and is raised."""
    show = getattr(error, "show", None)
    if show is None:
        raise error
    show()
    return int(getattr(error, "exit_code", WRONG_INPUT))


def _failed(error: Exception) -> int:
    from clearsim.measures import ConservationError

    if isinstance(error, ConservationError):
        raise error
    if isinstance(error, MemoryError):
        text = "the run does not fit into this machine's memory"
    elif isinstance(error, OSError) and error.strerror and error.filename:  # Python's own begins with a number
        text = f"{error.filename}: {error.strerror}"
    else:
        text = str(error)
    from clearsim.cli.screen import say

    say("\n".join([text if text.startswith("error") else f"error: {text}", *getattr(error, "__notes__", ())]))
    return WRONG_INPUT
