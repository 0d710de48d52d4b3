"""Places in SARIF: one-line regions, what may be shown of their text, and where a value comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from tfcheck import locate
from tfcheck.messages import clean
from tfcheck.records import dataclass
from tfcheck.reporters.linehash import line_hashes
from tfcheck.reporters.sarif_snippets import context, snippet
from tfcheck.terraform.hcl import scan
from tfcheck.values import Evidence, Region, SourceLocation

_CONTEXT = 2
# What a value comes from, by the type of the top-level block in which it is written.
_KINDS = {
    "module": "the call of module '{}'",
    "variable": "the default of variable '{}'",
    "locals": "a local value",
    "resource": "the block of '{}'",
}


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
    """A place on one line, with its text.

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
    if line is not None:
        numbers["snippet"] = {"text": snippet(line[spread.start_column - 1 : spread.end_column - 1], told)}
    return {"artifactLocation": artifact(location.path), "region": numbers}


def surrounded(location: SourceLocation, region: Region, sources: Files, told: str | None) -> dict[str, Any]:
    """The same with the lines around it, where there are others."""
    found = physical(location, region, sources, told)
    lines = sources.lines(location.path)
    if region.start_line > len(lines) or len(lines) < 2:
        return found
    first, last = max(region.start_line - _CONTEXT, 1), min(region.start_line + _CONTEXT, len(lines))
    text = context(lines[first - 1 : last], first, _spread(region, lines[region.start_line - 1]), told)
    return {**found, "contextRegion": {"startLine": first, "endLine": last, "snippet": {"text": text}}}


def source(location: SourceLocation, sources: Files) -> str:
    """What stands at a place from which a value comes, in words: `the call of module 'api' (main.tf:3)`."""
    name, line = PurePosixPath(location.path).name, location.region.start_line if location.region is not None else 1
    return f"{_kind(location.path, line, sources)} ({clean(name)}:{line})"


def chains(evidence: Iterable[Evidence]) -> list[tuple[SourceLocation, ...]]:
    """The ways that values take from where they are set to the attribute, the farthest place first; each once.

    Each has at least two places, all of them on lines of their own.
    """
    ways = (_way(locate.places(one)) for one in evidence if one.origins)
    return list(dict.fromkeys(way for way in ways if len(way) > 1))


def _way(places: Iterable[SourceLocation]) -> tuple[SourceLocation, ...]:
    by_line: dict[tuple[str, int], SourceLocation] = {}
    for one in places:
        if one.region is not None:
            by_line.setdefault((one.path, one.region.start_line), one)
    return tuple(reversed(by_line.values()))


def flow(way: Sequence[SourceLocation], sources: Files, told: str | None) -> dict[str, Any]:
    """A way of `chains` as a code flow."""
    *before, last = way
    steps = [(place, _sentence(place, sources)) for place in before]
    steps.append((last, "It is used here."))
    return {"threadFlows": [{"locations": [{"location": _step(*step, sources, told)} for step in steps]}]}


def _step(location: SourceLocation, text: str, sources: Files, told: str | None) -> dict[str, Any]:
    """A place with a message; it must have a region."""
    placed = locate.on_one_line(location)
    if placed.region is None:
        raise ValueError("a step needs a region")
    return {"physicalLocation": physical(placed, placed.region, sources, told), "message": {"text": escape(text)}}


def related(number: int, location: SourceLocation, sources: Files, told: str | None) -> dict[str, Any]:
    """A place of `chains` from which a value comes, to which messages link by its number."""
    return {"id": number, **_step(location, _sentence(location, sources), sources, told)}


def _sentence(location: SourceLocation, sources: Files) -> str:
    told = source(location, sources)
    return f"{told[0].upper()}{told[1:]}."


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


def _kind(path: str, line: int, sources: Files) -> str:
    if path.endswith((".tfvars", ".tfvars.json")):
        return "the file of variables"
    block = next((block for start, block in reversed(sources.blocks(path)) if start <= line), None)
    words = _KINDS.get(block.type) if block is not None else None
    if block is None or words is None:
        return "the configuration"
    return words.format(clean(".".join(block.labels)))
