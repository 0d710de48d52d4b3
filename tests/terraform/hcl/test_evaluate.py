"""Expressions come to what terraform makes of them, or are not known; testdata/hcl/expressions*.json is its record."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tfcheck.records import replace
from tfcheck.terraform.block import Node
from tfcheck.terraform.hcl import constraints, scan, syntax, text
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.functions.files import Files
from tfcheck.terraform.hcl.nodes import to_node
from tfcheck.terraform.hcl.scope import Budget, Scope
from tfcheck.terraform.hcl.values import (
    NULL,
    Choice,
    Encoded,
    EvaluationFault,
    Source,
    Text,
    Undeclared,
    Value,
    mapping,
    sequence,
    string,
    unknown,
)
from tfcheck.values import OneOf, Unknown

RECORDS = sorted((TESTDATA / "hcl").glob("expressions*.json"))
HAS_YAML = importlib.util.find_spec("yaml") is not None
RECORDER = TESTDATA.parent / "scripts" / "record_expressions.py"

# Terraform 1.11 does not know these; it does not look at known parts beside unknown ones, and does not short-circuit.
KNOWN_HERE = {
    'startswith("a${terraform_data.unknown.id}", "a")',
    'startswith("a${terraform_data.unknown.id}", "b")',
    '"a${terraform_data.unknown.id}" == "b"',
    '"${terraform_data.unknown.id}a" == "b"',
    '[terraform_data.unknown.id, 1] == ["x", 2]',
    'endswith("${terraform_data.unknown.id}x", "x")',
    "alltrue([terraform_data.other.output, false])",
    "false && terraform_data.other.output",
    "terraform_data.other.output && false",
    "true || terraform_data.other.output",
    "terraform_data.other.output || true",
    "(terraform_data.other.output ? {a = 1} : {a = 1}).a",
    '"%{ if terraform_data.other.output }a%{ else }a%{ endif }"',
}
# Terraform refuses these: it knows the types of provider attributes, and checks references before it evaluates.
NOT_REFUSED_HERE = {
    "concat([1], terraform_data.other.output)",
    "merge({a = 1}, terraform_data.other.output)",
    "merge(terraform_data.other.output...)",
    'contains(["a", null], null)',
}
# What this program does not evaluate although terraform does, all of it outside of what container definitions hold.
NOT_EVALUATED = {
    'cidrsubnet("10.0.0.0/16", -17, 0)',
    # No infinity, and numbers of no other precision than 512 bits; Go's exponential function.
    "1 / 0 > 1",
    'format("%6.3g", log(0, 2))',
    'format("%.2f", log(8, 1))',
    'parseint("3", 10) / parseint("7", 10)',
    'setproduct(formatlist("%#v", ["a", null]), [1])',
    # YAML's other spellings of numbers, its dates, tags, merges and keys that are no strings.
    'yamldecode("a: 1_000\\nb: 0x1F\\nc: 0o17\\nd: 017\\ne: 1e3\\nf: 1.5\\ng: .5\\nh: +1\\ni: -0")',
    'yamldecode("a: &x {b: 1}\\nc:\\n  <<: *x\\n  d: 2\\n")',
    'yamldecode("a: 2020-01-01")',
    'yamldecode("1: a\\ntrue: b")',
    'yamldecode("!!str 12")',
    'yamldecode("a: 1\\na: 2")',
    'yamldecode("a: 12:30:00")',
    'yamldecode("a: y\\nn: n")',
    'yamldecode("a: 09\\nb: 1.\\nc: 0.0")',
    'cidrhost("::ffff:10.0.0.0/120", 1)',
    'regex("(?U)a+", "aa")',
    # The type of an arm that is at fault and not taken, where elements of it that are not at fault decide that.
    'true ? [1, "a"] : [for a in [1 / "a", "b"] : a]',
    'true ? [1, "a", true] : [for a in [1 / "a", "b"] : a]',
    'true ? [1, 2] : [(true ? ["x", "b${[]}"] : ["a"])[7]]',
    'true ? [1, 2] : [(true ? ["x", "b${[]}"] : ["a"])["q"]]',
    'true ? [1, 2] : [[tolist(["x"]), "x" + "y"][0][7]]',
    'true ? [1, 2] : [[tolist(["x"]), "x" + "y"][0][0]]',
    'true ? [1, 2] : [{a = tomap({x = "y"}), b = "x" + "y"}.a.z]',
}


@cache
def recorded_scope(context: str, directory: Path) -> Scope:
    """The variables, locals and the unknown resource of a record's context."""
    variables: dict[str, Value] = {}
    local: dict[str, syntax.Attribute] = {}
    outer = Scope(source=Source("context.tf", context))
    for span in scan.scan(context).blocks:
        attributes = syntax.parse_body(context, span).attributes
        if span.type == "locals":
            local.update(attributes)
        elif span.type == "variable":
            type_ = attributes.get("type")
            constraint = constraints.ANYTHING if type_ is None else constraints.parse(type_.expression, outer)
            default = constraint.apply(evaluate(attributes["default"].expression, outer))
            variables[span.labels[0]] = default.mark("sensitive" in attributes)

    def resolve(root: str, names: tuple[str, ...]) -> Value:
        reference = ".".join((root, *names))
        if root == "var" and names[0] in variables:
            return variables[names[0]]
        if root == "local" and names[0] in local:
            return evaluate(local[names[0]].expression, scope)
        if reference in ("path.module", "path.root", "terraform.workspace"):
            return string("default" if root == "terraform" else ".")
        if reference == "terraform_data.null":
            return mapping({"output": NULL})
        if root == "terraform_data" and f'"{names[0]}"' in context:
            id_ = unknown(f"known after apply: {reference}.id", f"{reference}.id", type_=t.STRING)
            return Value({"id": id_}, rest=Unknown(f"known after apply: {reference}", (reference,)))
        raise Undeclared("there is nothing of this name")

    scope = Scope(source=outer.source, resolve=resolve, files=Files(directory, directory))
    return scope


