"""Where the compiled kernel is kept from one run to the next.

numba's own cache looks at one file's age; a kernel is made from several. So it is kept in a folder named by a hash
of all that it is made from: the sources of the engines and of the plan, numba, numpy, Python and the processor.
"""

import functools
import os
import platform
import sys
import tempfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import platformdirs

MADE_FROM = ("compiled.py", "tables.py", "../plan.py")


@functools.cache
def folder() -> Path | None:
    """The folder of this very kernel, made if need be; None where nothing can be written.

    It lies in the user's cache folder, or below `NUMBA_CACHE_DIR` where that is set.
    """
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("clearsim", appauthor=False))
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
    return kept is not None and any(kept.rglob("*.nbi"))


def _key() -> str:
    here = Path(__file__).parent
    parts = [(here / name).read_bytes() for name in MADE_FROM]
    about = (version("numba"), version("numpy"), sys.version, platform.machine(), platform.processor(), _cpu())
    return sha256(b"\0".join([*parts, *(text.encode() for text in about)])).hexdigest()[:16]


def _cpu() -> str:
    """What the processor can do, as the system tells; one home may be shared by unlike machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return "".join(next((line for line in lines if line.startswith(key)), "") for key in ("model name", "flags"))
