"""Hiding a value as Terraform would never turns FAILED into PASSED, nor PASSED into FAILED: design section 8.

A hidden value is absent from `after` (null in lists), true in `after_unknown`, and in `configuration` a reference to a
resource that is not in the plan stands in its place. A hidden block is a dynamic one: `configuration` does not show it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tfcheck.control import Control, Settings
from tfcheck.controls import catalogue
from tfcheck.findings import Status, check
from tfcheck.records import replace
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Block, Node
from tfcheck.terraform.plan import ECS_TYPES, read_plan

Place = tuple[str | int, ...]
Statuses = dict[tuple[str, str], Status]

PLANS = sorted(TESTDATA.glob("*/*/plan.json"))
REFERENCE = {"references": ["terraform_data.hidden.output", "terraform_data.hidden"]}
# A dynamic `setting` block cannot be seen in a plan: it is judged as one that was not written.
EXCEPTED = ("ECS.12", ("setting",))


@cache
def plan(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@cache
def controls(path: Path) -> tuple[Control[Any], ...]:
    """The catalogue with the settings of the plan's case; for the cases of one control, that one."""
    file = path.with_name("settings.json")
    said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    lists: dict[str, Any] = {name: tuple(value) for name, value in said.items()}
    every = catalogue(Settings(**lists))
    own = path.parent.name.partition("_")[0]
    return tuple(one for one in every if path.parent.parent.name == "plans" or one.id == own)


def statuses(path: Path, document: Mapping[str, Any]) -> Statuses:
    found = check(controls(path), adapt(read_plan("plan.json", document).blocks))
    return {(finding.resource.address, finding.control.id): finding.status for finding in found}


@cache
def statuses_before(path: Path) -> Statuses:
    return statuses(path, plan(path))


@cache
def places(path: Path) -> tuple[tuple[int, Place], ...]:
    """Every known value of every ECS resource that the plan leaves in place: the row's number, the path in `after`."""
    return tuple(
        (number, place)
        for number, row in enumerate(plan(path).get("resource_changes", ()))
        if row["mode"] == "managed" and row["type"].startswith(ECS_TYPES) and row["change"]["after"] is not None
        for place in below(row["change"]["after"], row["change"]["after_unknown"])
    )


@cache
def asked(path: Path) -> frozenset[tuple[str, str]]:
    """The attributes that judging the plan asks for, by address; all others cannot change what is found."""
    found: set[tuple[str, str]] = set()

    def listening(block: Block) -> Block:
        def attribute(name: str) -> Node:
            found.add((block.resource.address, name))
            return block.attribute(name)

        return replace(block, attribute=attribute)

    blocks = read_plan("plan.json", plan(path)).blocks
    list(check(controls(path), adapt(listening(block) for block in blocks)))
    return frozenset(found)


def below(value: object, unknown: object) -> Iterator[Place]:
    """The paths of all parts of a value that are known, blocks and whole lists among them."""
    members: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for at, member in members:
        mark = marks_of(unknown, at)
        if mark is not True:
            yield (at,)
            yield from ((at, *rest) for rest in below(member, mark))


def marks_of(unknown: object, at: str | int) -> object:
    if isinstance(unknown, dict):
        return unknown.get(at)
    return unknown[int(at)] if isinstance(unknown, list) and int(at) < len(unknown) else None


def hidden(document: Mapping[str, Any], number: int, place: Place) -> Any:
    """The plan without the value, as if it came out of a resource that is going to be created."""
    row = document["resource_changes"][number]
    value = row["change"]["after"][place[0]]

    def change(old: Any) -> dict[str, Any]:
        unknown = marked(old["after_unknown"], old["after"], place)
        return {**old, "after": without(old["after"], place), "after_unknown": unknown}

    changed = with_part(document, ("resource_changes", number, "change"), change)
    written = configured(document, row)
    if written is None:
        return changed
    return with_part(changed, (*written, "expressions"), lambda old: referring(old or {}, place, value))


def with_part(tree: Any, place: Place, change: Callable[[Any], Any]) -> Any:
    """The tree with another part at the place; nothing that it shares with the old one is changed."""
    if not place:
        return change(tree)
    at, *rest = place
    if isinstance(tree, list):
        return [with_part(one, tuple(rest), change) if here == at else one for here, one in enumerate(tree)]
    return {**tree, at: with_part(tree.get(at), tuple(rest), change)}


def without(tree: Any, place: Place) -> Any:
    """What is unknown is left out of objects, and null in lists."""
    *parents, last = place

    def change(parent: Any) -> Any:
        if isinstance(parent, list):
            return [None if here == last else one for here, one in enumerate(parent)]
        return {name: one for name, one in parent.items() if name != last}

    return with_part(tree, tuple(parents), change)


def marked(marks: Any, value: Any, place: Place) -> Any:
    """The marks with one more at the place: they have the shape of the value."""
    if not place:
        return True
    at, *rest = place
    if isinstance(value, list):
        padded = [marks_of(marks, here) or False for here in range(len(value))]
        return [marked(mark, value[here], tuple(rest)) if here == at else mark for here, mark in enumerate(padded)]
    return {**(marks or {}), at: marked(marks_of(marks, at), value[at], tuple(rest))}


