"""References: which names belong to one, and the steps that follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from tfcheck.records import replace
from tfcheck.terraform.hcl import access, text
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.types import NUMBER, STRING
from tfcheck.terraform.hcl.values import EvaluationFault, Undeclared, Value
from tfcheck.values import Unknown

Node = tree.Expression | tree.Part | tree.Step | tree.ObjectItem
Evaluate = Callable[[tree.Expression, Scope], Value]

# How many names after the root tell what is referred to; for every other root, a resource type, it is one.
_NAMES = {"self": 0, "data": 2, "ephemeral": 2, "resource": 2, "list": 2, "action": 2}
# What a step into these leads to is a part of the same object, which the reference may name.
_NOT_FOLLOWED = ("var", "local", "each", "count", "path", "terraform", "tofu")


def resolve(name: str, steps: Sequence[tree.Step], scope: Scope) -> tuple[Value, int]:
    """What a name, with the steps that belong to it, stands for, and how many of the steps that were."""
    if name in scope.names:
        return scope.names[name], 0
    count = _NAMES.get(name, 1)
    names = tuple(step.name for step in steps[:count] if isinstance(step, tree.AttributeStep))
    if len(names) < count:
        raise Undeclared("the reference is not complete")
    return scope.resolve(name, names), count


def traverse(expression: tree.Traversal, scope: Scope, evaluate: Evaluate) -> Value:
    """The value that steps lead to."""
    source = expression.source
    done, followed, legacy_end = 0, False, -1
    if isinstance(source, tree.Variable):
        value, done = resolve(source.name, expression.steps, scope)
        followed = source.name not in scope.names and source.name not in _NOT_FOLLOWED
    else:
        value = evaluate(source, scope)
    for step in expression.steps[done:]:
        before = value
        if isinstance(step, tree.AttributeStep):
            value = access.attribute(before, step.name)
            written = f".{step.name}"
        else:
            if step.legacy and step.start == legacy_end:
                raise EvaluationFault("two indices as in `.0.0` are to be written as [0][0]", limit=True)
            legacy_end = step.end if step.legacy else -1
            key = evaluate(step.key, scope)
            value = access.index(before, key)
            written = _written(key)
        if followed and isinstance(value.content, Unknown) and value.content in (before.content, before.rest):
            value = _extended(value, value.content, written)
    return value


def _written(key: Value) -> str:
    known = text.as_text(key) if key.type == STRING else None
    if known is not None and not key.marked:
        return f'["{known}"]'
    return f"[{key.content}]" if key.type == NUMBER and isinstance(key.content, int) else "[*]"


def _extended(value: Value, unknown: Unknown, step: str) -> Value:
    """The unknown of a step into an unknown object: its reference, and a reason that ends with it, name the step."""
    if len(unknown.references) != 1:
        return value
    reference = unknown.references[0]
    reason = unknown.reason + step if unknown.reason.endswith(reference) else unknown.reason
    return replace(value, content=Unknown(reason, (reference + step,)))


def free(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[tree.Variable | tree.Traversal]:
    """The references in an expression, and steps from other values, without the names that its own loops bind."""
    below: Iterable[Node]
    match node:
        case tree.Variable(name=name):
            if name not in bound:
                yield node
            return
        case tree.Traversal(source=tree.Variable(name=name), steps=below):
            if name not in bound:
                yield node
        case tree.Traversal(source=source, steps=steps):
            yield node
            below = (source, *steps)
        case tree.For() | tree.ForDirective():
            yield from free(node.collection, bound)
            bound |= {name for name in (node.key_name, node.value_name) if name is not None}
            below = list(tree.children(node))[1:]
        case _:
            below = tree.children(node)
    for child in below:
        yield from free(child, bound)


def roots(node: Node) -> set[str]:
    """The names with which references in an expression begin."""
    sources = (one.source if isinstance(one, tree.Traversal) else one for one in free(node))
    return {one.name for one in sources if isinstance(one, tree.Variable)}


def check(node: Node, scope: Scope) -> None:
    """Find what is not declared in an expression that is not evaluated. Raises EvaluationFault."""
    for reference in free(node):
        source, steps = (
            (reference.source, reference.steps) if isinstance(reference, tree.Traversal) else (reference, ())
        )
        try:
            if isinstance(source, tree.Variable):
                resolve(source.name, steps, scope)
        except EvaluationFault as fault:
            if fault.limit:
                raise


def is_path(expression: tree.Expression) -> bool:
    """Is it a literal, a reference, or steps from one by such keys: what cannot fail once its parts are known?"""
    match expression:
        case tree.Literal() | tree.Variable() | tree.SplatItem():
            return True
        case tree.Template():
            return expression.literal is not None
        case tree.Parentheses(expression=inner):
            return is_path(inner)
        case tree.Traversal(source=source, steps=steps):
            return is_path(source) and all(isinstance(step, tree.AttributeStep) or is_path(step.key) for step in steps)
    return False
