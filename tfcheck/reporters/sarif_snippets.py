"""What a SARIF file may show of source text: any string in it may be a secret, so only what is told anyway is shown.

A container that is written on one line has its environment there, and a line above or below an attribute may be one of
a heredoc.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tfcheck.messages import clean
from tfcheck.values import Region

REDACTED = "[REDACTED]"
# Text that tells no value: names, references and brackets; a string counts as a name where it is the key of JSON.
_KEY = re.compile(r'"[\w-]+"[ \t]*:')
_SILENT = re.compile(r"[A-Za-z_][\w-]*|[ \t]+|(?<!\d)\d(?!\d)|[=:.,()\[\]{}?!&|*]")
_STRING = re.compile(r'"([^"\\$%\n]*)"')
# Lines that are silent wherever they are, even in a heredoc: blank, brackets, a block's header, `name = value`.
_BRACKETS = re.compile(r"[ \t\]})\[{(,]*")
_HEADER = re.compile(r"[ \t]*(?:(?:resource|module|variable|dynamic)(?:[ \t]+\"[\w-]+\")+|[a-z_]{3,})[ \t]*\{")
_ASSIGNED = re.compile(r'([ \t]*(?:[A-Za-z_][\w-]*[ \t]+=|"[\w-]+"[ \t]*:)[ \t]+)([^=\s].*)')
_AROUND = " \t,{}[]()"
_VALUE = re.compile(
    r"(?:true|false|null|(?:var|local|each|count|module|data|aws_\w+)(?:\.\w+)+|(?:jsonencode\()?[\[{(]+),?[ \t]*"
)


def snippet(text: str, told: str | None) -> str:
    """The text of a parsed attribute, block or object if it says nothing but names and what is told anyway.

    told: what the message says; None where it is about a secret, of which nothing is shown.
    """
    if told is None or not _is_clean(text):
        return REDACTED
    key = _KEY.match(text)
    offset = key.end() if key is not None else 0
    while offset < len(text):
        match = _SILENT.match(text, offset) or _told_string(text, offset, told)
        if match is None:
            return REDACTED
        offset = match.end()
    return text


def context(lines: Sequence[str], first: int, region: Region, told: str | None) -> str:
    """The lines around a region on one line, beginning with the line `first`, with what must not be shown left out."""
    shown = [_line(line, told) for line in lines]
    own = lines[region.start_line - first]
    before, after = own[: region.start_column - 1], own[region.end_column - 1 :]
    text = snippet(own[region.start_column - 1 : region.end_column - 1], told)
    parts = (REDACTED if before.strip(_AROUND) else before, text, REDACTED if after.strip(_AROUND) else after)
    shown[region.start_line - first] = "".join(parts).replace(REDACTED * 2, REDACTED)
    return "\n".join(shown)


def _line(line: str, told: str | None) -> str:
    if _BRACKETS.fullmatch(line) or _HEADER.fullmatch(line):
        return line
    assigned = _ASSIGNED.fullmatch(line)
    if assigned is None or not _is_clean(line):
        return line[: len(line) - len(line.lstrip(" \t"))] + REDACTED
    string = None if told is None else _told_string(assigned[2], 0, told)
    known = string is not None and assigned[2][string.end() :].strip() in ("", ",")
    shown = known or (told is not None and _VALUE.fullmatch(assigned[2]))
    return line if shown else assigned[1] + REDACTED


def _is_clean(text: str) -> bool:
    plain = text.replace("\t", " ")
    return clean(plain) == plain


def _told_string(text: str, offset: int, told: str) -> re.Match[str] | None:
    match = _STRING.match(text, offset)
    return match if match is not None and clean(match[1]) in told else None
