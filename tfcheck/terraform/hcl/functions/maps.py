"""Functions on maps and objects."""

from __future__ import annotations

from collections.abc import Mapping

from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import is_certain
from tfcheck.terraform.hcl.functions.signature import Function, plain
from tfcheck.terraform.hcl.types import ANY, STRING, ListType, MapType
from tfcheck.terraform.hcl.values import (
    EvaluationFault,
    Value,
    list_of,
    map_of,
    mapping,
    sequence,
    string,
    unknown_from,
    why_unknown,
)
from tfcheck.values import Unknown


def _merge(*arguments: Value) -> Value:
    """What is known of an argument wins over those before it; a wholly unknown one may replace any of their members."""
    members: dict[str, Value] = {}
    rest: Unknown | None = None
    given = [argument for argument in arguments if argument.content is not None]
    for argument in given:
        content = _of_known_names(argument)
        missing = why_unknown(argument) if content is None else argument.rest
        if missing is not None:
            rest = missing
            members = {key: Value(missing) for key in members}
        members.update(content or {})
    types = {argument.type for argument in arguments}
    type_ = types.pop() if len(types) == 1 else ANY
    result = map_of(members, type_.element, rest) if isinstance(type_, MapType) else mapping(members, rest)
    return result.mark(any(argument.sensitive for argument in arguments))


def _of_known_names(argument: Value) -> Mapping[str, Value] | None:
    """The members of a map or object, None where not even their names are known. Raises EvaluationFault for others."""
    content = argument.content
    if isinstance(content, Mapping):
        return content
    if isinstance(content, Unknown) and isinstance(argument.type, t.ObjectType):
        return {key: Value(content, type_) for key, type_ in argument.type.attributes}
    if isinstance(content, Unknown) and (argument.type == ANY or isinstance(argument.type, MapType)):
        return None
    raise EvaluationFault("maps or objects are required")


def _lookup(container: Value, key: Value, *defaults: Value) -> Value:
    if len(defaults) > 1:
        raise EvaluationFault("the number of arguments is wrong")
    if key.content is None:
        raise EvaluationFault("an argument must not be null")
    content = _of_known_names(container)
    element = container.type.element if isinstance(container.type, MapType) else ANY
    default = convert(defaults[0], element) if defaults else None
    name = text.as_text(key)
    sensitive = container.sensitive or key.sensitive
    if content is None or name is None:
        return unknown_from(container, key, type_=element)
    if name in content:
        return content[name].mark(sensitive)
    if container.rest is not None and container.may_have(name):
        return Value(container.rest, element, sensitive)
    if default is None:
        raise EvaluationFault("there is no such key")
    return default.mark(sensitive)


def _keys(container: Value) -> Value:
    content = _of_known_names(container)
    is_map = isinstance(container.type, MapType)
    if content is None:
        return unknown_from(container, type_=ListType(STRING) if is_map else ANY)
    names = [string(key) for key in sorted(content)]
    return list_of(names, STRING, container.rest) if is_map else sequence(names, container.rest)


def _values(container: Value) -> Value:
    content = _of_known_names(container)
    element = container.type.element if isinstance(container.type, MapType) else None
    if content is None:
        return unknown_from(container, type_=ANY if element is None else ListType(element))
    values = [content[key] for key in sorted(content)]
    return sequence(values, container.rest) if element is None else list_of(values, element, container.rest)


def _zipmap(keys: Value, values: Value) -> Value:
    if isinstance(values.content, Unknown) or isinstance(keys.content, Unknown):
        return unknown_from(keys, values)
    names, elements = keys.content, values.content
    if not isinstance(names, tuple) or not isinstance(elements, tuple) or isinstance(values.type, t.SetType):
        raise EvaluationFault("lists are required")
    if not keys.known or not is_certain(values):
        return unknown_from(keys, values)
    if len(names) != len(elements):
        raise EvaluationFault("as many keys as values are required")
    if any(name.content is None for name in names):
        raise EvaluationFault("a key must not be null")
    members = {text.as_text(name) or "": element for name, element in zip(names, elements, strict=True)}
    result = map_of(members, values.type.element) if isinstance(values.type, ListType) else mapping(members)
    return result.mark(keys.marked)


def _transposed(lists: dict[str, list[str | None] | None]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for key, values in lists.items():
        for value in values or ():
            if value is None:
                raise EvaluationFault("a list must not hold null")
            result.setdefault(value, []).append(key)
        if values is None:
            raise EvaluationFault("a list must not be null")
    return {key: sorted(names) for key, names in result.items()}


FUNCTIONS = {
    "keys": Function(_keys, (ANY,), partial=True, marks="outer"),
    "lookup": Function(_lookup, (ANY, STRING), ANY, nullable=2, partial=True, marks="own"),
    "merge": Function(_merge, (), ANY, nullable=0, partial=True, marks="outer"),
    "transpose": plain(_transposed, (MapType(ListType(STRING)),), MapType(ListType(STRING))),
    "values": Function(_values, (ANY,), partial=True, marks="outer"),
    "zipmap": Function(_zipmap, (ListType(STRING), ANY), partial=True, marks="outer"),
}
