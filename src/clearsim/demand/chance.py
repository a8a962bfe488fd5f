"""Whether a network has any randomness. This is decided from its words, without a draw."""

from collections.abc import Iterator, Mapping

from clearsim.network.arrivals import Poisson
from clearsim.network.attributes import Attribute, Category, Share
from clearsim.network.network import Network
from clearsim.network.times import Distribution, Empirical, Exponential, Gamma, Lognormal, Triangular, Uniform
from clearsim.network.word import field_names


def is_random(network: Network) -> bool:
    """Whether replications of the network may differ.

    They do not differ where all arrivals are given, all times are constant or given, and all attributes are certain: no
    share is between 0 and 1, no category has two classes that occur, and no budget chooses among equals. A network
    counts as random also where its draws change nothing.

    >>> from clearsim.network import At, Flow, Hold
    >>> is_random(Network([Flow("truck", At([0, 5]), [Hold("1 min")])]))
    False
    >>> is_random(Network([Flow("truck", At([0, 5]), [Hold(Exponential("1 min"))])]))
    True
    """
    undecided = (_is_undecided(item, flow.attributes) for flow in network.flows for item in flow.attributes.values())
    return any(undecided) or any(map(_varies, _inside(network)))


def _inside(value: object) -> Iterator[object]:
    """The value and all values that it is made of."""
    yield value
    parts = [getattr(value, name) for name in field_names(value)]
    if isinstance(value, Mapping):
        parts += value.values()
    elif isinstance(value, list | tuple):
        parts += value
    for part in parts:
        yield from _inside(part)


def _varies(value: object) -> bool:
    """Whether the value is drawn and its draws may differ."""
    match value:
        case Poisson():
            return float(value.rate) > 0
        case Category():
            return len(_occurring(value)) > 1
        case Uniform() | Triangular():
            return value.low != value.high
        case Exponential() | Gamma() | Lognormal():
            return value.expected > 0
        case Empirical():
            return len(set(value.values)) > 1
        case Distribution():
            return value.variate not in ("none", "row")
        case _:
            return False


def _is_undecided(attribute: Attribute, attributes: Mapping[str, Attribute]) -> bool:
    """Whether an attribute is a share that some entities may have and others not, where no category varies."""
    if not isinstance(attribute, Share) or attribute.a_day == 0:
        return False
    probability = float(attribute.p)
    for axis, factors in attribute.factors.items():
        category = attributes[axis]
        if isinstance(category, Category):
            probability *= factors[_occurring(category)[0]]
    # A budget takes smaller uniform numbers first, so which of several equals it takes is random.
    return 0 < probability < 1 or (probability >= 1 and attribute.a_day is not None)


def _occurring(category: Category) -> list[str]:
    """The classes of a category that any entity may have."""
    return [label for label, share in category.classes.items() if share > 0]
