"""How often something may happen by chance."""

from scipy.stats import binom


def as_often_as(share: float, happened: int, trials: int, sure: float = 0.999) -> bool:
    """Whether so many of the trials are within what a probability of `share` gives in 99.9 % of all tests."""
    low, high = binom.interval(sure, trials, share)
    return bool(low <= happened <= high)


def at_least_as_often_as(share: float, happened: int, trials: int, sure: float = 0.999) -> bool:
    """Whether so many of the trials do not speak against a probability of `share` or more."""
    return bool(happened >= binom.ppf(1 - sure, trials, share))
