"""Random small networks for Hypothesis, made so that as much as possible happens at the same instant."""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import evolve
from hypothesis import strategies as st

from clearsim.demand import Demand
from clearsim.network import (
    Ahead,
    At,
    Await,
    Backlog,
    Between,
    Board,
    Calendar,
    Category,
    Departures,
    Empirical,
    Enter,
    Flow,
    Hold,
    Landing,
    Landings,
    LateDepartures,
    Leave,
    Network,
    Pace,
    Pool,
    Proportional,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
    Travel,
)
from clearsim.network.arrivals import FLAT_DAY

EXAMPLES = int(os.environ.get("CLEARSIM_EXAMPLES", "600"))
"""Random networks to try. By hand it was 20 000."""
LONGEST = 40
"""Minutes for which entities arrive, at most: few, so that many instants coincide."""
FAMILIES = ("wine", "milk", "tea")
ATTRIBUTES = {
    "inspected": Share(0.5),
    "reported": Share(0.6),
    "urgent": Share(0.5, among="reported"),
    "family": Category({"wine": 0.5, "milk": 0.5}),
    "class": Category({"first": 0.2, "second": 0.3, "third": 0.5}),
}

minutes = st.integers(0, 6).map(float)
times = st.one_of(
    st.just(0.0),
    minutes,
    st.sampled_from([0.5, 1.5, 0.00001, 30.0]),
    st.lists(minutes, min_size=1, max_size=4).map(Empirical),
    st.lists(minutes, min_size=2, max_size=4).map(Empirical),
)
capacity = st.sampled_from([1, 2, 3, 1, 0])


def _daily(roster: dict[int, int]) -> Calendar:
    return Calendar.daily({f"00:{minute:02d}": roster[minute] for minute in sorted(roster)})


capacities = st.one_of(
    capacity,
    st.dictionaries(st.integers(0, LONGEST), capacity, min_size=2, max_size=6).map(_daily),
)
passing = st.sampled_from([False, False, False, True])
conditions = st.fixed_dictionaries(
    {},
    optional={
        "only_if": st.sampled_from(["inspected", "reported", ("inspected", "urgent")]),
        "unless": st.sampled_from(["inspected", "urgent", ("reported", "inspected")]),
    },
)


patiences = st.sampled_from([None, None, 0.0, 0.0, 1.0, 2.0, 5.5])
factors = st.sampled_from([1.0, 0.5, 2.0, 0.333, 0.001, 1000.0])


@st.composite
def paces(draw: Callable[..., Any], pools: list[Pool]) -> Pace | None:
    """Mostly no pace; else one by the hour, between moments, and by how many are on duty in one of the pools."""
    if not draw(st.sampled_from([False, False, True])):
        return None
    windows = draw(st.lists(st.builds(Between, st.integers(0, 30), st.integers(31, 60), factors), max_size=2))
    pool = draw(st.sampled_from([None, *(pool.name for pool in pools)]))
    by_open = draw(st.dictionaries(st.integers(0, 4), factors, min_size=1, max_size=3)) if pool else {}
    return Pace(draw(st.sampled_from([FLAT_DAY, (0.5, 2.0) * 12])), windows, by_open, pool)


@st.composite
def rules(draw: Callable[..., Any], pools: list[str]) -> list[Backlog | Proportional]:
    """Rules for some of the pools, no pool under two."""
    pools = draw(st.permutations(pools))
    result: list[Backlog | Proportional] = []
    while pools and draw(st.booleans()):
        every = float(draw(st.integers(1, 7)))
        if len(pools) > 1 and draw(st.booleans()):
            shared = [pools.pop() for _ in range(draw(st.integers(2, len(pools))))]
            keep = {pool: draw(st.integers(0, 2)) for pool in shared if draw(st.booleans())}
            result.append(Proportional(shared, every, draw(st.sampled_from([0.0, every / 2, every - 1])), keep))
        else:
            release, crew = draw(st.integers(0, 3)), draw(st.integers(1, 3))
            call, most = release + draw(st.integers(1, 4)), crew + draw(st.integers(0, 4))
            lead, stay = float(draw(st.integers(0, 12))), float(draw(st.integers(0, 12)))
            result.append(Backlog(pools.pop(), call, release, most, crew, every, lead, stay))
    return result


@st.composite
def ordinary_places(draw: Callable[..., Any]) -> tuple[list[Pool], list[Station]]:
    """One to four pools and the stations that need some of them."""
    pools = [Pool(f"pool {i}", draw(capacities), passing=draw(passing)) for i in range(draw(st.integers(1, 4)))]
    return pools, draw(stations_of(pools, need=st.sampled_from([1, 1, 1, 2]), least=0, stations=(1, 5)))


