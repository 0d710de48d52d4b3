"""aws_ecs_express_gateway_service: Amazon ECS makes an ordinary service and task definition out of it.

Security Hub is going to judge both, but most of what it looks at is Amazon ECS's choice and stands nowhere in
Terraform.
"""

from __future__ import annotations

from typing import TypeVar

from tfcheck.inputs import Container, NetworkConfiguration, Service, Tags, TaskDefinition
from tfcheck.terraform.block import Block, Node
from tfcheck.terraform.containers import environment
from tfcheck.terraform.links import Adapter, Links
from tfcheck.values import Field, Items, Unknown

T = TypeVar("T")

_CHOSEN = Unknown("Amazon ECS chooses it for an express gateway service")


def task_definition(block: Block, links: Links) -> TaskDefinition:
    """Of its task definition only the environment of the primary container is known."""
    return TaskDefinition(
        block.resource,
        _chosen("network_mode"),
        _chosen("pid_mode"),
        _chosen("runtime_platform.operating_system_family"),
        block.attribute("primary_container").single("primary_container", _container),
        Items("volume", (), _CHOSEN),
        Tags(Field("task_definition.tags", frozenset()), _CHOSEN),
    )


def service(block: Block, links: Links) -> Service:
    """Of its service only the tags are known."""
    return Service(
        block.resource,
        _chosen("arn"),
        _chosen("launch_type"),
        Items("capacity_provider_strategy", (), _CHOSEN),
        Items("cluster.default_capacity_provider_strategy", (), _CHOSEN),
        _chosen("deployment_controller.type"),
        _chosen("platform_version"),
        _chosen("task_definition.runtime_platform.operating_system_family"),
        Items("network_configuration", (NetworkConfiguration(_chosen("network_configuration.assign_public_ip")),)),
        links.tags(block),
    )


def _container(node: Node, path: str) -> Container:
    return Container(
        path,
        _chosen(f"{path}.user"),
        _chosen(f"{path}.privileged"),
        _chosen(f"{path}.readonlyRootFilesystem"),
        environment(node.member("environment"), f"{path}.environment"),
        _chosen(f"{path}.logConfiguration.logDriver"),
    )


def _chosen(path: str) -> Field[T]:
    return Field(path, _CHOSEN)


# One resource of Terraform, two that Security Hub judges.
ADAPTERS: tuple[Adapter, ...] = (task_definition, service)
