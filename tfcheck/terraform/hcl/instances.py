"""count and for_each: the instances of a resource or of a module call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from tfcheck.limits import more
from tfcheck.records import dataclass, field
from tfcheck.terraform import address
from tfcheck.terraform.hcl import access, text
from tfcheck.terraform.hcl.bounds import MOST_INSTANCES
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.directory import Written
from tfcheck.terraform.hcl.types import BOOL, NUMBER, STRING
from tfcheck.terraform.hcl.values import (
    NULL,
    EvaluationFault,
    More,
    Value,
    mapping,
    number,
    sequence,
    string,
    why_unknown,
)
from tfcheck.values import Unknown

# The key of an instance of which only that it is possible is known.
POSSIBLE_KEY = '["?"]'


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance: its key as addresses show it, empty without count and for_each; what `each` and `count` are for it.

    possible: why it may or may not be there, or what its key is; None where it certainly is, and its key known. only:
    it is the only one there is, and only its key is not known.
    """

    key: str = ""
    names: Mapping[str, Value] = field(default_factory=dict)
    name: int | str | None = None
    possible: Unknown | None = None
    only: bool = False


class Evaluates(Protocol):
    """A module, as far as this needs it."""

    def evaluate(self, written: Written, name: str, instance: Instance | None = None) -> Value | None:
        """The value of an attribute; None where it is not written."""


def expand(module: Evaluates, written: Written) -> list[Instance]:
    """The instances that count or for_each make. Raises EvaluationFault where they cannot be meant so."""
    count = module.evaluate(written, "count")
    if count is not None:
        return _counted(count)
    each = module.evaluate(written, "for_each")
    if each is not None:
        return _for_each(each)
    switch = enabled(written)
    return [Instance()] if switch is None else _enabled(module.evaluate(switch, "enabled") or NULL)


def enabled(written: Written) -> Written | None:
    """OpenTofu's `enabled` in `lifecycle`, as a body of that attribute alone; None where it is not written."""
    for source, block in written.blocks:
        if block.type == "lifecycle" and "enabled" in block.body.attributes:
            return Written(written.header, {"enabled": (source, block.body.attributes["enabled"])})
    return None


def _enabled(switch: Value) -> list[Instance]:
    flag = convert(switch, BOOL)
    if not flag.known:
        return [Instance(POSSIBLE_KEY, possible=why_unknown(flag))]
    if not isinstance(flag.content, bool):
        raise EvaluationFault("enabled is to be true or false")
    return [Instance()] if flag.content else []


def instance_value(
    instances: Sequence[Instance], made: Callable[[Instance], Value], reference: str, switched: bool = False
) -> Value:
    """What a reference to a resource or call stands for: one object, a list of them, or a map.

    switched: whether there is one is for `enabled` to say; null where there is not.
    """
    if len(instances) == 1 and not instances[0].key:
        return made(instances[0])
    possible = next((one.possible for one in instances if one.possible is not None), None)
    rest = None if possible is None else Unknown(possible.reason, (*possible.references, reference))
    known = [one for one in instances if one.possible is None]
    if rest is not None and not known:
        return mapping({}, rest, more=More((made(instances[0]),), ())) if instances[0].only else Value(rest)
    if all(isinstance(one.name, int) for one in known) and known:
        return sequence([made(one) for one in known], rest)
    if not known:
        return NULL if switched else sequence(())
    return mapping({str(one.name): made(one) for one in known}, rest)


def _counted(count: Value) -> list[Instance]:
    whole = convert(count, NUMBER)
    if not whole.known:
        return [possible(why_unknown(whole))]
    if not isinstance(whole.content, int) or not 0 <= whole.content <= MOST_INSTANCES:
        raise EvaluationFault(f"count is to be a whole number from 0, and not too large{more('INSTANCES')}")
    return [Instance(f"[{at}]", {"count": mapping({"index": number(at)})}, at) for at in range(whole.content)]


def _for_each(each: Value) -> list[Instance]:
    if each.content is None:
        raise EvaluationFault("for_each is null")
    items, rest = access.members(each)
    if len(items) > MOST_INSTANCES:
        raise EvaluationFault(f"for_each has too many members{more('INSTANCES')}")
    is_map = isinstance(each.content, Mapping)
    if each.sensitive or (each.marked and not is_map):
        # Terraform refuses it, since addresses would tell the keys.
        return [possible(Unknown("the keys of for_each are sensitive"))]
    if rest is not None and is_map and len(items) == 1 and each.more == More((items[0][1],), ()):
        return [Instance(POSSIBLE_KEY, {"each": mapping({"key": items[0][0], "value": items[0][1]})}, None, rest, True)]
    found = [_of_key(key if is_map else value, value) for key, value in items]
    if rest is not None:
        found.append(possible(rest))
    return found


def _of_key(key: Value, value: Value) -> Instance:
    known = text.as_text(convert(key, STRING))
    if known is None:
        return possible(why_unknown(key))
    return Instance(key_of(known), {"each": mapping({"key": string(known), "value": value})}, known)


def key_of(name: str) -> str:
    """The key of an instance of for_each as addresses show it: `["a"]`."""
    return address.written_key(name)


def possible(why: Unknown) -> Instance:
    """An instance of which nothing is known but that it may be there."""
    each, count = mapping({"key": Value(why, STRING), "value": Value(why)}), mapping({"index": Value(why, NUMBER)})
    return Instance(POSSIBLE_KEY, {"each": each, "count": count}, None, why)
