"""Configuration in JSON: the text as a tree whose nodes know their place, and the blocks that it holds.

Offsets count code points from 0, ends are exclusive. What is damaged costs the block that it is in and what follows it
in the file; trees are no deeper than `_MOST_LEVELS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from typing import TypeAlias

from tfcheck.records import dataclass
from tfcheck.terraform.hcl.scan import BlockSpan
from tfcheck.terraform.hcl.syntax_tree import Literal, SyntaxFault

COMMENT = "//"
_MOST_LEVELS = 100
_LARGEST_EXPONENT = 5_000
_BLANKS = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]++|\\.)*+)"')
_SCALAR = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.])|[a-z]++(?!\w)", re.ASCII)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Text:
    """A string. places: the offset of each character of its value and of the closing quote; None where none is escaped.

    Its place is that of the quotes and what is between them.
    """

    value: str
    start: int
    end: int
    places: tuple[int, ...] | None = None

    def offset(self, index: int) -> int:
        """Where the character of the value with this index stands."""
        return self.start + 1 + index if self.places is None else self.places[index]


@dataclass(frozen=True, slots=True)
class Array:
    """`[first, second]`; not whole where the text is damaged inside it."""

    items: tuple[Json, ...]
    start: int
    end: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """`"name": value` in an object."""

    name: Text
    value: Json


@dataclass(frozen=True, slots=True)
class Object:
    """`{"name": value}`, in the order of the text; names may repeat. Not whole where the text is damaged inside it."""

    members: tuple[Member, ...]
    start: int
    end: int
    whole: bool = True


Json: TypeAlias = Text | Literal | Array | Object


@dataclass(frozen=True, slots=True)
class Entry:
    """A block: `start` of its span is the key with its last label or, for one of a list, its brace."""

    span: BlockSpan
    content: Object


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of the kinds that were asked for, and what could not be made out."""

    entries: tuple[Entry, ...]
    faults: tuple[SyntaxFault, ...]


def read(text: str, labels: Mapping[str, int]) -> Document:
    """The blocks of a JSON file. labels: the kinds of blocks that matter, and how many labels each has."""
    reader = _Reader(text, int(text.startswith("\ufeff")))
    faults: list[SyntaxFault] = []
    try:
        root = reader.document()
    except SyntaxFault as fault:
        return Document((), (fault,))
    entries: list[Entry] = []
    for member in members(root, faults):
        count = labels.get(member.name.value)
        if count is not None:
            entries += _entries(member.name.value, (), count, member, faults)
    if reader.fault is not None:
        faults.append(SyntaxFault(f"{reader.fault.message}: from here on nothing is read", reader.fault.offset))
    return Document(tuple(entries), tuple(faults))


def members(value: Json, faults: list[SyntaxFault]) -> Iterator[Member]:
    """The members of an object, or of all objects in a list; not those that are comments."""
    if isinstance(value, Array):
        for item in value.items:
            yield from members(item, faults)
    elif isinstance(value, Object):
        yield from (one for one in value.members if one.name.value != COMMENT)
    elif not is_null(value):
        faults.append(SyntaxFault("an object is required", value.start))


def contents(key: Text, value: Json, faults: list[SyntaxFault]) -> Iterator[tuple[int, Object]]:
    """The bodies that stand at a key, one or a list of them, each with the offset of its header."""
    if isinstance(value, Object):
        yield key.start, value
    elif isinstance(value, Array):
        for item in value.items:
            yield from contents(Text("", item.start, item.start + 1), item, faults)
    elif not is_null(value):
        faults.append(SyntaxFault("an object, or a list of objects, is required", value.start))


def is_null(value: Json) -> bool:
    """Is it null, which is as good as absent?"""
    return isinstance(value, Literal) and value.value is None


def _entries(
    kind: str, labels: tuple[str, ...], left: int, member: Member, faults: list[SyntaxFault]
) -> Iterator[Entry]:
    if left:
        for inner in members(member.value, faults):
            yield from _entries(kind, (*labels, inner.name.value), left - 1, inner, faults)
        return
    for start, content in contents(member.name, member.value, faults):
        if content.whole:
            yield Entry(BlockSpan(kind, labels, start, content.start + 1, content.end), content)


