"""The program: what all commands hang on, and how every one of them ends."""

import os
import signal
import sys
import threading
from typing import Annotated, NoReturn

import typer

from clearsim.cli.screen import interruption, say

WRONG_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    help="Simulate how goods clear customs: queue times, driver wait, trains made and missed. 通關仿真",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"clearsim {version('clearsim')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """Simulate how goods clear customs: queue times, driver wait, trains made and missed. 通關仿真"""  # noqa: D400, D415  # the help's text


def refuse(message: str) -> NoReturn:
    """End the command: what it was given is wrong."""
    say(f"error: {message}")
    raise typer.Exit(WRONG_INPUT)


def main() -> NoReturn:
    """Entry point: every way to end has its exit code, and none a traceback."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # closed by whoever started us, and our children need it
        os.set_inheritable(number, True)
    os.close(number)
    # Looking for plugins of pydantic's costs a tenth of `clearsim check`; there are none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # as long as the process
    interruption.install()
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:  # newer Typers turn Ctrl-C into this code, older ones raise Abort
            code = _interrupted()
    except (KeyboardInterrupt, typer.Abort):
        code = _interrupted()
    except BrokenPipeError:
        # Whoever read has gone; the interpreter must not find the pipe again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except typer.Exit as end:
        code = end.exit_code
    except (OSError, ValueError, MemoryError) as error:
        code = _failed(error)
    except Exception as error:
        code = _usage(error)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said; only the interpreter's own end is left
    sys.exit(code or 0)


def _interrupted() -> int:
    say(f"interrupted; {interruption.left}")
    if any(thread.name.startswith("clearsim") for thread in threading.enumerate()):
        os._exit(INTERRUPTED)  # a thread at work hears nothing, and the interpreter would wait for its replication
    return INTERRUPTED


def _usage(error: Exception) -> int:
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
    say("\n".join([text if text.startswith("error") else f"error: {text}", *getattr(error, "__notes__", ())]))
    return WRONG_INPUT
