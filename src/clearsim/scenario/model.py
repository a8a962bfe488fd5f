"""A scenario: its sections, checked as it is made."""

from typing import Self

from pydantic import model_validator

from clearsim.scenario.checks import mistakes_between
from clearsim.scenario.quantities import refused
from clearsim.scenario.sections import Sections


class Scenario(Sections):
    """A scenario: one question, and all that is needed to answer it."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        mistakes = mistakes_between(self)
        if mistakes:
            raise refused(mistakes)
        return self
