"""A control's page in Markdown, out of the catalogue: for `tfcheck explain`, docs/controls/ and the help in SARIF."""

from __future__ import annotations

from typing import Any

from tfcheck.control import STANDARDS, Control

TERRAFORM_TYPES = {
    "AWS::ECS::TaskDefinition": "aws_ecs_task_definition",
    "AWS::ECS::Service": "aws_ecs_service",
    "AWS::ECS::TaskSet": "aws_ecs_task_set",
    "AWS::ECS::Cluster": "aws_ecs_cluster",
    "AWS::ECS::CapacityProvider": "aws_ecs_capacity_provider",
}


def page(control: Control[Any]) -> str:
    """The whole page, ending in a newline."""
    return "\n\n".join(
        (
            f"# {control.id}: {control.title}",
            *_status(control),
            _facts(control),
            _paragraphs(control.description),
            f"## Fix\n\n{control.remediation}\n\n```hcl\n{control.example}\n```",
            *_notes(control),
            f"## Standards\n\n{_standards(control)}",
            f"[The control in AWS's own words]({control.url})\n",
        )
    )


def _status(control: Control[Any]) -> tuple[str, ...]:
    return () if control.status == "active" else (f"This control was {control.status}.",)


def _facts(control: Control[Any]) -> str:
    rule = f"`{control.config_rule}`"
    rule = f"[{rule}]({control.config_rule_url})" if control.config_rule_url else f"{rule} (Security Hub's own)"
    return (
        "| Severity | Resource | Category | AWS Config rule |\n"
        "| --- | --- | --- | --- |\n"
        f"| {control.severity.value} | `{TERRAFORM_TYPES[control.aws_type]}` | {control.category} | {rule} |"
    )


def _paragraphs(text: str) -> str:
    """The text with its lines joined: how it is wrapped in the source says nothing."""
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in text.split("\n\n"))


def _notes(control: Control[Any]) -> tuple[str, ...]:
    if not control.notes:
        return ()
    return ("## Notes\n\n" + "\n".join(f"- {note.text}" for note in control.notes),)


def _standards(control: Control[Any]) -> str:
    lines = [f"- {STANDARDS[key]}" for key in control.standards]
    if control.requirements:
        lines.append(f"- Related requirements: {', '.join(control.requirements)}")
    return "\n".join(lines)
