"""`terraform show -json` of a state -> blocks: what is deployed, every value known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tfcheck.errors import Problem
from tfcheck.inputs import Resource
from tfcheck.terraform.block import Block, Node, ProviderConfiguration, Reading, Source
from tfcheck.terraform.configuration import mapping
from tfcheck.terraform.plan import ECS_TYPES
from tfcheck.terraform.unknown import Planned

_PROVIDER = ProviderConfiguration("", Node(None))


def read_state(path: str, document: Mapping[str, Any]) -> Reading:
    """The resources of the state; deposed objects, which are about to go, are left out."""
    blocks: list[Block] = []
    problems: list[Problem] = []
    for row in _rows(mapping(document.get("values")).get("root_module"), document.get("values")):
        made = _row(path, row)
        if isinstance(made, Problem):
            problems.append(made)
        elif made is not None:
            blocks.append(made)
    version = document.get("terraform_version")
    source = Source(path, "state", version if isinstance(version, str) else None)
    return Reading(source, tuple(blocks), tuple(problems))


def _rows(root: object, values: object) -> Iterator[object]:
    """The resources of a module and of all modules below it; in place of what has another shape, that itself."""
    if values is not None and not isinstance(values, dict):
        yield values
    waiting = [] if root is None else [root]
    while waiting:
        module = waiting.pop()
        if not isinstance(module, dict):
            yield module
            continue
        for key, found in (("resources", module.get("resources")), ("child_modules", module.get("child_modules"))):
            if found is not None and not isinstance(found, list):
                yield found
            elif key == "resources":
                yield from found or ()
            else:
                waiting += found or []


def _row(path: str, row: object) -> Block | Problem | None:
    found = mapping(row)
    kind, name, values = found.get("type"), found.get("address"), found.get("values")
    other = isinstance(kind, str) and not kind.startswith(ECS_TYPES)
    if other or found.get("mode") == "data" or found.get("deposed_key") is not None:
        return None
    if not isinstance(kind, str) or not isinstance(name, str) or not isinstance(values, dict):
        where = name if isinstance(name, str) else "one without an address"
        return Problem("error", path, f"a resource was not read, it needs address, type and values: {where}")
    attribute = Planned(values, None, found.get("sensitive_values")).attribute
    return Block(Resource(name, kind), _PROVIDER, attribute, lambda _: ())
