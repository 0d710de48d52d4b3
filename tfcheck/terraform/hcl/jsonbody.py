"""Blocks in JSON as bodies: their strings as templates, their objects as nested blocks where HCL would have those."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from tfcheck.records import dataclass, fields, replace
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.jsonsyntax import (
    COMMENT,
    Array,
    Entry,
    Json,
    Member,
    Object,
    Text,
    contents,
    is_null,
    members,
)
from tfcheck.terraform.hcl.syntax import parse_expression, parse_template

T = TypeVar("T")

# Only the provider's schema tells an object that is an attribute from a nested block. In a resource all are taken for
# blocks, but for these maps; nothing refers to a block's members as to known values.
_MAPS = frozenset(
    {"driver_opts", "for_each", "input", "keepers", "labels", "options", "properties", "tags", "tags_all", "triggers"}
    | {"triggers_replace", "vars"}
)
# Where these are null or empty, there is no such block, and so nothing that replaces those of other files.
_BLOCKS = frozenset(
    {"auto_scaling_group_provider", "capacity_provider_strategy", "configuration", "default_capacity_provider_strategy"}
    | {"deployment_circuit_breaker", "deployment_configuration", "deployment_controller", "docker_volume_configuration"}
    | {"default_tags", "efs_volume_configuration", "ephemeral_storage", "execute_command_configuration", "lifecycle"}
    | {"load_balancer", "managed_scaling", "network_configuration", "placement_constraints", "primary_container"}
    | {"runtime_platform", "service_connect_configuration", "service_registries", "setting", "volume"}
    | {"authorization_config", "fsx_windows_file_server_volume_configuration", "volume_configuration"}
)

_ALWAYS_BLOCKS = {
    "resource": "lifecycle",
    "data": "lifecycle",
    "module": "lifecycle",
    "terraform": "required_providers",
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a kind of block is read. nested: are objects in it nested blocks? block: the name that is one in any case.

    variable: are its strings no templates, and does `type` hold an expression?
    """

    nested: bool = False
    block: str = ""
    variable: bool = False


def body_of(entry: Entry) -> tree.Body:
    """The body of a block, whose nodes have their places in the JSON text. Raises SyntaxFault."""
    kind, labels = entry.span.type, entry.span.labels
    nested = kind in ("data", "provider") or (kind == "resource" and not labels[0].startswith("awscc_"))
    return _body(entry.content, _Shape(nested, _ALWAYS_BLOCKS.get(kind, ""), kind == "variable"))


def _body(content: Object, shape: _Shape) -> tree.Body:
    attributes: dict[str, tree.Attribute] = {}
    duplicates: list[tree.Attribute] = []
    blocks: list[tree.Block] = []
    dynamic = {one.name.value for one in _dynamic_members(content)} if shape.nested else set()
    for member in content.members:
        name = member.name.value
        if name == COMMENT or ((name in dynamic or name in _BLOCKS) and shape.nested and _is_empty(member.value)):
            continue
        if shape.nested and name == "dynamic":
            blocks += _dynamic(member, shape)
        elif _is_block(member, shape):
            blocks += _blocks(member, lambda content: _body(content, shape))
        else:
            made = _attribute(member, shape, duplicates)
            if attributes.setdefault(name, made) is not made:
                duplicates.append(made)
    return tree.Body(attributes, tuple(blocks), tuple(duplicates), content.start + 1, content.end - 1)


def _is_empty(value: Json) -> bool:
    return is_null(value) or (isinstance(value, Array) and not value.items)


def _is_block(member: Member, shape: _Shape) -> bool:
    name, value = member.name.value, member.value
    if name in _MAPS or not (shape.nested or (shape.block and name == shape.block)):
        return False
    items = value.items if isinstance(value, Array) else (value,)
    return bool(items) and all(isinstance(item, (Object, Array)) for item in items)


def _blocks(member: Member, make: Callable[[Object], tree.Body], type_: str = "", *labels: str) -> Iterator[tree.Block]:
    for start, content in _checked(lambda faults: contents(member.name, member.value, faults)):
        end = member.name.end if start == member.name.start else start + 1
        yield tree.Block(type_ or member.name.value, labels, make(content), start, end, content.end)


