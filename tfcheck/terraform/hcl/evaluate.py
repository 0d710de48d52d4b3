"""Expressions to values.

Everything that Terraform would refuse is an EvaluationFault with the offsets of the innermost expression at fault; what
is not known stays unknown, as little of it as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from tfcheck.records import replace
from tfcheck.terraform.hcl import access, loops, operators, references, special, text
from tfcheck.terraform.hcl import functions as table
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.choices import choose, for_each_arm, shadow
from tfcheck.terraform.hcl.conversion import convert, unify_two
from tfcheck.terraform.hcl.functions.signature import apply
from tfcheck.terraform.hcl.scope import Budget, Scope
from tfcheck.terraform.hcl.types import BOOL, STRING, SetType
from tfcheck.terraform.hcl.values import (
    NULL,
    EvaluationFault,
    Literal,
    More,
    Text,
    Value,
    boolean,
    mapping,
    number,
    sequence,
    string,
    unknown,
    unknown_from,
    why_unknown,
)
from tfcheck.values import Unknown

# Finding the type of an arm that is at fault evaluates its parts again, and of an arm inside of it once more.
_MOST_STEPS_BESIDE = 10_000


def evaluate(expression: tree.Expression, scope: Scope) -> Value:
    """The value of an expression. Raises EvaluationFault."""
    budget = scope.budget
    budget.enter()
    try:
        return _EVALUATORS[type(expression)](expression, scope)
    except EvaluationFault as fault:
        if fault.start is None:
            fault.start, fault.end, fault.source = expression.start, expression.end, scope.source
        raise
    except OverflowError:
        raise _beyond("the number is out of bounds", expression, scope) from None
    except RecursionError:
        raise _beyond("it is nested too deeply", expression, scope) from None
    finally:
        budget.leave()


def _beyond(message: str, expression: tree.Expression, scope: Scope) -> EvaluationFault:
    fault = EvaluationFault(message, expression.start, expression.end, limit=True)
    fault.source = scope.source
    return fault


def _literal(expression: tree.Literal, scope: Scope) -> Value:
    value = expression.value
    if value is None:
        return NULL
    if isinstance(value, bool):
        return boolean(value)
    if isinstance(value, str):
        return string(value)
    return number(_parsed(value))


def _parsed(value: Decimal) -> numbers.Number:
    try:
        return numbers.parse(str(value)) or 0
    except OverflowError:
        raise EvaluationFault("the number is out of bounds", limit=True) from None


def _template(expression: tree.Template, scope: Scope) -> Value:
    if expression.wrapped is not None:
        return evaluate(expression.wrapped, scope)
    quoted = scope.source is not None and scope.source.text.startswith('"', expression.start)
    if quoted and expression.literal is not None:
        return string(expression.literal)
    return _joined(_parts(expression.parts, scope, placed=not quoted))


def _joined(parts: Iterable[Value]) -> Value:
    return for_each_arm(list(parts), text.concatenate)


def _parts(parts: Iterable[tree.Part], scope: Scope, placed: bool) -> Iterable[Value]:
    """The strings that a template consists of; `placed` ones know where each part of them was written."""
    for part in parts:
        match part:
            case tree.Text(value, start, end):
                source = scope.source if placed and end - start == len(value) else None
                yield Value(Text((Literal(value, source, start),)), STRING) if source else string(value)
            case tree.Interpolation(inner):
                yield _interpolated(inner, scope)
            case tree.IfDirective():
                yield _if_directive(part, scope, placed)
            case tree.ForDirective():
                yield _for_directive(part, scope, placed)


def _interpolated(expression: tree.Expression, scope: Scope) -> Value:
    value = evaluate(expression, scope)
    if value.content is None:
        raise EvaluationFault("null cannot be part of a string", expression.start, expression.end)
    return for_each_arm([value], lambda arms: convert(arms[0], STRING)).mark(value.sensitive)


def _if_directive(part: tree.IfDirective, scope: Scope, placed: bool) -> Value:
    condition = _condition(part.condition, scope)
    if isinstance(condition.content, bool):
        chosen, other = (part.then, part.otherwise) if condition.content else (part.otherwise, part.then)
        for skipped in other:
            references.check(skipped, scope)
        return _joined(_parts(chosen, scope, placed)).mark(condition.sensitive)
    then = _attempt(lambda: _joined(_parts(part.then, scope, placed)), part.then, scope)
    otherwise = _attempt(lambda: _joined(_parts(part.otherwise, scope, placed)), part.otherwise, scope)
    return _either(then, otherwise, condition)


def _for_directive(part: tree.ForDirective, scope: Scope, placed: bool) -> Value:
    collection = evaluate(part.collection, scope)

    def rounds(arms: Any) -> Value:
        items, rest = access.members(arms[0])
        if rest is not None:
            return unknown_from(arms[0], type_=STRING)
        scope.budget.spend(len(items))
        if not items:
            references.check(part, scope)
        return _joined([_round(part, key, value, scope, placed) for key, value in items])

    return for_each_arm([collection], rounds).mark(collection.sensitive)


def _round(part: tree.ForDirective, key: Value, value: Value, scope: Scope, placed: bool) -> Value:
    inner = scope.binding(**{part.value_name: value})
    if part.key_name is not None:
        inner = inner.binding(**{part.key_name: key})
    return _joined(_parts(part.body, inner, placed))


def _variable(expression: tree.Variable, scope: Scope) -> Value:
    return references.resolve(expression.name, (), scope)[0]


def _traversal(expression: tree.Traversal, scope: Scope) -> Value:
    return references.traverse(expression, scope, evaluate)


def _item(expression: tree.SplatItem, scope: Scope) -> Value:
    if loops.ITEM not in scope.names:
        raise EvaluationFault("an item outside of its splat")
    return scope.names[loops.ITEM]


def _splat(expression: tree.Splat, scope: Scope) -> Value:
    return loops.evaluate_splat(expression, scope, evaluate)


def _for(expression: tree.For, scope: Scope) -> Value:
    return loops.evaluate_for(expression, scope, evaluate)


def _call(expression: tree.Call, scope: Scope) -> Value:
    if special_form := special.FORMS.get(expression.name.removeprefix("core::")):
        return special_form(expression, scope, evaluate)
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    scope.budget.spend(sum(argument.size for argument in arguments) // 2)
    function = table.find(expression.name, scope.files, scope.required)
    if function is None:
        why = unknown_from(*arguments).content if arguments else None
        known = why.references if isinstance(why, Unknown) else ()
        return unknown(f"the function {expression.name} is not evaluated", *known)
    if not expression.expand:
        return apply(function, arguments)
    *first, last = arguments

    def expanded(arms: Any) -> Value:
        values, complete = _expanded(arms[0])
        if complete or expression.name in ("merge", "concat", "setunion"):
            return apply(function, [*first, *values, *([] if complete else [unknown_from(arms[0])])])
        return unknown_from(*arguments, type_=function.returns)

    return for_each_arm([last], expanded).mark(last.sensitive)


def _expanded(last: Value) -> tuple[tuple[Value, ...], bool]:
    """The elements of an argument before `...`, and whether those are all."""
    if isinstance(last.content, Unknown):
        return (), False
    if not isinstance(last.content, tuple):
        raise EvaluationFault("only a list, tuple or set can be expanded")
    return last.content, last.rest is None and (last.known or not isinstance(last.type, SetType))


def _tuple(expression: tree.Tuple, scope: Scope) -> Value:
    return sequence(evaluate(item, scope).at(scope.location(item.start, item.end)) for item in expression.items)


def _object(expression: tree.Object, scope: Scope) -> Value:
    """A key that is not known may be that of any member before it, and of any after it."""
    members: dict[str, Value] = {}
    nameless: list[tuple[Value, Value]] = []
    replaced: list[Value] = []
    sensitive = False
    for item in expression.items:
        key = _key(item.key, scope)
        value = evaluate(item.value, scope).at(scope.location(item.start, item.end))
        sensitive = sensitive or key.marked
        name = text.as_text(key)
        if nameless:
            replaced += [one for other, one in nameless if text.compare(other, key) is not False]
            nameless = [(other, one) for other, one in nameless if text.compare(other, key) is False]
        if name is None:
            shadow(members, key, value)
            nameless.append((key, value))
            why = why_unknown(key)
        else:
            members[name] = value
    if not nameless and not replaced:
        return mapping(members).mark(sensitive)
    more = More(tuple(one for _, one in nameless), tuple(replaced))
    return mapping(members, why, more=more).mark(sensitive)


def _key(expression: tree.Expression, scope: Scope) -> Value:
    """A bare name, and a bare true, false or null as well, stands for itself."""
    if isinstance(expression, tree.Literal) and (expression.value is None or isinstance(expression.value, bool)):
        return string({None: "null", True: "true", False: "false"}[expression.value])
    if isinstance(expression, tree.Traversal) and isinstance(expression.source, tree.Variable):
        raise EvaluationFault("a key with dots must be in quotes or in parentheses", expression.start, expression.end)
    key = evaluate(expression, scope)
    if key.content is None:
        raise EvaluationFault("a key must not be null", expression.start, expression.end)
    return convert(key, STRING)


def _condition(expression: tree.Expression, scope: Scope) -> Value:
    """A condition as a boolean or an unknown."""
    value = evaluate(expression, scope)
    if value.content is None:
        raise EvaluationFault("the condition is null", expression.start, expression.end)
    return convert(value, BOOL)


def _conditional(expression: tree.Conditional, scope: Scope) -> Value:
    """One arm, converted to the type that both have in common; both, where the condition is not known."""
    condition = _condition(expression.condition, scope)
    then = _attempt(lambda: evaluate(expression.then, scope), (expression.then,), scope)
    otherwise = _attempt(lambda: evaluate(expression.otherwise, scope), (expression.otherwise,), scope)
    arms = [arm for arm in (then, otherwise) if isinstance(arm, Value)]
    scope.budget.spend(sum(arm.size for arm in arms) // 2)
    sensitive = condition.sensitive or any(arm.sensitive for arm in arms)
    if isinstance(condition.content, bool):
        chosen, other = (then, otherwise) if condition.content else (otherwise, then)
        if isinstance(chosen, EvaluationFault):
            raise chosen
        untaken = expression.otherwise if condition.content else expression.then
        result = (
            _beside_fault(chosen, untaken, scope)
            if isinstance(other, EvaluationFault)
            else _beside(chosen, other, untaken, scope)
        )
        return result.mark(sensitive)
    if isinstance(then, Value) and isinstance(otherwise, Value):
        one, other = then, otherwise
        then = _attempt(lambda: _unified(one, other), (), scope)
        otherwise = _attempt(lambda: _unified(other, one), (), scope)
    return _either(then, otherwise, condition).mark(sensitive)


def _either(then: Value | EvaluationFault, otherwise: Value | EvaluationFault, condition: Value) -> Value:
    """One of two arms, it is not known which. Raises the fault of the first where both are wrong."""
    if isinstance(then, Value) and isinstance(otherwise, Value):
        return choose([then, otherwise], why_unknown(condition)).mark(condition.sensitive)
    if isinstance(then, EvaluationFault) and isinstance(otherwise, EvaluationFault):
        raise then
    return unknown_from(condition)


def _attempt(arm: Callable[[], Value], written: Sequence[references.Node], scope: Scope) -> Value | EvaluationFault:
    """An arm's value; what is wrong with one that is not taken does not matter, but for what is not declared."""
    try:
        return arm()
    except EvaluationFault as fault:
        if fault.limit:
            raise
        for node in written:
            references.check(node, scope)
        return fault


