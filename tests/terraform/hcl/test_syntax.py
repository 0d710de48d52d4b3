"""Bodies and expressions give HashiCorp's tree, at HashiCorp's places; what is no HCL is a SyntaxFault."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.scan import BlockSpan, position, scan
from tfcheck.terraform.hcl.syntax import (
    MOST_LEVELS,
    Body,
    Expression,
    Parentheses,
    SyntaxFault,
    Template,
    Traversal,
    children,
    parse_body,
    parse_expression,
    parse_template,
)

T = TypeVar("T")
EDGE = Path(__file__).parents[3] / "testdata" / "hcl" / "edge"
SNIPPETS = [json.loads(line) for line in (EDGE / "snippets.jsonl").read_text(encoding="utf-8").splitlines()]
VALID = [snippet for snippet in SNIPPETS if "refused" not in snippet]
REFUSED = {snippet["name"]: snippet["text"] for snippet in SNIPPETS if "refused" in snippet}
# What HashiCorp refuses and what is read here all the same, in HashiCorp's own reading of it where it has one.
READ_ALL_THE_SAME = {
    "bad_escape": '(tmpl "/")',
    "heredoc_eof_no_nl": '(tmpl "hi\\n")',
    "legacy_idx2": "(ref x [#0] [#1])",
    "obj_kw_keys": '{"for"=#1 "if"=#2 "in"=#3}',
    "dup_attr": "#1",
}


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def printed(node: Expression) -> str:  # noqa: C901 - one line for each kind of expression
    """The form in which the snippets' trees are written down: Lisp's."""
    match node:
        case tree.Literal(value=value):
            return printed_literal(value)
        case Template():
            return f"(wrap {printed(node.wrapped)})" if node.wrapped is not None else printed_parts(node.parts)
        case tree.Variable(name=name):
            return f"(ref {name})"
        case tree.SplatItem():
            return "@"
        case Traversal():
            return printed_traversal(node)
        case tree.Splat(source=source, each=each):
            return f"(splat {printed(source)} {printed(each)})"
        case tree.Call(name=name, arguments=arguments):
            return f"(call {' '.join((name, *map(printed, arguments)))}{' ...' if node.expand else ''})"
        case tree.Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"(? {printed(condition)} {printed(then)} {printed(otherwise)})"
        case tree.Binary(operator=operator, left=left, right=right):
            return f"({operator} {printed(left)} {printed(right)})"
        case tree.Unary(operator=operator, operand=operand):
            return f"({'neg' if operator == '-' else operator} {printed(operand)})"
        case tree.Tuple(items=items):
            return f"[{' '.join(map(printed, items))}]"
        case tree.Object():
            return f"{{{' '.join(f'{printed(item.key)}={printed(item.value)}' for item in node.items)}}}"
        case tree.For():
            return printed_for(node)
        case Parentheses(expression=expression):
            return printed(expression)


def printed_literal(value: Decimal | bool | str | None) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Decimal):
        return f"#{float(value):.17g}"
    return "null" if value is None else str(value).lower()


def printed_traversal(node: Traversal) -> str:
    """`ref` of a variable, `rel` of anything else, `idx` where the key of a step is not constant."""
    source = printed(node.source)
    head, steps = (source[:-1] if isinstance(node.source, tree.Variable) else f"(rel {source}"), ""
    for step in node.steps:
        if isinstance(step, tree.AttributeStep):
            steps += f" .{step.name}"
        elif isinstance(step.key, tree.Literal):
            steps += f" [{printed(step.key)}]"
        elif isinstance(step.key, Template) and step.key.literal is not None:
            steps += f" [{quoted(step.key.literal)}]"
        else:
            collection = f"{head}{steps})" if steps or head[1:4] == "ref" else source
            source = f"(idx {collection} {printed(step.key)})"
            head, steps = f"(rel {source}", ""
    return f"{head}{steps})" if steps else source


def printed_for(node: tree.For) -> str:
    key, condition = ("_" if one is None else printed(one) for one in (node.key, node.condition))
    names = f"{node.key_name or ''} {node.value_name}"
    grouping = " ..." if node.grouping else ""
    return f"(for {names} {printed(node.collection)} {key} {printed(node.value)} {condition}{grouping})"


def printed_parts(parts: Sequence[tree.Part]) -> str:
    """Adjacent texts are one."""
    printed_ones: list[str] = []
    texts = ""
    for part in parts:
        if isinstance(part, tree.Text):
            texts += part.value
            continue
        printed_ones += [quoted(texts)] if texts else []
        printed_ones.append(printed_part(part))
        texts = ""
    printed_ones += [quoted(texts)] if texts else []
    return f"({' '.join(('tmpl', *printed_ones))})"


def printed_part(part: tree.Interpolation | tree.IfDirective | tree.ForDirective) -> str:
    match part:
        case tree.Interpolation(expression=expression):
            return printed(expression)
        case tree.IfDirective(condition=condition, then=then, otherwise=otherwise):
            return f"(? {printed(condition)} {printed_parts(then)} {printed_parts(otherwise)})"
        case tree.ForDirective(key_name=key, value_name=value, collection=collection, body=body):
            return f"(join (for {key or ''} {value} {printed(collection)} _ {printed_parts(body)} _))"


def described(body: Body) -> dict[str, Any]:
    """A body as the snippets describe it."""
    return {
        "attributes": [
            described_attribute(attribute.name, attribute.start, attribute.expression)
            for attribute in body.attributes.values()
        ],
        "blocks": [
            {
                "type": block.type,
                "labels": list(block.labels),
                "range": [block.start, block.end],
                **described(block.body),
            }
            for block in body.blocks
        ],
    }


def described_attribute(name: str, start: int, expression: Expression) -> dict[str, Any]:
    return {
        "name": name,
        "range": [start, expression.end],
        "expression_range": [expression.start, expression.end],
        "expression": printed(expression),
    }


def described_text(text: str) -> dict[str, Any]:
    """A whole text by its scan; a fault of the scan is raised."""
    found = scan(text)
    for fault in found.faults:
        raise SyntaxFault(fault.message, fault.offset)
    return {
        "attributes": [
            described_attribute(one.name, one.start, parse_expression(text, one.value, one.end))
            for one in found.attributes
        ],
        "blocks": [
            {
                "type": one.type,
                "labels": list(one.labels),
                "range": [one.start, one.end],
                **described(parse_body(text, one)),
            }
            for one in found.blocks
        ],
    }


@pytest.mark.parametrize("snippet", VALID, ids=lambda snippet: snippet["name"])
def test_the_tree_and_its_places_are_hashicorps(snippet: dict[str, Any]) -> None:
    wanted = {name: value for name, value in snippet.items() if name not in ("name", "text")}
    assert described_text(snippet["text"]) == wanted


@pytest.mark.parametrize("snippet", VALID, ids=lambda snippet: snippet["name"])
def test_the_tree_is_the_same_inside_a_block(snippet: dict[str, Any]) -> None:
    if snippet["text"].startswith("\ufeff"):
        return
    text = f"outer {{\n{snippet['text']}\n}}\n"
    body = parse_body(text, only_block(text))
    assert [one["expression"] for one in described(body)["attributes"]] == [
        one["expression"] for one in snippet["attributes"]
    ]
    assert len(body.blocks) == len(snippet["blocks"])


@pytest.mark.parametrize(("name", "text"), REFUSED.items(), ids=REFUSED)
def test_what_hashicorp_refuses_is_a_fault_or_listed(name: str, text: str) -> None:
    if name in READ_ALL_THE_SAME:
        assert described_text(text)["attributes"][0]["expression"] == READ_ALL_THE_SAME[name]
        return
    with pytest.raises(SyntaxFault) as caught:
        described_text(text)
    assert caught.value.message
    assert position(text, caught.value.offset)[0] <= text.count("\n") + 1


def only_block(text: str) -> BlockSpan:
    found = scan(text)
    assert found.faults == ()
    (block,) = found.blocks
    return block


TRAPS = {
    "heredoc end marker with blanks": ("<<E\na\nE  ", '(tmpl "a\\n")'),
    "heredoc with a marker that begins another": ("<<E\nEOT\nE", '(tmpl "EOT\\n")'),
    "heredoc with a marker in the text": ("<<E\nx E\nE x\nE", '(tmpl "x E\\nE x\\n")'),
    "heredoc with an underscore": ("<<_EOT\na\n_EOT", '(tmpl "a\\n")'),
    "heredoc with unicode": ("<<É\na\nÉ", '(tmpl "a\\n")'),
    "heredoc keeps backslashes": ("<<E\n\\n\\\"\nE", '(tmpl "\\\\n\\\\\\"\\n")'),
    "line break after ${": ('"${\nx\n}"', "(wrap (ref x))"),
    "strip markers": ('"a ${~ x ~} b"', '(tmpl "a" (ref x) "b")'),
    "strip markers without blanks": ('"a ${~x~} b"', '(tmpl "a" (ref x) "b")'),
    "comment in ${}": ('"${ /* c */ x # d\n}"', "(wrap (ref x))"),
    "comment before the value": ("/* c */ 1", "#1"),
    "no comment in a string": ('"http://x#y/*z*/"', '(tmpl "http://x#y/*z*/")'),
    "no comment after a template": ('"${x}//y"', '(tmpl (ref x) "//y")'),
    "comment after a division": ("4 /* c */ / 2 // d", "(/ #4 #2)"),
    "subtraction without a blank": ("5 -12", "(- #5 #12)"),
    "double negation": ("!!x", "(! (! (ref x)))"),
    "minus minus": ("- -1", "(neg (neg #1))"),
    "mixed unary": ("!-x", "(! (neg (ref x)))"),
    "unary binds before binary": ("-46+5", "(+ (neg #46) #5)"),
    "continuation with minus": ("(x\n- y)", "(- (ref x) (ref y))"),
    "continuation with a dot": ("(x\n.y)", "(ref x .y)"),
    "continuation in a call": ("f(x\n, y\n)", "(call f (ref x) (ref y))"),
    "continuation of a conditional": ("(\nx\n? 1\n: 2\n)", "(? (ref x) #1 #2)"),
    "for over several lines": ("[\nfor\nk\n,\nv\nin\nx\n:\nv\nif\nk\n]", "(for k v (ref x) _ (ref v) (ref k))"),
    "for in braces over several lines": (
        "{\nfor\nk,\nv\nin\nx\n:\nk\n=>\nv\n...\nif\nk\n}",
        "(for k v (ref x) (ref k) (ref v) (ref k) ...)",
    ),
    "object in a for in braces": ("{for k in x : k => {\na = 1\nb = 2}}", '(for  k (ref x) (ref k) {"a"=#1 "b"=#2} _)'),
    "escape without a brace": ('"$${"', '(tmpl "${")'),
    "escape around a template": ('"$${f(${x})}"', '(tmpl "${f(" (ref x) ")}")'),
    "escaped directive": ('"%%{ if x }"', '(tmpl "%{ if x }")'),
    "dollar before an escape": ('"$$${x}"', '(tmpl "$${x}")'),
    "unicode identifier": ("été.π", "(ref été .π)"),
    "one namespace": ("core::max(1)", "(call core::max #1)"),
    "two namespaces": ("provider::aws::f(1)", "(call provider::aws::f #1)"),
    "three namespaces": ("a::b::c::d()", "(call a::b::c::d)"),
    "splat of splat": ("x[*].y[*].z", "(splat (ref x) (splat (rel @ .y) (rel @ .z)))"),
    "three splats": ("x[*][*].y[*]", "(splat (ref x) (splat @ (splat (rel @ .y) @)))"),
    "attribute splat in a full one": ("x[*].y.*.z", "(splat (ref x) (splat (rel @ .y) (rel @ .z)))"),
    "index after an attribute splat in a full one": (
        "x[*].*.y[0].z",
        "(splat (ref x) (rel (splat @ (rel @ .y)) [#0] .z))",
    ),
    "index after a full splat": ("x[*].y[0]", "(splat (ref x) (rel @ .y [#0]))"),
    "index after an attribute splat": ("x.*.y[0]", "(rel (splat (ref x) (rel @ .y)) [#0])"),
    "old index in an attribute splat": ("x.*.0.y", "(splat (ref x) (rel @ [#0] .y))"),
    "splat in parentheses": ("(x[*].y)[0]", "(rel (splat (ref x) (rel @ .y)) [#0])"),
    "blanks in a splat": ("x[ * ].y", "(splat (ref x) (rel @ .y))"),
    "variable index": ("x[y][z].w", "(rel (idx (idx (ref x) (ref y)) (ref z)) .w)"),
    "keywords as attributes": ("x.for.if.in.true.null", "(ref x .for .if .in .true .null)"),
    "names that begin with keywords": ("[format, iffy, nulls]", "[(ref format) (ref iffy) (ref nulls)]"),
    "bare keys": ("{true = 1, null : 2, x = 3}", '{"true"=#1 "null"=#2 "x"=#3}'),
    "computed keys": ("{(x) = 1, x.y = 2, 1 = 3}", "{(ref x)=#1 (ref x .y)=#2 #1=#3}"),
    "conditional is right-associative": ("a ? 1 : b ? 2 : 3", "(? (ref a) #1 (? (ref b) #2 #3))"),
    "operators are left-associative": ("1 - 2 - 3", "(- (- #1 #2) #3)"),
    "precedence": ("1 || 2 && 3 == 4 < 5 + 6 * -7", "(|| #1 (&& #2 (== #3 (< #4 (+ #5 (* #6 (neg #7)))))))"),
    "templates in templates": ('"${"${"${x}"}"}"', "(wrap (wrap (wrap (ref x))))"),
    "decomposed accents": ('"e\u0301"', '(tmpl "é")'),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TRAPS.values(), ids=TRAPS)
def test_traps(text: str, expected: str) -> None:
    assert printed(parse_expression(text)) == expected


def test_a_heredoc_does_not_swallow_what_follows() -> None:
    text = "a {\n  b = <<E\nx\nE \n  c = 1\n}\nd {\n  e = <<E\ny\nE\n}\n"
    first, second = (parse_body(text, block) for block in scan(text).blocks)
    assert list(first.attributes) == ["b", "c"]
    assert list(second.attributes) == ["e"]


def test_numbers_are_exact() -> None:
    for text in ("0.1", "1e5", "1.50E-3", "123456789012345678901234567890"):
        number = parse_expression(text)
        assert isinstance(number, tree.Literal)
        assert number.value == Decimal(text)


NESTED = """resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([
    {
      name  = "web" # comment
      image = "${local.repository}:latest"
    },
  ])
  policy = <<-EOT
    {"Resource": "${aws_s3_bucket.this.arn}/*",
     "Role": "%{ if local.role != "" }${local.role}%{ endif }"}
  EOT
  dynamic "volume" {
    for_each = var.volumes
    content {
      name = volume.value
    }
  }
}
"""


def test_everything_knows_its_place() -> None:
    """Each node's own text, parsed by itself, gives the node again."""
    text = f"# äöü\n{NESTED}"
    body = parse_body(text, only_block(text))
    waiting: list[Any] = [attribute.expression for attribute in body.attributes.values()]
    seen: list[str] = []
    while waiting:
        node = waiting.pop()
        waiting += children(node)
        seen.append(text[node.start : node.end])
        if isinstance(node, (tree.Variable, tree.Traversal, tree.Call, tree.Object, tree.Tuple, tree.Binary, Template)):
            assert printed(parse_expression(text, node.start, node.end)) == printed(node)
    assert {'"web"', "local.repository", "aws_s3_bucket.this.arn", 'local.role != ""', ".arn", "local"} <= set(seen)
    assert 'name  = "web"' in seen
    assert "${local.repository}" in seen
    assert any(one.startswith("%{ if") and one.endswith("%{ endif }") for one in seen)


