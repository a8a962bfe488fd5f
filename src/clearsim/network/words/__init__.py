"""A network's parts in a few words each: what its drawings and its page say."""

from clearsim.network.words.flows import (
    arrivals,
    attribute_label,
    attributes,
    conditions,
    details,
    late_fee,
    object_of,
    slots_taken,
    verb,
)
from clearsim.network.words.places import (
    adjustments,
    capacity,
    irregular,
    label_of,
    on_duty,
    place_of,
    staffing,
    timetable,
)
from clearsim.network.words.quantities import between, time_in_words

__all__ = [
    "adjustments",
    "arrivals",
    "attribute_label",
    "attributes",
    "between",
    "capacity",
    "conditions",
    "details",
    "irregular",
    "label_of",
    "late_fee",
    "object_of",
    "on_duty",
    "place_of",
    "slots_taken",
    "staffing",
    "time_in_words",
    "timetable",
    "verb",
]