@dataclass(slots=True)
class _Reader:
    """A text being read. fault: the first damage, after which nothing is read."""

    text: str
    at: int
    fault: SyntaxFault | None = field(default=None)

    def document(self) -> Json:
        """The one value of the text. Raises SyntaxFault where it has none, or something else than an object or list."""
        self.skip()
        if not self.text.startswith(("{", "["), self.at):
            raise SyntaxFault("it is no JSON: an object is required", self.at)
        root = self.value(0)
        self.skip()
        if self.fault is None and self.at < len(self.text):
            self.fault = SyntaxFault("something follows the end of the object", self.at)
        return root

    def skip(self) -> None:
        """Go past blanks."""
        found = _BLANKS.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, character: str) -> bool:
        """Go past blanks and past this character, if it is next."""
        self.skip()
        found = self.text.startswith(character, self.at)
        self.at += found
        return found

    def value(self, level: int) -> Json:
        """The value that is next. Raises SyntaxFault; not for damage inside an object or list, which is not whole."""
        self.skip()
        if level > _MOST_LEVELS:
            raise SyntaxFault("it is nested too deeply", self.at)
        if self.text.startswith("{", self.at):
            return self.object(level)
        if self.text.startswith("[", self.at):
            return self.array(level)
        return self.string() if self.text.startswith('"', self.at) else self.scalar()

    def object(self, level: int) -> Object:
        """The object that is next."""
        start, found = self.at, list[Member]()
        self.inside("}", lambda: found.append(self.member(level)))
        return Object(tuple(found), start, self.at, self.fault is None)

    def array(self, level: int) -> Array:
        """The list that is next."""
        start, found = self.at, list[Json]()
        self.inside("]", lambda: found.append(self.value(level + 1)))
        return Array(tuple(found), start, self.at, self.fault is None)

    def inside(self, end: str, read_one: Callable[[], None]) -> None:
        """Reads what stands between brackets, up to the first damage."""
        self.at += 1
        if self.take(end):
            return
        try:
            read_one()
            while self.fault is None and self.take(","):
                read_one()
            if self.fault is None and not self.take(end):
                raise self.damage(f"a comma or {end} is required")
        except SyntaxFault as fault:
            self.fault = fault

    def member(self, level: int) -> Member:
        """The member that is next."""
        name = self.string()
        if not self.take(":"):
            raise self.damage("a colon is required")
        return Member(name, self.value(level + 1))

    def damage(self, message: str) -> SyntaxFault:
        """The fault at what is next."""
        return SyntaxFault(message, self.at)

    def string(self) -> Text:
        """The string that is next."""
        self.skip()
        found = _STRING.match(self.text, self.at)
        if found is None:
            quoted = self.text.startswith('"', self.at)
            raise self.damage("a string is not closed on its line" if quoted else "a string is required")
        self.at = found.end()
        if "\\" not in found[1]:
            return Text(found[1], found.start(), found.end())
        value, places = _unescaped(found[1], found.start(1))
        return Text(value, found.start(), found.end(), places)

    def scalar(self) -> Literal:
        """The number, boolean or null that is next."""
        found = _SCALAR.match(self.text, self.at)
        if found is None or (found[0].isalpha() and found[0] not in _WORDS):
            raise self.damage("it is no JSON value")
        value = _WORDS[found[0]] if found[0] in _WORDS else self.number(found[0])
        self.at = found.end()
        return Literal(value, found.start(), found.end())

    def number(self, written: str) -> Decimal:
        """The number that is next."""
        try:
            number = Decimal(written)
        except ArithmeticError:
            number = Decimal("inf")
        if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
            raise self.damage("a number is too large or too small")
        return number


def _unescaped(written: str, start: int) -> tuple[str, tuple[int, ...]]:
    """The value of what stands between quotes, and where each of its characters, and the closing quote, stands."""
    value: list[str] = []
    places: list[int] = []
    done = 0
    for found in _ESCAPE.finditer(written):
        value.append(written[done : found.start()] + _character(found[0], start + found.start()))
        places += range(start + done, start + found.start() + 1)
        done = found.end()
    value.append(written[done:])
    places += range(start + done, start + len(written) + 1)
    return "".join(value), tuple(places)


def _character(escape: str, offset: int) -> str:
    """The one character that an escape stands for; half of a pair of surrogates is replaced, as Go does it."""
    if len(escape) == 12:
        return chr(0x10000 + ((int(escape[2:6], 16) - 0xD800) << 10) + int(escape[8:], 16) - 0xDC00)
    if len(escape) == 6:
        code = int(escape.removeprefix("\\u"), 16)
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
    if escape[1] not in _SHORT:
        raise SyntaxFault("there is no such escape in JSON", offset)
    return _SHORT[escape[1]]
