"""The report for programs: stable, documented in docs/json-report.md, versioned by schema_version."""

from __future__ import annotations

from collections import Counter
from typing import Any

import tfcheck
from tfcheck import locate
from tfcheck.changes import Changes, Score
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status, Suppression
from tfcheck.messages import clean, message, quoted
from tfcheck.reporters import Style, jsontext
from tfcheck.values import Evidence, OneOf, SourceLocation, Unknown

SCHEMA_VERSION = 1


def render(report: Report, style: Style) -> str:
    """Every finding of every status, each on a line."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tfcheck", "version": tfcheck.__version__},
        "inputs": [
            {
                "path": clean(source.path),
                "kind": source.kind,
                "terraform_version": None if source.terraform_version is None else clean(source.terraform_version),
                "complete": source.complete,
                "note": source.note,
            }
            for source in report.sources
        ],
        "findings": map(_finding, report.findings),
        "resolved": map(_finding, report.resolved),
        "problems": [_problem(problem) for problem in report.problems],
        "summary": _summary(report),
    }
    return jsontext.text(document, levels=2)


def _finding(finding: Finding) -> dict[str, Any]:
    resource = finding.resource
    return {
        "control": finding.control.id,
        "title": finding.control.title,
        "severity": finding.control.severity.value,
        "status": finding.status.value,
        "address": clean(resource.address),
        "resource_type": clean(resource.type),
        "change": resource.change,
        "introduced": finding.introduced,
        "suppressed": _suppression(finding.suppressed),
        "message": message(finding),
        "location": _location(locate.place(finding)),
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    value, unknown = _value(evidence.value)
    told = {"path": clean(evidence.path), "value": value, "unknown": unknown, "location": _location(evidence.location)}
    told["origins"] = [_location(origin) for origin in evidence.origins]
    if evidence.sensitive:
        told |= {"value": None, "sensitive": True}
    return told


def _value(value: object) -> tuple[object, str | None]:
    """The value and, where it is not known, why: the one or the other is null."""
    if isinstance(value, Unknown):
        return None, clean(value.reason)
    if isinstance(value, OneOf):
        arms = ", ".join("not set" if one is None else quoted(one) for one in value.values)
        return None, f"one of {arms}: {clean(value.unknown.reason)}"
    if isinstance(value, (frozenset, tuple)):
        return sorted(clean(str(item)) for item in value), None
    return clean(value) if isinstance(value, str) else value, None


def _location(location: SourceLocation | None) -> dict[str, Any] | None:
    if location is None:
        return None
    region = location.region._asdict() if location.region is not None else {}
    return {"path": location.path, **region}


def _suppression(suppression: Suppression | None) -> dict[str, Any] | None:
    if suppression is None:
        return None
    return {
        "reason": clean(suppression.reason),
        "until": None if suppression.until is None else suppression.until.isoformat(),
        "path": clean(suppression.path),
        "line": suppression.line,
    }


def _score(score: Score | None) -> dict[str, int] | None:
    return None if score is None else {"passed": score.passed, "judged": score.judged, "percent": score.percent}


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "level": problem.level,
        "path": clean(problem.path),
        "line": problem.line,
        "column": problem.column,
        "message": clean(problem.message),
    }


def _summary(report: Report) -> dict[str, Any]:
    controls: dict[str, Counter[str]] = {}
    for finding in report.findings:
        if finding.suppressed is None:
            controls.setdefault(finding.control.id, Counter())[finding.status.value] += 1
    changed = Changes(report.findings, report.resolved, report.standings)
    by_number = sorted(controls, key=lambda one: int(one.rpartition(".")[2]))
    return {
        **{status.value: report.count(status) for status in Status},
        "suppressed": sum(finding.suppressed is not None for finding in report.findings),
        "introduced": changed.introduced,
        "existing": changed.existing,
        "resolved": None if report.standings is None else len(report.resolved),
        "score": _score(changed.score),
        "score_before": _score(changed.score_before),
        "controls": {control: dict(sorted(controls[control].items())) for control in by_number},
    }
