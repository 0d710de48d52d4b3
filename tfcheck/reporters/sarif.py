"""SARIF 2.1.0 as GitHub's code scanning takes it: https://docs.github.com/en/code-security/code-scanning

Only failures become results, since code scanning opens an alert for each; every result has one place in the repository.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import tfcheck
from tfcheck import locate
from tfcheck.control import Control, Settings, Severity
from tfcheck.controls import catalogue
from tfcheck.explain import page
from tfcheck.findings import Finding, Report, Status
from tfcheck.messages import clean, message
from tfcheck.reporters import Style
from tfcheck.reporters.linehash import line_hashes
from tfcheck.terraform.address import without_keys
from tfcheck.values import Region, SourceLocation

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_MAX_INSTANCES_TOLD = 10
_MAX_DESCRIPTION = 1024
# Severity -> SARIF level, CodeQL's problem.severity, and the number by which GitHub ranks security alerts.
_RANKS = {
    Severity.CRITICAL: ("error", "error", "9.5"),
    Severity.HIGH: ("error", "error", "8.0"),
    Severity.MEDIUM: ("warning", "warning", "5.5"),
    Severity.LOW: ("note", "recommendation", "2.0"),
}
_Placed = tuple[Finding, SourceLocation, Region]


def render(report: Report, style: Style) -> str:
    """One run with every control as a rule, and a result for each failing place."""
    configured = {finding.control.id: finding.control for finding in report.findings}
    controls = [configured.get(control.id, control) for control in catalogue(Settings())]
    run: dict[str, Any] = {
        "tool": {"driver": {**_DRIVER, "rules": [_rule(control) for control in controls]}},
        "invocations": [
            {
                "executionSuccessful": not report.has_errors,
                "exitCode": style.exit_code,
                "toolExecutionNotifications": [],
            }
        ],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": _results(report, [control.id for control in controls], style),
    }
    if style.category is not None:
        run["automationDetails"] = {"id": f"{style.category.rstrip('/')}/"}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def unplaced(report: Report) -> int:
    """How many failures have no place in the repository and so cannot be results."""
    return sum(_placed(one) is None for one in report.findings if _is_result(one))


_DRIVER = {
    "name": "tfcheck",
    "fullName": "tfcheck: AWS Security Hub ECS controls for Terraform",
    "organization": "tfcheck",
    "semanticVersion": tfcheck.__version__,
    "version": tfcheck.__version__,
    "informationUri": "https://github.com/tfcheck/tfcheck",
}


def _rule(control: Control[Any]) -> dict[str, Any]:
    level, problem, number = _RANKS[control.severity]
    described = " ".join(control.description.replace("`", "").split())
    return {
        "id": control.id,
        "name": "".join(part.capitalize() for part in control.config_rule.split("-")),
        "shortDescription": {"text": f"{control.title}."},
        "fullDescription": {"text": described[:_MAX_DESCRIPTION]},
        "help": {"text": f"{described}\n\n{control.remediation}\n\n{control.url}", "markdown": page(control)},
        "helpUri": control.url,
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["security", "aws", "ecs", "terraform"],
            "precision": "very-high",
            "problem.severity": problem,
            "security-severity": number,
        },
    }


def _is_result(finding: Finding) -> bool:
    return finding.status is Status.FAILED and finding.suppressed is None


def _placed(finding: Finding) -> _Placed | None:
    location = locate.place(finding)
    if location is None or location.region is None:
        return None
    return finding, location, location.region


def _results(report: Report, ids: list[str], style: Style) -> list[dict[str, Any]]:
    """A result for each control and line: GitHub would fold several on one line into one alert anyway."""
    folded: dict[tuple[str, int, str], list[_Placed]] = {}
    for finding in report.findings:
        placed = _placed(finding) if _is_result(finding) else None
        if placed is not None:
            _, location, region = placed
            folded.setdefault((location.path, region.start_line, finding.control.id), []).append(placed)
    hashes: dict[str, list[str]] = {}
    for path, _, _ in folded:
        if path not in hashes:
            hashes[path] = line_hashes(style.read_source(path) or "")
    return [_result(placed, ids, hashes) for placed in folded.values()]


def _result(instances: list[_Placed], ids: list[str], hashes: dict[str, list[str]]) -> dict[str, Any]:
    finding, location, region = instances[0]
    control, lines = finding.control, hashes[location.path]
    fingerprints = {"tfcheckFinding/v1": _fingerprint(finding)}
    if region.start_line <= len(lines):
        fingerprints["primaryLocationLineHash"] = lines[region.start_line - 1]
    return {
        "ruleId": control.id,
        "ruleIndex": ids.index(control.id),
        "kind": "fail",
        "level": _RANKS[control.severity][0],
        "message": {"text": _text(instances)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(location.path), "uriBaseId": "%SRCROOT%"},
                    "region": {
                        "startLine": region.start_line,
                        "startColumn": region.start_column,
                        "endLine": region.end_line,
                        "endColumn": region.end_column,
                    },
                },
                "logicalLocations": [{"fullyQualifiedName": clean(finding.resource.address), "kind": "resource"}],
            }
        ],
        "partialFingerprints": fingerprints,
    }


def _text(instances: list[_Placed]) -> str:
    """The message of the first instance, with the addresses of all; brackets would be read as links."""
    first = instances[0][0]
    addresses = [clean(finding.resource.address) for finding, _, _ in instances]
    if len(addresses) == 1:
        opening = f"'{addresses[0]}'"
    else:
        hidden = len(addresses) - _MAX_INSTANCES_TOLD
        more = f" and {hidden} more" if hidden > 0 else ""
        opening = f"{len(addresses)} instances ({', '.join(addresses[:_MAX_INSTANCES_TOLD])}{more})"
    return _escape(f"{message(first)} Found in {opening}.")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _fingerprint(finding: Finding) -> str:
    """Stable where instances, lines and order change: control, address without keys, and what is wrong there."""
    paths = sorted(evidence.path for evidence in finding.evidence)
    parts: Iterable[str] = (finding.control.id, without_keys(finding.resource.address), *paths)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
