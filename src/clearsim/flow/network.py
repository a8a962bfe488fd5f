"""Pools, stations, stocks, services and flows, and the network they make together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from clearsim.flow.arrivals import Ahead, Arrivals
from clearsim.flow.attributes import Attribute, Category, Number, Share
from clearsim.flow.calendar import Calendar, Capacity, as_calendar
from clearsim.flow.steps import Await, Board, Enter, Leave, Put, Serve, Step, Take
from clearsim.flow.times import Distribution, Time, as_distribution
from clearsim.units import LONGEST_MIN, clock_min, duration_min, is_count, shown, to_ms


class Label(NamedTuple):
    """What people read for a name: English and, where there is one, the Chinese customs term."""

    en: str
    zh: str = ""

    def __str__(self) -> str:
        return f"{self.en} {self.zh}".strip()


@dataclass(frozen=True)
class Pool:
    """Staff or equipment: officers, lanes, bays, scanners. `capacity` is a number, a daily roster or a `Calendar`."""

    name: str
    capacity: Capacity
    kind: Literal["staff", "equipment"] = "equipment"
    label: Label | None = None

    @property
    def calendar(self) -> Calendar:
        """The capacity as a calendar."""
        return as_calendar(self.capacity)


@dataclass(frozen=True)
class Station:
    """One waiting line and what it takes to be served there: the pools in `needs`, together or not at all.

    Where stations compete for a pool, the head with the smallest (priority, joined, entity) goes first; `priority`
    is the station's plus the entity's, and smaller is sooner. A station that needs nothing never makes anyone wait.
    """

    name: str
    needs: Mapping[str, int]
    priority: int = 0
    inspection: bool = False
    label: Label | None = None


@dataclass(frozen=True)
class Stock:
    """Goods in the bonded warehouse, by family: units on the shelf at the start."""

    name: str
    opening: Mapping[str, int]
    label: Label | None = None


@dataclass(frozen=True)
class Departures:
    """A weekly timetable of departures: ``"09:00"`` or minutes after midnight, each with a number of `slots`."""

    minutes: Sequence[float | str]
    slots: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        minutes = tuple(clock_min(at) if isinstance(at, str) else float(at) for at in self.minutes)
        object.__setattr__(self, "minutes", minutes)
        object.__setattr__(self, "weekdays", tuple(self.weekdays))
        if any(not 0 <= minute < 24 * 60 for minute in minutes):
            raise ValueError("a departure lies between 00:00 and 23:59")
        if list(minutes) != sorted(set(minutes)):
            raise ValueError("a timetable must stand in order of time, each departure once")
        if not is_count(self.slots):
            raise ValueError(f"the slots of a departure are a whole number from 0 up, not {self.slots}")
        if not set(self.weekdays) <= set(range(7)):
            raise ValueError(f"weekdays are numbers from 0 (Monday) to 6, not {self.weekdays}")

    @property
    def clock_minutes(self) -> tuple[float, ...]:
        """The departures as minutes after midnight."""
        return tuple(float(at) for at in self.minutes)


@dataclass(frozen=True)
class Service:
    """Departures that leave on time whether or not the cargo made it: trains, courier trucks, shuttles.

    `departures` is a weekly timetable or explicit `(minute after the start, slots)` pairs. A departure takes those
    who joined the line no later than `cut_off` before it, in order of (priority, joined, entity), up to its slots.
    """

    name: str
    departures: Departures | Sequence[tuple[float, int]]
    cut_off: Time = 0.0
    label: Label | None = None

    def __post_init__(self) -> None:
        cut_off = duration_min(self.cut_off) if isinstance(self.cut_off, str) else self.cut_off
        if not isinstance(cut_off, (int, float)) or not 0 <= cut_off <= LONGEST_MIN:
            raise ValueError(f"the cut-off of {self.name} is minutes or a duration, not {self.cut_off!r}")
        object.__setattr__(self, "cut_off", float(cut_off))
        if not isinstance(self.departures, Departures):
            object.__setattr__(self, "departures", tuple((float(at), slots) for at, slots in self.departures))
            times = [at for at, _ in self.departures]
            if times != sorted(set(times)) or any(not 0 <= at <= LONGEST_MIN for at in times):
                raise ValueError(f"the departures of {self.name} must stand in order of time, each once, from 0 up")
            if not all(is_count(slots) for _, slots in self.departures):
                raise ValueError(f"the slots of {self.name} are whole numbers from 0 up")

    @property
    def cut_off_min(self) -> float:
        """The cut-off, in minutes before departure."""
        return float(self.cut_off)  # type: ignore[arg-type]  # `__post_init__` leaves a number


@dataclass(frozen=True)
class LateFee:
    """A fee on the `amount` (CNY) of those who finish after their `due` time (minutes after arrival).

    Every day begun after the due time costs `per_day` of the amount; a fee that falls due is at least `least_cny`.
    Both names are `Number` attributes of the flow.
    """

    due: str
    amount: str
    per_day: float
    least_cny: float


@dataclass(frozen=True)
class Flow:
    """One kind of entity: when it arrives, what distinguishes it, and the steps it takes.

    `priority` is one number for all (smaller goes first) or the name of a `Category`, whose first class goes first.
    `milestones` says what people read for the milestones of its steps.
    """

    name: str
    arrivals: Arrivals
    steps: Sequence[Step]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    priority: int | str = 0
    late_fee: LateFee | None = None
    label: Label | None = None
    milestones: Mapping[str, Label] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if isinstance(self.steps, Step):
            object.__setattr__(self, "steps", (self.steps,))
        object.__setattr__(self, "steps", tuple(self.steps))


Place = Pool | Station | Stock | Service | Flow


class NetworkError(ValueError):
    """A network that cannot be: `problems` lists all that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Network:
    """A port for a period: what there is, and what flows through it from `start` for `duration`.

    Arrivals come in [0, `duration`); then the doors stay open for `run_on`, so that what is inside can still finish.
    Raises `NetworkError` with every mistake at once.
    """

    flows: Sequence[Flow]
    pools: Sequence[Pool] = ()
    stations: Sequence[Station] = ()
    stocks: Sequence[Stock] = ()
    services: Sequence[Service] = ()
    start: datetime = datetime(2022, 11, 1)
    duration: float | str = "24 h"
    run_on: float | str = 0.0
    name: str = "network"

    def __post_init__(self) -> None:
        for name in ("flows", "pools", "stations", "stocks", "services"):
            value = getattr(self, name)
            if not isinstance(value, Iterable) or isinstance(value, str):
                raise NetworkError([f"{name}: expected a list, not {shown(value)}"])
            object.__setattr__(self, name, tuple(value))
        for name in ("duration", "run_on"):
            value = getattr(self, name)
            if isinstance(value, Distribution):
                raise NetworkError([f"{name}: a length of time such as `24 h`, not a distribution"])
            try:
                object.__setattr__(self, name, as_distribution(value).expected)
            except ValueError as error:
                raise NetworkError([f"{name}: {error}"]) from error
        problems = list(_problems(self))
        if problems:
            raise NetworkError(problems)

    @property
    def duration_min(self) -> float:
        """Minutes during which entities arrive."""
        return as_distribution(self.duration).expected

    @property
    def end_min(self) -> float:
        """Minutes until the run ends."""
        return self.duration_min + as_distribution(self.run_on).expected


