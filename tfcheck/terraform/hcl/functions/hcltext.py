"""Values as HCL source, byte for byte as hclwrite formats it: what `provider::terraform::encode_expr` gives.

A list stays in its line, each member of an object has its own; the `=` of lines that follow one another are aligned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import groupby

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.functions.signature import NotEvaluated
from tfcheck.terraform.hcl.functions.strings import characters
from tfcheck.terraform.hcl.values import Value

_MOST_CHARACTERS = 1_000_000
_MOST_LEVELS = 100
_TOO_LARGE = "HCL of more than 1 MB"
_IDENTIFIER = re.compile(r"[^\W\d][\w-]*", re.ASCII)
_CONTINUING = ("Mn", "Mc", "Nd", "Pc")
# By their category they could not stand in names.
_EXCEPTIONS = "\xb7\u0387\u2118\u212e\u309b\u309c" + "".join(map(chr, range(0x1369, 0x1372)))
_INTRODUCER = re.compile(r"([$%])(?=\{)")
_ESCAPED = re.compile(r'[^ -~]|["\\]')
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
# Go prints letters, marks, numbers, punctuation and symbols as they are.
_PRINTED = "LMNPS"


@dataclass(slots=True)
class _Line:
    """A line: what stands before its `=`, in how many columns, and from there on.

    opened: how many more brackets it opens than it closes; opened_after: from its `=` on.
    """

    lead: list[str] = field(default_factory=list)
    columns: int = 0
    assigned: list[str] = field(default_factory=list)
    opened: int = 0
    opened_after: int = 0

    @property
    def aligned(self) -> bool:
        """Is its `=` aligned with those of its neighbours? Not where its value goes on in the next line."""
        return bool(self.assigned) and self.opened_after == 0


def expression(value: Value) -> str:
    """A wholly known value as an expression. Raises NotEvaluated where it would be too large."""
    writer = _Writer()
    writer.value(value)
    return _formatted(writer.lines)


def attributes(values: Mapping[str, Value]) -> str:
    """The body that sets these names, sorted. Raises NotEvaluated where it would be too large."""
    writer = _Writer()
    writer.members(values)
    return _formatted(writer.lines)


def is_identifier(name: str) -> bool:
    """May it be written as a name? Raises NotEvaluated where versions of Unicode may differ."""
    kinds = "".join(one if one.isascii() else _kind(one) for one in name)
    if "?" in kinds and _IDENTIFIER.fullmatch(kinds.replace("?", "a")):
        raise NotEvaluated("a name that versions of Unicode do not agree on")
    return _IDENTIFIER.fullmatch(kinds) is not None


def _kind(character: str) -> str:
    """A letter, a digit or a symbol of ASCII that may stand in the same places of a name; `?` where it is not certain.

    What Unicode once allowed in a name it always will; what came later may not be known to all.
    """
    category = unicodedata.ucd_3_2_0.category(character)
    if category[0] == "L" or category == "Nl":
        return "a"
    if category in _CONTINUING:
        return "1"
    later = unicodedata.category(character) if category == "Cn" else "So"
    return "?" if later[0] in "LMN" or later in ("Pc", "Cn") or character in _EXCEPTIONS else "."


class _Writer:
    """Writes values, line by line."""

    def __init__(self) -> None:
        self.lines = [_Line()]
        self.left = _MOST_CHARACTERS
        self.level = 0

    def put(self, written: str, opens: int = 0) -> None:
        """Append to the line."""
        line = self.lines[-1]
        (line.assigned or line.lead).append(written)
        line.opened_after += opens if line.assigned else 0
        line.opened += opens
        self.left -= len(written) + 1
        if self.left < 0:
            raise NotEvaluated(_TOO_LARGE)

    def value(self, value: Value) -> None:
        """A value."""
        content = value.content
        self.level += 1
        if self.level > _MOST_LEVELS:
            raise NotEvaluated("HCL that is nested too deeply")
        if isinstance(content, tuple):
            self.items(content)
        elif isinstance(content, Mapping):
            self.put("{", 1)
            if content:
                self.lines.append(_Line())
                self.members(content)
            self.put("}", -1)
        elif content is None or isinstance(content, bool):
            self.put({None: "null", True: "true", False: "false"}[content])
        elif isinstance(content, numbers.Number):
            self.put(numbers.text(content))
        else:
            written = text.as_text(value) or ""
            self.put(_quoted(written[: self.left]))
        self.level -= 1

    def items(self, items: Sequence[Value]) -> None:
        self.put("[", 1)
        for place, item in enumerate(items):
            if place:
                self.put(", ")
            self.value(item)
        self.put("]", -1)

    def members(self, members: Mapping[str, Value]) -> None:
        """One line or more for each, and the beginning of the line after them."""
        for key in sorted(members):
            self.key(key)
            self.value(members[key])
            self.lines.append(_Line())

    def key(self, key: str) -> None:
        """A key and its `=`."""
        named = is_identifier(key)
        written = key if named else _quoted(key)
        self.put(written)
        line = self.lines[-1]
        line.columns = len(characters(written)) if named else len(characters(written[1:-1])) + 2
        line.assigned.append("= ")


def _quoted(written: str) -> str:
    return '"' + _ESCAPED.sub(_escape, _INTRODUCER.sub(r"\1\1", written)) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    category = unicodedata.category(character)
    if category == "Cn" and ord(character) & 0xFFFE != 0xFFFE:
        raise NotEvaluated("a character that versions of Unicode do not agree on")
    if category[0] in _PRINTED:
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def _formatted(lines: Sequence[_Line]) -> str:
    """The lines, each indented by how many lines before it left a bracket open."""
    open_: list[int] = []
    written: list[str] = []
    left = _MOST_CHARACTERS
    for aligned, group in groupby(lines, key=lambda line: line.aligned):
        chain = list(group)
        columns = max(line.columns for line in chain) if aligned else 0
        for line in chain:
            _close(open_, -line.opened)
            indent = 2 * len(open_) if line.lead else 0
            left -= indent + columns
            if left < 0:
                raise NotEvaluated(_TOO_LARGE)
            space = " " * (columns - line.columns if aligned else 0) + " " * bool(line.assigned)
            written.append("".join((" " * indent, *line.lead, space, *line.assigned)))
            if line.opened > 0:
                open_.append(line.opened)
    return unicodedata.normalize("NFC", "\n".join(written))


def _close(open_: list[int], count: int) -> None:
    """Close so many brackets: the last line that left some open loses its indentation once all of them are closed."""
    while count > 0 and open_:
        count, open_[-1] = count - open_[-1], open_[-1] - count
        if open_[-1] <= 0:
            open_.pop()
