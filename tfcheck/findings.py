"""Controls x resources -> findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

from tfcheck.control import Control
from tfcheck.errors import Problem
from tfcheck.inputs import Judged, Resource
from tfcheck.records import dataclass
from tfcheck.terraform.block import Source
from tfcheck.values import Evidence, Truth


class Status(Enum):
    """Security Hub's statuses, and UNKNOWN for what cannot be decided before apply; in the order of reports."""

    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    PASSED = "PASSED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Who accepts a failure, and why: a comment at a line of a file, or an entry of a configuration file.

    until: the last day on which it counts; None for no end.
    """

    reason: str
    until: date | None
    path: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A control's answer for one resource, as in Security Hub, with what decided it and the notes that hold for it.

    introduced: whether the change at hand brought the failure; None where that is not known. suppressed: only ever
    set for failures. undecided: of a failure, what would be unknown if it were none.
    """

    control: Control[Any]
    resource: Resource
    status: Status
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...] = ()
    introduced: bool | None = None
    suppressed: Suppression | None = None
    undecided: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run found, in the order in which it is reported.

    resolved: failures of before that are none now. standings: the status of each control before; None where the before
    is not known.
    """

    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    resolved: tuple[Finding, ...] = ()
    standings: Mapping[str, Status] | None = None

    def count(self, status: Status) -> int:
        """How many findings have the status, without those that are suppressed."""
        return len([1 for finding in self.findings if finding.status is status and finding.suppressed is None])

    @property
    def resources(self) -> int:
        """How many resources were judged."""
        return len({finding.resource.address for finding in self.findings})

    @property
    def has_errors(self) -> bool:
        """Is there something that could hold ECS resources and was not read?"""
        return any(problem.level == "error" for problem in self.problems)


def check(controls: Sequence[Control[Any]], judged: Iterable[Judged]) -> Iterator[Finding]:
    """Every control's finding for every resource that it judges."""
    by_type: dict[type[Judged], list[Control[Any]]] = {}
    for control in controls:
        by_type.setdefault(control.judges, []).append(control)
    for one in judged:
        for control in by_type.get(type(one), ()):
            yield _judge(control, one)


def _judge(control: Control[Any], judged: Judged) -> Finding:
    applies = control.applies(judged)
    complies = applies if applies.state is False else control.complies(judged)
    status, evidence = _status(applies, complies)
    notes: tuple[str, ...] = ()
    if control.notes and status in (Status.FAILED, Status.PASSED):
        notes = tuple([note.text for note in control.notes if note.when(judged).state is True])
    undecided = complies.undecided if status is Status.FAILED else ()
    return Finding(control, judged.resource, status, _distinct(evidence), notes, undecided=undecided)


def _status(applies: Truth, complies: Truth) -> tuple[Status, tuple[Evidence, ...]]:
    """The status, and what decided it."""
    if applies.state is False:
        return Status.NOT_APPLICABLE, applies.evidence
    if complies.state is True:
        return Status.PASSED, complies.evidence
    if applies.state is True and complies.state is False:
        return Status.FAILED, complies.evidence
    unknown = [truth for truth in (applies, complies) if truth.state is None]
    return Status.UNKNOWN, tuple([one for truth in unknown for one in truth.evidence])


def _distinct(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The last piece of evidence on each path."""
    return evidence if len(evidence) < 2 else tuple({one.path: one for one in evidence}.values())
