"""JUnit XML, which most CI systems show: a testsuite for each resource, a testcase for each control that judges it.

Kept to the schema of Jenkins (junit-10.xsd), the strictest in use: no `file` and `line` of a testcase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status
from tfcheck.messages import clean, inert_xml, message, summary
from tfcheck.reporters import Style
from tfcheck.reporters.rows import by_place

# `clean` leaves them, since they do nothing, but XML 1.0 has no way to write them.
_NOT_IN_XML = re.compile("[\ufffe\uffff]")


def render(report: Report, style: Style) -> str:
    """Failures fail; what is undecided, and what is accepted, is skipped; what does not apply is left out."""
    root = ET.Element("testsuites", name="tfcheck" if style.category is None else _text(f"tfcheck {style.category}"))
    resources: dict[int, list[Finding]] = {}
    for finding in report.findings:
        if finding.status is not Status.NOT_APPLICABLE:
            resources.setdefault(id(finding.resource), []).append(finding)
    for findings in resources.values():
        _suite(root, _text(findings[0].resource.address), [_of_finding(finding) for finding in findings])
    if report.problems:
        suite = _suite(root, "problems", [_of_error(one) for one in report.problems if one.level == "error"])
        _warnings(suite, (one for one in report.problems if one.level != "error"))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{inert_xml(ET.tostring(root, encoding="unicode"))}\n'


def _suite(root: ET.Element, name: str, cases: list[ET.Element]) -> ET.Element:
    """A suite with these cases and their counts."""
    outcomes = [outcome.tag for case in cases for outcome in case]
    suite = ET.SubElement(root, "testsuite", name=name, tests=str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(outcomes.count(tag)))
    for case in cases:
        case.set("classname", name)
        suite.append(case)
    return suite


def _of_finding(finding: Finding) -> ET.Element:
    control, accepted = finding.control, finding.suppressed
    name = f"{control.id}: {control.title}" + (" (accepted)" if accepted is not None else "")
    case = ET.Element("testcase", name=name)
    if accepted is not None:
        until = "" if accepted.until is None else f" until {accepted.until}"
        place = _place(accepted.path, accepted.line)
        reason = f"Accepted{until} at {place}: {clean(accepted.reason)}"
        ET.SubElement(case, "skipped", message=_text(reason)).text = _text(f"{summary(finding)}{_places(finding)}")
    elif finding.status is Status.FAILED:
        failure = ET.SubElement(case, "failure", message=_text(summary(finding)), type=control.severity.value)
        failure.text = _text(f"{message(finding)}{_places(finding)}\n{control.url}\n")
    elif finding.status is Status.UNKNOWN:
        ET.SubElement(case, "skipped", message=_text(summary(finding)))
    return case


def _places(finding: Finding) -> str:
    """Where it fails, a place a line."""
    found = (_place(one.path, one.line) for one in by_place(finding) if one.path is not None)
    return "".join(f"\n{one}" for one in dict.fromkeys(found))


def _of_error(problem: Problem) -> ET.Element:
    case = ET.Element("testcase", name=_text(_place(problem.path, problem.line)))
    ET.SubElement(case, "error", message=_text(problem.message), type="error")
    return case


def _warnings(suite: ET.Element, problems: Iterable[Problem]) -> None:
    lines = [f"{_place(one.path, one.line)}: {clean(one.message)}" for one in problems]
    if lines:
        ET.SubElement(suite, "system-err").text = _text("\n".join(lines))


def _place(path: str, line: int | None) -> str:
    return clean(path) + ("" if line is None else f":{line}")


def _text(text: str) -> str:
    """Line by line without what could act on a terminal, and without what XML cannot hold."""
    return _NOT_IN_XML.sub(" ", "\n".join(clean(line) for line in text.split("\n")))
