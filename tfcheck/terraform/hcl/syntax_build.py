"""What becomes of each rule of the grammar: functions from the children of a rule to a node of the tree.

Children are tokens, what other rules became, and None for line breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tfcheck.records import dataclass
from tfcheck.terraform.hcl import syntax_steps as steps
from tfcheck.terraform.hcl import syntax_template as templates
from tfcheck.terraform.hcl.bounds import LARGEST_EXPONENT
from tfcheck.terraform.hcl.parser import Builder, Token, first
from tfcheck.terraform.hcl.syntax_template import Marker
from tfcheck.terraform.hcl.syntax_tree import (
    Attribute,
    AttributeStep,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    IndexStep,
    Literal,
    Object,
    ObjectItem,
    Parentheses,
    SyntaxFault,
    Template,
    Text,
    Tuple,
    Unary,
    Variable,
)

_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}

Children = list[Any]


@dataclass(frozen=True, slots=True)
class _Intro:
    """`for key, value in collection`."""

    names: tuple[str, ...]
    collection: Expression


@dataclass(frozen=True, slots=True)
class _Condition:
    """`if expression` at the end of a for."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class _Arguments:
    """What stands between a call's parentheses."""

    expressions: tuple[Expression, ...]
    expand: bool


def builders(heredoc: Callable[[Any, bool], Template]) -> dict[str, Builder]:
    """The function of each rule. `heredoc` makes a template of a heredoc's token, True where it is to be dedented."""
    return _BUILDERS | {
        "heredoc_template": lambda children: heredoc(children[0], False),
        "heredoc_template_trim": lambda children: heredoc(children[0], True),
    }


def make_body(items: Sequence[Attribute | Block], start: int, end: int) -> Body:
    """A body of what was found between two offsets."""
    attributes: dict[str, Attribute] = {}
    duplicates: list[Attribute] = []
    blocks: list[Block] = []
    for item in items:
        if isinstance(item, Block):
            blocks.append(item)
        elif item.name in attributes:
            duplicates.append(item)
        else:
            attributes[item.name] = item
    return Body(attributes, tuple(blocks), tuple(duplicates), start, end)


def _nodes(children: Children) -> list[Any]:
    """The children that are neither tokens nor line breaks."""
    return [child for child in children if child is not None and child.__class__ is not Token]


def _has_token(children: Children, kind: str) -> bool:
    return any(child.__class__ is Token and child.kind == kind for child in children)


def _names(children: Children) -> tuple[str, ...]:
    return tuple(child.text for child in children if child.__class__ is Token and child.kind == "NAME")


def _nothing(_: Children) -> None:
    return None


def _attribute(children: Children) -> Attribute:
    name, _, expression = children
    return Attribute(name.text, expression, name.start, name.end, expression.end)


def _block(children: Children) -> Block:
    header, *labels, opening, items, closing = (child for child in children if child is not None)
    body = make_body(items, opening.end, closing.start)
    names = tuple(_label(label) for label in labels)
    return Block(header.text, names, body, header.start, header.end, closing.end)


def _label(label: Any) -> str:
    if isinstance(label, Template):
        return "".join(part.value for part in label.parts if isinstance(part, Text))
    return str(label.text)


def _number(children: Children) -> Literal:
    token = children[0]
    try:
        number = Decimal(token.text)
    except ArithmeticError:
        number = Decimal("inf")
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise SyntaxFault("a number is too large or too small", token.start)
    return Literal(number, token.start, token.end)


def _string(children: Children) -> Template:
    opening, *middle, closing = children
    if len(middle) == 1 and isinstance(middle[0], Token):
        return Template((_text(middle[0]),), opening.start, closing.end)
    pieces: list[templates.Piece] = []
    for child in middle:
        if isinstance(child, Marker):
            pieces.append(child)
        elif child.kind == "STRING_CHARS":
            pieces += templates.quoted_text(_on_one_line(child), child.start)
        else:
            pieces.append(_text(child))
    return Template(templates.assemble(pieces), opening.start, closing.end)


def _text(token: Token) -> Text:
    return Text(templates.unescape(_on_one_line(token)), token.start, token.end)


def _on_one_line(token: Token) -> str:
    if "\n" in token.text:
        raise SyntaxFault("a string is not closed on its line", token.start + token.text.index("\n"))
    return token.text


def _string_in_backslashes(children: Children) -> Template:
    """A string whose quotes were escaped: python-hcl2 reads it in a template in quotes, Terraform refuses it."""
    token = children[0]
    text = Text(templates.unescape(token.text[2:-2]), token.start + 2, token.end - 2)
    return Template(templates.assemble((text,)), token.start, token.end)


def _marker(kind: templates.Kind) -> Builder:
    def make(children: Children) -> Marker:
        opening, closing = children[0], children[-1]
        left, right = (
            isinstance(child, Token) and child.kind == "STRIP_MARKER" for child in (children[1], children[-2])
        )
        expression = next(iter(_nodes(children)), None)
        return Marker(kind, left, right, opening.start, closing.end, expression, _names(children))

    return make


