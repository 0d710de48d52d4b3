"""Targets that read the language: each takes an input and asserts what must be so, whatever is in it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any

from fuzz.harness import MARK, text_of

from tfcheck.records import replace
from tfcheck.terraform import address
from tfcheck.terraform.hcl import jsonsyntax, scan, syntax, text
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.headers import headers
from tfcheck.terraform.hcl.instances import key_of
from tfcheck.terraform.hcl.jsonbody import body_of
from tfcheck.terraform.hcl.nodes import to_node
from tfcheck.terraform.hcl.scope import Budget, Scope
from tfcheck.terraform.hcl.values import (
    NULL,
    Choice,
    Encoded,
    EvaluationFault,
    Source,
    Text,
    Value,
    boolean,
    mapping,
    number,
    sequence,
    string,
    unknown,
)
from tfcheck.values import Unknown

_LABELS = {"resource": 2, "data": 2, "module": 1, "provider": 1, "variable": 1, "output": 1, "locals": 0}
# What `var.u`, which is not known, may turn out to be.
_TURNED_OUT = (
    string("a"),
    string(""),
    number(1),
    boolean(True),
    boolean(False),
    NULL,
    sequence([string("a")]),
    sequence([]),
    mapping({"a": string("x")}),
)
_DECLARED = {
    ("var", "s"): string("text"),
    ("var", "n"): number(3),
    ("var", "b"): boolean(True),
    ("var", "l"): sequence([string("a"), string("b")]),
    ("var", "m"): mapping({"a": number(1), "b": string("x")}),
    ("var", "z"): NULL,
    ("var", "hidden"): string(MARK).mark(),
    ("local", "a"): mapping({"image": string("nginx"), "ports": sequence([number(80)])}),
}


# -- reading -----------------------------------------------------------------------------------------------------------


def scanned(data: bytes) -> None:
    """Spans are in order, apart and inside of the text; what is told of damage has a place in it."""
    written = text_of(data)
    found = scan.scan(written)
    spans = sorted([(one.start, one.end) for one in found.blocks] + [(one.start, one.end) for one in found.attributes])
    assert all(start < end <= len(written) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert [one.start for one in found.blocks] == sorted(one.start for one in found.blocks)
    lines = scan.lines(written)
    for block in found.blocks:
        assert written[block.body - 1] == "{"
        assert written[block.end - 1] == "}"
        assert written.startswith(block.type, block.start)
        region = lines.region(block.start, block.end)
        assert (region.start_line, region.start_column) <= (region.end_line, region.end_column)
    for fault in found.faults:
        assert 0 <= fault.offset <= len(written)
        assert fault.message
    assert found.blocks or found.attributes or found.faults or not _is_code(written)
    for name, location in headers("main.tf", written):
        assert name
        assert location.region is not None


def _is_code(written: str) -> bool:
    return written.replace("\ufeff", "").strip()[:1].isalpha() and written.isascii() and "\0" not in written


def parsed(data: bytes) -> None:
    """Blocks are trees whose nodes lie inside of one another, or are refused; the same text gives the same tree."""
    written = text_of(data)
    for span in scan.scan(written).blocks[:50]:
        try:
            body = syntax.parse_body(written, span)
        except syntax.SyntaxFault as fault:
            _check_fault(fault, span.start, span.end)
            continue
        _check_body(body, span.body, span.end)
        alone = written[span.start : span.end]
        apart = scan.scan(alone)
        assert len(apart.blocks) == 1
        assert not apart.faults


def _check_fault(fault: syntax.SyntaxFault, start: int, end: int) -> None:
    assert fault.message
    assert start <= fault.offset <= end


def _check_body(body: tree.Body, start: int, end: int) -> None:
    for attribute in (*body.attributes.values(), *body.duplicates):
        _check_tree(attribute.expression, start, end)
    for block in body.blocks:
        _check_body(block.body, start, end)


def _check_tree(root: Any, start: int, end: int) -> None:
    waiting = [(root, start, end)]
    while waiting:
        node, outer_start, outer_end = waiting.pop()
        assert outer_start <= node.start <= node.end <= outer_end, (
            f"{type(node).__name__} is not inside of what holds it"
        )
        waiting += [(one, node.start, node.end) for one in tree.children(node)]


def in_json(data: bytes) -> None:
    """Configuration in JSON: blocks with places in the text, or faults; what is no JSON is never read without one."""
    written = text_of(data)
    document = jsonsyntax.read(written, _LABELS)
    for fault in document.faults:
        assert 0 <= fault.offset <= len(written)
    with suppress(RecursionError):
        try:
            json.loads(written.removeprefix("\ufeff"))
        except ValueError:
            assert document.faults, "what is no JSON is read without a fault"
    for entry in document.entries[:50]:
        assert 0 <= entry.span.start <= entry.span.end <= len(written)
        with suppress(syntax.SyntaxFault):
            _check_body(body_of(entry), 0, len(written))
    for _, location in headers("main.tf.json", written):
        assert location.region is not None


# -- evaluating --------------------------------------------------------------------------------------------------------


class _Names:
    """What references stand for, and whether one was asked for that is not declared."""

    def __init__(self, turned_out: Value | None = None) -> None:
        self.declared = dict(_DECLARED)
        self.declared["var", "u"] = unknown("known after apply: x", "aws_x.y.z") if turned_out is None else turned_out
        self.missed = False

    def resolve(self, root: str, names: tuple[str, ...]) -> Value:
        found = self.declared.get((root, names[0] if names else ""))
        if found is None:
            self.missed = True
            raise EvaluationFault("there is nothing of this name", limit=True)
        return found


def _valued(expression: tree.Expression, written: str, turned_out: Value | None = None) -> Value | None:
    """The value of an expression; None where it is refused, as it is for a name that is not declared."""
    names = _Names(turned_out)
    scope = Scope(source=Source("here.tf", written), resolve=names.resolve, budget=Budget(steps=20_000))
    try:
        value = evaluate(expression, scope)
    except EvaluationFault as fault:
        _check_evaluation_fault(fault, written)
        return None
    assert not names.missed, "a name that is not declared has a value"
    to_node(value)
    return value


def _check_evaluation_fault(fault: EvaluationFault, written: str) -> None:
    assert fault.message
    assert MARK in written or MARK not in fault.message
    if fault.start is not None and fault.end is not None and "template" not in fault.message:
        assert 0 <= fault.start <= fault.end <= len(written)


def expressions(data: bytes) -> None:
    """A value or an EvaluationFault; what is known stays so when what was not known turns out."""
    for written in text_of(data).split("\n---\n")[:20]:
        try:
            expression = syntax.parse_expression(written)
        except syntax.SyntaxFault:
            continue
        _check_tree(expression, 0, len(written))
        _check_value(expression, written)


def _check_value(expression: tree.Expression, written: str) -> None:
    value = _valued(expression, written)
    if value is None:
        return
    if MARK not in written and "nonsensitive" not in written:
        assert not _tells(value), f"{plain(value)} is not sensitive"
    if "var.u" not in written:
        return
    for other in _TURNED_OUT:
        later = _valued(expression, written, other)
        assert later is None or may_be(value, later), f"{plain(value)} turned out to be {plain(later)}"


def _tells(value: Value) -> bool:
    """Is the content of `var.hidden` in a part of it that is not marked as sensitive?"""
    content = value.content
    if value.sensitive or isinstance(content, Unknown):
        return False
    if isinstance(content, Choice):
        return any(map(_tells, content.arms))
    if isinstance(content, Encoded):
        return _tells(content.value)
    if isinstance(content, tuple):
        return any(map(_tells, content))
    if isinstance(content, Mapping):
        return any(MARK in name or _tells(one) for name, one in content.items())
    return MARK in repr(plain(value))


def may_be(value: Value, later: Value) -> bool:
    """Can what is known of a value be the value that it turned out to be?"""
    content, found = value.content, later.content
    if isinstance(content, Unknown) or isinstance(found, Unknown) or not later.known:
        return True
    if isinstance(content, Choice):
        return content.unknown is not None or any(may_be(arm, later) for arm in content.arms)
    if not value.known and isinstance(content, (Text, Encoded)):
        return True
    if isinstance(content, tuple) and isinstance(found, tuple):
        if value.rest is not None or not value.known:
            return True
        return len(content) == len(found) and all(map(may_be, content, found))
    if isinstance(content, Mapping) and isinstance(found, Mapping):
        whole = value.rest is not None or content.keys() == found.keys()
        return whole and all(name not in found or may_be(one, found[name]) for name, one in content.items())
    return plain(value) == plain(later)


def plain(value: Value) -> object:
    """A value in plain Python."""
    content = value.content
    match content:
        case Unknown():
            return "?"
        case Choice():
            return ("one of", *(plain(one) for one in content.arms))
        case tuple():
            return [plain(one) for one in content]
        case Mapping():
            return {name: plain(one) for name, one in content.items()}
        case str() | Text() | Encoded():
            known = text.as_text(value)
            return "?" if known is None else ("text", known)
    return (type(content).__name__ if isinstance(content, bool) else "", content)


def templates(data: bytes) -> None:
    """A template is refused or has a value; one without sequences is its own text, in a string too."""
    written = text_of(data)
    names: dict[str, Value] = {**{name: value for (_, name), value in _DECLARED.items()}, "u": unknown("not known")}
    scope = Scope(source=Source("a.tftpl", written), names=names, budget=Budget(steps=20_000))
    plainly = "${" not in written and "%{" not in written
    try:
        template = syntax.parse_template(written)
        _check_tree(template, 0, len(written))
        value: Value | None = evaluate(template, scope)
    except (syntax.SyntaxFault, EvaluationFault):
        value = None
    assert value is not None or not plainly, "a text without sequences is refused"
    if value is not None:
        to_node(value)
        normal = unicodedata.normalize("NFC", written.removeprefix("\ufeff"))
        assert not plainly or text.as_text(value) == normal
    call = syntax.parse_expression("templatestring(t, v)")
    variables = replace(
        scope, names={"t": string(written), "v": mapping(names)}, source=None, budget=Budget(steps=20_000)
    )
    with suppress(EvaluationFault):
        to_node(evaluate(call, variables))
    quoted = json.dumps(written, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if "\\u" not in quoted and "\\b" not in quoted and "\\f" not in quoted and not quoted.endswith(('$"', '%"')):
        again = evaluate(syntax.parse_expression(quoted), Scope())
        assert text.as_text(again) == unicodedata.normalize("NFC", written), "a quoted string is something else"


# -- addresses ---------------------------------------------------------------------------------------------------------


def addresses(data: bytes) -> None:
    """Addresses print as they were written; what has keys taken off has none to take off any more."""
    for written in text_of(data).split("\n"):
        found = address.steps(written)
        printed = ".".join(map(str, found))
        assert written.removesuffix(".").startswith(printed) or written.startswith(printed)
        assert address.steps(printed) == found
        without = address.without_keys(written)
        if printed == written:
            assert address.steps(without) == tuple(replace(one, key="") for one in found)
            assert address.covers(written, written)
            assert address.covers(without, written)
            assert written.startswith(address.without_own_key(written))
        address.module_calls(written)
        for step in found:
            if step.key:
                _check_key(step.key)
        assert address.steps(f"a.b{key_of(written)}")[-1:] == (address.Step("b", key_of(written)),)
        assert address.key_value(key_of(written)) == written


def _check_key(key: str) -> None:
    try:
        value = address.key_value(key)
    except ValueError:
        return
    assert isinstance(value, (int, str))
