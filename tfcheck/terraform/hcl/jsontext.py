"""JSON text to values: each member with the place where it was written, around the holes of what is not known.

Serves jsondecode, `container_definitions` and JSON configuration. Numbers are exact; of equal keys the last one counts.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.choices import each_of, for_each_arm, shadow
from tfcheck.terraform.hcl.equality import is_certain
from tfcheck.terraform.hcl.types import STRING
from tfcheck.terraform.hcl.values import (
    FALSE,
    NULL,
    TRUE,
    Choice,
    Encoded,
    EvaluationFault,
    Literal,
    Source,
    Value,
    mapping,
    number,
    sequence,
    string,
    unknown_from,
    why_unknown,
)
from tfcheck.values import SourceLocation, Unknown

_MOST_LEVELS = 100
# Stands for a hole: no character that JSON text may hold.
_HOLE = "\x00"
_BLANKS = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"((?:[^"\\\x01-\x1f]++|\\.)*+)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.\x00])", re.ASCII)
_WORD = re.compile(r"(?:true|false|null)(?![\w\x00])")
_PARTLY_KNOWN = re.compile(r'[^,:\[\]{}"\s]++')
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|\\")
_SHORT = {'\\"': '"', "\\\\": "\\", "\\/": "/", "\\b": "\b", "\\f": "\f", "\\n": "\n", "\\r": "\r", "\\t": "\t"}
_WORDS = {"true": TRUE, "false": FALSE, "null": NULL}


def decode(value: Value) -> Value:
    """What jsondecode makes of a string. Raises EvaluationFault where its text is no JSON.

    Where a hole stands for a member or in a string, only that is unknown; where it may bring members, `rest` says so.
    """
    if isinstance(value.content, Choice):
        return for_each_arm([value], lambda arms: decode(arms[0]))
    if isinstance(value.content, Unknown):
        return Value(value.content, sensitive=value.sensitive)
    if isinstance(value.content, Encoded):
        return as_decoded(value.content.value).mark(value.sensitive)
    if value.type != STRING or value.content is None:
        raise EvaluationFault("a string with JSON is required")
    return decode_parts(text.parts_of(value)).mark(value.sensitive)


def decode_source(source: Source) -> Value:
    """The JSON of a whole file. Raises EvaluationFault."""
    return decode_parts([Literal(source.text.removeprefix("\ufeff"), source, int(source.text.startswith("\ufeff")))])


def decode_parts(parts: Sequence[text.Part]) -> Value:
    """The JSON that parts of a text make up. Raises EvaluationFault."""
    document = _Document.of(parts)
    try:
        value = document.placed()
        document.skip()
        document.expect(document.offset == len(document.joined))
    except EvaluationFault as fault:
        if not document.holes or fault.limit:
            raise
        return unknown_from(*document.holes.values())
    return value


def as_decoded(value: Value) -> Value:
    """A value as it comes back from its JSON: sets and lists as tuples, maps as objects, nulls of no type."""
    content = value.content
    if content is None:
        return NULL.like(value)
    if isinstance(content, tuple):
        uncertain = None if is_certain(value) else why_unknown(value)
        return sequence(map(as_decoded, content), uncertain, each_of(value.more, as_decoded)).like(value)
    if isinstance(content, dict):
        members = {key: as_decoded(one) for key, one in content.items()}
        return mapping(members, value.rest, value.possible, each_of(value.more, as_decoded)).like(value)
    if isinstance(content, Choice):
        return for_each_arm([value], lambda arms: as_decoded(arms[0])).like(value)
    return Value(content).like(value) if isinstance(content, Unknown) else value


@dataclass(slots=True)
class _Document:
    """A text being decoded: its parts joined, a mark for every hole, and where each part begins."""

    joined: str
    holes: dict[int, Value]
    parts: list[tuple[int, Literal | None]]
    offset: int = 0
    level: int = field(default=0)

    @classmethod
    def of(cls, parts: Sequence[text.Part]) -> _Document:
        joined: list[str] = []
        holes: dict[int, Value] = {}
        places: list[tuple[int, Literal | None]] = []
        length = 0
        for part in parts:
            literal = part if isinstance(part, Literal) else None
            places.append((length, literal))
            if isinstance(part, Value):
                holes[length] = part
            joined.append(_HOLE if literal is None else literal.text.replace(_HOLE, "\x01"))
            length += len(joined[-1])
        return cls("".join(joined), holes, places)

    def skip(self) -> None:
        match = _BLANKS.match(self.joined, self.offset)
        self.offset = match.end() if match else self.offset

    def take(self, character: str) -> bool:
        """Go past blanks and past this character, if it is next."""
        self.skip()
        found = self.joined.startswith(character, self.offset)
        self.offset += len(character) if found else 0
        return found

    def expect(self, holds: bool) -> None:
        if not holds:
            raise EvaluationFault("it is not JSON")

    def placed(self) -> Value:
        """The value that comes next, with its place."""
        self.skip()
        start = self.offset
        return self.value().at(self.location(start, self.offset))

    def value(self) -> Value:
        """The value that comes next."""
        self.skip()
        self.level += 1
        if self.level > _MOST_LEVELS:
            raise EvaluationFault("JSON is nested too deeply", limit=True)
        if self.take("{"):
            value = self.object()
        elif self.take("["):
            value = self.array()
        else:
            value = self.scalar()
        self.level -= 1
        return value

    def scalar(self) -> Value:
        """A string, number, boolean or null; or a hole, alone or amid other characters."""
        if match := _STRING.match(self.joined, self.offset):
            self.offset = match.end()
            return self.quoted(match.start(1), match[1])
        if match := _WORD.match(self.joined, self.offset):
            self.offset = match.end()
            return _WORDS[match[0]]
        if match := _NUMBER.match(self.joined, self.offset):
            self.offset = match.end()
            return number(_parsed(match[0]))
        match = _PARTLY_KNOWN.match(self.joined, self.offset)
        self.expect(match is not None and _HOLE in match[0])
        start, self.offset = self.offset, match.end() if match else self.offset
        holes = [self.holes[place] for place in range(start, self.offset) if place in self.holes]
        encoded = holes[0].content if self.offset == start + 1 else None
        return as_decoded(encoded.value) if isinstance(encoded, Encoded) else unknown_from(*holes)

    def quoted(self, start: int, written: str) -> Value:
        """A string whose text between the quotes begins at this offset."""
        if _HOLE not in written:
            return string(_unescaped(written))
        parts: list[text.Part] = []
        for stretch in re.split(f"({_HOLE})", written):
            if stretch == _HOLE:
                parts.append(unknown_from(self.holes[start], type_=STRING))
            else:
                parts.append(Literal(_unescaped(stretch)))
            start += len(stretch)
        return text.concatenate(parts)

    def array(self) -> Value:
        """The rest of a list, whose bracket was taken; a hole in it may stand for any number of elements."""
        elements: list[Value] = []
        rest: Unknown | None = None
        separated = True
        while not self.take("]"):
            hole = self.hole()
            if hole is not None:
                rest, separated = hole, True
            else:
                self.expect(separated)
                elements.append(self.placed())
                separated = False
            separated = self.take(",") or separated
            self.expect(separated or self.joined.startswith((_HOLE, "]"), self.offset))
        self.expect(not elements or not separated or rest is not None)
        return sequence(elements, rest)

    def object(self) -> Value:
        """The rest of an object, whose brace was taken; a hole in it may stand for any number of members."""
        members: dict[str, Value] = {}
        rest: Unknown | None = None
        separated = True
        while not self.take("}"):
            hole = self.hole()
            if hole is not None:
                rest, separated = hole, True
            else:
                self.expect(separated)
                nameless = self.member(members)
                rest = rest if nameless is None else nameless
                separated = False
            separated = self.take(",") or separated
            self.expect(separated or self.joined.startswith((_HOLE, "}"), self.offset))
        self.expect(not members or not separated or rest is not None)
        return mapping(members, rest)

    def member(self, members: dict[str, Value]) -> Unknown | None:
        """Read a key and its value; the reason, where it is not known which key it is."""
        start = self.offset
        match = _STRING.match(self.joined, start)
        self.expect(match is not None)
        end = self.offset = match.end() if match else start
        written = match[1] if match else ""
        key = self.quoted(start + 1, written)
        if "\\" in written and not _is_normal(written):
            # go-cty looks a key up as it is written among names that it has normalised.
            raise EvaluationFault("a key is spelled with escapes in a form that is not normalised (NFC)")
        self.expect(self.take(":"))
        value = self.value()
        # Where what was filled in has another place, the name shows the member.
        value = value.at(self.location(start, self.offset) or self.location(start, end))
        name = text.as_text(key)
        if name is None:
            shadow(members, key, value)
            return why_unknown(key)
        members.pop(name, None)
        members[name] = value
        return None

    def hole(self) -> Unknown | None:
        """Go past a hole that may stand for several members, and what stands right beside it, if one is next."""
        self.skip()
        match = _PARTLY_KNOWN.match(self.joined, self.offset)
        found = [] if match is None else [self.holes[place] for place in range(*match.span()) if place in self.holes]
        if match is None or not found or (len(match[0]) == 1 and isinstance(found[0].content, Encoded)):
            return None
        self.offset = match.end()
        return why_unknown(*found)

    def location(self, start: int, end: int) -> SourceLocation | None:
        """The place in the source, None where it is not known."""
        first, last = self.origin(start), self.origin(end - 1)
        if first is None or last is None or first[0] is not last[0]:
            return None
        return first[0].location(first[1], max(last[1] + 1, first[1]))

    def origin(self, offset: int) -> tuple[Source, int] | None:
        begin, literal = self.parts[bisect_right(self.parts, offset, key=lambda part: part[0]) - 1]
        if literal is None or literal.source is None:
            return None
        return literal.source, literal.offset + offset - begin


def _parsed(written: str) -> numbers.Number:
    try:
        return numbers.parse(written) or 0
    except OverflowError:
        raise EvaluationFault("the number is out of bounds", limit=True) from None


def _is_normal(key: str) -> bool:
    return unicodedata.is_normalized("NFC", _unescaped(unicodedata.normalize("NFC", key)))


def _unescaped(written: str) -> str:
    return _ESCAPE.sub(_unescape, written) if "\\" in written else written


def _unescape(match: re.Match[str]) -> str:
    written = match[0]
    if written in _SHORT:
        return _SHORT[written]
    if not written.startswith("\\u") or len(written) < 6:
        raise EvaluationFault("it is not JSON")
    if len(written) == 12:
        return chr(0x10000 + ((int(written[2:6], 16) - 0xD800) << 10) + int(written[8:], 16) - 0xDC00)
    code = int(written.removeprefix("\\u"), 16)
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
