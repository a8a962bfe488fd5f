"""The tasks of development. `nox` runs the quick ones, `nox -s NAME` one of them; all in the current environment.

`pip install -e ".[dev]"` has everything that they need. `nox --list` shows what each does.
"""

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "types", "quick"]

KERNEL_TESTS = ("tests/engines/test_compiled.py", "tests/test_parity.py")


@nox.session
def test(session: nox.Session) -> None:
    """All tests; arguments behind `--` go to pytest."""
    session.run("pytest", *session.posargs)


@nox.session
def quick(session: nox.Session) -> None:
    """The tests that take a moment."""
    session.run("pytest", "-q", "-m", "not slow", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Rules and format."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types of the package, strictly."""
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, every warning an error."""
    session.run("sphinx-build", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build", *session.posargs)


@nox.session
def pictures(session: nox.Session) -> None:
    """The two pictures of the README, drawn anew."""
    session.run("python", "docs/pictures.py")


@nox.session
def kernel(session: nox.Session) -> None:
    """The compiled engine's kernel as Python runs it, index errors and all: few networks, the same claims."""
    few = {"NUMBA_DISABLE_JIT": "1", "CLEARSIM_EXAMPLES": "100"}
    session.run("pytest", "-q", "-m", "not jit", *KERNEL_TESTS, env=few)


@nox.session
def parity(session: nox.Session) -> None:
    """Both engines on 20 000 random networks (an hour or so), after `kernel`."""
    session.notify("kernel")
    session.run("pytest", "-q", "tests/test_parity.py", env={"CLEARSIM_EXAMPLES": "20000"})


@nox.session
def coverage(session: nox.Session) -> None:
    """Which lines no test reaches: a report without a threshold. What numba compiles is not seen."""
    session.run("pytest", "-q", "--cov=clearsim", "--cov-report=term-missing:skip-covered", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The engines' speed."""
    session.run("python", "benchmarks/engines.py", *session.posargs)
