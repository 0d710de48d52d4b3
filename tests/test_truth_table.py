"""All 210 decided cases, through the adapter: from the ECS API's shape to Terraform's, and to a status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import TESTDATA

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import check
from tfcheck.inputs import Resource
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Block, Node, ProviderConfiguration
from tfcheck.values import Unknown

UNKNOWN_MARK = "?"
TYPES = {
    "ECS.2": "aws_ecs_service",
    "ECS.10": "aws_ecs_service",
    "ECS.12": "aws_ecs_cluster",
    "ECS.13": "aws_ecs_service",
    "ECS.14": "aws_ecs_cluster",
    "ECS.16": "aws_ecs_task_set",
    "ECS.19": "aws_ecs_capacity_provider",
}
SNAKE = {
    "networkMode": "network_mode",
    "pidMode": "pid_mode",
    "launchType": "launch_type",
    "platformVersion": "platform_version",
    "tags": "tags_all",
    "settings": "setting",
}


def cases() -> Iterator[Any]:
    for file in sorted(TESTDATA.glob("truth_table/*.json")):
        for place, case in enumerate(json.loads(file.read_text())):
            yield pytest.param(file.stem, case, id=f"{file.stem}-{place}-{case['status']}-{case['why'] or 'plain'}")


def test_the_table_is_whole() -> None:
    assert len(list(cases())) == 210


@pytest.mark.parametrize(("control", "case"), list(cases()))
def test_truth_table(control: str, case: dict[str, Any]) -> None:
    given = case["input"]
    settings = Settings(required_tag_keys=tuple(given.get("requiredTagKeys", ())))
    judged = adapt(blocks(TYPES.get(control, "aws_ecs_task_definition"), given))
    controls = [one for one in catalogue(settings) if one.id == control]
    statuses = [finding.status.value for finding in check(controls, judged) if finding.resource.address == "judged"]
    assert statuses == [case["status"]]


def blocks(kind: str, given: dict[str, Any]) -> list[Block]:
    """The judged resource, with those that say something of it."""
    attributes = terraform(given)
    made = [attributes]
    names = ["judged"]
    kinds = [kind]
    references: dict[str, tuple[str, ...]] = {"cluster": ("cluster",)} if kind == "aws_ecs_service" else {}
    if kind == "aws_ecs_service":
        attributes["cluster"] = Unknown("known after apply")
        made.append({})
        kinds.append("aws_ecs_cluster")
        names.append("cluster")
    if "clusterDefaultStrategy" in given:
        made.append({"default_capacity_provider_strategy": strategy(given["clusterDefaultStrategy"])})
        kinds.append("aws_ecs_cluster_capacity_providers")
        names.append("default_strategy")
        references["cluster_name"] = ("cluster",)
    if given.get("os") is not None:
        family = {"WINDOWS": "WINDOWS_SERVER_2022_CORE"}.get(given["os"], given["os"])
        made.append({"runtime_platform": [{"operating_system_family": family}]})
        kinds.append("aws_ecs_task_definition")
        names.append("task")
        references["task_definition"] = ("task",)
    if "accountDefault" in given:
        made.append({"name": "containerInsights", "value": given["accountDefault"]})
        kinds.append("aws_ecs_account_setting_default")
        names.append("default")
    return [block(*one, references) for one in zip(kinds, names, made, strict=True)]


def block(kind: str, name: str, attributes: dict[str, Any], references: dict[str, tuple[str, ...]]) -> Block:
    def attribute(wanted: str) -> Node:
        return Node(marked(attributes.get(wanted)))

    def referred(wanted: str) -> tuple[str, ...]:
        return references.get(wanted, ())

    return Block(Resource(name, kind), ProviderConfiguration("aws", Node(None)), attribute, referred)


def marked(value: object) -> object:
    """The value with Unknown in place of every mark."""
    if isinstance(value, dict):
        return {name: marked(member) for name, member in value.items()}
    if isinstance(value, list):
        return [marked(member) for member in value]
    return Unknown("known after apply") if value == UNKNOWN_MARK else value


def terraform(given: dict[str, Any]) -> dict[str, Any]:
    """The API's members as the attributes of hashicorp/aws."""
    made: dict[str, Any] = {SNAKE[name]: value for name, value in given.items() if name in SNAKE}
    # A list in place of JSON text: the text could not hold marks of what is unknown.
    made["container_definitions"] = given.get("containerDefinitions", [])
    if "runtimePlatform" in given and given["runtimePlatform"] is not None:
        made["runtime_platform"] = [
            {"operating_system_family": given["runtimePlatform"].get("operatingSystemFamily")}
            if isinstance(given["runtimePlatform"], dict)
            else given["runtimePlatform"]
        ]
    if "networkConfiguration" in given:
        public = given["networkConfiguration"]["awsvpcConfiguration"].get("assignPublicIp")
        made["network_configuration"] = [{"assign_public_ip": {"ENABLED": True, "DISABLED": False}.get(public, public)}]
    if "capacityProviderStrategy" in given:
        made["capacity_provider_strategy"] = strategy(given["capacityProviderStrategy"])
    if "deploymentController" in given:
        made["deployment_controller"] = [given["deploymentController"]]
    if "autoScalingGroupProvider" in given:
        made["auto_scaling_group_provider"] = [capacity(given["autoScalingGroupProvider"])]
    made["volume"] = [volume(one) for one in given.get("volumes", [])]
    return made


def strategy(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"capacity_provider": one["capacityProvider"]} for one in given]


def capacity(given: dict[str, Any]) -> dict[str, Any]:
    scaling = [given["managedScaling"]] if "managedScaling" in given else []
    return {
        "managed_termination_protection": given.get("managedTerminationProtection"),
        "managed_scaling": scaling,
    }


def volume(given: dict[str, Any]) -> dict[str, Any]:
    if "efsVolumeConfiguration" not in given:
        return {"efs_volume_configuration": []}
    return {
        "efs_volume_configuration": [{"transit_encryption": given["efsVolumeConfiguration"].get("transitEncryption")}]
    }