def test_names_and_nested_blocks_know_their_place() -> None:
    body = parse_body(NESTED, only_block(NESTED))
    family = body.attributes["family"]
    assert NESTED[family.start : family.name_end] == "family"
    assert NESTED[family.start : family.end] == 'family = "app"'
    (dynamic,) = body.blocks
    assert (dynamic.type, dynamic.labels) == ("dynamic", ("volume",))
    assert NESTED[dynamic.start : dynamic.type_end] == "dynamic"
    assert NESTED[dynamic.start : dynamic.end].startswith('dynamic "volume" {')
    assert NESTED[dynamic.end - 1] == "}"
    (content,) = dynamic.body.blocks
    assert list(content.body.attributes) == ["name"]
    assert NESTED[content.body.start : content.body.end].strip() == "name = volume.value"


def test_attributes_and_blocks_keep_their_order() -> None:
    text = "a {\n  z = 1\n  y {\n  }\n  x = 2\n  w {\n  }\n}\n"
    body = parse_body(text, only_block(text))
    assert list(body.attributes) == ["z", "x"]
    assert [block.type for block in body.blocks] == ["y", "w"]


def test_an_attribute_set_twice_is_kept_apart() -> None:
    text = "a {\n  b = 1\n  b = 2\n  c = 3\n}\n"
    body = parse_body(text, only_block(text))
    assert printed(body.attributes["b"].expression) == "#1"
    assert [text[one.start : one.end] for one in body.duplicates] == ["b = 2"]


