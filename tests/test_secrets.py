"""No secret of a plan or a state reaches an output: design section 7.

Every text that may be a secret is one, and has the mark in it. What controls ask about is not secret by itself (users,
names of environment variables, keys of tags), but where it is marked as sensitive it must not be told either.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

from tfcheck.reporters import REPORTERS

MARK = "s3cr3t"
SECRET = f"{MARK}-hunter2"
FORMATS = [("--format", name, *shown) for name in REPORTERS for shown in ((), ("--show-passed",))]
CONFIG = """\
required_tag_keys = ["Owner"]
exempt_ecs_service_arns = ["arn:aws:ecs:eu-west-1:123456789012:service/default/exempt"]
"""
SOURCE = """\
resource "aws_ecs_task_definition" "plain" {}
resource "aws_ecs_task_definition" "marked" {}
resource "aws_ecs_service" "marked" {}
resource "aws_ecs_service" "joined" {}
resource "aws_ecs_cluster" "marked" {}
resource "aws_ecs_tag" "marked" {}
resource "aws_ecs_account_setting_default" "marked" {}
resource "aws_ecs_cluster_capacity_providers" "marked" {}
resource "aws_ecs_capacity_provider" "marked" {}
resource "aws_ecs_task_set" "marked" {}
"""


def containers(name: str, **more: object) -> str:
    """A container with secrets everywhere that no control asks about."""
    container = {
        "name": name,
        "image": f"registry.example/{SECRET}:1",
        "command": ["run", "--password", SECRET],
        "entryPoint": [SECRET],
        "environment": [{"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET}, {"name": "PASSWORD", "value": SECRET}],
        "environmentFiles": [{"type": "s3", "value": SECRET}],
        "secrets": [{"name": "TOKEN", "valueFrom": f"arn:aws:ssm:::parameter/{SECRET}"}],
        "dockerLabels": {"label": SECRET},
        "healthCheck": {"command": ["CMD", SECRET]},
        "logConfiguration": {
            "options": {"splunk-token": SECRET},
            "secretOptions": [{"name": "x", "valueFrom": SECRET}],
        },
        "repositoryCredentials": {"credentialsParameter": SECRET},
        "extraHosts": [{"hostname": SECRET, "ipAddress": "10.0.0.1"}],
        **more,
    }
    return json.dumps([container])


# Type, name, values, and the marks of what is sensitive among them.
RESOURCES: list[tuple[str, str, dict[str, Any], Any]] = [
    (
        "aws_ecs_task_definition",
        "plain",
        {
            "family": "plain",
            "revision": 1,
            "container_definitions": containers("app"),
            "network_mode": "host",
            "pid_mode": "host",
            "tags": {"Name": SECRET},
            "tags_all": {"Name": SECRET},
            "execution_role_arn": SECRET,
            "volume": [{"name": "data", "host_path": SECRET, "efs_volume_configuration": [{"file_system_id": SECRET}]}],
        },
        {"volume": [{}]},
    ),
    (
        "aws_ecs_task_definition",
        "marked",
        {
            "family": SECRET,
            "revision": 2,
            "container_definitions": containers(
                SECRET,
                user=SECRET,
                environment=[{"name": SECRET, "value": SECRET}, {"name": "AWS_ACCESS_KEY_ID", "value": SECRET}],
                logConfiguration={"logDriver": SECRET},
            ),
            "network_mode": SECRET,
            "pid_mode": SECRET,
            "runtime_platform": [{"operating_system_family": SECRET}],
            "tags": {SECRET: SECRET},
            "tags_all": {SECRET: SECRET},
            "volume": [{"name": SECRET, "efs_volume_configuration": [{"transit_encryption": SECRET}]}],
        },
        {
            "container_definitions": True,
            "network_mode": True,
            "pid_mode": True,
            "runtime_platform": [{"operating_system_family": True}],
            "tags": True,
            "volume": [{"name": True, "efs_volume_configuration": [{"transit_encryption": True}]}],
        },
    ),
    (
        "aws_ecs_cluster",
        "marked",
        {
            "name": f"{SECRET}-cluster",
            "arn": f"arn:aws:ecs:eu-west-1:123456789012:cluster/{SECRET}-cluster",
            "setting": [{"name": SECRET, "value": SECRET}, {"name": "containerInsights", "value": SECRET}],
            "tags": {SECRET: "x"},
            "tags_all": {SECRET: "x"},
        },
        {"name": True, "setting": [{"name": True, "value": True}, {"value": True}], "tags": True, "tags_all": True},
    ),
    (
        "aws_ecs_cluster",
        "plain",
        {"name": "plain", "arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/plain", "setting": [], "tags_all": {}},
        {},
    ),
    (
        "aws_ecs_service",
        "marked",
        {
            "name": SECRET,
            "cluster": f"{SECRET}-cluster",
            "launch_type": "FARGATE",
            "platform_version": SECRET,
            "task_definition": f"{SECRET}:2",
            "deployment_controller": [{"type": SECRET}],
            "network_configuration": [{"assign_public_ip": SECRET}],
            "capacity_provider_strategy": [{"capacity_provider": SECRET}],
            "tags": {SECRET: SECRET},
            "tags_all": {SECRET: SECRET},
        },
        {
            "name": True,
            "cluster": True,
            "platform_version": True,
            "task_definition": True,
            "deployment_controller": [{"type": True}],
            "network_configuration": [{"assign_public_ip": True}],
            "capacity_provider_strategy": True,
            "tags": True,
        },
    ),
    (
        "aws_ecs_service",
        "joined",
        {
            "name": "joined",
            "cluster": f"{SECRET}-cluster",
            "launch_type": "",
            "platform_version": "1.0.0",
            "task_definition": f"{SECRET}:2",
            "network_configuration": [{"assign_public_ip": True, "subnets": [SECRET]}],
            "tags_all": {},
        },
        {"cluster": True, "task_definition": True},
    ),
    (
        "aws_ecs_task_set",
        "marked",
        {"network_configuration": [{"assign_public_ip": SECRET}], "external_id": SECRET},
        {"network_configuration": [{"assign_public_ip": True}]},
    ),
    (
        "aws_ecs_capacity_provider",
        "marked",
        {
            "name": SECRET,
            "auto_scaling_group_provider": [
                {"managed_termination_protection": SECRET, "managed_scaling": [{"status": SECRET}]}
            ],
            "tags_all": {},
        },
        {"auto_scaling_group_provider": True, "name": True},
    ),
    (
        "aws_ecs_cluster_capacity_providers",
        "marked",
        {
            "cluster_name": f"{SECRET}-cluster",
            "default_capacity_provider_strategy": [{"capacity_provider": "FARGATE"}, {"capacity_provider": SECRET}],
        },
        {"cluster_name": True, "default_capacity_provider_strategy": [{}, {"capacity_provider": True}]},
    ),
    (
        "aws_ecs_tag",
        "marked",
        {"resource_arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/plain", "key": SECRET, "value": SECRET},
        {"key": True, "value": True},
    ),
    (
        "aws_ecs_account_setting_default",
        "marked",
        {"name": "containerInsights", "value": SECRET},
        {"value": True},
    ),
]


def head(kind: str, name: str) -> dict[str, Any]:
    provider = "registry.terraform.io/hashicorp/aws"
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "provider_name": provider}


def state_resources() -> list[dict[str, Any]]:
    return [
        {**head(kind, name), "values": values, "sensitive_values": marks} for kind, name, values, marks in RESOURCES
    ]


def changes() -> list[dict[str, Any]]:
    return [
        {
            **head(kind, name),
            "change": {
                "actions": ["update"],
                "before": {**values, "container_definitions": containers(SECRET, user=SECRET)},
                "before_sensitive": {},
                "after": values,
                "after_unknown": {"id": True, "tags_all": name == "marked"},
                "after_sensitive": marks,
            },
        }
        for kind, name, values, marks in RESOURCES
    ]


def configuration() -> dict[str, Any]:
    constant = {"constant_value": SECRET}
    return {
        "provider_config": {
            "aws": {
                "name": "aws",
                "expressions": {
                    "access_key": constant,
                    "secret_key": constant,
                    "default_tags": [{"tags": {"constant_value": {"Team": SECRET}}}],
                },
            }
        },
        "root_module": {
            "variables": {"password": {"default": SECRET, "description": SECRET, "sensitive": True}},
            "outputs": {"password": {"expression": constant, "sensitive": True}},
            "resources": [
                {
                    **head(kind, name),
                    "provider_config_key": "aws",
                    "expressions": {"name": constant, "container_definitions": constant, "tags": {"references": []}},
                }
                for kind, name, _, _ in RESOURCES
            ],
            "module_calls": {
                "m": {
                    "source": f"git::https://user:{SECRET}@example.org/m.git",
                    "expressions": {"password": constant},
                    "module": {"variables": {"password": {"default": SECRET}}},
                }
            },
        },
    }


def plan() -> dict[str, Any]:
    values: dict[str, Any] = {"outputs": {"password": {"sensitive": True, "value": SECRET}}}
    values["root_module"] = {"resources": state_resources()}
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": {"password": {"value": SECRET}},
        "planned_values": values,
        "resource_drift": changes(),
        "resource_changes": changes(),
        "output_changes": {"password": {"actions": ["create"], "after": SECRET, "before": SECRET}},
        "prior_state": {"format_version": "1.0", "values": values},
        "configuration": configuration(),
        "checks": [{"address": {"kind": "check", "name": "c"}, "instances": [{"problems": [{"message": SECRET}]}]}],
        "relevant_attributes": [{"resource": "aws_ecs_cluster.marked", "attribute": [SECRET]}],
    }


def state() -> dict[str, Any]:
    outputs = {"password": {"sensitive": True, "value": SECRET}}
    values = {"outputs": outputs, "root_module": {"resources": state_resources()}}
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": values, "checks": plan()["checks"]}


def failing(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The plan, damaged."""
    document = plan()
    change(document)
    return document


