"""What a change does to failures: which it introduces, which were there before, and which it resolves.

The before is a plan's own, or an earlier JSON report: findings in both cases, matched by control, address and, where
both are failures, by the paths of their evidence. Containers stand in paths by their names, so one that was renamed is
a new one; where the name cannot be told, by their places (`container_definitions[#2]`), and one that has moved to
another place is new.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tfcheck import files, locate
from tfcheck.control import Control
from tfcheck.errors import UsageError
from tfcheck.findings import Finding, Status, Suppression, check
from tfcheck.inputs import Resource
from tfcheck.messages import SENSITIVE, clean
from tfcheck.records import dataclass, field, replace
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Block
from tfcheck.values import Evidence, Field, Unknown

SCHEMA_VERSION = 1
_GIVE = "give a report that `tfcheck --format json` wrote"
_FORGET = "forget"
# What other resources say decides together with a resource's own attributes, and is not what fails: the same failure
# may be told with it or without.
_CIRCUMSTANCES = ("aws_ecs_account_setting_default[", "cluster.", "task_definition.runtime_platform.")
# The worst first: that of a control is the worst of its findings.
_STATUSES = tuple(Status)

# A control and the address of a resource.
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """Security Hub's score, for the resources in sight: how many of the controls that are judged passed."""

    passed: int
    judged: int

    @property
    def percent(self) -> int:
        """Rounded to the nearest whole number, as Security Hub shows it."""
        return (200 * self.passed + self.judged) // (2 * self.judged)


@dataclass(frozen=True, slots=True)
class Changes:
    """The findings of now and what became of those of before.

    findings: in their order, each failure marked as introduced or not; as they were where the before is not known.
    resolved: failures of before that are none now. standings: the status of each control before; None where the before
    is not known.
    """

    findings: tuple[Finding, ...]
    resolved: tuple[Finding, ...] = ()
    standings: Mapping[str, Status] | None = None

    @property
    def introduced(self) -> int | None:
        """How many failures the change introduces, without those that are suppressed."""
        return None if self.standings is None else count(self.findings, introduced=True)

    @property
    def existing(self) -> int | None:
        """How many failures were there before, without those that are suppressed."""
        return None if self.standings is None else count(self.findings, introduced=False)

    @property
    def score(self) -> Score | None:
        """The score after the change."""
        return score(self.findings)

    @property
    def score_before(self) -> Score | None:
        """The score before the change."""
        return None if self.standings is None else _score(self.standings)


def count(findings: Iterable[Finding], *, introduced: bool) -> int:
    """How many failures the change introduces or does not, without those that are suppressed."""
    return len([1 for finding in findings if finding.introduced is introduced and finding.suppressed is None])


def score(findings: Iterable[Finding]) -> Score | None:
    """Security Hub's score; None where no control is judged.

    A control with a failure failed; else one with an unknown is not judged, since that may become a failure; else one
    with a pass passed. Suppressed findings do not count, nor do controls that AWS retired.
    """
    return _score(_standings(findings))


def between(controls: Sequence[Control[Any]], now: Sequence[Block], before: Sequence[Block] | None) -> Changes:
    """What changed between two readings of the same resources, judged by the controls."""
    findings = tuple(check(controls, adapt(now)))
    if before is None:
        return Changes(findings)
    # Most plans of a large configuration change nothing, and would be judged twice.
    alike = len(now) == len(before) and all(block.resource.change == "no-op" for block in (*now, *before))
    judged = findings if alike else check(controls, adapt(before))
    return compare(findings, judged, forgotten=forgotten(before))


def forgotten(before: Iterable[Block]) -> frozenset[str]:
    """The addresses, old and new ones, of the resources of before that Terraform leaves behind as they are."""
    left = [block.resource for block in before if block.resource.change == _FORGET]
    addresses = [address for one in left for address in (one.address, one.previous_address) if address is not None]
    return frozenset(clean(address) for address in addresses)


def compare(
    now: Iterable[Finding],
    before: Iterable[Finding] | None,
    *,
    whole: bool = True,
    forgotten: Container[str] = frozenset(),
) -> Changes:
    """What changed between two lists of findings; nothing is told of it where `before` is None.

    A failure is introduced if there was no failure before (not even the resource, or it passed, or it was not known),
    or if something in it fails that did not. A failure of before is resolved if the control does not fail now, or the
    resource is gone: if what it was is unknown now, or Terraform only forgets it, it is neither. Suppressed failures
    are failures, on both sides. whole: false where `now` does not cover all that `before` did, so that nothing is gone.
    forgotten: the addresses of what Terraform leaves behind.
    """
    if before is None:
        return Changes(tuple(now))
    was = _before(before)
    marked: list[Finding] = []
    still: dict[_Key, list[Finding]] = {}
    for finding, address in _addressed(now, was):
        key = (finding.control.id, address)
        failures = was.failures.get(key, [])
        if failures:
            still.setdefault(key, []).append(finding)
        marked.append(_marked(finding, _is_new(finding, failures)) if finding.status is Status.FAILED else finding)
    candidates = {key: failures[0] for key, failures in was.failures.items() if key[1] not in forgotten}
    ended = (_resolved(failure, still.get(key, []), whole) for key, failure in candidates.items())
    return Changes(tuple(marked), _in_order(one for one in ended if one is not None), was.standings)


