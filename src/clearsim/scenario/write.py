"""A scenario's tree written back as YAML, every source beside its value."""

import io
from typing import Any

from ruamel.yaml import YAML

from clearsim.scenario.problems import Path
from clearsim.scenario.provenance import Origin, Provenance
from clearsim.scenario.source import Node


def written(root: Node, provenance: Provenance) -> str:
    """The YAML text; it reads back to the same data and the same provenance."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 120
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel says None
    stream = io.StringIO()
    yaml.dump(_with_sources(root, (), provenance), stream)
    return stream.getvalue()


def _with_sources(node: Node, path: Path, provenance: Provenance) -> Any:
    origin = provenance.own.get(path, Origin())
    beside = {key: value for key, value in vars(origin).items() if value}
    if isinstance(node.content, dict):
        inside = {key: _with_sources(e.node, (*path, key), provenance) for key, e in node.content.items()}
        return inside | beside
    value: Any = node.content
    if isinstance(node.content, list):
        value = [_with_sources(item, (*path, index), provenance) for index, item in enumerate(node.content)]
    return {"value": value} | beside if beside else value
