"""Joins by a known ARN, where no reference leads to the other resource."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import check
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.read import read

ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition/app:3"
TASK = {"arn": ARN, "family": "app", "revision": 3, "container_definitions": "[]"}
WINDOWS = {**TASK, "runtime_platform": [{"operating_system_family": "WINDOWS_SERVER_2022_CORE"}]}
SERVICE = {"name": "app", "launch_type": "FARGATE", "platform_version": "1.4.0"}


def row(kind: str, after: dict[str, Any], **unknown: bool) -> dict[str, Any]:
    change = {"actions": ["no-op"], "after": after, "after_unknown": unknown}
    return {"address": f"{kind}.app", "mode": "managed", "type": kind, "name": "app", "change": change}


@pytest.mark.parametrize(
    ("task", "service", "unknown", "status"),
    [
        (WINDOWS, {"task_definition": ARN}, {}, "FAILED"),
        (WINDOWS, {"task_definition": "app:3"}, {}, "FAILED"),
        (TASK, {"task_definition": ARN}, {}, "PASSED"),
        (WINDOWS, {"task_definition": ARN.replace("app:3", "app:2")}, {}, "PASSED"),
        (WINDOWS, {}, {"task_definition": True}, "UNKNOWN"),
        (WINDOWS, {"task_definition": ARN, "platform_version": "1.0.0"}, {}, "PASSED"),
        (TASK, {"task_definition": ARN, "platform_version": "1.0.0"}, {}, "FAILED"),
        (TASK, {"task_definition": "other:1", "platform_version": "1.0.0"}, {}, "UNKNOWN"),
    ],
    ids=["windows", "by-revision", "linux", "another-revision", "hidden", "old-windows", "old-linux", "elsewhere"],
)
def test_platform_version_of_a_service_joined_by_arn(
    tmp_path: Path, task: dict[str, Any], service: dict[str, Any], unknown: dict[str, bool], status: str
) -> None:
    rows = [row("aws_ecs_task_definition", task), row("aws_ecs_service", {**SERVICE, **service}, **unknown)]
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"format_version": "1.2", "resource_changes": rows}))
    found = check(catalogue(Settings()), adapt(read(str(plan)).blocks))
    assert [one.status.value for one in found if one.control.id == "ECS.10"] == [status]


CHOICE = ["var.blue", "aws_ecs_cluster.app.arn", "aws_ecs_cluster.app", "var.other_arn"]
ALONE = ["aws_ecs_cluster.app.arn", "aws_ecs_cluster.app"]


@pytest.mark.parametrize(("references", "status"), [(ALONE, "PASSED"), (CHOICE, "UNKNOWN")], ids=["alone", "choice"])
def test_a_tag_that_may_be_another_resources_is_no_pass(tmp_path: Path, references: list[str], status: str) -> None:
    tag = row("aws_ecs_tag", {"key": "Owner", "value": "shop"}, resource_arn=True)
    written = {"mode": "managed", "type": "aws_ecs_tag", "name": "app", "address": "aws_ecs_tag.app"}
    resources = [{**written, "expressions": {"resource_arn": {"references": references}}}]
    document = {
        "format_version": "1.2",
        "resource_changes": [row("aws_ecs_cluster", {"name": "app", "tags": {}, "tags_all": {}}), tag],
        "configuration": {"root_module": {"resources": resources}},
    }
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(document))
    found = check(catalogue(Settings()), adapt(read(str(plan)).blocks))
    assert [one.status.value for one in found if one.control.id == "ECS.14"] == [status]
