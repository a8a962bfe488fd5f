"""A network's parts in a few words each: what its drawings say."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from clearsim.network import (
    Ahead,
    AllOf,
    AnyOf,
    At,
    Await,
    Backlog,
    Board,
    Category,
    Constant,
    Departures,
    During,
    Enter,
    Flow,
    Forecast,
    Hold,
    Label,
    LateFee,
    Leave,
    Network,
    Number,
    Pace,
    Poisson,
    Pool,
    Proportional,
    Put,
    Recorded,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
    Timetable,
    Travel,
)
from clearsim.network.calendar import WEEKDAYS, Planned
from clearsim.network.places import Place, attributes_of
from clearsim.network.staffing import Staffing
from clearsim.network.steps import Step
from clearsim.network.times import Distribution
from clearsim.numbers import digits, duration, percent

SHOWN_CLOCKS = 6
"""A longer list of departures is counted, not told."""


def label_of(place: Place) -> Label:
    """What people read for a place; one without a label reads as its name."""
    return place.label or Label(place.name.replace("_", " "))


def place_of(step: Step, network: Network) -> Station | Service | Stock | Flow | None:
    """The place that a step is about, None for `Travel` and `Hold`."""
    places: Iterable[Station | Service | Stock | Flow] = ()
    match step:
        case Serve(station=name) | Enter(station=name) | Leave(station=name):
            places = network.stations
        case Board(service=name):
            places = network.services
        case Take(stock=name) | Put(stock=name):
            places = network.stocks
        case Await(flow=name):
            places = network.flows
        case Travel() | Hold():
            return None
    return next(place for place in places if place.name == name)


def time_in_words(time: Distribution) -> str:
    """The mean of a time, and the kind of its distribution where it varies: ``20 min (lognormal)``."""
    kind = "" if isinstance(time, Constant) else f" ({type(time).__name__.lower()})"
    return f"{duration(time.expected)}{kind}"


def object_of(step: Step, network: Network) -> str:
    """What a step is about: its place, its time where it has no place, or how much it moves."""
    if isinstance(step, Travel | Hold):
        return time_in_words(step.time)
    place = place_of(step, network)
    what = str(label_of(place)) if place is not None else ""
    if isinstance(step, Take | Put):
        return f"{digits(step.amount)} of {what}" + (f" by {step.family}" if step.family else "")
    return what


def details(network: Network, flow: Flow, number: int) -> Iterator[str]:
    """What there is to say about the flow's step of this number, from 1, beside what it is about.

    Its time, its needs, its timetable.
    """
    step = flow.steps[number - 1]
    place = place_of(step, network)
    if isinstance(step, Serve):
        yield time_in_words(step.time)
    own = step.pace if isinstance(step, Travel | Hold) else place.pace if isinstance(place, Station) else None
    yield from pace(own, network.start) if own is not None else ()
    if isinstance(step, Serve | Enter) and isinstance(place, Station):
        pools = {pool.name: pool for pool in network.pools}
        for name, count in place.needs.items():
            there, what = capacity(pools[name]), label_of(pools[name])
            passing = ", those behind may pass" if pools[name].passing else ""
            of_them = f"{count} of {there} {what}" if there.isdigit() else f"{count} {what} (on duty {there})"
            yield f"needs {of_them}{passing}"
            yield from adjustments(pools[name], network.start)
    if isinstance(step, Take) and step.patience is not None:
        yield f"gives up {after(step.patience)}"
    if isinstance(step, Enter):
        later = enumerate(flow.steps[number:], start=number + 1)
        yield f"until step {next(at for at, x in later if isinstance(x, Leave) and x.station == step.station)}"
    if isinstance(step, Board):
        yield from slots_taken(step)
    if isinstance(place, Service):
        yield timetable(place)
        yield from irregular(place, network.start)


def conditions(step: Step) -> str:
    """For whom a step is, empty where it is for all: ``if controlled, unless by_machine``."""
    parts = [f"if {' and '.join(step.only_if)}"] if step.only_if else []
    parts += [f"unless {' or '.join(step.unless)}"] if step.unless else []
    return ", ".join(parts)


def capacity(pool: Pool) -> str:
    """How many there are, by the clock where it changes.

    >>> from clearsim.network import Calendar
    >>> capacity(Pool("lanes", 6)), capacity(Pool("officers", {"00:00": 2, "08:00": 4}))
    ('6', 'daily 00:00 2, 08:00 4')
    >>> capacity(Pool("clerks", Calendar.weekly({"mon-fri": {"09:00": 3, "17:00": 0}, "sat,sun": {"00:00": 0}})))
    'mon-fri 09:00 3, 17:00 0; sat-sun 0'
    """
    if isinstance(pool.capacity, Planned):
        return f"planned {on_duty(pool)}"
    week, parts = pool.capacity.week, []
    for day, group in groupby(range(7), key=lambda index: week[index]):
        days = [WEEKDAYS[index] for index in group]
        name = "daily" if len(days) == 7 else "-".join(dict.fromkeys((days[0], days[-1])))
        clocks = ", ".join(f"{_clock(minute)} {count}" for minute, count in day)
        parts.append(f"{name} {day[0][1] if len(day) == 1 and day[0][0] == 0 else clocks or 'as before'}")
    capacities = _capacities(pool)
    return str(*capacities) if len(capacities) == 1 else "; ".join(parts)


def on_duty(pool: Pool) -> str:
    """From how few to how many there are: ``6``, ``60–120``."""
    capacities = _capacities(pool)
    return "–".join(dict.fromkeys((digits(min(capacities)), digits(max(capacities)))))


def _capacities(pool: Pool) -> set[int]:
    calendar = pool.capacity
    if isinstance(calendar, Planned):
        return {count for _, count in calendar.moments}
    return {count for day in calendar.week for _, count in day}


def adjustments(pool: Pool, start: datetime) -> list[str]:
    """How the capacity differs between dates, one piece of text an adjustment.

    >>> from clearsim.network import Adjustment
    >>> adjustments(Pool("lanes", 6, adjustments=[Adjustment(0, 90, plus=-1)]), datetime(2022, 11, 7))
    ['-1 from 7 Nov 00:00 to 01:30']
    """
    result = []
    for item in pool.adjustments:
        factor = [f"x{item.times:.3g}"] if item.times not in (0, 1) else []
        added = [f"{item.plus:+d}"] if item.plus else []
        what = " ".join((["none"] if item.times == 0 and item.plus <= 0 else factor + added) or ["as ever"])
        result.append(f"{what} {between(item.from_min, item.until_min, start)}")
    return result


def pace(found: Pace, start: datetime) -> list[str]:
    """How fast work goes where it is not always the same, one piece of text a reason."""
    result = [f"{window.pace:.3g} of the pace {between(*window.window, start)}" for window in found.windows]
    if len(set(found.hours)) > 1 or found.hours[0] != 1:
        result.append(f"pace by the hour {min(found.hours):.3g}–{max(found.hours):.3g}")
    if found.by_open:
        result.append(f"pace by how many are on duty {', '.join(f'{n}: {x:.3g}' for n, x in found.by_open.items())}")
    return result


def staffing(rule: Staffing, network: Network) -> str:
    """A staffing rule in a sentence."""
    label = {pool.name: label_of(pool) for pool in network.pools}
    every = duration(rule.every)
    match rule:
        case Backlog():
            text = f"{rule.crew} more called when {digits(rule.call_at)} wait, sent home at {digits(rule.release_at)}"
            stay = duration(rule.stay)
            limits = f"stay {stay}, at most {digits(rule.at_most)}, looked at every {every}"
            return f"{label[rule.pool]}: {text}; come {after(rule.lead)}, {limits}"
        case Proportional():
            text = f"{', '.join(str(label[pool]) for pool in rule.pools)}: shared out by the work that is there"
            kept = "".join(f"; {number} {label[pool]} stay" for pool, number in rule.keep.items() if number)
            return f"{text}, every {every}, come {after(rule.move)}{kept}"
        case Forecast():
            most = "" if rule.at_most is None else f", at most {digits(rule.at_most)}"
            text = f"as many as the forecast asks for, so that {percent(rule.target)} wait ({rule.method})"
            return f"{label[rule.pool]}: {text}; at least {digits(rule.least)}{most}, anew every {every}"


def after(minutes: float) -> str:
    """After how long something happens: ``after 2 h``, ``at once``."""
    return f"after {duration(minutes)}" if minutes else "at once"


def between(from_min: float, until_min: float, start: datetime) -> str:
    """From when to when, in dates.

    >>> between(60, 26 * 60, datetime(2022, 11, 7))
    'from 7 Nov 01:00 to 8 Nov 02:00'
    """
    first, last = start + timedelta(minutes=from_min), start + timedelta(minutes=until_min)
    day = "" if first.date() == last.date() else f"{last.day} {last:%b} "
    return f"from {first.day} {first:%b %H:%M} to {day}{last:%H:%M}"


def irregular(service: Service, start: datetime) -> list[str]:
    """When departures do not run or leave late, one piece of text a window.

    >>> from clearsim.network import LateDepartures
    >>> trains = Service("train", [], late=[LateDepartures(60, 120, "2 h", cut_off="stays")])
    >>> irregular(trains, datetime(2022, 11, 7))
    ['2 h late from 7 Nov 01:00 to 02:00, cut-off as scheduled']
    """
    result = [f"cancelled {between(*window, start)}" for window in service.cancelled]
    for item in service.late:
        cut_off = ", cut-off as scheduled" if item.cut_off == "stays" else ""
        result.append(f"{time_in_words(item.by)} late {between(item.from_min, item.until_min, start)}{cut_off}")
    return result


def arrivals(flow: Flow, network: Network) -> str:
    """When the flow's entities arrive."""
    match flow.arrivals:
        case Poisson() as random:
            surges = dict.fromkeys(f"{surge.name} up to x{surge.peak:g}" for surge in random.surges)
            follows = [f"follows {random.follows.flow}"] if random.follows else []
            text = ", ".join([f"{digits(random.rate * 24 * 60)} a day", "at random", *surges, *follows])
        case At(minutes=minutes):
            text = f"{len(minutes)} at given instants"
        case Timetable(landings=landings, cancelled=cancelled, late=late):
            text = f"{digits(sum(x.count * len(x.weekdays) for x in landings) / 7)} a day, by timetable"
            text += "".join(f", none {between(*window, network.start)}" for window in cancelled)
            text += "".join(f", {duration(x.by_min)} late {between(*x.window, network.start)}" for x in late)
        case Recorded(path=path, columns=columns):
            text = f"recorded in {path.name}, column {' and '.join(columns)}"
        case Ahead(of=of, lead=lead, only_if=only_if):
            partner = label_of(next(other for other in network.flows if other.name == of))
            text = f"one for each of {partner}, {time_in_words(lead)} ahead{f' if {only_if}' if only_if else ''}"
    backlog = getattr(flow.arrivals, "backlog", 0)
    return f"{text}, {backlog} waiting at the start" if backlog else text


