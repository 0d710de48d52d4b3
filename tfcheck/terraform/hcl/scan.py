"""Where the top-level blocks and attributes of an HCL text begin and end, found without parsing them.

Offsets count code points from 0, ends are exclusive. Damage costs only the block that it is in: scanning goes on at the
next line that starts a top-level block of Terraform's.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl.bounds import MOST_FAULTS
from tfcheck.terraform.hcl.syntax_tree import SyntaxFault
from tfcheck.values import Region

_NAME = r"[^\W\d][\w-]*+"
_STRING = r'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+"'
_REMARK = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"

# What may stand between two structural characters; a string belongs to it where it holds no `${` and no `%{`.
_PLAIN = r'"[^"\\$%\n]*+(?:(?:\\[^\n]|\$(?![${])|%(?![%{]))[^"\\$%\n]*+)*+"|\#[^\n]*+|//[^\n]*+|/(?![/*])|<(?!<)'
_CODE = re.compile(rf'(?:[^"{{}}\#/<]++|{_PLAIN})*+')
_VALUE = re.compile(rf'(?:[^"{{}}\[\]()\#/<\n]++|{_PLAIN})*+')
_QUOTED = re.compile(r'(?:[^"\\$%\n]++|\\[^\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+')
_BETWEEN = re.compile(r"(?:[ \t\r\n\ufeff]++|\#[^\n]*+|//[^\n]*+)*+")
_HEADER = re.compile(rf"({_NAME})((?:[ \t]*+(?:{_STRING}|{_NAME}|{_REMARK}))*+)[ \t]*+\{{")
_LABEL = re.compile(rf'"((?:[^"\\]++|\\.)*+)"|{_REMARK}|({_NAME})')
_ASSIGNED = re.compile(rf"({_NAME})(?:[ \t]++|{_REMARK})*+=(?!=)")
_HEREDOC = re.compile(r"<<-?([^\W\d][\w.-]*+)[ \t]*+\r?\n")
_MARKER = re.compile(r"^[ \t]*+([^\W\d][\w.-]*+)[ \t]*+(?=\r?$)", re.MULTILINE)
_TOP_LEVEL = re.compile(
    r"^(?:action|check|data|ephemeral|import|list|locals|module|moved|output|provider|removed|resource|terraform|variable)"
    r'(?=[ \t]*+(?:["{]|/\*))',
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class BlockSpan:
    """A top-level block: `start` is where its type begins, `body` just after `{`, `end` just after `}`.

    Labels are as written, without their quotes; escapes in them are left alone.
    """

    type: str
    labels: tuple[str, ...]
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class AttributeSpan:
    """A top-level attribute, as in .tfvars: `start` is where its name begins, `value` just after `=`.

    `end` is the end of its last line, without the line break; a comment may stand before it.
    """

    name: str
    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be made out, and where it begins."""

    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text holds at its top level, each in the order of the text."""

    blocks: tuple[BlockSpan, ...]
    faults: tuple[Fault, ...]
    attributes: tuple[AttributeSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text start; serves many look-ups."""

    starts: tuple[int, ...]

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset, counted from 1 in code points; a byte-order mark has no column."""
        line = max(bisect_right(self.starts, offset), 1)
        return line, max(offset - self.starts[line - 1], 0) + 1

    def region(self, start: int, end: int) -> Region:
        """The stretch between two offsets."""
        line, column = self.position(start)
        if line == len(self.starts) or end < self.starts[line]:
            return Region(line, column, line, max(end - self.starts[line - 1], 0) + 1)
        return Region(line, column, *self.position(end))


def lines(text: str) -> Lines:
    """The lines of a text, which LF or CRLF ends."""
    first = 1 if text.startswith("\ufeff") else 0
    return Lines((first, *(match.end() for match in re.finditer("\n", text))))


def position(text: str, offset: int) -> tuple[int, int]:
    """The line and the column of one offset, counted from 1 in code points."""
    return lines(text).position(offset)


def scan(text: str) -> Scan:
    """Find the top-level blocks and attributes of a text. Raises nothing: what is damaged is among the faults."""
    source = Source(text)
    blocks: list[BlockSpan] = []
    attributes: list[AttributeSpan] = []
    faults: list[Fault] = []
    offset = 0
    while (offset := source.skip_between(offset)) < len(text):
        try:
            item = source.item(offset)
        except SyntaxFault as damage:
            faults.append(Fault(damage.offset, damage.message))
            following = _TOP_LEVEL.search(text, offset + 1)
            if following is None:
                break
            if len(faults) == MOST_FAULTS:
                faults.append(Fault(following.start(), "too much is damaged: from here on nothing is read"))
                break
            offset = following.start()
            continue
        if isinstance(item, BlockSpan):
            blocks.append(item)
        else:
            attributes.append(item)
        offset = item.end
    return Scan(tuple(blocks), tuple(faults), tuple(attributes))


@dataclass(slots=True)
class Source:
    """A text and ways to skip over parts of it, all of which raise SyntaxFault where a part is not closed.

    What has to be looked for far ahead is found once, so that damaged texts take linear time as well.
    """

    text: str
    last_remark_end: int = -1
    markers: dict[str, list[int]] = field(default_factory=dict)
    unclosed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.last_remark_end = self.text.rfind("*/")
        if "<<" in self.text:
            for match in _MARKER.finditer(self.text):
                self.markers.setdefault(match[1], []).append(match.end())

    def skip_between(self, offset: int) -> int:
        """The offset of what comes after blanks, line breaks and comments."""
        while True:
            match = _BETWEEN.match(self.text, offset)
            offset = match.end() if match else offset
            if not self.text.startswith("/*", offset) or self.last_remark_end < offset + 2:
                return offset
            offset = self.after_remark(offset)

    def item(self, offset: int) -> BlockSpan | AttributeSpan:
        """The block or attribute that starts here."""
        if header := _HEADER.match(self.text, offset):
            labels = tuple(quoted or bare or "" for quoted, bare in _labels(header[2]))
            try:
                end = self.after_close(header.end())
            except SyntaxFault as damage:
                name = " ".join((header[1], *labels))
                raise SyntaxFault(f"{damage.message}, in the block {name}", damage.offset) from None
            return BlockSpan(header[1], labels, offset, header.end(), end)
        if assigned := _ASSIGNED.match(self.text, offset):
            return AttributeSpan(assigned[1], offset, assigned.end(), self.end_of_value(assigned.end()))
        if self.text.startswith("/*", offset):
            raise SyntaxFault("a comment is not closed", offset)
        raise SyntaxFault("neither a block nor an attribute", offset)

    def after_close(self, start: int) -> int:
        """The offset after the brace that closes the one just before `start`; strings and heredocs are skipped."""
        text, offset, opened = self.text, start, [start - 1]
        if start - 1 in self.unclosed:
            raise SyntaxFault("a brace is not closed", start - 1)
        while opened:
            offset = _run(_CODE, text, offset)
            mark = text[offset : offset + 1]
            if mark == "}":
                opened.pop()
                offset += 1
            elif mark == "{":
                opened.append(offset)
                offset += 1
            elif mark:
                offset = self.after_special(offset)
            else:
                self.unclosed.update(opened)
                raise SyntaxFault("a brace is not closed", start - 1)
        return offset

    def end_of_value(self, offset: int) -> int:
        """The end of the line on which an attribute's value ends: the first one outside of all brackets."""
        text, start, depth = self.text, offset, 0
        while True:
            offset = _run(_VALUE, text, offset)
            mark = text[offset : offset + 1]
            if not mark and depth > 0:
                raise SyntaxFault("a bracket is not closed", start)
            if not mark or (mark == "\n" and depth <= 0):
                return offset - 1 if text[offset - 1] == "\r" else offset
            if mark in "{[(":
                depth += 1
            elif mark in "}])":
                depth -= 1
            offset = offset + 1 if mark in "\n{}[]()" else self.after_special(offset)

    def after_special(self, offset: int) -> int:
        """The offset after a string, a heredoc or a bracketed comment."""
        if self.text[offset] == '"':
            return self.after_string(offset)
        if self.text[offset] == "/":
            return self.after_remark(offset)
        heredoc = _HEREDOC.match(self.text, offset)
        return self.after_heredoc(heredoc) if heredoc else offset + 2

    def after_remark(self, offset: int) -> int:
        """The offset after a comment in `/*` and `*/`."""
        if self.last_remark_end < offset + 2:
            raise SyntaxFault("a comment is not closed", offset)
        return self.text.index("*/", offset + 2) + 2

    def after_heredoc(self, opening: re.Match[str]) -> int:
        """The offset after the line of the end marker, without its line break."""
        ends = self.markers.get(opening[1], [])
        index = bisect_left(ends, opening.end())
        if index == len(ends):
            raise SyntaxFault(f"a heredoc is not closed by {opening[1]}", opening.start())
        return ends[index]

    def after_string(self, start: int) -> int:
        """The offset after a string, whose templates may hold strings; a stack, since depth is the writer's choice."""
        text, offset, opened = self.text, start + 1, [-1]
        while opened:
            within = opened[-1]
            offset = _run(_QUOTED if within < 0 else _CODE, text, offset)
            mark = text[offset : offset + 1]
            if within < 0:
                if mark in ("$", "%"):
                    opened.append(offset)
                    offset += 1
                elif mark == '"':
                    opened.pop()
                else:
                    raise SyntaxFault("a string is not closed on its line", start)
            elif mark == "{":
                opened.append(offset)
            elif mark == "}":
                opened.pop()
            elif mark == '"':
                opened.append(-1)
            elif not mark:
                raise SyntaxFault("a template in a string is not closed", within)
            else:
                offset = self.after_special(offset) - 1
            offset += 1
        return offset


def _labels(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in _LABEL.finditer(text) if not match[0].startswith("/*")]


def _run(pattern: re.Pattern[str], text: str, offset: int) -> int:
    """The end of what a pattern that may match nothing matches here."""
    match = pattern.match(text, offset)
    return match.end() if match else offset
