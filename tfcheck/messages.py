"""What a finding says in words, made out of its control's texts and its evidence.

Everything from outside passes through `clean`: no control character of an input reaches a terminal or a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tfcheck.findings import Finding, Status
from tfcheck.values import Evidence, OneOf, Unknown

SENSITIVE = "(sensitive)"
_OPENINGS = {
    Status.PASSED: "Passed",
    Status.NOT_APPLICABLE: "Not applicable",
}
_PLURALS = {"is": "are", "has": "have"}
_MAX_SHOWN = 4
_MAX_LENGTH = 80
# These are compiled by `re` when they are needed, which they are not in most runs.
# C0 and C1 controls, line separators, marks that change the direction of text, and lone surrogates.
_UNPRINTABLE = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+"
# `::` counts where a line begins, `##[` and `##vso[` anywhere.
_COMMAND = r"(?m)^([ \t]*):(?=:)|#(?=#\w*\[)"
_ACTING_IN_JSON = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|#(?=#\\w*\\[)"


def clean(text: str) -> str:
    """The text on one line, without characters that could act on a terminal or a log."""
    return text if text.isprintable() else re.sub(_UNPRINTABLE, " ", text)


def inert(text: str) -> str:
    """The text without what the log of a CI system takes for a command: GitHub's `::`, and `##[` of others."""
    return re.sub(_COMMAND, r"\g<0> ", text) if "::" in text or "##" in text else text


def inert_json(text: str) -> str:
    """A JSON text of the same value, without what acts on a terminal or a log."""
    if text.isascii() and "##" not in text and "\x7f" not in text:
        return text
    return re.sub(_ACTING_IN_JSON, lambda one: f"\\u{ord(one[0]):04x}", text)


def inert_xml(text: str) -> str:
    """An XML text of the same value, without what the log of a CI system takes for a command."""
    return re.sub(_COMMAND, lambda one: f"{one[0][:-1]}&#{ord(one[0][-1])};", text)


def message(finding: Finding) -> str:
    """Everything: what is so, what else to know of it and, for a failure, what to do."""
    remedy = (finding.control.remediation,) if finding.status is Status.FAILED else ()
    return " ".join((summary(finding), *finding.notes, *remedy))


def summary(finding: Finding) -> str:
    """The first sentence, complete by itself."""
    if finding.status is Status.UNKNOWN:
        return undecided(finding.evidence)
    opening = finding.control.failure if finding.status is Status.FAILED else _OPENINGS[finding.status]
    return _sentence(opening, finding.evidence)


def undecided(evidence: Iterable[Evidence]) -> str:
    """The first sentence on what cannot be decided because of the evidence."""
    return _sentence("Not decidable before apply", evidence)


def _sentence(opening: str, evidence: Iterable[Evidence]) -> str:
    told = "; ".join(describe(evidence))
    return f"{opening}: {told}." if told else f"{opening}."


def describe(evidence: Iterable[Evidence]) -> Iterator[str]:
    """Evidence in words, that of one state together: `'pid_mode' is "host"`, `'a.user' and 'b.user' are not set`."""
    states: dict[str, list[str]] = {}
    for one in evidence:
        states.setdefault(_state(one), []).append(f"'{clean(one.path)}'")
    for state, paths in states.items():
        *some, last = paths[:_MAX_SHOWN] if len(paths) <= _MAX_SHOWN else [*paths[: _MAX_SHOWN - 1], _more(paths)]
        verb, rest = state.split(" ", 1)
        yield f"{', '.join(some)} and {last} {_PLURALS[verb]} {rest}" if some else f"{last} {state}"


def _more(paths: list[str]) -> str:
    return f"{len(paths) - _MAX_SHOWN + 1} more"


def _state(evidence: Evidence) -> str:
    """What it is, beginning with a verb."""
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
