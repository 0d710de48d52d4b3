"""The sources of a plan, evaluated in its terms: what was written of each planned resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from tfcheck.errors import Problem
from tfcheck.records import replace
from tfcheck.terraform import address
from tfcheck.terraform.block import Block, Node, Options
from tfcheck.terraform.hcl import access, project, tfvars
from tfcheck.terraform.hcl.bounds import Pool
from tfcheck.terraform.hcl.configuration import finder
from tfcheck.terraform.hcl.directory import Directory, read
from tfcheck.terraform.hcl.functions.files import Files
from tfcheck.terraform.hcl.instances import Instance, key_of
from tfcheck.terraform.hcl.module import Module
from tfcheck.terraform.hcl.planned import planned
from tfcheck.terraform.hcl.resources import block_of, instances_of
from tfcheck.terraform.hcl.run import Run
from tfcheck.terraform.hcl.values import EvaluationFault, Value, mapping, number, string, unknown
from tfcheck.terraform.lookup import Lookup

Given = dict[str, Callable[[], Value]]


class Counterparts:
    """The blocks of a configuration by the addresses of a plan. used: the directories of its modules."""

    def __init__(
        self, root: Path, repository: Path, others: Mapping[str, Path], variables: Mapping[str, Node], lookup: Lookup
    ) -> None:
        self.used: dict[Path, Directory] = {}
        self._repository, self._pool = repository, Pool()
        given: Given = {}
        find, complete = finder(root, project.boundary(root), others), planned(lookup)
        files = Files(root, repository)
        run = Run(root, repository, self._opened, find, given, files, "warning", planned=complete)
        self._root = Module(run, self._opened(root))
        given |= _given(self._root, variables)
        self._modules: dict[str, Module | None] = {"": self._root}

    def of(self, wanted: str) -> Block | None:
        """What was written of the resource at an address; None where the sources do not have it."""
        steps = address.steps(wanted)
        if len(steps) < 2:
            return None
        (type_, name, key), calls = (steps[-2].name, steps[-1].name, steps[-1].key), steps[:-2]
        module = self._module(".".join(map(str, calls)))
        written = None if module is None else module.directory.one("resource", type_, name)
        if module is None or written is None:
            return None
        instance = _instance(module, key, "resource", type_, name)
        return None if instance is None else block_of(module, written, instance, type_, name)

    def problems(self) -> Iterator[Problem]:
        """What could not be read, which costs only what the plan does not know: the rest of the sources serves."""
        for directory in self.used.values():
            for problem in directory.problems:
                if problem.level == "error":
                    yield Problem("warning", problem.path, problem.message, problem.line, problem.column)

    def has_module(self, wanted: str) -> bool:
        """Is the module of an address at hand?"""
        return self._module(".".join(map(str, address.steps(wanted)[:-2]))) is not None

    def _opened(self, directory: Path) -> Directory:
        if directory not in self.used:
            self.used[directory] = read(directory, self._repository, self._pool)
        return self.used[directory]

    def _module(self, module_address: str) -> Module | None:
        if module_address not in self._modules:
            calls = address.module_calls(module_address)
            outer = ".".join(f"module.{call}" for call in calls[:-1])
            parent = self._module(outer) if calls else None
            self._modules[module_address] = None if parent is None else _child(parent, calls[-1])
        return self._modules[module_address]


def _child(parent: Module, call: address.Step) -> Module | None:
    if not parent.directory.has("module", call.name):
        return None
    instance = _instance(parent, call.key, "module", call.name)
    return None if instance is None else parent.child(call.name, instance)


def _instance(module: Module, key: str, *of: str) -> Instance | None:
    """The instance of that key: one that count or for_each make or, where they are not known, one made for the key."""
    found = instances_of(module, *of)
    known = next((one for one in found if one.key == key and one.possible is None), None)
    why = next((one.possible for one in found if one.possible is not None), None)
    if known is not None or why is None or not key:
        return known
    only = next((one.names["each"] for one in found if one.only), None)
    return _keyed(key, Value(why) if only is None else access.attribute(only, "value"))


def _keyed(key: str, value: Value) -> Instance:
    name = address.key_value(key)
    if isinstance(name, int):
        return Instance(key, {"count": mapping({"index": number(name)})}, name)
    return Instance(key_of(name), {"each": mapping({"key": string(name), "value": value})}, name)


def _given(root: Module, variables: Mapping[str, Node]) -> Given:
    """A root's variables as the plan has them; those that it does not have are unknown, never their defaults."""
    files = cache(lambda: tfvars.given(root.run.root, root.run.repository, Options(), []))

    def value(name: str) -> Callable[[], Value]:
        def made() -> Value:
            if name not in variables:
                return unknown(f"var.{name} is not in the plan", f"var.{name}")
            planned = tfvars.of_json(variables[name].value).mark(variables[name].sensitive)
            return _placed(planned, root, name, files())

        return made

    return {name: value(name) for name in root.directory.names("variable")}


def _placed(planned: Value, root: Module, name: str, files: Given) -> Value:
    """The value in the places that give the same: in a tfvars file, else in the variable's default."""
    written = root.directory.one("variable", name)
    try:
        value = files[name]() if name in files else root.evaluate(written, "default") if written is not None else None
    except EvaluationFault:
        return planned
    return planned if value is None else _laid(planned, value)


def _laid(planned: Value, written: Value) -> Value:
    """The planned value, each part that is the same in the place of the written one."""
    one, other = planned.content, written.content
    if isinstance(one, dict) and isinstance(other, dict):
        members = {name: _laid(value, other[name]) if name in other else value for name, value in one.items()}
        return replace(planned, content=members, places=written.places)
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        elements = tuple(_laid(value, same) for value, same in zip(one, other, strict=True))
        return replace(planned, content=elements, places=written.places)
    return planned.like(written) if one == other else planned
