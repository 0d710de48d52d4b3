"""Blocks of the awscc provider -> inputs: the only file that knows that provider's schema.

It is made out of CloudFormation's: names in snake case, objects where hashicorp/aws has blocks, and nearly every
optional attribute computed where it is not written, so that all of them are read as written.
Schema: https://registry.terraform.io/providers/hashicorp/awscc/latest/docs
"""

from __future__ import annotations

from tfcheck.inputs import CapacityProvider, Cluster, Service, Tags, TaskDefinition, TaskSet
from tfcheck.records import replace
from tfcheck.terraform import ecs
from tfcheck.terraform.block import Block, Node
from tfcheck.terraform.containers import Spelling, containers
from tfcheck.terraform.links import Adapter, Links, capacity_providers, operating_system_family
from tfcheck.values import Field

_SNAKE = Spelling("readonly_root_filesystem", "log_configuration", "log_driver")


def as_written(block: Block) -> Block:
    """The same block, everything in it absent that was not written and that the provider computes."""
    return replace(block, attribute=lambda name: _as_written(block.attribute(name)))


def task_definition(block: Block, links: Links) -> TaskDefinition:
    """awscc_ecs_task_definition."""
    return TaskDefinition(
        block.resource,
        block.attribute("network_mode").text("network_mode"),
        block.attribute("pid_mode").text("pid_mode"),
        operating_system_family(block),
        containers(block.attribute("container_definitions"), "container_definitions", _SNAKE),
        ecs.efs_volumes(block.attribute("volumes"), "volumes"),
        _tags(block.attribute("tags")),
    )


def service(block: Block, links: Links) -> Service:
    """awscc_ecs_service."""
    return Service(
        block.resource,
        ecs.service_arn(block, links),
        block.attribute("launch_type").text("launch_type"),
        capacity_providers(block.attribute("capacity_provider_strategy"), "capacity_provider_strategy"),
        links.cluster_capacity_providers(block),
        ecs.deployment_controller(block.attribute("deployment_controller")),
        block.attribute("platform_version").text("platform_version"),
        links.operating_system_family(block),
        ecs.network_configuration(*_inside(block, "network_configuration", "awsvpc_configuration")),
        _tags(block.attribute("tags")),
    )


def task_set(block: Block, links: Links) -> TaskSet:
    """awscc_ecs_task_set, for which CloudFormation spells AwsVpcConfiguration."""
    node, path = _inside(block, "network_configuration", "aws_vpc_configuration")
    return TaskSet(block.resource, ecs.network_configuration(node, path))


def cluster(block: Block, links: Links) -> Cluster:
    """awscc_ecs_cluster."""
    return Cluster(
        block.resource,
        ecs.container_insights(block.attribute("cluster_settings"), "cluster_settings"),
        links.account_container_insights(block),
        _tags(block.attribute("tags")),
    )


def capacity_provider(block: Block, links: Links) -> CapacityProvider:
    """awscc_ecs_capacity_provider."""
    return ecs.capacity_provider(block, links)


def _inside(block: Block, outer: str, inner: str) -> tuple[Node, str]:
    return block.attribute(outer).member(inner), f"{outer}.{inner}"


def _tags(tags: Node) -> Tags:
    """A list of keys and values; there are no default tags."""
    keys = [element.member("key") for element in tags.elements()]
    known = frozenset(key.value for key in keys if isinstance(key.value, str))
    unknown = next((key.missing() for key in keys if not isinstance(key.value, str)), None)
    return Tags(Field("tags", known, tags.location, tags.sensitive), unknown if unknown is not None else tags.missing())


def _as_written(node: Node) -> Node:
    """The node with None in place of every part that is unknown only because it was not written."""
    if node.omitted:
        return node.as_written()
    value = node.value
    if isinstance(value, dict):
        return replace(node, value={name: _part_as_written(part) for name, part in value.items()})
    if isinstance(value, list):
        return replace(node, value=[_part_as_written(part) for part in value])
    return node


def _part_as_written(part: object) -> object:
    return _as_written(part if isinstance(part, Node) else Node(part)) if isinstance(part, (Node, dict, list)) else part


ADAPTERS: dict[str, tuple[Adapter, ...]] = {
    "awscc_ecs_task_definition": (task_definition,),
    "awscc_ecs_service": (service,),
    "awscc_ecs_task_set": (task_set,),
    "awscc_ecs_cluster": (cluster,),
    "awscc_ecs_capacity_provider": (capacity_provider,),
}