def _dynamic_members(content: Object) -> Iterator[Member]:
    for member in content.members:
        if member.name.value == "dynamic":
            yield from _checked(lambda faults, value=member.value: members(value, faults))  # type: ignore[misc]


def _dynamic(member: Member, shape: _Shape) -> Iterator[tree.Block]:
    for inner in _checked(lambda faults: members(member.value, faults)):
        yield from _blocks(inner, lambda content: _dynamic_body(content, shape), "dynamic", inner.name.value)


def _dynamic_body(content: Object, shape: _Shape) -> tree.Body:
    """The body of a dynamic block, where only `content` is a block."""
    rest = tuple(one for one in content.members if one.name.value != "content")
    inner = [one for one in content.members if one.name.value == "content"]
    plain = _body(replace(content, members=rest), _Shape())
    made = (block for one in inner for block in _blocks(one, lambda content: _body(content, shape)))
    return replace(plain, blocks=tuple(made))


def _checked(read: Callable[[list[tree.SyntaxFault]], Iterator[T]]) -> list[T]:
    """All that this reads; raises the first fault that it finds."""
    faults: list[tree.SyntaxFault] = []
    found = list(read(faults))
    if faults:
        raise faults[0]
    return found


def _attribute(member: Member, shape: _Shape, duplicates: list[tree.Attribute]) -> tree.Attribute:
    name, value = member.name, member.value
    if shape.variable and name.value == "type" and isinstance(value, Text):
        expression = _placed(parse_expression, value)
    else:
        expression = _expression(value, shape.variable, duplicates)
    return tree.Attribute(name.value, expression, name.start, name.end, value.end)


def _expression(value: Json, literal: bool, duplicates: list[tree.Attribute]) -> tree.Expression:
    match value:
        case Text():
            return _template(value, literal)
        case Array(items):
            return tree.Tuple(tuple(_expression(one, literal, duplicates) for one in items), value.start, value.end)
        case Object(members=inner):
            return _object(value, inner, literal, duplicates)
        case _:
            return value


def _object(
    value: Object, inner: tuple[Member, ...], literal: bool, duplicates: list[tree.Attribute]
) -> tree.Expression:
    """Of equal keys, which Terraform refuses, the first one counts."""
    items: dict[str, tree.ObjectItem] = {}
    for member in inner:
        name, end = member.name, member.value.end
        made = _expression(member.value, literal, duplicates)
        if name.value in items:
            duplicates.append(tree.Attribute(name.value, made, name.start, name.end, end))
        else:
            items[name.value] = tree.ObjectItem(_template(name, literal), made, name.start, end)
    return tree.Object(tuple(items.values()), value.start, value.end)


def _template(text: Text, literal: bool) -> tree.Template:
    value = text.value
    if not literal and ("${" in value or "%{" in value):
        return replace(_placed(parse_template, text), start=text.start, end=text.end)
    part = tree.Text(value if value.isascii() else unicodedata.normalize("NFC", value), text.start + 1, text.end - 1)
    return tree.Template((part,) if value else (), text.start, text.end)


def _placed(parse: Callable[[str], T], text: Text) -> T:
    """What parsing the value of a string gives, with the places of the string. Raises SyntaxFault."""
    try:
        return _moved(parse(text.value), text)  # type: ignore[no-any-return]
    except tree.SyntaxFault as fault:
        raise tree.SyntaxFault(fault.message, text.offset(fault.offset)) from None
    except RecursionError:
        raise tree.SyntaxFault("it is nested too deeply", text.start) from None


def _moved(node: Any, text: Text) -> Any:
    """A part of a tree, its offsets into the value of a string made such into the file."""
    if isinstance(node, tuple):
        return tuple([_moved(one, text) for one in node])
    if not hasattr(node, "start"):
        return node
    made = {one.name: _moved(getattr(node, one.name), text) for one in fields(node)}
    return replace(node, **{**made, "start": text.offset(node.start), "end": text.offset(node.end)})