def mixed_up(document: dict[str, Any]) -> None:
    """Secrets where rows, objects and addresses are expected."""
    document["resource_changes"] += [
        SECRET,
        {"type": "aws_ecs_cluster", "values": SECRET},
        {**head("aws_ecs_cluster", "a"), "change": SECRET},
        {**head("aws_ecs_cluster", "a"), "change": {"actions": ["create"], "after": SECRET}},
        {**head("aws_ecs_cluster", "a"), "change": {"actions": [SECRET], "after": {}}},
        {**head("aws_ecs_cluster", "a"), "change": {"actions": [{"x": SECRET}], "after": {}}},
        {**head("aws_ecs_task_definition", "b"), "change": {"actions": ["create"], "after": {"volume": SECRET}}},
        {**head("aws_ecs_task_definition", "c"), "change": {"actions": ["create"], "after": {"tags": SECRET}}},
        {
            **head("aws_ecs_task_definition", "d"),
            "change": {"actions": ["create"], "after": {"container_definitions": f"[{SECRET}]"}},
        },
        {
            **head("aws_ecs_task_definition", "e"),
            "change": {
                "actions": ["create"],
                "after": {"container_definitions": json.dumps([SECRET, {"name": [SECRET]}])},
            },
        },
    ]


TEXT = json.dumps(plan())
INPUTS = [
    pytest.param(TEXT.encode(), id="plan"),
    pytest.param(json.dumps(state()).encode(), id="state"),
    pytest.param(json.dumps(failing(mixed_up)).encode(), id="plan-with-damaged-rows"),
    pytest.param(json.dumps(failing(lambda one: one.update(errored=True))).encode(), id="errored-plan"),
    pytest.param(json.dumps(failing(lambda one: one.update(resource_changes=SECRET))).encode(), id="changes-no-list"),
    pytest.param(json.dumps(failing(lambda one: one.pop("resource_changes"))).encode(), id="no-changes"),
    pytest.param(json.dumps(failing(lambda one: one.update(configuration=[SECRET]))).encode(), id="no-configuration"),
    pytest.param(TEXT.encode()[: len(TEXT) // 2], id="truncated"),
    pytest.param(TEXT.encode() + SECRET.encode(), id="text-after-the-end"),
    pytest.param(TEXT.replace(":", "", 1).encode(), id="not-json"),
    pytest.param(f"{SECRET}\n{TEXT[:200]}".encode(), id="not-json-from-the-start"),
    pytest.param(TEXT.encode("utf-16")[:-1], id="damaged-utf-16"),
    pytest.param(b"\xff" + TEXT.encode(), id="not-text"),
    pytest.param(gzip.compress(TEXT.encode())[:-9], id="truncated-gzip"),
    pytest.param(f'{{"@level": "info", "@message": "{SECRET}"}}\n{{"x": "{SECRET}"}}\n'.encode(), id="log"),
    pytest.param(json.dumps({"version": 4, "lineage": SECRET, "outputs": {"x": SECRET}}).encode(), id="raw-state"),
    pytest.param(json.dumps({"password": SECRET}).encode(), id="foreign-json"),
    pytest.param(json.dumps([SECRET]).encode(), id="list"),
    pytest.param(json.dumps(SECRET).encode(), id="string"),
]


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with sources and a configuration that make tfcheck tell as much as it can."""
    (tmp_path / "main.tf").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "tfcheck.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", FORMATS, ids=" ".join)
@pytest.mark.parametrize("data", INPUTS)
def test_no_secret_is_told(data: bytes, arguments: tuple[str, ...], directory: Path, run: Callable[..., Run]) -> None:
    (directory / "input").write_bytes(data)
    ended = run("input", "--source-dir", ".", *arguments)
    assert "Traceback" not in ended.err
    assert told(ended) == []


def told(ended: Run) -> list[str]:
    """The lines in which the secret, or the better part of it, stands."""
    return [line for line in (ended.out + ended.err).splitlines() if MARK in line.lower()]


@pytest.mark.parametrize("name", ["plan", "state"])
def test_the_inputs_are_judged(name: str, directory: Path, run: Callable[..., Run]) -> None:
    """The test above says nothing where nothing is judged: every control judges, and looks at secrets."""
    (directory / "input").write_text(json.dumps(plan() if name == "plan" else state()), encoding="utf-8")
    document = json.loads(run("input", "--format", "json").out)
    assert len(document["summary"]["controls"]) == 18
    evidence = [one for finding in document["findings"] for one in finding["evidence"]]
    sensitive = {one["path"] for one in evidence if one.get("sensitive")}
    assert {one["value"] for one in evidence if one.get("sensitive")} == {None}
    assert {
        "arn",
        "container_definitions[#1].user",
        "network_configuration.assign_public_ip",
        "pid_mode",
        "platform_version",
        "setting[containerInsights].value",
        "tags",
    } <= sensitive


def test_the_sarif_has_results(directory: Path, run: Callable[..., Run]) -> None:
    (directory / "input").write_text(TEXT, encoding="utf-8")
    document = json.loads(run("input", "--source-dir", ".", "--format", "sarif").out)
    assert len(document["runs"][0]["results"]) > 10


@pytest.mark.parametrize(
    "place", ["environment", "secrets", "command", "dockerLabels", "entryPoint", "healthCheck", "extraHosts"]
)
def test_the_plan_holds_secrets(place: str) -> None:
    (container,) = json.loads(containers("app"))
    assert SECRET in json.dumps(container[place])
    assert TEXT.count(SECRET) > 100


def test_names_of_environment_variables_are_told_unless_they_are_sensitive(
    directory: Path, run: Callable[..., Run]
) -> None:
    (directory / "input").write_text(TEXT, encoding="utf-8")
    shown = run("input", "--control", "ECS.8").out
    assert "AWS_SECRET_ACCESS_KEY" in shown
    assert "AWS_ACCESS_KEY_ID" not in shown
    assert "(sensitive)" in shown
