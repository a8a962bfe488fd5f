"""What all figures have in common: a font with Chinese in it, colours that survive greyscale, and how they show.

The font is Noto Sans SC (SIL Open Font Licence), the file that the package zhplot carries; zhplot itself is not
imported, because that would change everybody's settings. A notebook's own style stays as it is.
"""

import importlib.util
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib import style as mpl_style
from matplotlib.figure import Figure

INK, GREY, PALE, WHITE = "#222222", "#6b6b6b", "#e4e4e4", "#ffffff"
BLUE, SKY, ORANGE, GREEN, PURPLE, YELLOW = "#0072b2", "#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#f0e442"
"""Okabe and Ito (2008), told apart by the colour-blind."""


class Picture(Figure):
    """A figure that no part of pyplot knows, and that a notebook shows all the same."""

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        self.savefig(stream, format="png")
        return stream.getvalue()


@cache
def fonts() -> tuple[str, ...]:
    """Font families in the order in which a glyph is looked for. Raises `FileNotFoundError` without the font file."""
    spec = importlib.util.find_spec("zhplot")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    files = [path for folder in folders for path in sorted(Path(folder, "fonts").glob("*.ttf"))]
    if not files:
        raise FileNotFoundError("the font of the package zhplot is missing; install it with `pip install zhplot`")
    for path in files:
        font_manager.fontManager.addfont(path)
    return (*(font_manager.FontProperties(fname=path).get_name() for path in files), "DejaVu Sans")


@contextmanager
def look() -> Iterator[None]:
    """The settings under which figures are made; outside of it nothing changes."""
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
        "xtick.color": GREY,
        "ytick.color": GREY,
        "axes.unicode_minus": False,
        "svg.hashsalt": "clearsim",
        "hatch.linewidth": 0.6,
    }
    with mpl_style.context(["default", settings]):
        yield
