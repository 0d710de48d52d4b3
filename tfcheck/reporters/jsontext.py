"""JSON of which each finding is one line: for programs, and for people who look for one with `grep`.

Indented throughout it took as long to write as a plan takes to be read and judged, since Python's own encoder, which is
in C, writes no lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from tfcheck.messages import inert_json


def text(document: object, levels: int) -> str:
    """The JSON of a document, objects and lists down to so many levels with a line for each member, inert in logs.

    An iterator among these is a list that never takes up memory as a whole.
    """
    return "".join((*_pieces(document, levels, "\n"), "\n"))


def _pieces(value: object, levels: int, end: str) -> Iterator[str]:
    """end: the end of a line, with the indentation of the next."""
    separator = f"{end} "
    if levels and isinstance(value, Mapping):
        yield "{"
        for name, one in value.items():
            yield f"{separator}{_compact(name)}: "
            yield from _pieces(one, levels - 1, f"{end} ")
            separator = f",{end} "
        yield f"{end}}}" if value else "}"
    elif levels and isinstance(value, (list, Iterator)):
        yield "["
        for one in value:
            yield separator
            yield from _pieces(one, levels - 1, f"{end} ")
            separator = f",{end} "
        yield f"{end}]" if separator[0] == "," else "]"
    else:
        yield _compact(value)


def _compact(value: object) -> str:
    return inert_json(json.dumps(value, ensure_ascii=False))
