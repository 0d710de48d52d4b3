"""Functions on maps and objects."""

from __future__ import annotations

from collections.abc import Mapping

from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import choose, possible_keys
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import is_certain
from tfcheck.terraform.hcl.functions.signature import Function, plain
from tfcheck.terraform.hcl.types import ANY, STRING, ListType, MapType
from tfcheck.terraform.hcl.values import (
    NO_MORE,
    EvaluationFault,
    More,
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
    """What is known of an argument wins over those before it; what is not known of one may replace their members."""
    members: dict[str, Value] = {}
    rest: Unknown | None = None
    possible: frozenset[str] | None = frozenset()
    more = NO_MORE
    given = [argument for argument in arguments if argument.content is not None]
    for argument in given:
        content = _of_known_names(argument)
        missing = why_unknown(argument) if content is None else argument.rest
        if missing is not None:
            rest = missing
            members = {key: _perhaps_replaced(key, member, argument) for key, member in members.items()}
            possible = possible_keys([argument], possible)
            more = _added(more, argument)
        elif content:
            more = _covered(more)
        members.update(content or {})
    types = {argument.type for argument in arguments}
    type_ = types.pop() if len(types) == 1 else ANY
    if rest is None:
        result = map_of(members, type_.element) if isinstance(type_, MapType) else mapping(members)
    else:
        result = Value(members, type_ if isinstance(type_, MapType) else ANY, rest=rest, possible=possible, more=more)
    return result.mark(any(argument.sensitive for argument in arguments))


def _perhaps_replaced(key: str, member: Value, later: Value) -> Value:
    """A member that what is not known of a later map may replace."""
    if isinstance(later.content, Mapping) and not later.may_have(key):
        return member
    why = why_unknown(later)
    values = _only_values(later)
    return Value(why) if values is None else choose([member, *values], why)


def _only_values(container: Value) -> tuple[Value, ...] | None:
    """The values of which one each member has whose key is not known; None where it may have any."""
    more = container.more
    return None if more is None or more.perhaps is None else (*more.there, *more.perhaps)


def _covered(more: More) -> More:
    """What is left of members under keys unknown where a later map has members: it may have the same keys."""
    if not more.there or more.perhaps is None:
        return More((), more.perhaps)
    return More((), (*more.there, *more.perhaps))


def _added(more: More, later: Value) -> More:
    """The members under keys unknown of a map and of a later one."""
    values = _only_values(later)
    there = () if later.more is None else later.more.there
    if there or (isinstance(later.content, Mapping) and later.content):
        more = _covered(more)
    elif more.there:
        why = why_unknown(later)
        kept = tuple(Value(why) if values is None else choose([one, *values], why) for one in more.there)
        more = More(kept, more.perhaps)
    later_perhaps = None if values is None or later.more is None else later.more.perhaps
    perhaps = None if more.perhaps is None or later_perhaps is None else (*more.perhaps, *later_perhaps)
    return More((*more.there, *there), perhaps)


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
    sensitive = container.sensitive or key.marked
    if content is None or name is None:
        return unknown_from(container, key, type_=element)
    if name in content:
        return content[name].mark(sensitive)
    if container.rest is not None and container.may_have(name):
        values = _only_values(container)
        if values is None or default is None:
            return Value(container.rest, element, sensitive)
        return choose([*values, default], container.rest).mark(sensitive)
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
    more = container.more
    if more is not None:
        values += more.there
        more = More((), more.perhaps)
    return sequence(values, container.rest, more) if element is None else list_of(values, element, container.rest, more)


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