def test_a_part_of_a_text_keeps_its_offsets() -> None:
    text = "a = 1\nb = x.y # z\n"
    expression = parse_expression(text, 9, 17)
    assert (expression.start, expression.end) == (10, 13)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "it ends too early"),
        ("1 +", 3, "it ends too early"),
        ("1 2", 2, "unexpected number"),
        ("x y", 2, "unexpected name"),
        ("f(", 2, "it ends too early"),
        ("[1 2]", 3, "unexpected number"),
        ("{a}", 2, "unexpected `}`"),
        ("{a = 1 = 2}", 7, "unexpected `=`"),
        ("x..y", 2, "unexpected `.`"),
        ("'x'", 0, "unexpected `'`"),
        ("1; 2", 1, "unexpected `;`"),
        ('"a\nb"', 2, "a string is not closed on its line"),
        ('"${x', 4, "it ends too early"),
        ("{\na =\n1}", 5, "unexpected end of line"),
        ("[for x in y]", 11, "unexpected `]`"),
        ("1e99999", 0, "a number is too large or too small"),
        ("<<E\n%{ if x }\nE", 4, "%{ if } is not closed"),
    ],
)
def test_a_fault_says_what_and_where(text: str, offset: int, message: str) -> None:
    with pytest.raises(SyntaxFault) as caught:
        parse_expression(text)
    assert (caught.value.offset, caught.value.message) == (offset, message)


