"""The scenario that `clearsim new` writes: a commented file to start from."""

from importlib.resources import files

from clearsim.language import current


def starter() -> str:
    """The text of the file, with comments in the language in use; in the first where two are shown side by side."""
    code = current()[0]
    name = "starter.yaml" if code == "en" else f"starter.{code}.yaml"
    return files("clearsim.scenario").joinpath(name).read_text(encoding="utf-8")
