"""Type constraints of variables, `object({ name = string, cpu = optional(number, 256) })`, applied to values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tfcheck.records import dataclass, field, replace
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import for_each_arm
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import is_certain
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.values import Choice, EvaluationFault, Value, mapping, sequence, why_unknown
from tfcheck.values import Unknown


@dataclass(frozen=True, slots=True)
class Defaults:
    """Defaults of optional attributes. values: by attribute. inner: those inside an attribute, or in every element."""

    values: Mapping[str, Value] = field(default_factory=dict)
    inner: Mapping[str | None, Defaults] = field(default_factory=dict)

    def below(self, key: str | None) -> Defaults | None:
        """Those inside one member."""
        return self.inner.get(key, self.inner.get(None))


@dataclass(frozen=True, slots=True)
class Constraint:
    """A type, and the defaults that belong to it; None where there are none."""

    type: t.Type = t.ANY
    defaults: Defaults | None = None

    def apply(self, value: Value) -> Value:
        """The value as a variable of this type has it. Raises EvaluationFault where it does not fit."""
        filled = value if self.defaults is None else _fill(value, self.defaults)
        return for_each_arm([filled], lambda arms: convert(arms[0], self.type)).like(value)


ANYTHING = Constraint()
_PRIMITIVES = {"string": t.STRING, "number": t.NUMBER, "bool": t.BOOL, "any": t.ANY}
_COLLECTIONS: dict[str, Callable[[t.Type], t.Type]] = {"list": t.ListType, "set": t.SetType, "map": t.MapType}


def parse(expression: tree.Expression, scope: Scope) -> Constraint:
    """The constraint that an expression states; bare `list` and `map`, as of old, are those of anything.

    Raises EvaluationFault. The scope is that of the file, for the places of defaults; they cannot refer to anything.
    """
    match expression:
        case tree.Parentheses():
            return parse(expression.expression, scope)
        case tree.Template() if expression.literal is not None:
            return _named(expression.literal)
        case tree.Variable(name=name):
            return _named(name)
        case tree.Call(arguments=(argument,)) if expression.name in _COLLECTIONS:
            element = parse(argument, scope)
            inner = None if element.defaults is None else Defaults(inner={None: element.defaults})
            return Constraint(_COLLECTIONS[expression.name](element.type), inner)
        case tree.Call(name="object", arguments=(tree.Object() as members,)):
            return _object(members, scope)
        case tree.Call(name="tuple", arguments=(tree.Tuple() as elements,)):
            return _tuple([parse(item, scope) for item in elements.items])
    raise EvaluationFault("it is no type", expression.start, expression.end)


def _named(name: str) -> Constraint:
    if name in _PRIMITIVES:
        return Constraint(_PRIMITIVES[name])
    if name in ("list", "map"):
        return Constraint(_COLLECTIONS[name](t.ANY))
    raise EvaluationFault("there is no such type")


def _tuple(elements: list[Constraint]) -> Constraint:
    inner: dict[str | None, Defaults] = {
        str(place): one.defaults for place, one in enumerate(elements) if one.defaults is not None
    }
    return Constraint(t.TupleType(tuple(one.type for one in elements)), Defaults(inner=inner) if inner else None)


def _object(members: tree.Object, scope: Scope) -> Constraint:
    types: dict[str, t.Type] = {}
    optional: set[str] = set()
    values: dict[str, Value] = {}
    inner: dict[str | None, Defaults] = {}
    for item in members.items:
        name, stated = _attribute_name(item.key), item.value
        if isinstance(stated, tree.Call) and stated.name == "optional" and stated.arguments:
            optional.add(name)
            constraint = parse(stated.arguments[0], scope)
            for default in stated.arguments[1:]:
                values[name] = convert(evaluate(default, scope), constraint.type)
        else:
            constraint = parse(stated, scope)
        types[name] = constraint.type
        if constraint.defaults is not None:
            inner[name] = constraint.defaults
    return Constraint(t.object_type(types, frozenset(optional)), Defaults(values, inner) if values or inner else None)


def _attribute_name(key: tree.Expression) -> str:
    name = key.value if isinstance(key, tree.Literal) else key.literal if isinstance(key, tree.Template) else None
    if not isinstance(name, str):
        raise EvaluationFault("the name of an attribute is required", key.start, key.end)
    return name


def _fill(value: Value, defaults: Defaults) -> Value:
    """The value with defaults for attributes that are missing or null, at every level; null itself stays null."""
    content = value.content
    if isinstance(content, Choice):
        return for_each_arm([value], lambda arms: _fill(arms[0], defaults)).like(value)
    if isinstance(content, tuple):
        uncertain = None if is_certain(value) else why_unknown(value)
        elements = [_fill_member(one, defaults.below(str(place))) for place, one in enumerate(content)]
        return _rebuilt(value, sequence(elements, uncertain))
    if isinstance(content, Mapping):
        members = {key: _fill_member(one, defaults.below(key)) for key, one in content.items()}
        for key, default in defaults.values.items():
            filled = _fill_member(default, defaults.below(key))
            if key in members:
                members[key] = _or_default(members[key], filled)
            elif not value.may_have(key):
                members[key] = filled
        return _rebuilt(value, mapping(members, value.rest, value.possible))
    return value


def _rebuilt(value: Value, filled: Value) -> Value:
    return replace(filled, places=value.places, sensitive=value.sensitive)


def _fill_member(member: Value, defaults: Defaults | None) -> Value:
    return member if defaults is None else _fill(member, defaults)


def _or_default(member: Value, default: Value) -> Value:
    return for_each_arm([member], lambda arms: default if arms[0].content is None else arms[0])


def unknown_of(constraint: Constraint, why: Unknown) -> Value:
    """An unknown of this type: of a variable that is given nowhere."""
    return Value(why, t.concrete(constraint.type))
