"""Whether two values are equal, as far as that is known; and the order and the distinctness of a set's elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.bounds import MOST_OPEN_ELEMENTS
from tfcheck.terraform.hcl.types import ObjectType, SetType, TupleType, Type
from tfcheck.terraform.hcl.values import Choice, Encoded, EvaluationFault, Text, Value
from tfcheck.values import Unknown

_WITH_EXPONENT = 10**10


def equal(one: Value, other: Value) -> bool | None:
    """`==`: never of different types; False as soon as known parts differ; None where it is not known."""
    if isinstance(one.content, Choice):
        return _agreed(equal(arm, other) for arm in one.content.arms)
    if isinstance(other.content, Choice):
        return _agreed(equal(one, arm) for arm in other.content.arms)
    if isinstance(one.content, Unknown) or isinstance(other.content, Unknown):
        return _with_unknown(one, other)
    if one.content is None or other.content is None:
        return one.content is None and other.content is None
    if one.typed and other.typed and one.type != other.type:
        return False
    answer = _same_content(one, other)
    return None if answer and not (one.typed and other.typed) else answer


def _agreed(answers: Iterable[bool | None]) -> bool | None:
    distinct = set(answers)
    return distinct.pop() if len(distinct) == 1 else None


def _with_unknown(one: Value, other: Value) -> bool | None:
    """An unknown may turn out to be null, but not of another type than it has."""
    if one.typed and other.typed and one.type != other.type:
        known = other if isinstance(one.content, Unknown) else one
        return None if known.content is None or isinstance(known.content, Unknown) else False
    return None


def _same_content(one: Value, other: Value) -> bool | None:
    first, second = one.content, other.content
    if isinstance(first, (str, Text, Encoded)) and isinstance(second, (str, Text, Encoded)):
        return text.compare(one, other)
    if isinstance(first, tuple) and isinstance(second, tuple):
        return _same_elements(one, other, first, second)
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return _same_members(one, other, first, second)
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return isinstance(first, numbers.Number) and isinstance(second, numbers.Number) and first == second


def _same_elements(one: Value, other: Value, first: Sequence[Value], second: Sequence[Value]) -> bool | None:
    if one.rest is not None or other.rest is not None:
        return None
    if isinstance(one.type, SetType) or isinstance(other.type, SetType):
        # Elements that are not wholly known may turn out to be equal to one another.
        return first == second if one.known and other.known else None
    if len(first) != len(second):
        return False
    return every(equal(mine, yours) for mine, yours in zip(first, second, strict=True))


def _same_members(one: Value, other: Value, first: Mapping[str, Value], second: Mapping[str, Value]) -> bool | None:
    missing = (other.rest is None and any(key not in second for key in first)) or (
        one.rest is None and any(key not in first for key in second)
    )
    if missing:
        return False
    answer = every(equal(first[key], second[key]) for key in first if key in second)
    return answer if one.rest is None and other.rest is None else None if answer is not False else False


def every(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's conjunction."""
    known = True
    for answer in answers:
        if answer is False:
            return False
        known = known and answer is not None
    return True if known else None


def some(answers: Iterable[bool | None]) -> bool | None:
    """Kleene's disjunction."""
    answer = every(None if answer is None else not answer for answer in answers)
    return None if answer is None else not answer


def set_of(elements: Iterable[Value], element: Type, rest: Unknown | None = None) -> Value:
    """A set of elements that have this type already: sorted as cty sorts them, each once."""
    known: dict[str, Value] = {}
    partial: list[Value] = []
    sensitive = False
    for one in elements:
        # cty keeps no marks inside a set: they move to the set.
        sensitive = sensitive or one.marked
        if one.known:
            known.setdefault(identity(one), one)
        elif one not in partial:
            partial.append(one)
            if len(partial) > MOST_OPEN_ELEMENTS:
                raise EvaluationFault("a set has too many elements that are not known", limit=True)
    ordered = sorted(known.values(), key=_order)
    return Value((*ordered, *partial), SetType(element), sensitive, rest=rest)


def is_certain(value: Value) -> bool:
    """Is it known how many elements a list, set or tuple has, and which comes where?"""
    if value.rest is not None:
        return False
    few = isinstance(value.content, tuple) and len(value.content) <= 1
    return few or not isinstance(value.type, SetType) or value.known


def _order(value: Value) -> tuple[int, object]:
    """Strings by code point, numbers by size, false before true, all else by cty's spelling of it; nulls last."""
    content = value.content
    if content is None:
        return (1, "")
    if isinstance(content, (bool, numbers.Number)):
        return (0, content)
    return (0, (text.as_text(value) if not isinstance(content, (tuple, Mapping)) else identity(value)) or "")


def identity(value: Value) -> str:
    """A spelling that tells values of one type apart, in the form of cty's set hashes, whose order shows."""
    content = value.content
    if content is None:
        return "~"
    if isinstance(content, bool):
        return "T" if content else "F"
    if isinstance(content, numbers.Number):
        return _number_identity(content)
    if isinstance(content, tuple):
        return _spelled("<>" if isinstance(value.type, TupleType) else "[]", map(identity, content))
    if isinstance(content, Mapping):
        members = sorted(content.items())
        if isinstance(value.type, ObjectType):
            return _spelled("<>", (identity(one) for _, one in members))
        return _spelled("{}", (f"{_quoted(key)}:{identity(one)}" for key, one in members))
    return _quoted(text.as_text(value) or "")


def _number_identity(content: numbers.Number) -> str:
    """Large numbers with ten digits and an exponent, which decides the order, and then in full."""
    if not content or numbers.magnitude(content) < _WITH_EXPONENT:
        return numbers.text(content) if content else "0"
    digits, point = numbers.significant(numbers.magnitude(content), 10)
    digits = digits.rstrip("0")
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{'-' if content < 0 else ''}{digits[0]}{fraction}e+{point - 1:02};{numbers.text(content)}"


def _spelled(brackets: str, parts: Iterable[str]) -> str:
    return brackets[0] + "".join(f"{part};" for part in parts) + brackets[1]


def _quoted(content: str) -> str:
    return '"' + content.replace("\\", "\\\\").replace('"', '\\"') + '"'
