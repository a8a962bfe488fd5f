"""What is decided while a run goes on: whom to call or move, and how long a paced service takes.

Pure functions of whole numbers and arrays, of what can be seen at the moment. Both engines use the same functions: the
SimPy engine calls them, the compiled engine compiles them.
"""

from clearsim.plan import BACKLOG, NONE, PROPORTIONAL, IntArray, Paces, Rules

NEVER = 2**63 - 1
LARGEST_WORK = 2**36
"""Works are halved together until their sum is no larger than this. A hundred million times that fits int64."""


def weigh(rules: Rules, rule: int, waiting: IntArray, serving: IntArray, work: IntArray) -> None:
    """Write the work of each member of a rule: those in the lines that it watches, by their weights.

    `waiting` is the length of every station's line, `serving` how many hold what the station needs: people who follow
    the work stay with them too. `work` has one number a member of a rule.
    """
    for member in range(rules.first[rule], rules.first[rule + 1]):
        work[member] = 0
        for k in range(rules.watch_first[member], rules.watch_first[member + 1]):
            there = waiting[rules.station[k]]
            if rules.kind[rule] == PROPORTIONAL:
                there += serving[rules.station[k]]
            work[member] += there * rules.weight[k]


def share_out(rules: Rules, rule: int, work: IntArray, roster: IntArray, target: IntArray) -> None:
    """Write how many each member should have: what it keeps, and by largest remainders its part of all the others.

    Without any work each has its roster. `work` is halved until it is small enough to multiply.
    """
    if rules.kind[rule] == BACKLOG:
        return
    members = range(rules.first[rule], rules.first[rule + 1])
    people = total = 0
    for member in members:
        people += max(0, roster[rules.pool[member]] - rules.keep[member])
        total += work[member]
    while total > LARGEST_WORK:
        total = 0
        for member in members:
            work[member] >>= 1
            total += work[member]
    left = people
    for member in members:
        target[member] = roster[rules.pool[member]]
        if total > 0:
            target[member] = min(target[member], rules.keep[member]) + people * work[member] // total
            left -= people * work[member] // total
    # The few who are left go one by one to the largest remainders, of equal ones to the first.
    above = total
    while total > 0 and left > 0:
        largest = 0
        for member in members:
            remainder = people * work[member] % total
            if largest < remainder < above:
                largest = remainder
        for member in members:
            if left > 0 and people * work[member] % total == largest:
                target[member] += 1
                left -= 1
        above = largest


def decide(
    rules: Rules,
    rule: int,
    now_ms: int,
    work: IntArray,
    target: IntArray,
    roster: IntArray,
    beyond: IntArray,
    coming: IntArray,
    coming_ms: IntArray,
    stay_until_ms: IntArray,
) -> None:
    """Change who is on duty `beyond` the roster, and who is `coming`, and when (`coming_ms`).

    `work` and `target` are what `weigh` and `share_out` wrote; `roster`, `beyond` and `coming` have one number a pool,
    `coming_ms` and `stay_until_ms` one a rule. People who leave a pool leave now; people who are called or moved arrive
    later.
    """
    if rules.kind[rule] == BACKLOG:
        member = rules.first[rule]
        pool = rules.pool[member]
        if coming_ms[rule] != NEVER:
            return  # one call at a time
        if work[member] >= rules.call_at[rule]:
            called = min(rules.crew[rule], rules.at_most[rule] - beyond[pool])
            if called > 0:
                coming[pool] = called
                coming_ms[rule] = now_ms + rules.delay_ms[rule]
                stay_until_ms[rule] = coming_ms[rule] + rules.stay_ms[rule]
        elif work[member] <= rules.release_at[rule] and now_ms >= stay_until_ms[rule]:
            beyond[pool] -= min(rules.crew[rule], beyond[pool])
        return
    for member in range(rules.first[rule], rules.first[rule + 1]):
        pool = rules.pool[member]
        change = target[member] - roster[pool] - beyond[pool]
        if change < 0:
            beyond[pool] += change
        elif change > 0:
            coming[pool] = change
            coming_ms[rule] = now_ms + rules.delay_ms[rule]


def arrive(rules: Rules, rule: int, beyond: IntArray, coming: IntArray, coming_ms: IntArray) -> None:
    """Those who are coming arrive."""
    for member in range(rules.first[rule], rules.first[rule + 1]):
        beyond[rules.pool[member]] += coming[rules.pool[member]]
        coming[rules.pool[member]] = 0
    coming_ms[rule] = NEVER


def start_anew(rules: Rules, rule: int, beyond: IntArray, coming: IntArray, coming_ms: IntArray) -> None:
    """A roster changes: everyone who was moved, or is moving, is back in their own pool."""
    for member in range(rules.first[rule], rules.first[rule + 1]):
        beyond[rules.pool[member]] = 0
        coming[rules.pool[member]] = 0
    coming_ms[rule] = NEVER


def paced_ms(paces: Paces, pace: int, drawn_ms: int, now_ms: int, capacity: IntArray) -> int:
    """How long a hold takes that was drawn as `drawn_ms` and begins now; a half rounds up.

    `capacity` is what every pool has now.
    """
    low, high = paces.first[pace], paces.first[pace + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if paces.at_ms[middle] <= now_ms:
            low = middle
        else:
            high = middle
    speed = paces.thousandths[low] * 1000
    pool = paces.pool[pace]
    if pool != NONE:
        named = min(capacity[pool], paces.open_first[pace + 1] - paces.open_first[pace] - 1)
        speed = paces.thousandths[low] * paces.open_thousandths[paces.open_first[pace] + named]
    return int((drawn_ms * 1_000_000 + speed // 2) // speed)
