"""How the kernel is compiled, kept and loaded. The only module that imports numba."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

from clearsim.engines.cache import discard, folder
from clearsim.engines.kernel.records import Tables

Function = TypeVar("Function", bound=Callable[..., Any])
config: Any = numba.config  # a module that makes its names as it is imported

# Options that numba knows but does not document. `_nrt` is its counting of references to arrays, atomic and at every
# call of a part: half of the time of a run. The kernel makes no array, so there is nothing to count. And only the
# kernel calls the parts: without the wrappers for Python and C it compiles a quarter faster.
part: Callable[[Function], Function] = numba.njit(  # type: ignore[call-overload]  # see above
    nogil=True, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True, forceinline=True
)
"""A part of the kernel that runs often: it is compiled into its callers."""
rare: Callable[[Function], Function] = numba.njit(  # type: ignore[call-overload]  # see above
    nogil=True, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True
)
"""A part of the kernel that runs rarely: it is compiled once."""


def prepared(run: Callable[[Tables], None], tables: Tables) -> Callable[[Tables], None]:
    """The kernel, loaded or compiled. A kept one that cannot be read or written is deleted and compiled again."""
    global _compiled
    if config.DISABLE_JIT:
        return run
    with _preparing:
        if _compiled is None:
            typeof: Callable[[Tables], Any] = numba.typeof  # numba has no types of its own
            signature = (typeof(tables),)
            kernel = _kernel(run, folder())
            try:
                kernel.compile(signature)
            except Exception:  # a damaged file may raise anything: end of file, pickle's errors, the system's
                discard()
                kernel = _kernel(run, None)
                kernel.compile(signature)
            _compiled = kernel
        compiled: Callable[[Tables], None] = _compiled
    return compiled


_compiled: Any = None
"""The kernel of this process, once it has been prepared."""
_preparing = threading.Lock()
"""One thread prepares it, and the others wait: where numba keeps it is a setting of the whole process."""


def _kernel(function: Function, keep: Path | None) -> Any:
    """The kernel, to be compiled when it is first called and kept in the folder `keep`, if there is one."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(keep) if keep else before
    try:
        kernel = numba.njit(  # type: ignore[call-overload]  # see above
            nogil=True, _nrt=False, no_cfunc_wrapper=True, cache=keep is not None
        )(function)
    finally:
        config.CACHE_DIR = before
    return kernel