def value_of(expression: str, scope: Scope) -> Value:
    here = replace(scope, source=Source("here.tf", expression), budget=Budget())
    return evaluate(syntax.parse_expression(expression), here)


def type_of(recorded: Any) -> t.Type:
    """A type as terraform's JSON has it."""
    match recorded:
        case str():
            return t.ANY if recorded == "dynamic" else t.Primitive(recorded)
        case ["list", element]:
            return t.ListType(type_of(element))
        case ["set", element]:
            return t.SetType(type_of(element))
        case ["map", element]:
            return t.MapType(type_of(element))
        case ["tuple", elements]:
            return t.TupleType(tuple(map(type_of, elements)))
    return t.object_type({key: type_of(one) for key, one in recorded[1].items()})


def holds_any(type_: t.Type) -> bool:
    return type_ == t.ANY or any(map(holds_any, t.element_types(type_)))


def scalar(value: Value) -> object:
    content = value.content
    if isinstance(content, (str, Text, Encoded)):
        return text.as_text(value)
    return content if content is None or isinstance(content, bool) else Decimal(numbers.text(content))  # type: ignore[arg-type]


def fits(value: Value, expected: Any, unknown_parts: Any) -> bool:
    """Is what is known of the value what terraform says? Where terraform does not know, it is not known here either."""
    content = value.content
    if isinstance(content, Unknown) or unknown_parts is True:
        return not value.known
    if isinstance(content, Choice):
        return any(fits(arm, expected, unknown_parts) for arm in content.arms)
    if isinstance(content, (tuple, Mapping)) and type(expected) is not (list if isinstance(content, tuple) else dict):
        return False
    if isinstance(content, tuple):
        if value.rest is not None:
            return bool(unknown_parts) or (all_fit(content, expected) and may_be_others(value, content, expected))
        if isinstance(value.type, t.SetType) and not value.known:
            return all(any(fits(one, other, False) for other in expected) for one in content if one.known)
        parts = unknown_parts if isinstance(unknown_parts, list) else [False] * len(content)
        return len(content) == len(expected) and all(map(fits, content, expected, parts))
    if isinstance(content, Mapping):
        hidden = unknown_parts if isinstance(unknown_parts, Mapping) else {}
        keys = {*expected, *hidden}
        whole = content.keys() == keys if value.rest is None else content.keys() <= keys
        others = {key: one for key, one in expected.items() if key not in content}
        if not hidden and value.rest is not None:
            there = () if value.more is None else value.more.there
            whole = whole and all(map(value.may_have, others)) and all_fit(there, list(expected.values()))
            whole = whole and may_be_others(value, (), list(others.values()))
        return whole and all(fits(one, expected.get(key), hidden.get(key, False)) for key, one in content.items())
    found = scalar(value)
    same = type(found) is type(expected) and (found == expected or _is_printed_so(content, expected))
    return not value.known or same