def _beside(chosen: Value, other: Value, untaken: tree.Expression, scope: Scope) -> Value:
    """The arm that is taken; what is not known of the other one may yet make that a fault, which would not matter."""
    try:
        return _unified(chosen, other)
    except EvaluationFault as fault:
        if fault.limit or (other.known and not special.may_fail(untaken, scope, evaluate)):
            raise
        return unknown_from(other)


def _beside_fault(chosen: Value, untaken: tree.Expression, scope: Scope) -> Value:
    """The arm that is taken, beside one that is at fault."""
    from tfcheck.terraform.hcl import faulty  # noqa: PLC0415 - few expressions are at fault

    most = min(_MOST_STEPS_BESIDE, max(scope.budget.steps - scope.budget.reserve, 0))
    aside = Budget(steps=most, level=scope.budget.level)
    try:
        other = faulty.stand_in(untaken, replace(scope, budget=aside), evaluate)
    except EvaluationFault:
        if aside.steps >= 0:
            raise
        other = None
    scope.budget.spend(most - max(aside.steps, 0))
    if other is None:
        return unknown("it stands beside an arm that is at fault, of which the type is not known")
    return _beside(chosen, other, untaken, scope)


def _unified(value: Value, other: Value) -> Value:
    return for_each_arm([value, other], lambda arms: unify_two(*arms))