def test_a_fault_quotes_no_text() -> None:
    """What stands in the wrong place may be a password."""
    for text in ('password = x "hunter2"', "x hunter2", '"x" <<E\nhunter2\nE', "x 'hunter2'", "hunter2 hunter2"):
        with pytest.raises(SyntaxFault) as caught:
            parse_expression(text)
        assert "unter2" not in caught.value.message


def nested_heredocs(levels: int) -> str:
    opening = "".join(f"<<E{level}\n${{f(" for level in range(levels))
    return opening + "1" + "".join(f")}}\nE{level}\n" for level in reversed(range(levels)))


DEEP: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "tuples": lambda n: "[" * n + "]" * n,
    "objects": lambda n: "{a=" * n + "1" + "}" * n,
    "calls": lambda n: "f(" * n + ")" * n,
    "templates": lambda n: '"${' * n + "1" + '}"' * n,
    "not": lambda n: "!" * n + "x",
    "minus": lambda n: "-" * n + "x",
    "sums": lambda n: "1 + " * n + "1",
    "conditionals": lambda n: "x ? 1 : " * n + "2",
    "conditionals in the middle": lambda n: "x ? " * n + "2" + " : 1" * n,
    "indices": lambda n: "x[" * n + "0" + "]" * n,
    "splats": lambda n: "x" + "[*]" * n,
    "attribute splats": lambda n: "x" + ".*" * n,
    "steps": lambda n: "x" + ".a" * n,
    "for": lambda n: "[for x in " * n + "y" + " : x]" * n,
    "if directives": lambda n: '"' + "%{ if x }" * n + "%{ endif }" * n + '"',
    "heredocs": nested_heredocs,
}
MOST_SECONDS = 5.0


