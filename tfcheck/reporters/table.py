"""The report for people at a terminal: grouped by resource, with a closing line that counts everything."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, TypeAlias

import click

from tfcheck import locate
from tfcheck.changes import Changes, Score
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status
from tfcheck.messages import clean, inert, summary, undecided
from tfcheck.reporters import Style
from tfcheck.reporters.rows import by_resource, severity
from tfcheck.values import SourceLocation

MAX_ROWS = 1000
_SUPPRESSED = "SUPPRESSED"
_CONTROL_WIDTH = 12
_MIN_MESSAGE_WIDTH = 30
_COLORS = {Status.FAILED: "red", Status.UNKNOWN: "yellow", Status.PASSED: "green", Status.NOT_APPLICABLE: None}
_INDENT = _BETWEEN = "  "

# Status, controls, severity, message.
_Row: TypeAlias = "tuple[str, str, str, str]"


def render(report: Report, style: Style) -> str:
    """FAILED and UNKNOWN findings, all others too with show_passed; at most MAX_ROWS rows, the rest counted."""
    shown = by_resource(
        one for one in report.findings if style.show_passed or one.status in (Status.FAILED, Status.UNKNOWN)
    )
    parts = ["\n".join(lines) for lines in _groups(shown[:MAX_ROWS], style)]
    if len(shown) > MAX_ROWS:
        parts.append(f"… and {len(shown) - MAX_ROWS} more rows: --format json has them all.")
    parts.append("\n".join(_closing(report, style)))
    return inert("\n\n".join(parts)) + "\n"


def _groups(rows: list[list[Finding]], style: Style) -> Iterator[list[str]]:
    """The lines of each resource, the columns of all aligned."""
    cells = [_row(findings) for findings in rows]
    widths = _widths(cells, style)
    form = _INDENT + _BETWEEN.join(f"{{:{width}}}" for width in widths)
    lines: list[str] = []
    previous = None
    for (finding, *_), row in zip(rows, cells, strict=True):
        if finding.resource is not previous:
            yield from [lines] if lines else []
            lines, previous = [_heading(finding, style)], finding.resource
        # Not with tabulate, which would take as long for this as all the rest of a run.
        columns = [_wrapped(text, width) for text, width in zip(row, widths, strict=True)]
        printed = [form.format(*parts).rstrip() for parts in zip_longest(*columns, fillvalue="")]
        if style.color and (color := _color(finding)):
            word = columns[0][0]
            printed[0] = _INDENT + click.style(word, **color) + printed[0][len(_INDENT) + len(word) :]
        lines += printed
    yield from [lines] if lines else []


def _widths(cells: list[_Row], style: Style) -> list[int]:
    """The columns' widths; the messages get what the others leave."""
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(3)]
    widths[1] = min(widths[1], _CONTROL_WIDTH)
    return [*widths, max(style.width - len(_INDENT) - sum(widths) - 3 * len(_BETWEEN), _MIN_MESSAGE_WIDTH)]


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of that width, broken at blanks and, where a word is longer than a line, in words."""
    if len(text) <= width:
        return [text]
    lines: list[str] = []
    left, start = " ".join(text.split()), 0
    while len(left) - start > width:
        blank = left.rfind(" ", start, start + width + 1)
        word = max(blank + 1, start)
        is_long = word + width < len(left) and left.find(" ", word, word + width + 1) < 0
        fills = is_long and word < start + width
        end = start + width if fills else blank
        lines.append(left[start:end])
        start = end if fills else word
    return [*lines, left[start:]] if start < len(left) or not lines else lines


def _color(finding: Finding) -> dict[str, Any]:
    if finding.suppressed is not None:
        return {}
    return {"fg": _COLORS[finding.status], "bold": finding.status is Status.FAILED}


def _heading(finding: Finding, style: Style) -> str:
    change = f"  ({finding.resource.change})" if finding.resource.change else ""
    return f"{_bold(clean(finding.resource.address), style)}  {_where(finding.resource.location)}{change}"


def _row(findings: list[Finding]) -> _Row:
    finding, *others = findings
    status = finding.status.value if finding.suppressed is None else _SUPPRESSED
    controls = ", ".join([finding.control.id, *(str(other.control.number) for other in others)])
    if others:
        first = undecided({one.path: one for each in findings for one in each.evidence}.values())
    else:
        first = summary(finding)
    opening = "(existing) " if finding.introduced is False and finding.suppressed is None else ""
    told = " ".join((opening + _elsewhere(finding) + first, *finding.notes, *_accepted(finding)))
    return status, controls, severity(findings).value, told


def _accepted(finding: Finding) -> Iterator[str]:
    """Who accepts a failure, and why."""
    one = finding.suppressed
    if one is not None:
        until = "" if one.until is None else f" until {one.until}"
        line = "" if one.line is None else f":{one.line}"
        yield f"Accepted{until} at {clean(one.path)}{line}: {clean(one.reason)}"


def _elsewhere(finding: Finding) -> str:
    """Where the finding's place is, unless it is the heading's."""
    place, heading = locate.place(finding), finding.resource.location
    if place is None or heading is None or _where(place) == _where(heading):
        return ""
    same_file = place.path == heading.path and place.region is not None
    return f"Line {place.region.start_line}: " if same_file and place.region else f"{_where(place)}: "


def _where(location: SourceLocation | None) -> str:
    if location is None:
        return "(no source at hand)"
    line = f":{location.region.start_line}" if location.region is not None else ""
    return f"{clean(location.path)}{line}"


def _closing(report: Report, style: Style) -> Iterator[str]:
    for source in report.sources:
        if source.note is not None:
            yield f"{clean(source.path)}: {source.note}."
    if style.note is not None:
        yield f"note: {clean(style.note)}"
    for problem in report.problems:
        yield told(problem, style)
    if not report.findings:
        yield "Nothing was judged: no ECS resource is in sight."
        return
    yield from _changes(report)
    counts = ", ".join(f"{report.count(status)} {status.value}" for status in Status)
    suppressed = sum(finding.suppressed is not None for finding in report.findings)
    more = f", {suppressed} {_SUPPRESSED}" if suppressed else ""
    noun = "resource" if report.resources == 1 else "resources"
    yield _bold(f"{report.resources} {noun} judged: {counts}{more}.", style)


def _changes(report: Report) -> Iterator[str]:
    """What the change does to failures and, where there is something to compare with, to the score."""
    changed = Changes(report.findings, report.resolved, report.standings)
    if report.standings is None:
        return
    for one in report.resolved[:MAX_ROWS]:
        yield f"Resolved: {clean(one.resource.address)}  {one.control.id}  {one.control.title}"
    counts = f"introduced {changed.introduced}, existing {changed.existing}, resolved {len(report.resolved)}"
    scores = [_score(score) for score in (changed.score_before, changed.score) if score is not None]
    yield f"This change: {counts}." + (f" Predicted Security Hub score: {' -> '.join(scores)}." if scores else "")


def _score(score: Score) -> str:
    return f"{score.percent}% ({score.passed} of {score.judged} controls)"


def told(problem: Problem, style: Style) -> str:
    """A problem on one line: its level, its place, what it is."""
    color = "red" if problem.level == "error" else "yellow"
    level = click.style(f"{problem.level}:", fg=color) if style.color else f"{problem.level}:"
    place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part is not None)
    return f"{level} {clean(place)}: {clean(problem.message)}"


def _bold(text: str, style: Style) -> str:
    return click.style(text, bold=True) if style.color else text
