"""A planned value laid over what was written: the plan decides, the sources know places, and what the plan lost.

Usually one part that is known after apply makes the whole text of container_definitions unknown in the plan, although
everything else of it stands in the sources.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from tfcheck.records import replace
from tfcheck.terraform.block import Node
from tfcheck.values import SourceLocation, Unknown

# What names a member of a list whose order the provider changes.
_NAMES = ("name", "capacity_provider", "key")

# Takes the place at which the sources say something else than the plan.
Differ = Callable[[SourceLocation], object]


def merged(planned: Node, written: Node, differ: Differ) -> Node:
    """The planned value where it is known, in the places of the written one; else what is written, as far as known.

    What the plan calls unknown because nothing was written stays so, whatever the sources say: they may be others.
    """
    value = planned.value
    location = written.location or planned.location
    sensitive = planned.sensitive or written.sensitive
    node = replace(planned, location=location, sensitive=sensitive, origins=written.origins)
    if isinstance(value, Unknown):
        return _unknown(node, value, written, differ)
    if isinstance(value, dict):
        return replace(node, value=_members(planned, list(value), written, differ))
    if isinstance(value, (list, tuple)):
        pairs = _paired(planned.elements(), written)
        return replace(node, value=tuple(merged(one, other, differ) for one, other in pairs))
    if isinstance(value, str) and (written.decode is not None or isinstance(written.value, (list, tuple, dict))):
        return replace(node, decode=lambda: _decoded(node, written, differ))
    if location is not None and _differs(value, written.value):
        differ(location)
    return node


def _unknown(node: Node, value: Unknown, written: Node, differ: Differ) -> Node:
    if node.omitted or (isinstance(written.value, Unknown) and written.decode is None):
        return node
    if written.omitted and value.references:
        # The plan was made of sources that do write it: what these leave out says nothing.
        if node.location is not None:
            differ(node.location)
        return node
    if written.value is None:
        # It was not written, or as null: the provider computes it.
        return replace(node, omitted=written.rest is None)
    return replace(written, location=node.location, sensitive=node.sensitive)


def _members(planned: Node, names: Iterable[str], written: Node, differ: Differ) -> dict[str, object]:
    """Each member with the written one of its name, in any case; one that the provider leaves out keeps its place."""
    known = written.value if isinstance(written.value, dict) else {}
    spelled = {str(name).casefold(): name for name in known}
    found: dict[str, object] = {}
    for name in names:
        other = written.member(spelled.pop(str(name).casefold(), name))
        found[name] = merged(planned.member(name), other, differ)
    for name in spelled.values():
        found[name] = merged(planned.member(name), written.member(name), differ)
    return found


def _paired(planned: Sequence[Node], listed: Node) -> list[tuple[Node, Node]]:
    """Each planned element with the written one of its name, else with the next one that has none or may be there.

    In the order in which they were written, if all have names: the provider sorts them.
    """
    written = (*listed.elements(), *listed.possible_elements())
    named: dict[object, list[int]] = {}
    for place, node in enumerate(written):
        named.setdefault(_name(node), []).append(place)
    found: list[tuple[int, Node]] = []
    for node in planned:
        same = named.get(_name(node)) or named.get(None) or []
        chosen = next((place for place in same if _agree(node, written[place])), same[0] if same else len(written))
        if same:
            same.remove(chosen)
        found.append((chosen, node))
    if all(place < len(written) and _name(written[place]) is not None for place, _ in found):
        found.sort(key=lambda one: one[0])
    nothing = Node(None) if listed.pattern is None else listed.pattern()
    return [(node, written[place] if place < len(written) else nothing) for place, node in found]


def _agree(planned: Node, written: Node) -> bool:
    """Is there nothing in the two that both know and that is not the same?"""
    if not isinstance(planned.value, dict) or not isinstance(written.value, dict):
        return True
    common = planned.value.keys() & written.value.keys()
    return not any(_differs(planned.member(name).value, written.member(name).value) for name in common)


def _name(node: Node) -> object:
    """What the element is called; None where it has no name, or it is not known."""
    if not isinstance(node.value, dict):
        return None
    spelled = {str(name).casefold(): name for name in node.value}
    names = (node.member(spelled[name]).value for name in _NAMES if name in spelled)
    return next((name for name in names if isinstance(name, str)), None)


def _decoded(planned: Node, written: Node, differ: Differ) -> Node:
    """The JSON of the planned text, over that of the written one."""
    inside = written.decode() if written.decode is not None else written
    try:
        value = json.loads(str(planned.value))
    except (ValueError, RecursionError):
        return replace(planned, value=Unknown("it is not JSON, which the provider refuses"), decode=None)
    return merged(Node(value, planned.location, planned.sensitive), inside, differ)


def _differs(planned: object, written: object) -> bool:
    """Do both know the value, and is it not the same in any spelling?"""
    scalars = (str, int, float)
    if not isinstance(planned, scalars) or not isinstance(written, scalars):
        return False
    return _spelled(planned) != _spelled(written)


def _spelled(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).casefold()
