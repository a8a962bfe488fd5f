"""Hours of the day by name: 24 weights each, from the hour after midnight to the hour before it."""

UNTIL_NOON = (3.72, 1.89, 1.22, 0.67, 0.48, 0.40, 0.89, 1.99, 3.14, 4.58, 5.97, 5.86)
FROM_NOON = (4.88, 4.78, 5.36, 6.14, 5.29, 4.30, 4.53, 5.47, 7.10, 7.87, 7.59, 5.87)
"""Share of the day in %, from 28 010 Tmall orders stamped to the second, February 2020."""

HOURS: dict[str, tuple[float, ...]] = {
    "flat": (1.0,) * 24,
    "evening_retail": UNTIL_NOON + FROM_NOON,
    # Assumed: trucks are loaded from the morning on, most arrive after noon, none after 22:00.
    "working_day": (0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 6, 5, 4, 6, 7, 7, 6, 5, 4, 3, 2, 1, 0, 0),
    # Assumed: offices raise their errands in office hours, a few online in the evening.
    "office": (0, 0, 0, 0, 0, 0, 0, 1, 6, 10, 10, 7, 3, 6, 9, 9, 8, 4, 2, 1, 1, 1, 0, 0),
}
