"""GitLab's Code Quality report, for `artifacts:reports:codequality`: https://docs.gitlab.com/ci/testing/code_quality/

Only failures with a place in the repository are in it: GitLab shows each at its line of the merge request.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from tfcheck.control import Severity
from tfcheck.findings import Report
from tfcheck.messages import message
from tfcheck.reporters import Style, jsontext, rows
from tfcheck.reporters.rows import Failure

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(report: Report, style: Style) -> str:
    """A list with an entry for each failing place; instances that fail alike there are one."""
    placed = (one for one in rows.failures(report.findings) if one.place is not None)
    seen: Counter[tuple[str, ...]] = Counter()
    entries = []
    for row in rows.folded(placed, lambda one: (_identity(one), one.path, one.line)):
        identity = _identity(row[0])
        seen[identity] += 1
        entries.append(_entry(row, _fingerprint(identity, seen[identity])))
    return jsontext.text(entries, levels=1)


def _identity(one: Failure) -> tuple[str, ...]:
    """What stays the same where lines, order and the number of instances change."""
    return one.finding.control.id, one.block, *one.evidence_paths


def _fingerprint(identity: tuple[str, ...], number: int) -> str:
    """GitLab shows only the first of equal ones, so that each further place with this identity has a number."""
    parts = identity if number == 1 else (*identity, str(number))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _entry(row: list[Failure], fingerprint: str) -> dict[str, Any]:
    first, addresses = row[0], rows.addresses(row)
    others = len(addresses) - 1
    more = "" if not others else f" and {others} more {'instance' if others == 1 else 'instances'}"
    control = first.finding.control
    return {
        "description": f"{control.id}: {message(first.finding)} Found in '{addresses[0]}'{more}.",
        "check_name": control.id,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[control.severity],
        "location": {"path": first.path, "lines": {"begin": first.line or 1}},
    }
