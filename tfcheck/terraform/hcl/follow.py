"""Which resources a known value was taken from: references followed through variables, locals and outputs.

A value that is not known carries its references itself. A known one, such as `aws_ecs_task_definition.web.family`, does
not, although it says which resource is meant where several have that family.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfcheck.terraform import address
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.instances import key_of
from tfcheck.terraform.hcl.module import Module
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.types import STRING
from tfcheck.terraform.hcl.values import EvaluationFault

_MOST_HOPS = 30
_NO_RESOURCES = ("data", "ephemeral", "path", "terraform", "tofu", "each", "count", "self")
# Functions that give one of their arguments.
_CHOOSING = ("coalesce", "nonsensitive", "one", "sensitive", "tostring", "try")


def followed(module: Module, expression: tree.Expression, scope: Scope, hops: int = 0) -> Iterator[str]:
    """The attributes of resources that an expression may hand on as they are."""
    if hops > _MOST_HOPS:
        return
    match expression:
        case tree.Traversal(source=tree.Variable(name=root)) if root not in scope.names:
            yield from _reference(module, root, expression.steps, scope, hops)
        case tree.Template() if expression.wrapped is not None:
            yield from followed(module, expression.wrapped, scope, hops)
        case tree.Parentheses(expression=inner):
            yield from followed(module, inner, scope, hops)
        case tree.Conditional(then=then, otherwise=otherwise):
            yield from followed(module, then, scope, hops)
            yield from followed(module, otherwise, scope, hops)
        case tree.Call(name=name, arguments=arguments) if name in _CHOOSING:
            for argument in arguments:
                yield from followed(module, argument, scope, hops)


def _reference(module: Module, root: str, steps: tuple[tree.Step, ...], scope: Scope, hops: int) -> Iterator[str]:
    name = steps[0].name if isinstance(steps[0], tree.AttributeStep) else ""
    if root == "var" and len(steps) == 1:
        for inner, expression, at in module.given_by(name):
            yield from followed(inner, expression, at, hops + 1)
    elif root == "local" and len(steps) == 1:
        for inner, expression, at in module.expressed_by(name):
            yield from followed(inner, expression, at, hops + 1)
    elif root == "module":
        output = steps[-1].name if isinstance(steps[-1], tree.AttributeStep) else ""
        for inner, expression, at in module.put_out(name, output):
            yield from followed(inner, expression, at, hops + 1)
    elif root not in ("var", "local", *_NO_RESOURCES):
        yield _written(module, root, name, steps[1:], scope)


def _written(module: Module, kind: str, name: str, steps: tuple[tree.Step, ...], scope: Scope) -> str:
    """The reference as the root sees it; a key that is not known stands for every one."""
    inner = (f".{step.name}" if isinstance(step, tree.AttributeStep) else _key(step.key, scope) for step in steps)
    return address.inside(module.address, f"{kind}.{name}") + "".join(inner)


def _key(expression: tree.Expression, scope: Scope) -> str:
    try:
        key = evaluate(expression, scope)
    except EvaluationFault:
        return ""
    if isinstance(key.content, int) and not isinstance(key.content, bool):
        return f"[{key.content}]"
    known = text.as_text(key) if key.type == STRING and not key.marked else None
    return "" if known is None else key_of(known)
