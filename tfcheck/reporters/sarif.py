"""SARIF 2.1.0 as GitHub's code scanning takes it: https://docs.github.com/en/code-security/code-scanning

Only failures become results, since code scanning opens an alert for each; every result has one place in the repository.
Failures that are accepted are left out, as code scanning does not know of suppressions.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from tfcheck import locate
from tfcheck.control import Control, Settings
from tfcheck.controls import catalogue
from tfcheck.findings import Finding, Report, Status
from tfcheck.messages import clean, message
from tfcheck.records import dataclass, replace
from tfcheck.reporters import Style, jsontext
from tfcheck.reporters.sarif_notes import notifications
from tfcheck.reporters.sarif_places import (
    Files,
    chains,
    escape,
    files,
    flow,
    related,
    source,
    surrounded,
)
from tfcheck.reporters.sarif_rules import RANKS, driver
from tfcheck.reporters.sarif_snippets import REDACTED
from tfcheck.terraform.address import without_keys
from tfcheck.values import Evidence, Region, SourceLocation

# What code scanning takes at most: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning
MAX_RESULTS = 25_000
MAX_BYTES = 10_000_000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MAX_INSTANCES_TOLD = 10
_MAX_RELATED = 10


@dataclass(frozen=True, slots=True)
class Document:
    """A SARIF file, and what had to be left out of it, each in a sentence.

    text: None where there are failures and none of them could be a result: such a file would close every alert.
    """

    text: str | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Offence:
    """A failure with the evidence of one offender only, at its place."""

    finding: Finding
    location: SourceLocation
    region: Region


def render(report: Report, style: Style) -> str:
    """The text of `document`; empty where that has none."""
    return document(report, style).text or ""


def document(report: Report, style: Style) -> Document:
    """One run with every control as a rule, and a result for each failing place, as far as the limits allow."""
    sources = files(style.read_source)
    found = _folded(report.findings)
    left_out = _unplaced_told(report)
    if left_out and not found:
        return Document(None, tuple(sentence for _, sentence in left_out))
    count = min(len(found), MAX_RESULTS)
    while True:
        limit = [("limit", _limit_told(count, len(found)))] if count < len(found) else []
        text = _write(report, style, sources, _worst(found, count), [*left_out, *limit])
        size = _compressed(text)
        if size <= MAX_BYTES or count == 0:
            return Document(text, tuple(sentence for _, sentence in [*left_out, *limit]))
        count = int(count * min(MAX_BYTES / size, 0.95) * 0.95)


def unplaced(report: Report) -> int:
    """How many failures have no place in the repository and so cannot be results."""
    return sum(not any(_offences(one)) for one in report.findings if _is_failure(one))


def _write(
    report: Report,
    style: Style,
    sources: Files,
    found: Sequence[Sequence[_Offence]],
    left_out: Sequence[tuple[str, str]],
) -> str:
    configured = {finding.control.id: finding.control for finding in report.findings}
    controls: list[Control[Any]] = [configured.get(control.id, control) for control in catalogue(Settings())]
    ids = [control.id for control in controls]
    run: dict[str, Any] = {
        "tool": {"driver": driver(controls)},
        "invocations": [
            {
                "executionSuccessful": not report.has_errors,
                "exitCode": style.exit_code,
                "toolExecutionNotifications": notifications(report, ids, sources, left_out),
            }
        ],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "redactionTokens": [REDACTED],
        "results": (_result(offences, ids, sources) for offences in found),
    }
    if style.category is not None:
        run["automationDetails"] = {"id": f"{clean(style.category).rstrip('/')}/"}
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return jsontext.text(document, levels=4)


def _is_failure(finding: Finding) -> bool:
    return finding.status is Status.FAILED and finding.suppressed is None


def _offences(finding: Finding) -> Iterable[_Offence]:
    """One for each offender, at its own place or, where it has none, at that of the finding."""
    for group in locate.offences(finding):
        location = locate.place(finding, group) or locate.place(finding)
        if location is not None and location.region is not None:
            yield _Offence(replace(finding, evidence=group), location, location.region)


def _folded(findings: Iterable[Finding]) -> list[list[_Offence]]:
    """Failures by control and line, one offence for each resource: code scanning makes one alert of them anyway."""
    lines: dict[tuple[str, int, int], dict[str, _Offence]] = {}
    for finding in findings:
        for offence in _offences(finding) if _is_failure(finding) else ():
            key = (offence.location.path, offence.region.start_line, finding.control.number)
            same, address = lines.setdefault(key, {}), finding.resource.address
            same[address] = _joined(same[address], offence) if address in same else offence
    return [list(lines[key].values()) for key in sorted(lines)]


def _joined(one: _Offence, other: _Offence) -> _Offence:
    evidence = {each.path: each for each in (*one.finding.evidence, *other.finding.evidence)}
    return replace(one, finding=replace(one.finding, evidence=tuple(evidence.values())))


def _worst(found: Sequence[Sequence[_Offence]], count: int) -> list[Sequence[_Offence]]:
    """So many of them, the most severe, in their order."""
    by_severity = sorted(range(len(found)), key=lambda place: -found[place][0].finding.control.severity.rank)
    return [found[place] for place in sorted(by_severity[:count])]


def _unplaced_told(report: Report) -> list[tuple[str, str]]:
    missing, failed = unplaced(report), report.count(Status.FAILED)
    if not missing:
        return []
    text = f"{missing} of {failed} failures have no place in the repository and are not in the SARIF"
    return [("no-place", f"{text}: give the plan's HCL with --source-dir.")]


def _limit_told(count: int, all_: int) -> str:
    return (
        f"Only the {count:,} most severe of {all_:,} results are in the SARIF, since code scanning takes no more than "
        f"{MAX_RESULTS:,} and {MAX_BYTES // 1_000_000} MB compressed: check fewer stacks in one run, "
        "each with a --category of its own."
    )


def _compressed(text: str) -> int:
    """How many bytes it takes when it is uploaded; where that cannot be too many, how many it has."""
    data = text.encode("utf-8", "replace")
    return len(data) if len(data) <= MAX_BYTES else len(zlib.compress(data, 6)) + 18


def _result(offences: Sequence[_Offence], ids: Sequence[str], sources: Files) -> dict[str, Any]:
    first = offences[0]
    control = first.finding.control
    evidence = [each for one in offences for each in one.finding.evidence]
    said = _text(offences)
    told = None if any(each.sensitive for each in evidence) else said
    links, places = _origins(evidence, sources, told)
    introduced = [one.finding.introduced for one in offences if one.finding.introduced is not None]
    return {
        "ruleId": control.id,
        "ruleIndex": ids.index(control.id),
        "kind": "fail",
        "level": RANKS[control.severity][0],
        "message": {"text": escape(said) + links},
        "locations": [
            {
                "physicalLocation": surrounded(first.location, first.region, sources, told),
                "logicalLocations": _logical(offences),
            }
        ],
        "partialFingerprints": _fingerprints(first, sources),
        **places,
        **({"properties": {"introduced": any(introduced)}} if introduced else {}),
    }


def _origins(evidence: Sequence[Evidence], sources: Files, told: str | None) -> tuple[str, dict[str, Any]]:
    """Where the values come from: a sentence with links to places, and the places; nothing where nothing is known."""
    ways = chains(evidence)
    if not ways:
        return "", {}
    origins = list(dict.fromkeys(place for way in ways for place in reversed(way[:-1])))
    shown = list(enumerate(origins[:_MAX_RELATED], start=1))
    links = [f"[{escape(source(place, sources))}]({number})" for number, place in shown]
    more = f" and {len(origins) - len(shown)} more" if len(origins) > len(shown) else ""
    what = "The value" if any(each.value is not None for each in evidence if each.origins) else "What lacks it"
    places = {
        "relatedLocations": [related(number, place, sources, told) for number, place in shown],
        "codeFlows": [flow(way, sources, told) for way in ways[:_MAX_RELATED]],
    }
    return f" {what} comes from {', '.join(links)}{more}.", places


def _text(offences: Sequence[_Offence]) -> str:
    """The message of the first instance, with the addresses of all."""
    addresses = _addresses(offences)
    hidden = len(offences) - len(addresses)
    listed = ", ".join(f"'{address}'" for address in addresses) + (f" and {hidden} more" if hidden else "")
    opening = "Found in" if len(offences) == 1 else f"Found in {len(offences)} instances:"
    return f"{message(offences[0].finding)} {opening} {listed}."


def _addresses(offences: Sequence[_Offence]) -> list[str]:
    return [clean(one.finding.resource.address) for one in offences[:_MAX_INSTANCES_TOLD]]


def _logical(offences: Sequence[_Offence]) -> list[dict[str, str]]:
    addresses = _addresses(offences)
    return [{"fullyQualifiedName": address, "kind": "resource"} for address in addresses]


def _fingerprints(offence: _Offence, sources: Files) -> dict[str, str]:
    """GitHub's, the hash of the line, and our own: control, address without keys, and what is wrong there.

    The latter is stable where instances, lines and order change.
    """
    paths = sorted(evidence.path for evidence in offence.finding.evidence)
    parts = (offence.finding.control.id, without_keys(offence.finding.resource.address), *paths)
    own = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    hashes, line = sources.hashes(offence.location.path), offence.region.start_line
    return {
        "tfcheckFinding/v1": own,
        **({"primaryLocationLineHash": hashes[line - 1]} if line <= len(hashes) else {}),
    }
