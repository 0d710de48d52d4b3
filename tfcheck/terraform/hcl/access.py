"""Steps into a value: attributes, indices, and the members that `for` and splats go through."""

from __future__ import annotations

from collections.abc import Mapping

from tfcheck.records import replace
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import for_each_arm
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import is_certain
from tfcheck.terraform.hcl.values import (
    Choice,
    Encoded,
    EvaluationFault,
    Text,
    Value,
    number,
    sequence,
    string,
    unknown_from,
)
from tfcheck.values import Unknown


def attribute(value: Value, name: str) -> Value:
    """`value.name`. Raises EvaluationFault."""
    content = value.content
    if isinstance(content, Choice):
        return for_each_arm([value], lambda arms: attribute(arms[0], name)).mark(value.sensitive)
    if isinstance(content, Mapping):
        return _member(value, content, name)
    if isinstance(content, Unknown):
        return _unknown_member(value, name)
    if content is None:
        raise EvaluationFault("an attribute of null")
    raise EvaluationFault(f"a value of type {t.name(value.type)} has no attributes")


def index(value: Value, key: Value) -> Value:
    """`value[key]`. Raises EvaluationFault."""
    if isinstance(value.content, Choice) or isinstance(key.content, Choice):
        return for_each_arm([value, key], lambda arms: index(*arms)).mark(value.sensitive or key.marked)
    if value.content is None or key.content is None:
        raise EvaluationFault("an index of null, or null as an index")
    found = _index(value, key)
    return found.mark(key.marked)


def _index(value: Value, key: Value) -> Value:
    content = value.content
    if isinstance(content, Unknown):
        return _unknown_element(value, key)
    if isinstance(content, Mapping):
        name = convert(key, t.STRING)
        known = text.as_text(name)
        return unknown_from(value, key, type_=_element(value)) if known is None else _member(value, content, known)
    if not isinstance(content, tuple) or isinstance(value.type, t.SetType):
        raise EvaluationFault(f"a value of type {t.name(value.type)} has no indices")
    place = convert(key, t.NUMBER).content
    if isinstance(place, Unknown):
        return unknown_from(value, key, type_=_element(value))
    if not isinstance(place, int) or place < 0 or (place >= len(content) and value.rest is None):
        raise EvaluationFault("there is no such element")
    if value.rest is not None:
        return unknown_from(value, type_=_element(value))
    return content[place].mark(value.sensitive)


def _member(value: Value, content: Mapping[str, Value], name: str) -> Value:
    if name in content:
        return content[name].mark(value.sensitive)
    if value.rest is not None and value.may_have(name):
        return Value(value.rest, _element(value), value.sensitive)
    raise EvaluationFault("there is no such attribute or key")


def _unknown_member(value: Value, name: str) -> Value:
    """The attribute of an unknown, of which the type may be known."""
    match value.type:
        case t.ObjectType():
            if name not in value.type.by_name:
                raise EvaluationFault("there is no such attribute or key")
            return replace(value, type=value.type.by_name[name])
        case t.MapType(element):
            return replace(value, type=element)
        case t.ANY:
            return value
    raise EvaluationFault(f"a value of type {t.name(value.type)} has no attributes")


def _unknown_element(value: Value, key: Value) -> Value:
    match value.type:
        case t.ObjectType():
            name = text.as_text(convert(key, t.STRING))
            return _unknown_member(value, name) if name is not None else replace(value, type=t.ANY)
        case t.ListType(element) | t.MapType(element):
            return replace(value, type=element)
        case t.TupleType(elements):
            place = convert(key, t.NUMBER).content
            inside = isinstance(place, int) and 0 <= place < len(elements)
            if not inside and not isinstance(place, Unknown):
                raise EvaluationFault("there is no such element")
            return replace(value, type=elements[place] if isinstance(place, int) else t.ANY)
        case t.ANY:
            return value
    raise EvaluationFault(f"a value of type {t.name(value.type)} has no indices")


def _element(value: Value) -> t.Type:
    return value.type.element if isinstance(value.type, (t.ListType, t.MapType)) else t.ANY


def members(value: Value) -> tuple[list[tuple[Value, Value]], Unknown | None]:
    """Keys and values that `for` goes through, and why there may be more, or they in another order.

    Raises EvaluationFault where there is nothing to go through. Of a Choice no member is certain. A key of a map that
    is not known is an unknown.
    """
    content = value.content
    if isinstance(content, Choice):
        for_each_arm([value], lambda arms: sequence(one for _, one in members(arms[0])[0]))
        return [], content.unknown
    if content is None:
        raise EvaluationFault("null cannot be iterated over")
    if isinstance(content, Unknown):
        if isinstance(value.type, t.Primitive) and value.type != t.ANY:
            raise EvaluationFault(f"a value of type {t.name(value.type)} cannot be iterated over")
        return [], content
    if isinstance(content, tuple):
        return _elements(value, content)
    if isinstance(content, Mapping):
        named = [(string(key), content[key]) for key in sorted(content)]
        if value.more is None or value.rest is None:
            return named, value.rest
        return [*named, *((Value(value.rest, t.STRING), one) for one in value.more.there)], value.rest
    raise EvaluationFault(f"a value of type {t.name(value.type)} cannot be iterated over")


def _elements(value: Value, content: tuple[Value, ...]) -> tuple[list[tuple[Value, Value]], Unknown | None]:
    if isinstance(value.type, t.SetType):
        why = None if is_certain(value) else unknown_from(value).content
        return [(one, one) for one in content], why if isinstance(why, Unknown) else None
    if value.rest is not None:
        return [(Value(value.rest, t.NUMBER), one) for one in content], value.rest
    return [(number(place), one) for place, one in enumerate(content)], None


def is_text(value: Value) -> bool:
    """Is it a string, known or in parts?"""
    return isinstance(value.content, (str, Text, Encoded))
