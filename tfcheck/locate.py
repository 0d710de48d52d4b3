"""The place to show for a finding."""

from __future__ import annotations

from tfcheck.findings import Finding
from tfcheck.values import SourceLocation


def place(finding: Finding) -> SourceLocation | None:
    """The first place among its evidence, else its resource's; None where no source is at hand."""
    for evidence in finding.evidence:
        if evidence.location is not None:
            return evidence.location
    return finding.resource.location


def order(finding: Finding) -> tuple[str, int, str, int]:
    """The key by which findings are sorted: file, line, address, control."""
    location = place(finding)
    path = location.path if location is not None else ""
    line = location.region.start_line if location is not None and location.region is not None else 0
    return path, line, finding.resource.address, finding.control.number
