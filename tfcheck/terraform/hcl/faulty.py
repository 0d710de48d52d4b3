"""What Terraform takes a faulty expression for: something not known, often of a type that is.

The arm of a conditional that is not taken may be at fault, and yet its type decides what becomes of the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcheck.terraform.hcl import access, loops, references, text
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.references import Evaluate
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.values import EvaluationFault, Value, mapping, null, sequence
from tfcheck.values import Unknown

# Of no type: nothing is converted beside it, not even to a type that is found for other values.
_DYNAMIC = Value(None)
_NOT_KNOWN = Unknown("what Terraform takes a faulty expression for")
_UNKNOWN = Value(_NOT_KNOWN)
_LOGICAL = ("&&", "||", "==", "!=", "<", ">", "<=", ">=")


def stand_in(expression: tree.Expression, scope: Scope, evaluate: Evaluate) -> Value | None:
    """A value of the type that an expression has, though it may be at fault; None where that type is not certain.

    What is null in it stands for anything.
    """
    try:
        return evaluate(expression, scope)
    except EvaluationFault as fault:
        if fault.limit:
            raise
    made = _MADE.get(type(expression))
    return _DYNAMIC if made is None else made(expression, scope, evaluate)


def _parentheses(expression: tree.Parentheses, scope: Scope, evaluate: Evaluate) -> Value | None:
    return stand_in(expression.expression, scope, evaluate)


def _template(expression: tree.Template, scope: Scope, evaluate: Evaluate) -> Value | None:
    return null(t.STRING) if expression.wrapped is None else stand_in(expression.wrapped, scope, evaluate)


def _unary(expression: tree.Unary, scope: Scope, evaluate: Evaluate) -> Value:
    return null(t.BOOL if expression.operator == "!" else t.NUMBER)


def _binary(expression: tree.Binary, scope: Scope, evaluate: Evaluate) -> Value:
    return null(t.BOOL if expression.operator in _LOGICAL else t.NUMBER)


def _tuple(expression: tree.Tuple, scope: Scope, evaluate: Evaluate) -> Value | None:
    return _sequence([stand_in(item, scope, evaluate) for item in expression.items])


def _sequence(items: list[Value | None]) -> Value | None:
    certain = [one for one in items if one is not None]
    return sequence(certain) if len(certain) == len(items) else None


def _object(expression: tree.Object, scope: Scope, evaluate: Evaluate) -> Value | None:
    members: dict[str, Value] = {}
    for item in expression.items:
        key = _key(item.key, scope, evaluate)
        member = stand_in(item.value, scope, evaluate)
        if key is _DYNAMIC:
            return _DYNAMIC
        name = text.as_text(key)
        if name is None or member is None:
            return None
        members[name] = member
    return mapping(members)


def _key(expression: tree.Expression, scope: Scope, evaluate: Evaluate) -> Value:
    """The key of an object, evaluated as one, since it may be a bare name."""
    start, end = expression.start, expression.end
    item = tree.ObjectItem(expression, tree.Literal(None, start, end), start, end)
    value = _evaluated(tree.Object((item,), start, end), scope, evaluate)
    if value is None:
        return _DYNAMIC
    names = list(value.content) if isinstance(value.content, dict) else []
    return Value(names[0], t.STRING) if names else _UNKNOWN


def _evaluated(expression: tree.Expression, scope: Scope, evaluate: Evaluate) -> Value | None:
    """A value, None where it is at fault."""
    return _attempt(lambda: evaluate(expression, scope))


def _attempt(operation: Callable[[], Value]) -> Value | None:
    try:
        return operation()
    except EvaluationFault as fault:
        if fault.limit:
            raise
        return None


def _conditional(expression: tree.Conditional, scope: Scope, evaluate: Evaluate) -> Value | None:
    then = stand_in(expression.then, scope, evaluate)
    otherwise = stand_in(expression.otherwise, scope, evaluate)
    if then is None or otherwise is None:
        return None
    if then is _DYNAMIC or otherwise is _DYNAMIC:
        condition = _flag(expression.condition, scope, evaluate)
        return _DYNAMIC if condition is None else then if condition else otherwise
    if _is_bare_null(then) or _is_bare_null(otherwise):
        return otherwise if _is_bare_null(then) else then
    if not (then.typed and otherwise.typed):
        return None
    common = t.unify([then.type, otherwise.type])
    return _DYNAMIC if common is None else null(common)


def _is_bare_null(value: Value) -> bool:
    return value.content is None and value.type == t.ANY


def _flag(expression: tree.Expression, scope: Scope, evaluate: Evaluate) -> bool | None:
    """A condition, None where it is at fault or not known."""
    condition = _attempt(lambda: convert(evaluate(expression, scope), t.BOOL))
    return condition.content if condition is not None and isinstance(condition.content, bool) else None


def _traversal(expression: tree.Traversal, scope: Scope, evaluate: Evaluate) -> Value | None:
    """Any step may be at fault, or what they start from."""
    steps: Sequence[tree.Step] = expression.steps
    source = expression.source
    found: Value | None
    if isinstance(source, tree.Variable):
        try:
            found, done = references.resolve(source.name, steps, scope)
        except EvaluationFault as fault:
            if fault.limit:
                raise
            return _DYNAMIC
        steps = steps[done:]
    else:
        found = _evaluated(source, scope, evaluate)
        if found is None:
            found = _opaque(stand_in(source, scope, evaluate))
    for step in steps:
        if found is None or found is _DYNAMIC:
            break
        found = _step(found, step, scope, evaluate)
    return _settled(found)


def _step(value: Value, step: tree.Step, scope: Scope, evaluate: Evaluate) -> Value | None:
    if value.content == _NOT_KNOWN and isinstance(value.type, t.ListType | t.MapType):
        # Terraform may know it, and then which elements it does not have.
        return None
    if isinstance(step, tree.AttributeStep):
        name = step.name
        return _attempt(lambda: access.attribute(value, name)) or _DYNAMIC
    key = _evaluated(step.key, scope, evaluate)
    if key is None:
        left = stand_in(step.key, scope, evaluate)
        if left is not None and left is not _DYNAMIC and isinstance(value.type, t.ListType | t.MapType):
            return Value(_NOT_KNOWN, value.type.element)
        return None if left is None else _DYNAMIC
    return _attempt(lambda: access.index(value, key)) or _DYNAMIC


def _opaque(left: Value | None) -> Value | None:
    """Something unknown of the type of a stand-in, to go on from."""
    return left if left is None or left is _DYNAMIC else Value(_NOT_KNOWN, left.type) if left.typed else None


def _settled(value: Value | None) -> Value | None:
    """As a stand-in, where it is what came of something unknown."""
    if value is None or value.content != _NOT_KNOWN:
        return value
    return _DYNAMIC if value.type == t.ANY else null(value.type)


def _splat(expression: tree.Splat, scope: Scope, evaluate: Evaluate) -> Value | None:
    source = _evaluated(expression.source, scope, evaluate)
    if source is None or source.content is None:
        return _DYNAMIC
    if not source.typed:
        return None
    if isinstance(source.type, t.ListType | t.SetType):
        each = _each(expression, source.type.element, scope, evaluate)
        return null(t.ListType(each.type)) if each is not None and each.typed else None
    types = source.type.elements if isinstance(source.type, t.TupleType) else (source.type,)
    return _sequence([_each(expression, one, scope, evaluate) for one in types])


def _each(expression: tree.Splat, item: t.Type, scope: Scope, evaluate: Evaluate) -> Value | None:
    """What the splat makes of an unknown item of a type."""
    return _settled(stand_in(expression.each, scope.binding(**{loops.ITEM: Value(_NOT_KNOWN, item)}), evaluate))


def _for(expression: tree.For, scope: Scope, evaluate: Evaluate) -> Value | None:
    collection = _evaluated(expression.collection, scope, evaluate)
    if collection is None:
        left = stand_in(expression.collection, scope, evaluate)
        return None if left is None or isinstance(left.content, tuple | dict) else _DYNAMIC
    try:
        items, rest = access.members(collection)
        if rest is not None:
            return None
        return _gathered(expression, [_bound(expression, *item, scope) for item in items], scope, evaluate)
    except EvaluationFault as fault:
        if fault.limit:
            raise
        return _DYNAMIC


def _bound(expression: tree.For, key: Value, value: Value, scope: Scope) -> Scope:
    names = (
        {expression.value_name: value}
        if expression.key_name is None
        else {expression.key_name: key, expression.value_name: value}
    )
    return scope.binding(**names)


def _gathered(expression: tree.For, rounds: list[Scope], scope: Scope, evaluate: Evaluate) -> Value | None:
    """The results; what is at fault in a condition or key leaves nothing certain. Raises EvaluationFault there."""
    scope.budget.spend(len(rounds))
    if expression.condition is not None:
        convert(evaluate(expression.condition, _bound(expression, _UNKNOWN, _UNKNOWN, scope)), t.BOOL)
    results: list[Value | None] = []
    keys: list[str] = []
    for inner in rounds:
        if expression.condition is not None:
            included = convert(evaluate(expression.condition, inner), t.BOOL).content
            if not isinstance(included, bool):
                return _DYNAMIC if included is None else None
            if not included:
                continue
        if expression.key is not None:
            key = convert(evaluate(expression.key, inner), t.STRING)
            name = text.as_text(key)
            if name is None or expression.grouping:
                return _DYNAMIC if key.content is None else None
            keys.append(name)
        results.append(stand_in(expression.value, inner, evaluate))
    made = _sequence(results)
    if made is None or expression.key is None or not isinstance(made.content, tuple):
        return made
    return mapping(dict(zip(reversed(keys), reversed(made.content), strict=True)))


_MADE: dict[type, Callable[[Any, Scope, Evaluate], Value | None]] = {
    tree.Binary: _binary,
    tree.Conditional: _conditional,
    tree.For: _for,
    tree.Object: _object,
    tree.Parentheses: _parentheses,
    tree.Splat: _splat,
    tree.Template: _template,
    tree.Traversal: _traversal,
    tree.Tuple: _tuple,
    tree.Unary: _unary,
}
