"""Templates give what terraform makes of them: strip markers, dedent, escapes, directives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tfcheck.terraform.hcl.syntax import (
    Expression,
    ForDirective,
    IfDirective,
    Interpolation,
    Literal,
    Parentheses,
    Part,
    SyntaxFault,
    Template,
    Text,
    Traversal,
    Variable,
    parse_expression,
    parse_template,
)

EDGE = Path(__file__).parents[3] / "testdata" / "hcl" / "edge"
RECORDED = [json.loads(line) for line in (EDGE / "templates.jsonl").read_text(encoding="utf-8").splitlines()]
VARIABLES: dict[str, Any] = {"s": "S", "t": True, "l": ["p", "q"]}

Scope = Mapping[str, Any]


def evaluated(expression: Expression, scope: Scope) -> Any:
    """The value of the few expressions that the recorded templates hold."""
    match expression:
        case Literal(value=Decimal() as number):
            return str(number)
        case Literal(value=value):
            return value
        case Template() if expression.wrapped is not None:
            return evaluated(expression.wrapped, scope)
        case Template(parts=parts):
            return rendered(parts, scope)
        case Variable(name=name):
            return scope[name]
        case Traversal(source=source, steps=(step,)) if step is not None:
            return evaluated(source, scope)[getattr(step, "name", "")]
        case Parentheses(expression=inner):
            return evaluated(inner, scope)
    raise NotImplementedError(expression)


def rendered(parts: tuple[Part, ...], scope: Scope) -> str:
    return "".join(text_of(part, scope) for part in parts)


def text_of(part: Part, scope: Scope) -> str:
    match part:
        case Text(value=value):
            return value
        case Interpolation(expression=expression):
            return str(evaluated(expression, scope))
        case IfDirective():
            return rendered(part.then if evaluated(part.condition, scope) else part.otherwise, scope)
        case ForDirective():
            items = enumerate(evaluated(part.collection, scope))
            return "".join(
                rendered(part.body, {**scope, part.value_name: value, part.key_name or "": key}) for key, value in items
            )


@pytest.mark.parametrize("case", RECORDED, ids=range(len(RECORDED)))
def test_the_value_is_terraforms(case: dict[str, str]) -> None:
    if "quoted" in case:
        value = evaluated(parse_expression(case["quoted"]), {"local": VARIABLES})
    else:
        value = evaluated(parse_template(case["file"]), VARIABLES)
    assert value == case["value"]


def plain_texts(parts: tuple[Part, ...]) -> list[Text]:
    found: list[Text] = []
    for part in parts:
        match part:
            case Text():
                found.append(part)
            case IfDirective(then=then, otherwise=otherwise):
                found += plain_texts(then) + plain_texts(otherwise)
            case ForDirective(body=body):
                found += plain_texts(body)
    return found


@pytest.mark.parametrize("case", RECORDED, ids=range(len(RECORDED)))
def test_text_of_heredocs_and_files_stands_where_it_says(case: dict[str, str]) -> None:
    source = case.get("quoted") or case["file"]
    if source.startswith('"') and "quoted" in case:
        return
    template = parse_expression(source) if "quoted" in case else parse_template(source)
    assert isinstance(template, Template)
    for text in plain_texts(template.parts):
        assert text.value in ("${", "%{") or source.startswith(text.value, text.start)
        assert text.value.count("\n", 0, len(text.value) - 1) == 0


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ('""', ""),
        ('"a"', "a"),
        (r'"a\nb\t\"\\"', 'a\nb\t"\\'),
        (r'"\u00e9\U0001F600"', "é😀"),
        (r'"\ud800\U00110000"', "\ufffd\ufffd"),
        (r'"\/"', "/"),
        ('"$${a} %%{b}"', "${a} %{b}"),
        ('"100% $5"', "100% $5"),
        ('"e\u0301"', "é"),
        ("<<E\ne\u0301\nE", "é\n"),
        ("<<E\nE", ""),
        ("<<-E\n  a\n    b\n\n  c\n  E", "a\n  b\n\nc\n"),
        ("<<-E\n\u2003a\n\u2003\u2003b\nE", "a\n\u2003b\n"),
        ('"${x}"', None),
    ],
)
def test_literal(text: str, literal: str | None) -> None:
    template = parse_expression(text)
    assert isinstance(template, Template)
    assert template.literal == literal


@pytest.mark.parametrize(
    ("text", "wraps"),
    [('"${x}"', True), ('"${~ x ~}"', True), ('" ${~ x}"', False), ('"${x}${y}"', False), ("<<E\n${x}\nE", False)],
)
def test_only_a_lone_interpolation_keeps_its_type(text: str, wraps: bool) -> None:
    template = parse_expression(text)
    assert isinstance(template, Template)
    assert (template.wrapped is not None) is wraps


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("%{ if x }", 0),
        ("%{ endif }", 0),
        ("a%{ else }", 1),
        ("%{ if x }%{ else }%{ else }%{ endif }", 18),
        ("%{ for x in y }%{ endif }", 15),
        ("%{ for x in y }%{ else }%{ endfor }", 15),
        ("%{ nothing }", 3),
        ("${ x", 1),
        ("${ x y }", 5),
        ("${ }", 3),
    ],
)
def test_what_does_not_fit_is_a_fault_where_it_stands(text: str, offset: int) -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse_template(text)
    assert caught.value.offset == offset


def test_a_part_of_a_text_keeps_its_offsets() -> None:
    template = parse_template("ignored ${x} too", 8, 12)
    assert template == Template((Interpolation(Variable("x", 10, 11), 8, 12),), 8, 12)


def test_a_byte_order_mark_is_no_text() -> None:
    assert parse_template("\ufeffa").literal == "a"
