"""Draw the pictures of the README anew: `nox -s pictures` (two minutes)."""

import os
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "_static"
ONLY_TRUCKS = ("demand.orders=null", "demand.flights=null", "demand.errands=null")
WIDTH, COLOURS = 1400, 64


def clearsim(*arguments: str | Path) -> None:
    """Run a command in English."""
    subprocess.run(["clearsim", *arguments], check=True, env={**os.environ, "CLEARSIM_LANG": "en"})


def main() -> None:
    """The lines of Singles' Day, and the way of an export truck."""
    with tempfile.TemporaryDirectory() as folder:
        clearsim("run", ROOT / "scenarios" / "double11.yaml", "--out", folder)
        found = sorted(Path(folder).glob("queues-by-hour*.png"))[0]
        image = Image.open(found).convert("RGB")
        height = round(image.height * WIDTH / image.width)
        small = image.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(COLOURS)
        small.save(PICTURES / "double11-queues.png", optimize=True)
    settings = [part for setting in ONLY_TRUCKS for part in ("--set", setting)]
    clearsim("map", ROOT / "scenarios" / "tiny.yaml", *settings, "--svg", PICTURES / "map.svg")


if __name__ == "__main__":
    main()
