"""Functions on lists, tuples and sets that give a list or an element of one."""

from __future__ import annotations

from collections.abc import Sequence

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import each_of, in_common, more_of
from tfcheck.terraform.hcl.conversion import convert, more_as, weakened
from tfcheck.terraform.hcl.equality import equal, identity, is_certain
from tfcheck.terraform.hcl.functions.signature import Function, whole
from tfcheck.terraform.hcl.number import Number
from tfcheck.terraform.hcl.types import ANY, NUMBER, STRING, ListType, SetType
from tfcheck.terraform.hcl.values import (
    Choice,
    EvaluationFault,
    More,
    Value,
    list_of,
    null,
    sequence,
    unknown_from,
    why_unknown,
)
from tfcheck.values import Unknown


def _place(value: Value) -> int:
    return whole(value.content if isinstance(value.content, Number) else 0)


def _elements(value: Value, sets: bool = False) -> Sequence[Value]:
    """The elements of a list or tuple. Raises EvaluationFault for what has none, and for sets unless they may be."""
    if not isinstance(value.content, tuple) or (isinstance(value.type, SetType) and not sets):
        raise EvaluationFault("a list or tuple is required")
    return value.content


def _is_unknown_list(value: Value, sets: bool = False) -> bool:
    """Is it unknown, and may be a list? Raises EvaluationFault where its type says that it is none."""
    if not isinstance(value.content, Unknown):
        return False
    kinds = (ListType, t.TupleType, SetType) if sets else (ListType, t.TupleType)
    if value.type != ANY and not isinstance(value.type, kinds):
        raise EvaluationFault("a list or tuple is required")
    return True


def _like(value: Value, elements: Sequence[Value], rest: Unknown | None = None) -> Value:
    """These elements of a list or tuple in the same kind of sequence."""
    if isinstance(value.type, (ListType, SetType)):
        return list_of(elements, value.type.element, rest)
    return sequence(elements, rest)


def _concat(*lists: Value) -> Value:
    if not lists:
        raise EvaluationFault("at least one list is required")
    unknown = [one for one in lists if _is_unknown_list(one)]
    rest = why_unknown(*unknown) if unknown else None
    known = [one for one in lists if one not in unknown]
    for one in known:
        _elements(one)
        rest = one.rest if rest is None else rest
    more = None if rest is None else more_of(lists)
    sensitive = any(one.sensitive for one in lists)
    types = [one.type for one in lists]
    if all(isinstance(type_, ListType) for type_ in types):
        common = t.unify(types)
        if isinstance(common, ListType):
            converted = [element for one in known for element in _elements(convert(one, common))]
            return list_of(converted, common.element, rest, more_as(more, common.element)).mark(sensitive)
    elements = [element for one in known for element in _elements(one)]
    if isinstance(types[0], ListType) and ANY in types:
        elements = [weakened(element) for element in elements]
        more = each_of(more, weakened)
    return sequence(elements, rest, more).mark(sensitive)


def _element(values: Value, place: Value) -> Value:
    if _is_unknown_list(values) or isinstance(place.content, Unknown):
        return unknown_from(values, place)
    elements = _elements(values)
    if values.rest is not None:
        return unknown_from(values)
    if not elements:
        raise EvaluationFault("the list is empty")
    if isinstance(values.type, t.TupleType) and _place(place) < 0 and _place(place) % len(elements):
        raise EvaluationFault("an index into a tuple must not be negative")
    return elements[_place(place) % len(elements)].mark(values.sensitive)


def _slice(values: Value, start: Value, end: Value) -> Value:
    if _is_unknown_list(values) or not (start.known and end.known):
        return unknown_from(values, start, end)
    elements = _elements(values)
    first, last = _place(start), _place(end)
    if first < 0 or first > last or (last > len(elements) and values.rest is None):
        raise EvaluationFault("the bounds are not inside the list")
    return unknown_from(values) if values.rest is not None else _like(values, elements[first:last])


@dataclass(slots=True)
class _Flat:
    """The elements of lists in lists, why there may be more, and what those may be; None where they may be anything."""

    elements: list[Value] = field(default_factory=list)
    rest: Unknown | None = None
    perhaps: list[Value] | None = field(default_factory=list)
    marked: bool = False

    def open(self, why: Unknown, perhaps: Sequence[Value] | None) -> None:
        self.rest = why if self.rest is None else self.rest
        self.perhaps = None if self.perhaps is None or perhaps is None else [*self.perhaps, *perhaps]


def _flatten(values: Value) -> Value:
    if _is_unknown_list(values, sets=True):
        return unknown_from(values)
    flat = _Flat()
    _flatten_into(values, flat)
    more = None if flat.rest is None or flat.perhaps is None else More((), tuple(flat.perhaps))
    return sequence(flat.elements, flat.rest, more).mark(flat.marked)


def _flatten_into(values: Value, flat: _Flat) -> None:
    """Append the elements; those of a list that is one of several, as far as all of these have them."""
    flat.marked = flat.marked or values.sensitive
    if not is_certain(values):
        flat.open(why_unknown(values), _flat_perhaps(values))
    for one in _elements(values, sets=True):
        element = one
        if isinstance(one.content, Choice) and _may_be_list(one):
            element = in_common(one.content.arms, one.content.unknown)
        if isinstance(element.content, tuple):
            _flatten_into(element, flat)
        elif _may_be_list(element):
            flat.open(why_unknown(element), None)
        else:
            flat.elements.append(element)


def _flat_perhaps(values: Value) -> Sequence[Value] | None:
    """What elements that may be there may bring; None where that may be anything."""
    if values.more is None or values.more.perhaps is None:
        return None
    inner = _Flat()
    for one in values.more.perhaps:
        _flatten_into(sequence([one]), inner)
    return None if inner.perhaps is None else [*inner.elements, *inner.perhaps]


