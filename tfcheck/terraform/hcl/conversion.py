"""Converting values to types, and several values to one type, as Terraform does it.

What is not known of a value stays so. Where the type of what is not known decides whether numbers and booleans beside
it become strings, they become a Choice of the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tfcheck.records import replace
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import choose, each_of, for_each_arm
from tfcheck.terraform.hcl.equality import set_of
from tfcheck.terraform.hcl.values import (
    Choice,
    EvaluationFault,
    More,
    Value,
    boolean,
    list_of,
    mapping,
    null,
    number,
    sequence,
    string,
    unknown_from,
)
from tfcheck.values import Unknown


def convert(value: Value, target: t.Type) -> Value:
    """The value as this type. Raises EvaluationFault where there is no such conversion."""
    if target == t.ANY or (value.type == target and value.typed):
        return value
    if isinstance(value.content, Choice):
        return for_each_arm([value], lambda arms: convert(arms[0], target)).like(value)
    if value.content is None or isinstance(value.content, Unknown):
        if not t.convertible(value.type, target):
            raise EvaluationFault(f"{t.name(target)} required")
        content_type = t.concrete(target)
        return replace(value, type=value.type if content_type == t.ANY else content_type)
    return _convert_known(value, target).like(value)


def _convert_known(value: Value, target: t.Type) -> Value:
    content = value.content
    match target:
        case t.Primitive():
            return _PRIMITIVES[target.name](value)
        case t.ListType(element) | t.SetType(element) if isinstance(content, tuple):
            return _to_list(value, content, target, element)
        case t.TupleType(elements) if isinstance(content, tuple) and not isinstance(value.type, t.ListType | t.SetType):
            return _to_tuple(value, content, elements)
        case t.MapType(element) if isinstance(content, Mapping):
            return _to_map(value, content, element)
        case t.ObjectType() if isinstance(content, Mapping):
            return _to_object(value, content, target)
    raise EvaluationFault(f"{t.name(target)} required")


def to_string(value: Value) -> Value:
    """As a string: what a template makes of a value that is not null."""
    content = value.content
    if isinstance(content, bool):
        return string("true" if content else "false")
    if isinstance(content, numbers.Number):
        return string(numbers.text(content))
    if value.type == t.STRING:
        return value
    raise EvaluationFault("string required")


def _to_number(value: Value) -> Value:
    if value.type == t.NUMBER:
        return value
    if value.type != t.STRING:
        raise EvaluationFault("a number is required")
    known = text.as_text(value)
    if known is None:
        return unknown_from(value, type_=t.NUMBER)
    try:
        parsed = numbers.parse(known)
    except OverflowError:
        raise EvaluationFault("the number is out of bounds", limit=True) from None
    if parsed is None:
        raise EvaluationFault("a number is required")
    return number(parsed)


def _to_bool(value: Value) -> Value:
    if value.type == t.BOOL:
        return value
    if value.type != t.STRING:
        raise EvaluationFault("a bool is required")
    known = text.as_text(value)
    if known is None:
        return unknown_from(value, type_=t.BOOL)
    if known not in _BOOLEANS:
        raise EvaluationFault("a bool is required")
    return boolean(_BOOLEANS[known])


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_PRIMITIVES: dict[str, Callable[[Value], Value]] = {"string": to_string, "number": _to_number, "bool": _to_bool}


def _to_list(value: Value, content: tuple[Value, ...], target: t.Type, element: t.Type) -> Value:
    """A list, or a set, out of a list, set or tuple."""
    uncertain = value.rest
    if isinstance(value.type, t.SetType) and not value.known and not isinstance(target, t.SetType):
        # Its elements' order is not known.
        uncertain = unknown_from(value).content  # type: ignore[assignment]
    elements, made = unified(content, element, value, not isinstance(target, t.SetType))
    if isinstance(target, t.SetType):
        return set_of(elements, made, uncertain)
    return list_of(elements, made, uncertain, more_as(value.more, element))


def _to_map(value: Value, content: Mapping[str, Value], element: t.Type) -> Value:
    keys = sorted(content)
    elements, made = unified([content[key] for key in keys], element, value)
    members = dict(zip(keys, elements, strict=True))
    more = more_as(value.more, element)
    return Value(members, t.MapType(made), rest=value.rest, possible=value.possible, more=more)


def more_as(more: More | None, element: t.Type) -> More | None:
    """What may be there, as elements of a list or map of this type."""
    if more is None:
        return None
    loose = _holds_any(element)
    return each_of(more, lambda one: weakened(convert(one, element)) if loose else convert(one, element))


def unified(elements: Sequence[Value], element: t.Type, owner: Value, again: bool = True) -> tuple[list[Value], t.Type]:
    """The elements converted to an element type, and that type; where it holds `any`, what they unify to.

    again: are they, once converted, unified once more? Not those of a set.
    """
    if not elements and owner.rest is None:
        own = t.element_types(owner.type)[:1] if isinstance(owner.type, (t.ListType, t.SetType, t.MapType)) else ()
        if own and not t.convertible(own[0], element):
            raise EvaluationFault("elements of another type are required")
        return [], own[0] if own and element == t.ANY else t.concrete(element)
    converted = [convert(one, element) for one in elements]
    if not _holds_any(element):
        return converted, t.concrete(element)
    if owner.rest is not None or not all(one.typed or one.content is None for one in converted):
        return [weakened(one) for one in converted], t.ANY
    common = t.unify([one.type for one in converted])
    if common is None or (common == t.ANY and any(one.type != t.ANY for one in converted)):
        raise EvaluationFault("all elements must be of the same type")
    made = [convert(one, common) for one in converted]
    if common != t.ANY and _holds_any(common) and len({one.type for one in made}) > 1:
        made, common = _unified_again(made, again)
    return made, common


def _unified_again(made: list[Value], again: bool) -> tuple[list[Value], t.Type]:
    """Elements of types that a null of no type had in common with others; those may agree on one now."""
    common = t.unify([one.type for one in made]) if again else None
    made = made if common is None else [convert(one, common) for one in made]
    if common is None or len({one.type for one in made}) > 1:
        raise EvaluationFault("all elements must be of the same type")
    return made, made[0].type


def _holds_any(type_: t.Type) -> bool:
    return type_ == t.ANY or any(_holds_any(inner) for inner in t.element_types(type_))


def _to_tuple(value: Value, content: tuple[Value, ...], elements: tuple[t.Type, ...]) -> Value:
    if value.rest is not None:
        return unknown_from(value, type_=t.TupleType(elements))
    if len(content) != len(elements):
        raise EvaluationFault("a tuple of another length is required")
    return sequence(convert(one, element) for one, element in zip(content, elements, strict=True))


def _to_object(value: Value, content: Mapping[str, Value], target: t.ObjectType) -> Value:
    """Attributes that the type does not have are dropped; optional ones that are missing are null."""
    members: dict[str, Value] = {}
    for key, attribute in target.attributes:
        if key in content:
            members[key] = convert(content[key], attribute)
        elif value.rest is not None and value.may_have(key):
            members[key] = Value(value.rest, t.concrete(attribute))
        elif key in target.optional:
            members[key] = null(t.concrete(attribute))
        else:
            raise EvaluationFault(f'the attribute "{key}" is required')
    return mapping(members)


def weakened(value: Value) -> Value:
    """A value that may yet be converted to the type of something unknown: numbers and booleans may become strings."""
    content = value.content
    if isinstance(content, Choice):
        return for_each_arm([value], lambda arms: weakened(arms[0])).like(value)
    if isinstance(content, (bool, numbers.Number)):
        why = Unknown("whether it becomes a string depends on a value that is not known")
        return choose([value, replace(to_string(value), places=value.places)], why).like(value)
    if isinstance(content, tuple):
        more = each_of(value.more, weakened)
        return replace(value, content=tuple(weakened(one) for one in content), type=t.ANY, more=more)
    if isinstance(content, dict):
        members, more = {key: weakened(one) for key, one in content.items()}, each_of(value.more, weakened)
        return replace(value, content=members, type=t.ANY, more=more)
    return value


def unify_two(value: Value, other: Value) -> Value:
    """A value converted to the type that it has in common with another one, as the arms of a conditional are.

    Raises EvaluationFault where they have none.
    """
    if _is_bare_null(other) or (value.type == other.type and value.typed and other.typed):
        return value
    if _is_bare_null(value):
        return null(other.type).like(value) if other.typed else value
    if value.typed and other.typed:
        common = t.unify([value.type, other.type])
        if common is None:
            raise EvaluationFault("the results of a conditional must have one type")
        return convert(value, common)
    return _unify_parts(value, other)


def _unify_parts(value: Value, other: Value) -> Value:
    """Where a type is not certain, members that both have are unified one by one."""
    mine, yours = value.content, other.content
    if value.rest is not None or other.rest is not None:
        return weakened(value)
    match value.type, other.type, mine, yours:
        case t.ObjectType(), t.ObjectType(), dict(), dict() if mine.keys() == yours.keys():
            unified_members = mapping({key: unify_two(one, yours[key]) for key, one in mine.items()})
        case t.TupleType(), t.TupleType(), tuple(), tuple() if len(mine) == len(yours):
            unified_members = sequence(unify_two(one, its) for one, its in zip(mine, yours, strict=True))
        case _:
            return weakened(value)
    return replace(value, content=unified_members.content, type=unified_members.type)


def _is_bare_null(value: Value) -> bool:
    return value.content is None and value.type == t.ANY
