"""Levels: how much is in line, in use or in stock, from one moment to the next."""

import numpy as np

from clearsim.trace.levels import Level, level, total


def ms(*moments: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(moments, dtype=np.int64)


def test_a_level_nets_what_goes_up_and_down_at_the_same_instant() -> None:
    found = level([(ms(5, 3, 5), 1), (ms(5, 9), -1)], end_ms=20)
    assert (found.at_ms.tolist(), found.value.tolist()) == ([3, 5, 9], [1, 2, 1])


def test_a_level_that_someone_passes_through_at_once_has_no_peak() -> None:
    assert level([(ms(5), 1), (ms(5), -1)], end_ms=20).peak() == 0


def test_the_area_under_a_level_is_cut_to_its_window() -> None:
    # 2 on [10, 20), 5 on [20, 30), 1 on [30, 50)
    steps = total([(ms(20, 10, 30), ms(3, 2, -4))], end_ms=50)
    assert steps.area() == 20 + 50 + 20
    assert steps.area(0, 10) == 0
    assert steps.area(15, 25) == 10 + 25
    assert steps.area(40, 99) == 10
    assert steps.mean() == 90 / 50


def test_a_level_is_0_before_its_first_moment_and_holds_its_last_until_the_end() -> None:
    assert total([(ms(10, 20), ms(2, 3))], end_ms=50).at(ms(9, 10, 19, 20, 49)).tolist() == [0, 2, 2, 5, 5]
    assert Level(ms(), ms(), 50).at(ms(0, 49)).tolist() == [0, 0]


def test_a_level_without_moments_has_no_area_no_peak_and_nothing_to_clear() -> None:
    empty = Level(ms(), ms(), 50)
    assert (empty.area(), empty.mean(), empty.peak(), empty.clears_ms()) == (0, 0, 0, 0)


def test_a_level_clears_from_the_first_of_two_equal_peaks() -> None:
    # 2 on [0, 10), 1 on [10, 20), 2 on [20, 30), then 0
    assert total([(ms(0, 10, 20, 30), ms(2, -1, 1, -2))], end_ms=50).clears_ms() == 30


def test_a_level_since_a_moment_begins_with_its_value_then() -> None:
    # 2 on [10, 20), 5 on [20, 30), 1 on [30, 50)
    steps = Level(ms(10, 20, 30), ms(2, 5, 1), 50)
    assert [part.tolist() for part in steps.since(25)[:2]] == [[25, 30], [5, 1]]
    assert [part.tolist() for part in steps.since(20)[:2]] == [[20, 30], [5, 1]]
    assert [part.tolist() for part in steps.since(5)[:2]] == [[10, 20, 30], [2, 5, 1]]
    assert (steps.since(25).area(), steps.since(25).mean(), steps.since(5).mean()) == (45, 45 / 25, 90 / 45)
    assert steps.since(40).peak() == 1
    assert Level(ms(), ms(), 50).since(20).mean() == 0
