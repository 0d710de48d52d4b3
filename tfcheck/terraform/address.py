"""Resource and module addresses: `module.svc["api.v2"].module.td[0].aws_ecs_task_definition.this["a"]`."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from tfcheck.records import dataclass

_KEY = r'\[(?:-?\d+|"(?:[^"\\]|\\.)*")\]'
_STEP = re.compile(rf"([^.\[\]]+)({_KEY})?(?:\.|\Z)", re.DOTALL)
_KEYS = re.compile(_KEY, re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """A name with its instance key as written (`["api.v2"]`, `[0]`), which is empty where there is none."""

    name: str
    key: str = ""

    def __str__(self) -> str:
        return self.name + self.key


@lru_cache(maxsize=4096)
def steps(address: str) -> tuple[Step, ...]:
    """The dot-separated parts; keys may hold dots, quotes and brackets. What is no address ends the parts early."""
    found: list[Step] = []
    position = 0
    while position < len(address) and (match := _STEP.match(address, position)):
        found.append(Step(match[1], match[2] or ""))
        position = match.end()
    return tuple(found)


@lru_cache(maxsize=4096)
def module_calls(module_address: str) -> tuple[Step, ...]:
    """The calls that lead to a module instance: `module.a["x"].module.b` gives a["x"] and b."""
    return steps(module_address)[1::2]


def key_value(key: str) -> int | str:
    """What an instance key as written stands for: `[0]` 0, `["a"]` the string a. Raises ValueError for no key."""
    value = json.loads(key[1:-1])
    if isinstance(value, str):
        return value.replace("$${", "${").replace("%%{", "%{")
    return int(value)


def without_keys(address: str) -> str:
    """The address of the configuration's block: the same for all instances."""
    return _KEYS.sub("", address) if "[" in address else address


def without_own_key(address: str) -> str:
    """The address of the resource in its module instance: the same for all its own instances."""
    if not address.endswith("]"):
        return address
    found = steps(address)
    return address.removesuffix(found[-1].key) if found else address


def inside(module_address: str, address: str) -> str:
    """An address as seen from the root of what it is inside of that module."""
    return f"{module_address}.{address}" if module_address else address


def covers(reference: str, address: str) -> bool:
    """Does the reference mean this instance? A step of the reference without a key means every instance."""
    wanted, given = steps(reference), steps(address)
    return len(wanted) == len(given) and all(
        one.name == other.name and one.key in ("", other.key) for one, other in zip(wanted, given, strict=True)
    )
