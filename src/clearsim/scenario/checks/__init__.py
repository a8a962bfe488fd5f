"""Whether the sections of a scenario fit together."""

from clearsim.language import Text
from clearsim.scenario.checks.disruptions import mistakes_of_disruptions
from clearsim.scenario.checks.fit import far_moments, misfits, too_many_reserved, unknown_names
from clearsim.scenario.checks.labour import mistakes_of_labour
from clearsim.scenario.checks.needs import missing
from clearsim.scenario.checks.staffing import mistakes_of_staffing
from clearsim.scenario.quantities import Mistake
from clearsim.scenario.sections import Sections
from clearsim.units import to_ms


def mistakes_between(s: Sections) -> list[Mistake]:
    """All that is wrong with the sections together.

    A duration of 0 is reported alone, and so are moments in another century: other mistakes only follow from them.
    """
    if to_ms(s.duration) < 1:
        return [(Text("the duration must be longer than 0"), ("duration",))]
    return [*far_moments(s)] or [
        *missing(s),
        *misfits(s),
        *mistakes_of_disruptions(s),
        *unknown_names(s),
        *too_many_reserved(s),
        *mistakes_of_staffing(s),
        *mistakes_of_labour(s),
    ]
