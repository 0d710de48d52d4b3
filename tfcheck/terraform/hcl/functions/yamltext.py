"""Values as the YAML that Terraform writes, byte for byte: go-cty-yaml's emitter, a port of libyaml's.

Strings are in double quotes, folded after 80 columns, or a literal block where they have line breaks; the members of a
list under a key are not indented; a key that is long or has line breaks stands after `?`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated
from tfcheck.terraform.hcl.types import ANY, STRING
from tfcheck.terraform.hcl.values import Value, string

_MOST_CHARACTERS = 1_000_000
_MOST_LEVELS = 100
_TOO_LARGE = "YAML of more than 1 MB"
_WIDTH = 80
_LONGEST_KEY = 128
_STEP = 2
# A text that begins with it is escaped as a whole.
_BYTE_ORDER_MARK = "\ufeff"
_BREAKS = "\r\n\x85\u2028\u2029"
_NOT_PRINTED = re.compile("[^\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_ESCAPED = re.compile(f'{_NOT_PRINTED.pattern}|[{_BREAKS}"\\\\]')
_STRETCH = re.compile(" |[^ ]+")
_LINE = re.compile(f"[^{_BREAKS}]+|[{_BREAKS}]")
_SHORT = dict(zip('\0\a\b\t\n\v\f\r\x1b"\\\x85\xa0\u2028\u2029', '0abtnvfre"\\N_LP', strict=True))


def _encode(value: Value) -> Value:
    """The document. Raises NotEvaluated where it would be too large."""
    emitter = _Emitter()
    emitter.node(value)
    emitter.line()
    if value.content is None or isinstance(value.content, (bool, numbers.Number)):
        emitter.write("...")
        emitter.line()
    return string(unicodedata.normalize("NFC", "".join(emitter.out)))


@dataclass(slots=True)
class _Emitter:
    """What was written, and where that left off.

    column: how far into the line. indent: that of the collection at hand, -1 outside of all. blank: is what stands
    before a blank, so that none is needed? fresh: was nothing but indentation, `-`, `?` and `:` written in this line?
    """

    out: list[str] = field(default_factory=list)
    column: int = 0
    indent: int = -1
    blank: bool = True
    fresh: bool = True
    left: int = _MOST_CHARACTERS
    level: int = 0

    def write(self, written: str) -> None:
        """Append text without line breaks."""
        self.out.append(written)
        self.column += len(written)
        self.left -= len(written)
        if self.left < 0:
            raise NotEvaluated(_TOO_LARGE)

    def end_line(self) -> None:
        self.write("\n")
        self.column = 0

    def line(self) -> None:
        """Begin a line, unless nothing but indentation, and no more of it than needed, is in this one."""
        indent = max(self.indent, 0)
        if not self.fresh or self.column > indent or (self.column == indent and not self.blank):
            self.end_line()
        self.write(" " * max(indent - self.column, 0))
        self.blank = self.fresh = True

    def mark(self, indicator: str, apart: bool = True, opens: bool = False) -> None:
        """An indicator, `apart` from what stands before it; after one that `opens`, indentation may go on."""
        self.write(f" {indicator}" if apart and not self.blank else indicator)
        self.blank = False
        self.fresh = self.fresh and opens

    def node(self, value: Value, under_key: bool = False) -> None:
        """A value; `under_key` where it is a member of a mapping."""
        content = value.content
        self.level += 1
        if self.level > _MOST_LEVELS:
            raise NotEvaluated("YAML that is nested too deeply")
        if isinstance(content, tuple):
            self.items(content, under_key)
        elif isinstance(content, Mapping):
            self.members(content)
        elif content is None or isinstance(content, bool):
            self.mark({None: "null", True: "true", False: "false"}[content])
        elif isinstance(content, numbers.Number):
            self.mark(numbers.text(content))
        else:
            self.text(text.as_text(value) or "", key=False)
        self.level -= 1

    def items(self, items: tuple[Value, ...], under_key: bool) -> None:
        if not items:
            self.mark("[]")
            return
        outer = self.indent
        if self.fresh or not under_key:
            self.indent = self.indent + _STEP if self.indent >= 0 else 0
        for item in items:
            self.line()
            self.mark("-", opens=True)
            self.node(item)
        self.indent = outer

    def members(self, members: Mapping[str, Value]) -> None:
        if not members:
            self.mark("{}")
            return
        outer = self.indent
        self.indent = self.indent + _STEP if self.indent >= 0 else 0
        for key in sorted(members):
            self.line()
            if len(key.encode()) <= _LONGEST_KEY and not _has_breaks(key):
                self.text(key, key=True)
                self.mark(":", apart=False)
            else:
                self.mark("?", opens=True)
                self.text(key, key=False)
                self.line()
                self.mark(":", opens=True)
            self.node(members[key], under_key=True)
        self.indent = outer

    def text(self, written: str, key: bool) -> None:
        """A string; as a `key` it stays in its line."""
        if len(written) > self.left:
            raise NotEvaluated(_TOO_LARGE)
        outer = self.indent
        self.indent = self.indent + _STEP if self.indent >= 0 else _STEP
        if "\n" in written and _may_be_block(written):
            self.block(written)
        else:
            self.quoted(written, foldable=not key)
        self.indent = outer

    def quoted(self, written: str, foldable: bool) -> None:
        self.mark('"')
        if written.startswith(_BYTE_ORDER_MARK):
            self.write("".join(map(_escape, written)))
            written = ""
        after_space = False
        for match in _STRETCH.finditer(written):
            inside = match.start() > 0 and match.end() < len(written)
            if match[0] != " ":
                self.write(_ESCAPED.sub(lambda one: _escape(one[0]), match[0]))
            elif foldable and not after_space and self.column > _WIDTH and inside:
                self.line()
                self.write("\\" if written[match.end()] == " " else "")
            else:
                self.write(" ")
            after_space = match[0] == " "
        self.mark('"', apart=False)
        self.fresh = False

    def block(self, written: str) -> None:
        """Line by line after `|`, with the hints that keep the first line's indentation and the last line breaks."""
        self.mark("|")
        if written[0] in f" {_BREAKS}":
            self.mark(str(_STEP), apart=False)
        if written[-1] not in _BREAKS:
            self.mark("-", apart=False)
        elif len(written) == 1 or written[-2] in _BREAKS:
            self.mark("+", apart=False)
        self.end_line()
        self.fresh = self.blank = True
        for line in _LINE.findall(written):
            if line == "\n":
                self.end_line()
            elif line in _BREAKS:
                self.write(line)
                self.column = 0
            else:
                self.line()
                self.write(line)
            self.fresh = line in _BREAKS


def _has_breaks(written: str) -> bool:
    return any(one in written for one in _BREAKS)


def _may_be_block(written: str) -> bool:
    """Is every character printed as it is, and no blank lost at the end of a line?"""
    return not (_NOT_PRINTED.search(written) or written[-1] == " " or re.search(f" [{_BREAKS}]", written))


def _escape(character: str) -> str:
    if character in _SHORT:
        return f"\\{_SHORT[character]}"
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


FUNCTIONS: dict[str, Function] = {"yamlencode": Function(_encode, (ANY,), returns=STRING, nullable=0)}
