"""The entry of the program, and how it ends: every way has its exit code, and none a traceback."""

import atexit
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from clearsim.cli.codes import INTERRUPTED, WRONG_INPUT
from clearsim.cli.interruption import interruption
from clearsim.language import CODES, Text, languages_of, listed, preferred, speak, word


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
    arguments = _spoken(sys.argv[1:])
    from clearsim.cli.commands import app

    code = app(args=arguments, standalone_mode=False)
    sys.stdout.flush()
    return code or 0


def _spoken(arguments: Sequence[str]) -> list[str]:
    """Use the language of `--lang`, wherever it is given, else the preferred one. The result is all other arguments.

    Raises `ValueError` for a language that there is not.
    """
    speak(("en",))
    rest, asked, items = list[str](), None, iter(arguments)
    for item in items:
        if item == "--":
            rest += [item, *items]
        elif item == "--lang":
            asked = next(items, "")
        elif item.startswith("--lang="):
            asked = item.removeprefix("--lang=")
        else:
            rest.append(item)
    if asked is None:
        speak(preferred())
        return rest
    with suppress(ValueError):
        speak(preferred())  # in which a wrong language is refused
    if not asked:
        raise ValueError(Text("`--lang` needs a language: {there}", there=listed([*CODES, "en+zh"])))
    speak(languages_of(asked))
    return rest


def _interrupted() -> NoReturn:
    """Say what an interruption leaves, and end here.

    Python's own end is left out. It would wait for threads at work, which hear nothing. And where the interruption came
    within an `exec`, as dataclasses use it, it would end by a signal of its own although the exception was caught
    (`_PyRuntime.signals.unhandled_keyboard_interrupt`).
    """
    interruption.ignore()
    with suppress(OSError):  # nobody may be there to read it
        print(word(Text("interrupted; {left}", left=interruption.left)), file=sys.stderr, flush=True)
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
    """A mistake on the command line itself, with how the command is called; anything else is a defect and is raised."""
    if not hasattr(error, "format_message"):
        raise error
    from clearsim.cli.pages import mistake
    from clearsim.cli.screen import say

    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        say(error.format_message())
        return WRONG_INPUT
    if context is not None:
        say(context.get_usage())
        say(Text("Try `{command} --help` for help.\n", command=context.command_path))
    say(Text("error: {message}", message=mistake(error)))
    return int(getattr(error, "exit_code", WRONG_INPUT))


def _failed(error: Exception) -> int:
    from clearsim.measures import ConservationError

    if isinstance(error, ConservationError):
        raise error
    from clearsim.cli.reading import rendered
    from clearsim.cli.screen import say
    from clearsim.outputs import reason_of
    from clearsim.scenario import ScenarioError

    if isinstance(error, ScenarioError):
        said = [rendered(problem) for problem in error.problems]
    else:
        message: object = error
        if isinstance(error, MemoryError):
            message = Text("the run does not fit into the memory of this machine")
        elif isinstance(error, OSError) and error.strerror and error.filename:  # Python's own begins with a number
            message = Text("{path}: {reason}", path=error.filename, reason=reason_of(error))
        said = [word(Text("error: {message}", message=message))]
    say("\n".join([*said, *map(word, getattr(error, "__notes__", ()))]))
    return WRONG_INPUT
