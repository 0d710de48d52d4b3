"""Findings as the rows of a report: by the place that offends, alike ones together, the most severe first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from tfcheck import locate
from tfcheck.control import Severity
from tfcheck.findings import Finding, Status
from tfcheck.messages import clean
from tfcheck.records import dataclass, replace
from tfcheck.terraform.address import without_keys
from tfcheck.values import Evidence, OneOf, SourceLocation, Unknown


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure as far as it is one of a single place; its finding has the evidence of that place only."""

    finding: Finding
    place: SourceLocation | None

    @property
    def path(self) -> str | None:
        """The file, None where no source is at hand."""
        return None if self.place is None else clean(self.place.path)

    @property
    def line(self) -> int | None:
        """The line, None where no source is at hand."""
        return None if self.place is None or self.place.region is None else self.place.region.start_line

    @property
    def block(self) -> str:
        """The address of its resource's block: the same for all instances."""
        return without_keys(clean(self.finding.resource.address))

    @property
    def evidence_paths(self) -> tuple[str, ...]:
        """What is wrong, by attribute."""
        return tuple(sorted({clean(one.path) for one in self.finding.evidence}))


def failures(findings: Iterable[Finding]) -> Iterator[Failure]:
    """Each place of each failure that is not suppressed."""
    for finding in findings:
        if finding.status is Status.FAILED and finding.suppressed is None:
            yield from by_place(finding)


def by_place(finding: Finding) -> Iterator[Failure]:
    """The places of a failure, each with all that offends there."""
    places: dict[SourceLocation | None, tuple[Evidence, ...]] = {}
    for evidence in locate.offences(finding):
        place = locate.place(finding, evidence)
        places[place] = (*places.get(place, ()), *evidence)
    for place, evidence in places.items():
        yield Failure(replace(finding, evidence=evidence), place)


def folded(found: Iterable[Failure], key: Callable[[Failure], Hashable]) -> list[list[Failure]]:
    """Those with the same key together, in the order in which each key comes first."""
    rows: dict[Hashable, list[Failure]] = {}
    for one in found:
        rows.setdefault(key(one), []).append(one)
    return list(rows.values())


def most_severe_first(rows: Iterable[list[Failure]]) -> list[list[Failure]]:
    """By severity, and of one severity those first that were not there before; else in their order."""
    return sorted(rows, key=lambda row: (-row[0].finding.control.severity.rank, is_old(row)))


def is_old(row: Iterable[Failure]) -> bool:
    """Was all of it there before the change?"""
    return all(one.finding.introduced is False for one in row)


def addresses(row: Iterable[Failure]) -> list[str]:
    """The resources of a row, each once."""
    return list(dict.fromkeys(clean(one.finding.resource.address) for one in row))


def severity(findings: Sequence[Finding]) -> Severity:
    """The highest among them."""
    first, *others = (one.control.severity for one in findings)
    return max((first, *others), key=lambda one: one.rank) if others else first


def by_resource(findings: Iterable[Finding]) -> list[list[Finding]]:
    """One row for each finding, but one for all of a resource that are undecided for one and the same reason."""
    resources: dict[int, dict[object, list[Finding]]] = {}
    for finding in findings:
        rows = resources.setdefault(id(finding.resource), {})
        key: object = finding.control.id, finding.suppressed
        if finding.status is Status.UNKNOWN:
            key = frozenset(_reasons(finding))
        rows.setdefault(key, []).append(finding)
    return [row for rows in resources.values() for row in rows.values()]


def _reasons(finding: Finding) -> Iterator[str]:
    for evidence in finding.evidence:
        if isinstance(evidence.value, Unknown):
            yield evidence.value.reason
        elif evidence.value is None or isinstance(evidence.value, OneOf):
            yield evidence.path
