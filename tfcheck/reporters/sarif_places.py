"""Places in SARIF: one-line regions, what may be shown of their text, and where a value comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from tfcheck import locate
from tfcheck.messages import clean
from tfcheck.records import dataclass
from tfcheck.reporters.linehash import line_hashes
from tfcheck.terraform.hcl import scan
from tfcheck.values import Region, SourceLocation

REDACTED = "[REDACTED]"
_CONTEXT = 2
# Text that tells no value: names, references, brackets, and the key of a member of JSON.
_KEY = re.compile(r'"[\w-]+"[ \t]*:')
_SILENT = re.compile(r"[A-Za-z_][\w-]*|[ \t]+|(?<!\d)\d(?!\d)|[=:.,()\[\]{}?!&|*]")
_STRING = re.compile(r'"([^"\\$%\n]*)"')


@dataclass(frozen=True, slots=True)
class Files:
    """The repository's files by path, each read once: lines without their ends, hashes of lines, top-level blocks."""

    lines: Callable[[str], Sequence[str]]
    hashes: Callable[[str], Sequence[str]]
    blocks: Callable[[str], Sequence[tuple[int, scan.BlockSpan]]]


def files(read: Callable[[str], str | None]) -> Files:
    """The files that a function reads; one that it cannot read has no line."""
    text = cache(read)

    def lines(path: str) -> Sequence[str]:
        found = text(path)
        return () if found is None else [line.removesuffix("\r") for line in found.removeprefix("\ufeff").split("\n")]

    def hashes(path: str) -> Sequence[str]:
        found = text(path)
        return () if found is None else line_hashes(found)

    def blocks(path: str) -> Sequence[tuple[int, scan.BlockSpan]]:
        found = text(path)
        if found is None or not path.endswith((".tf", ".tofu")):
            return ()
        starts = scan.lines(found)
        return [(starts.position(block.start)[0], block) for block in scan.scan(found).blocks]

    return Files(cache(lines), cache(hashes), cache(blocks))


def artifact(path: str) -> dict[str, Any]:
    """A file by its path from the repository's root."""
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}


def physical(location: SourceLocation, region: Region, sources: Files, told: str | None) -> dict[str, Any]:
    """A place on one line, with its text and its surroundings.

    told: what the message says anyway, so that the text may say it, too; None where it is secret.
    """
    line = _line(sources, location.path, region.start_line)
    spread = _spread(region, line)
    numbers: dict[str, Any] = {
        "startLine": spread.start_line,
        "startColumn": spread.start_column,
        "endLine": spread.end_line,
        "endColumn": spread.end_column,
    }
    found: dict[str, Any] = {"artifactLocation": artifact(location.path), "region": numbers}
    if line is not None:
        numbers["snippet"] = {"text": snippet(line[spread.start_column - 1 : spread.end_column - 1], told)}
        found |= _surroundings(region.start_line, len(sources.lines(location.path)))
    return found


def snippet(text: str, told: str | None) -> str:
    """The text if it says nothing but names and what is told anyway, else that it is withheld.

    A container that is written on one line has its environment there, and any string may be a secret.
    """
    key = _KEY.match(text)
    offset = key.end() if key is not None else 0
    while told is not None and offset < len(text):
        match = _SILENT.match(text, offset)
        if match is None:
            match = _STRING.match(text, offset)
            if match is None or clean(match[1]) not in told:
                return REDACTED
        offset = match.end()
    return REDACTED if told is None else text


def source(location: SourceLocation, sources: Files) -> str:
    """What stands at a place from which a value comes, in words: `the call of module 'api' (main.tf:3)`."""
    name, line = PurePosixPath(location.path).name, location.region.start_line if location.region is not None else 1
    return f"{_kind(location.path, line, sources)} ({clean(name)}:{line})"


def chains(evidence: Iterable[Any]) -> list[tuple[SourceLocation, ...]]:
    """The ways that values take from where they are set to the attribute, the farthest place first; each once."""
    ways = (tuple(reversed(locate.places(one))) for one in evidence if one.origins)
    return list(dict.fromkeys(way for way in ways if all(place.region is not None for place in way)))


def flow(way: Sequence[SourceLocation], sources: Files, told: str | None) -> dict[str, Any]:
    """A way of `chains` as a code flow."""
    *before, last = way
    steps = [(place, f"Set in {source(place, sources)}.") for place in before]
    steps.append((last, "Used here."))
    return {"threadFlows": [{"locations": [{"location": related(*step, sources, told)} for step in steps]}]}


def related(location: SourceLocation, text: str, sources: Files, told: str | None) -> dict[str, Any]:
    """A place with a message. The place must have a region."""
    placed = locate.on_one_line(location)
    if placed.region is None:
        raise ValueError("a related place needs a region")
    return {"physicalLocation": physical(placed, placed.region, sources, told), "message": {"text": escape(text)}}


def escape(text: str) -> str:
    """Text for a message, in which brackets would be read as links."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _line(sources: Files, path: str, number: int) -> str | None:
    lines = sources.lines(path)
    return lines[number - 1] if number <= len(lines) else None


def _spread(region: Region, line: str | None) -> Region:
    """To the end of the line where the region is its first character only: what is there goes on below."""
    if line is None or region.end_column > region.start_column + 1:
        return region
    return region._replace(end_column=max(len(line.rstrip()) + 1, region.end_column))


def _surroundings(line: int, count: int) -> dict[str, Any]:
    """The lines around one; without their text, which may hold secrets. Nothing where there are no others."""
    if count < 2:
        return {}
    return {"contextRegion": {"startLine": max(line - _CONTEXT, 1), "endLine": min(line + _CONTEXT, count)}}


def _kind(path: str, line: int, sources: Files) -> str:
    if path.endswith((".tfvars", ".tfvars.json")):
        return "the file of variables"
    block = next((block for start, block in reversed(sources.blocks(path)) if start <= line), None)
    name = clean(".".join(block.labels)) if block is not None else ""
    if block is not None and block.type == "module":
        return f"the call of module '{name}'"
    if block is not None and block.type == "variable":
        return f"the default of variable '{name}'"
    return "a local value" if block is not None and block.type == "locals" else "the configuration"