def parsed(parse: Callable[..., T], *arguments: Any) -> T | SyntaxFault:
    try:
        return parse(*arguments)
    except SyntaxFault as fault:
        return fault


@pytest.mark.parametrize("levels", [2_000, 10_000])
@pytest.mark.parametrize("name", DEEP)
def test_depth_is_a_fault_or_a_tree(name: str, levels: int) -> None:
    text = DEEP[name](levels)
    start = time.process_time()
    outcome = parsed(parse_expression, text)
    assert time.process_time() - start < MOST_SECONDS
    if isinstance(outcome, SyntaxFault):
        assert 0 <= outcome.offset <= len(text)
    else:
        assert depth(outcome) <= MOST_LEVELS


@pytest.mark.parametrize("name", DEEP)
def test_reasonable_depth_is_a_tree(name: str) -> None:
    assert depth(parse_expression(DEEP[name](8 if name == "heredocs" else 60))) <= MOST_LEVELS


def test_nested_blocks_are_bounded_as_well() -> None:
    text = "b {\n" * 2_000 + "}\n" * 2_000
    with pytest.raises(SyntaxFault, match="nested too deeply"):
        parse_body(text, only_block(text))


def depth(root: Any) -> int:
    waiting, deepest = [(root, 0)], 0
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting += [(child, level + 1) for child in children(node)]
    return deepest


