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
