"""The `configuration` of a plan: what was written, and where references lead.

It holds no values but constants, no locals, no dynamic blocks and no conditions: `references` name everything that an
expression mentions, longest first (`aws_ecs_cluster.c[0].id`, `aws_ecs_cluster.c[0]`, `aws_ecs_cluster.c`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tfcheck.records import dataclass, field
from tfcheck.terraform import address
from tfcheck.terraform.block import Call, Module, Node, ProviderConfiguration
from tfcheck.values import Unknown

# Names that never lead to a resource, and those among them whose values are always known when a plan is made.
_NO_RESOURCES = frozenset({"local", "data", "path", "terraform", "count", "self", "ephemeral"})
_ALWAYS_KNOWN = frozenset({"path", "terraform", "count"})
_MAX_REFERENCES_SHOWN = 3
_MOST_LEVELS = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """A module instance: its address, its configuration, and the call in its parent that made it."""

    address: str
    module: Mapping[str, Any]
    call: Mapping[str, Any]
    parent: Scope | None

    @property
    def repeated(self) -> object:
        """The for_each expression of its call, for what `each` means in the call's arguments."""
        return self.call.get("for_each_expression")


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one: plans come from outside and may have any shape."""
    return value if isinstance(value, dict) else {}


def root(document: Mapping[str, Any]) -> Scope:
    """The root module of a plan's configuration."""
    return Scope("", mapping(mapping(document.get("configuration")).get("root_module")), {}, None)


def declared(module: object, levels: int = _MOST_LEVELS) -> Module:
    """What a module of the configuration declares, and all that it calls, down to so many levels."""
    written = mapping(module)
    calls = mapping(written.get("module_calls")) if levels else {}
    return Module(
        frozenset(name for name, row in resources(written).items() if row.get("mode") == "managed"),
        {
            name: Call(str(mapping(call).get("source")), declared(mapping(call).get("module"), levels - 1))
            for name, call in calls.items()
        },
    )


def child(scope: Scope, call: address.Step) -> Scope | None:
    """The module that a call makes; None where the configuration does not have it."""
    written = mapping(scope.module.get("module_calls")).get(call.name)
    if not isinstance(written, dict):
        return None
    return Scope(address.inside(scope.address, f"module.{call}"), mapping(written.get("module")), written, scope)


