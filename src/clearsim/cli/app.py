"""The program that all commands hang on."""

from typing import Annotated, NoReturn

import typer

from clearsim.cli.codes import WRONG_INPUT
from clearsim.cli.screen import say

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
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Simulate how goods clear customs: queue times, driver wait, trains made and missed. 通關仿真"""  # noqa: D400, D415  # the help's text


def refuse(message: str) -> NoReturn:
    """End the command: what it was given is wrong."""
    say(f"error: {message}")
    raise typer.Exit(WRONG_INPUT)