def companions_of(flows: Iterable[Flow]) -> dict[str, str]:
    """Companion flow → the flow that it goes ahead of."""
    return {flow.name: flow.arrivals.of for flow in flows if isinstance(flow.arrivals, Ahead)}


def attributes_of(flow: Flow, flows: Iterable[Flow]) -> Mapping[str, Attribute]:
    """The attributes of the flow's entities; a companion has those of its partner."""
    by_name = {other.name: other for other in flows}
    if isinstance(flow.arrivals, Ahead):
        return by_name[flow.arrivals.of].attributes if flow.arrivals.of in by_name else {}
    return flow.attributes


def _problems(network: Network) -> Iterator[str]:
    """All that is wrong, in the order in which a reader would look."""
    strangers = list(_strangers(network))
    if strangers:
        yield from strangers
        return
    if to_ms(network.duration_min) < 1:
        yield "the duration must be longer than 0"
    if not network.flows:
        yield "a network needs at least one flow"
    places: list[Place] = [*network.pools, *network.stations, *network.stocks, *network.services, *network.flows]
    for kind in ("pools", "stations", "stocks", "services", "flows"):
        for name, count in Counter(item.name for item in getattr(network, kind)).items():
            if count > 1:
                yield f"{kind}: the name `{name}` stands {count} times"
    kinds = [
        {x.name for x in network.stations},
        {x.name for x in network.stocks},
        {x.name for x in network.services},
    ]
    for name in sorted((kinds[0] & kinds[1]) | (kinds[0] & kinds[2]) | (kinds[1] & kinds[2])):
        yield f"`{name}` names lines of more than one kind (station, stock, service); each needs a name of its own"
    for place in places:
        if not place.name or not place.name.isprintable():
            yield f"{place.name!r} is not a name for a {type(place).__name__.lower()}"
    for pool in network.pools:
        if pool.kind not in ("staff", "equipment"):
            yield f"pool `{pool.name}` is staff or equipment, not {shown(pool.kind)}"
        try:
            pool.calendar  # noqa: B018  # evaluated for its checks
        except ValueError as error:
            yield f"pool `{pool.name}`: {error}"
    yield from _station_problems(network)
    for stock in network.stocks:
        if "/" in stock.name:
            yield f"stock `{stock.name}`: a name without `/`, please; it stands between a stock and its family"
        if not stock.opening or not all(map(is_count, stock.opening.values())):
            yield f"stock `{stock.name}`: every family needs a whole number of units from 0 up"
    for flow in network.flows:
        for problem in _flow_problems(network, flow):
            yield f"flow `{flow.name}`: {problem}"
    for first, second in _mutual_awaits(network.flows):
        yield f"flows `{first}` and `{second}` wait for each other: neither could ever finish"


