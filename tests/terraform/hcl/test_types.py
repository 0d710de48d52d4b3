"""Type constraints, conversion and unification, as Terraform has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcheck.terraform.hcl import constraints, syntax, text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import choose
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.values import (
    Choice,
    EvaluationFault,
    Value,
    mapping,
    null,
    sequence,
    string,
    unknown,
)
from tfcheck.values import Unknown

HIDDEN = unknown("known after apply: a.b", "a.b")


def constraint(source: str) -> constraints.Constraint:
    return constraints.parse(syntax.parse_expression(source), Scope())


def value(source: str) -> Value:
    return evaluate(syntax.parse_expression(source), Scope(names={"unknown": HIDDEN}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("string", t.STRING),
        ("number", t.NUMBER),
        ("bool", t.BOOL),
        ("any", t.ANY),
        ("list(string)", t.ListType(t.STRING)),
        ("set(map(any))", t.SetType(t.MapType(t.ANY))),
        ("tuple([string, list(number)])", t.TupleType((t.STRING, t.ListType(t.NUMBER)))),
        ("object({ b = string, a = optional(number) })", t.object_type({"a": t.NUMBER, "b": t.STRING}, frozenset("a"))),
        ('"string"', t.STRING),
        ("list", t.ListType(t.ANY)),
        ("map", t.MapType(t.ANY)),
    ],
)
def test_a_constraint_states_a_type(source: str, expected: t.Type) -> None:
    assert constraint(source).type == expected


@pytest.mark.parametrize("source", ["str", "list()", "object", "object([])", "list(string, number)", "1", "set"])
def test_what_states_no_type_is_a_fault(source: str) -> None:
    with pytest.raises(EvaluationFault):
        constraint(source)


OBJECT = """object({
  name = string
  cpu  = optional(number, 256)
  log  = optional(object({ driver = optional(string, "awslogs"), options = optional(map(string), {}) }), {})
  env  = optional(list(object({ name = string, value = optional(string, "-") })), [])
  tags = optional(map(string))
})"""


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        (OBJECT, "{ name = 1 }", '{"cpu":256,"env":[],"log":{"driver":"awslogs","options":{}},"name":"1","tags":null}'),
        (OBJECT, "null", "null"),
        (
            OBJECT,
            '{ name = "a", cpu = null, log = null, env = [{ name = "x" }], tags = { a = 1 }, more = true }',
            '{"cpu":256,"env":[{"name":"x","value":"-"}],"log":{"driver":"awslogs","options":{}},"name":"a","tags":{"a":"1"}}',
        ),
        (f"map({OBJECT})", "{}", "{}"),
        ("map(object({ a = optional(number, 1) }))", "{ x = {}, y = { a = 2 } }", '{"x":{"a":1},"y":{"a":2}}'),
        ("list(object({ a = optional(number, 1) }))", "[{}, { a = null }]", '[{"a":1},{"a":1}]'),
        ("tuple([object({ a = optional(number, 1) }), string])", "[{}, 1]", '[{"a":1},"1"]'),
        ("set(number)", '["2", 1, 2]', "[1,2]"),
        ("list(any)", '[1, "a"]', '["1","a"]'),
        ("map(any)", "{ a = 1, b = true }", None),
        ("any", "[1, true]", "[1,true]"),
        ("list(string)", "null", "null"),
        ("bool", '"true"', "true"),
        ("number", '"x"', None),
        ("object({ a = string })", "{}", None),
        ("list(string)", '"a"', None),
        ("string", "[]", None),
    ],
)
def test_a_constraint_fills_defaults_in_and_converts(type_: str, given: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(EvaluationFault):
            constraint(type_).apply(value(given))
    else:
        assert text.json_text(constraint(type_).apply(value(given))) == expected


def test_a_default_does_not_replace_what_is_not_known() -> None:
    applied = constraint("object({ a = optional(number, 1), b = optional(string) })").apply(value("{ a = unknown }"))
    assert isinstance(applied.content, dict)
    assert applied.content["a"] == Value(HIDDEN.content, t.NUMBER)
    assert applied.content["b"] == null(t.STRING)


def test_a_default_may_fill_one_arm_of_a_choice() -> None:
    applied = constraint("object({ a = optional(number, 1) })").apply(value("{ a = unknown ? 2 : null }"))
    assert isinstance(applied.content, dict)
    assert isinstance(applied.content["a"].content, Choice)
    assert {arm.content for arm in applied.content["a"].content.arms} == {1, 2}


def test_members_that_may_be_there_get_no_default() -> None:
    applied = constraint("object({ a = optional(number, 1) })").apply(mapping({}, rest=Unknown("because")))
    assert isinstance(applied.content, dict)
    assert applied.content["a"].content == Unknown("because")


def test_marks_and_places_survive_a_conversion() -> None:
    source = "[{ a = 1 }]"
    given = evaluate(syntax.parse_expression(source), Scope(names={})).mark()
    assert constraint('list(object({ a = string, b = optional(string, "x") }))').apply(given).sensitive


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([t.STRING, t.NUMBER], t.STRING),
        ([t.NUMBER, t.BOOL], None),
        ([t.NUMBER, t.BOOL, t.STRING], t.STRING),
        ([t.NUMBER, t.ANY], t.NUMBER),
        ([t.ListType(t.NUMBER), t.ListType(t.STRING)], t.ListType(t.STRING)),
        ([t.ListType(t.NUMBER), t.TupleType((t.STRING,))], t.ListType(t.STRING)),
        ([t.TupleType((t.NUMBER,)), t.TupleType(())], t.ListType(t.NUMBER)),
        ([t.TupleType((t.NUMBER,)), t.TupleType((t.STRING,))], t.TupleType((t.STRING,))),
        ([t.SetType(t.NUMBER), t.ListType(t.NUMBER)], t.ListType(t.NUMBER)),
        ([t.object_type({"a": t.NUMBER}), t.object_type({})], t.MapType(t.NUMBER)),
        ([t.object_type({"a": t.NUMBER}), t.object_type({"a": t.STRING})], t.object_type({"a": t.STRING})),
        ([t.object_type({"a": t.NUMBER}), t.MapType(t.STRING)], t.MapType(t.STRING)),
        ([t.object_type({}), t.TupleType(())], None),
        ([t.STRING, t.ListType(t.STRING)], None),
        ([], None),
    ],
)
def test_types_unify(types: list[t.Type], expected: t.Type | None) -> None:
    assert t.unify(types) == expected


TYPES = st.recursive(
    st.sampled_from([t.STRING, t.NUMBER, t.BOOL, t.ANY]),
    lambda inner: st.one_of(
        inner.map(t.ListType),
        inner.map(t.SetType),
        inner.map(t.MapType),
        st.lists(inner, max_size=3).map(lambda elements: t.TupleType(tuple(elements))),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(t.object_type),
    ),
    max_leaves=6,
)


@given(st.lists(TYPES, min_size=1, max_size=3))
def test_what_types_unify_to_can_be_converted_to(types: list[t.Type]) -> None:
    common = t.unify(types)
    assert common is None or all(t.convertible(one, common) for one in types)


@pytest.mark.parametrize("target", [t.STRING, t.NUMBER, t.ListType(t.STRING), t.object_type({"a": t.BOOL})])
def test_an_unknown_stays_one_and_gets_the_type(target: t.Type) -> None:
    assert convert(HIDDEN, target) == Value(HIDDEN.content, target)


def test_a_choice_is_converted_arm_by_arm() -> None:
    both = choose([string("1"), string("2")], Unknown("because"))
    assert convert(both, t.NUMBER).content == Choice((Value(1, t.NUMBER), Value(2, t.NUMBER)), Unknown("because"))


def test_the_order_of_a_set_with_unknown_elements_is_not_known() -> None:
    made = convert(convert(sequence([HIDDEN, string("a")]), t.SetType(t.STRING)), t.ListType(t.STRING))
    assert made.rest is not None
