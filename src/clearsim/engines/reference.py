"""The engine that defines what is correct: SimPy processes, written to be read and not tuned for speed.

The contract is in the package's docstring. SimPy's own resources grant inside phase B, break ties by insertion and
cannot change capacity; so lines and free capacity are kept here, and one SimPy event a moment, scheduled after all of
phase B, carries the whole of phase C.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import numpy as np
import simpy

from clearsim.demand import Demand
from clearsim.engines import Progress
from clearsim.plan import NONE, NOT_YET, PROPORTIONAL, Code, Plan
from clearsim.staffing import live
from clearsim.trace import Trace, capacity_changes, departures_of, stamp_first

Process = Generator[simpy.Event, Any, None]
DECIDE, PHASE_C = 2, 3
"""SimPy's event priorities for what follows phase B: SimPy's own are 0 (urgent) and 1 (normal), and B is of those."""

LineKey = tuple[Code, int]
"""Which line: the one at a station (`SERVE`), a service (`BOARD`) or a row of a stock (`TAKE`), and its number."""


class Waiting(NamedTuple):
    """One in a line, in order of (priority, joined, entity). The event says that its wait is over, and how.

    The `amount` is in units of the stock or slots of the departure.
    """

    priority: int
    joined_ms: int
    entity: int
    amount: int
    gives_up_ms: int
    over: simpy.Event


def simulate(plan: Plan, demand: Demand, progress: Progress | None = None) -> Trace:
    """The trace of one run. `progress` is called a hundred times, with the finished share of simulated time."""
    run = _Run(plan, demand)
    if progress is not None:
        run.env.process(run.report(progress))
    return run.trace()


class _Run:
    """The state of a run: lines, free capacity, levels of stock, stamps."""

    def __init__(self, plan: Plan, demand: Demand) -> None:
        self.plan, self.demand = plan, demand
        self.departures = departures_of(plan, demand)
        self.env = simpy.Environment()
        self.capacity, self.roster, self.beyond, self.coming = (
            np.zeros(len(plan.pools.names), dtype=np.int64) for _ in range(4)
        )
        self.coming_ms = np.full(len(plan.rules.kind), live.NEVER)
        self.stay_until_ms = np.zeros(len(plan.rules.kind), dtype=np.int64)
        self.due_rules: set[int] = set()
        self.changes: list[tuple[int, int, int]] = []
        self.free = [0] * len(plan.pools.names)
        self.serving = np.zeros(len(plan.stations.names), dtype=np.int64)
        self.level = plan.stocks.opening.tolist()
        self.lines: dict[LineKey, list[Waiting]] = defaultdict(list)
        self.out_of_patience: list[tuple[LineKey, Waiting]] = []
        self.closed: list[int] = []
        self.stocks_to_serve: set[LineKey] = set()
        self.phase_c_is_due = False
        self.finished = np.zeros(len(demand.arrival_ms), dtype=np.bool_)
        self.awaited: dict[int, simpy.Event] = {}
        self.needs = [plan.needs_of(station) for station in range(len(plan.stations.names))]
        self.stamp_first = stamp_first(plan, demand)
        self.stamp = np.full(int(self.stamp_first[-1]), NOT_YET, dtype=np.int64)

    def trace(self) -> Trace:
        self.env.process(self.calendars())
        self.env.process(self.timetable())
        self.env.process(self.arrivals())
        for rule in range(len(self.plan.rules.kind)):
            self.env.process(self.reviews(rule))
        self.env.run(until=self.plan.end_ms)
        self.stamp.flags.writeable = False
        ms, pool, capacity = np.array(self.changes, dtype=np.int64).reshape(-1, 3).T
        return Trace(self.plan, self.demand, self.stamp, self.stamp_first, *capacity_changes(ms, pool, capacity))

    # Phase B: what is due is applied, to state only.

    def calendars(self) -> Process:
        pools = self.plan.pools
        for at_ms, pool, capacity in zip(
            pools.change_ms.tolist(), pools.change_pool.tolist(), pools.change_capacity.tolist(), strict=True
        ):
            yield self.until(at_ms)
            self.roster[pool] = capacity
            rule = int(self.plan.rules.rule_of[pool])
            if rule != NONE and self.plan.rules.kind[rule] == PROPORTIONAL:
                live.start_anew(self.plan.rules, rule, self.beyond, self.coming, self.coming_ms)
                self.ask_to_decide(rule)
                self.set_members(rule)
            else:
                self.set_capacity(pool)

    def reviews(self, rule: int) -> Process:
        """Ask the rule to decide whenever it is due."""
        every_ms = int(self.plan.rules.every_ms[rule])
        for at_ms in range(every_ms, self.plan.end_ms, every_ms):
            yield self.until(at_ms)
            self.ask_to_decide(rule)

    def arrival(self, rule: int, at_ms: int) -> Process:
        """Those whom the rule called or moved arrive, unless a new roster has sent them back meanwhile."""
        yield self.until(at_ms)
        if self.coming_ms[rule] == at_ms:
            self.arrive(rule)

    def timetable(self) -> Process:
        for departure in self.departures.order.tolist():
            yield self.until(int(self.departures.closes_ms[departure]))
            self.closed.append(departure)
            self.ask_for_grants()

    def arrivals(self) -> Process:
        demand = self.demand
        flow_of = np.repeat(np.arange(len(demand.first) - 1), np.diff(demand.first))
        for entity in np.argsort(demand.arrival_ms, kind="stable").tolist():
            yield self.until(int(demand.arrival_ms[entity]))
            self.env.process(self.entity(entity, int(flow_of[entity])))

    def entity(self, entity: int, flow: int) -> Process:
        """An entity's way through the steps of its flow."""
        plan, demand, env = self.plan, self.demand, self.env
        steps = plan.steps
        row = entity - int(demand.first[flow])
        flags = int(demand.flags[entity])
        stamp_at = int(self.stamp_first[flow]) + row * int(plan.flows.stamps[flow])
        number_at = int(demand.number_first[flow]) + row * int(plan.flows.numbers[flow])
        for step in plan.steps_of(flow):
            code, target = Code(int(steps.code[step])), int(steps.target[step])
            only, unless = int(steps.only[step]), int(steps.unless[step])
            number, column, amount = int(steps.number[step]), int(steps.column[step]), int(steps.amount[step])
            if column != NONE:
                number = int(demand.number[number_at + column])
            concerned = flags & only == only and flags & unless == 0
            stamp = stamp_at + int(steps.stamp[step])
            match code:
                case Code.SERVE:
                    if concerned:
                        yield self.join((Code.SERVE, target), entity)
                    self.stamp[stamp] = env.now
                    if concerned:
                        yield env.timeout(self.length(step, number))
                        self.release(target)
                    self.stamp[stamp + 1] = env.now
                case Code.ENTER:
                    if concerned:
                        yield self.join((Code.SERVE, target), entity)
                    self.stamp[stamp] = env.now
                case Code.LEAVE:
                    if concerned:
                        self.release(target)
                case Code.HOLD:
                    if concerned:
                        yield env.timeout(self.length(step, number))
                    self.stamp[stamp] = env.now
                case Code.AWAIT:
                    partner = int(demand.first[target]) + row
                    if concerned and not self.finished[partner]:
                        yield self.awaited.setdefault(partner, env.event())
                    self.stamp[stamp] = env.now
                case Code.BOARD:
                    if concerned:
                        departure = yield self.join((Code.BOARD, target), entity, number)
                        yield self.until(int(self.departures.departs_ms[departure]))
                    self.stamp[stamp] = env.now
                case Code.TAKE:
                    if concerned:
                        yield self.join((Code.TAKE, target + number), entity, amount)
                    self.stamp[stamp] = env.now
                case Code.TRY:
                    was_served = True
                    if concerned:
                        patience_ms = int(steps.patience_ms[step])
                        was_served = yield self.join((Code.TAKE, target + number), entity, amount, patience_ms)
                    self.stamp[stamp] = env.now
                    if not was_served:
                        break
                    self.stamp[stamp + 1] = env.now
                case Code.PUT:
                    if concerned:
                        self.level[target + number] += amount
                        self.look_at((Code.TAKE, target + number))
        self.finished[entity] = True
        if entity in self.awaited:
            self.awaited.pop(entity).succeed()

    def length(self, step: int, drawn_ms: int) -> int:
        """How long a hold of the step takes that begins now."""
        pace = int(self.plan.steps.pace[step])
        if pace == NONE:
            return drawn_ms
        return live.paced_ms(self.plan.paces, pace, drawn_ms, int(self.env.now), self.capacity)

    def join(self, key: LineKey, entity: int, amount: int = 0, patience_ms: int | None = None) -> simpy.Event:
        """Join a line. The event is triggered when phase C grants, or when patience is over."""
        priority = int(self.demand.priority[entity])
        if key[0] == Code.SERVE:
            priority += int(self.plan.stations.priority[key[1]])
        gives_up_ms = live.NEVER if patience_ms is None else int(self.env.now) + patience_ms
        waiting = Waiting(priority, int(self.env.now), entity, amount, gives_up_ms, self.env.event())
        heapq.heappush(self.lines[key], waiting)
        self.look_at(key)
        if patience_ms is not None:
            self.env.process(self.patience(key, waiting))
        return waiting.over

    def patience(self, key: LineKey, waiting: Waiting) -> Process:
        yield self.until(waiting.gives_up_ms)
        self.out_of_patience.append((key, waiting))
        self.look_at(key)

    def seize(self, station: int) -> None:
        self.serving[station] += 1
        for pool, count in self.needs[station]:
            self.free[pool] -= count

    def release(self, station: int) -> None:
        self.serving[station] -= 1
        for pool, count in self.needs[station]:
            self.free[pool] += count
        self.ask_for_grants()

    def look_at(self, key: LineKey) -> None:
        """Phase C is to look at the line. It looks at all stations anyway."""
        if key[0] == Code.TAKE:
            self.stocks_to_serve.add(key)
        self.ask_for_grants()

    def ask_for_grants(self) -> None:
        if not self.phase_c_is_due:
            self.phase_c_is_due = True
            self.afterwards(self.phase_c, PHASE_C)

    def ask_to_decide(self, rule: int) -> None:
        if not self.due_rules:
            self.afterwards(self.decide, DECIDE)
        self.due_rules.add(rule)

    def afterwards(self, call: Callable[[simpy.Event], None], priority: int) -> None:
        """Call once all that is due now has happened."""
        event = simpy.Event(self.env)
        event._ok = True  # SimPy has no public way to schedule an event at a priority of one's own
        event._value = None
        event.callbacks.append(call)
        self.env.schedule(event, priority=priority)  # type: ignore[arg-type]  # a NewType of int

    # Decide: staffing rules look at lines and pools, and change who is on duty.

    def decide(self, event: simpy.Event) -> None:
        stations = range(len(self.plan.stations.names))
        waiting = np.array([len(self.lines[Code.SERVE, station]) for station in stations], dtype=np.int64)
        rules, roster = self.plan.rules, self.roster
        work, target = (np.zeros(len(rules.pool), dtype=np.int64) for _ in range(2))
        state = (roster, self.beyond, self.coming, self.coming_ms, self.stay_until_ms)
        for rule in sorted(self.due_rules):
            live.weigh(rules, rule, waiting, self.serving, work)
            live.share_out(rules, rule, work, roster, target)
            live.decide(rules, rule, int(self.env.now), work, target, *state)
            self.set_members(rule)
            if self.coming_ms[rule] == self.env.now:
                self.arrive(rule)
            elif self.coming_ms[rule] < self.plan.end_ms:
                self.env.process(self.arrival(rule, int(self.coming_ms[rule])))
        self.due_rules.clear()

    def arrive(self, rule: int) -> None:
        live.arrive(self.plan.rules, rule, self.beyond, self.coming, self.coming_ms)
        self.set_members(rule)

    def set_members(self, rule: int) -> None:
        """Set the capacity of every pool of the rule."""
        for member in range(int(self.plan.rules.first[rule]), int(self.plan.rules.first[rule + 1])):
            self.set_capacity(int(self.plan.rules.pool[member]))

    def set_capacity(self, pool: int) -> None:
        capacity = int(self.roster[pool] + self.beyond[pool])
        self.free[pool] += capacity - int(self.capacity[pool])
        self.capacity[pool] = capacity
        self.changes.append((int(self.env.now), pool, capacity))
        self.ask_for_grants()

    # Phase C: grants.

    def phase_c(self, event: simpy.Event) -> None:
        self.phase_c_is_due = False
        while (station := self.next_to_serve()) is not None:
            self.seize(station)
            self.grant((Code.SERVE, station))
        for departure in self.closed:
            self.board(departure)
        for key in self.stocks_to_serve:
            self.serve_stock(key)
        for key, waiting in self.out_of_patience:
            if not waiting.over.triggered:
                self.lines[key].remove(waiting)
                heapq.heapify(self.lines[key])
                waiting.over.succeed(False)
        self.out_of_patience.clear()
        self.closed.clear()
        self.stocks_to_serve.clear()

    def next_to_serve(self) -> int | None:
        """The station whose head is granted next: the first that fits into what is free and not kept by those before.

        Heads are looked at anew after every grant: one that has lost units of a pool with passing keeps nothing more.
        """
        left = list(self.free)
        waiting = [station for station in range(len(self.needs)) if self.lines[Code.SERVE, station]]
        for station in sorted(waiting, key=lambda station: self.lines[Code.SERVE, station][0][:3]):
            if all(count <= left[pool] for pool, count in self.needs[station]):
                return station
            self.keep(station, left)
        return None

    def keep(self, station: int, left: list[int]) -> None:
        """The head of the station waits, and keeps what it needs of what is `left`, if it may."""
        needs, is_keepable = self.needs[station], self.plan.pools.is_keepable
        if all(is_keepable[pool] and count <= self.capacity[pool] for pool, count in needs if count > left[pool]):
            for pool, count in needs:
                if is_keepable[pool]:
                    left[pool] -= min(count, max(left[pool], 0))  # fewer than 0 are left where a shift has ended

    def board(self, departure: int) -> None:
        """The departure takes those in its line that fit, in order; behind one that does not, only where passing is."""
        services = self.plan.services
        service, left = int(services.service[departure]), int(services.slots[departure])
        rest: list[Waiting] = []
        for waiting in sorted(self.lines[Code.BOARD, service]):
            if waiting.amount <= left and (services.passing[service] or not rest):
                left -= waiting.amount
                waiting.over.succeed(departure)
            else:
                rest.append(waiting)
        self.lines[Code.BOARD, service] = rest  # in order, and so a heap

    def serve_stock(self, key: LineKey) -> None:
        """Serve the heads of a stock's line, or let them give up, until one waits on."""
        while line := self.lines[key]:
            if line[0].amount <= self.level[key[1]]:
                self.level[key[1]] -= line[0].amount
                self.grant(key)
            elif line[0].gives_up_ms <= self.env.now:
                self.grant(key, False)
            else:
                break

    def grant(self, key: LineKey, value: object = True) -> None:
        heapq.heappop(self.lines[key]).over.succeed(value)

    def report(self, progress: Progress) -> Process:
        for percent in range(1, 100):
            yield self.until(self.plan.end_ms * percent // 100)
            progress(percent / 100)

    def until(self, at_ms: int) -> simpy.Event:
        return self.env.timeout(at_ms - int(self.env.now))
