"""The share who wait, and the servers for a target: Erlang's formulas, and the law of Halfin and Whitt."""

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def erlang_b(servers: int, load: npt.ArrayLike) -> FloatArray:
    """The share lost in M/G/n/n, for every offered load (arrival rate times mean service).

    By the recursion 1/B(n) = 1 + (n/a) / B(n - 1), all of whose terms are positive (Jagerman 1974; Cooper 1981,
    *Introduction to Queueing Theory*, section 3.3).

    >>> round(float(erlang_b(10, 7.0)), 6)
    0.078741
    """
    offered = np.asarray(load, dtype=np.float64)
    inverse = np.ones_like(offered)
    with np.errstate(over="ignore", divide="ignore"):
        for n in range(1, servers + 1):
            inverse = 1 + inverse * (n / offered)
    return np.asarray(np.where(offered > 0, 1 / inverse, 0.0 if servers else 1.0))


def erlang_c(servers: int, load: npt.ArrayLike) -> FloatArray:
    """The share who wait in M/M/n, for every offered load; 1 where the load is at least the number of servers.

    C = B / (1 - (a/n)(1 - B)) (Cooper 1981, section 3.4).

    >>> round(float(erlang_c(10, 7.0)), 6)
    0.221731
    """
    offered = np.asarray(load, dtype=np.float64)
    return _waiting(servers, offered, erlang_b(servers, offered))


def free_at_once(needed: int, servers: int, load: float) -> float:
    """The share of time in which at least `needed` servers are free in M/M/n; 0 if the load is no less than these.

    The number of busy servers has Erlang's distribution: proportional to a^k / k! up to n, with a geometric tail for
    those who wait (Cooper 1981, section 3.4).

    >>> round(free_at_once(4, 4, 2.4), 4)
    0.0831
    """
    if load >= servers or needed > servers:
        return 0.0
    if load <= 0:
        return 1.0
    busy = np.arange(1, servers + 1)
    logarithm = np.concatenate([[0.0], np.cumsum(math.log(load) - np.log(busy))])
    weight = np.exp(logarithm - logarithm.max())
    weight[servers] /= 1 - load / servers
    return float(weight[: servers - needed + 1].sum() / weight.sum())


def halfin_whitt(beta: float) -> float:
    """The share who wait in M/M/n with n = a + β√a servers, in the limit of large loads a.

    1 / (1 + β Φ(β) / φ(β)) for β > 0 (Halfin and Whitt 1981, *Operations Research* 29, proposition 1); 1 for β ≤ 0.

    >>> round(halfin_whitt(1.0), 4)
    0.2234
    """
    if beta <= 0:
        return 1.0
    normal = math.exp(-(beta**2) / 2) / math.sqrt(2 * math.pi)
    return normal / (normal + beta * (1 + math.erf(beta / math.sqrt(2))) / 2)


def servers_for(load: FloatArray, weight: FloatArray, target: float) -> IntArray:
    """For every row of `load` the number of servers with which the share who wait comes closest to `target`.

    `load` and `weight` have a column for each part of the row's time: the loads there, and how many come. The share is
    the mean of Erlang C over the parts, weighted by those who come. A row without load needs 0, any other at least 1.

    >>> servers_for(np.array([[7.0], [0.0]]), np.ones((2, 1)), target=0.25).tolist()
    [10, 0]
    """
    needed = np.zeros(len(load), dtype=np.int64)
    total = weight.sum(axis=1)
    rows = np.flatnonzero((load.max(axis=1, initial=0.0) > 0) & (total > 0))
    offered, parts = load[rows], weight[rows] / total[rows, None]
    inverse, before, n = np.ones_like(offered), np.ones(len(rows)), 0
    with np.errstate(over="ignore", divide="ignore"):
        while rows.size:
            n += 1
            inverse = 1 + inverse * (n / offered)
            lost = np.where(offered > 0, 1 / inverse, 0.0)
            share = (_waiting(n, offered, lost) * parts).sum(axis=1)
            enough = share <= target
            if enough.any():
                one_less = (before[enough] - target < target - share[enough]) & (n > 1)
                needed[rows[enough]] = n - one_less
                rows, offered, parts, inverse, share = (x[~enough] for x in (rows, offered, parts, inverse, share))
            before = share
    return needed


def _waiting(servers: int, offered: FloatArray, lost: FloatArray) -> FloatArray:
    if servers == 0:
        return np.ones_like(offered)
    free = 1 - np.minimum(offered / servers, 1)
    return np.asarray(lost / (free + (1 - free) * lost))
