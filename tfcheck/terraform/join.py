"""Which blocks belong together: by the references between them and, where those lead nowhere, by names and ARNs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TypeVar

from tfcheck.records import dataclass, field
from tfcheck.terraform import address
from tfcheck.terraform.block import Block, Node
from tfcheck.values import OneOf, Unknown

T = TypeVar("T")

_ARN_HEAD = re.compile(r"arn:[^/]*:[a-z-]+/")


@dataclass(frozen=True, slots=True)
class Index:
    """All blocks by type and by address, for joining them. joined: what was found, since several ask for the same."""

    by_type: Mapping[str, list[Block]]
    by_address: Mapping[str, list[Block]]
    by_resource: Callable[[], Mapping[str, list[Block]]]
    by_static_address: Callable[[], Mapping[str, list[Block]]]
    by_name: Callable[[], Mapping[tuple[str, str], list[Block]]]
    joined: dict[tuple[str, str, tuple[str, ...]], tuple[Block, ...]] = field(default_factory=dict)

    def of_type(self, *types: str) -> Iterator[Block]:
        """The blocks of these types, in the order of the types."""
        for one in types:
            yield from self.by_type.get(one, ())

    def referred(self, block: Block, attribute: str, types: tuple[str, ...]) -> tuple[Block, ...]:
        """The blocks of these types that the attribute refers to; several where it is not known which.

        Where references do not lead to exactly one, the attribute's known value is taken for a name or an ARN.
        """
        key = (block.resource.address, attribute, types)
        if key not in self.joined:
            self.joined[key] = self._referred(block, attribute, types)
        return self.joined[key]

    def _referred(self, block: Block, attribute: str, types: tuple[str, ...]) -> tuple[Block, ...]:
        found: dict[str, Block] = {}
        for reference in block.references(attribute):
            for other in self._at(reference):
                if other.resource.type in types:
                    found[other.resource.address] = other
        value = block.attribute(attribute).value
        named = self.named(value, types) if isinstance(value, str) and len(found) != 1 else ()
        return tuple(other for other in named if not found or other.resource.address in found) or tuple(found.values())

    def named(self, value: str, types: tuple[str, ...]) -> tuple[Block, ...]:
        """The blocks of these types that a name or an ARN means."""
        return tuple(other for one in types for other in self.by_name().get((one, short_name(value)), ()))

    def _at(self, reference: str) -> Iterable[Block]:
        exact = self.by_address.get(reference) or self.by_resource().get(reference)
        if exact:
            return exact
        static = self.by_static_address().get(address.without_keys(reference), ())
        return [block for block in static if address.covers(reference, block.resource.address)]


def index(blocks: Iterable[Block], names: Callable[[Block], Iterable[str]]) -> Index:
    """The index of some blocks; `names` are those by which others call a block: the tail of its ARN after the type."""
    all_blocks = list(blocks)
    return Index(
        _grouped(all_blocks, lambda block: block.resource.type),
        _grouped(all_blocks, lambda block: block.resource.address),
        cache(lambda: _grouped(all_blocks, lambda block: address.without_own_key(block.resource.address))),
        cache(lambda: _grouped(all_blocks, lambda block: address.without_keys(block.resource.address))),
        cache(lambda: _by_name(all_blocks, names)),
    )


def _by_name(blocks: Iterable[Block], names: Callable[[Block], Iterable[str]]) -> Mapping[tuple[str, str], list[Block]]:
    groups: dict[tuple[str, str], list[Block]] = defaultdict(list)
    for block in blocks:
        for name in names(block):
            groups[block.resource.type, name].append(block)
    return dict(groups)


def _grouped(blocks: Iterable[Block], key: Callable[[Block], str]) -> Mapping[str, list[Block]]:
    groups: dict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        groups[key(block)].append(block)
    return dict(groups)


def short_name(name_or_arn: str) -> str:
    """A name, or what stands in an ARN after the type: `CLUSTER` or `CLUSTER/SERVICE` or `FAMILY:REVISION`."""
    return _ARN_HEAD.sub("", name_or_arn)


def agreed(values: Iterable[T | OneOf[T] | Unknown | None]) -> T | OneOf[T] | Unknown | None:
    """What several blocks, of which it is not known which is meant, say together."""
    several: dict[T | None, None] = {}
    for value in values:
        if isinstance(value, Unknown):
            return value
        if isinstance(value, OneOf):
            several.update(dict.fromkeys(value.values))
        else:
            several[value] = None
    one, *others = several
    return OneOf(tuple(several), Unknown("it is not known which of several resources is meant")) if others else one


@dataclass(frozen=True, slots=True)
class Attached:
    """Blocks that say something of another block, by that one's address.

    elsewhere: by the name of one that is not in sight. perhaps: why one may belong to an address, where it is not known
    to which of several; anywhere: to any at all.
    """

    certain: Mapping[str, list[Block]]
    elsewhere: Mapping[str, list[Block]]
    perhaps: Mapping[str, Unknown]
    anywhere: Unknown | None

    def to(self, block: Block) -> tuple[list[Block], Unknown | None]:
        """Those that belong to the block, and why there may be more."""
        name = block.resource.address
        return self.certain.get(name, []), self.perhaps.get(name, self.anywhere)


def _may_be_another(node: Node) -> bool:
    """Does the value depend on more than the one resource that was found, as a conditional does?"""
    return isinstance(node.value, Unknown) and len(node.value.references) > 1


def attach(index: Index, attributes: Mapping[str, str], targets: tuple[str, ...]) -> Attached:
    """Every block of some types, joined to those that the attribute refers to which its type has for it."""
    certain: dict[str, list[Block]] = defaultdict(list)
    elsewhere: dict[str, list[Block]] = defaultdict(list)
    perhaps: dict[str, Unknown] = {}
    anywhere: Unknown | None = None
    for block in index.of_type(*attributes):
        attribute = attributes[block.resource.type]
        found = index.referred(block, attribute, targets)
        why = Unknown(f"{block.resource.address} may belong to it")
        if len(found) == 1 and not _may_be_another(block.attribute(attribute)):
            certain[found[0].resource.address].append(block)
        elif found:
            perhaps.update({other.resource.address: why for other in found})
        elif isinstance(value := block.attribute(attribute).value, str):
            elsewhere[short_name(value)].append(block)
        elif value is not None:
            anywhere = why
    return Attached(dict(certain), dict(elsewhere), perhaps, anywhere)
