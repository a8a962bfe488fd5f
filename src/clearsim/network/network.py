"""A network: a port for a period, checked as it is made."""

from collections.abc import Callable, Sequence

from attrs import fields, frozen

from clearsim.language import Text, lines
from clearsim.network.moments import resolved
from clearsim.network.page import network_html
from clearsim.network.parts import Parts
from clearsim.network.problems import problems_of
from clearsim.network.word import named


class NetworkError(ValueError):
    """A network that cannot be: `problems` lists all that is wrong with it."""

    def __init__(self, problems: Sequence[Text]) -> None:
        self.problems = tuple(problems)
        super().__init__(lines(self.problems))

    def __reduce__(self) -> tuple[Callable[..., "NetworkError"], tuple[tuple[Text, ...]]]:
        """How it travels to another process."""
        return NetworkError, (self.problems,)


@frozen(field_transformer=named)
class Network(Parts):
    """A port for a period: what there is, and what flows through it from `start` for `duration` minutes.

    `staffing` holds the rules by which people are called, moved or planned; a pool without one has its own capacity.
    `events` are what happens to the port, such as a closure; how it recovers is measured. With `prices`, costs are
    measured too. What is due to arrive in [0, `duration`) belongs to the run, however late it comes; then the doors
    stay open for `run_on` minutes, so that what is late can come, and what is inside can finish. A run starts empty:
    nothing waits but a backlog, and nothing is on its way from before the start. KPIs leave out the `warm_up` minutes,
    the beginning of a long run; it is simulated all the same. Timestamps in its words become minutes after `start`.

    Raises `ValueError` where a value is of another kind than its field, and `NetworkError`, which is one, with every
    mistake at once where the parts do not fit together.
    """

    def __attrs_post_init__(self) -> None:
        for item in fields(Network):
            written = getattr(self, item.name)
            if (known := resolved(written, self.start)) is not written:
                object.__setattr__(self, item.name, known)  # only now the start is known that timestamps count from
        problems = list(problems_of(self))
        if problems:
            raise NetworkError(problems)

    def __repr__(self) -> str:
        kinds = ("flows", "stations", "pools", "stocks", "services")
        there = [(len(getattr(self, kind)), kind) for kind in kinds]
        parts = [f"{count} {kind if count > 1 else kind.removesuffix('s')}" for count, kind in there if count]
        period = f"{self.duration / 60:g} h from {self.start:%Y-%m-%d %H:%M}"
        return f"<Network {self.name!r}: {', '.join(parts)}; {period}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the steps of every flow, and the places that they use."""
        return network_html(self)
