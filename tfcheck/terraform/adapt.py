"""Which adapter takes which type of resource: each provider's module has the explicit list of its own types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tfcheck.errors import Problem
from tfcheck.inputs import Judged
from tfcheck.terraform import ecs
from tfcheck.terraform.block import Block, Reading
from tfcheck.terraform.links import TASK_DEFINITIONS, links

_EXPRESS = "aws_ecs_express_gateway_service"
_MOST_TOLD = 5


def adapt(blocks: Iterable[Block]) -> Iterator[Judged]:
    """What the controls judge, one after the other; blocks of other types only say something of these."""
    found = list(blocks)
    types = {block.resource.type for block in found}
    adapters = ecs.ADAPTERS
    if _EXPRESS in types:
        from tfcheck.terraform import express  # noqa: PLC0415

        adapters = {**adapters, _EXPRESS: express.ADAPTERS}
    if any(type_.startswith("awscc_") for type_ in types):
        from tfcheck.terraform import awscc  # noqa: PLC0415

        adapters = {**adapters, **awscc.ADAPTERS}
        found = [awscc.as_written(block) if block.resource.type.startswith("awscc_") else block for block in found]
    joined = links(found)
    for block in found:
        for adapter in adapters.get(block.resource.type, ()):
            yield adapter(block, joined)


def shared_families(reading: Reading) -> Iterator[Problem]:
    """A warning for each family that several task definitions register in one region: AWS judges only the last."""
    families: dict[tuple[str, str], list[str]] = {}
    for block in reading.blocks:
        if block.resource.type in TASK_DEFINITIONS and isinstance(family := block.attribute("family").value, str):
            families.setdefault((block.provider.key, family), []).append(block.resource.address)
    for addresses in families.values():
        if len(addresses) > 1:
            more = f" and {len(addresses) - _MOST_TOLD} more" if len(addresses) > _MOST_TOLD else ""
            told = f"{', '.join(addresses[:_MOST_TOLD])}{more}"
            message = f"{told} share a family: AWS judges only the one that is registered last"
            yield Problem("warning", reading.source.path, message)