TOKENS = (
    *("a", "b", "1", "2.5", '"', "x.y", "true", "null", "{", "}", "[", "]", "(", ")", "=", ":", ",", "\n", " ", "\r\n"),
    *(
        "?",
        "+",
        "-",
        "!",
        "*",
        "/",
        "%",
        "&&",
        "||",
        "==",
        "<",
        "=>",
        "...",
        ".",
        ".*",
        "[*]",
        "::",
        "for ",
        " in ",
        " if ",
    ),
    *(
        "${",
        "%{",
        "$${",
        "~",
        "if ",
        "else ",
        "endif ",
        "endfor ",
        "for x in y",
        "\\",
        "\\n",
        "$",
        "#",
        "//",
        "/*",
        "*/",
    ),
    *(
        "<<E\n",
        "<<-E\n",
        "\nE\n",
        "E",
        "é",
        "\ufeff",
        "\x00",
        "a = 1\n",
        "b {\n",
        '"s"',
        "${x}",
        "%{ if x }",
        "%{ endif }",
    ),
)
ANY_TEXT = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join) | st.text(max_size=40)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(ANY_TEXT)
def test_nothing_but_a_fault_is_raised(text: str) -> None:
    start = time.process_time()
    whole = f"b {{\n{text}\n}}\n"
    outcomes = [parsed(parse_expression, text), parsed(parse_template, text)]
    bodies = [parsed(parse_body, whole, block) for block in scan(whole).blocks]
    assert time.process_time() - start < MOST_SECONDS
    for outcome in outcomes:
        if isinstance(outcome, SyntaxFault):
            assert 0 <= outcome.offset <= len(text)
        else:
            assert_ordered(outcome, len(text))
    assert all(0 <= body.offset <= len(whole) for body in bodies if isinstance(body, SyntaxFault))


def assert_ordered(root: Any, end: int) -> None:
    """Every node lies within the one above it."""
    waiting = [(root, 0, end)]
    while waiting:
        node, first, last = waiting.pop()
        assert first <= node.start <= node.end <= last
        waiting += [(child, node.start, node.end) for child in children(node)]
