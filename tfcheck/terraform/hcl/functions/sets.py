"""Functions on sets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.conversion import convert, unified, weakened
from tfcheck.terraform.hcl.equality import identity, set_of
from tfcheck.terraform.hcl.functions.signature import Function
from tfcheck.terraform.hcl.types import ANY, SetType, TupleType
from tfcheck.terraform.hcl.values import EvaluationFault, Value, list_of, sequence, unknown_from, why_unknown
from tfcheck.values import Unknown

_MOST_PRODUCTS = 10_000


def _common(sets: Sequence[Value]) -> Sequence[Value]:
    """The sets converted to one type. Raises EvaluationFault where they have none."""
    types = [one.type for one in sets if not (one.content == () and one.type == SetType(ANY))]
    common = t.unify(types) if types else SetType(ANY)
    if common is None:
        raise EvaluationFault("the sets must have elements of one type")
    converted = [convert(one, common) for one in sets]
    if any(one.type != converted[0].type for one in converted):
        # A null of no type has a type in common with anything, but is none of its elements.
        raise EvaluationFault("the sets must have elements of one type")
    return converted


def _union(*sets: Value) -> Value:
    if not all(map(_is_certain, sets)):
        elements = [weakened(element) for one in sets if isinstance(one.content, tuple) for element in one.content]
        return set_of(elements, ANY, why_unknown(*sets))
    common = _common(sets)
    elements = [element for one in common if isinstance(one.content, tuple) for element in one.content]
    rest = next((one.rest for one in common if one.rest is not None), None)
    return set_of(elements, _element(common[0]), rest)


def _is_certain(one: Value) -> bool:
    """Is it known which type its elements have, also those that it may yet have?"""
    return one.typed and not isinstance(one.content, Unknown) and (one.rest is None or _element(one) != ANY)


def _intersection(*sets: Value) -> Value:
    common = _common(sets)
    first, *others = (one.content if isinstance(one.content, tuple) else () for one in common)
    found = [set(map(identity, other)) for other in others]
    return set_of([one for one in first if all(identity(one) in other for other in found)], _element(common[0]))


def _difference(minuend: Value, subtrahend: Value) -> Value:
    common = _common((minuend, subtrahend))
    first, second = (one.content if isinstance(one.content, tuple) else () for one in common)
    left_out = set(map(identity, second))
    return set_of([one for one in first if identity(one) not in left_out], _element(common[0]))


def _element(value: Value) -> t.Type:
    return value.type.element if isinstance(value.type, SetType) else ANY


def _product(*factors: Value) -> Value:
    """All combinations: a list where all factors are lists or tuples, else a set."""
    if len(factors) < 2:
        raise EvaluationFault("at least two lists are required")
    columns = [_column(factor) for factor in factors]
    if prod(len(elements) for elements, _ in columns) > _MOST_PRODUCTS:
        raise EvaluationFault(f"more than {_MOST_PRODUCTS} combinations", limit=True)
    if any(isinstance(one.content, Unknown) or one.rest is not None for one in factors):
        return unknown_from(*factors)
    type_ = TupleType(tuple(element for _, element in columns))
    rows = [sequence(row) for row in product(*(elements for elements, _ in columns))]
    if any(isinstance(one.type, SetType) for one in factors):
        return set_of(rows, type_)
    return list_of(rows, type_)


def _column(factor: Value) -> tuple[list[Value], t.Type]:
    if isinstance(factor.content, tuple):
        return unified(factor.content, ANY, factor)
    if not isinstance(factor.content, Unknown):
        raise EvaluationFault("lists or sets are required")
    return [], ANY


_SET = SetType(ANY)

FUNCTIONS = {
    "setintersection": Function(_intersection, (_SET,), _SET, _SET),
    "setproduct": Function(_product, (), ANY, partial=True, marks="outer"),
    "setsubtract": Function(_difference, (_SET, _SET), returns=_SET),
    "setunion": Function(_union, (_SET,), _SET, _SET, partial=True),
}
