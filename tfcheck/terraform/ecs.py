"""Blocks of hashicorp/aws -> inputs: with links.py the only file that knows that provider's schema.

Attributes that the provider computes where they are not written (network_mode, launch_type, platform_version, setting,
managed_termination_protection) are read `as_written`: absent there, so that the API's default decides.
Schema: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from tfcheck.inputs import (
    AutoScalingGroupProvider,
    CapacityProvider,
    Cluster,
    EfsVolume,
    NetworkConfiguration,
    Service,
    TaskDefinition,
    TaskSet,
)
from tfcheck.terraform.block import Block, Node
from tfcheck.terraform.containers import containers
from tfcheck.terraform.join import agreed
from tfcheck.terraform.links import Adapter, Links, capacity_providers, operating_system_family, own_name
from tfcheck.values import Field, Items, OneOf, Unknown


def task_definition(block: Block, links: Links) -> TaskDefinition:
    """aws_ecs_task_definition."""
    return TaskDefinition(
        block.resource,
        block.attribute("network_mode").as_written().text("network_mode"),
        block.attribute("pid_mode").text("pid_mode"),
        operating_system_family(block),
        containers(block.attribute("container_definitions"), "container_definitions"),
        efs_volumes(block.attribute("volume"), "volume"),
        links.tags(block),
    )


def service(block: Block, links: Links) -> Service:
    """aws_ecs_service."""
    return Service(
        block.resource,
        service_arn(block, links),
        block.attribute("launch_type").as_written().text("launch_type"),
        capacity_providers(block.attribute("capacity_provider_strategy"), "capacity_provider_strategy"),
        links.cluster_capacity_providers(block),
        deployment_controller(block.attribute("deployment_controller")),
        block.attribute("platform_version").as_written().text("platform_version"),
        links.operating_system_family(block),
        network_configuration(block.attribute("network_configuration"), "network_configuration"),
        links.tags(block),
    )


def task_set(block: Block, links: Links) -> TaskSet:
    """aws_ecs_task_set."""
    path = "network_configuration"
    return TaskSet(block.resource, network_configuration(block.attribute(path), path))


def cluster(block: Block, links: Links) -> Cluster:
    """aws_ecs_cluster."""
    return Cluster(
        block.resource,
        container_insights(block.attribute("setting").as_written(), "setting"),
        links.account_container_insights(block),
        links.tags(block),
    )


def capacity_provider(block: Block, links: Links) -> CapacityProvider:
    """aws_ecs_capacity_provider."""
    path = "auto_scaling_group_provider"
    return CapacityProvider(block.resource, block.attribute(path).single(path, auto_scaling_group_provider))


def network_configuration(node: Node, path: str) -> Items[NetworkConfiguration]:
    """The block of a service or task set."""

    def made(configuration: Node, path: str) -> NetworkConfiguration:
        return NetworkConfiguration(configuration.member("assign_public_ip").switch(f"{path}.assign_public_ip"))

    return node.single(path, made)


def container_insights(settings: Node, path: str) -> Field[str]:
    """The value of the setting containerInsights; absent where no setting of that name is there.

    A setting whose name is not known may be that one, or not.
    """
    path = f"{path}[containerInsights].value"
    named, perhaps = [], []
    for setting in settings.elements():
        name = setting.member("name").value
        if name == "containerInsights":
            named.append(setting.member("value").text(path))
        elif isinstance(name, (Unknown, OneOf)):
            perhaps.append(setting.member("value").text(path))
    missing = settings.missing()
    if not named and missing is not None:
        return Field(path, missing, settings.location, settings.sensitive)
    values = [*(field.value for field in (*named, *perhaps)), *(() if named else (None,))]
    first = next(iter((*named, *perhaps)), Field(path, None, settings.location, settings.sensitive))
    return Field(path, agreed(values), first.location, first.sensitive, first.origins)


def auto_scaling_group_provider(node: Node, path: str) -> AutoScalingGroupProvider:
    """The block of a capacity provider."""
    scaling = node.member("managed_scaling")
    first = next(iter(scaling.elements()), Node(scaling.missing(), scaling.location))
    return AutoScalingGroupProvider(
        node.member("managed_termination_protection").as_written().text(f"{path}.managed_termination_protection"),
        first.member("status").as_written().text(f"{path}.managed_scaling.status"),
    )


def efs_volumes(volumes: Node, path: str) -> Items[EfsVolume]:
    """The EFS configurations of all volumes; a volume is named by its name where that is known."""
    made: list[EfsVolume] = []
    unknown = volumes.missing()
    for place, volume in enumerate(volumes.elements(), start=1):
        name = volume.member("name").value
        label = name if isinstance(name, str) and not volume.member("name").sensitive else f"#{place}"
        configuration = volume.member("efs_volume_configuration")
        found = configuration.single(f"{path}[{label}].efs_volume_configuration", _efs_volume)
        made += found.items
        unknown = unknown if unknown is not None else found.unknown
    return Items(f"{path}.efs_volume_configuration", tuple(made), unknown, volumes.location, volumes.sensitive)


def _efs_volume(node: Node, path: str) -> EfsVolume:
    """The EFS configuration of one volume."""
    return EfsVolume(node.member("transit_encryption").text(f"{path}.transit_encryption"))


def deployment_controller(controllers: Node) -> Field[str]:
    """The type of a service's deployment controller."""
    path = "deployment_controller.type"
    if controllers.missing() is not None:
        return Field(path, controllers.missing(), controllers.location, controllers.sensitive)
    first = next(iter(controllers.elements()), Node(None, controllers.location, controllers.sensitive))
    return first.member("type").text(path)


def service_arn(block: Block, links: Links) -> Field[str]:
    """The ARN or, before it is known, its tail."""
    arn, name, cluster_name = block.attribute("arn"), own_name(block), links.cluster_name(block)
    sensitive = name.sensitive or cluster_name.sensitive
    if isinstance(arn.value, str):
        return Field("arn", arn.value, arn.location, arn.sensitive or sensitive)
    if isinstance(name.value, str) and isinstance(cluster_name.value, str):
        return Field("arn", f"service/{cluster_name.value}/{name.value}", name.location, sensitive)
    return Field("arn", Unknown("the service's name or its cluster is not known"))


ADAPTERS: dict[str, tuple[Adapter, ...]] = {
    "aws_ecs_task_definition": (task_definition,),
    "aws_ecs_service": (service,),
    "aws_ecs_task_set": (task_set,),
    "aws_ecs_cluster": (cluster,),
    "aws_ecs_capacity_provider": (capacity_provider,),
}