def _strangers(network: Network) -> Iterator[str]:
    """What is not of the kind that belongs where it stands; with such there is no looking further."""
    kinds = {"pools": Pool, "stations": Station, "stocks": Stock, "services": Service, "flows": Flow}
    for name, kind in kinds.items():
        for item in getattr(network, name):
            if not isinstance(item, kind):
                yield f"{name}: expected a {kind.__name__}, not {shown(item)}"
    if not isinstance(network.start, datetime) or network.start.tzinfo is not None:
        yield f"start: expected a datetime in local time, without a zone, not {shown(network.start)}"
    for station in network.stations:
        if isinstance(station, Station) and not isinstance(station.needs, Mapping):
            yield f"station `{station.name}`: needs are a mapping such as {{'officers': 1}}, not {shown(station.needs)}"
    for flow in network.flows:
        if isinstance(flow, Flow):
            if not isinstance(flow.arrivals, Arrivals):
                kinds_of = "Poisson, At, Timetable, Recorded or Ahead"
                yield f"flow `{flow.name}`: arrivals are {kinds_of}, not {shown(flow.arrivals)}"
            for step in flow.steps:
                if not isinstance(step, Step):
                    yield f"flow `{flow.name}`: expected a step such as Serve(…), not {shown(step)}"


def _station_problems(network: Network) -> Iterator[str]:
    pools = {pool.name: pool for pool in network.pools}
    for station in network.stations:
        for pool, count in station.needs.items():
            if pool not in pools:
                yield f"station `{station.name}` needs the unknown pool `{pool}`"
            elif is_count(count) and count > (most := _most(pools[pool])):
                yield f"station `{station.name}` needs {count} of `{pool}`, which never has more than {most}"
            if not is_count(count) or count < 1:
                yield f"station `{station.name}` needs {count} of `{pool}`; a need is a whole number from 1 up"
        if not is_count(abs(station.priority)):
            yield f"station `{station.name}`: a priority is a whole number, not {station.priority}"


def _most(pool: Pool) -> int:
    """The pool's largest capacity; without a limit where its calendar is wrong and told of elsewhere."""
    try:
        return pool.calendar.most
    except (ValueError, TypeError):
        return 2**62


def _flow_problems(network: Network, flow: Flow) -> Iterator[str]:
    by_name = {other.name: other for other in network.flows}
    if not flow.steps:
        yield "it has no steps"
    if isinstance(flow.arrivals, Ahead):
        partner = by_name.get(flow.arrivals.of)
        if partner is None:
            yield f"it goes ahead of the unknown flow `{flow.arrivals.of}`"
            return
        if isinstance(partner.arrivals, Ahead):
            yield f"it goes ahead of `{partner.name}`, which is itself a companion"
        if flow.attributes:
            yield f"a companion has the attributes of `{partner.name}` and none of its own"
    attributes = attributes_of(flow, network.flows)
    yield from _attribute_problems(attributes)
    if isinstance(flow.arrivals, Ahead) and flow.arrivals.only_if is not None:
        yield from _condition_problems(attributes, (flow.arrivals.only_if,), "its lead")
    if isinstance(flow.priority, str) and not isinstance(attributes.get(flow.priority), Category):
        yield f"its priority names `{flow.priority}`, which is not one of its categories"
    if not isinstance(flow.priority, str) and not is_count(abs(flow.priority)):
        yield f"its priority is a whole number, not {flow.priority}"
    if flow.late_fee is not None:
        for name in (flow.late_fee.due, flow.late_fee.amount):
            if not isinstance(attributes.get(name), Number):
                yield f"its late fee names `{name}`, which is not one of its numbers"
    conditions = {name for step in flow.steps for name in (*step.only_if, *step.unless)}
    if len(conditions) > 63:
        yield f"its steps depend on {len(conditions)} different conditions; 63 are possible"
    for position, step in enumerate(flow.steps, start=1):
        for problem in _step_problems(network, flow, step, attributes):
            yield f"step {position}, {step}: {problem}"
    for name, count in Counter(step.milestone for step in flow.steps if step.milestone is not None).items():
        if count > 1:
            yield f"the milestone `{name}` stands {count} times"
    booked = Counter(step.service for step in flow.steps if isinstance(step, Board) and step.booked is not None)
    for name, count in booked.items():
        if count > 1:
            yield f"departures of `{name}` are booked {count} times"
    yield from _bracket_problems(flow)


