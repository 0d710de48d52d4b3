"""Functions that ask something of collections, and those that choose among values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.access import is_text
from tfcheck.terraform.hcl.conversion import convert, weakened
from tfcheck.terraform.hcl.equality import equal, every, is_certain, some
from tfcheck.terraform.hcl.functions.signature import Function
from tfcheck.terraform.hcl.functions.strings import characters
from tfcheck.terraform.hcl.types import ANY, BOOL, NUMBER, ListType
from tfcheck.terraform.hcl.values import EvaluationFault, Value, boolean, number, unknown_from
from tfcheck.values import Unknown


def _length(value: Value) -> Value:
    content = value.content
    if isinstance(content, (tuple, Mapping)):
        return number(len(content)) if is_certain(value) else unknown_from(value, type_=NUMBER)
    if is_text(value):
        known = text.as_text(value)
        return unknown_from(value, type_=NUMBER) if known is None else number(len(characters(known)))
    if isinstance(value.type, (t.TupleType, t.ObjectType)):
        return number(len(t.element_types(value.type)))
    if value.type in (NUMBER, t.BOOL):
        raise EvaluationFault("a string or a collection is required")
    return unknown_from(value, type_=NUMBER)


def _contains(values: Value, wanted: Value) -> Value:
    content = values.content
    if isinstance(content, Unknown):
        return unknown_from(values, type_=BOOL)
    if not isinstance(content, tuple):
        raise EvaluationFault("a list, tuple or set is required")
    answers = [equal(element, wanted) for element in content]
    return _answer(some((*answers, None) if values.rest is not None else answers), values, wanted)


def _all_true(values: Value) -> Value:
    return _answer(every(_flags(values)), values)


def _any_true(values: Value) -> Value:
    return _answer(some(_flags(values)), values)


def _flags(values: Value) -> Iterable[bool | None]:
    """Null counts as false."""
    content = values.content
    if not isinstance(content, tuple):
        return [None]
    flags = [_flag(one) for one in content]
    return [*flags, None] if values.rest is not None else flags


def _flag(value: Value) -> bool | None:
    if value.content is None:
        return False
    return value.content if isinstance(value.content, bool) else None


def _answer(answer: bool | None, *asked: Value) -> Value:
    return unknown_from(*asked, type_=BOOL) if answer is None else boolean(answer)


def _coalesce(*values: Value) -> Value:
    """The first that is neither null nor an empty string, converted to the type that all have in common."""
    common = _common_type(values)
    for value in values:
        if value.content is None:
            continue
        converted = weakened(value) if common is None else convert(value, common)
        if isinstance(value.content, Unknown):
            return unknown_from(value, type_=common or ANY)
        if not is_text(converted) or text.prefix(converted) or text.suffix(converted):
            return converted
        if text.as_text(converted) is None:
            return unknown_from(value, type_=common or ANY)
    raise EvaluationFault("all values are null or empty")


def _common_type(values: Iterable[Value]) -> t.Type | None:
    """What the values unify to, None where that depends on an unknown. Raises EvaluationFault where they do not."""
    typed = [value for value in values if value.content is not None or value.type != ANY]
    if not all(value.typed for value in typed):
        return None
    common = t.unify([value.type for value in typed])
    if common is None and typed:
        raise EvaluationFault("the values must be of one type")
    return common


FUNCTIONS = {
    "alltrue": Function(_all_true, (ListType(BOOL),), partial=True),
    "anytrue": Function(_any_true, (ListType(BOOL),), partial=True),
    "coalesce": Function(_coalesce, (), ANY, nullable=0, partial=True),
    "contains": Function(_contains, (ANY, ANY), nullable=1, partial=True),
    "length": Function(_length, (ANY,), partial=True, marks="outer"),
}
