"""Resource and module addresses: `module.svc["api.v2"].module.td[0].aws_ecs_task_definition.this["a"]`."""

from __future__ import annotations

import re
import sys
from functools import lru_cache

from tfcheck.records import dataclass

_KEY = r'\[(?:-?[0-9]{1,18}|"(?:[^"\\]|\\.)*")\]'
_STEP = re.compile(rf"([^.\[\]]+)({_KEY})?(?:\.|\Z)", re.DOTALL)
_KEYS = re.compile(_KEY, re.DOTALL)
_LAST_KEY = re.compile(rf"{_KEY}\Z", re.DOTALL)
_ESCAPE = r"(?s)\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|([$%])\4(?=\{)"
_TO_ESCAPE = r'["\\]|[$%](?=\{)|[^ -~]'
_SHORT = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPED = {one: f"\\{name}" for name, one in _SHORT.items()}


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
    """What an instance key as written stands for: `[0]` 0, `["a"]` the string a; its escapes are those of HCL."""
    return re.sub(_ESCAPE, _unescaped, key[2:-2]) if key.startswith('["') else int(key[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    if code := match[1] or match[2]:
        number = int(code, 16)
        return chr(number) if number <= sys.maxunicode else "\ufffd"
    return match[4] or _SHORT.get(match[3], match[3])


def written_key(name: str) -> str:
    """The key of an instance of for_each as Terraform writes it: `["a"]`."""
    return f'["{re.sub(_TO_ESCAPE, _escaped, name)}"]'


def _escaped(match: re.Match[str]) -> str:
    one = match[0]
    if one in "$%":
        return one * 2
    if one in '"\\':
        return f"\\{one}"
    if one in _ESCAPED or one.isprintable():
        return _ESCAPED.get(one, one)
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"


def without_keys(address: str) -> str:
    """The address of the configuration's block: the same for all instances."""
    return _KEYS.sub("", address) if "[" in address else address


def without_own_key(address: str) -> str:
    """The address of the resource in its module instance: the same for all its own instances."""
    return _LAST_KEY.sub("", address) if address.endswith("]") else address


def inside(module_address: str, address: str) -> str:
    """An address as seen from the root of what it is inside of that module."""
    return f"{module_address}.{address}" if module_address else address


def covers(reference: str, address: str) -> bool:
    """Does the reference mean this instance? A step of the reference without a key means every instance."""
    wanted, given = steps(reference), steps(address)
    return len(wanted) == len(given) and all(
        one.name == other.name and one.key in ("", other.key) for one, other in zip(wanted, given, strict=True)
    )
