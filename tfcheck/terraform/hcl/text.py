"""Strings in parts: known stretches, each with its place, and holes for what is not known. Values as JSON text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl.types import STRING, SetType
from tfcheck.terraform.hcl.values import (
    Encoded,
    Literal,
    Text,
    Value,
    string,
    unknown_from,
)

Part = Literal | Value

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
# Go's encoder makes its output safe inside HTML and JavaScript.
_ESCAPED = (*map(chr, range(32)), "<", ">", "&", "\u2028", "\u2029")
_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in _ESCAPED} | _SHORT)


def concatenate(parts: Iterable[Part]) -> Value:
    """The string that literals and strings make up; what is not known of them stays a hole."""
    flat: list[Part] = []
    sensitive = False
    for part in parts:
        sensitive = sensitive or (isinstance(part, Value) and part.marked)
        flat.extend(parts_of(part) if isinstance(part, Value) else (part,))
    flat = [part for part in flat if not (isinstance(part, Literal) and not part.text)]
    return _from_parts(flat).mark(sensitive)


def _from_parts(parts: list[Part]) -> Value:
    literals = [part for part in parts if isinstance(part, Literal)]
    if len(literals) == len(parts) and all(part.source is None for part in literals):
        return string("".join(part.text for part in literals))
    if len(parts) == 1 and isinstance(parts[0], Value):
        return parts[0]
    return Value(Text(tuple(parts)), STRING)


def parts_of(value: Value) -> Sequence[Part]:
    """The parts of a string; what is no string in parts is a hole."""
    match value.content:
        case str():
            return (Literal(value.content),)
        case Text(parts):
            return parts
    return (value,)


def as_text(value: Value) -> str | None:
    """A string, None where it is not wholly known or no string at all."""
    if isinstance(value.content, str):
        return value.content
    if not value.known or not isinstance(value.content, (Text, Encoded)):
        return None
    joined = "".join(part.text for part in spelled_out(value) if isinstance(part, Literal))
    return joined if joined.isascii() else unicodedata.normalize("NFC", joined)


def spelled_out(value: Value) -> Sequence[Part]:
    """The parts of a string, JSON in it as text: literals, and the holes that are left."""
    spelled: list[Part] = []
    for part in parts_of(value):
        if isinstance(part, Value) and isinstance(part.content, Encoded):
            _write(part.content.value, spelled)
        else:
            spelled.append(part)
    return spelled


def json_text(value: Value) -> str:
    """The JSON of a wholly known value."""
    written: list[Part] = []
    _write(value, written)
    return "".join(part.text for part in written if isinstance(part, Literal))


def compare(one: Value, other: Value) -> bool | None:
    """Are two strings equal? False as soon as known parts differ, None where that is not known."""
    first, second = as_text(one), as_text(other)
    if first is not None and second is not None:
        return first == second
    if first is not None:
        return None if _may_be(first, spelled_out(other)) else False
    if second is not None:
        return None if _may_be(second, spelled_out(one)) else False
    return None if _may_agree(one, other) else False


def prefix(value: Value) -> str:
    """What a string certainly begins with."""
    return _run(spelled_out(value))


def suffix(value: Value) -> str:
    """What a string certainly ends with."""
    known: list[str] = []
    for part in reversed(spelled_out(value)):
        if not isinstance(part, Literal):
            break
        known.append(part.text)
    return "".join(reversed(known))


def _run(parts: Sequence[Part]) -> str:
    """The literal text up to the first hole."""
    known: list[str] = []
    for part in parts:
        if not isinstance(part, Literal):
            break
        known.append(part.text)
    return "".join(known)


def _may_agree(one: Value, other: Value) -> bool:
    first, second = prefix(one), prefix(other)
    if not (first.startswith(second) or second.startswith(first)):
        return False
    first, second = suffix(one), suffix(other)
    return first.endswith(second) or second.endswith(first)


def _may_be(text: str, parts: Sequence[Part]) -> bool:
    """Can the holes be filled so that this text results?"""
    stretches = [""]
    for part in parts:
        if isinstance(part, Literal):
            stretches[-1] += part.text
        else:
            stretches.append("")
    first, last = stretches[0], stretches[-1]
    if len(stretches) == 1:
        return text == first
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    place, end = len(first), len(text) - len(last)
    for stretch in stretches[1:-1]:
        place = text.find(stretch, place, end)
        if place < 0:
            return False
        place += len(stretch)
    return True


def _write(value: Value, out: list[Part]) -> None:
    """Append the JSON of a value, as Go writes it; what is not known of it becomes a hole."""
    content = value.content
    if content is None:
        out.append(Literal("null"))
    elif isinstance(content, bool):
        out.append(Literal("true" if content else "false"))
    elif isinstance(content, numbers.Number):
        out.append(Literal(numbers.text(content)))
    elif isinstance(content, (str, Text, Encoded)):
        out.append(Literal('"'))
        out.extend(
            Literal(part.text.translate(_ESCAPES)) if isinstance(part, Literal) else part for part in spelled_out(value)
        )
        out.append(Literal('"'))
    elif value.rest is not None or (isinstance(value.type, SetType) and not value.known):
        out.append(unknown_from(value, type_=STRING))
    elif isinstance(content, tuple):
        _write_all([("", element) for element in content], "[]", out)
    elif isinstance(content, Mapping):
        keys = sorted(content)
        _write_all([(f'"{key.translate(_ESCAPES)}":', content[key]) for key in keys], "{}", out)
    else:
        out.append(unknown_from(value, type_=STRING))


def _write_all(members: Sequence[tuple[str, Value]], brackets: str, out: list[Part]) -> None:
    for place, (key, member) in enumerate(members):
        out.append(Literal(("," if place else brackets[0]) + key))
        _write(member, out)
    out.append(Literal(brackets[1] if members else brackets))
