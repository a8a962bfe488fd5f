"""What the command line shows: messages, progress, tables."""

import os
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, Protocol

from clearsim.cli.interruption import interruption
from clearsim.language import Label, Text, listed, word

if TYPE_CHECKING:
    from clearsim.experiment import Result
    from clearsim.report.table import Table
    from clearsim.scenario import Loaded, Scenario

WIDTH_ELSEWHERE = 80
EVERY_S = 10
"""How often progress is printed where there is no bar."""


def say(message: object) -> None:
    """A message for the person at the terminal, in the language in use; results alone go to standard output."""
    print(word(message), file=sys.stderr, flush=True)


def width() -> int:
    """Columns to write: the terminal's, or 80 where the output goes elsewhere, and where the terminal does not say."""
    return (os.get_terminal_size().columns if sys.stdout.isatty() else 0) or WIDTH_ELSEWHERE


class Progress:
    """Progress on standard error: a bar with the time left on a terminal, a line every ten seconds elsewhere.

    The bar pulses until the first share is known, and goes when all is done.
    """

    def __init__(self, what: Text) -> None:
        self.what = what
        self.began = self.last = time.monotonic()
        self.bar: Any = None

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            doing, left = word(self.what), word(Text("left"))
            columns = (TextColumn(doing), BarColumn(), TimeElapsedColumn(), TextColumn(left))
            self.bar = Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task(doing, total=None)
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()
            self.bar = None

    def update(self, share: float) -> None:
        """Show the finished share, from 0 to 1."""
        interruption.heed()
        if share >= 1:
            self.__exit__()
        elif self.bar is not None:
            self.bar.update(self.task, completed=share, total=1.0 if share else None)
        elif time.monotonic() - self.last >= EVERY_S:
            self.last = time.monotonic()
            left = (self.last - self.began) * (1 - share) / share if share else None
            done = Text("{work}: {share:.0%} done", work=self.what, share=share)
            say(done if left is None else Text("{done}, about {left:.0f} s left", done=done, left=left))


class Found(Protocol):
    """What a command found, as far as its first lines say how."""

    @property
    def seed(self) -> int:
        """The seed of all replications."""

    @property
    def engine(self) -> str:
        """Which engine ran them."""

    @property
    def elapsed_s(self) -> float:
        """How long that took."""


def made_by(found: Found) -> Text:
    """How the figures were made, in a clause."""
    return Text(
        "seed {seed}; engine {engine}; {seconds:.1f} s", seed=found.seed, engine=found.engine, seconds=found.elapsed_s
    )


def print_result(result: "Result", loaded: "Loaded[Scenario]") -> None:
    """What a run found: the answers in a sentence each, then the tables."""
    from clearsim.numbers import digits, duration
    from clearsim.report.sources import GRADES, inputs
    from clearsim.report.summary import findings, notes, precision, tables, warm_up_needed

    scenario = loaded.scenario
    print_lines(scenario.title.label)
    if loaded.policy is not None:
        print_lines(Text("policy: {policy}", policy=loaded.policy))
    period = {
        "start": f"{scenario.start:%Y-%m-%d %H:%M}",
        "arrivals": digits(scenario.duration / 60),
        "run_on": digits(scenario.run_on / 60),
    }
    print_lines(Text("{start}, {arrivals} h of arrivals + {run_on} h run-on", **period))
    if scenario.warm_up:
        print_lines(Text("The first {time}, the warm-up, are left out.", time=duration(scenario.warm_up)))
    print_lines(made_by(result), "", *findings(result), "")
    for table in tables(result, loaded):
        print_table(table)
    limit = duration(scenario.wait_limit)
    print_lines(Text("h>limit: hours in which somebody in the line had waited longer than {limit}.", limit=limit))
    if result.network.events:
        print_lines(Text("Recovery: events that overlap share a backlog; each row shows the whole of it."))
    print_lines(*notes(result))
    print_lines(*precision(result), warm_up_needed(result))
    counts = Counter(item.grade for item in inputs(loaded))
    grades = (Text("{count} {grade}", count=count, grade=GRADES.get(x, x)) for x, count in sorted(counts.items()))
    print_lines(Text("Inputs by grade: {grades}.", grades=listed(grades)))
    print_lines(Text("Each with its source: `clearsim check {file} --sources`", file=loaded.source.name))


def print_lines(*lines: object) -> None:
    """Texts in the language in use, wrapped to the width behind their own indent. An empty one parts paragraphs."""
    from clearsim.report.breaking import broken

    for line in lines:
        indent = len(str(line)) - len(str(line).lstrip())
        for part in broken(word(line), width() - indent):
            print((" " * indent + part).rstrip())


def print_table(table: "Table") -> None:
    """A table within the width, in the language in use. Its title, which may be wider than the table, stands above."""
    from rich import box
    from rich.table import Table as RichTable

    if table.title:
        print_lines(table.title)
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, heading in enumerate(table.headings):
        justify: Literal["left", "right"] = "left" if position == 0 or heading in table.words else "right"
        shown.add_column(word(heading), justify=justify, overflow="fold", no_wrap=heading in table.unwrapped)
    for row in table.rows:
        shown.add_row(*(_cell(cell) for cell in row))
    _console().print(shown)


def _cell(cell: object) -> str:
    """A cell in the language in use, behind its own indent."""
    return " " * (len(str(cell)) - len(str(cell).lstrip())) + word(cell).lstrip()


def print_sources(loaded: "Loaded[Scenario]") -> None:
    """Every input about the world with its grade and source, and the path by which `--set` changes it."""
    from clearsim.report.sources import inputs

    print_lines(word(Text("Inputs and their sources")), "")
    for item in inputs(loaded):
        grade = word(Label(item.grade))
        known = word(Text("{grade}: {source}", grade=grade, source=item.source)) if item.source else grade
        print_lines(f"{item.path} = {item.value}", f"    {known}")
    print_lines("")


def _console() -> Any:
    from rich.console import Console

    return Console(width=width(), highlight=False, markup=False)
