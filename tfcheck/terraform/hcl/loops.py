"""`for` expressions and splats."""

from __future__ import annotations

from collections.abc import Callable

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import access, text
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import each_of, for_each_arm
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import is_certain
from tfcheck.terraform.hcl.references import check
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.types import ANY, BOOL, STRING, ListType, SetType, TupleType
from tfcheck.terraform.hcl.values import (
    EvaluationFault,
    More,
    Value,
    list_of,
    mapping,
    sequence,
    string,
    unknown_from,
    why_unknown,
)
from tfcheck.values import Unknown

Evaluate = Callable[[tree.Expression, Scope], Value]

# The name under which a splat's item is in scope: no identifier.
ITEM = "*"


@dataclass(slots=True)
class _Gathered:
    """What a `for` has come to so far.

    possible: the keys of what may be there, None where those may be any. there: the values under keys that are not
    known. perhaps: those of what may be there, None where there may be any.
    """

    rest: Unknown | None
    sensitive: bool
    possible: set[str] | None = field(default_factory=set)
    there: list[Value] = field(default_factory=list)
    perhaps: list[Value] | None = field(default_factory=list)
    elements: list[Value] = field(default_factory=list)
    members: dict[str, Value] = field(default_factory=dict)
    groups: dict[str, list[Value]] = field(default_factory=dict)


def evaluate_for(expression: tree.For, scope: Scope, evaluate: Evaluate) -> Value:
    """A tuple, or an object where keys are given."""
    collection = evaluate(expression.collection, scope)
    return for_each_arm([collection], lambda arms: _go_through(expression, arms[0], scope, evaluate))


def _go_through(expression: tree.For, collection: Value, scope: Scope, evaluate: Evaluate) -> Value:
    items, rest = access.members(collection)
    if not items and rest is not None and collection.possible is None and collection.more is None:
        check(expression, scope)
        return unknown_from(collection)
    gathered = _Gathered(rest, collection.sensitive)
    if not items and rest is None and expression.condition is not None:
        # Terraform finds what is wrong with a condition even where there is nothing to try it on.
        nothing = unknown_from()
        _is_included(expression, _round(expression, nothing, nothing, scope), _Gathered(None, False), evaluate)
    scope.budget.spend(len(items))
    for key, value in items:
        inner = _round(expression, key, value, scope)
        included = _is_included(expression, inner, gathered, evaluate)
        if included:
            _add(expression, inner, gathered, evaluate)
        elif included is None:
            _allow_key(expression, inner, gathered, evaluate)
            _allow_value(expression, inner, gathered, evaluate)
    if rest is not None:
        _allow_rest(expression, collection, scope, gathered, evaluate)
    if not (gathered.elements or gathered.members or gathered.groups):
        check(expression, scope)
    return _result(expression, gathered).mark(gathered.sensitive)


def _round(expression: tree.For, key: Value, value: Value, scope: Scope) -> Scope:
    inner = scope.binding(**{expression.value_name: value})
    return inner if expression.key_name is None else inner.binding(**{expression.key_name: key})


def _is_included(expression: tree.For, scope: Scope, gathered: _Gathered, evaluate: Evaluate) -> bool | None:
    """Is this item among the results? Where that is not known there may be more of them."""
    if expression.condition is None:
        return True
    condition = convert(evaluate(expression.condition, scope), BOOL)
    if condition.content is None:
        raise EvaluationFault("the condition is null", expression.condition.start, expression.condition.end)
    gathered.sensitive = gathered.sensitive or condition.sensitive
    if not condition.known:
        gathered.rest = why_unknown(condition)
        return None
    return condition.content is True


def _allow_value(expression: tree.For, scope: Scope, gathered: _Gathered, evaluate: Evaluate) -> None:
    """The value of an item that may or may not be included may be there."""
    if gathered.perhaps is None:
        return
    try:
        gathered.perhaps.append(_value(expression, scope, evaluate))
    except EvaluationFault as fault:
        if fault.limit:
            raise
        gathered.perhaps = None


def _allow_key(expression: tree.For, scope: Scope, gathered: _Gathered, evaluate: Evaluate) -> None:
    """The key of such an item is a possible one; where it is not known, any is."""
    if gathered.possible is None or expression.key is None:
        return
    known = None
    try:
        key = evaluate(expression.key, scope)
        gathered.sensitive = gathered.sensitive or key.marked
        known = None if key.content is None else text.as_text(convert(key, STRING))
    except EvaluationFault as fault:
        if fault.limit:
            raise
    gathered.possible = None if known is None else gathered.possible | {known}


def _allow_rest(expression: tree.For, collection: Value, scope: Scope, gathered: _Gathered, evaluate: Evaluate) -> None:
    """The same for what the collection may yet have: of its items only the keys are known, or only the values."""
    why = collection.rest
    if why is None:
        return
    names = collection.possible
    perhaps = None if collection.more is None else collection.more.perhaps
    scope.budget.spend(len(names or ()) + len(perhaps or ()))
    if perhaps is None:
        gathered.perhaps = None
        gathered.possible = None if names is None else gathered.possible
    for value in perhaps or ():
        inner = _round(expression, Value(why), value, scope)
        if _may_be_included(expression, inner, gathered, evaluate):
            _allow_value(expression, inner, gathered, evaluate)
            if names is None:
                _allow_key(expression, inner, gathered, evaluate)
    for name in sorted(names or ()):
        inner = _round(expression, string(name), Value(why), scope)
        if _may_be_included(expression, inner, gathered, evaluate):
            _allow_key(expression, inner, gathered, evaluate)


