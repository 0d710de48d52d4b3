"""Nodes and blocks: what every front end hands over to the adapters.

A block is one resource instance. Its attributes are nodes, made when an adapter asks for them: trees of plain values in
which an Unknown, a OneOf or a Node may stand anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from tfcheck.errors import Problem
from tfcheck.inputs import Resource
from tfcheck.records import dataclass, field, replace
from tfcheck.values import Field, Items, OneOf, SourceLocation, Unknown

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place.

    value: str, bool, int, float, None, a list or tuple, a dict, Unknown or OneOf; members of lists and dicts are such
    values or nodes. rest: why a list or dict may have more members than it shows. omitted: it is absent, or unknown
    only because nothing was written, and the provider is going to compute it. decode: the JSON that a string holds,
    with places and around what is not known of it; None where the front end knows no more of it than the string.
    origins: the places from which the value comes to its own, the nearest first. pattern: what an element looks like
    that may yet be there. perhaps: the only elements that `rest` may stand for; None where those may be any. arms: the
    lists of which it is one, if those are known. nameless: a dict has one more member, of which the key is not known.
    """

    value: object
    location: SourceLocation | None = None
    sensitive: bool = False
    rest: Unknown | None = None
    omitted: bool = False
    decode: Callable[[], Node] | None = None
    origins: tuple[SourceLocation, ...] = ()
    pattern: Callable[[], Node] | None = None
    perhaps: tuple[Node, ...] | None = None
    arms: tuple[Node, ...] = ()
    nameless: bool = False

    def as_written(self) -> Node:
        """For optional attributes that the provider computes: absent where they were not written."""
        if not self.omitted:
            return self
        return Node(None, self.location, self.sensitive, self.rest, omitted=True, origins=self.origins)

    def member(self, key: str) -> Node:
        """The member of a mapping or block; absent from what is absent, unknown in what is unknown."""
        value = self.value
        if isinstance(value, dict):
            return self._inner(value[key]) if key in value else self._inner(self.rest)
        if value is None or isinstance(value, Unknown):
            return self
        return self._inner(Unknown("it is not an object"))

    def elements(self) -> tuple[Node, ...]:
        """The elements of a list that are known to be there; a single object counts as a list of one."""
        if isinstance(self.value, (list, tuple)):
            return tuple([self._inner(element) for element in self.value])
        return (self,) if isinstance(self.value, dict) else ()

    def missing(self) -> Unknown | None:
        """Why there may be more elements than those; None where there certainly are none."""
        if self.value is None or isinstance(self.value, (list, tuple)):
            return self.rest
        if isinstance(self.value, dict):
            return None
        return self.value if isinstance(self.value, Unknown) else Unknown("it is not a list")

    def possible_elements(self) -> tuple[Node, ...]:
        """The elements that may yet be there, if those are known (`perhaps`): no others may."""
        return () if self.perhaps is None else tuple(self._inner(element) for element in self.perhaps)

    def items(self, path: str, make: Callable[[Node, str], T]) -> Items[T]:
        """Its elements, each made out of its node and its path, which counts from 1: `path[#1]`."""
        elements = self.elements()
        both = enumerate((*elements, *self.possible_elements()), start=1)
        made = tuple(make(node, f"{path}[#{place}]") for place, node in both)
        perhaps = None if self.perhaps is None else made[len(elements) :]
        return Items(path, made[: len(elements)], self.missing(), self.location, self.sensitive, perhaps=perhaps)

    def single(self, path: str, make: Callable[[Node, str], T]) -> Items[T]:
        """The same for a block of which there is at most one: its path needs no place."""
        made = tuple(make(node, path) for node in self.elements())
        return Items(path, made, self.missing(), self.location, self.sensitive)

    def text(self, path: str) -> Field[str]:
        """As a string, to which Terraform converts numbers and booleans."""
        value = self.value
        text = value if value is None or isinstance(value, str) else _convert(value, _to_text)
        return Field(path, text, self.location, self.sensitive, self.origins)

    def flag(self, path: str) -> Field[bool]:
        """As a boolean, to which Terraform converts the strings "true" and "false"."""
        value = self.value
        flag = value if value is None or isinstance(value, bool) else _convert(value, _to_flag)
        return Field(path, flag, self.location, self.sensitive, self.origins)

    def switch(self, path: str) -> Field[bool | str]:
        """As a boolean, or as the words that the API has for it: ENABLED and DISABLED."""
        return Field(path, _convert(self.value, _to_switch), self.location, self.sensitive, self.origins)

    def _inner(self, value: object) -> Node:
        """A member: sensitive in what is sensitive, and in the place of its whole where it has none of its own."""
        if not isinstance(value, Node):
            return Node(value, self.location, self.sensitive, None, False, None, self.origins)
        if value.location is None and self.location is not None:
            return replace(
                value, sensitive=value.sensitive or self.sensitive, location=self.location, origins=self.origins
            )
        return replace(value, sensitive=True) if self.sensitive and not value.sensitive else value