def _may_be_list(value: Value) -> bool:
    if isinstance(value.content, Choice):
        return any(isinstance(arm.content, tuple) for arm in value.content.arms)
    return isinstance(value.content, Unknown) and (
        value.type == ANY or isinstance(value.type, (ListType, SetType, t.TupleType))
    )


def _compact(values: Value) -> Value:
    if _is_unknown_list(values):
        return unknown_from(values, type_=ListType(STRING))
    kept: list[Value] = []
    rest = values.rest
    for element in _elements(values):
        known = text.as_text(element)
        if element.content is None or known == "":
            continue
        if known is None and not (text.prefix(element) or text.suffix(element)):
            rest = why_unknown(element)
        else:
            kept.append(element)
    return list_of(kept, STRING, rest)


def _distinct(values: Value) -> Value:
    if _is_unknown_list(values):
        return unknown_from(values, type_=values.type)
    known: set[tuple[object, ...]] = set()
    kept: list[Value] = []
    for element in _elements(values):
        if element.known:
            key = (element.type, element.sensitive, identity(element))
            is_new = key not in known
            known.add(key)
        else:
            is_new = element not in kept
        if is_new:
            kept.append(element)
    return _like(values, kept, None if values.known else why_unknown(values))


def _sort(values: Value) -> Value:
    if _is_unknown_list(values):
        return unknown_from(values, type_=ListType(STRING))
    elements = _elements(values)
    if any(element.content is None for element in elements):
        raise EvaluationFault("null cannot be sorted")
    if not values.known:
        return list_of(elements, STRING, why_unknown(values))
    return list_of(sorted(elements, key=lambda element: text.as_text(element) or ""), STRING)


def _reverse(values: Value) -> Value:
    if _is_unknown_list(values, sets=True):
        return unknown_from(values)
    elements = _elements(values, sets=True)
    return _like(values, elements[::-1], None if is_certain(values) else why_unknown(values))


def _chunklist(values: Value, size: Value) -> Value:
    if _is_unknown_list(values) or values.rest is not None or not size.known:
        return unknown_from(values, size, type_=ListType(values.type))
    elements, count = _elements(values), _place(size)
    if count < 0:
        raise EvaluationFault("the size must not be negative")
    step = count or max(len(elements), 1)
    chunks = [_like(values, elements[start : start + step]) for start in range(0, len(elements), step)]
    return list_of(chunks or ([_like(values, ())] if not count and elements else []), values.type)


def _one(values: Value) -> Value:
    if _is_unknown_list(values, sets=True):
        return unknown_from(values)
    elements = _elements(values, sets=True)
    if values.rest is not None or not is_certain(values):
        return unknown_from(values)
    if len(elements) > 1:
        raise EvaluationFault("a list with at most one element is required")
    element = values.type.element if isinstance(values.type, (ListType, SetType)) else ANY
    return elements[0] if elements else null(element)


def _index(values: Value, wanted: Value) -> Value:
    if _is_unknown_list(values) or values.rest is not None:
        return unknown_from(values, wanted, type_=NUMBER)
    for place, element in enumerate(_elements(values)):
        answer = equal(element, wanted)
        if answer is None:
            return unknown_from(element, wanted, type_=NUMBER)
        if answer:
            return Value(place, NUMBER)
    raise EvaluationFault("there is no such element")


def _coalescelist(*lists: Value) -> Value:
    if not lists:
        raise EvaluationFault("at least one list is required")
    for one in lists:
        if one.content is None and isinstance(one.type, (ListType, t.TupleType)):
            continue
        if _is_unknown_list(one):
            return unknown_from(one)
        if _elements(one):
            return one
        if one.rest is not None:
            return unknown_from(one)
    raise EvaluationFault("no list has an element")


def _matchkeys(values: Value, keys: Value, wanted: Value) -> Value:
    elements, names = _elements(values), _elements(keys)
    if len(elements) != len(names):
        raise EvaluationFault("as many keys as values are required")
    common = t.unify([keys.type, wanted.type])
    if common is None:
        raise EvaluationFault("the keys are of different types")
    searched = {(one.type, identity(one)) for one in _elements(convert(wanted, common))}
    named = zip(elements, _elements(convert(keys, common)), strict=True)
    found = [one for one, name in named if (name.type, identity(name)) in searched]
    return _like(values, found)


_STRINGS = ListType(STRING)
_ANYTHING = ListType(ANY)

FUNCTIONS = {
    "chunklist": Function(_chunklist, (_ANYTHING, NUMBER), partial=True, marks="outer"),
    "coalescelist": Function(_coalescelist, (), ANY, nullable=0, partial=True),
    "compact": Function(_compact, (_STRINGS,), partial=True),
    "concat": Function(_concat, (), ANY, partial=True, marks="outer"),
    "distinct": Function(_distinct, (_ANYTHING,), partial=True),
    "element": Function(_element, (ANY, NUMBER), partial=True, marks="outer"),
    "flatten": Function(_flatten, (ANY,), partial=True, marks="outer"),
    "index": Function(_index, (ANY, ANY), partial=True),
    "matchkeys": Function(_matchkeys, (_ANYTHING, _ANYTHING, _ANYTHING)),
    "one": Function(_one, (ANY,), partial=True),
    "reverse": Function(_reverse, (ANY,), partial=True, marks="outer"),
    "slice": Function(_slice, (ANY, NUMBER, NUMBER), partial=True, marks="outer"),
    "sort": Function(_sort, (_STRINGS,), partial=True),
}
