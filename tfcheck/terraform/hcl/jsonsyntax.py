"""Configuration in JSON: the text as a tree whose nodes know their place, and the blocks that it holds.

Offsets count code points from 0, ends are exclusive. Damage costs the block that it is in: reading goes on behind the
next comma or closing bracket of the same object or list. Where a bracket is missing or one too many, the members of
the whole, each on a line of its own, are read one by one. Trees are no deeper than `MOST_JSON_LEVELS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl.bounds import MOST_FAULTS, MOST_JSON_LEVELS, MOST_JSON_VALUES
from tfcheck.terraform.hcl.scan import BlockSpan
from tfcheck.terraform.hcl.syntax_tree import Literal, SyntaxFault

COMMENT = "//"
_LARGEST_EXPONENT = 5_000
_BLANKS = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]++|\\.)*+)"')
_SCALAR = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.])|[a-z]++(?!\w)", re.ASCII)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.")
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SKIPPED = re.compile(r'(?:"(?:[^"\\\n]++|\\.)*+(?:"|(?=\n)|\Z)|[^"{}\[\],])++')
_AT_LINE_START = re.compile(r'^([ \t]*+)"(\w++)"[ \t]*+:', re.MULTILINE)
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
    reader = _Reader(text, int(text.startswith("\ufeff")), len(text))
    try:
        root = reader.document()
    except SyntaxFault as fault:
        return Document((), (fault,))
    apart = _apart(text, labels) if reader.unbalanced else None
    read_members, faults = (members(root, reader.faults), reader.faults) if apart is None else apart
    entries: list[Entry] = []
    for member in read_members:
        count = labels.get(member.name.value)
        if count is not None:
            entries += _entries(member.name.value, (), count, member, faults)
    if apart is not None or reader.unbalanced:
        entries = [one for one in entries if _is_straight(text, one.content)]
        faults = faults or reader.faults
    return Document(tuple(entries), tuple(sorted(faults, key=lambda one: one.offset)[: MOST_FAULTS + 1]))


def _apart(text: str, labels: Mapping[str, int]) -> tuple[list[Member], list[SyntaxFault]] | None:
    """The members of an object whose brackets do not match, and what is wrong in them; None where no line starts one.

    Those are the ones that are indented as the first is.
    """
    first = _AT_LINE_START.search(text)
    starts = [one for one in _AT_LINE_START.finditer(text) if first is not None and one[1] == first[1]]
    if not any(one[2] in labels for one in starts):
        return None
    found: list[Member] = []
    faults: list[SyntaxFault] = []
    for one, end in zip(starts, [*(one.start() for one in starts[1:]), len(text)], strict=True):
        reader = _Reader(text, one.end(1), end)
        try:
            found.append(reader.member(1))
        except SyntaxFault as fault:
            faults.append(fault)
        faults += reader.faults
        if len(faults) > MOST_FAULTS:
            break
    return found, faults


def _is_straight(text: str, content: Object) -> bool:
    """Does it end on its first line, or with a brace that is indented as that line is: is the brace its own?"""
    if "\n" not in text[content.start : content.end]:
        return True
    return _indent(text, content.start) == _indent(text, content.end - 1)


def _indent(text: str, offset: int) -> str:
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip(" \t"))]


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
    """A stretch of a text being read. faults: the damage so far. unbalanced: brackets do not match."""

    text: str
    at: int
    end: int
    faults: list[SyntaxFault] = field(default_factory=list)
    unbalanced: bool = False
    left: int = MOST_JSON_VALUES

    def document(self) -> Json:
        """The one value of the text. Raises SyntaxFault where it has none, or something else than an object or list."""
        self.skip()
        if not self.text.startswith(("{", "["), self.at):
            raise SyntaxFault("it is no JSON: an object is required", self.at)
        root = self.value(0)
        self.skip()
        if self.at < self.end:
            self.unbalanced = True
            self.note(SyntaxFault("something follows the end of the object", self.at))
        return root

    def skip(self) -> None:
        """Go past blanks."""
        found = _BLANKS.match(self.text, self.at, self.end)
        self.at = found.end() if found else self.at

    def take(self, character: str) -> bool:
        """Go past blanks and past this character, if it is next."""
        self.skip()
        found = self.text.startswith(character, self.at, self.end)
        self.at += found
        return found

    def value(self, level: int) -> Json:
        """The value that is next. Raises SyntaxFault; not for damage inside an object or list, which is not whole."""
        self.skip()
        self.left -= 1
        if self.left < 0:
            self.stop(SyntaxFault(f"there are more than {MOST_JSON_VALUES} values: split it", self.at))
        if level > MOST_JSON_LEVELS:
            raise SyntaxFault("it is nested too deeply", self.at)
        if self.text.startswith("{", self.at, self.end):
            return self.object(level)
        if self.text.startswith("[", self.at, self.end):
            return self.array(level)
        return self.string() if self.text.startswith('"', self.at, self.end) else self.scalar()

    def object(self, level: int) -> Object:
        """The object that is next."""
        start, found, before = self.at, list[Member](), len(self.faults)
        self.inside("}", lambda: found.append(self.member(level)))
        return Object(tuple(found), start, self.at, len(self.faults) == before)

    def array(self, level: int) -> Array:
        """The list that is next."""
        start, found, before = self.at, list[Json](), len(self.faults)
        self.inside("]", lambda: found.append(self.value(level + 1)))
        return Array(tuple(found), start, self.at, len(self.faults) == before)

    def inside(self, end: str, read_one: Callable[[], None]) -> None:
        """Reads what stands between brackets; past damage it goes on with what follows the next comma."""
        self.at += 1
        if self.take(end):
            return
        more = True
        while more:
            try:
                read_one()
                more = self.take(",")
                if not more and not self.take(end):
                    raise self.damage(f"a comma or {end} is required")
            except SyntaxFault as fault:
                self.note(fault)
                more = self.resume(end)

    def note(self, fault: SyntaxFault) -> None:
        """Keeps a fault, one for each place, and none at the end where another led there."""
        if self.faults and fault.offset in (self.faults[-1].offset, self.end):
            return
        self.faults.append(fault)
        if len(self.faults) == MOST_FAULTS:
            self.stop(SyntaxFault("too much is damaged: from here on nothing is read", self.at))

    def stop(self, fault: SyntaxFault) -> None:
        """Ends reading."""
        if self.at < self.end:
            self.faults.append(fault)
        self.at = self.end

    def resume(self, end: str) -> bool:
        """Go to what follows the next comma between the same brackets; false where those end, here or nowhere."""
        depth = 0
        while True:
            found = _SKIPPED.match(self.text, self.at, self.end)
            self.at = found.end() if found else self.at
            mark = self.text[self.at : min(self.at + 1, self.end)]
            if not mark or (depth == 0 and mark in "}]" and mark != end):
                self.unbalanced = True
                return False
            self.at += 1
            if depth == 0 and mark in (",", end):
                return mark == ","
            depth += (mark in "{[") - (mark in "}]")

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
        found = _STRING.match(self.text, self.at, self.end)
        if found is None:
            quoted = self.text.startswith('"', self.at, self.end)
            raise self.damage("a string is not closed on its line" if quoted else "a string is required")
        self.at = found.end()
        if "\\" not in found[1]:
            return Text(found[1], found.start(), found.end())
        value, places = _unescaped(found[1], found.start(1))
        return Text(value, found.start(), found.end(), places)

    def scalar(self) -> Literal:
        """The number, boolean or null that is next."""
        found = _SCALAR.match(self.text, self.at, self.end)
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
