"""The ECS resources of a configuration -> blocks, through all module calls and instances."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tfcheck.inputs import Resource
from tfcheck.limits import more
from tfcheck.terraform import address
from tfcheck.terraform.block import Block, Node
from tfcheck.terraform.hcl.bodies import Context, member, references
from tfcheck.terraform.hcl.directory import Written
from tfcheck.terraform.hcl.instances import Instance, enabled, possible
from tfcheck.terraform.hcl.module import Module
from tfcheck.terraform.hcl.providers import provider_of
from tfcheck.terraform.hcl.values import EvaluationFault
from tfcheck.values import Unknown


def blocks(module: Module) -> Iterator[Block]:
    """All instances of ECS resources in a module and in those that it calls."""
    for type_, name in module.directory.ecs_resources():
        written = module.directory.one("resource", type_, name)
        if written is not None:
            for instance in _counted(module, type_, name):
                yield block_of(module, written, instance, type_, name)
    for name in module.directory.calls():
        for instance in instances_of(module, "module", name):
            if module.run.tally.exhausted:
                return
            child = module.child(name, instance)
            if child is not None:
                yield from blocks(child)


def _counted(module: Module, type_: str, name: str) -> list[Instance]:
    """The instances of a resource, none where a run would have too many; that is a problem."""
    found = instances_of(module, "resource", type_, name)
    passed = module.run.tally.add_resources(len(found))
    if passed is None:
        return found
    definition = module.directory.definitions("resource", type_, name)[0]
    message = f"{type_}.{name} and what follows is not judged: there are too many instances{more(passed)}"
    module.directory.report("error", definition.source, definition.span.start, message)
    return []


def instances_of(module: Module, *key: str) -> list[Instance]:
    """The instances; where count or for_each is wrong, that is a problem, and one instance is taken for possible."""
    try:
        return module.instances(*key)
    except EvaluationFault as fault:
        written = module.directory.one(*key)
        switch = None if written is None else enabled(written)
        for body, names in ((written, ("count", "for_each")), (switch, ("enabled",))):
            for name in names:
                if body is not None and name in body.attributes:
                    module.fault(*body.attributes[name], fault)
        return [possible(Unknown(f"its count or for_each cannot be evaluated: {fault.message}"))]


def block_of(module: Module, written: Written, instance: Instance, type_: str, name: str) -> Block:
    """An instance of a resource as a block, whose attributes are evaluated when something asks for them."""
    context = Context(module, instance)
    at = address.inside(module.address, f"{type_}.{name}{instance.key}")

    @cache
    def attribute(wanted: str) -> Node:
        return member(context, written, wanted)

    def referred(wanted: str) -> tuple[str, ...]:
        found = (_resource(one) for one in references(context, written, wanted))
        return tuple(one for one in found if one is not None)

    resource = Resource(at, type_, written.header or module.place)
    return Block(resource, provider_of(module, written, instance, type_), attribute, referred)


def _resource(reference: str) -> str | None:
    """The resource that a reference leads to, without the attribute; None where it leads elsewhere."""
    steps = address.steps(reference.replace("[*]", ""))
    start = 0
    while start + 1 < len(steps) and steps[start].name == "module":
        start += 2
    if len(steps) < start + 2 or steps[start].name in ("data", "var", "local", "ephemeral", "terraform", "path"):
        return None
    return ".".join(str(step) for step in steps[: start + 2])
