"""Provider configurations: which one a resource has, through aliases and the `providers` of module calls."""

from __future__ import annotations

from tfcheck.records import replace
from tfcheck.terraform.block import Node, ProviderConfiguration
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.bodies import Context, member
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.directory import Written
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.instances import POSSIBLE_KEY, Instance, expand, key_of, possible
from tfcheck.terraform.hcl.module import Caller, Module
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.syntax import parse_expression
from tfcheck.terraform.hcl.types import STRING
from tfcheck.terraform.hcl.values import EvaluationFault
from tfcheck.values import Unknown


def provider_of(module: Module, written: Written, instance: Instance, resource_type: str) -> ProviderConfiguration:
    """The provider configuration of a resource: the one it names, else the default one of its type's provider."""
    named = written.attributes.get("provider")
    if named is None:
        return _configuration(module, resource_type.partition("_")[0], "")
    return _configuration(module, *_reference(module.scope(named[0], instance), named[1].expression))


def _configuration(module: Module, name: str, key: str) -> ProviderConfiguration:
    """The configuration that a name (`aws`, `aws.eu`) means in a module, which may have it from its caller.

    key: `["a"]`, for one of those that OpenTofu's for_each makes; empty for others.
    """
    if not name:
        return ProviderConfiguration("", Node(Unknown("which provider configuration is meant cannot be told")))
    local, _, alias = name.partition(".")
    for written in module.directory.all("provider", local):
        if _alias(module, written) == alias:
            instance = _instance(module, written, key)
            return ProviderConfiguration(f"{module.address}:{name}{key}", _default_tags(module, written, instance))
    caller = module.caller
    if caller is None:
        return ProviderConfiguration(f"{name}{key}", Node(None))
    passed = _passed(caller)
    if name in passed or not alias:
        return _configuration(caller.module, *passed.get(name, (name, key)))
    return ProviderConfiguration(f"{module.address}:{name}{key}", Node(None))


def _instance(module: Module, written: Written, key: str) -> Instance:
    """What `each` is for that key; unknown where that cannot be told."""
    if "for_each" not in written.attributes:
        return Instance()
    try:
        found = {one.key: one for one in expand(module, written)}
    except EvaluationFault as fault:
        return possible(Unknown(f"for_each cannot be evaluated: {fault.message}"))
    return found.get(key) or possible(Unknown("which of the provider's instances it is, is not known"))


def _alias(module: Module, written: Written) -> str:
    value = module.evaluate(written, "alias")
    return value.content if value is not None and isinstance(value.content, str) else ""


def _default_tags(module: Module, written: Written, instance: Instance) -> Node:
    blocks = member(Context(module, instance), written, "default_tags")
    first = next(iter(blocks.elements()), Node(blocks.missing()))
    return first.member("tags")


def _passed(call: Caller) -> dict[str, tuple[str, str]]:
    """What a call passes: names in the module, and the names and keys that they mean in its caller."""
    if "providers" not in call.written.attributes:
        return {}
    source, attribute = call.written.attributes["providers"]
    expression, scope = attribute.expression, replace(call.scope, source=source)
    items = expression.items if isinstance(expression, tree.Object) else ()
    return {_reference(scope, item.key)[0]: _reference(scope, item.value) for item in items}


def _reference(scope: Scope, expression: tree.Expression) -> tuple[str, str]:
    """A provider's name, which is no expression, and the key after it, which is one: `aws.eu`, `aws.by[each.key]`.

    In quotes, as in JSON, it is the same. A key that is not known is `["?"]`.
    """
    if isinstance(expression, tree.Template) and "[" in (expression.literal or ""):
        try:
            expression = parse_expression(expression.literal or "")
        except tree.SyntaxFault:
            return "", ""
    match expression:
        case tree.Template():
            return expression.literal or "", ""
        case tree.Literal(value=str(name)) | tree.Variable(name=name):
            return name, ""
        case tree.Traversal(source=tree.Variable(name=name), steps=steps):
            names = [name, *(step.name for step in steps if isinstance(step, tree.AttributeStep))]
            keys = [_key(scope, step.key) for step in steps if isinstance(step, tree.IndexStep)]
            return ".".join(names), "".join(keys)
    return "", ""


def _key(scope: Scope, expression: tree.Expression) -> str:
    try:
        key = evaluate(expression, scope)
        known = None if key.marked else text.as_text(convert(key, STRING))
    except EvaluationFault:
        known = None
    return POSSIBLE_KEY if known is None else key_of(known)
