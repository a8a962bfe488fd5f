"""Help and usage errors in the language in use.

Typer writes both in English, and lays help out by characters. Chinese ones are two columns wide, so pages are laid out
here. `SAID` are the sentences of Typer that can appear here, and those of Click, which earlier versions of Typer use.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from clearsim.language import Label, Text, word

SAID = (
    Text("Missing command."),
    Text("Missing argument {name}."),
    Text("Missing option {name}."),
    Text("No such command {name}. Did you mean {names}?"),
    Text("No such command {name}."),
    Text("No such option: {name} (Possible options: {names})"),
    Text("No such option: {name} Did you mean {names}?"),
    Text("No such option: {name}"),
    Text("Got unexpected extra argument(s) ({arguments})"),
    Text("Got unexpected extra argument ({arguments})"),
    Text("Got unexpected extra arguments ({arguments})"),
    Text("Option {name} requires an argument."),
    Text("Option {name} does not take a value."),
    Text("Invalid value for {option}: {reason}"),
    Text("Invalid value: {reason}"),
    Text("{value} is not one of {choices}."),
    Text("Input should be a valid integer, unable to parse string as an integer"),
    Text("Input should be greater than or equal to {least}"),
    Text("Input should be less than or equal to {most}"),
    Text("{value} is not a valid integer."),
    Text("{value} is not in the range {range}."),
    Text("default: {default}"),
    Text("env var: {name}"),
    Text("required"),
    Text("Show this message and exit."),
    Text("OPTIONS"),
    Text("COMMAND"),
    Text("ARGS"),
)
LANGUAGE = Text("LANG")
LANGUAGE_HELP = Text(
    "Language of all that is shown: en, zh (zh-Hans), zh-Hant, or two side by side, en+zh. Unless given: that of "
    "CLEARSIM_LANG, else of the system."
)
WIDEST, WIDEST_NAMES = 80, 30
"""Columns of a page, and of the names in its lists."""
_UNBROKEN = (
    "[\\[(\u2018\u201c\u300a\uff08]*"
    "(?:[\u2e80-\uffef]|[^\\s\u2e80-\uffef]+)"
    "[\u2019\u201d\u3001\u3002\u300b\uff01-\uff1f]*"
)
"""What no line ends within: a word, or one Chinese character, with the signs that belong to it.

It takes 6 ms to compile, so ASCII does without."""
_PLACEHOLDER = re.compile("[A-Z][A-Z=:@,]+")


class Command(TyperCommand):
    """A command whose help is worded when it is shown."""

    def get_usage(self, ctx: Any) -> str:
        """How it is called, in a line."""
        return _usage(self, ctx)

    def get_help(self, ctx: Any) -> str:
        """Its page of help."""
        return _page(self, ctx, [])


class Program(TyperGroup):
    """The program with its commands, likewise."""

    def get_usage(self, ctx: Any) -> str:
        """How it is called, in a line."""
        return _usage(self, ctx)

    def get_help(self, ctx: Any) -> str:
        """Its page of help, with a line or two a command."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return _page(self, ctx, [(name, word(Label(command.help or ""))) for name, command in found if command])


def mistake(error: Any) -> Text:
    """The sentence of a usage error, as a text."""
    said = understood(error.format_message())
    if isinstance(error.message, Text) and "reason" in said.values:  # one of ours
        return type(said)(said.template, **{**said.values, "reason": error.message})
    return said


def understood(english: str) -> Text:
    """The text of `SAID` that an English sentence is made from, with its values; else the sentence as it is."""
    english = english.removeprefix("Value error, ")  # pydantic's
    for said in SAID:
        if not english.startswith(said.partition("{")[0]):
            continue  # which is found out sooner than by a pattern
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(said))
        if match := re.fullmatch(pattern, english, re.DOTALL):
            values: dict[str, object] = {**match.groupdict()}
            if "reason" in values:
                values["reason"] = understood(match["reason"])
            return type(said)(said.template, **values)
    return type(SAID[0])(english)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text within a width in columns; Chinese breaks between any two characters.

    >>> wrapped("the gate of the zone", 9)
    ['the gate', 'of the', 'zone']
    """
    lines, end = [""], 0
    for match in re.finditer(r"\S+" if text.isascii() else _UNBROKEN, text):
        space = " " if lines[-1] and match.start() > end else ""
        if lines[-1] and _columns(lines[-1] + space + match[0]) > width:
            lines.append(match[0])
        else:
            lines[-1] += space + match[0]
        end = match.end()
    return lines


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    from clearsim.units import columns_of  # a thirtieth of `clearsim --help`, and English needs none

    return columns_of(text)


def _width() -> int:
    return max(50, min(shutil.get_terminal_size().columns, WIDEST) - 2)


def _usage(command: TyperCommand | TyperGroup, context: Any) -> str:
    arguments = " ".join(command.collect_usage_pieces(context))
    called = Text("Usage: {command} {arguments}", command=context.command_path, arguments=_placeholders(arguments))
    return "\n       ".join(wrapped(word(called), _width()))


def _page(command: TyperCommand | TyperGroup, context: Any, commands: Sequence[tuple[str, str]]) -> str:
    about = wrapped(word(Label(command.help or "")), _width() - 2)
    rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for param in command.get_params(context):
        if (record := param.get_help_record(context)) is not None:
            rows[param.param_type_name].append(_row(param.param_type_name, *record))
    rows["option"].insert(-1, (f"--lang {word(LANGUAGE)}", word(LANGUAGE_HELP)))  # `main` takes it: see `ending`
    sections = (
        (Text("Arguments:"), rows["argument"]),
        (Text("Options:"), rows["option"]),
        (Text("Commands:"), commands),
    )
    lines = [_usage(command, context), "", *(f"  {line}" for line in about)]
    for heading, listing in sections:
        if listing:
            lines += ["", word(heading), *_list(listing)]
    return "\n".join(lines)


def _row(kind: str, names: str, about: str) -> tuple[str, str]:
    """A parameter as Typer describes it, in the language in use: its names, and its help with remarks in brackets."""
    shown = names.split(" ")[0] if kind == "argument" else names
    said, _, remarks = about.removesuffix("]").partition("  [")
    found = [word(understood(remark)) for remark in remarks.split("; ") if remark]
    return _placeholders(shown), "  ".join([word(Label(said)), *([f"[{'; '.join(found)}]"] if found else [])])


def _list(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Names, and beside them what they mean."""
    first = min(max(_columns(name) for name, _ in rows), WIDEST_NAMES) + 2
    for name, about in rows:
        lines = wrapped(about, _width() - first - 2)
        if _columns(name) + 2 > first:
            yield f"  {name}"
        else:
            yield f"  {name}{' ' * (first - _columns(name))}{lines.pop(0)}"
        yield from (" " * (first + 2) + line for line in lines)


def _placeholders(text: str) -> str:
    """The text with its words in capitals, which stand for what a user writes, in the language in use."""
    return _PLACEHOLDER.sub(lambda match: word(Label(match[0])), text)
