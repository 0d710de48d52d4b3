"""Functions that take expressions: try, can, templatefile and templatestring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tfcheck.records import replace
from tfcheck.terraform.hcl import syntax, text
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.access import is_text
from tfcheck.terraform.hcl.choices import choose, for_each_arm
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.functions.files import source as read_source
from tfcheck.terraform.hcl.references import Evaluate, check, free, is_path
from tfcheck.terraform.hcl.scope import Scope, refuse
from tfcheck.terraform.hcl.types import BOOL, STRING
from tfcheck.terraform.hcl.values import (
    EvaluationFault,
    Source,
    Value,
    boolean,
    unknown,
    unknown_from,
    why_unknown,
)
from tfcheck.values import Unknown


def _try(call: tree.Call, scope: Scope, evaluate: Evaluate) -> Value:
    """The first argument that can be evaluated; never another one because something is not known."""
    return _try_from(call, 0, scope, evaluate)


def _try_from(call: tree.Call, first: int, scope: Scope, evaluate: Evaluate) -> Value:
    last: EvaluationFault | None = None
    for place, argument in enumerate(call.arguments[first:], start=first):
        try:
            value = evaluate(argument, scope)
        except EvaluationFault as fault:
            if fault.limit:
                raise
            check(argument, scope)
            last = fault
            continue
        for other in call.arguments[place + 1 :]:
            check(other, scope)
        if isinstance(value.content, Unknown) or is_path(argument):
            return value
        if value.known and not may_fail(argument, scope, evaluate):
            return value
        return _partly_known(value, call, place, scope, evaluate)
    raise last or EvaluationFault("at least one argument is required")


def _partly_known(value: Value, call: tree.Call, place: int, scope: Scope, evaluate: Evaluate) -> Value:
    """What is unknown in it may yet make it fail, so that it is this value or that of the arguments after it."""
    try:
        return choose([value, _try_from(call, place + 1, scope, evaluate)], why_unknown(value))
    except EvaluationFault as fault:
        if fault.limit:
            raise
        return value


def may_fail(expression: tree.Expression, scope: Scope, evaluate: Evaluate) -> bool:
    """Is a reference in it not known, which a function or operator may yet refuse, although the result is known?"""
    return any(_is_open(reference, scope, evaluate) for reference in free(expression))


def _is_open(reference: tree.Expression, scope: Scope, evaluate: Evaluate) -> bool:
    """Is the whole of it not known, or a part of its text? What is at fault is not."""
    try:
        value = evaluate(reference, scope)
    except EvaluationFault:
        return False
    return not value.known and (isinstance(value.content, Unknown) or is_text(value))


def _can(call: tree.Call, scope: Scope, evaluate: Evaluate) -> Value:
    if len(call.arguments) != 1:
        raise EvaluationFault("the number of arguments is wrong")
    try:
        value = evaluate(call.arguments[0], scope)
    except EvaluationFault as fault:
        if fault.limit:
            raise
        check(call.arguments[0], scope)
        return boolean(False)
    if is_path(call.arguments[0]):
        return unknown_from(value, type_=BOOL) if isinstance(value.content, Unknown) else boolean(True)
    if value.known and not may_fail(call.arguments[0], scope, evaluate):
        return boolean(True)
    return unknown_from(value, type_=BOOL)


def _template_file(call: tree.Call, scope: Scope, evaluate: Evaluate) -> Value:
    path, variables = _two(call, scope, evaluate)
    return for_each_arm([path, variables], lambda arms: _rendered_file(arms[0], arms[1], scope, evaluate))


def _rendered_file(path: Value, variables: Value, scope: Scope, evaluate: Evaluate) -> Value:
    if path.content is None:
        raise EvaluationFault("an argument must not be null")
    known = text.as_text(convert(path, STRING))
    if known is None:
        return unknown_from(path)
    if scope.files is None:
        return unknown("no files are read")
    source = read_source(scope.files, known)
    if isinstance(source, str):
        return unknown(source)
    return _rendered(source.text, source, variables, scope, evaluate).mark(path.sensitive)


def _template_string(call: tree.Call, scope: Scope, evaluate: Evaluate) -> Value:
    template, variables = _two(call, scope, evaluate)
    if not isinstance(call.arguments[0], (tree.Traversal, tree.Variable)):
        raise EvaluationFault("the template must be a reference")
    return for_each_arm([template, variables], lambda arms: _rendered_string(arms[0], arms[1], scope, evaluate))


def _rendered_string(template: Value, variables: Value, scope: Scope, evaluate: Evaluate) -> Value:
    if template.content is None or template.type not in (STRING, unknown("").type):
        raise EvaluationFault("the template must be a string")
    known = text.as_text(template)
    if known is None:
        return unknown_from(template, type_=STRING)
    inner = replace(scope, files=None)
    return convert(_rendered(known, None, variables, inner, evaluate), STRING).mark(template.sensitive)


def _two(call: tree.Call, scope: Scope, evaluate: Evaluate) -> tuple[Value, Value]:
    if len(call.arguments) != 2 or call.expand:
        raise EvaluationFault("the number of arguments is wrong")
    return evaluate(call.arguments[0], scope), evaluate(call.arguments[1], scope)


def _rendered(written: str, source: Source | None, variables: Value, scope: Scope, evaluate: Evaluate) -> Value:
    """The template's value; what is wrong in it is reported for the call, as offsets into it would mislead."""
    try:
        scope.budget.spend(20 + len(written) // 16)
        template = syntax.parse_template(written)
        names = _names(variables, template)
        value = evaluate(template, replace(scope, source=source, names=names, resolve=refuse))
    except syntax.SyntaxFault as fault:
        raise EvaluationFault(f"in the template: {fault.message}") from None
    except EvaluationFault as fault:
        raise EvaluationFault(f"in the template: {fault.message}", limit=fault.limit) from None
    if value.content is None:
        raise EvaluationFault("the template gives null")
    return value.mark(variables.marked)


def _names(variables: Value, template: tree.Template) -> Mapping[str, Value]:
    """The variables of a template; where those are not all known, every other name in it is unknown."""
    content = variables.content
    if isinstance(content, Mapping) and variables.rest is None:
        return content
    why = content if isinstance(content, Unknown) else variables.rest
    if why is None:
        raise EvaluationFault("the variables of a template must be a map")
    unknown_names = {name: Value(why) for name in _used(template)}
    return {**unknown_names, **content} if isinstance(content, Mapping) else unknown_names


def _used(template: tree.Template) -> set[str]:
    """All names in a template."""
    names: set[str] = set()
    waiting: list[Any] = [template]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Variable):
            names.add(node.name)
        waiting.extend(tree.children(node))
    return names


FORMS: dict[str, Callable[[tree.Call, Scope, Evaluate], Value]] = {
    "can": _can,
    "templatefile": _template_file,
    "templatestring": _template_string,
    "try": _try,
}
