"""`terraform show -json` of a plan -> blocks.

Only `resource_changes` is read: `planned_values` has no marks of what is unknown, and still lists what is forgotten.
Format: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tfcheck.errors import InputError, Problem
from tfcheck.inputs import Resource
from tfcheck.records import dataclass, field
from tfcheck.terraform import address
from tfcheck.terraform import configuration as config
from tfcheck.terraform.block import Block, Node, ProviderConfiguration, Reading, Source
from tfcheck.terraform.configuration import Scope, mapping
from tfcheck.terraform.unknown import Planned
from tfcheck.values import Unknown

ECS_TYPES = ("aws_ecs_", "awscc_ecs_")
_CHANGES = {
    ("create",): "create",
    ("update",): "update",
    ("no-op",): "no-op",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("create", "forget"): "replace",
}


def read_plan(path: str, document: Mapping[str, Any]) -> Reading:
    """The resources that the plan leaves in place, each judged as it will be. Raises InputError for what is no plan."""
    changes = document.get("resource_changes")
    if changes is not None and not isinstance(changes, list):
        raise InputError(f"{path}: resource_changes is not a list: make the file with `terraform show -json PLAN`")
    if not changes and _lists_resources(document):
        raise InputError(
            f"{path}: lists planned_values but no resource_changes, so it was not written by Terraform: "
            "make the file with `terraform show -json PLAN`"
        )
    reader = _Reader(path, document)
    blocks: list[Block] = []
    before: list[Block] = []
    problems = [*_errored(path, document), *_deferred(path, document)]
    for place, row in enumerate(changes or ()):
        made = reader.row(row, place)
        if isinstance(made, Problem):
            problems.append(made)
        elif made is not None:
            blocks.append(made)
        was = reader.before(row, made)
        if was is not None:
            before.append(was)
    root = config.declared(config.root(document).module)
    source, variables = _source(path, document, changes or []), config.variables(document)
    return Reading(source, tuple(blocks), tuple(problems), root, before=tuple(before), variables=variables)


def _lists_resources(document: Mapping[str, Any]) -> bool:
    root = mapping(mapping(document.get("planned_values")).get("root_module"))
    return bool(root.get("resources") or root.get("child_modules"))


def _source(path: str, document: Mapping[str, Any], changes: list[Any]) -> Source:
    errored = document.get("errored") is True
    complete = not errored and document.get("complete") is not False
    note = None
    rows = [mapping(row) for row in changes]
    actions = [mapping(row.get("change")).get("actions") for row in rows if row.get("mode") != "data"]
    if changes and not _lists_resources(document) and all(action == ["delete"] for action in actions):
        note = "this plan destroys everything it manages: nothing is left to judge"
    elif not changes and not errored and _has_state(document):
        note = "this plan only refreshes the state: it changes no resource, and holds none to judge"
    elif not complete and not errored:
        note = "this plan is partial (made with -target, or changes were deferred): only what it holds was judged"
    version = document.get("terraform_version")
    return Source(path, "plan", version if isinstance(version, str) else None, complete, note)


def _has_state(document: Mapping[str, Any]) -> bool:
    root = mapping(mapping(mapping(document.get("prior_state")).get("values")).get("root_module"))
    return bool(document.get("resource_drift") or root.get("resources") or root.get("child_modules"))


def _errored(path: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    if document.get("errored") is True:
        yield Problem("error", path, "planning ended with an error, so resources are missing: mend it and plan again")


def _deferred(path: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    rows = document.get("deferred_changes")
    for row in rows if isinstance(rows, list) else ():
        change = mapping(mapping(row).get("resource_change"))
        if str(change.get("type")).startswith(ECS_TYPES):
            yield Problem("warning", path, f"{change.get('address')} was deferred to a later plan and is not judged")


@dataclass(frozen=True, slots=True)
class _Reader:
    path: str
    document: Mapping[str, Any]
    scopes: dict[str, Scope | None] = field(default_factory=dict)
    written: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    providers: dict[str, ProviderConfiguration] = field(default_factory=dict)
    reasons: dict[int, tuple[Unknown, bool]] = field(default_factory=dict)
    targets: dict[tuple[str, int, str], tuple[str, ...]] = field(default_factory=dict)

    def row(self, row: object, place: int) -> Block | Problem | None:
        """The block of a row of resource_changes; None for rows that leave no ECS resource in place."""
        if not isinstance(row, dict):
            return self._malformed(place, "the row is not an object")
        kind, mode = row.get("type"), row.get("mode")
        other = isinstance(kind, str) and not kind.startswith(ECS_TYPES)
        if other or mode == "data" or row.get("deposed") is not None:
            return None
        name, change = row.get("address"), row.get("change")
        if not (isinstance(kind, str) and isinstance(name, str) and mode == "managed" and isinstance(change, dict)):
            return self._malformed(place, "a managed resource needs address, mode, type and change")
        actions, after = change.get("actions"), change.get("after")
        if actions in (["delete"], ["forget"]) or (actions == ["no-op"] and after is None):
            return None
        if not isinstance(actions, list) or not isinstance(after, dict):
            return self._malformed(place, f"{name} has no planned values in change.after")
        previous = row.get("previous_address")
        resource = Resource(
            name, kind, None, _change(actions), previous_address=previous if isinstance(previous, str) else None
        )
        return self._block(resource, row, change)

    def before(self, row: object, now: Block | Problem | None) -> Block | None:
        """The block of a row's resource as it was before, every value known; None where there was none.

        now: what `row` made of it. What could not be read is not read as it was either; what stays as it is stands for
        itself. The address is the one that it is going to have. Its `change` is also `delete`, and `forget` wherever
        Terraform leaves an object behind.
        """
        found, change = mapping(row), mapping(mapping(row).get("change"))
        before, actions = change.get("before"), change.get("actions")
        if not isinstance(before, dict) or not isinstance(actions, list) or isinstance(now, Problem):
            return None
        if now is not None and actions == ["no-op"]:
            return now
        kind, name, previous = found.get("type"), found.get("address"), found.get("previous_address")
        if not isinstance(kind, str) or not isinstance(name, str) or (now is None and not _is_going(found, actions)):
            return None
        becomes = "forget" if "forget" in actions else "delete" if now is None else _change(actions)
        moved = previous if isinstance(previous, str) else None
        provider = ProviderConfiguration(self._key(found, kind), Node(None))
        planned = Planned(before, None, _marks_before(change))
        return Block(Resource(name, kind, None, becomes, moved), provider, planned.attribute, lambda _: ())

    def _key(self, row: Mapping[str, Any], kind: str) -> str:
        """The key of a row's provider configuration; where nothing is written any more, that of the default one."""
        written = self._written(self._scope(_module(row)), f"{kind}.{row.get('name')}")
        if written is None:
            return str(row.get("provider_name")).rpartition("/")[2]
        return str(written.get("provider_config_key"))

    def _block(self, resource: Resource, row: Mapping[str, Any], change: Mapping[str, Any]) -> Block:
        scope = self._scope(_module(row))
        written = self._written(scope, f"{resource.type}.{row.get('name')}")
        expressions = None if written is None else mapping(written.get("expressions"))
        repeated = None if written is None else written.get("for_each_expression")
        variables = mapping(self.document.get("variables"))

        def why(expression: Mapping[str, Any]) -> tuple[Unknown, bool]:
            # All instances of a block have the same expressions.
            if id(expression) not in self.reasons:
                known = scope is not None and config.is_known(variables, scope, expression, repeated)
                self.reasons[id(expression)] = config.unknown(expression), known
            return self.reasons[id(expression)]

        def references(name: str) -> tuple[str, ...]:
            if scope is None or expressions is None:
                return ()
            # All instances of a block in one module instance lead to the same.
            at = scope.address, id(written), name
            if at not in self.targets:
                self.targets[at] = config.leads_to(variables, scope, expressions.get(name), repeated)
            return self.targets[at]

        key = str(written.get("provider_config_key")) if written is not None else ""
        marks = change.get("after_unknown"), change.get("after_sensitive")
        planned = Planned(change["after"], *marks, expressions, why)
        return Block(resource, self._provider(key), planned.attribute, references)

    def _scope(self, module_address: str) -> Scope | None:
        if module_address not in self.scopes:
            scope: Scope | None = config.root(self.document)
            for call in address.module_calls(module_address):
                scope = None if scope is None else config.child(scope, call)
            self.scopes[module_address] = scope
        return self.scopes[module_address]

    def _written(self, scope: Scope | None, name: str) -> Mapping[str, Any] | None:
        if scope is None:
            return None
        static = address.without_keys(scope.address)
        if static not in self.written:
            self.written[static] = config.resources(scope.module)
        return self.written[static].get(name)

    def _provider(self, key: str) -> ProviderConfiguration:
        if key not in self.providers:
            self.providers[key] = config.provider(self.document, key)
        return self.providers[key]

    def _malformed(self, place: int, why: str) -> Problem:
        return Problem("error", self.path, f"resource_changes[{place}] was not read: {why}")


def _module(row: Mapping[str, Any]) -> str:
    module_address = row.get("module_address")
    return module_address if isinstance(module_address, str) else ""


def _is_going(row: Mapping[str, Any], actions: list[Any]) -> bool:
    """Is it an ECS resource that is deleted or forgotten? Deposed objects were left over by an earlier run."""
    other = not str(row.get("type")).startswith(ECS_TYPES) or row.get("mode") != "managed"
    return not other and row.get("deposed") is None and actions in (["delete"], ["forget"])


def _marks_before(change: Mapping[str, Any]) -> object:
    """What is sensitive before; what is going to be so as a whole is it already, for its parts to keep their names."""
    marks, becoming = change.get("before_sensitive"), mapping(change.get("after_sensitive"))
    wholly = {name: True for name, mark in becoming.items() if mark is True}
    return marks is True or {**mapping(marks), **wholly}


def _change(actions: list[Any]) -> str | None:
    """One word for a row's actions, both orders of a replacement alike; None for what Terraform does not write."""
    return _CHANGES.get(tuple(actions)) if all(isinstance(action, str) for action in actions) else None
