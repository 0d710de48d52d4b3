"""Evaluated values: what an expression comes to, with what is not known of it, where it was written, and its marks.

A value that is not known stays itself: Unknown as a whole, `rest` where a list or map may have more members, a Choice
where it is one of a few, a Text with holes where a part of a string is not known. None of them ever turns into a value,
an empty list or null.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from fractions import Fraction
from functools import cached_property
from typing import Any

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import scan
from tfcheck.terraform.hcl.types import ANY, BOOL, NUMBER, STRING, ListType, MapType, TupleType, Type, object_type
from tfcheck.values import SourceLocation, Unknown

MOST_MEMBERS = 100_000
_MOST_LEVELS = 250
_MOST_CHARACTERS = 4_000_000
_MOST_PLACES = 8
_MOST_REFERENCES = 20


class EvaluationFault(Exception):
    """What Terraform would report for an expression; its message names no value.

    start, end: the offsets of the expression at fault, once they are known. limit: nothing hides it, neither `try` and
    `can` nor that the expression is not used: a bound of this evaluator was passed, or Terraform reports it before it
    evaluates anything. source: that in which the offsets count.
    """

    def __init__(self, message: str, start: int | None = None, end: int | None = None, limit: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.limit = limit
        self.source: Source | None = None

    def again(self) -> EvaluationFault:
        """The same fault, without the traceback, which would keep all that was evaluated."""
        return copy(self)


class Undeclared(EvaluationFault):
    """A reference to what is not there, which Terraform finds without evaluating."""

    def __init__(self, message: str) -> None:
        super().__init__(message, limit=True)


@dataclass(frozen=True)
class Source:
    """A file: its path as reports show it, and its text, into which all offsets count.

    placed: may places in it be told? Not where it is no file of the repository's own.
    """

    path: str
    text: str = field(repr=False)
    placed: bool = True

    @cached_property
    def lines(self) -> scan.Lines:
        """Where its lines start."""
        return scan.lines(self.text)

    def location(self, start: int, end: int) -> SourceLocation | None:
        """The place between two offsets, if it may be told."""
        if not self.placed:
            return None
        return SourceLocation(self.path, self.lines.region(start, end))


@dataclass(frozen=True, slots=True)
class Literal:
    """A stretch of text, and where it was written: at `offset` in its source, None where that is not known."""

    text: str
    source: Source | None = field(default=None, compare=False, repr=False)
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A string in parts: literal ones, and values that are not wholly known strings (holes) or Encoded."""

    parts: tuple[Literal | Value, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """The JSON text of a value, which is kept as it is until the text is asked for."""

    value: Value


@dataclass(frozen=True, slots=True)
class Choice:
    """Certainly one of these values; `unknown` says why it is not known which."""

    arms: tuple[Value, ...]
    unknown: Unknown


@dataclass(frozen=True, slots=True)
class More:
    """What is known of the members that `rest` stands for.

    there: the values of those which are there in a map, under keys that are not known. perhaps: the only values that
    others may have, each of which may or may not be there; None where there may be any.
    """

    there: tuple[Value, ...] = ()
    perhaps: tuple[Value, ...] | None = None


# There are no others: only the places or keys of some members are not known.
NO_MORE = More((), ())

Content = (
    None | bool | int | Fraction | str | tuple["Value", ...] | Mapping[str, "Value"] | Unknown | Text | Encoded | Choice
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an expression.

    content: None is null; tuples are the elements of lists, sets (sorted, distinct) and tuples; mappings are the
    members of maps and objects. type: ANY where it is not known, or not which of two kinds it is. places: where it was
    written, the nearest first. rest: why there may be more members, in places unknown. possible: the only keys that
    those may have, in a map or object; None where they may have any. more: what else is known of them. known: wholly
    known, to the last member. typed: its type is certain. marked: sensitive, or a member is. size: how many values it
    holds. levels: how deep they are nested.
    """

    content: Content
    type: Type = ANY
    sensitive: bool = False
    places: tuple[SourceLocation, ...] = field(default=(), compare=False)
    rest: Unknown | None = None
    possible: frozenset[str] | None = None
    more: More | None = None
    known: bool = field(init=False, compare=False, repr=False)
    typed: bool = field(init=False, compare=False, repr=False)
    marked: bool = field(init=False, compare=False, repr=False)
    size: int = field(init=False, compare=False, repr=False)
    levels: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        content = self.content
        if isinstance(content, str) and len(content) <= _MOST_CHARACTERS:
            size = 1 + len(content) // 64
            _derive(self, True, self.type is not ANY, self.sensitive, size=size, levels=1)
            return
        if isinstance(content, _SMALL):
            _derive(self, True, self.type is not ANY or content is None, self.sensitive, size=1, levels=1)
            return
        members = members_of(content)
        if self.more is not None:
            members = (*members, *self.more.there, *(self.more.perhaps or ()))
        unknown = isinstance(content, (Unknown, Choice)) or self.rest is not None
        lazy = not isinstance(content, _PLAIN) and isinstance(content, Mapping)
        characters = _length(content)
        size = 1 + characters // 64 + sum(member.size for member in members)
        levels = 1 + max((member.levels for member in members), default=0)
        if size > MOST_MEMBERS or levels > _MOST_LEVELS or characters > _MOST_CHARACTERS:
            raise EvaluationFault("the value is too large", limit=True)
        known = not unknown and not lazy and all(member.known for member in members)
        marked = self.sensitive or any(member.marked for member in members)
        _derive(self, known, _is_typed(self, members), marked, size=size, levels=levels)

    @property
    def location(self) -> SourceLocation | None:
        """The nearest place."""
        return self.places[0] if self.places else None

    def may_have(self, key: str) -> bool:
        """May this key, which is none of its members, yet be one?"""
        return self.rest is not None and (self.possible is None or key in self.possible)

    def at(self, location: SourceLocation | None) -> Value:
        """The same value, given by this attribute or item."""
        if location is None or self.location == location:
            return self
        return _changed(self, (location, *self.places)[:_MOST_PLACES], self.sensitive)

    def like(self, other: Value) -> Value:
        """The same value with the other's mark, and with its places where it has none of its own."""
        if (self.places or not other.places) and (self.sensitive or not other.sensitive):
            return self
        return _changed(self, self.places or other.places, self.sensitive or other.sensitive)

    def mark(self, sensitive: bool = True) -> Value:
        """The same value as sensitive; as it is where `sensitive` is false."""
        return _changed(self, self.places, True) if sensitive and not self.sensitive else self


_SMALL = (type(None), bool, int, Fraction)
# To ask whether something is a Mapping takes longer than all else here.
_PLAIN = (tuple, dict, str, Text, Encoded, Unknown, Choice)


def _derive(value: Any, known: bool, typed: bool, marked: bool, *, size: int, levels: int) -> None:
    value.known = known
    value.typed = typed
    value.marked = marked
    value.size = size
    value.levels = levels


def _changed(value: Value, places: tuple[SourceLocation, ...], sensitive: bool) -> Value:
    """The same value with other places or another mark; made by hand, since it is most of what evaluating does."""
    made: Any = object.__new__(Value)
    made.content = value.content
    made.type = value.type
    made.sensitive = sensitive
    made.places = places
    made.rest = value.rest
    made.possible = value.possible
    made.more = value.more
    made.known = value.known
    made.typed = value.typed
    made.marked = value.marked or sensitive
    made.size = value.size
    made.levels = value.levels
    changed: Value = made
    return changed


def members_of(content: Content) -> Sequence[Value]:
    """The values inside a content; those of a mapping that is evaluated on demand are not asked for."""
    match content:
        case tuple():
            return content
        case dict():
            return tuple(content.values())
        case Choice(arms):
            return arms
        case Encoded(value):
            return (value,)
        case Text(parts):
            return tuple(part for part in parts if isinstance(part, Value))
    return ()


def _length(content: Content) -> int:
    """How many characters a string is known to have."""
    if isinstance(content, Text):
        return sum(len(part.text) for part in content.parts if isinstance(part, Literal))
    return len(content) if isinstance(content, str) else 0


def _is_typed(value: Value, members: Sequence[Value]) -> bool:
    if isinstance(value.content, (Text, Encoded)) or value.content is None:
        return True
    if isinstance(value.content, (Unknown, Choice)) or not members:
        return value.type != ANY
    return value.type != ANY and all(member.typed for member in members)


NULL = Value(None)
TRUE = Value(True, BOOL)
FALSE = Value(False, BOOL)


def null(type_: Type = ANY) -> Value:
    """Null, of a type."""
    return Value(None, type_)


def boolean(content: bool) -> Value:
    """A boolean."""
    return TRUE if content else FALSE


def number(content: numbers.Number) -> Value:
    """A number, rounded to Terraform's precision. Raises EvaluationFault where it is out of all bounds."""
    try:
        return Value(numbers.rounded(content), NUMBER)
    except OverflowError:
        raise EvaluationFault("the number is out of bounds", limit=True) from None


def string(content: str) -> Value:
    """A known string, normalised (NFC) as all of Terraform's are."""
    return Value(content if content.isascii() else unicodedata.normalize("NFC", content), STRING)


def sequence(elements: Iterable[Value], rest: Unknown | None = None, more: More | None = None) -> Value:
    """A tuple; with `rest` its type is not known."""
    content = tuple(elements)
    type_ = TupleType(tuple(element.type for element in content)) if rest is None else ANY
    return Value(content, type_, rest=rest, more=more)


def list_of(elements: Iterable[Value], element: Type, rest: Unknown | None = None, more: More | None = None) -> Value:
    """A list of elements that have this type already."""
    return Value(tuple(elements), ListType(element), rest=rest, more=more)


def mapping(
    members: dict[str, Value],
    rest: Unknown | None = None,
    possible: frozenset[str] | None = None,
    more: More | None = None,
) -> Value:
    """An object; with `rest` its type is not known."""
    type_ = object_type({key: one.type for key, one in members.items()}) if rest is None else ANY
    return Value(members, type_, rest=rest, possible=possible, more=more)


def map_of(members: dict[str, Value], element: Type, rest: Unknown | None = None) -> Value:
    """A map of elements that have this type already."""
    return Value(members, MapType(element), rest=rest)


def unknown(reason: str, *references: str, type_: Type = ANY) -> Value:
    """A value that is not known."""
    return Value(Unknown(reason, references), type_)


def encoded(value: Value) -> Value:
    """The JSON text of a value."""
    return Value(Encoded(value), STRING)


def why_unknown(*values: Value) -> Unknown:
    """Why these values, taken together, are not known: the first reason, and the references of all."""
    found: list[Unknown] = []
    for value in values:
        _collect(value, found)
    references = tuple(dict.fromkeys(reference for one in found for reference in one.references))
    return Unknown(found[0].reason if found else "it is not known", references[:_MOST_REFERENCES])


def _collect(value: Value, found: list[Unknown]) -> None:
    """The unknowns inside a value, no more than can be told of."""
    if value.known or len(found) > _MOST_REFERENCES:
        return
    if isinstance(value.content, Unknown):
        found.append(value.content)
    elif isinstance(value.content, Choice):
        found.append(value.content.unknown)
    if value.rest is not None:
        found.append(value.rest)
    for member in members_of(value.content):
        _collect(member, found)


def unknown_from(*values: Value, type_: Type = ANY) -> Value:
    """The unknown result of an operation on these values."""
    return Value(why_unknown(*values), type_, any(value.marked for value in values))
