"""Where the compiled kernel is kept from one run to the next.

numba's own cache looks at the age of one file, and a kernel is made from several. So it is kept in a folder named by a
hash of all that it is made from: the sources of the kernel, of the rows of the plan and of the staffing rules, where
they are and how old they are (which numba asks too), numba, llvmlite, numpy, Python and the processor. Each
installation has its own folder.
"""

import functools
import os
import platform
import shutil
import sys
import tempfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import platformdirs

HERE = Path(__file__).parent
MADE_FROM = (
    *sorted((HERE / "kernel").glob("*.py")),
    HERE.parent / "plan" / "rows.py",
    HERE.parent / "staffing" / "live.py",
)
"""The sources of the kernel."""


@functools.cache
def folder() -> Path | None:
    """The folder of this kernel. It is made where it does not exist; None where nothing can be written.

    It lies in the user's cache folder, or below `NUMBA_CACHE_DIR` where that is set.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    base = Path(chosen).absolute() if chosen else Path(platformdirs.user_cache_dir("clearsim", appauthor=False))
    if not base.is_absolute():  # without a home there is no user's cache folder
        return None
    kept = base / f"kernel-{_key()}"
    try:
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=kept):
            return kept
    except OSError:
        return None


def is_filled() -> bool:
    """Whether the kernel was compiled and kept before."""
    kept = folder()
    return kept is not None and any(kept.rglob("*.nbi")) and any(kept.rglob("*.nbc"))


def discard() -> None:
    """Delete what is kept: it was damaged, or could not be written whole."""
    kept = folder()
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)


def _key() -> str:
    age = [str(source.stat().st_mtime_ns) for source in MADE_FROM]
    versions = [version(name) for name in ("numba", "llvmlite", "numpy")]
    about = (str(HERE), *age, *versions, sys.version, platform.machine(), _cpu())
    parts = [*(source.read_bytes() for source in MADE_FROM), *(text.encode() for text in about)]
    return sha256(b"\0".join(parts)).hexdigest()[:16]


def _cpu() -> str:
    """The processor and what it can do; one home may be shared by unlike machines."""
    from llvmlite import binding  # 0.1 s to import, and numba, which follows, imports it anyway

    return f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"
