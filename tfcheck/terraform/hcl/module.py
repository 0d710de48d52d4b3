"""One module instance: what its names mean, evaluated on demand."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from tfcheck.limits import more
from tfcheck.records import dataclass, field, replace
from tfcheck.terraform import address
from tfcheck.terraform.hcl import constraints, text
from tfcheck.terraform.hcl.bounds import MOST_LEVELS
from tfcheck.terraform.hcl.directory import Directory, Written
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.instances import Instance, enabled, expand, instance_value
from tfcheck.terraform.hcl.nodes import Made
from tfcheck.terraform.hcl.run import Run
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.syntax_tree import Attribute, Call, Expression, Variable
from tfcheck.terraform.hcl.values import NULL, EvaluationFault, Source, Undeclared, Value, mapping, string, unknown
from tfcheck.values import SourceLocation, Unknown


@dataclass(frozen=True, slots=True)
class Caller:
    """The call that made a module: where it stands, its block, and the instance that it is."""

    module: Module
    written: Written
    scope: Scope


# An expression, in which module it stands, and in what it is evaluated.
Expressed: TypeAlias = "tuple[Module, Expression, Scope]"


@dataclass(eq=False)
class Module:
    """A module instance at an address (empty for the root).

    made: by the identity of their attributes, what does not depend on the instance of a block that has several.
    """

    run: Run
    directory: Directory
    address: str = ""
    caller: Caller | None = None
    made: dict[int, Made] = field(default_factory=dict)
    _values: dict[tuple[str, ...], Value] = field(default_factory=dict)
    _faults: dict[tuple[str, ...], EvaluationFault] = field(default_factory=dict)
    _open: set[tuple[str, ...]] = field(default_factory=set)
    _instances: dict[tuple[str, ...], list[Instance]] = field(default_factory=dict)
    _children: dict[tuple[str, str], Module | None] = field(default_factory=dict)
    _locals: dict[str, tuple[Source, Attribute]] | None = None

    def scope(self, source: Source, instance: Instance | None = None) -> Scope:
        """Where an expression of one of its files is evaluated, for one instance of its block."""
        names = {} if instance is None else dict(instance.names)
        return Scope(source, self.resolve, names, self.run.files, self.run.budget, self.directory.required)

    @property
    def place(self) -> SourceLocation | None:
        """The place of the nearest call in the repository; None in the root, and where all calls are outside."""
        caller = self.caller
        return None if caller is None else caller.written.header or caller.module.place

    def evaluate(self, written: Written, name: str, instance: Instance | None = None) -> Value | None:
        """The value of an attribute; None where it is not written. A fault is a problem, and the value unknown."""
        if name not in written.attributes:
            return None
        source, attribute = written.attributes[name]
        scope = self.scope(source, instance)
        try:
            value = evaluate(attribute.expression, scope)
        except EvaluationFault as fault:
            value = self.fault(source, attribute, fault)
        return value.at(scope.location(attribute.start, attribute.end))

    def fault(self, source: Source, attribute: Attribute, fault: EvaluationFault) -> Value:
        """The unknown value of an attribute that Terraform would refuse, told as a problem."""
        # The expression at fault may stand in another file, to which its offset belongs.
        start = attribute.start if fault.start is None or fault.source is not source else fault.start
        passed = fault.limit and not isinstance(fault, Undeclared)
        message = f"{attribute.name} cannot be evaluated: {fault.message}"
        self.directory.report("error" if passed else "warning", source, start, message)
        return unknown(message)

    def resolve(self, root: str, names: tuple[str, ...]) -> Value:
        """What a reference stands for. Raises EvaluationFault where nothing has that name, and for circles."""
        key = (root, *names)
        if key in self._faults:
            raise self._faults[key].again()
        if key not in self._values:
            if key in self._open:
                raise EvaluationFault("it refers to itself")
            self._open.add(key)
            try:
                self._values[key] = self._resolved(root, names)
            except EvaluationFault as fault:
                self._faults[key] = fault.again()
                raise
            finally:
                self._open.discard(key)
        return self._values[key]

    def _resolved(self, root: str, names: tuple[str, ...]) -> Value:
        match root:
            case "var":
                return self._variable(names[0])
            case "local":
                return self._local(names[0])
            case "path":
                return self._path(names[0])
            case "module":
                return self._call(names[0])
            case "terraform" | "tofu":
                return self._terraform(names[0])
            case "data" if names[0] == "template_file":
                return self._template_file(names[1])
            case "data" | "ephemeral":
                return self._unknown(f"{root}.{'.'.join(names)}", "is read by the provider")
            case "resource":
                return self._resource(*names)
        if root in ("each", "count", "self"):
            raise Undeclared(f"there is no {root} here")
        return self._resource(root, names[0])

    def _template_file(self, name: str) -> Value:
        """The old way to fill in a template: a data source whose result depends on its arguments alone."""
        written = self.directory.one("data", "template_file", name)
        plain = written is not None and not {"count", "for_each"} & written.attributes.keys()
        if written is None or not plain or "template" not in written.attributes:
            return self._unknown(f"data.template_file.{name}", "is read by the provider")
        source, attribute = written.attributes["template"]
        template, variables = self.evaluate(written, "template"), self.evaluate(written, "vars")
        scope = self.scope(source).binding(template=template or NULL, vars=variables or mapping({}))
        start, end = attribute.expression.start, attribute.expression.end
        names = (Variable("template", start, end), Variable("vars", start, end))
        return mapping({"rendered": evaluate(Call("templatestring", names, False, start, end), scope)})

    def _unknown(self, name: str, why: str) -> Value:
        reference = address.inside(self.address, name)
        return self.run.planned(reference, Value(Unknown(f"it {why}: {reference}", (reference,))))

    def _variable(self, name: str) -> Value:
        written = self.directory.one("variable", name)
        if written is None:
            raise Undeclared(f"there is no variable {name}")
        constraint = self._constraint(written)
        given = self._given(name)
        nullable = self.evaluate(written, "nullable")
        refuses_null = nullable is not None and nullable.content is False
        if given is None or (given.content is None and refuses_null and "default" in written.attributes):
            given = self.evaluate(written, "default")
        sensitive = self.evaluate(written, "sensitive")
        value = self._no_value(name, constraint) if given is None else constraint.apply(given)
        return value.mark(sensitive is not None and sensitive.content is True)

    def _given(self, name: str) -> Value | None:
        if self.caller is None:
            return self.run.given[name]() if name in self.run.given else None
        return self.caller.module.argument(self.caller, name)

    def argument(self, call: Caller, name: str) -> Value | None:
        """What a call of this module gives to a variable."""
        if name not in call.written.attributes:
            return None
        source, attribute = call.written.attributes[name]
        scope = call.scope
        try:
            value = evaluate(attribute.expression, replace(scope, source=source))
        except EvaluationFault as fault:
            return self.fault(source, attribute, fault)
        return value.at(source.location(attribute.start, attribute.end))

    def _no_value(self, name: str, constraint: constraints.Constraint) -> Value:
        where = "pass --var or --var-file, or check a plan" if self.caller is None else "its module call gives none"
        reference = address.inside(self.address, f"var.{name}")
        why = Unknown(f"depends on {reference}, which has no value: {where}", (reference,))
        return constraints.unknown_of(constraint, why)

    def _constraint(self, written: Written) -> constraints.Constraint:
        if "type" not in written.attributes:
            return constraints.ANYTHING
        source, attribute = written.attributes["type"]
        try:
            return constraints.parse(attribute.expression, self.scope(source))
        except EvaluationFault as fault:
            self.fault(source, attribute, fault)
            return constraints.ANYTHING

    def _all_locals(self) -> Mapping[str, tuple[Source, Attribute]]:
        if self._locals is None:
            bodies = self.directory.all("locals")
            self._locals = {key: one for body in bodies for key, one in body.attributes.items()}
        return self._locals

    def _local(self, name: str) -> Value:
        found = self._all_locals().get(name)
        if found is None:
            raise Undeclared(f"there is no local value {name}")
        source, attribute = found
        value = evaluate(attribute.expression, self.scope(source))
        return value.at(source.location(attribute.start, attribute.end))

    def given_by(self, name: str) -> Iterator[Expressed]:
        """What the module's call gives to a variable."""
        call = self.caller
        if call is not None and name in call.written.attributes:
            source, attribute = call.written.attributes[name]
            yield call.module, attribute.expression, replace(call.scope, source=source)

    def expressed_by(self, name: str) -> Iterator[Expressed]:
        """What a local value is."""
        found = self._all_locals().get(name)
        if found is not None:
            yield self, found[1].expression, self.scope(found[0])

    def put_out(self, call: str, name: str) -> Iterator[Expressed]:
        """What the instances of a call have as an output."""
        for instance in self.instances("module", call):
            child = self.child(call, instance)
            written = None if child is None else child.directory.one("output", name)
            if child is not None and written is not None and "value" in written.attributes:
                source, attribute = written.attributes["value"]
                yield child, attribute.expression, child.scope(source)

    def _path(self, name: str) -> Value:
        if name == "module":
            relative = os.path.relpath(self.directory.path, self.run.root)
            return string(Path(relative).as_posix())
        return string(".") if name == "root" else unknown(f"path.{name} depends on where terraform runs")

    def _terraform(self, name: str) -> Value:
        if name == "workspace" and self.run.workspace is not None:
            return string(self.run.workspace)
        reason = f"terraform.{name} is known only to a run of terraform"
        return unknown(f"{reason}: set TF_WORKSPACE" if name == "workspace" else reason, f"terraform.{name}")

    def instances(self, *key: str) -> list[Instance]:
        """The instances of a resource or call, by its count or for_each; raises EvaluationFault where that is wrong."""
        if key not in self._instances:
            written = self.directory.one(*key)
            self._instances[key] = [] if written is None else expand(self, written)
        return self._instances[key]

    def _resource(self, kind: str, name: str) -> Value:
        written = self.directory.one("resource", kind, name)
        if written is None:
            raise Undeclared(f"there is no resource {kind}.{name}")
        reference = address.inside(self.address, f"{kind}.{name}")

        def made(instance: Instance) -> Value:
            own = f"{reference}{instance.key}"
            rest = Unknown(f"known after apply: {own}", (own,))
            return self.run.planned(own, Value(Arguments(self, written, instance, own), rest=rest))

        instances, switched = self.instances("resource", kind, name), enabled(written) is not None
        return self.run.planned(reference, instance_value(instances, made, reference, switched))

    def _call(self, name: str) -> Value:
        written = self.directory.one("module", name)
        if written is None:
            raise Undeclared(f"there is no module {name}")
        reference = address.inside(self.address, f"module.{name}")

        def made(instance: Instance) -> Value:
            inner = self.child(name, instance)
            if inner is None:
                return Value(Unknown(f"depends on {reference}, which is not there", (reference,)))
            return Value(Outputs(inner))

        return instance_value(self.instances("module", name), made, reference, enabled(written) is not None)

    def child(self, name: str, instance: Instance) -> Module | None:
        """The module that one instance of a call makes; None where its directory is not there."""
        key = (name, instance.key)
        if key not in self._children:
            self._children[key] = self._child(name, instance)
        return self._children[key]

    def _child(self, name: str, instance: Instance) -> Module | None:
        written = self.directory.one("module", name)
        path = None if written is None else self._called(name, written)
        if written is None or path is None:
            return None
        at = address.inside(self.address, f"module.{name}{instance.key}")
        source, _ = next(iter(written.attributes.values()))
        return Module(self.run, self.run.open_directory(path), at, Caller(self, written, self.scope(source, instance)))

    def _called(self, name: str, written: Written) -> Path | None:
        """The directory of a call; where it is not there, that is a problem at the call."""
        if "source" not in written.attributes:
            return None
        source, attribute = written.attributes["source"]
        calls = tuple(step.name for step in address.module_calls(address.inside(self.address, f"module.{name}")))
        literal = text.as_text(self.evaluate(written, "source") or NULL)
        if literal is None:
            self.directory.report(
                self.run.missing, source, attribute.start, f"the source of module {name} is not known"
            )
            return None
        path = self.run.find(self.directory.path, calls, literal)
        if path is None:
            message = f"module {name} ({literal}) is not there and not judged: run `terraform get`"
            self.directory.report(self.run.missing, source, attribute.start, message)
            return None
        why = self._refused(path, len(calls))
        if why is not None:
            self.directory.report("error", source, attribute.start, f"module {name} is not judged: {why}")
            return None
        return path

    def _refused(self, path: Path, level: int) -> str | None:
        """Why a module is not made although it is there."""
        if path in self._paths():
            return "it calls itself"
        if level > MOST_LEVELS:
            return "modules are nested too deeply"
        passed = self.run.tally.add_module()
        return None if passed is None else f"there are too many modules{more(passed)}"

    def _paths(self) -> Iterator[Path]:
        """The directories of the module and of all around it."""
        module: Module | None = self
        while module is not None:
            yield module.directory.path
            module = None if module.caller is None else module.caller.module

    def output(self, name: str) -> Value:
        """The value of an output. Raises EvaluationFault where there is none of that name."""
        key = ("output", name)
        if key not in self._values:
            written = self.directory.one("output", name)
            if written is None or key in self._open:
                raise EvaluationFault(f"there is no output {name}" if written is None else "it refers to itself")
            self._open.add(key)
            try:
                value = self.evaluate(written, "value") or NULL
                sensitive = self.evaluate(written, "sensitive")
            finally:
                self._open.discard(key)
            self._values[key] = value.mark(sensitive is not None and sensitive.content is True)
        return self._values[key]


@dataclass(frozen=True, slots=True)
class Outputs(Mapping[str, Value]):
    """The outputs of a module, evaluated on demand."""

    module: Module

    def __getitem__(self, name: str) -> Value:
        if not self.module.directory.has("output", name):
            raise KeyError(name)
        return self.module.output(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.module.directory.names("output"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True)
class Arguments(Mapping[str, Value]):
    """The arguments of a resource that are set, evaluated on demand; all else the provider is going to compute."""

    module: Module
    written: Written
    instance: Instance
    address: str

    def __getitem__(self, name: str) -> Value:
        value = self.module.evaluate(self.written, name, self.instance)
        if value is None or value.content is None:
            raise KeyError(name)
        if isinstance(value.content, Unknown):
            # The reference to the argument itself joins resources, although its value is not known.
            own = Unknown(value.content.reason, (*value.content.references, f"{self.address}.{name}"))
            return replace(value, content=own)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.written.attributes if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
