"""The place to show for a finding."""

from __future__ import annotations

from tfcheck.findings import Finding
from tfcheck.values import Region, SourceLocation


def place(finding: Finding) -> SourceLocation | None:
    """The first place among its evidence, else its resource's; None where no source is at hand."""
    for evidence in finding.evidence:
        if evidence.location is not None:
            return on_one_line(evidence.location)
    return finding.resource.location


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
