"""GitHub's hash of a line, by which code scanning recognises an alert from one commit to the next.

As github/codeql-action computes it: blanks removed, line ends made LF, 100 UTF-16 units from the line's start folded.
"""

from __future__ import annotations

_WINDOW = 100
_FACTOR = 37
_MASK = (1 << 64) - 1
_END_OF_FILE = 65535


def line_hashes(text: str) -> list[str]:
    """The hash of every line, `HEX:N`, where N counts the lines with the same hash from the top."""
    units = _units(text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", ""))
    starts = [0, *(place + 1 for place, unit in enumerate(units) if unit == ord("\n"))]
    padded = [*units, _END_OF_FILE, *([0] * _WINDOW)]
    seen: dict[int, int] = {}
    hashes = []
    for start in starts:
        folded = 0
        for unit in padded[start : start + _WINDOW]:
            folded = (folded * _FACTOR + unit) & _MASK
        seen[folded] = seen.get(folded, 0) + 1
        hashes.append(f"{folded:x}:{seen[folded]}")
    return hashes


def _units(text: str) -> list[int]:
    encoded = text.encode("utf-16-le", "surrogatepass")
    return [low | high << 8 for low, high in zip(encoded[::2], encoded[1::2], strict=True)]
