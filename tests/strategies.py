"""Random small networks for Hypothesis, made so that as much as possible happens at the same instant."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from clearsim.demand import Demand
from clearsim.flow import (
    Ahead,
    At,
    Await,
    Board,
    Calendar,
    Category,
    Empirical,
    Enter,
    Flow,
    Hold,
    Landing,
    Leave,
    Network,
    Pool,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
    Timetable,
    Travel,
)

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
capacities = st.one_of(
    capacity,
    st.dictionaries(st.integers(0, LONGEST), capacity, min_size=2, max_size=6).map(
        lambda roster: Calendar.daily({f"00:{minute:02d}": roster[minute] for minute in sorted(roster)})
    ),
)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "only_if": st.sampled_from(["inspected", "reported", ("inspected", "urgent")]),
        "unless": st.sampled_from(["inspected", "urgent", ("reported", "inspected")]),
    },
)


@st.composite
def networks(draw: Callable[..., Any]) -> Network:
    """A network of one to four flows and whatever they use."""
    pools = [Pool(f"pool {i}", draw(capacities)) for i in range(draw(st.integers(1, 4)))]
    need = st.sampled_from([1, 1, 1, 2])
    most = {pool.name: pool.calendar.most for pool in pools}
    needs = st.dictionaries(st.sampled_from([pool.name for pool in pools]), need, max_size=len(pools)).map(
        lambda wanted: {name: min(count, most[name]) for name, count in wanted.items() if most[name]}
    )
    stations = [
        Station(f"station {i}", draw(needs), priority=draw(st.sampled_from([0, 0, 0, -1, 1])))
        for i in range(draw(st.integers(1, 5)))
    ]
    services = [Service(f"service {i}", draw(departures), draw(minutes)) for i in range(draw(st.integers(0, 2)))]
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
    flows = []
    for i, name in enumerate(names):
        places = [names[other] for other in awaits[i]]
        steps = _steps(draw, stations, services, stocks, places)
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
        Timetable,
        st.lists(st.builds(Landing, minutes, st.integers(1, 9)), min_size=1, max_size=4).map(
            lambda landings: tuple(sorted(landings, key=lambda x: x.minute))
        ),
        delay=st.one_of(minutes, st.just(Empirical([0, 10, 3]))),
    ),
)
departures = st.dictionaries(st.integers(0, LONGEST + 30), st.integers(0, 4), min_size=1, max_size=12).map(
    lambda slots: sorted((float(at), number) for at, number in slots.items())
)


def _steps(
    draw: Callable[..., Any],
    stations: list[Station],
    services: list[Service],
    stocks: list[Stock],
    awaited: list[str],
) -> list[Any]:
    words = ["serve", "serve", "enter", "hold", *(["board"] if services else []), *(["take", "put"] if stocks else [])]
    steps: list[Any] = []
    leave: list[tuple[str, dict[str, Any]]] = []
    for word in draw(st.lists(st.sampled_from(words), min_size=2, max_size=8)):
        when = draw(conditions)
        if word == "serve":
            steps.append(Serve(draw(st.sampled_from(stations)).name, draw(times), **when))
        elif word == "enter":
            station = draw(st.sampled_from(stations)).name
            if station not in [entered for entered, _ in leave]:
                steps.append(Enter(station, **when))
                leave.append((station, when))
        elif word == "hold":
            steps.append(draw(st.sampled_from([Hold, Travel]))(draw(times), **when))
        elif word == "board":
            steps.append(Board(draw(st.sampled_from(services)).name, **when))
        else:
            stock = draw(st.sampled_from(stocks))
            family = None if len(stock.opening) == 1 else "family"
            step = Take if word == "take" else Put
            steps.append(step(stock.name, draw(st.integers(1, 3)), family, **when))
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
