"""One of several values, and operations on values of which one is such a Choice: done for every arm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product

from tfcheck.records import replace
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.types import ANY, ListType, MapType, SetType, TupleType, Type, object_type
from tfcheck.terraform.hcl.values import (
    NULL,
    Choice,
    Encoded,
    EvaluationFault,
    More,
    Value,
    encoded,
    members_of,
    string,
    unknown_from,
    why_unknown,
)
from tfcheck.values import Unknown

_MOST_ARMS = 8
_MOST_COMBINATIONS = 16


def for_each_arm(arguments: Sequence[Value], operation: Callable[[Sequence[Value]], Value]) -> Value:
    """The result of an operation whose arguments may be Choices: a Choice of its results, or the one that all agree on.

    Raises the EvaluationFault of the operation where it fails for every arm; where it fails for some, the result is
    unknown, since `try` could make anything of it.
    """
    arms = [value.content.arms if isinstance(value.content, Choice) else (value,) for value in arguments]
    count = 1
    for one in arms:
        count *= len(one)
    if count == 1:
        return operation(arguments)
    chosen = [value for value in arguments if isinstance(value.content, Choice)]
    if count > _MOST_COMBINATIONS:
        return operation([_without_arms(value) for value in arguments])
    results: list[Value] = []
    faults: list[EvaluationFault] = []
    for combination in product(*arms):
        try:
            results.append(operation(combination))
        except EvaluationFault as fault:
            if fault.limit:
                raise
            faults.append(fault)
    if not results:
        raise faults[0]
    if faults:
        return unknown_from(*chosen)
    return choose(results, why_unknown(*chosen)).mark(any(value.sensitive for value in chosen))


def shadow(members: dict[str, Value], key: Value, value: Value) -> None:
    """Make those members one of two which a later one, whose key is not known, may replace."""
    for name, member in members.items():
        if text.compare(string(name), key) is None:
            members[name] = choose([member, value], why_unknown(key))


def _without_arms(value: Value) -> Value:
    if not isinstance(value.content, Choice):
        return value
    return in_common(value.content.arms, value.content.unknown).mark(value.sensitive)


def choose(arms: Sequence[Value], why: Unknown) -> Value:
    """One of several values: that one if all are the same, and unknown where one is.

    Where they are too many, what all of them have in common.
    """
    flat: list[Value] = []
    for arm in arms:
        for one in arm.content.arms if isinstance(arm.content, Choice) else (arm,):
            if one not in flat:
                flat.append(one)
    types = {one.type for one in flat}
    type_ = types.pop() if len(types) == 1 else ANY
    sensitive = any(one.sensitive for one in flat)
    if len(flat) == 1:
        return flat[0]
    for one in flat:
        if isinstance(one.content, Unknown):
            return Value(one.content, type_, sensitive)
    if len(flat) > _MOST_ARMS:
        return in_common(flat, why).mark(sensitive)
    return Value(Choice(tuple(flat), why), type_, sensitive)


def in_common(arms: Sequence[Value], why: Unknown, absent: Value | None = None) -> Value:
    """What is known of one of these values, whichever it is.

    The elements or members that all have are there; those that only some have may be.

    absent: what a member that an arm does not have is as good as; then null is as good as an empty list or map, too.
    """
    if absent is not None:
        arms = _without_null(arms)
    types = {arm.type for arm in arms}
    type_ = types.pop() if len(types) == 1 else ANY
    sensitive = any(arm.sensitive for arm in arms)
    if all(isinstance(arm.content, tuple) and not isinstance(arm.type, SetType) for arm in arms):
        made = _common_elements(arms, type_ if isinstance(type_, ListType) else ANY, why)
    elif all(isinstance(arm.content, dict) for arm in arms):
        made = _common_members(arms, type_ if isinstance(type_, MapType) else ANY, why, absent)
    elif all(isinstance(arm.content, Encoded) for arm in arms):
        made = encoded(in_common([_decoded(arm) for arm in arms], why, NULL))
    else:
        made = Value(why, type_)
    return replace(made, sensitive=sensitive, places=next((arm.places for arm in arms if arm.places), ()))


def _without_null(arms: Sequence[Value]) -> Sequence[Value]:
    """The same, an empty list or map in the place of null beside others."""
    kinds = {type(arm.content) for arm in arms if arm.content is not None}
    for kind, empty in ((tuple, ()), (dict, {})):
        if kinds == {kind}:
            return [replace(arm, content=empty) if arm.content is None else arm for arm in arms]
    return arms


def _common_elements(arms: Sequence[Value], type_: Type, why: Unknown) -> Value:
    """Equal elements are one element; of the others, the first of each arm are one of a few, and so on."""
    if all(arm.rest is None for arm in arms) and len({len(_members(arm)) for arm in arms}) == 1:
        elements = tuple(choose(row, why) for row in zip(*map(_members, arms), strict=True))
        return Value(elements, type_ if type_ != ANY else TupleType(tuple(one.type for one in elements)))
    first, *others = [list(_members(arm)) for arm in arms]
    certain = []
    for element in tuple(first):
        if all(element in other for other in others):
            certain.append(element)
            for each in (first, *others):
                each.remove(element)
    remaining = (first, *others)
    fewest = min(map(len, remaining))
    certain += [choose(row, why) for row in zip(*(each[:fewest] for each in remaining), strict=True)]
    perhaps: list[Value] = []
    for one in (element for each in remaining for element in each[fewest:]):
        if one not in perhaps:
            perhaps.append(one)
    return Value(tuple(certain), type_, rest=why, more=more_of(arms, perhaps))


def _members(value: Value) -> tuple[Value, ...]:
    return value.content if isinstance(value.content, tuple) else ()


def _common_members(arms: Sequence[Value], type_: Type, why: Unknown, absent: Value | None) -> Value:
    maps = [arm.content for arm in arms if isinstance(arm.content, dict)]
    closed = all(arm.rest is None for arm in arms)
    keys = list(dict.fromkeys(key for one in maps for key in one))
    if absent is not None and len({key.casefold() for key in keys}) < len(keys):
        # Which of several spellings counts depends on which of them are there.
        return Value(why)
    if closed and (absent is not None or all(len(one) == len(keys) for one in maps)):
        members = {key: choose([one.get(key, absent or NULL) for one in maps], why) for key in keys}
        return Value(members, type_ if type_ != ANY else object_type({key: one.type for key, one in members.items()}))
    common = {key: choose([one[key] for one in maps], why) for key in keys if all(key in one for one in maps)}
    left = [(key, member) for one in maps for key, member in one.items() if key not in common]
    possible = possible_keys(arms)
    if possible is not None:
        possible |= {key for key, _ in left}
    more = more_of(arms, [one for _, one in left])
    if not common and all(map(_any_member, arms)):
        more = More(
            (choose([one for arm in arms for one in _any_member(arm)], why),), None if more is None else more.perhaps
        )
    return Value(common, type_, rest=why, possible=possible, more=more)


def _any_member(value: Value) -> tuple[Value, ...]:
    """The value of one member that a map certainly has, if there is such a one."""
    members = members_of(value.content) or (() if value.more is None else value.more.there)
    return tuple(members[:1])


def each_of(more: More | None, operation: Callable[[Value], Value]) -> More | None:
    """What an operation makes of the values that may be there; of what it fails for, anything may come."""
    if more is None:
        return None
    there = tuple(map(operation, more.there))
    try:
        return More(there, None if more.perhaps is None else tuple(map(operation, more.perhaps)))
    except EvaluationFault as fault:
        if fault.limit:
            raise
        return More(there)


def possible_keys(maps: Iterable[Value], found: frozenset[str] | None = frozenset()) -> frozenset[str] | None:
    """The only keys that maps may have beside those of their members, and `found`; None where they may have any."""
    for one in maps:
        if isinstance(one.content, Unknown):
            return None
        if one.rest is not None:
            found = None if one.possible is None or found is None else found | one.possible
    return found


def more_of(values: Sequence[Value], perhaps: Sequence[Value] = ()) -> More | None:
    """What may be there where these members may, and what each value leaves open; None where that may be anything."""
    found = list(perhaps)
    for one in values:
        if isinstance(one.content, Unknown) or (
            one.rest is not None and (one.more is None or one.more.perhaps is None)
        ):
            return None
        if one.more is not None:
            found += [*one.more.there, *(one.more.perhaps or ())]
    return More((), tuple(found))


def _decoded(value: Value) -> Value:
    return value.content.value if isinstance(value.content, Encoded) else value
