"""Values as the nodes that adapters read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tfcheck.records import dataclass, replace
from tfcheck.terraform.block import Node
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.choices import in_common
from tfcheck.terraform.hcl.values import NULL, Choice, Encoded, More, Text, Value, why_unknown
from tfcheck.values import OneOf, Unknown


@dataclass(slots=True)
class Made:
    """What an attribute is for all instances of its block: its value and, once they were asked for, its nodes.

    decoded: that of the JSON which a string holds. It keeps the attribute, whose identity is what it is found by.
    """

    attribute: tree.Attribute
    value: Value
    node: Node | None = None
    decoded: Node | None = None


def to_node(value: Value, in_json: bool = False) -> Node:
    """The node of a value: its nearest place, its mark, and why a list or map may have more members.

    A string with holes is unknown. JSON that is still encoded is what it encodes, as adapters take lists and objects
    for their text too; in_json: it is a part of such. Null is the same as absent there, so that the keys that may yet
    be there, where they are known, become members of unknown values. A Choice is a OneOf of scalars; of lists or
    objects it is what all of them have in common, by member.
    """
    content = value.content
    if isinstance(content, Choice):
        return _inside(_of_choice(content, in_json), value)
    if isinstance(content, Encoded):
        node = to_node(content.value, in_json=True)
        return _inside(node, value)
    if in_json and value.possible is not None and isinstance(content, Mapping):
        unknown = Node(value.rest, value.location, value.sensitive)
        keys = sorted({*content, *value.possible})
        members = {key: to_node(content[key], in_json) if key in content else unknown for key in keys}
        return Node(members, value.location, value.sensitive)
    node = Node(_plain(value, in_json), value.location, value.sensitive, value.rest, origins=value.places[1:])
    return node if value.more is None else _with_more(node, value.more, in_json)


def _with_more(node: Node, more: More, in_json: bool) -> Node:
    """The node of a list or map with what may be there, and of a map with whether something is."""
    if isinstance(node.value, dict):
        return replace(node, nameless=bool(more.there))
    perhaps = None if more.perhaps is None else tuple(to_node(one, in_json) for one in more.perhaps)
    return replace(node, perhaps=perhaps)


def _of_choice(choice: Choice, in_json: bool) -> Node:
    """The node of one of several values: a OneOf of scalars, and of others what all of them have in common."""
    if any(isinstance(arm.content, (tuple, Mapping, Encoded)) for arm in choice.arms):
        node = to_node(in_common(choice.arms, choice.unknown, NULL if in_json else None), in_json)
        are_lists = isinstance(node.value, tuple)
        return replace(node, arms=tuple(to_node(arm, in_json) for arm in choice.arms)) if are_lists else node
    return _scalars([to_node(arm) for arm in choice.arms], choice.unknown)


def _inside(node: Node, value: Value) -> Node:
    """The node of what is in a value, in the places of that if it has any."""
    location, origins = (value.location, value.places[1:]) if value.places else (node.location, node.origins)
    return replace(node, location=location, sensitive=node.sensitive or value.sensitive, origins=origins)


def _plain(value: Value, in_json: bool) -> object:
    content = value.content
    if isinstance(content, str):
        return content
    if isinstance(content, tuple):
        return tuple(to_node(one, in_json) for one in content)
    if isinstance(content, Mapping):
        if value.rest is not None and not isinstance(content, dict):
            return value.rest  # a whole resource, which may hold itself
        # jsonencode sorts keys; of several spellings of a name the provider takes the last one.
        return {key: to_node(content[key], in_json) for key in (sorted(content) if in_json else content)}
    if isinstance(content, Text):
        known = text.as_text(value)
        return why_unknown(value) if known is None else known
    return float(content) if isinstance(content, Fraction) else content


def _scalars(arms: Sequence[Node], why: Unknown) -> Node:
    sensitive = any(arm.sensitive for arm in arms)
    location = next((arm.location for arm in arms if arm.location is not None), None)
    distinct: dict[object, object] = {}
    for arm in arms:
        if isinstance(arm.value, Unknown):
            return Node(arm.value, location, sensitive)
        for one in arm.value.values if isinstance(arm.value, OneOf) else (arm.value,):
            distinct[type(one), one] = one
    values = tuple(distinct.values())
    return Node(OneOf(values, why) if len(values) > 1 else values[0], location, sensitive)
