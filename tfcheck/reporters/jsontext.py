"""JSON of which each finding is one line: for programs, and for people who look for one with `grep`.

Indented throughout it took as long to write as a plan takes to be read and judged, since Python's own encoder, which is
in C, writes no lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from tfcheck.messages import inert_json

_compact = partial(json.dumps, ensure_ascii=False)


def text(document: object, levels: int) -> str:
    """The JSON of a document, objects and lists down to so many levels with a line for each member, inert in logs."""
    return inert_json(_lines(document, levels, "\n")) + "\n"


def _lines(value: object, levels: int, end: str) -> str:
    """end: the end of a line, with the indentation of the next."""
    if not levels or not value or not isinstance(value, (Mapping, list)):
        return _compact(value)
    inner = f"{end} "
    if isinstance(value, Mapping):
        members = [f"{_compact(name)}: {_lines(one, levels - 1, inner)}" for name, one in value.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{end}}}"
    return f"[{inner}{f',{inner}'.join([_lines(one, levels - 1, inner) for one in value])}{end}]"
