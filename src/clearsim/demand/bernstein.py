"""Polynomials on [0, 1] in Bernstein form, many at once: shape (polynomials, degree + 1).

The coefficients of a rate are never negative in this form, and neither are those of products and weighted sums of
rates. No rounding can then make a cumulative rate fall (Farouki 2012, *Computer Aided Geometric Design* 29).
"""

from itertools import pairwise
from math import comb

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
ROUNDS = 64
"""After this many halvings, an interval within [0, 1] is shorter than floating point resolves."""
CLOSE = 1e-14
"""A root is found when a round changes it by less."""


def times(one: FloatArray, other: FloatArray) -> FloatArray:
    """The products, row by row; where one of them has a single row, it multiplies all rows of the other."""
    n, m = one.shape[1] - 1, other.shape[1] - 1
    result = np.zeros((max(len(one), len(other)), n + m + 1))
    for i in range(n + 1):
        for j in range(m + 1):
            result[:, i + j] += comb(n, i) * comb(m, j) * (one[:, i] * other[:, j])
    # Whole numbers first and one division last: a product of ones is exactly 1.
    return np.asarray(result / [comb(n + m, k) for k in range(n + m + 1)])


def raised(polynomial: FloatArray, degree: int) -> FloatArray:
    """The same polynomials with the coefficients of a higher degree."""
    return times(polynomial, np.ones((1, degree + 2 - polynomial.shape[1])))


def integral(polynomial: FloatArray) -> FloatArray:
    """The integrals from 0 on, one degree higher; the last coefficient is the integral over [0, 1]."""
    below = np.zeros((len(polynomial), 1))
    return np.asarray(np.concatenate([below, np.cumsum(polynomial, axis=1)], axis=1) / polynomial.shape[1])


def derivative(polynomial: FloatArray) -> FloatArray:
    """The derivatives, one degree lower."""
    return np.asarray(np.diff(polynomial, axis=1) * (polynomial.shape[1] - 1))


def value(polynomial: FloatArray, at: FloatArray) -> FloatArray:
    """The value of each polynomial at its own point (de Casteljau's algorithm): shape (polynomials,)."""
    columns = list(polynomial.T)
    while len(columns) > 1:
        columns = [left + (right - left) * at for left, right in pairwise(columns)]
    return np.asarray(columns[0])


def root(rising: FloatArray, level: FloatArray, guess: FloatArray) -> FloatArray:
    """Where each `rising` polynomial reaches its `level`: shape (polynomials,).

    Newton's method, with a halving of the interval where a step leaves it.
    """
    at, low, high = guess, np.zeros(len(guess)), np.ones(len(guess))
    slope = derivative(rising)
    for _ in range(ROUNDS):
        above = value(rising, at) - level
        low, high = np.where(above <= 0, at, low), np.where(above > 0, at, high)
        with np.errstate(divide="ignore", invalid="ignore"):  # a slope of 0 leaves the bracket too
            step = at - above / value(slope, at)
        at, before = np.where((step >= low) & (step <= high), step, (low + high) / 2), at
        if np.abs(at - before).max(initial=0.0) < CLOSE:
            break
    return at
