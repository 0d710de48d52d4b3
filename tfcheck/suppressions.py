"""Findings and what was accepted of them -> suppressed findings, and warnings of entries that suppress nothing.

Only failures are suppressed, and only at the places that are covered: a finding that fails elsewhere too is split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from tfcheck import locate
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Status, Suppression
from tfcheck.ignores import MARKER, Entry, Ignore, Terms, address_matches, from_comments, from_tables, path_matches
from tfcheck.records import dataclass, field, replace
from tfcheck.values import Evidence, Region, SourceLocation

_HCL = (".tf", ".tofu", ".tfvars")
_JUDGED = ("aws_ecs_", "awscc_ecs_")

_ReadSource = Callable[[str], str | None]
_Uses = set[tuple[Entry, str]]


def suppress(
    findings: Iterable[Finding],
    ignores: Sequence[Ignore],
    read_source: _ReadSource | None,
    terms: Terms,
    further: Iterable[str] = (),
) -> tuple[list[Finding], list[Problem]]:
    """The findings, accepted failures set apart as suppressed, and warnings of entries that do not count or match.

    read_source: the text of a file by its path in the findings, None where it is not at hand; None where no file is.
    Comments are looked for in every file in which a finding has a place, and in `further` ones.
    """
    found = list(findings)
    entries, problems = from_tables(ignores, terms)
    texts = {} if read_source is None else _texts({*_paths(found), *further}, read_source)
    for path, text in texts.items():
        more, wrong = from_comments(path, text, terms)
        entries += more
        problems += wrong
    if entries:
        index, uses = _index(entries), _Uses()
        split = [part for finding in found for part in _split(finding, index, uses)]
        problems += _unused(entries, uses, _judged(found, texts), terms)
        found = split
    return found, sorted(problems, key=lambda one: (one.path, one.line or 0, one.column or 0))


def _texts(paths: Iterable[str], read_source: _ReadSource) -> dict[str, str]:
    """The files that may hold comments on findings."""
    sources = (path for path in sorted(paths) if path.endswith(_HCL))
    return {path: text for path in sources if (text := read_source(path)) is not None and MARKER in text}


def _paths(findings: Iterable[Finding]) -> set[str]:
    """All files in which they have places; plainly, since every piece of evidence of a run is looked at."""
    found: set[str] = set()
    for finding in findings:
        if finding.resource.location is not None:
            found.add(finding.resource.location.path)
        for one in finding.evidence:
            if one.location is not None:
                found.add(one.location.path)
            for origin in one.origins:
                found.add(origin.path)
    return found


def _places(finding: Finding, evidence: Iterable[Evidence]) -> Iterator[SourceLocation]:
    """The places of the evidence, and that of the resource."""
    for one in evidence:
        yield from locate.places(one)
    if finding.resource.location is not None:
        yield finding.resource.location


@dataclass(frozen=True, slots=True)
class _Index:
    """Comments by control, path and each line that they cover; [[ignore]] tables by control."""

    comments: dict[tuple[str, str, int], list[Entry]] = field(default_factory=dict)
    ignores: dict[str, list[Entry]] = field(default_factory=dict)

    def covering(self, finding: Finding, evidence: Sequence[Evidence]) -> list[Entry]:
        """The entries that cover a part of a finding, the narrowest first."""
        control, found = finding.control.id, set[Entry]()
        for place in _places(finding, evidence):
            if place.region is not None:
                on_line = self.comments.get((control, place.path, place.region.start_line), ())
                found.update(one for one in on_line if _contains(one.covers, place.region))
        tables = (one for one in self.ignores.get(control, ()) if _matches(one.ignore, finding, evidence))
        return [*sorted(found, key=_size), *tables]


def _index(entries: Iterable[Entry]) -> _Index:
    index = _Index()
    for entry in entries:
        for control in entry.controls:
            if entry.covers is None:
                index.ignores.setdefault(control, []).append(entry)
                continue
            for line in range(entry.covers.start_line, entry.covers.end_line + 1):
                index.comments.setdefault((control, entry.suppression.path, line), []).append(entry)
    return index


def _contains(covered: Region | None, place: Region) -> bool:
    """Does the place begin inside?"""
    if covered is None:
        return False
    first, last = (covered.start_line, covered.start_column), (covered.end_line, covered.end_column)
    return first <= (place.start_line, place.start_column) < last


def _size(entry: Entry) -> tuple[int, str, int]:
    """By which the narrowest comes first, and of equals the one that is nearest to its end."""
    covered, told = entry.covers, entry.suppression
    return 0 if covered is None else covered.end_line - covered.start_line, told.path, -(told.line or 0)


def _matches(ignore: Ignore | None, finding: Finding, evidence: Sequence[Evidence]) -> bool:
    """Does the table mean this part of a finding? Its path is that of the part, or of the resource."""
    if ignore is None or (ignore.address is not None and not address_matches(ignore.address, finding.resource.address)):
        return False
    return ignore.path is None or any(path_matches(ignore.path, one.path) for one in _places(finding, evidence))


def _split(finding: Finding, index: _Index, uses: _Uses) -> Iterator[Finding]:
    """The finding, or what is left of it and what each suppression takes; notes which entries were used."""
    if finding.status is not Status.FAILED:
        yield finding
        return
    parts: dict[Suppression | None, list[Evidence]] = {}
    for group in locate.offences(finding):
        covering = index.covering(finding, group)
        uses.update((entry, finding.control.id) for entry in covering)
        parts.setdefault(covering[0].suppression if covering else None, []).extend(group)
    for suppression, evidence in parts.items():
        yield replace(finding, evidence=tuple(evidence), suppressed=suppression)
    if None not in parts and finding.undecided:
        # All that certainly fails is accepted; something else may fail yet, of which nobody has said so.
        yield replace(finding, status=Status.UNKNOWN, evidence=finding.undecided, undecided=(), introduced=None)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was judged, as far as it tells whether an entry is of use.

    headers: the path and line of the blocks of all resources. undecided: by control, what may fail for all that is
    known, or has no place. texts: those with comments, by path. left_out: what was found by path.
    """

    headers: set[tuple[str, int]]
    undecided: dict[str, list[Finding]]
    texts: dict[str, str]
    left_out: dict[str, list[range]] = field(default_factory=dict)

    def leaves_out(self, entry: Entry) -> bool:
        """Is it a comment on an ECS resource of which there is no instance here?"""
        path, covered = entry.suppression.path, entry.covers
        if covered is None:
            return False
        if path not in self.left_out:
            self.left_out[path] = list(_blocks_left_out(self.texts[path], path, self.headers))
        return any(covered.start_line in block for block in self.left_out[path])


