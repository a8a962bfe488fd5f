"""Where the project's own files lie."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
"""Every scenario that ships with clearsim."""
