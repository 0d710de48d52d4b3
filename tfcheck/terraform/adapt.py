"""Which adapter takes which type of resource: the explicit list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tfcheck.errors import Problem
from tfcheck.inputs import Judged
from tfcheck.terraform import awscc, ecs, express
from tfcheck.terraform.block import Block, Reading
from tfcheck.terraform.links import TASK_DEFINITIONS, Links, links

Adapter = Callable[[Block, Links], Judged]

# Most resources are one thing that controls judge; an express gateway service becomes two.
ADAPTERS: dict[str, tuple[Adapter, ...]] = {
    "aws_ecs_task_definition": (ecs.task_definition,),
    "aws_ecs_service": (ecs.service,),
    "aws_ecs_task_set": (ecs.task_set,),
    "aws_ecs_cluster": (ecs.cluster,),
    "aws_ecs_capacity_provider": (ecs.capacity_provider,),
    "aws_ecs_express_gateway_service": (express.task_definition, express.service),
    "awscc_ecs_task_definition": (awscc.task_definition,),
    "awscc_ecs_service": (awscc.service,),
    "awscc_ecs_task_set": (awscc.task_set,),
    "awscc_ecs_cluster": (awscc.cluster,),
    "awscc_ecs_capacity_provider": (awscc.capacity_provider,),
}

_MOST_TOLD = 5


def adapt(blocks: Iterable[Block]) -> Iterator[Judged]:
    """What the controls judge, one after the other; blocks of other types only say something of these."""
    found = [awscc.as_written(block) if block.resource.type.startswith("awscc_") else block for block in blocks]
    joined = links(found)
    for block in found:
        for adapter in ADAPTERS.get(block.resource.type, ()):
            yield adapter(block, joined)


def shared_families(reading: Reading) -> Iterator[Problem]:
    """A warning for each family that several task definitions register: AWS judges only the one registered last."""
    families: dict[str, list[str]] = {}
    for block in reading.blocks:
        if block.resource.type in TASK_DEFINITIONS and isinstance(family := block.attribute("family").value, str):
            families.setdefault(family, []).append(block.resource.address)
    for addresses in families.values():
        if len(addresses) > 1:
            more = f" and {len(addresses) - _MOST_TOLD} more" if len(addresses) > _MOST_TOLD else ""
            told = f"{', '.join(addresses[:_MOST_TOLD])}{more}"
            message = f"{told} share a family: AWS judges only the one that is registered last"
            yield Problem("warning", reading.source.path, message)
