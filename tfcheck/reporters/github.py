"""Workflow commands, by which GitHub Actions annotates lines: of use where code scanning is not to be had.

The format is that of https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tfcheck.control import Severity
from tfcheck.errors import Problem
from tfcheck.findings import Report, Status
from tfcheck.messages import clean, inert, message
from tfcheck.records import dataclass
from tfcheck.reporters import Style, rows
from tfcheck.reporters.rows import Failure

# GitHub shows no more of a kind for a step.
_MAX_OF_A_KIND = 10
_MAX_INSTANCES_TOLD = 10
_MAX_LENGTH = 4000
_KINDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}
_Properties = tuple[tuple[str, str | int | None], ...]


@dataclass(frozen=True, slots=True)
class _Annotation:
    """kind: error, warning or notice. properties: by their names; None for what is not known."""

    kind: str
    properties: _Properties
    text: str


def render(report: Report, style: Style) -> str:
    """A line for each place that fails, and for each problem; nothing where there is nothing to say."""
    shown: list[_Annotation] = []
    hidden: Counter[str] = Counter()
    # One of the notices is the closing one.
    room = Counter({"error": _MAX_OF_A_KIND, "warning": _MAX_OF_A_KIND, "notice": _MAX_OF_A_KIND - 1})
    for one in _annotations(report):
        if room[one.kind]:
            room[one.kind] -= 1
            shown.append(one)
        else:
            hidden[one.kind] += 1
    closing = " ".join(_closing(hidden, report))
    if closing:
        shown.append(_Annotation("notice", (("title", "tfcheck"),), closing))
    return "".join(f"{_command(one)}\n" for one in shown)


def _annotations(report: Report) -> Iterator[_Annotation]:
    """The most severe first: what was not read may hold anything."""
    yield from (_of_problem(one) for one in report.problems if one.level == "error")
    found = rows.folded(rows.failures(report.findings), _place)
    yield from (_of_failures(row) for row in rows.most_severe_first(found))
    yield from (_of_problem(one) for one in report.problems if one.level != "error")


def _place(one: Failure) -> tuple[object, ...]:
    """What code scanning would make one alert of; without a place, each resource is one."""
    resource = one.finding.resource.address if one.place is None else ""
    return one.path, one.line, one.finding.control.id, resource


def _of_failures(row: list[Failure]) -> _Annotation:
    first = row[0]
    control, region = first.finding.control, None if first.place is None else first.place.region
    places: _Properties = (("file", first.path),)
    if region is not None:
        places += (("line", region.start_line), ("endLine", region.end_line))
        places += (("col", region.start_column), ("endColumn", region.end_column))
    title = ("title", f"{control.id} ({control.severity.value})")
    old = " It was there before this change." if rows.is_old(row) else ""
    return _Annotation(
        _KINDS[control.severity], (*places, title), f"{message(first.finding)} Found in {_where(row)}.{old}"
    )


def _where(row: list[Failure]) -> str:
    addresses = rows.addresses(row)
    if len(addresses) == 1:
        return f"'{addresses[0]}'"
    more = len(addresses) - _MAX_INSTANCES_TOLD
    told = ", ".join(f"'{one}'" for one in addresses[:_MAX_INSTANCES_TOLD])
    return f"{len(addresses)} instances: {told}" + (f" and {more} more" if more > 0 else "")


def _of_problem(problem: Problem) -> _Annotation:
    places: _Properties = (("file", clean(problem.path)), ("line", problem.line), ("col", problem.column))
    return _Annotation(problem.level, (*places, ("title", f"tfcheck: {problem.level}")), clean(problem.message))


def _closing(hidden: Counter[str], report: Report) -> Iterator[str]:
    if hidden:
        counts = ", ".join(f"{number} of kind {kind}" for kind, number in sorted(hidden.items()))
        yield f"Not shown, since GitHub shows only {_MAX_OF_A_KIND} annotations of a kind: {counts}."
    undecided = report.count(Status.UNKNOWN)
    if undecided:
        noun = "finding is" if undecided == 1 else "findings are"
        yield f"{undecided} {noun} UNKNOWN: not decidable before apply."


def _command(one: _Annotation) -> str:
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in one.properties if value is not None)
    text = one.text if len(one.text) <= _MAX_LENGTH else f"{one.text[: _MAX_LENGTH - 1]}…"
    return f"::{one.kind} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return inert(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
