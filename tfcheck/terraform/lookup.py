"""What a plan says of any resource or data source: read a second time, if the sources ask for one.

The first reading leaves out all that is not of ECS, which is most of a plan.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from tfcheck.records import dataclass
from tfcheck.terraform import address
from tfcheck.terraform.configuration import mapping

_DELETED = (["delete"], ["forget"])


@dataclass(frozen=True, slots=True)
class Instance:
    """The values of an instance, and the marks of what is unknown or sensitive in them, in their shape."""

    values: Mapping[str, Any]
    unknown: object
    sensitive: object


# The instances at an address without its own key, by that key as addresses show it; empty for what is not repeated.
Lookup = Callable[[str], Mapping[str, Instance]]


def lookup(text: Callable[[], str]) -> Lookup:
    """Finds instances in the text of a plan in JSON, which is asked for once, and only if something is looked up."""
    rows = cache(lambda: _rows(text()))
    return lambda wanted: rows().get(wanted, {})


def _rows(text: str) -> dict[str, dict[str, Instance]]:
    found: dict[str, dict[str, Instance]] = {}
    try:
        document = json.loads(text[text.index("{") :], object_hook=_without_copies)
    except (ValueError, RecursionError):
        return found
    for name, instance in _instances(mapping(document)):
        block = address.without_own_key(name)
        found.setdefault(block, {})[name.removeprefix(block)] = instance
    return found


def _without_copies(row: dict[str, Any]) -> dict[str, Any]:
    """The object without the planned values, which say the same again."""
    row.pop("planned_values", None)
    return row


def _instances(document: Mapping[str, Any]) -> Iterator[tuple[str, Instance]]:
    """Data sources that were read while planning, then all that the plan is going to change or leaves as it is."""
    waiting = [mapping(mapping(document.get("prior_state")).get("values")).get("root_module")]
    while waiting:
        module = mapping(waiting.pop())
        waiting += module.get("child_modules") or ()
        for row in map(mapping, module.get("resources") or ()):
            if row.get("mode") == "data" and isinstance(row.get("values"), dict):
                yield str(row.get("address")), Instance(row["values"], None, row.get("sensitive_values"))
    for row in map(mapping, document.get("resource_changes") or ()):
        change = mapping(row.get("change"))
        values = change.get("after")
        if row.get("deposed") is None and change.get("actions") not in _DELETED and isinstance(values, dict):
            marks = change.get("after_unknown"), change.get("after_sensitive")
            yield str(row.get("address")), Instance(values, *marks)
