"""How many servers keep waiting rare: Erlang's formulas, and the law of Halfin and Whitt for many servers."""

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
    """The share who wait in M/M/n, for every offered load; 1 where the load is as large as the servers.

    C = B / (1 - (a/n)(1 - B)) (Cooper 1981, section 3.4).

    >>> round(float(erlang_c(10, 7.0)), 6)
    0.221731
    """
    offered = np.asarray(load, dtype=np.float64)
    return _waiting(servers, offered, erlang_b(servers, offered))


def halfin_whitt(beta: float) -> float:
    """The share who wait in M/M/n with n = a + β√a servers, in the limit of large loads a.

    1 / (1 + β Φ(β) / φ(β)) for β > 0 (Halfin and Whitt 1981, *Operations Research* 29, proposition 1); 1 from β = 0
    down.

    >>> round(halfin_whitt(1.0), 4)
    0.2234
    """
    if beta <= 0:
        return 1.0
    normal = math.exp(-(beta**2) / 2) / math.sqrt(2 * math.pi)
    return normal / (normal + beta * (1 + math.erf(beta / math.sqrt(2))) / 2)


def fewest(load: FloatArray, weight: FloatArray, target: float) -> IntArray:
    """For every row of `load` the smallest number of servers with which at most a share `target` of all waits.

    `load` and `weight` have a column for each part of the row's time: the loads there, and how many come. The share is
    the mean of Erlang C over the parts, weighted by those who come. A row without load needs nobody.

    >>> fewest(np.array([[7.0], [0.0]]), np.ones((2, 1)), target=0.25).tolist()
    [10, 0]
    """
    needed = np.zeros(len(load), dtype=np.int64)
    total = weight.sum(axis=1)
    open_rows = np.flatnonzero((load.max(axis=1, initial=0.0) > 0) & (total > 0))
    offered, shares = load[open_rows], weight[open_rows] / total[open_rows, None]
    inverse, n = np.ones_like(offered), 0
    with np.errstate(over="ignore", divide="ignore"):
        while open_rows.size:
            n += 1
            inverse = 1 + inverse * (n / offered)
            waiting = _waiting(n, offered, np.where(offered > 0, 1 / inverse, 0.0))
            enough = (waiting * shares).sum(axis=1) <= target
            if enough.any():
                needed[open_rows[enough]] = n
                open_rows, offered = open_rows[~enough], offered[~enough]
                shares, inverse = shares[~enough], inverse[~enough]
    return needed


def _waiting(servers: int, offered: FloatArray, lost: FloatArray) -> FloatArray:
    if servers == 0:
        return np.ones_like(offered)
    free = 1 - np.minimum(offered / servers, 1)
    return np.asarray(lost / (free + (1 - free) * lost))
