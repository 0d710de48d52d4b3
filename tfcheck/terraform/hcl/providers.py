"""Provider configurations: which one a resource has, through aliases and the `providers` of module calls."""

from __future__ import annotations

from tfcheck.terraform.block import Node, ProviderConfiguration
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.bodies import Context, member
from tfcheck.terraform.hcl.directory import Written
from tfcheck.terraform.hcl.module import Module
from tfcheck.terraform.hcl.values import Source


def provider_of(module: Module, written: Written, resource_type: str) -> ProviderConfiguration:
    """The provider configuration of a resource: the one it names, else the default one of its type's provider."""
    named = written.attributes.get("provider")
    name = resource_type.partition("_")[0] if named is None else _name(named[0], named[1].expression)
    return _configuration(module, name)


def _configuration(module: Module, name: str) -> ProviderConfiguration:
    """The configuration that a name (`aws`, `aws.eu`) means in a module, which may have it from its caller."""
    local, _, alias = name.partition(".")
    for written in module.directory.all("provider", local):
        if _alias(module, written) == alias:
            return ProviderConfiguration(f"{module.address}:{name}", _default_tags(module, written))
    caller = module.caller
    if caller is None:
        return ProviderConfiguration(name, Node(None))
    passed = _passed(caller.written)
    if name in passed or not alias:
        return _configuration(caller.module, passed.get(name, name))
    return ProviderConfiguration(f"{module.address}:{name}", Node(None))


def _alias(module: Module, written: Written) -> str:
    value = module.evaluate(written, "alias")
    return value.content if value is not None and isinstance(value.content, str) else ""


def _default_tags(module: Module, written: Written) -> Node:
    blocks = member(Context(module), written, "default_tags")
    first = next(iter(blocks.elements()), Node(blocks.missing()))
    return first.member("tags")


def _passed(call: Written) -> dict[str, str]:
    """What a call passes: names in the module, and what they mean in its caller."""
    if "providers" not in call.attributes:
        return {}
    source, attribute = call.attributes["providers"]
    expression = attribute.expression
    items = expression.items if isinstance(expression, tree.Object) else ()
    return {_name(source, item.key): _name(source, item.value) for item in items}


def _name(source: Source, expression: tree.Expression) -> str:
    """A provider's name is no expression: it is what stands there."""
    return source.text[expression.start : expression.end].strip('" ')