def _may_be_included(expression: tree.For, scope: Scope, gathered: _Gathered, evaluate: Evaluate) -> bool:
    """Is an item that may be there not certainly left out?"""
    try:
        return _is_included(expression, scope, gathered, evaluate) is not False
    except EvaluationFault as fault:
        if fault.limit:
            raise
        return True


def _add(expression: tree.For, scope: Scope, gathered: _Gathered, evaluate: Evaluate) -> None:
    key = None if expression.key is None else evaluate(expression.key, scope)
    value = _value(expression, scope, evaluate)
    if key is None:
        gathered.elements.append(value)
        return
    if key.content is None:
        raise EvaluationFault("a key must not be null")
    name = convert(key, STRING)
    known = text.as_text(name)
    gathered.sensitive = gathered.sensitive or key.marked
    if known is None:
        gathered.rest, gathered.possible = why_unknown(name), None
        gathered.there.append(value)
    elif expression.grouping:
        gathered.groups.setdefault(known, []).append(value)
    elif known in gathered.members:
        raise EvaluationFault("two items have the same key")
    else:
        gathered.members[known] = value


def _value(expression: tree.For, scope: Scope, evaluate: Evaluate) -> Value:
    """The value of an item, which was written in the loop where it has no other place."""
    value = evaluate(expression.value, scope)
    return value if value.places else value.at(scope.location(expression.value.start, expression.value.end))


def _result(expression: tree.For, gathered: _Gathered) -> Value:
    if gathered.rest is None:
        more = None
    else:
        more = More(tuple(gathered.there), None if gathered.perhaps is None else tuple(gathered.perhaps))
    if expression.key is None:
        return sequence(gathered.elements, gathered.rest, more)
    possible = None if gathered.rest is None or gathered.possible is None else frozenset(gathered.possible)
    if not expression.grouping:
        return mapping(gathered.members, gathered.rest, possible, more)
    groups = {key: sequence(values, gathered.rest) for key, values in gathered.groups.items()}
    return mapping(groups, gathered.rest, possible)


def evaluate_splat(expression: tree.Splat, scope: Scope, evaluate: Evaluate) -> Value:
    """The list of something of every item; what is no list counts as a list of one, null as an empty one."""
    source = evaluate(expression.source, scope)
    return for_each_arm([source], lambda arms: _splat(expression, arms[0], scope, evaluate)).mark(source.sensitive)


def _splat(expression: tree.Splat, source: Value, scope: Scope, evaluate: Evaluate) -> Value:
    content = source.content
    is_list = isinstance(source.type, (ListType, SetType, TupleType))
    if content is None:
        if is_list:
            raise EvaluationFault("a splat of a null list")
        return sequence(())
    if isinstance(content, Unknown):
        return unknown_from(source, type_=_type_of_unknown(expression, source, scope, evaluate))
    items = content if isinstance(content, tuple) else (source,)
    scope.budget.spend(len(items))
    results = [evaluate(expression.each, scope.binding(**{ITEM: item})) for item in items]
    if not items:
        check(expression.each, scope)
        if source.rest is None and isinstance(source.type, (ListType, SetType)):
            # Terraform finds what is wrong with it even where there is nothing to try it on.
            return list_of((), _type_of_each(expression, source.type.element, scope, evaluate))
    if not isinstance(content, tuple):
        return sequence(results)
    rest = None if is_certain(source) else why_unknown(source)
    more = each_of(source.more, lambda item: evaluate(expression.each, scope.binding(**{ITEM: item})))
    if not isinstance(source.type, (ListType, SetType)):
        return sequence(results, rest, more)
    return list_of(results, _element_type(results), rest, more)


def _type_of_unknown(expression: tree.Splat, source: Value, scope: Scope, evaluate: Evaluate) -> t.Type:
    """The type of the result where no item is known. Raises EvaluationFault where it fails for any of this type."""
    types = t.element_types(source.type) if isinstance(source.type, (ListType, SetType, TupleType)) else (source.type,)
    made = [_type_of_each(expression, one, scope, evaluate) for one in types]
    match source.type:
        case TupleType():
            return ANY if ANY in made else TupleType(tuple(made))
        case ListType() | SetType():
            return ANY if ANY in made else ListType(made[0])
    return ANY


def _type_of_each(expression: tree.Splat, item: t.Type, scope: Scope, evaluate: Evaluate) -> t.Type:
    """What type comes of an item of this type. Raises EvaluationFault."""
    return evaluate(expression.each, scope.binding(**{ITEM: Value(Unknown("an item of a splat"), item)})).type


def _element_type(results: list[Value]) -> t.Type:
    """The type that all results have."""
    types = {result.type for result in results}
    if len(types) > 1 and all(result.typed for result in results):
        raise EvaluationFault("a nested splat gives elements of different types")
    return types.pop() if len(types) == 1 else ANY
