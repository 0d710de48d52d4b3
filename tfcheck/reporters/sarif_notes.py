"""Notifications of a SARIF run: what is no result, since code scanning would open an alert for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from tfcheck import locate
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status
from tfcheck.messages import clean, message
from tfcheck.reporters.sarif_places import Files, artifact, escape, surrounded
from tfcheck.reporters.sarif_rules import descriptor

MAX_NOTES = 1000


def notifications(report: Report, ids: Sequence[str], sources: Files, left_out: Sequence[tuple[str, str]]) -> list[Any]:
    """What was left out, as (kind, sentence), the problems, and what is undecided; MAX_NOTES of each at most."""
    undecided = [one for one in report.findings if one.status is Status.UNKNOWN]
    told = [_note(kind, "warning", sentence) for kind, sentence in left_out]
    told += [_problem(problem, sources) for problem in report.problems[:MAX_NOTES]]
    told += [_undecided(finding, ids, sources) for finding in undecided[:MAX_NOTES]]
    hidden = max(len(report.problems) - MAX_NOTES, 0) + max(len(undecided) - MAX_NOTES, 0)
    if hidden:
        told.append(_note("limit", "note", f"There are {hidden} more notifications."))
    return told


def _undecided(finding: Finding, ids: Sequence[str], sources: Files) -> dict[str, Any]:
    text = f"{message(finding)} Found in '{clean(finding.resource.address)}'."
    note = _note("undecided", "note", text)
    note["associatedRule"] = {"id": finding.control.id, "index": ids.index(finding.control.id)}
    location = locate.place(finding)
    if location is not None and location.region is not None:
        secret = any(one.sensitive for one in finding.evidence)
        note["locations"] = [
            {"physicalLocation": surrounded(location, location.region, sources, None if secret else text)}
        ]
    return note


def _problem(problem: Problem, sources: Files) -> dict[str, Any]:
    """An absolute path is told by its last name only: where a checkout is, differs between machines."""
    path = PurePath(problem.path).as_posix()
    absolute = PurePath(path).is_absolute()
    line = "" if problem.line is None else f", line {problem.line}"
    name = PurePath(path).name if absolute else path
    note = _note("input", problem.level, f"{clean(name)}{line}: {clean(problem.message)}")
    lines = () if absolute or ".." in PurePath(path).parts else sources.lines(path)
    if lines:
        place: dict[str, Any] = {"artifactLocation": artifact(path)}
        if problem.line is not None and problem.line <= len(lines):
            place["region"] = {"startLine": problem.line}
        note["locations"] = [{"physicalLocation": place}]
    return note


def _note(kind: str, level: str, text: str) -> dict[str, Any]:
    ended = text if text.endswith(".") else f"{text}."
    return {"descriptor": descriptor(kind), "level": level, "message": {"text": escape(ended)}}
