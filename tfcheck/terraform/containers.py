"""The JSON text of container_definitions -> containers, as the provider reads it.

Go's decoder, which the provider uses, matches the names of members without regard to case, and takes null for absent.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from tfcheck.inputs import Container, Environment
from tfcheck.records import dataclass, replace
from tfcheck.terraform.block import Node
from tfcheck.values import Items, OneOf, SourceLocation, Unknown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a provider spells the members of a container."""

    readonly_root_filesystem: str
    log_configuration: str
    log_driver: str


API = Spelling("readonlyRootFilesystem", "logConfiguration", "logDriver")


def containers(node: Node, path: str, spelling: Spelling = API) -> Items[Container]:
    """The containers of a task definition, named by their `name` where it is known, unique and not sensitive."""
    listed = _decoded(node)
    items = _containers(listed, node, path, spelling)
    if not listed.arms:
        return items
    return replace(items, arms=tuple(_containers(arm, node, path, spelling) for arm in listed.arms))


def _containers(listed: Node, node: Node, path: str, spelling: Spelling) -> Items[Container]:
    elements, perhaps = listed.elements(), listed.possible_elements()
    folded = [_fold_case(element) for element in (*elements, *perhaps)]
    named = [element.member("name") for element in folded]
    names = _names([None if one.sensitive else name.text("").value for one, name in zip(folded, named, strict=True)])
    made = tuple(
        [
            _container(_at_name(element, its.location, listed), f"{path}[{name}]", spelling)
            for element, its, name in zip(folded, named, names, strict=True)
        ]
    )
    return _items(path, made, len(elements), listed, node)


def _items(path: str, made: tuple[T, ...], certain: int, listed: Node, node: Node) -> Items[T]:
    """Of the list in a node, those that are certainly there first, then those that may be."""
    perhaps = None if listed.perhaps is None else made[certain:]
    return Items(path, made[:certain], listed.missing(), node.location, node.sensitive, perhaps=perhaps)


def _decoded(node: Node) -> Node:
    """The list inside the text; a value that is a list already stays as it is, and null cannot be deployed."""
    if node.decode is not None:
        # A plan marks the whole text, whatever the sources know of what is in it.
        inside = node.decode()
        node = replace(inside, sensitive=inside.sensitive or node.sensitive)
    elif isinstance(node.value, str):
        try:
            node = Node(json.loads(node.value), node.location, node.sensitive, node.rest, origins=node.origins)
        except (ValueError, RecursionError):
            return replace(node, value=Unknown("it is not JSON, which the provider refuses"))
    if node.value is None:
        return replace(node, value=Unknown("it is not set, which the provider refuses"))
    if isinstance(node.value, (list, tuple, Unknown)):
        return node
    if isinstance(node.value, OneOf):
        return replace(node, value=node.value.unknown)
    return replace(node, value=Unknown("it is not a list, which the provider refuses"))


def _fold_case(node: Node) -> Node:
    """The same object with its names in lower case; the last of several spellings wins, as in Go."""
    value: object = node.value
    if isinstance(value, dict):
        value = dict(zip(_in_lower_case(tuple(value)), value.values(), strict=True))
    elif not isinstance(value, Unknown):
        value = Unknown("it is not an object")
    return Node(value, node.location, node.sensitive, node.rest, origins=node.origins)


@lru_cache(maxsize=1000)
def _in_lower_case(names: tuple[object, ...]) -> tuple[str, ...]:
    """Containers have few different sets of members."""
    return tuple([str(name).casefold() for name in names])


def _at_name(node: Node, name: SourceLocation | None, listed: Node) -> Node:
    """A container with the place of its name, which shows it better than that of its brace.

    One without a place of its own was not written here, nor was its name: it stays at that of the whole list.
    """
    if name is None or node.location == listed.location:
        return node
    return Node(node.value, name, node.sensitive, node.rest, origins=node.origins)


def _names(values: Sequence[object]) -> list[str]:
    """For each element its own name if it has one that no other has, else its place, which counts from 1."""
    strings = [value for value in values if isinstance(value, str)]
    repeated: set[str] = set()
    if len(set(strings)) < len(strings):
        repeated = {value for value, count in Counter(strings).items() if count > 1}
    return [
        value if isinstance(value, str) and value and value not in repeated else f"#{place}"
        for place, value in enumerate(values, start=1)
    ]


def _container(node: Node, path: str, spelling: Spelling) -> Container:
    readonly, logs, driver = spelling.readonly_root_filesystem, spelling.log_configuration, spelling.log_driver
    log = node.member(logs.casefold())
    if log.value is not None:
        log = _fold_case(log)
    return Container(
        path,
        node.member("user").text(f"{path}.user"),
        node.member("privileged").flag(f"{path}.privileged"),
        node.member(readonly.casefold()).flag(f"{path}.{readonly}"),
        environment(node.member("environment"), f"{path}.environment"),
        log.member(driver.casefold()).text(f"{path}.{logs}.{driver}"),
    )


def environment(node: Node, path: str) -> Environment:
    """The names of environment variables; their values are never read."""
    names = _plain_names(node)
    if names is not None:
        return Environment(names, Items(path, (), None, node.location, False, node.origins))
    certain, possible = node.elements(), node.possible_elements()
    elements = [_named(element) for element in (*certain, *possible)]
    labels = _names([None if element.sensitive else element.value for element in elements])
    made = tuple([element.text(f"{path}[{name}].name") for element, name in zip(elements, labels, strict=True)])
    return Environment((), _items(path, made, len(certain), node, node))


def _plain_names(node: Node) -> tuple[str, ...] | None:
    """The names where there is nothing else to know, as in most plans; they are most of what a large one holds."""
    if not isinstance(node.value, list) or node.sensitive or node.rest is not None or node.perhaps is not None:
        return None
    names: dict[str, None] = {}
    for one in node.value:
        if type(one) is not dict or len(one) != 2 or "value" not in one or type(name := one.get("name")) is not str:
            return None
        names[name] = None
    return None if len(names) < len(node.value) or "" in names else tuple(names)


def _named(variable: Node) -> Node:
    """The name of one environment variable; there are many, so that only this member is looked for."""
    if not isinstance(variable.value, dict):
        return _fold_case(variable).member("name")
    spelling = "name"
    for key in variable.value:
        if len(key) == len(spelling) and key.casefold() == "name":
            spelling = key
    return variable.member(spelling)
