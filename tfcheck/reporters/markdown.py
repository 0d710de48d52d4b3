"""Markdown as GitHub renders it, for a job's summary and for a comment on a pull request.

What the change introduces comes first and is open, the rest is there to be opened. Text from outside stands in `<code>`
or is escaped: nothing in it becomes markup, a link or a mention. Where there is too much, whole rows are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from tfcheck.changes import Changes
from tfcheck.control import Control
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status
from tfcheck.messages import clean, describe, summary
from tfcheck.records import dataclass
from tfcheck.reporters import Style, rows
from tfcheck.reporters.markup import code, escape, prose
from tfcheck.reporters.rows import Failure

_MAX_INSTANCES_TOLD = 5
_ICONS = {0: "✅", 1: "❌", 2: "⚠️"}
_FAILURES = ("Severity", "Control", "Where", "What")
_LEFT_OUT = "\n_{} more: the JSON report has them all._\n"


@dataclass(frozen=True, slots=True)
class _Section:
    """opening: all before the rows, table head and line end included. rows: without line ends. closing: all after."""

    opening: str
    rows: list[str]
    closing: str = ""

    def text(self, shown: int) -> str:
        """With the first rows only, and the others counted."""
        more = len(self.rows) - shown
        kept = "".join(f"{row}\n" for row in self.rows[:shown])
        return self.opening + kept + (_LEFT_OUT.format(more) if more else "") + self.closing


def render(report: Report, style: Style) -> str:
    """The whole report in at most style.limit bytes, after a line that tells it from other categories."""
    head = f"{marker(style.category)}\n{_head(report, style)}\n"
    sections = [one for one in _sections(report, style) if one.rows]
    frames = [_size(one.text(0)) + 1 for one in sections]
    left = style.limit - _size(head) - sum(frames)
    parts = [head]
    for section in sections:
        shown = 0
        for row in section.rows:
            if (size := _size(row) + 1) > left:
                break
            left -= size
            shown += 1
        parts.append(section.text(shown))
    return "\n".join(parts)


def marker(category: str | None) -> str:
    """The hidden first line, by which a comment is found again to be replaced."""
    return f"<!-- tfcheck:{quote(clean(category or ''), safe='/ ')} -->"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _head(report: Report, style: Style) -> str:
    name = "tfcheck" if style.category is None else f"tfcheck {escape(style.category)}"
    lines = [f"## {_ICONS[style.exit_code]} {name}: {_headline(report)}", ""]
    lines += (f"{code(source.path)}: {prose(source.note)}.\n" for source in report.sources if source.note is not None)
    lines += [] if style.note is None else [f"{prose(style.note)}.\n"]
    if not report.findings:
        return "\n".join([*lines, "Nothing was judged: no ECS resource is in sight."])
    counts = [f"{report.count(status)} {status.value}" for status in Status]
    suppressed = sum(finding.suppressed is not None for finding in report.findings)
    counts += [f"{suppressed} SUPPRESSED"] if suppressed else []
    noun = "resource" if report.resources == 1 else "resources"
    judged = f"{report.resources} {noun} judged: {', '.join(counts)}."
    return "\n".join([*lines, _scores(Changes(report.findings, report.resolved, report.standings)) + judged])


def _headline(report: Report) -> str:
    failed, unread = report.count(Status.FAILED), ", and not everything could be read" if report.has_errors else ""
    if report.standings is None:
        return _count(failed, "failure") + unread
    changed = Changes(report.findings, report.resolved, report.standings)
    counts = [f"{_count(changed.introduced or 0, 'failure')} introduced"]
    counts += [f"{changed.existing} existing"] if changed.existing else []
    counts += [f"{len(report.resolved)} resolved"] if report.resolved else []
    return ", ".join(counts) + unread


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _scores(changed: Changes) -> str:
    before, after = changed.score_before, changed.score
    if after is None:
        return ""
    earlier = "" if before is None else f"{before.percent}% → "
    counts = f"{after.passed} of {after.judged} controls"
    return f"Predicted Security Hub score: {earlier}**{after.percent}%** ({counts}).<br>"


def _sections(report: Report, style: Style) -> Iterator[_Section]:
    """In the order in which they are shown, and get what room there is."""
    errors = [_problem(one) for one in report.problems if one.level == "error"]
    opening = "> [!CAUTION]\n> What could not be read may hold failures, too:\n>\n"
    yield _Section(opening, [f"> - {one}" for one in errors])
    failed = list(rows.failures(report.findings))
    new = [one for one in failed if one.finding.introduced is not False]
    title = "Failures" if report.standings is None else "Introduced by this change"
    yield _Section(f"### {title}\n\n{_table(_FAILURES)}", list(_failures(new, style)))
    old = [one for one in failed if one.finding.introduced is False]
    yield _folded("Existing failures", len({one.finding for one in old}), _FAILURES, _failures(old, style))
    yield _fixes(failed)
    unknown = [one for one in report.findings if one.status is Status.UNKNOWN]
    yield _folded("UNKNOWN: not decidable before apply", len(unknown), _FAILURES, _undecided(unknown, style))
    resolved = (_cells(*_which(one), code(one.resource.address), escape(one.control.title)) for one in report.resolved)
    yield _folded("Resolved", len(report.resolved), _FAILURES, resolved)
    accepted = [one for one in report.findings if one.suppressed is not None]
    yield _folded("Suppressed", len(accepted), _FAILURES, (_accepted(one, style) for one in accepted))
    warnings = [f"- {_problem(one)}" for one in report.problems if one.level != "error"]
    yield _Section(_summary("Warnings", len(warnings)), warnings, "\n</details>\n")
    if style.show_passed:
        for status in (Status.PASSED, Status.NOT_APPLICABLE):
            yield _passed(report, status)


def _folded(title: str, number: int, columns: Iterable[str], cells: Iterable[str]) -> _Section:
    return _Section(_summary(title, number) + _table(columns), list(cells), "\n</details>\n")


def _summary(title: str, number: int) -> str:
    return f"<details><summary>{title} ({number})</summary>\n\n"


def _table(columns: Iterable[str]) -> str:
    heads = list(columns)
    return f"{_cells(*heads)}\n{_cells(*('---' for _ in heads))}\n"


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _failures(found: Iterable[Failure], style: Style) -> Iterator[str]:
    for row in rows.most_severe_first(rows.folded(found, _alike)):
        finding = row[0].finding
        yield _cells(*_which(finding), _where(row, style), prose(" ".join((summary(finding), *finding.notes))))


def _alike(one: Failure) -> tuple[object, ...]:
    """What instances of one block have in common if they fail in the same words at the same place."""
    return one.finding.control.id, one.block, one.path, one.line, summary(one.finding), one.finding.notes


def _which(finding: Finding) -> tuple[str, str]:
    return finding.control.severity.value, _control(finding.control)


def _control(control: Control[Any]) -> str:
    return f"[{control.id}]({control.url})"


def _controls(findings: Iterable[Finding]) -> str:
    """By number."""
    return ", ".join(_control(one.control) for one in sorted(findings, key=lambda one: one.control.number))


def _where(row: list[Failure], style: Style) -> str:
    addresses = rows.addresses(row)
    hidden = len(addresses) - _MAX_INSTANCES_TOLD
    told = [code(address) for address in addresses[:_MAX_INSTANCES_TOLD]]
    told += [f"and {hidden} more"] if hidden > 0 else []
    return "<br>".join([*told, *_links(row[0], style)])


def _links(one: Failure, style: Style) -> Iterator[str]:
    if one.path is None:
        return
    text = _place(one.path, one.line)
    if style.links is None:
        yield text
        return
    anchor = "" if one.line is None else f"#L{one.line}"
    yield f"[{text}]({quote(style.links.rstrip('/'), safe='/:')}/{quote(one.path)}{anchor})"


def _place(path: str, line: int | None) -> str:
    """It breaks where its lines get too long."""
    text = path if line is None else f"{path}:{line}"
    return escape(text).replace("/", "/<wbr>")


def _fixes(failed: Iterable[Failure]) -> _Section:
    """What to do, once for each control that fails."""
    controls = {one.finding.control.id: one.finding.control for one in failed}
    ordered = sorted(controls.values(), key=lambda one: (-one.severity.rank, one.number))
    lines = [f"- {_control(one)} {escape(one.title)}: {prose(one.remediation)}" for one in ordered]
    return _Section("<details><summary>How to fix</summary>\n\n", lines, "\n</details>\n")


def _undecided(unknown: Iterable[Finding], style: Style) -> Iterator[str]:
    """A row for all controls of a resource that hang on the same unknowns."""
    for findings in rows.by_resource(unknown):
        first = next(rows.by_place(findings[0]))
        evidence = {one.path: one for each in findings for one in each.evidence}.values()
        told = prose("; ".join(describe(evidence)))
        yield _cells(rows.severity(findings).value, _controls(findings), _where([first], style), told)


def _accepted(finding: Finding, style: Style) -> str:
    accepted, first = finding.suppressed, next(rows.by_place(finding))
    if accepted is None:
        raise ValueError
    until = "" if accepted.until is None else f" until {accepted.until}"
    place = _place(clean(accepted.path), accepted.line)
    why = f"Accepted{until} at {place}: {escape(accepted.reason)}"
    return _cells(*_which(finding), _where([first], style), f"{prose(summary(finding))}<br>{why}")


def _problem(problem: Problem) -> str:
    place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part is not None)
    return f"{code(place)}: {prose(problem.message)}"


def _passed(report: Report, status: Status) -> _Section:
    """Only which: a row for each resource."""
    controls: dict[int, list[Finding]] = {}
    for finding in report.findings:
        if finding.status is status:
            controls.setdefault(id(finding.resource), []).append(finding)
    cells = (_cells(code(each[0].resource.address), _controls(each)) for each in controls.values())
    return _folded(status.value, report.count(status), ("Resource", "Controls"), cells)
