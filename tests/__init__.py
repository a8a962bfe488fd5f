"""The tests of clearsim. A test's name is the claim that it tests.

`pytest` runs them all; `pytest -m "not slow"` is the quick loop, and `pytest tests/demand` is one room of it. Folders
are those of `src/clearsim`; what concerns more than one of them lies beside them.
"""
