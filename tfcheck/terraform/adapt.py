"""Which adapter takes which type of resource: the explicit list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tfcheck.inputs import Judged
from tfcheck.terraform import ecs
from tfcheck.terraform.block import Block
from tfcheck.terraform.links import Links, links

ADAPTERS: dict[str, Callable[[Block, Links], Judged]] = {
    "aws_ecs_task_definition": ecs.task_definition,
    "aws_ecs_service": ecs.service,
    "aws_ecs_task_set": ecs.task_set,
    "aws_ecs_cluster": ecs.cluster,
    "aws_ecs_capacity_provider": ecs.capacity_provider,
}


def adapt(blocks: Iterable[Block]) -> Iterator[Judged]:
    """What the controls judge, one after the other; blocks of other types only say something of these."""
    found = list(blocks)
    joined = links(found)
    for block in found:
        adapter = ADAPTERS.get(block.resource.type)
        if adapter is not None:
            yield adapter(block, joined)
