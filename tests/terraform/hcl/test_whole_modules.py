"""What the sources of every configuration in testdata are said to hold is what terraform planned from them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA

from tfcheck.terraform.block import Node, Options
from tfcheck.terraform.read import read_configuration
from tfcheck.values import OneOf, Unknown

# TFCHECK_CONFIGURATIONS: a directory of further ones, each a directory with its plan.json.
FURTHER = os.environ.get("TFCHECK_CONFIGURATIONS")
PLANS = [*TESTDATA.glob("*/*/plan.json"), *(Path(FURTHER).glob("*/plan.json") if FURTHER else ())]
CASES = sorted(path.parent for path in PLANS if (path.parent / "main.tf").exists())
DROPPED = object()
# The provider's own, which no source states: what it computes, and what a plan adds of itself.
ADDED = ("id", "arn", "timeouts")


def planned(case: Path) -> dict[str, dict[str, Any]]:
    """The resources that the plan is to make or change, or leaves as they are: `change` by address."""
    changes = json.loads((case / "plan.json").read_text(encoding="utf-8")).get("resource_changes", [])
    return {one["address"]: one for one in changes if one["change"]["after"] is not None and "deposed" not in one}


def options(case: Path) -> Options:
    """With the values that the plan's variables had; those that are no text are written as JSON, which HCL reads."""
    variables = json.loads((case / "plan.json").read_text(encoding="utf-8")).get("variables", {})
    return Options(
        variables=tuple(
            ("var", f"{name}={written(one['value'])}")
            for name, one in variables.items()
            if one.get("value") is not None
        )
    )


def written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def wrong(node: Node, after: Any, unknown: Any, path: str) -> Iterator[str]:
    """The paths at which the source is said to hold something else than the plan."""
    value = node.value
    if unknown is True or after is DROPPED or isinstance(value, Unknown) or value is None:
        return
    if isinstance(value, OneOf):
        if not any(same(one, after) for one in value.values):
            yield path
    elif isinstance(value, (list, tuple, Mapping)):
        decoded = json.loads(after) if isinstance(after, str) and after[:1] in ("[", "{") else after
        yield from wrong_members(node, decoded, unknown, path)
    elif isinstance(value, str) and isinstance(after, str) and value.strip()[:1] in ("[", "{"):
        yield from wrong(Node(json.loads(value)), after, unknown, path)
    elif not same(value, after):
        yield path


def wrong_members(node: Node, after: Any, unknown: Any, path: str) -> Iterator[str]:
    value = node.value
    if isinstance(value, Mapping):
        # A block that occurs once is a list of one in the plan.
        one, hidden = (
            (after[0], (unknown or [False])[0]) if isinstance(after, list) and len(after) == 1 else (after, unknown)
        )
        for key in value:
            inner = of_any_case(one, key)
            concealed = hidden.get(key, False) if isinstance(hidden, dict) else False
            yield from wrong(node.member(key), inner, concealed, f"{path}.{key}")
        return
    if node.rest is not None:
        return
    elements = node.elements()
    if len(elements) != len(after or ()):
        yield f"{path}: {len(elements)} elements"
        return
    hidden = unknown if isinstance(unknown, list) and len(unknown) == len(elements) else [False] * len(elements)
    left = [*zip(after or (), hidden, strict=True)]
    for place, element in enumerate(elements):
        # Blocks are often a set, whose order is the provider's.
        found = next((one for one in left if not [*wrong(element, *one, path)]), None)
        if found is None:
            yield from wrong(element, *left[0], f"{path}[{place}]")
        left.remove(left[0] if found is None else found)


def of_any_case(members: Any, key: str) -> Any:
    """A member, in the provider's spelling of it; of container definitions it drops what the API does not have."""
    if not isinstance(members, dict):
        return None
    return next(
        (one for name, one in members.items() if name.lower() == key.lower()), DROPPED if key not in members else None
    )


def same(value: object, after: Any) -> bool:
    """Are they equal once terraform converted the one to the type of the other? Absent is the provider's default."""
    if isinstance(after, str) and after[:1] in '[{"' and not isinstance(value, str):
        return False
    if isinstance(value, bool) or isinstance(after, bool):
        return str(value).lower() == str(after).lower()
    if isinstance(value, (int, float)) and not isinstance(after, str):
        return isinstance(after, (int, float)) and float(value) == float(after)
    return after is not None and (str(value) == str(after))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_what_is_known_of_the_sources_is_what_the_plan_has(case: Path, tmp_path: Path) -> None:
    copy = tmp_path / case.name
    shutil.copytree(case, copy, ignore=shutil.ignore_patterns("before", "plan.json"))
    changes = planned(case)
    found: list[str] = []
    for reading in read_configuration(str(copy), options(case)):
        for block in reading.blocks:
            change = changes.get(block.resource.address, {"change": {"after": {}}})["change"]
            hidden = change.get("after_unknown", {})
            for name, after in change["after"].items():
                if name not in ADDED:
                    path = f"{block.resource.address}.{name}"
                    found.extend(wrong(block.attribute(name), after, hidden.get(name, False), path))
    assert found == []
