"""Templates: literal text, `${}` and `%{}` sequences put together, strip markers, dedent and nesting applied."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Literal

from tfcheck.records import dataclass, field, replace
from tfcheck.terraform.hcl.bounds import MOST_SEQUENCES, MOST_TEMPLATE_PIECES
from tfcheck.terraform.hcl.syntax_tree import (
    Expression,
    ForDirective,
    IfDirective,
    Interpolation,
    Part,
    SyntaxFault,
    Text,
)

# Blanks as Go's unicode.IsSpace counts them: fewer than those of str.isspace.
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_SEQUENCE = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
# The stretches that HashiCorp's scanner sees, since a strip marker reaches no further than one of them: a lone `$` or
# `%` is one, with the last character of its line if just that follows.
_STRETCH = re.compile(r"[$%][^\n](?=\r?\n)|[$%]|[^$%\n]*+\n|[^$%\n]++")
_QUOTED_STRETCH = re.compile(r"[$%]|(?:[^$%\\]++|\\.)++", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|([$%])\2\{", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


Kind = Literal["interpolation", "if", "else", "endif", "for", "endfor"]


@dataclass(frozen=True, slots=True)
class Marker:
    """One `${...}` or `%{...}`: strip markers still to be applied, directives still to be matched.

    `expression` is what is interpolated, the condition of an if or the collection of a for; `names` are the for's.
    """

    kind: Kind
    strips_left: bool
    strips_right: bool
    start: int
    end: int
    expression: Expression | None = None
    names: tuple[str, ...] = ()


Piece = Text | Marker


def unescape(text: str) -> str:
    """The value of the characters of a quoted string, normalised (NFC); unknown escapes lose their backslash."""
    if "\\" in text or "{" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def quoted_text(text: str, start: int) -> list[Piece]:
    """The pieces of what stands in a quoted string between its sequences and escapes of them; `start` is its offset."""
    return [
        Text(unescape(stretch[0]), start + stretch.start(), start + stretch.end())
        for stretch in _QUOTED_STRETCH.finditer(text)
    ]


def split(text: str, start: int, end: int, marker: Callable[[int], Marker]) -> list[Piece]:
    """The pieces of a text in which nothing but `$${` and `%%{` is escaped: lines, escapes and sequences.

    `marker` parses the sequence that begins at an offset.
    """
    pieces: list[Piece] = []
    offset, sequences = start, 0
    while offset < end:
        found = _SEQUENCE.search(text, offset, end)
        pieces += _plain_text(text, offset, found.start() if found else end)
        if found is None:
            break
        if found[0][0] == found[0][1]:
            pieces.append(Text(found[0][1:], found.start(), found.end()))
            offset = found.end()
        else:
            pieces.append(marker(found.start()))
            offset = pieces[-1].end
            sequences += 1
        if sequences > MOST_SEQUENCES:
            raise SyntaxFault(f"it has more than {MOST_SEQUENCES} template sequences: split it", found.start())
    if len(pieces) > MOST_TEMPLATE_PIECES:
        raise SyntaxFault(f"it has more than {MOST_TEMPLATE_PIECES} lines: split it", start)
    return pieces


def assemble(pieces: Sequence[Piece], flush: bool = False) -> tuple[Part, ...]:
    """The parts of a template; `flush` removes the indent that all lines share (`<<-`). Raises SyntaxFault.

    Empty text goes, but where a lone interpolation would become the whole template by it.
    """
    stripped = _strip(pieces)
    if flush:
        stripped = _dedent(stripped)
    parts = _nest(piece for piece in stripped if not isinstance(piece, Text) or piece.value)
    if len(parts) == 1 and len(stripped) > 1 and isinstance(parts[0], Interpolation):
        return _nest(stripped)
    return parts


def _unescaped(match: re.Match[str]) -> str:
    if match[2]:
        return match[2] + "{"
    name = match[1]
    if len(name) == 1:
        return _ESCAPED.get(name, name)
    code = int(name[1:], 16)
    return "\ufffd" if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def _plain_text(text: str, start: int, end: int) -> list[Piece]:
    """No Text spans more than a line, so that value[i] stands at start + i (but for what normalising moves)."""
    stretches = islice(_STRETCH.finditer(text, start, end), MOST_TEMPLATE_PIECES + 1)
    return [Text(unicodedata.normalize("NFC", one[0]), one.start(), one.end()) for one in stretches]


def _strip(pieces: Sequence[Piece]) -> list[Piece]:
    """Apply `~`, which strips the one piece of text next to it: never more than a line of a heredoc."""
    around = zip((None, *pieces), pieces, (*pieces[1:], None), strict=False)
    return [_stripped(before, piece, after) if isinstance(piece, Text) else piece for before, piece, after in around]


def _stripped(before: Piece | None, text: Text, after: Piece | None) -> Text:
    value, start = text.value, text.start
    if isinstance(before, Marker) and before.strips_right:
        value = value.lstrip(_BLANKS)
        start += len(text.value) - len(value)
    if isinstance(after, Marker) and after.strips_left:
        value = value.rstrip(_BLANKS)
    return text if value == text.value else replace(text, value=value, start=start)


def _dedent(pieces: Sequence[Piece]) -> list[Piece]:
    """Remove the smallest indent of all lines from each; blank lines neither count nor change.

    What begins a line is decided after stripping, as HashiCorp's parser does it: a line whose break was stripped away
    does not make the next one begin.
    """
    indents: dict[int, int] = {}
    fresh = True
    least: int | None = None
    for index, piece in enumerate(pieces):
        text = piece.value if isinstance(piece, Text) else ""
        indent = len(text) - len(text.lstrip(_BLANKS))
        if fresh and not (indent == len(text) and text.endswith("\n")):
            indents[index] = indent
            least = indent if least is None else min(least, indent)
        fresh = text.endswith("\n")
    return [
        replace(piece, value=piece.value[least:], start=piece.start + (least or 0))
        if isinstance(piece, Text) and index in indents
        else piece
        for index, piece in enumerate(pieces)
    ]


@dataclass(slots=True)
class _Open:
    """A directive whose end is still to come, None for the template itself."""

    marker: Marker | None
    parts: list[Part] = field(default_factory=list)
    then: list[Part] | None = None


def _nest(pieces: Iterable[Piece]) -> tuple[Part, ...]:
    opened = [_Open(None)]
    for piece in pieces:
        innermost = opened[-1]
        if isinstance(piece, Text):
            innermost.parts.append(piece)
        elif piece.kind == "interpolation" and piece.expression is not None:
            innermost.parts.append(Interpolation(piece.expression, piece.start, piece.end))
        elif piece.kind in ("if", "for"):
            opened.append(_Open(piece))
        elif piece.kind == "else" and _kind(innermost) == "if" and innermost.then is None:
            innermost.then, innermost.parts = innermost.parts, []
        elif piece.kind == f"end{_kind(innermost)}":
            opened.pop()
            opened[-1].parts.append(_directive(innermost, piece.end))
        else:
            raise SyntaxFault(f"%{{ {piece.kind} }} does not fit here", piece.start)
    unclosed = opened[-1].marker
    if unclosed:
        raise SyntaxFault(f"%{{ {unclosed.kind} }} is not closed", unclosed.start)
    return tuple(opened[0].parts)


def _kind(directive: _Open) -> str:
    return directive.marker.kind if directive.marker else ""


def _directive(closed: _Open, end: int) -> Part:
    marker = closed.marker
    if marker is None or marker.expression is None:
        raise SyntaxFault("a template directive lacks its expression", end)
    if marker.kind == "for":
        *key_name, value_name = marker.names
        name = key_name[0] if key_name else None
        return ForDirective(name, value_name, marker.expression, tuple(closed.parts), marker.start, end)
    then, otherwise = (closed.parts, ()) if closed.then is None else (closed.then, closed.parts)
    return IfDirective(marker.expression, tuple(then), tuple(otherwise), marker.start, end)
