"""Values as the nodes that adapters read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tfcheck.terraform.block import Node
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.values import Choice, Encoded, Text, Value, why_unknown
from tfcheck.values import OneOf, Unknown


def to_node(value: Value, in_json: bool = False) -> Node:
    """The node of a value: its nearest place, its mark, and why a list or map may have more members.

    A string with holes is unknown. JSON that is still encoded is what it encodes, as adapters take lists and objects
    for their text too; in_json: it is a part of such. Null is the same as absent there, so that the keys that may yet
    be there, where they are known, become members of unknown values. A Choice is a OneOf of scalars; among lists or
    objects of one shape it is made by member.
    """
    content = value.content
    if isinstance(content, Choice):
        node = _one_of([to_node(arm, in_json) for arm in content.arms], content.unknown)
        return _inside(node, value)
    if isinstance(content, Encoded):
        node = to_node(content.value, in_json=True)
        return _inside(node, value)
    if in_json and value.possible is not None and isinstance(content, Mapping):
        perhaps = Node(value.rest, value.location, value.sensitive)
        keys = sorted({*content, *value.possible})
        members = {key: to_node(content[key], in_json) if key in content else perhaps for key in keys}
        return Node(members, value.location, value.sensitive)
    return Node(_plain(value, in_json), value.location, value.sensitive, value.rest, origins=value.places[1:])


def _inside(node: Node, value: Value) -> Node:
    """The node of what is in a value, in the places of that if it has any."""
    location, origins = (value.location, value.places[1:]) if value.places else (node.location, node.origins)
    return Node(node.value, location, node.sensitive or value.sensitive, node.rest, origins=origins)


def _plain(value: Value, in_json: bool) -> object:
    content = value.content
    if isinstance(content, tuple):
        return tuple(to_node(one, in_json) for one in content)
    if isinstance(content, Mapping):
        if value.rest is not None and not isinstance(content, dict):
            return value.rest  # a whole resource, which may hold itself
        return {key: to_node(one, in_json) for key, one in content.items()}
    if isinstance(content, Text):
        known = text.as_text(value)
        return why_unknown(value) if known is None else known
    return float(content) if isinstance(content, Fraction) else content


def _one_of(arms: Sequence[Node], why: Unknown) -> Node:
    sensitive = any(arm.sensitive for arm in arms)
    location = next((arm.location for arm in arms if arm.location is not None), None)
    mappings = [arm.value for arm in arms if isinstance(arm.value, Mapping)]
    lists = [arm.value for arm in arms if isinstance(arm.value, tuple)]
    rests = [arm.rest for arm in arms if arm.rest is not None]
    if len(mappings) == len(arms):
        common = [key for key in mappings[0] if all(key in one for one in mappings)]
        more = rests[0] if rests else why if any(len(one) > len(common) for one in mappings) else None
        members = {key: _one_of([one[key] for one in mappings], why) for key in common}
        return Node(members, location, sensitive, more)
    if len(lists) == len(arms):
        if rests or len({len(one) for one in lists}) > 1:
            return Node((), location, sensitive, rests[0] if rests else why)
        return Node(tuple(_one_of(row, why) for row in zip(*lists, strict=True)), location, sensitive)
    return Node(why if mappings or lists else _scalars(arms, why), location, sensitive)


def _scalars(arms: Sequence[Node], why: Unknown) -> object:
    values: list[object] = []
    for arm in arms:
        if isinstance(arm.value, Unknown):
            return arm.value
        values.extend(arm.value.values if isinstance(arm.value, OneOf) else (arm.value,))
    distinct = list({(type(one), one): one for one in values}.values())
    return OneOf(tuple(distinct), why) if len(distinct) > 1 else distinct[0]
