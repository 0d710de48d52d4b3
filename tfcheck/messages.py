"""What a finding says in words, made out of its control's texts and its evidence.

Everything from outside passes through `clean`: no control character of an input reaches a terminal or a report.
"""

from __future__ import annotations

import re

from tfcheck.findings import Finding, Status
from tfcheck.values import Evidence, OneOf, Unknown

SENSITIVE = "(sensitive)"
_OPENINGS = {
    Status.UNKNOWN: "Not decidable before apply",
    Status.PASSED: "Passed",
    Status.NOT_APPLICABLE: "Not applicable",
}
_MAX_SHOWN = 3
_MAX_LENGTH = 80
# C0 and C1 controls, line separators, marks that change the direction of text, and lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def clean(text: str) -> str:
    """The text on one line, without characters that could act on a terminal or a log."""
    return _UNPRINTABLE.sub(" ", text)


def message(finding: Finding) -> str:
    """Everything: what is so, what else to know of it and, for a failure, what to do."""
    remedy = (finding.control.remediation,) if finding.status is Status.FAILED else ()
    return " ".join((summary(finding), *finding.notes, *remedy))


def summary(finding: Finding) -> str:
    """The first sentence, complete by itself."""
    opening = finding.control.failure if finding.status is Status.FAILED else _OPENINGS[finding.status]
    shown, hidden = finding.evidence[:_MAX_SHOWN], len(finding.evidence) - _MAX_SHOWN
    told = f": {', '.join(describe(one) for one in shown)}" if shown else ""
    more = f" and {hidden} more" if hidden > 0 else ""
    return f"{opening}{told}{more}."


def describe(evidence: Evidence) -> str:
    """One piece of evidence in words: `'pid_mode' is "host"`."""
    return f"'{clean(evidence.path)}' {_state(evidence)}"


def _state(evidence: Evidence) -> str:
    value = evidence.value
    if isinstance(value, Unknown):
        return f"is not known ({clean(value.reason)})"
    if value is None:
        return "is not set"
    if isinstance(value, tuple):
        return "is empty"
    if evidence.sensitive:
        return f"is {SENSITIVE}"
    if isinstance(value, OneOf):
        return f"is one of {', '.join('not set' if one is None else quoted(one) for one in value.values)}"
    if isinstance(value, frozenset):
        return f"has only {', '.join(quoted(key) for key in sorted(value))}" if value else "is empty"
    return f"is {quoted(value)}"


def quoted(value: object) -> str:
    """A value as Terraform writes it, shortened and on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = clean(str(value))
    return f'"{text[: _MAX_LENGTH - 1]}…"' if len(text) > _MAX_LENGTH else f'"{text}"'