def _term(children: Children) -> Any:
    opening = children[0]
    if not isinstance(opening, Token):
        return opening
    start, end = opening.start, children[-1].end
    if opening.kind == "LPAR":
        inner = _nodes(children)[0]
        return Parentheses(inner.expression if isinstance(inner, Parentheses) else inner, start, end)
    if opening.kind in _CONSTANTS:
        return Literal(_CONSTANTS[opening.kind], start, end)
    return Variable(opening.text, start, end)


def _conditional(children: Children) -> Conditional:
    condition, then, otherwise = _nodes(children)
    return Conditional(condition, then, otherwise, condition.start, otherwise.end)


def _operator_and_right(children: Children) -> tuple[str, Expression]:
    return children[0].text, children[-1]


def _binary(children: Children) -> Binary:
    left, (operator, right) = children[:2]
    return Binary(operator, left, right, left.start, right.end)


def _unary(children: Children) -> Unary:
    operator, operand = children
    return Unary(operator.text, operand, operator.start, operand.end)


def _tuple(children: Children) -> Tuple:
    return Tuple(tuple(_nodes(children)), children[0].start, children[-1].end)


def _object(children: Children) -> Object:
    return Object(tuple(_nodes(children)), children[0].start, children[-1].end)


def _object_item(children: Children) -> ObjectItem:
    key, _, value = children
    return ObjectItem(key, value, key.start, value.end)


def _object_key(children: Children) -> Any:
    """A bare name is a string, and so are `true`, `false` and `null`."""
    key = children[0]
    if isinstance(key, Token):
        return Literal(key.text, key.start, key.end)
    if isinstance(key, Variable):
        return Literal(key.name, key.start, key.end)
    if isinstance(key, Literal) and not isinstance(key.value, Decimal):
        name = next(token for token, value in _CONSTANTS.items() if value is key.value).lower()
        return Literal(name, key.start, key.end)
    return key


def _arguments(children: Children) -> _Arguments:
    return _Arguments(tuple(_nodes(children)), _has_token(children, "ELLIPSIS"))


def _call(children: Children) -> Call:
    given = next(iter(_nodes(children)), _Arguments((), False))
    start, end = children[0].start, children[-1].end
    return Call("::".join(_names(children)), given.expressions, given.expand, start, end)


def _intro(children: Children) -> _Intro:
    return _Intro(_names(children), _nodes(children)[0])


def _condition(children: Children) -> _Condition:
    return _Condition(children[-1])


def _for(children: Children) -> For:
    intro, *values = _nodes(children)
    condition = values.pop().expression if isinstance(values[-1], _Condition) else None
    *key, value = values
    *key_name, value_name = intro.names
    return For(
        key_name=key_name[0] if key_name else None,
        value_name=value_name,
        collection=intro.collection,
        key=key[0] if key else None,
        value=value,
        condition=condition,
        grouping=_has_token(children, "ELLIPSIS"),
        start=children[0].start,
        end=children[-1].end,
    )


def _attribute_step(children: Children) -> AttributeStep:
    dot, name = children
    return AttributeStep(name.text, dot.start, name.end)


def _index_step(children: Children) -> IndexStep:
    return IndexStep(_nodes(children)[0], children[0].start, children[-1].end)


def _legacy_index_step(children: Children) -> IndexStep:
    dot, number = children
    return IndexStep(_number([number]), dot.start, number.end, legacy=True)


def _traversal(children: Children) -> Expression:
    source, step = children
    return steps.extended(source, (step,))


def _splat_marker(children: Children) -> steps.SplatMarker:
    marker, *following = children
    return steps.SplatMarker(tuple(following), marker.kind == "FULL_SPLAT_START", marker.start, marker.end)


def _splat(children: Children) -> Expression:
    source, marker = children
    return steps.splat(source, marker)


_TERMS = ("float_lit", "int_lit", "string", "tuple", "object", "function_call", "index_expr_term", "get_attr_expr_term")

_BUILDERS: dict[str, Builder] = {
    "new_line_or_comment": _nothing,
    "body": _nodes,
    "attribute": _attribute,
    "block": _block,
    "identifier": first,
    "keyword": first,
    "literal_value": first,
    "int_lit": _number,
    "float_lit": _number,
    "string": _string,
    "string_part": first,
    "template_string": _string_in_backslashes,
    "interpolation": _marker("interpolation"),
    "template_if_start": _marker("if"),
    "template_else": _marker("else"),
    "template_endif": _marker("endif"),
    "template_for_start": _marker("for"),
    "template_endfor": _marker("endfor"),
    "expr_term": _term,
    **{f"expr_term:{symbol}": first for symbol in _TERMS},
    "conditional": _conditional,
    "binary_operator": first,
    "binary_term": _operator_and_right,
    "binary_op": _binary,
    "unary_op": _unary,
    "tuple": _tuple,
    "object": _object,
    "object_elem": _object_item,
    "object_elem_key": _object_key,
    "arguments": _arguments,
    "function_call": _call,
    "for_intro": _intro,
    "for_cond": _condition,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
    "braces_index": _index_step,
    "short_index": _legacy_index_step,
    "get_attr": _attribute_step,
    "index_expr_term": _traversal,
    "get_attr_expr_term": _traversal,
    "attr_splat": _splat_marker,
    "full_splat": _splat_marker,
    "attr_splat_expr_term": _splat,
    "full_splat_expr_term": _splat,
}