@st.composite
def crowded_places(draw: Callable[..., Any]) -> tuple[list[Pool], list[Station]]:
    """Few pools that all stations share, of which they need very different numbers: heads keep much."""
    several = st.sampled_from([2, 3, 4, 5])
    roster = st.dictionaries(st.integers(0, LONGEST), several, min_size=2, max_size=3).map(_daily)
    capacity = st.one_of(several, several, roster)
    pools = [Pool(f"pool {i}", draw(capacity), passing=draw(passing)) for i in range(draw(st.integers(1, 3)))]
    return pools, draw(stations_of(pools, need=st.sampled_from([3, 2, 1, 4, 5]), least=1, stations=(3, 5)))


@st.composite
def stations_of(
    draw: Callable[..., Any],
    pools: list[Pool],
    need: st.SearchStrategy[int],
    least: int,
    stations: tuple[int, int],
) -> list[Station]:
    """Stations that need at least so many of the pools, of each no more than it ever has."""
    most = {pool.name: pool.capacity.most for pool in pools}
    names = st.sampled_from([pool.name for pool in pools])
    needs = st.dictionaries(names, need, min_size=least, max_size=len(pools)).map(
        lambda wanted: {name: min(count, most[name]) for name, count in wanted.items() if most[name]}
    )
    return [
        Station(f"station {i}", draw(needs), priority=draw(st.sampled_from([0, 0, 0, -1, 1])))
        for i in range(draw(st.integers(*stations)))
    ]


@st.composite
def networks(draw: Callable[..., Any]) -> Network:
    """A network of one to four flows and whatever they use."""
    pools, stations = draw(st.one_of(crowded_places(), ordinary_places()))
    services = [
        Service(
            f"service {i}",
            draw(departures),
            draw(minutes),
            draw(delays),
            late=draw(late_departures),
            passing=draw(st.booleans()),
        )
        for i in range(draw(st.integers(0, 2)))
    ]
    opening = st.integers(0, 9)
    stocks = [
        Stock(f"stock {i}", {family: draw(opening) for family in draw(st.permutations(FAMILIES))})
        for i in range(draw(st.integers(0, 2)))
    ]
    if draw(st.booleans()):
        stocks.append(Stock("flour", {"flour": draw(opening)}))
    kinds = draw(st.lists(st.sampled_from(["own", "own", "own", "ahead"]), min_size=0, max_size=3))
    leads = {i: draw(st.integers(0, i - 1)) for i, kind in enumerate(["own", *kinds]) if kind == "ahead"}
    leads = {i: of for i, of in leads.items() if of not in leads}
    names = [f"flow {i}" for i in range(len(kinds) + 1)]
    awaits: dict[int, list[int]] = {i: [] for i in range(len(names))}
    for i, of in leads.items():
        waits, awaited = draw(st.sampled_from([(i, of), (of, i), (of, i)]))
        awaits[waits].append(awaited)
    served = {pool for station in stations for pool in station.needs}
    stations = [evolve(station, pace=draw(paces(pools))) for station in stations]
    flows = []
    for i, name in enumerate(names):
        places = [names[other] for other in awaits[i]]
        steps = _steps(draw, stations, services, stocks, places, {pool.name: pool.capacity.most for pool in pools})
        if i in leads:
            lead = draw(st.one_of(minutes, st.lists(minutes, min_size=1, max_size=3).map(Empirical)))
            only_if = draw(st.sampled_from([None, "reported"]))
            flows.append(Flow(name, Ahead(names[leads[i]], lead, only_if), steps, priority=draw(priorities)))
        else:
            flows.append(Flow(name, draw(arrivals), steps, ATTRIBUTES, priority=draw(priorities)))
    return Network(
        flows=flows,
        pools=pools,
        stations=stations,
        services=services,
        stocks=stocks,
        staffing=draw(rules(sorted(served))),
        duration=float(draw(st.sampled_from([LONGEST, 30, 20, 10, 1]))),
        run_on=draw(st.sampled_from([0.0, 1.0, 20.0, 90.0])),
    )