def all_fit(values: Sequence[Value], expected: Sequence[Any]) -> bool:
    """Is each of these values there?"""
    return all(any(fits(one, other, False) for other in expected) for one in values)


def may_be_others(value: Value, known: Sequence[Value], expected: Sequence[Any]) -> bool:
    """Is each of the expected values one that is known, or one of those that may be there?"""
    if value.more is None or value.more.perhaps is None:
        return True
    allowed = (*known, *value.more.there, *value.more.perhaps)
    return all(any(fits(one, other, False) for one in allowed) for other in expected)


def _is_printed_so(content: object, expected: object) -> bool:
    """A number of 53 bits is stored in a plan as such, and printed with fewer digits than terraform knows of it."""
    exact = (
        isinstance(content, (int, Fraction)) and not isinstance(content, bool) and Fraction(float(content)) == content
    )
    return exact and isinstance(expected, Decimal) and float(expected) == float(content)  # type: ignore[arg-type]


def cases() -> list[Any]:
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in RECORDS]
    return [
        pytest.param(document["context"], expression, record, id=expression)
        for document in documents
        for expression, record in document["expressions"].items()
    ]


@pytest.mark.parametrize(("context", "expression", "record"), cases())
def test_it_is_what_terraform_says(
    context: str, expression: str, record: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = Path(tmp_path_factory.getbasetemp())
    (directory / "context.tf").write_text(context, encoding="utf-8")
    scope = recorded_scope(context, directory)
    if record.get("error"):
        try:
            value = value_of(expression, scope)
        except (EvaluationFault, syntax.SyntaxFault):
            assert expression not in NOT_REFUSED_HERE
            return
        assert isinstance(value.content, Unknown) or expression in NOT_REFUSED_HERE
        return
    value = value_of(expression, scope)
    if record.get("unknown") is True:
        assert value.known is (expression in KNOWN_HERE)
        return
    expected = json.loads(record["value"], parse_float=Decimal, parse_int=Decimal)
    assert fits(value, expected, record.get("unknown", False))
    if "unknown_data" not in expression and not record.get("unknown") and "terraform_data" not in expression:
        evaluated = HAS_YAML or not expression.startswith("yamldecode")
        assert value.known is (evaluated and expression not in NOT_EVALUATED)
    recorded = type_of(record.get("type", "dynamic"))
    if value.known and value.typed and not holds_any(recorded) and not holds_any(value.type):
        assert value.type == recorded


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_record_is_what_terraform_says_now(tmp_path: Path) -> None:
    for path in RECORDS:
        copy = tmp_path / path.name
        shutil.copy(path, copy)
        subprocess.run([sys.executable, str(RECORDER), str(copy)], check=True)
        assert json.loads(copy.read_text(encoding="utf-8")) == json.loads(path.read_text(encoding="utf-8"))


HIDDEN = {"unknown": unknown("known after apply: aws_x.y.z", "aws_x.y.z")}


def shown(source: str, names: Mapping[str, Value] | None = None) -> object:
    """The value of an expression in plain Python, `?` for what is not known and `...` where there may be more."""
    scope = Scope(source=Source("here.tf", source), names={**HIDDEN, **(names or {})})
    return plain(evaluate(syntax.parse_expression(source), scope))


def plain(value: Value) -> object:
    content = value.content
    more: tuple[object, ...] = () if value.rest is None else ("...",)
    match content:
        case Unknown():
            return "?"
        case Choice():
            return tuple(plain(arm) for arm in content.arms)
        case Text() if not value.known:
            return "".join(part if isinstance(part, str) else "?" for part in map(literal, content.parts))
        case Encoded() if not value.known:
            return {"json": plain(content.value)}
        case tuple():
            return [*(plain(one) for one in content), *more]
        case Mapping():
            return {key: plain(one) for key, one in content.items()} | dict.fromkeys(more, "?")
    found = scalar(value)
    return int(found) if isinstance(found, Decimal) and found == int(found) else found


def literal(part: object) -> object:
    return getattr(part, "text", None)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("unknown", "?"),
        ("unknown.a[0].b", "?"),
        ("[unknown, 1]", ["?", 1]),
        ("{a = unknown, b = 1}", {"a": "?", "b": 1}),
        ("{(unknown) = 1, b = 2}", {"b": 2, "...": "?"}),
        ("{b = 2, (unknown) = 1}", {"b": (2, 1), "...": "?"}),
        ("{(unknown) = 1, (unknown) = 2, c = 3}", {"c": 3, "...": "?"}),
        ("[for k, v in {(unknown) = {a = 1}} : {k = k, a = v.a}]", [{"k": "?", "a": 1}, "..."]),
        ("[for k, v in {(unknown) = 1, b = 2} : v]", [2, "..."]),
        ("values({(unknown) = 1})", [1, "..."]),
        ("length({(unknown) = 1})", "?"),
        ("length({for k, v in {(unknown) = 1} : k => v})", "?"),
        ("tomap({(unknown) = 1, b = true})", {"b": (True, "true"), "...": "?"}),
        ("merge({(unknown) = 1}, {b = 2})", {"b": 2, "...": "?"}),
        ("merge({b = 2}, {(unknown) = 1})", {"b": (2, 1), "...": "?"}),
        ("values(merge({(unknown) = 1}, {b = 2}))", [2, "..."]),
        ("values(merge({b = 2}, {(unknown) = 1}))", [(2, 1), 1, "..."]),
        ("values(merge({(unknown) = 1}, unknown))", ["?", "..."]),
        ('{b = 2, "a-${unknown}" = 1}', {"b": 2, "...": "?"}),
        ('"a-${unknown}"', "a-?"),
        ('"a-${unknown}" == "b"', False),
        ('"a-${unknown}" == "a-b"', "?"),
        ("unknown && false", False),
        ("true || unknown", True),
        ("unknown && true", "?"),
        ("unknown == 1", "?"),
        ("[1, unknown] == [2, 3]", False),
        ("[1, unknown] == [1]", False),
        ("{a = unknown, b = 1} == {b = 2, a = 1}", False),
        ("unknown ? 1 : 2", (1, 2)),
        ("unknown ? 1 : 1", 1),
        ('(unknown ? "a" : "b") == "c"', False),
        ("(unknown ? {a = 1} : {a = 2}).a", (1, 2)),
        ('"${unknown ? "a" : "b"}-x"', ("a-x", "b-x")),
        ('upper(unknown ? "a" : "b")', ("A", "B")),
        ("length(unknown ? [1] : [1, 2])", (1, 2)),
        ("[for x in (unknown ? [1] : [2]) : x + 1]", ([2], [3])),
        ("true ? 1 : unknown", (1, "1")),
        ("(true ? 1 : unknown) + 1", 2),
        ('true ? "a" : unknown', "a"),
        ("true ? null : unknown", None),
        ("[for x in unknown : x]", "?"),
        ("[for x in [1, 2] : x if x == unknown]", ["..."]),
        ("[for x in concat([1], unknown) : x + 1]", [2, "..."]),
        ('{for x in ["a", unknown] : x => 1}', {"a": 1, "...": "?"}),
        ("concat([1], unknown)", [1, "..."]),
        ("concat([1], unknown)[0]", "?"),
        ("length(concat([1], unknown))", "?"),
        ("concat([1], unknown)[*]", [1, "..."]),
        ("merge({a = 1}, unknown)", {"a": "?", "...": "?"}),
        ("merge(unknown, {a = 1})", {"a": 1, "...": "?"}),
        ("merge(unknown, {a = 1}).a", 1),
        ("merge(unknown, {a = 1}).b", "?"),
        ("merge([{a = 1}, unknown]...)", {"a": "?", "...": "?"}),
        ('contains(concat(["a"], unknown), "a")', True),
        ('contains(concat(["a"], unknown), "b")', "?"),
        ("flatten([[1], unknown])", [1, "..."]),
        ('compact(["a", unknown, "b${unknown}"])', ["a", "b?", "..."]),
        ('toset([unknown, "a"])', ["a", "?"]),
        ('length(toset([unknown, "a"]))', "?"),
        ('tolist(toset([unknown, "a"]))', ["a", "?", "..."]),
        ("keys(merge({a = 1}, unknown))", ["a", "..."]),
        ('lookup(merge(unknown, {a = 1}), "a", 2)', 1),
        ('lookup(merge({a = 1}, unknown), "b", 2)', "?"),
        ('lookup({for k in ["a"] : k => 1 if unknown == 1}, "b", 2)', 2),
        ('lookup({for k in ["a"] : k => 1 if unknown == 1}, "a", 2)', (1, 2)),
        ('lookup({for k in ["a"] : k => 1 if unknown == 1}, "a")', "?"),
        ('merge({a = 1}, {for k in ["b"] : k => 2 if unknown == 1})', {"a": 1, "...": "?"}),
        ("concat([1], unknown ? [2] : [])", ([1, 2], [1])),
        ('lookup(jsondecode(jsonencode({for k in ["a"] : k => 1 if unknown == 1})), "b", 2)', 2),
        ("try(merge(unknown, {a = 1}).a, 2)", (1, 2)),
        ("can(merge(unknown, {a = 1}).a)", "?"),
        ('floor(length("a") / length("abc"))', 0),
        ("coalesce(null, unknown, 1)", "?"),
        ('coalesce("a${unknown}", "b")', "a?"),
        ("try(unknown.a, 1)", "?"),
        ("try({a = unknown}.a, 1)", "?"),
        ("try({a = unknown, b = 1}, 2)", ({"a": "?", "b": 1}, 2)),
        ("try([].a, {a = unknown, b = 1})", {"a": "?", "b": 1}),
        ("can(unknown)", "?"),
        ("can([].a)", False),
        ("jsonencode({b = unknown, a = 1})", {"json": {"b": "?", "a": 1}}),
        ("jsondecode(jsonencode({b = unknown, a = 1}))", {"b": "?", "a": 1}),
        ('jsonencode({b = unknown}) == "x"', False),
        ('startswith(jsonencode({b = 1, c = unknown}), "{\\"b\\":1")', True),
        (
            'jsondecode("{\\"a\\": \\"${unknown}\\", \\"b\\": ${unknown}, \\"c\\": true}")',
            {"a": "?", "b": "?", "c": True},
        ),
        ('jsondecode("[${jsonencode({a = unknown, b = 1})}, 2]")', [{"a": "?", "b": 1}, 2]),
        ('"%{ for x in ["a", unknown] }${x};%{ endfor }"', "a;?;"),
        ('"%{ for x in unknown }${x};%{ endfor }."', "?."),
        ('"a%{ if unknown }b%{ endif }c"', ("abc", "ac")),
        ("uuid()", "?"),
        ("timestamp()", "?"),
        ("nope(unknown)", "?"),
        ('format("%s-%d", "a", unknown)', "a-?"),
        ('join("-", ["a", unknown])', "a-?"),
        ('upper("a${unknown}b")', "A?B"),
        ("max(1, unknown)", "?"),
    ],
)
def test_what_is_not_known_stays_so_and_nothing_else(source: str, expected: object) -> None:
    assert shown(source) == expected