@dataclass(frozen=True, slots=True)
class ProviderConfiguration:
    """The provider block of a resource: its key in the configuration (`aws.eu`) and its default tags."""

    key: str
    default_tags: Node


@dataclass(frozen=True, slots=True)
class Block:
    """A resource instance.

    attribute: the node of an attribute or nested block, by name. references: the addresses of the resources that an
    attribute refers to, as far as the front end can follow them; a step without a key stands for every instance.
    """

    resource: Resource
    provider: ProviderConfiguration
    attribute: Callable[[str], Node]
    references: Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Source:
    """What was read. kind: plan, planfile, state or directory. note: what a reader of the report should know of it.

    complete: false for a plan that does not cover its whole configuration.
    """

    path: str
    kind: str
    terraform_version: str | None
    complete: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a configuration.

    variables: what was given for them, in its order, as ("var", "NAME=VALUE") or ("file", PATH). environment: where
    TF_VAR_ variables are looked for. missing_modules: the level of the problem that a module which is not there is.
    """

    variables: tuple[tuple[str, str], ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    missing_modules: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Module:
    """What a configuration declares: resources of interest as `TYPE.NAME`, and calls by name."""

    resources: frozenset[str] = frozenset()
    calls: Mapping[str, Call] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A module call: its source as written, and the module that it calls."""

    source: str
    module: Module


@dataclass(frozen=True, slots=True)
class Reading:
    """What a front end made of an input: its blocks, what it could not read, and what its configuration declares.

    late_problems: those that show only when the blocks were judged, since HCL is evaluated on demand. repository: where
    the paths of places count from; None where there are no places. before: the resources as they are before a plan is
    applied; None where that is not known. variables: those of a plan's root module. text: the plan in JSON once more.
    """

    source: Source
    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...] = ()
    root: Module = field(default_factory=Module)
    late_problems: Callable[[], tuple[Problem, ...]] = tuple
    repository: Path | None = None
    before: tuple[Block, ...] | None = None
    variables: Mapping[str, Node] = field(default_factory=dict)
    text: Callable[[], str] = str


def _convert(value: object, one: Callable[[object], S | Unknown]) -> S | OneOf[S] | Unknown | None:
    if value is None or isinstance(value, Unknown):
        return value
    if not isinstance(value, OneOf):
        return one(value)
    # Arms that were different may be alike once converted: false and "false" are one flag.
    distinct: dict[S | None, None] = {}
    for each in value.values:
        converted = None if each is None else one(each)
        if isinstance(converted, Unknown):
            return converted
        distinct[converted] = None
    first, *others = distinct
    return OneOf(tuple(distinct), value.unknown) if others else first


def _to_text(value: object) -> str | Unknown:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value) if isinstance(value, int) else Unknown("it is not a string")


def _to_switch(value: object) -> bool | str | Unknown:
    flag = _to_flag(value)
    return value if isinstance(flag, Unknown) and isinstance(value, str) else flag


def _to_flag(value: object) -> bool | Unknown:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    return Unknown("it is neither true nor false")
