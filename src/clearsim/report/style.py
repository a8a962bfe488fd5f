"""What all figures share: a font with Chinese characters, colours that also differ in greyscale, title and notes.

The font is Noto Sans SC (SIL Open Font Licence), the file that the package zhplot carries; zhplot itself is not
imported, because that would change the settings of all figures. A notebook's own style stays as it is.
"""

import importlib.util
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib import style as mpl_style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clearsim.language import sentences, word
from clearsim.report.breaking import broken

INK, GREY, PALE, WHITE = "#222222", "#6b6b6b", "#e4e4e4", "#ffffff"
BLUE, SKY, ORANGE, GREEN, PURPLE, YELLOW = "#0072b2", "#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#f0e442"
"""Okabe and Ito (2008): colours that the colour-blind can tell apart."""


class Picture(Figure):
    """A figure that is made without pyplot and still shown by notebooks."""

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        self.savefig(stream, format="png")
        return stream.getvalue()


@cache
def fonts() -> tuple[str, ...]:
    """Font families in the order in which glyphs are searched. Raises `FileNotFoundError` without the font file."""
    spec = importlib.util.find_spec("zhplot")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    files = [path for folder in folders for path in sorted(Path(folder, "fonts").glob("*.ttf"))]
    if not files:
        raise FileNotFoundError("the font of the package zhplot is missing; install it with `pip install zhplot`")
    for path in files:
        font_manager.fontManager.addfont(path)
    return (*(font_manager.FontProperties(fname=path).get_name() for path in files), "DejaVu Sans")


@contextmanager
def figure_style() -> Iterator[None]:
    """The settings of clearsim's figures, inside the `with` block only."""
    settings = {
        "font.family": list(fonts()),
        "font.size": 9,
        "figure.dpi": 150,
        "savefig.dpi": 150,
        "figure.facecolor": WHITE,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "text.color": INK,
        "text.parse_math": False,  # a dollar sign in a name begins no formula
        "xtick.color": GREY,
        "ytick.color": GREY,
        "axes.unicode_minus": False,
        "svg.hashsalt": "clearsim",
        "hatch.linewidth": 0.6,
    }
    with mpl_style.context(["default", settings]):
        yield


def framed(figure: Picture, title: object, notes: Sequence[object]) -> Picture:
    """The figure with its finding as title and notes below, both in the language in use and wrapped to its width."""
    inches = figure.get_figwidth()
    figure.suptitle(wrapped(title, 9.2 * inches), x=0.01, ha="left", fontsize=13)
    figure.supxlabel(wrapped(sentences(notes), 15 * inches), x=0.01, ha="left", fontsize=8, color=GREY)
    return figure


def legend(axis: Axes, keys: Sequence[Artist]) -> None:
    """Draw a legend in one line, in axes of its own."""
    axis.set_axis_off()
    axis.legend(handles=keys, loc="center left", ncols=len(keys), frameon=False, fontsize=8, borderpad=0)


def wrapped(text: object, width: float) -> str:
    """Text in the language in use, in lines of about `width` Latin letters; a Chinese character is as wide as two."""
    return "\n".join(broken(word(text), int(width)))
