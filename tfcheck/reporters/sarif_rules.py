"""The part of a SARIF run that is the same for every report: the tool, its rules and the kinds of its notifications."""

from __future__ import annotations

from typing import Any

import tfcheck
from tfcheck.control import Control, Severity
from tfcheck.explain import page

# Severity -> SARIF level, CodeQL's problem.severity, and the number by which GitHub ranks security alerts.
RANKS = {
    Severity.CRITICAL: ("error", "error", "9.5"),
    Severity.HIGH: ("error", "error", "8.0"),
    Severity.MEDIUM: ("warning", "warning", "5.5"),
    Severity.LOW: ("note", "recommendation", "2.0"),
}
# Notifications by id, with name and what they tell; the order is that of their indexes.
NOTIFICATIONS = {
    "undecided": ("NotDecidableBeforeApply", "What a control finds cannot be known before apply."),
    "input": ("InputNotAllRead", "Something of the input could not be read, or does not fit."),
    "no-place": ("NoPlaceInRepository", "Failures have no place in the repository, so that they cannot be results."),
    "limit": ("LimitReached", "There is more than code scanning takes, so that some of it was left out."),
}
MAX_DESCRIPTION = 1024


def driver(controls: list[Control[Any]]) -> dict[str, Any]:
    """The tool, with a rule for every control and a descriptor for every kind of notification."""
    return {
        "name": "tfcheck",
        "fullName": "tfcheck: AWS Security Hub ECS controls for Terraform",
        "organization": "tfcheck",
        "semanticVersion": tfcheck.__version__,
        "version": tfcheck.__version__,
        "informationUri": "https://github.com/tfcheck/tfcheck",
        "rules": [_rule(control) for control in controls],
        "notifications": [
            {
                "id": kind,
                "name": name,
                "shortDescription": {"text": text},
                "fullDescription": {"text": text},
                "help": {"text": text},
            }
            for kind, (name, text) in NOTIFICATIONS.items()
        ],
    }


def descriptor(kind: str) -> dict[str, Any]:
    """The reference to a kind in NOTIFICATIONS."""
    return {"id": kind, "index": list(NOTIFICATIONS).index(kind)}


def _rule(control: Control[Any]) -> dict[str, Any]:
    level, problem, number = RANKS[control.severity]
    described = " ".join(control.description.replace("`", "").split())
    return {
        "id": control.id,
        "name": "".join(part.capitalize() for part in control.config_rule.split("-")),
        "shortDescription": {"text": _shortened(f"{control.title}.")},
        "fullDescription": {"text": _shortened(described)},
        "help": {"text": _plain_help(control, described), "markdown": f"{page(control)}\n{_acceptance(control)}\n"},
        "helpUri": control.url,
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["security", "aws", "ecs", "terraform"],
            "precision": "very-high",
            "problem.severity": problem,
            "security-severity": number,
        },
    }


def _shortened(text: str) -> str:
    """As many of its sentences as a description may hold."""
    return text if len(text) <= MAX_DESCRIPTION else f"{text[: text.rindex('. ', 0, MAX_DESCRIPTION)]}."


def _plain_help(control: Control[Any], described: str) -> str:
    related = ", ".join(control.requirements) or "none"
    return "\n\n".join(
        (
            described,
            f"Fix: {control.remediation}",
            control.example,
            f"To accept it, put a comment above it, with a reason: # tfcheck:ignore {control.id} REASON",
            f"Related requirements: {related}.",
            control.url,
        )
    )


def _acceptance(control: Control[Any]) -> str:
    return (
        "## Accept it\n\n"
        "A comment above the line, or behind its code, accepts the failure; it needs a reason:\n\n"
        f"```hcl\n# tfcheck:ignore {control.id} REASON\n```"
    )
