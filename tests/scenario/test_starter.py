"""The scenario that `clearsim new` writes."""

import re
from importlib.resources import files

from clearsim.scenario import loads


def test_the_examples_that_the_starter_comments_out_load_together() -> None:
    text = (files("clearsim.scenario") / "starter.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^# (disruptions:|compare:|prices:|labour:|  - \{|  \w+: [{C1-9])", r"\1", text)
    loaded = loads(re.sub(r"(?m)^  # (staffing:|  - \{)", r"  \1", text))
    assert len(loaded.scenario.disruptions) == 4
    assert len(loaded.variants) == 3
    assert loaded.scenario.prices is not None
    assert loaded.scenario.prices.overtime == 1.5
    assert [rule.kind for rule in loaded.scenario.policy.staffing] == ["backlog", "proportional"]
    assert loaded.scenario.labour is not None