def timetable(service: Service) -> str:
    """When a service leaves, with how many slots, how late, its cut-off, and whether smaller cargo may pass."""
    departures = service.departures
    if not isinstance(departures, Departures):
        text = f"{len(departures)} given departures"
    else:
        text = f"{_clocks(departures.minutes)}, {_days(departures.weekdays)}, {digits(departures.slots)} slots"
    late = f", {time_in_words(service.delay)} late" if service.delay.expected else ""
    cut_off = f", cut-off {duration(service.cut_off)}" if service.cut_off else ""
    passing = ", smaller cargo behind may pass" if service.passing else ""
    return f"{text}{late}{cut_off}{passing}"


def slots_taken(step: Board) -> Iterator[str]:
    """How many slots an entity takes, where it is not one."""
    if isinstance(step.slots, dict):
        sizes = (f"{name.partition('=')[2]} {digits(size)}" for name, size in step.slots.items())
        yield f"slots taken: {', '.join(sizes)}"
    elif step.slots != 1:
        yield f"takes {digits(step.slots)} slots"


def attributes(flow: Flow, network: Network) -> list[str]:
    """What distinguishes the flow's entities, one piece of text an attribute; none for a companion."""
    if isinstance(flow.arrivals, Ahead):
        return []
    result = []
    for name, attribute in attributes_of(flow, network.flows).items():
        match attribute:
            case Category(classes=classes):
                result.append(f"{name}: {', '.join(f'{key} {percent(share)}' for key, share in classes.items())}")
            case Share(p=p, factors=factors, among=among, unless=unless, a_day=a_day):
                rates = [percent(p)] if p != 1 or not factors else []
                rates += [f"by {', '.join(factors)}"] if factors else []
                rates += [f"of {' and '.join(among)}"] if among else []
                limits = [f"unless {' or '.join(unless)}"] if unless else []
                limits += [f"at most {digits(a_day)} a day"] if a_day is not None else []
                result.append(f"{name}: {', '.join([' '.join(rates), *limits])}")
            case During(windows=windows, ahead=ahead):
                when = ", ".join(between(*window, network.start) for window in windows)
                lead = ahead.expected
                result.append(f"{name}: {f'{duration(lead)} before arrival, ' if lead else ''}{when}")
            case AnyOf(conditions=conditions):
                result.append(f"{name}: {' or '.join(conditions)}")
            case AllOf(conditions=conditions):
                result.append(f"{name}: {' and '.join(conditions)}")
            case Number(distribution=distribution):
                result.append(f"{name}: {type(distribution).__name__.lower()}, mean {digits(distribution.expected)}")
    return result


def late_fee(fee: LateFee) -> str:
    """What it costs to finish late."""
    rate = f"{percent(fee.per_day)} of {fee.amount} a day after {fee.due}"
    return f"late fee: {rate}, at least CNY {digits(fee.least_cny)}"


def _clocks(minutes: tuple[float, ...]) -> str:
    gaps = {round(later - sooner, 6) for sooner, later in pairwise(minutes)}
    if len(minutes) > SHOWN_CLOCKS and len(gaps) == 1 and abs(minutes[0] + 24 * 60 - minutes[-1] - max(gaps)) < 1e-6:
        return f"every {duration(max(gaps))}"
    clocks = [_clock(minute) for minute in minutes]
    if len(clocks) <= SHOWN_CLOCKS:
        return " ".join(clocks) or "never"
    return f"{len(clocks)} departures from {clocks[0]} to {clocks[-1]}"


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _days(weekdays: tuple[int, ...]) -> str:
    return "daily" if len(weekdays) == 7 else " ".join(WEEKDAYS[day] for day in weekdays)
