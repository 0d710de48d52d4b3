"""The record of what terraform says covers every operator and every form of expression, with unknowns and errors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from conftest import TESTDATA

from tfcheck.terraform.hcl import syntax
from tfcheck.terraform.hcl import syntax_tree as tree

FEWEST = 3
BINARY = ("||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%")
FORMS = (
    *(f"a {operator} b" for operator in BINARY),
    "-a",
    "!a",
    "a ? b : c",
    "(a)",
    "[a, b]",
    "{a = b}",
    "{(a) = b}",
    '{"a" = b}',
    "f(a)",
    "f(a...)",
    "a.b",
    "a[b]",
    "a.0",
    "a[*]",
    "a[*].b",
    "a.*.b",
    "[for v in a : b]",
    "[for k, v in a : b]",
    "[for v in a : b if c]",
    "{for v in a : b => c}",
    "{for k, v in a : b => c}",
    "{for v in a : b => c if d}",
    "{for v in a : b => c...}",
    '"a${b}"',
    '"${a}"',
    '"${~ a ~}"',
    '"%{ if a }b%{ endif }"',
    '"%{ if a }b%{ else }c%{ endif }"',
    '"%{ for v in a }b%{ endfor }"',
    '"%{ for k, v in a }b%{ endfor }"',
    "<<E",
    "<<-E",
)


@cache
def recorded() -> tuple[tuple[str, Any], ...]:
    paths = sorted((TESTDATA / "hcl").glob("expressions*.json"))
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return tuple(one for document in documents for one in document["expressions"].items())


def nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in tree.children(node):
        yield from nodes(child)


def forms(written: str, node: Any) -> Iterator[str]:  # noqa: C901
    """The forms of one node: a name of FORMS each."""
    match node:
        case tree.Binary(operator=operator):
            yield f"a {operator} b"
        case tree.Unary(operator=operator):
            yield f"{operator}a"
        case tree.Conditional():
            yield "a ? b : c"
        case tree.Parentheses():
            yield "(a)"
        case tree.Tuple():
            yield "[a, b]"
        case tree.Object():
            yield "{a = b}"
        case tree.ObjectItem(key=tree.Parentheses()):
            yield "{(a) = b}"
        case tree.ObjectItem(key=tree.Template()):
            yield '{"a" = b}'
        case tree.Call():
            yield "f(a...)" if node.expand else "f(a)"
        case tree.AttributeStep():
            yield "a.b"
        case tree.IndexStep():
            yield "a.0" if node.legacy else "a[b]"
        case tree.Splat():
            yield "a.*.b" if not node.full else "a[*]" if isinstance(node.each, tree.SplatItem) else "a[*].b"
        case tree.For():
            yield from for_forms(node)
        case tree.Template():
            yield from template_forms(written, node)
        case tree.IfDirective():
            yield f'"%{{ if a }}b{"%{ else }c" if node.otherwise else ""}%{{ endif }}"'
        case tree.ForDirective():
            yield f'"%{{ for {"v" if node.key_name is None else "k, v"} in a }}b%{{ endfor }}"'


def for_forms(node: tree.For) -> Iterator[str]:
    names = "v" if node.key_name is None else "k, v"
    if node.grouping:
        yield "{for v in a : b => c...}"
    elif node.key is None:
        yield f"[for {names} in a : b]"
    else:
        yield f"{{for {names} in a : b => c}}"
    if node.condition is not None:
        yield "[for v in a : b if c]" if node.key is None else "{for v in a : b => c if d}"


def template_forms(written: str, node: tree.Template) -> Iterator[str]:
    text = written[node.start : node.end]
    if text.startswith("<<"):
        yield "<<-E" if text.startswith("<<-") else "<<E"
    if any(isinstance(part, tree.Interpolation) for part in node.parts):
        yield '"a${b}"' if len(node.parts) > 1 else '"${a}"'
    if "~}" in text or "${~" in text or "%{~" in text:
        yield '"${~ a ~}"'


@cache
def counts() -> dict[str, Counter[str]]:
    """How often each form is in an expression, in one with something unknown, and in one that terraform refuses."""
    found: dict[str, Counter[str]] = {"all": Counter(), "unknown": Counter(), "errors": Counter()}
    for written, record in recorded():
        try:
            seen = {form for node in nodes(syntax.parse_expression(written)) for form in forms(written, node)}
        except syntax.SyntaxFault:
            continue
        found["all"].update(seen)
        if "terraform_data." in written and not record.get("error"):
            found["unknown"].update(seen)
        if record.get("error"):
            found["errors"].update(seen)
    return found


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_recorded_with_unknowns_and_errors(form: str) -> None:
    assert counts()["all"][form] >= FEWEST
    assert counts()["unknown"][form] >= 1
    assert counts()["errors"][form] >= 1


def test_no_form_is_missing_from_the_list() -> None:
    assert set(counts()["all"]) == set(FORMS)
