"""The report for people at a terminal: grouped by resource, with a closing line that counts everything."""

from __future__ import annotations

from collections.abc import Iterator

import click
from tabulate import tabulate

from tfcheck import locate
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status
from tfcheck.messages import clean, summary
from tfcheck.reporters import Style
from tfcheck.values import SourceLocation

MAX_ROWS = 1000
_COLORS = {Status.FAILED: "red", Status.UNKNOWN: "yellow", Status.PASSED: "green", Status.NOT_APPLICABLE: None}
# What stands left of the message: the indent, and the longest status, control and severity with two blanks after each.
_MESSAGE_COLUMN = 2 + len("NOT_APPLICABLE  ") + len("ECS.21  ") + len("CRITICAL  ")
_MIN_MESSAGE_WIDTH = 30


def render(report: Report, style: Style) -> str:
    """FAILED and UNKNOWN findings, all others too with show_passed; at most MAX_ROWS of them, the rest counted."""
    shown = [one for one in report.findings if style.show_passed or one.status in (Status.FAILED, Status.UNKNOWN)]
    parts = ["\n".join(lines) for lines in _groups(shown[:MAX_ROWS], style)]
    if len(shown) > MAX_ROWS:
        parts.append(f"… and {len(shown) - MAX_ROWS} more rows: --format json has them all.")
    parts.append("\n".join(_closing(report, style)))
    return "\n\n".join(parts) + "\n"


def _groups(findings: list[Finding], style: Style) -> Iterator[list[str]]:
    """The lines of each resource; one table serves all of them, so that their columns are aligned."""
    width = max(style.width - _MESSAGE_COLUMN, _MIN_MESSAGE_WIDTH)
    rows = [_row(finding, style) for finding in findings]
    table = tabulate(rows, tablefmt="plain", maxcolwidths=[None, None, None, width], disable_numparse=True)
    lines: list[str] = []
    waiting = iter(findings)
    previous = None
    for line in table.splitlines():
        if not line.startswith(" "):  # a row's first line; the others continue its message
            finding = next(waiting)
            if finding.resource is not previous:
                yield from [lines] if lines else []
                lines, previous = [_heading(finding, style)], finding.resource
        lines.append(f"  {line}")
    yield from [lines] if lines else []


def _heading(finding: Finding, style: Style) -> str:
    change = f"  ({finding.resource.change})" if finding.resource.change else ""
    return f"{_bold(clean(finding.resource.address), style)}  {_where(locate.place(finding))}{change}"


def _row(finding: Finding, style: Style) -> tuple[str, str, str, str]:
    status = finding.status.value
    if style.color:
        status = click.style(status, fg=_COLORS[finding.status], bold=finding.status is Status.FAILED)
    message = " ".join((summary(finding), *finding.notes))
    return status, finding.control.id, finding.control.severity.value, message


def _where(location: SourceLocation | None) -> str:
    if location is None:
        return "(no source at hand)"
    line = f":{location.region.start_line}" if location.region is not None else ""
    return f"{clean(location.path)}{line}"


def _closing(report: Report, style: Style) -> Iterator[str]:
    for source in report.sources:
        if source.note is not None:
            yield f"{clean(source.path)}: {source.note}."
    for problem in report.problems:
        yield told(problem, style)
    if not report.findings:
        yield "Nothing was judged: no ECS resource is in sight."
        return
    counts = ", ".join(f"{report.count(status)} {status.value}" for status in Status)
    noun = "resource" if report.resources == 1 else "resources"
    yield _bold(f"{report.resources} {noun} judged: {counts}.", style)


def told(problem: Problem, style: Style) -> str:
    """A problem on one line: its level, its place, what it is."""
    color = "red" if problem.level == "error" else "yellow"
    level = click.style(f"{problem.level}:", fg=color) if style.color else f"{problem.level}:"
    place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part is not None)
    return f"{level} {clean(place)}: {clean(problem.message)}"


def _bold(text: str, style: Style) -> str:
    return click.style(text, bold=True) if style.color else text