priorities = st.sampled_from([0, 0, 0, 1, -1, "class"])
instants = st.builds(
    lambda seed, count, last: np.sort(np.random.default_rng(seed).integers(0, last, count, endpoint=True)).tolist(),
    st.integers(0, 999),
    st.sampled_from([30, 12, 5, 1, 0]),
    st.sampled_from([LONGEST, 20, 4]),
)
arrivals = st.one_of(
    st.builds(At, instants, backlog=st.integers(0, 9)),
    st.builds(lambda at: At([minute / 2 for minute in at]), instants),
    st.builds(
        Landings,
        st.lists(st.builds(Landing, minutes, st.integers(1, 9)), min_size=1, max_size=4).map(
            lambda landings: tuple(sorted(landings, key=lambda x: x.minute))
        ),
        delay=st.one_of(minutes, st.just(Empirical([0, 10, 3]))),
    ),
)
departures = st.dictionaries(st.integers(0, LONGEST + 30), st.integers(0, 6), min_size=1, max_size=12).map(
    lambda slots: sorted((float(at), number) for at, number in slots.items())
)

delays = st.sampled_from([0.0, 0.0, 3.0, Empirical([0, 0, 4, 40])])
late_departures = st.lists(
    st.builds(
        LateDepartures,
        st.integers(-9, 20),
        st.integers(21, LONGEST + 30),
        st.one_of(minutes, st.lists(minutes, min_size=2, max_size=3).map(Empirical), st.just(25.0)),
        st.sampled_from(["moves", "stays"]),
    ),
    max_size=2,
)


def slots_for(service: Service) -> st.SearchStrategy[int | dict[str, int]]:
    """One number of slots for all, or one a class; no more than the largest departure has."""
    assert not isinstance(service.departures, Departures)
    size = st.integers(1, max(1, *(slots for _, slots in service.departures), 1))
    by_class = st.fixed_dictionaries({f"class={name}": size for name in ("first", "second", "third")})
    return st.one_of(st.just(1), size, by_class)


def _steps(
    draw: Callable[..., Any],
    stations: list[Station],
    services: list[Service],
    stocks: list[Stock],
    awaited: list[str],
    most: dict[str, int],
) -> list[Any]:
    def fitting() -> list[Station]:
        """The stations at which an entity does not wait for ever, whatever it has entered: others are refused."""
        held = Counter[str]()
        for entered, _ in leave:
            held.update(next(station.needs for station in stations if station.name == entered))
        fits = [all(held[pool] + n <= most[pool] for pool, n in station.needs.items()) for station in stations]
        return [station for station, does in zip(stations, fits, strict=True) if does]

    words = [
        "serve",
        "serve",
        "serve",
        "enter",
        "hold",
        *(["board"] if services else []),
        *(["take", "put"] if stocks else []),
    ]
    steps: list[Any] = []
    leave: list[tuple[str, dict[str, Any]]] = []
    for word in draw(st.lists(st.sampled_from(words), min_size=2, max_size=8)):
        when = draw(conditions)
        if word in ("serve", "enter") and not fitting():
            continue
        if word == "serve":
            steps.append(Serve(draw(st.sampled_from(fitting())).name, draw(times), **when))
        elif word == "enter":
            station = draw(st.sampled_from(fitting())).name
            if station not in [entered for entered, _ in leave]:
                steps.append(Enter(station, **when))
                leave.append((station, when))
        elif word == "hold":
            steps.append(draw(st.sampled_from([Hold, Travel]))(draw(times), pace=draw(paces([])), **when))
        elif word == "board":
            service = draw(st.sampled_from(services))
            steps.append(Board(service.name, slots=draw(slots_for(service)), **when))
        else:
            stock = draw(st.sampled_from(stocks))
            family = None if len(stock.opening) == 1 else "family"
            if word == "put":
                steps.append(Put(stock.name, draw(st.integers(1, 3)), family, **when))
            else:
                patience = None if leave else draw(patiences)
                steps.append(Take(stock.name, draw(st.integers(1, 3)), family, patience=patience, **when))
        if leave and draw(st.booleans()):
            station, when = leave.pop(draw(st.integers(0, len(leave) - 1)))
            steps.append(Leave(station, **when))
    for flow in awaited:
        steps.insert(draw(st.integers(0, len(steps))), Await(flow, **draw(conditions)))
    return steps + [Leave(station, **when) for station, when in leave]


@st.composite
def shuffled(draw: Callable[..., Any], demand: Demand, end_ms: int) -> Demand:
    """The demand, or one with priorities and arrivals that differ from entity to entity, as a policy may set them."""
    count = len(demand.priority)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    levels = draw(st.sampled_from([0, 0, 1, 3, count]))
    if levels > 0:
        demand = demand._replace(priority=rng.integers(-levels, levels, count, endpoint=True))
    if draw(st.sampled_from([False, False, False, True])):
        demand = demand._replace(arrival_ms=rng.integers(0, end_ms // 60_000 + 1, count, endpoint=True) * 60_000)
    return demand
