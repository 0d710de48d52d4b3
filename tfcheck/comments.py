"""Comments of an HCL text that begin with a marker, and what each of them covers.

A comment covers what begins on its line or, on a line of its own, on the next line of code: that line and all that the
brackets opened there enclose. So one rule serves attributes, objects and blocks, and nothing has to be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import scan
from tfcheck.terraform.hcl.syntax_tree import SyntaxFault
from tfcheck.values import Region

_MOST_FAULTS = 100
_MOST_LINKS = 100

# What holds neither brackets nor comments; a string belongs to it where it holds no `${` and no `%{`.
_PLAIN = re.compile(
    r'(?:[^"{}\[\]()\#/<]++|"[^"\\$%\n]*+(?:(?:\\[^\n]|\$(?![${])|%(?![%{]))[^"\\$%\n]*+)*+"|/(?![/*])|<(?!<))*+'
)
_TOP_LEVEL = re.compile(r"^(?:[a-z]|#|//|/\*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Comment:
    """Where the marker is (line and column from 1), and what follows it on its line, as written.

    covers: None where the comment is above a blank line or a closing bracket, so that it belongs to nothing.
    """

    line: int
    column: int
    words: str
    covers: Region | None


def comments(text: str, marker: str) -> list[Comment]:
    """The comments whose text begins with the marker, in their order; each line of one in `/*` counts by itself."""
    if marker not in text:
        return []
    outline = _outline(text)
    begins = re.compile(rf"(?:^(?:#+|//+|/\*+)|\n[ \t]*\**)[ \t]*({re.escape(marker)})([^\n]*)")
    found: list[Comment] = []
    for start, end in outline.remarks:
        body = text[start : end - 2] if text.startswith("/*", start) else text[start:end]
        for match in begins.finditer(body):
            line, column = outline.lines.position(start + match.start(1))
            found.append(Comment(line, column, match[2], outline.covered(start, end)))
    return found


@dataclass(slots=True)
class _Outline:
    """The comments of a text, and how far the brackets that are opened on a line reach, by the line.

    code: the text with blanks in place of its comments. following: for each line itself if it holds code, else the
    next one that does, with nothing but comments between; 0 where there is none.
    """

    text: str
    lines: scan.Lines
    remarks: list[tuple[int, int]] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    code: str = ""
    following: list[int] = field(default_factory=list)

    def covered(self, start: int, end: int) -> Region | None:
        """What a comment between two offsets covers."""
        first, last = self.line(start), self.line(end - 1)
        alone = not self._shows(first) and not self._shows(last)
        target = self.following[last + 1] if alone else first if self._shows(first) else last
        if not target or (alone and self._shown(target)[0] in "}])"):
            return None
        begin = self._start(target) + self._indent(target)
        return Region(*self.lines.position(begin), *self.lines.position(self._end(target)))

    def line(self, offset: int) -> int:
        """The line of an offset."""
        return self.lines.position(offset)[0]

    def _end(self, line: int) -> int:
        """Where the last of the brackets opened on a line is closed, at least the end of the line."""
        for _ in range(_MOST_LINKS):
            end = self.ends.get(line, 0)
            last = self.line(end)
            rest = self.code[end : self._start(last + 1)].strip()
            # `] : [` and `}).x` go on with what was begun; `}, {` does not.
            if last <= line or not rest or rest[0] in ",}])":
                break
            line = last
        return max(end, self._start(line) + len(self._text(self.code, line)))

    def _start(self, line: int) -> int:
        return self.lines.starts[line - 1] if line <= len(self.lines.starts) else len(self.text)

    def _text(self, text: str, line: int) -> str:
        return text[self._start(line) : self._start(line + 1)].rstrip("\r\n")

    def _shown(self, line: int) -> str:
        return self._text(self.code, line).strip()

    def _shows(self, line: int) -> bool:
        return bool(self._shown(line))

    def _indent(self, line: int) -> int:
        shown = self._text(self.code, line)
        return len(shown) - len(shown.lstrip())

    def follow(self) -> None:
        """Fill in `code` and `following`."""
        pieces, offset = [], 0
        for start, end in self.remarks:
            pieces += [self.text[offset:start], re.sub(r"[^\n]", " ", self.text[start:end])]
            offset = end
        self.code = "".join([*pieces, self.text[offset:]])
        count = len(self.lines.starts)
        self.following = [0] * (count + 2)
        for line in range(count, 0, -1):
            blank = not self._text(self.text, line).strip()
            self.following[line] = line if self._shows(line) else 0 if blank else self.following[line + 1]


def _outline(text: str) -> _Outline:
    outline = _Outline(text, scan.lines(text))
    opened: list[int] = []
    for mark, start, end in _marks(text):
        if mark == "#":
            outline.remarks.append((start, end))
        elif mark == "{":
            opened.append(outline.line(start))
        elif mark == "}":
            if opened:
                outline.ends[opened.pop()] = end
        elif mark == '"':
            line = outline.line(start)
            if outline.line(end - 1) > line:
                outline.ends[line] = end
        else:
            opened.clear()
    outline.follow()
    return outline


def _marks(text: str) -> Iterator[tuple[str, int, int]]:
    """Comments as `#`, brackets as `{` or `}`, strings with templates and heredocs as `"`, each with its offsets.

    Where something is not closed, an empty mark says so, and it goes on at the next line without indentation.
    """
    source, offset, faults = scan.Source(text), 0, 0
    while True:
        plain = _PLAIN.match(text, offset)
        offset = plain.end() if plain else offset
        if offset >= len(text):
            return
        try:
            kind, end = _mark(source, offset)
        except SyntaxFault:
            faults += 1
            following = _TOP_LEVEL.search(text, offset + 1)
            if following is None or faults == _MOST_FAULTS:
                return
            kind, end = "", following.start()
        yield kind, offset, end
        offset = end


def _mark(source: scan.Source, offset: int) -> tuple[str, int]:
    """The kind of what begins here, and its end. Raises SyntaxFault where it has none."""
    text, mark = source.text, source.text[offset]
    if mark in "{[(":
        return "{", offset + 1
    if mark in "}])":
        return "}", offset + 1
    if mark == "#" or text.startswith("//", offset):
        line_break = text.find("\n", offset)
        return "#", len(text) if line_break < 0 else line_break
    return "#" if mark == "/" else '"', source.after_special(offset)