def configured(document: Mapping[str, Any], row: Mapping[str, Any]) -> Place | None:
    """The path to the resource in `configuration`."""
    place: Place = ("configuration", "root_module")
    module = document["configuration"]["root_module"]
    for call in calls(row.get("module_address", "")):
        place, module = (*place, "module_calls", call, "module"), module["module_calls"][call]["module"]
    for number, written in enumerate(module.get("resources", ())):
        if written["address"] == f"{row['type']}.{row['name']}":
            return (*place, "resources", number)
    return None


def calls(module_address: str) -> list[str]:
    """The names of the calls; no test plan has a key with `module.` in it."""
    return [part.partition("[")[0].rstrip(".") for part in module_address.split("module.")[1:]]


def referring(expressions: Mapping[str, Any], place: Place, value: object) -> dict[str, Any]:
    """The expressions of a resource or block, with a reference in place of what gave the hidden value."""
    name, *rest = place
    written = expressions.get(str(name))
    if isinstance(written, list):  # a block: gone as a whole, it is dynamic; else the reference stands in its body
        if len(rest) < 2:
            return {key: one for key, one in expressions.items() if key != name}
        inner = [referring(body, tuple(rest[1:]), part(value, rest[:2])) for body in written]
        return {**expressions, str(name): inner}
    is_block = isinstance(value, list) and all(isinstance(one, dict) for one in value)
    return dict(expressions) if written is None and is_block else {**expressions, str(name): REFERENCE}


def part(value: Any, place: Iterable[str | int]) -> Any:
    for at in place:
        value = value[at]
    return value


def wrong(path: Path, hides: Iterable[tuple[int, Place]]) -> list[str]:
    """What is said of the plan with these values hidden, and cannot be so by what is said of the whole plan.

    Hiding may make everything UNKNOWN, and NOT_APPLICABLE what passes in any case; nothing else may change.
    """
    document, before = plan(path), statuses_before(path)
    excepted = set()
    for number, place in hides:
        document = hidden(document, number, place)
        if place == EXCEPTED[1]:
            excepted.add((document["resource_changes"][number]["address"], EXCEPTED[0]))
    return [
        f"{control} of {address}: {before[address, control].name} became {after.name}"
        for (address, control), after in statuses(path, document).items()
        if after not in (before[address, control], Status.UNKNOWN)
        and (before[address, control], after) != (Status.NOT_APPLICABLE, Status.PASSED)
        and (address, control) not in excepted
    ]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_one_hidden_value_turns_no_status_around(path: Path) -> None:
    rows = plan(path).get("resource_changes", ())
    hides = [(number, place) for number, place in places(path) if (rows[number]["address"], place[0]) in asked(path)]
    assert hides or not statuses_before(path)
    assert {
        (rows[number]["address"], place): found for number, place in hides if (found := wrong(path, [(number, place)]))
    } == {}


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_what_nothing_asks_for_changes_nothing(path: Path) -> None:
    """The other half: all that the test above leaves out, hidden at once."""
    rows = plan(path).get("resource_changes", ())
    document = plan(path)
    for number, place in places(path):
        if len(place) == 1 and (rows[number]["address"], place[0]) not in asked(path):
            document = hidden(document, number, place)
    assert statuses(path, document) == statuses_before(path)


@given(data=st.data())
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_hidden_values_turn_no_status_around(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in PLANS if places(path)]))
    drawn = data.draw(st.lists(st.sampled_from(places(path)), min_size=2, max_size=12, unique=True))
    hides = [one for one in drawn if not any(is_inside(one, other) for other in drawn)]
    assert wrong(path, hides) == []


def is_inside(one: tuple[int, Place], other: tuple[int, Place]) -> bool:
    """Is it a part of the other value?"""
    return one != other and one[0] == other[0] and one[1][: len(other[1])] == other[1]


def test_a_hidden_value_is_one_that_terraform_would_not_tell() -> None:
    """The tests above stand on this: what they make has the form of a real plan."""
    after = {"subnets": ["a", "b"], "block": [{"on": True, "name": "x"}], "tags": {"k": "v"}, "mode": "host"}
    written = {"subnets": {"constant_value": ["a", "b"]}, "block": [{"on": {"constant_value": True}}], "mode": {}}
    resource = {"address": "aws_ecs_service.a", "expressions": written}
    row = {"type": "aws_ecs_service", "name": "a", "change": {"after": after, "after_unknown": {"block": [{}]}}}
    document: dict[str, Any] = {
        "resource_changes": [row],
        "configuration": {"root_module": {"resources": [resource]}},
    }
    for place in (("subnets", 1), ("block", 0, "on"), ("tags", "k"), ("mode",)):
        document = hidden(document, 0, place)
    assert document["resource_changes"][0]["change"] == {
        "after": {"subnets": ["a", None], "block": [{"name": "x"}], "tags": {}},
        "after_unknown": {"subnets": [False, True], "block": [{"on": True}], "tags": {"k": True}, "mode": True},
    }
    assert document["configuration"]["root_module"]["resources"][0]["expressions"] == {
        "subnets": REFERENCE,
        "block": [{"on": REFERENCE}],
        "tags": REFERENCE,
        "mode": REFERENCE,
    }
    assert "block" not in referring(written, ("block",), after["block"])