def merged(parts: Sequence[Changes]) -> Changes:
    """The changes of several inputs together; what was before is known only if it is for all of them."""
    standings: dict[str, Status] | None = {}
    for part in parts:
        if part.standings is None:
            standings = None
        elif standings is not None:
            for control, status in part.standings.items():
                standings[control] = _worse(standings.get(control), status)
    return Changes(
        tuple(finding for part in parts for finding in part.findings),
        _in_order(finding for part in parts for finding in part.resolved),
        standings,
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """The findings of before: failures by control and address, all addresses, and the status of each control."""

    failures: dict[_Key, list[Finding]] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    standings: dict[str, Status] = field(default_factory=dict)

    def address(self, resource: Resource) -> str:
        """The address that a resource of now had before, as far as before knows of it."""
        previous = None if resource.previous_address is None else clean(resource.previous_address)
        # No other one is meant: Terraform refuses a new resource at an address that one moves away from.
        return previous if previous is not None and previous in self.addresses else clean(resource.address)


def _before(findings: Iterable[Finding]) -> _Before:
    was = _Before()
    for finding in findings:
        address = clean(finding.resource.address)
        was.addresses.add(address)
        if finding.status is Status.FAILED:
            was.failures.setdefault((finding.control.id, address), []).append(finding)
        _stand(was.standings, finding)
    return was


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=locate.order))


def _addressed(findings: Iterable[Finding], was: _Before) -> Iterator[tuple[Finding, str]]:
    """Each with the address that its resource had before; those of one resource follow one another."""
    resource, address = None, ""
    for finding in findings:
        if finding.resource is not resource:
            resource, address = finding.resource, was.address(finding.resource)
        yield finding, address


def _marked(one: Finding, introduced: bool) -> Finding:
    """A failure as one that the change introduces or does not; made plainly, since there are many."""
    return Finding(
        one.control, one.resource, one.status, one.evidence, one.notes, introduced, one.suppressed, one.undecided
    )


def _is_new(failure: Finding, before: Sequence[Finding]) -> bool:
    """Does something fail in it that did not in any of those of before?"""
    if not before:
        return True
    return not _failing(failure.evidence) <= _failing([one for each in before for one in each.evidence])


def _failing(evidence: Iterable[Evidence]) -> set[str]:
    """The paths of what fails."""
    return {path for one in evidence if not (path := clean(one.path)).startswith(_CIRCUMSTANCES)}


def _resolved(failure: Finding, now: Sequence[Finding], whole: bool) -> Finding | None:
    """The failure of before if it is resolved, with the place that its resource has now."""
    if any(one.status in (Status.FAILED, Status.UNKNOWN) for one in now):
        return None
    if now:
        return replace(failure, resource=now[0].resource)
    return failure if whole else None


def _standings(findings: Iterable[Finding]) -> dict[str, Status]:
    standings: dict[str, Status] = {}
    for finding in findings:
        _stand(standings, finding)
    return standings


def _stand(standings: dict[str, Status], finding: Finding) -> None:
    """Lets a finding count for the status of its control."""
    control = finding.control
    before = standings.get(control.id)
    if before is not finding.status and control.status == "active" and finding.suppressed is None:
        standings[control.id] = _worse(before, finding.status)


def _worse(one: Status | None, other: Status) -> Status:
    return other if one is None else min(one, other, key=_STATUSES.index)


def _score(standings: Mapping[str, Status]) -> Score | None:
    statuses = list(standings.values())
    passed = statuses.count(Status.PASSED)
    judged = passed + statuses.count(Status.FAILED)
    return Score(passed, judged) if judged else None


def baseline(path: Path, controls: Iterable[Control[Any]]) -> tuple[Finding, ...]:
    """The findings of an earlier JSON report, of these controls; without places, since the files may have changed.

    Raises UsageError, naming the file, for everything else than such a report.
    """
    by_id = {control.id: control for control in controls}
    resources: dict[str, Resource] = {}
    found: list[Finding] = []
    for place, row in enumerate(_rows(path)):
        try:
            control = by_id.get(row["control"])
            if control is not None:
                found.append(_finding(row, control, resources))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"{path}: findings[{place}] is not one of a report: {_GIVE}") from error
    return tuple(found)


def _rows(path: Path) -> list[Any]:
    """The findings in a report."""
    try:
        document = json.loads(files.read(path, "PLAN_BYTES"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}: {_GIVE}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not JSON: {_GIVE}") from error
    told = document if isinstance(document, dict) else {}
    tool, version, rows = told.get("tool"), told.get("schema_version"), told.get("findings")
    ours = isinstance(tool, dict) and tool.get("name") == "tfcheck"
    if not ours or type(version) is not int or not isinstance(rows, list):
        raise UsageError(f"{path}: is no JSON report of tfcheck: {_GIVE}")
    if version != SCHEMA_VERSION:
        raise UsageError(f"{path}: has schema_version {version}, and only {SCHEMA_VERSION} is known: make it again")
    return rows


def _finding(row: Mapping[str, Any], control: Control[Any], resources: dict[str, Resource]) -> Finding:
    address, kind = row["address"], row["resource_type"]
    if not isinstance(address, str) or not isinstance(kind, str):
        raise TypeError
    resource = resources.setdefault(address, Resource(address, kind))
    status = Status(row["status"])
    evidence = tuple(_evidence(one) for one in row["evidence"]) if status is Status.FAILED else ()
    return Finding(control, resource, status, evidence, suppressed=_suppressed(row.get("suppressed")))


def _evidence(row: Mapping[str, Any]) -> Field[Any]:
    path, value, unknown = row["path"], row.get("value"), row.get("unknown")
    if not isinstance(path, str):
        raise TypeError
    if row.get("sensitive") is True:
        return Field(path, SENSITIVE, sensitive=True)
    if unknown is not None:
        return Field(path, Unknown(str(unknown)))
    if isinstance(value, list):
        return Field(path, frozenset(str(item) for item in value))
    return Field(path, value if value is None or isinstance(value, bool) else str(value))


def _suppressed(row: Mapping[str, Any] | None) -> Suppression | None:
    return None if row is None else Suppression(str(row.get("reason")), None, str(row.get("path")), None)
