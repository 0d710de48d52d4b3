"""The place to show for a finding, and the places at which it fails."""

from __future__ import annotations

from collections.abc import Sequence

from tfcheck.findings import Finding
from tfcheck.values import Evidence, Region, SourceLocation

# Lists of which each member fails or passes by itself; evidence on other paths decides together.
_LISTS = ("container_definitions[", "primary_container.", "volume[", "volumes[")


def place(finding: Finding, evidence: Sequence[Evidence] | None = None) -> SourceLocation | None:
    """The first place among its evidence (or part of it), else its resource's; None where no source is at hand."""
    for one in finding.evidence if evidence is None else evidence:
        if one.location is not None:
            return on_one_line(one.location)
    return finding.resource.location


def places(evidence: Evidence) -> tuple[SourceLocation, ...]:
    """Where in the sources a piece of evidence is written, and where its value comes from, the nearest first."""
    return evidence.origins if evidence.location is None else (evidence.location, *evidence.origins)


def offences(finding: Finding) -> tuple[tuple[Evidence, ...], ...]:
    """Its evidence by what offends: each container, environment variable or volume by itself, all the rest together.

    There is always one, which is empty where there is no evidence.
    """
    if len(finding.evidence) < 2:
        return (finding.evidence,)
    groups: dict[str, list[Evidence]] = {}
    for evidence in finding.evidence:
        groups.setdefault(_offender(evidence.path), []).append(evidence)
    return tuple(tuple(group) for group in groups.values())


def _offender(path: str) -> str:
    """`container_definitions[app]`, or the environment variable inside it; empty for what is in no such list."""
    return path[: path.rfind("]") + 1] if path.startswith(_LISTS) else ""


def on_one_line(location: SourceLocation) -> SourceLocation:
    """The same place, but only its first character where it reaches over several lines: diffs annotate lines."""
    region = location.region
    if region is None or region.start_line == region.end_line:
        return location
    line, column = region.start_line, region.start_column
    return SourceLocation(location.path, Region(line, column, line, column + 1))


def order(finding: Finding) -> tuple[str, int, str, int]:
    """The key by which findings are sorted: file, line, address, control."""
    location = place(finding)
    path = location.path if location is not None else ""
    line = location.region.start_line if location is not None and location.region is not None else 0
    return path, line, finding.resource.address, finding.control.number