def _judged(findings: Iterable[Finding], texts: dict[str, str]) -> _Judged:
    judged = _Judged(set(), {}, texts)
    for finding in findings:
        place = finding.resource.location
        if place is not None and place.region is not None:
            judged.headers.add((place.path, place.region.start_line))
        if finding.status is Status.UNKNOWN or next(_places(finding, finding.evidence), None) is None:
            judged.undecided.setdefault(finding.control.id, []).append(finding)
    return judged


def _blocks_left_out(text: str, path: str, headers: set[tuple[str, int]]) -> Iterator[range]:
    """The lines of each block of an ECS resource whose header is none of those."""
    from tfcheck.terraform.hcl import scan  # noqa: PLC0415

    lines = scan.lines(text)
    for block in scan.scan(text).blocks:
        first = lines.position(block.start)[0]
        is_ecs = block.type == "resource" and "".join(block.labels[:1]).startswith(_JUDGED)
        if is_ecs and (path, first) not in headers:
            yield range(first, lines.position(block.end)[0] + 1)


def _unused(entries: Iterable[Entry], uses: _Uses, judged: _Judged, terms: Terms) -> Iterator[Problem]:
    """A warning of each entry for the controls that ran and of which it suppresses nothing, where that is certain."""
    for entry in entries:
        idle = [
            control
            for control in entry.controls
            if control in terms.ran
            and (entry, control) not in uses
            and not any(_may_match(entry, finding) for finding in judged.undecided.get(control, ()))
        ]
        if idle and not judged.leaves_out(entry):
            yield entry.warning(f"{entry.name(idle)} suppresses nothing{_advice(entry.covers)}")


def _may_match(entry: Entry, finding: Finding) -> bool:
    """Could the entry suppress this, once it is known: in the file of the comment, or what the table names?"""
    paths = {place.path for place in _places(finding, finding.evidence)}
    unknown, ignore = finding.status is Status.UNKNOWN, entry.ignore
    if ignore is None:
        return unknown and entry.suppression.path in paths
    if ignore.address is not None and not address_matches(ignore.address, finding.resource.address):
        return False
    if ignore.path is None:
        return unknown
    return not paths or (unknown and any(path_matches(ignore.path, path) for path in paths))


def _advice(covered: Region | None) -> str:
    if covered is None:
        return ": remove it, or correct it"
    first, last = covered.start_line, covered.end_line
    lines = f"line {first}" if first == last else f"lines {first} to {last}"
    return f" in {lines}: remove it, or put it right above what fails"