def _attribute_problems(attributes: Mapping[str, Attribute]) -> Iterator[str]:
    earlier: set[str] = set()
    for name, attribute in attributes.items():
        if isinstance(attribute, Share):
            if attribute.among is not None and attribute.among not in earlier:
                yield f"share `{name}` is among `{attribute.among}`, which is not a share declared before it"
            for axis, factors in attribute.factors.items():
                category = attributes.get(axis)
                if not isinstance(category, Category):
                    yield f"share `{name}` has factors for `{axis}`, which is not a category of the flow"
                elif set(factors) != set(category.classes):
                    yield f"share `{name}`: the factors of `{axis}` must name its classes {', '.join(category.classes)}"
            earlier.add(name)


def _condition_problems(attributes: Mapping[str, Attribute], conditions: Iterable[str], what: str) -> Iterator[str]:
    for condition in conditions:
        name, _, label = condition.partition("=")
        attribute = attributes.get(name)
        if label and not (isinstance(attribute, Category) and label in attribute.classes):
            yield f"{what} depends on `{condition}`, but the flow has no category `{name}` with a class `{label}`"
        elif not label and not isinstance(attribute, Share):
            yield f"{what} depends on `{condition}`, which is not a share of the flow"


def _step_problems(network: Network, flow: Flow, step: Step, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    yield from _condition_problems(attributes, (*step.only_if, *step.unless), "it")
    if isinstance(step, Serve | Enter | Leave):
        if step.station not in {station.name for station in network.stations}:
            yield f"there is no station `{step.station}`"
    elif isinstance(step, Board):
        if step.service not in {service.name for service in network.services}:
            yield f"there is no service `{step.service}`"
    elif isinstance(step, Take | Put):
        stock = next((stock for stock in network.stocks if stock.name == step.stock), None)
        if stock is None:
            yield f"there is no stock `{step.stock}`"
        elif step.family is None:
            if len(stock.opening) != 1:
                yield f"stock `{stock.name}` has {len(stock.opening)} families; say which attribute tells the family"
        else:
            category = attributes.get(step.family)
            if not isinstance(category, Category) or not set(category.classes) <= set(stock.opening):
                yield f"`{step.family}` is not a category whose classes are families of the stock `{stock.name}`"
    elif isinstance(step, Await):
        companions = companions_of(network.flows)
        if companions.get(step.flow) != flow.name and companions.get(flow.name) != step.flow:
            yield f"`{step.flow}` is not its partner: no `Ahead` binds the two flows"


def _bracket_problems(flow: Flow) -> Iterator[str]:
    """Every `Enter` has its `Leave`, under the same conditions, and no station is entered twice at once."""
    open_steps: dict[str, Enter] = {}
    for step in flow.steps:
        if isinstance(step, Enter):
            if step.station in open_steps:
                yield f"`{step.station}` is entered again before it is left"
            open_steps[step.station] = step
        elif isinstance(step, Leave):
            entered = open_steps.pop(step.station, None)
            if entered is None:
                yield f"`{step.station}` is left but was not entered"
            elif (set(entered.only_if), set(entered.unless)) != (set(step.only_if), set(step.unless)):
                yield f"`{step.station}` is entered and left under different conditions"
    for name in open_steps:
        yield f"`{name}` is entered and never left"


def _mutual_awaits(flows: Iterable[Flow]) -> Iterator[tuple[str, str]]:
    awaits = {(flow.name, step.flow) for flow in flows for step in flow.steps if isinstance(step, Await)}
    yield from sorted((a, b) for a, b in awaits if a < b and (b, a) in awaits)
