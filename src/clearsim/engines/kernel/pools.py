"""Pools: what is on duty, free, seized, and kept by heads that wait."""

from clearsim.engines.kernel.compiling import part, rare
from clearsim.engines.kernel.lines import head_of, is_before
from clearsim.engines.kernel.records import NOBODY, Duty, Groups, PoolState, StationState, Table
from clearsim.plan import NONE, IntArray


@rare
def set_capacity(duty: Duty, groups: Groups, pool: int, now_ms: int) -> None:
    """The pool has its roster, and whom a rule adds or takes away. This is noted."""
    pools, notes = duty.pools, duty.notes
    capacity = pools.roster[pool] + pools.beyond[pool]
    pools.free[pool] += capacity - pools.capacity[pool]
    pools.capacity[pool] = capacity
    row = notes.size[0]
    notes.ms[row] = now_ms
    notes.pool[row] = pool
    notes.capacity[row] = capacity
    notes.size[0] += 1
    if pools.group[pool] != NONE:
        touch(groups, pools.group[pool])


@rare
def set_members(duty: Duty, groups: Groups, rule: int, now_ms: int) -> None:
    """Set the capacity of every pool of the rule."""
    for member in range(duty.rules.first[rule], duty.rules.first[rule + 1]):
        set_capacity(duty, groups, duty.rules.pool[member], now_ms)


@part
def touch(groups: Groups, group: int) -> None:
    """Note, once, that phase C is to look at the group."""
    if not groups.is_touched[group]:
        groups.is_touched[group] = True
        groups.touched[groups.n_touched[0]] = group
        groups.n_touched[0] += 1


@part
def seize(lines: Table, line: int, stations: StationState, pools: PoolState) -> None:
    """Seize what the station needs."""
    stations.serving[line] += 1
    for k in range(lines[line].need_first, lines[line].need_end):
        pools.free[stations.need_pool[k]] -= stations.need_count[k]


@part
def release(lines: Table, line: int, stations: StationState, pools: PoolState, groups: Groups) -> None:
    """Free what the station needs."""
    stations.serving[line] -= 1
    for k in range(lines[line].need_first, lines[line].need_end):
        pools.free[stations.need_pool[k]] += stations.need_count[k]
    touch(groups, lines[line].group)


@part
def fits(lines: Table, line: int, stations: StationState, free: IntArray) -> bool:
    """Whether what the station needs is free."""
    for k in range(lines[line].need_first, lines[line].need_end):  # `all` is slow to compile
        if free[stations.need_pool[k]] < stations.need_count[k]:
            return False
    return True


@part
def first_fitting(
    group: int, groups: Groups, lines: Table, slot: Table, stations: StationState, free: IntArray
) -> tuple[int, int]:
    """The first head of the group's lines that fits into what is free, `NOBODY` where none does; and its line."""
    found = line = NOBODY
    for k in range(groups.first[group], groups.first[group + 1]):
        s = head_of(lines, groups.line[k], slot)
        if (
            s != NOBODY
            and (found == NOBODY or is_before(slot, s, found))
            and fits(lines, groups.line[k], stations, free)
        ):
            found, line = s, groups.line[k]
    return found, line


@rare
def first_unkept(
    group: int, groups: Groups, lines: Table, slot: Table, stations: StationState, pools: PoolState
) -> tuple[int, int]:
    """The first head of the group's lines that fits into what is free and not kept by heads before it; and its line."""
    # Mostly none fits. Then there is no need to find out which head keeps what.
    if first_fitting(group, groups, lines, slot, stations, pools.free)[0] == NOBODY:
        return NOBODY, NOBODY
    for k in range(groups.first[group], groups.first[group + 1]):
        for need in range(lines[groups.line[k]].need_first, lines[groups.line[k]].need_end):
            pools.left[stations.need_pool[need]] = pools.free[stations.need_pool[need]]
    last = NOBODY
    while True:
        s, line = _head_after(last, group, groups, lines, slot)
        if s == NOBODY or fits(lines, line, stations, pools.left):
            return s, line
        _keep(lines, line, stations, pools)
        last = s


@part
def _head_after(last: int, group: int, groups: Groups, lines: Table, slot: Table) -> tuple[int, int]:
    """The first head of the group's lines that comes after `last`, `NOBODY` where none does; and its line."""
    found = line = NOBODY
    for k in range(groups.first[group], groups.first[group + 1]):
        s = head_of(lines, groups.line[k], slot)
        if (
            s != NOBODY
            and (last == NOBODY or is_before(slot, last, s))
            and (found == NOBODY or is_before(slot, s, found))
        ):
            found, line = s, groups.line[k]
    return found, line


@rare
def _keep(lines: Table, line: int, stations: StationState, pools: PoolState) -> None:
    """The head of the line waits, and keeps what it needs of what is `left`, if it may."""
    for k in range(lines[line].need_first, lines[line].need_end):
        pool, count = stations.need_pool[k], stations.need_count[k]
        if count > pools.left[pool] and (not pools.is_keepable[pool] or count > pools.capacity[pool]):
            return
    for k in range(lines[line].need_first, lines[line].need_end):
        pool = stations.need_pool[k]
        if pools.is_keepable[pool]:
            pools.left[pool] -= min(stations.need_count[k], max(pools.left[pool], 0))