def _unary(expression: tree.Unary, scope: Scope) -> Value:
    return operators.unary(expression.operator, evaluate(expression.operand, scope))


def _binary(expression: tree.Binary, scope: Scope) -> Value:
    left = evaluate(expression.left, scope)
    if expression.operator in ("&&", "||"):
        skip = partial(references.check, expression.right, scope)
        return operators.logical(expression.operator, left, lambda: evaluate(expression.right, scope), skip)
    exact = _is_number(expression.left) or _is_number(expression.right)
    return operators.binary(expression.operator, left, evaluate(expression.right, scope), exact)


def _is_number(expression: tree.Expression) -> bool:
    """Is it a number as written, or a sign or calculation around one?"""
    match expression:
        case tree.Literal():
            return True
        case tree.Parentheses(expression=inner) | tree.Unary(operand=inner):
            return _is_number(inner)
        case tree.Binary(left=left, right=right):
            return _is_number(left) or _is_number(right)
    return False


def _parentheses(expression: tree.Parentheses, scope: Scope) -> Value:
    return evaluate(expression.expression, scope)


_EVALUATORS: dict[type, Callable[[Any, Scope], Value]] = {
    tree.Binary: _binary,
    tree.Call: _call,
    tree.Conditional: _conditional,
    tree.For: _for,
    tree.Literal: _literal,
    tree.Object: _object,
    tree.Parentheses: _parentheses,
    tree.Splat: _splat,
    tree.SplatItem: _item,
    tree.Template: _template,
    tree.Traversal: _traversal,
    tree.Tuple: _tuple,
    tree.Unary: _unary,
    tree.Variable: _variable,
}
