"""Where the project's own files lie."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
TINY = SCENARIOS / "tiny.yaml"
ORDINARY_DAY = SCENARIOS / "ordinary-day.yaml"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
"""Every scenario that ships with clearsim."""