def resources(module: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The resources of a module of the configuration, by `TYPE.NAME`."""
    found = module.get("resources")
    rows = found if isinstance(found, list) else []
    return {row["address"]: row for row in rows if isinstance(row, dict) and isinstance(row.get("address"), str)}


def provider(document: Mapping[str, Any], key: str) -> ProviderConfiguration:
    """The provider configuration of that key; its tags are known where they are constants."""
    providers = mapping(mapping(document.get("configuration")).get("provider_config"))
    blocks = mapping(mapping(providers.get(key)).get("expressions")).get("default_tags")
    expression = blocks[0].get("tags") if isinstance(blocks, list) and blocks and isinstance(blocks[0], dict) else None
    if expression is None:
        return ProviderConfiguration(key, Node(None))
    if isinstance(expression, dict) and "constant_value" in expression:
        return ProviderConfiguration(key, Node(expression["constant_value"]))
    return ProviderConfiguration(key, Node(Unknown("the provider's default_tags are not constant")))


def variables(document: Mapping[str, Any]) -> dict[str, Node]:
    """The values of the root module's variables, those that its configuration calls sensitive marked as such."""
    declared = mapping(root(document).module.get("variables"))
    return {
        name: Node(given.get("value"), sensitive=mapping(declared.get(name)).get("sensitive") is True)
        for name, given in mapping(document.get("variables")).items()
        if isinstance(given, dict)
    }


def references(expression: object) -> tuple[str, ...]:
    """What an expression mentions, each once, without the shorter forms that follow each reference."""
    written = mapping(expression).get("references")
    found: dict[str, None] = {}
    previous = ""
    for name in written if isinstance(written, list) else ():
        if isinstance(name, str) and not previous.startswith((f"{name}.", f"{name}[")):
            found[name] = None
            previous = name
    return tuple(found)


def unknown(expression: object) -> Unknown:
    """Why a value that the expression gives is not known in the plan."""
    names = [name for name in references(expression) if not name.startswith(("each.", "count.", "path."))]
    # What is computed at apply is named before what may only lead to it.
    names.sort(key=lambda name: name.startswith(("var.", "local.")))
    if not names:
        return Unknown("known after apply")
    more = f" and {len(names) - _MAX_REFERENCES_SHOWN} more" if len(names) > _MAX_REFERENCES_SHOWN else ""
    return Unknown(f"known after apply: {', '.join(names[:_MAX_REFERENCES_SHOWN])}{more}", tuple(names))


def leads_to(variables: Mapping[str, Any], scope: Scope, expression: object, repeated: object) -> tuple[str, ...]:
    """The addresses of the managed resources that an expression leads to; none where it is nested too deeply.

    variables: the plan's. repeated: the for_each expression around it.
    """
    try:
        return tuple(_Follower(variables).resources(scope, expression, repeated))
    except RecursionError:
        return ()


def is_known(variables: Mapping[str, Any], scope: Scope, expression: object, repeated: object) -> bool:
    """Does every reference of an expression end in a value that is known in the plan?"""
    try:
        return _Follower(variables).is_known(scope, expression, repeated)
    except RecursionError:
        return False


@dataclass(frozen=True, slots=True)
class _Follower:
    """Follows references through module calls, outputs and for_each, in the plan's own variables.

    seen: the references already followed, by module; each is followed once, so that no plan can make it run long.
    """

    variables: Mapping[str, Any]
    seen: set[tuple[str, str]] = field(default_factory=set)

    def resources(self, scope: Scope, expression: object, repeated: object) -> Iterator[str]:
        """Addresses of the managed resources that an expression leads to.

        repeated: the for_each expression around it, which `each` stands for.
        """
        for _, steps in self._unseen(scope, expression):
            head = steps[0].name
            if head == "each":
                yield from self.resources(scope, repeated, None)
            elif head == "var":
                if scope.parent is not None:
                    yield from self.resources(scope.parent, _argument(scope, steps[1].name), scope.repeated)
            elif head == "module":
                for inner, output in _outputs(scope, steps):
                    yield from self.resources(inner, output, None)
            elif head not in _NO_RESOURCES:
                yield address.inside(scope.address, f"{head}.{steps[1]}")

    def is_known(self, scope: Scope, expression: object, repeated: object) -> bool:
        """Does every reference end in a value that is known in the plan: a constant, a default, a given variable?

        What such an expression leaves unknown was null, and the provider is going to compute it.
        """
        return isinstance(expression, dict) and all(
            self._is_known(scope, name, steps, repeated) for name, steps in self._unseen(scope, expression)
        )

    def _is_known(self, scope: Scope, name: str, steps: tuple[address.Step, ...], repeated: object) -> bool:
        head = steps[0].name
        if head in _ALWAYS_KNOWN or name == "each.key":
            return True
        if head == "each":
            return self.is_known(scope, repeated, None)
        if head == "var":
            return self._is_known_variable(scope, steps[1].name)
        if head == "module":
            outputs = list(_outputs(scope, steps))
            return bool(outputs) and all(self.is_known(inner, output, None) for inner, output in outputs)
        return False

    def _is_known_variable(self, scope: Scope, name: str) -> bool:
        if scope.parent is None:
            return name in self.variables or _has_default(scope, name)
        argument = _argument(scope, name)
        return _has_default(scope, name) if argument is None else self.is_known(scope.parent, argument, scope.repeated)

    def _unseen(self, scope: Scope, expression: object) -> Iterator[tuple[str, tuple[address.Step, ...]]]:
        """The references of at least two steps that were not followed before."""
        for name in references(expression):
            steps = address.steps(name)
            if len(steps) > 1 and (scope.address, name) not in self.seen:
                if steps[0].name != "each":
                    self.seen.add((scope.address, name))
                yield name, steps


def _argument(scope: Scope, name: str) -> object:
    """What the call gives to a variable of the module; None where it gives nothing."""
    return mapping(scope.call.get("expressions")).get(name)


def _has_default(scope: Scope, name: str) -> bool:
    return "default" in mapping(mapping(scope.module.get("variables")).get(name))


def _outputs(scope: Scope, steps: tuple[address.Step, ...]) -> Iterator[tuple[Scope, object]]:
    """The output expressions that `module.NAME.OUTPUT` means; without an output's name, all of them."""
    inner = child(scope, steps[1])
    if inner is None:
        return
    outputs = mapping(inner.module.get("outputs"))
    names = [steps[2].name] if len(steps) > 2 else list(outputs)
    for name in names:
        if name in outputs:
            yield inner, mapping(outputs[name]).get("expression")