@pytest.mark.parametrize(
    "source",
    ["unknown == null", "unknown != null", "unknown ? [1] : [2, 3]", "[unknown][0]", "one(unknown)", "length(unknown)"],
)
def test_an_unknown_is_neither_a_value_nor_empty_nor_null(source: str) -> None:
    scope = Scope(names=HIDDEN)
    assert not evaluate(syntax.parse_expression(source), scope).known


def test_an_unknown_names_the_references_it_depends_on() -> None:
    scope = Scope(names={"one": unknown("first", "a.b"), "two": unknown("second", "c.d")})
    value = evaluate(syntax.parse_expression('"${one}-${two}" == "x-y"'), scope)
    assert value.content == Unknown("first", ("a.b", "c.d"))


def test_a_step_into_an_unknown_object_is_named() -> None:
    def resolve(root: str, names: tuple[str, ...]) -> Value:
        return Value({}, rest=Unknown("known after apply: aws_x.y", ("aws_x.y",)))

    value = evaluate(syntax.parse_expression('aws_x.y.list[0]["key"]'), Scope(resolve=resolve))
    assert value.content == Unknown('known after apply: aws_x.y.list[0]["key"]', ('aws_x.y.list[0]["key"]',))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("var.a.b", ("var", ("a",))),
        ("self.id", ("self", ())),
        ("data.aws_x.y.id", ("data", ("aws_x", "y"))),
        ("aws_x.y[0].id", ("aws_x", ("y",))),
        ("aws_x.y[*].id", ("aws_x", ("y",))),
        ("module.m.out", ("module", ("m",))),
        ("each.value", ("each", ("value",))),
        ("resource.aws_x.y", ("resource", ("aws_x", "y"))),
    ],
)
def test_a_reference_is_resolved_by_its_root_and_the_names_that_belong_to_it(
    source: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def resolve(root: str, names: tuple[str, ...]) -> Value:
        asked.append((root, names))
        return unknown("known after apply")

    evaluate(syntax.parse_expression(source), Scope(resolve=resolve))
    assert asked == [expected]


def places(value: Value) -> list[int]:
    return [place.region.start_line for place in value.places if place.region is not None]


def test_items_know_where_they_were_written() -> None:
    source = "merge({\n  a = 1\n}, [{\n  b = {\n    c = 2 }\n}][0])"
    value = evaluate(syntax.parse_expression(source), Scope(source=Source("here.tf", source)))
    content = value.content
    assert isinstance(content, Mapping)
    assert places(content["a"]) == [2]
    inner = content["b"].content
    assert isinstance(inner, Mapping)
    assert places(inner["c"]) == [5]


def test_a_value_that_passes_through_items_keeps_all_its_places() -> None:
    source = "{\n  a = {\n    b = [\n      1]\n  }.b[0]\n}"
    value = evaluate(syntax.parse_expression(source), Scope(source=Source("here.tf", source)))
    assert isinstance(value.content, Mapping)
    assert places(value.content["a"]) == [2, 4]


def test_the_members_of_json_in_a_heredoc_know_their_lines() -> None:
    source = (
        'jsondecode(<<-EOT\n  [\n    {\n      "name": "${unknown}",\n      "privileged": true\n    }\n  ]\n  EOT\n)'
    )
    scope = Scope(source=Source("here.tf", source), names=HIDDEN)
    node = to_node(evaluate(syntax.parse_expression(source), scope))
    flag = node.elements()[0].member("privileged")
    assert flag.value is True
    assert flag.location is not None
    assert flag.location.region is not None
    assert (flag.location.region.start_line, flag.location.region.start_column) == (5, 7)
    assert isinstance(node.elements()[0].member("name").value, Unknown)


def test_a_node_keeps_choices_marks_and_what_may_be_missing() -> None:
    source = (
        "{ one = unknown ? 1 : 2, more = concat([1], unknown), obj = unknown ? {a = 1, b = 1} : {a = 2}, s = secret }"
    )
    scope = Scope(names={**HIDDEN, "secret": string("x").mark()})
    node = to_node(evaluate(syntax.parse_expression(source), scope))
    why = HIDDEN["unknown"].content
    assert node.member("one").value == OneOf((1, 2), why)  # type: ignore[arg-type]
    assert node.member("more").elements() == (Node(1),)
    assert node.member("more").missing() == why
    assert isinstance(node.member("obj"), Node)
    assert node.member("s").sensitive


def test_a_node_of_json_is_what_the_json_holds() -> None:
    node = to_node(
        evaluate(syntax.parse_expression("jsonencode([{a = unknown, b = toset([1])}])"), Scope(names=HIDDEN))
    )
    assert [element.member("b").elements() for element in node.elements()] == [(Node(1),)]


@pytest.mark.parametrize(
    "source",
    [
        "[for i in range(1024) : [for j in range(1024) : [for k in range(1024) : k]]]",
        "(" * 200 + "1" + ")" * 200,
        "!" * 240 + "true",
        "[" * 240 + "]" * 240,
        "setproduct(range(1000), range(1000))",
        'replace("aaaaaaaaaa", "a", replace("aaaaaaaaaa", "a", join("", range(1024))))',
        "1e4000 * 1e4000 * 1e4000",
        'jsondecode("%s")' % ("[" * 500),
    ],
)
def test_bounds_end_in_a_value_or_a_fault(source: str) -> None:
    with suppress(EvaluationFault, syntax.SyntaxFault):
        evaluate(syntax.parse_expression(source), Scope(budget=Budget(steps=200_000)))


def test_a_passed_bound_is_no_error_that_try_could_catch() -> None:
    with pytest.raises(EvaluationFault) as raised:
        evaluate(syntax.parse_expression("try([for i in range(1000) : i], 1)"), Scope(budget=Budget(steps=100)))
    assert raised.value.limit


def test_values_that_grow_by_reference_are_bounded() -> None:
    expression = syntax.parse_expression("[v, v, v, v, v, v, v, v, v, v]")

    def grow(value: Value, times: int) -> Value:
        return grow(evaluate(expression, Scope(names={"v": value})), times - 1) if times else value

    assert grow(NULL, 3).known
    with pytest.raises(EvaluationFault) as raised:
        grow(NULL, 30)
    assert raised.value.limit


def test_a_fault_tells_where_and_names_no_value() -> None:
    source = '[1, tonumber("s3cr3t")]'
    with pytest.raises(EvaluationFault) as raised:
        evaluate(syntax.parse_expression(source), Scope())
    assert source[raised.value.start : raised.value.end] == 'tonumber("s3cr3t")'
    assert "s3cr3t" not in raised.value.message


LEAVES = (
    *("1", "0", '"a"', '""', "true", "false", "null", "[]", "{}", '["a", "b"]', "{a = 1}", "{a = {b = [1, 2]}}", '"1"'),
    *("2.5", 'toset(["b", "a"])', 'tomap({a = "x"})', 'tolist(["a"])', '"{\\"a\\":[1]}"'),
)
OPERATORS = ["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]
OF_ONE = [
    "abs",
    "alltrue",
    "anytrue",
    "base64decode",
    "base64encode",
    "can",
    "ceil",
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "distinct",
    "flatten",
    "issensitive",
    "jsondecode",
    "jsonencode",
    "keys",
    "length",
    "lower",
    "max",
    "md5",
    "merge",
    "nonsensitive",
    "one",
    "range",
    "reverse",
    "sensitive",
    "sort",
    "strrev",
    "sum",
    "title",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "transpose",
    "trimspace",
    "upper",
    "values",
]
OF_TWO = [
    "chunklist",
    "coalesce",
    "coalescelist",
    "concat",
    "contains",
    "element",
    "endswith",
    "format",
    "formatlist",
    "index",
    "join",
    "lookup",
    "max",
    "merge",
    "regex",
    "regexall",
    "setintersection",
    "setproduct",
    "setsubtract",
    "setunion",
    "split",
    "startswith",
    "strcontains",
    "trim",
    "trimprefix",
    "try",
    "zipmap",
]
OF_THREE = [
    "cidrsubnet",
    "coalesce",
    "concat",
    "format",
    "lookup",
    "matchkeys",
    "merge",
    "replace",
    "slice",
    "substr",
    "try",
]
NAMES = ("v0", "v1", "v2", "v3")


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def shaped(pattern: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(*parts).map(lambda found: pattern % found)

    return st.one_of(
        shaped("(%s %s %s)", inner, st.sampled_from(OPERATORS), inner),
        shaped("(%s ? %s : %s)", inner, inner, inner),
        shaped("%s(%s)", st.sampled_from(OF_ONE), inner),
        shaped("%s(%s, %s)", st.sampled_from(OF_TWO), inner, inner),
        shaped("%s(%s, %s, %s)", st.sampled_from(OF_THREE), inner, inner, inner),
        shaped('format("%%s-%%v", %s, %s)', inner, inner),
        shaped("[%s, %s]", inner, inner),
        shaped("{a = %s, (v0) = %s}", inner, inner),
        shaped('[for k, x in %s : %s if x != "a"]', inner, inner),
        shaped("{for k, x in %s : x => %s}", inner, inner),
        shaped("{for k, x in %s : k => x...}", inner),
        shaped("%s[*]", inner),
        shaped("(%s).a", inner),
        shaped("(%s)[%s]", inner, inner),
        shaped('"x${%s}-${%s}"', inner, inner),
        shaped('"%%{ if %s }a${%s}%%{ endif }"', inner, inner),
        shaped('"%%{ for y in %s }${y},%%{ endfor }"', inner),
        shaped("!%s", inner),
        shaped("merge(%s...)", inner),
        shaped('jsondecode("[${jsonencode(%s)}]")', inner),
    )


EXPRESSIONS = st.recursive(st.sampled_from((*LEAVES, *NAMES)), grown, max_leaves=8)


def may_become(partial: Value, full: Value) -> bool:
    """Is all that is known of the one true of the other?"""
    content = partial.content
    if isinstance(content, Unknown):
        return True
    if isinstance(content, Choice):
        return any(may_become(arm, full) for arm in content.arms)
    if isinstance(content, tuple):
        if not isinstance(full.content, tuple):
            return False
        if partial.rest is None and not (isinstance(partial.type, t.SetType) and not partial.known):
            return len(content) == len(full.content) and all(map(may_become, content, full.content))
        return all(any(may_become(one, other) for other in full.content) for one in content)
    if isinstance(content, Mapping):
        if not isinstance(full.content, Mapping) or (partial.rest is None and content.keys() != full.content.keys()):
            return False
        return all(key in full.content and may_become(one, full.content[key]) for key, one in content.items())
    if not partial.known:
        return full.type == t.STRING and text.compare(partial, full) is not False
    if isinstance(full.content, (tuple, Mapping)):
        return False
    return type(scalar(partial)) is type(scalar(full)) and scalar(partial) == scalar(full)


def hidden_in(value: Value, how: int) -> Value:
    """The value with nothing hidden (0), all of it (1), all but its type (2), or its first member (3)."""
    whole, content = HIDDEN["unknown"], value.content
    if how == 3 and isinstance(content, tuple) and content and not isinstance(value.type, t.SetType):
        hidden = hidden_in(content[0], 2)
        return (
            sequence([hidden, *content[1:]])
            if isinstance(value.type, t.TupleType)
            else replace(value, content=(hidden,))
        )
    if how == 3 and isinstance(content, dict) and content:
        first = next(iter(content))
        return replace(value, content={**content, first: hidden_in(content[first], 2)})
    return value if how == 0 else replace(whole, type=value.type if how == 2 else t.ANY)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS, st.tuples(*[st.sampled_from(LEAVES)] * 4), st.tuples(*[st.integers(0, 3)] * 4))
def test_not_to_know_a_part_never_gives_another_value(source: str, leaves: Sequence[str], hide: Sequence[int]) -> None:
    """And nothing but an EvaluationFault is ever raised; one that a hidden part brings about would be wrong too."""
    expression = syntax.parse_expression(source)
    full = {name: evaluate(syntax.parse_expression(leaf), Scope()) for name, leaf in zip(NAMES, leaves, strict=True)}
    hidden = zip(full.items(), hide, strict=True)
    partial = {name: hidden_in(value, how) for (name, value), how in hidden}
    try:
        whole: Value | None = evaluate(expression, Scope(names=full))
    except EvaluationFault:
        whole = None
    part: Value | None
    try:
        part = evaluate(expression, Scope(names=partial))
    except EvaluationFault as fault:
        part = None if whole is None or fault.limit else NULL
    # A bare null is all that is unknown of the other; what comes of it is no value to compare with.
    assert whole is None or not whole.known or part is None or may_become(part, whole)


def test_arms_at_fault_inside_of_each_other_do_not_take_all_the_work() -> None:
    source = "upper([])"
    for _ in range(40):
        source = f"(true ? [1] : {{a = {source}}})"
    scope = Scope()
    evaluate(syntax.parse_expression(source), scope)
    assert Budget().steps - scope.budget.steps < 200_000
