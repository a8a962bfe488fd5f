"""The program that all commands hang on."""

import functools
from typing import Annotated, NoReturn

import typer

from clearsim.cli.codes import WRONG_INPUT
from clearsim.cli.pages import Command, Program
from clearsim.cli.screen import say
from clearsim.language import Text

app = typer.Typer(
    cls=Program,
    help=Text("Simulate how goods clear customs: queue times, driver wait, trains made and missed."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
command = functools.partial(app.command, cls=Command)
"""What makes a command of a function; its docstring is its help, and a template of the catalogue."""


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"clearsim {version('clearsim')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=Text("Show the version and exit."))
    ] = False,
) -> None:
    """What every command shares."""


def refuse(message: Text) -> NoReturn:
    """End the command: what it was given is wrong."""
    say(Text("error: {message}", message=message))
    raise typer.Exit(WRONG_INPUT)
