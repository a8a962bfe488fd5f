"""A scenario's tree written back as YAML, every source beside its value."""

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from clearsim.located.problems import Path
from clearsim.located.provenance import Origin, Provenance
from clearsim.located.source import Node


def written(root: Node, provenance: Provenance) -> str:
    """The YAML text; it reads back to the same data and the same provenance."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
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


class _Representer(SafeRepresenter):
    """Quotes what other readers of YAML would take for something else than text."""


_MISREAD = re.compile(r"[\d:.-]+|yes|no|on|off|y|n", re.IGNORECASE)
"""In YAML 1.1 17:00 is 1020 and `no` is false."""


def _text(representer: SafeRepresenter, text: str) -> ScalarNode:
    # Unusual line ends are escaped inside double quotes; elsewhere ruamel folds them.
    plain = (text.isprintable() or set(text) <= {"\n"}) and not _MISREAD.fullmatch(text)
    style = None if plain else '"'
    node: ScalarNode = representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Representer.add_representer(str, _text)
