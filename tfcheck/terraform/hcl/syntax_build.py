"""What becomes of each rule of the grammar: functions from the children of a rule to a node of the tree.

Children are tokens (strings with `type`, `start_pos` and `end_pos`), what other rules became, and None for line breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tfcheck.terraform.hcl import syntax_steps as steps
from tfcheck.terraform.hcl import syntax_template as templates
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

_LARGEST_EXPONENT = 4096
_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}

Children = list[Any]
Builder = Callable[[Children], object]


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


def callbacks(heredoc: Callable[[Any, bool], Template]) -> dict[str, Builder]:
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


def _is_token(child: Any) -> bool:
    return isinstance(child, str)


def _nodes(children: Children) -> list[Any]:
    """The children that are neither tokens nor line breaks."""
    return [child for child in children if child is not None and not isinstance(child, str)]


def _has_token(children: Children, kind: str) -> bool:
    return any(_is_token(child) and child.type == kind for child in children)


def _names(children: Children) -> tuple[str, ...]:
    return tuple(str(child) for child in children if _is_token(child) and child.type == "NAME")


def _nothing(_: Children) -> None:
    return None


def _first(children: Children) -> Any:
    return children[0]


def _attribute(children: Children) -> Attribute:
    name, _, expression = children
    return Attribute(str(name), expression, name.start_pos, name.end_pos, expression.end)


def _block(children: Children) -> Block:
    header, *labels, opening, items, closing = (child for child in children if child is not None)
    body = make_body(items, opening.end_pos, closing.start_pos)
    names = tuple(_label(label) for label in labels)
    return Block(str(header), names, body, header.start_pos, header.end_pos, closing.end_pos)


def _label(label: Any) -> str:
    if isinstance(label, Template):
        return "".join(part.value for part in label.parts if isinstance(part, Text))
    return str(label)


def _number(children: Children) -> Literal:
    token = children[0]
    try:
        number = Decimal(token)
    except ArithmeticError:
        number = Decimal("inf")
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise SyntaxFault("a number is too large or too small", token.start_pos)
    return Literal(number, token.start_pos, token.end_pos)


def _string(children: Children) -> Template:
    opening, *middle, closing = children
    if len(middle) == 1 and _is_token(middle[0]):
        return Template((_text(middle[0]),), opening.start_pos, closing.end_pos)
    pieces: list[templates.Piece] = []
    for child in middle:
        if isinstance(child, Marker):
            pieces.append(child)
        elif child.type == "STRING_CHARS":
            pieces += templates.quoted_text(_on_one_line(child), child.start_pos)
        else:
            pieces.append(_text(child))
    return Template(templates.assemble(pieces), opening.start_pos, closing.end_pos)


def _text(token: Any) -> Text:
    return Text(templates.unescape(_on_one_line(token)), token.start_pos, token.end_pos)


def _on_one_line(token: Any) -> str:
    if "\n" in token:
        raise SyntaxFault("a string is not closed on its line", token.start_pos + token.index("\n"))
    return str(token)


def _string_in_backslashes(children: Children) -> Template:
    """A string whose quotes were escaped: python-hcl2 reads it in a template in quotes, Terraform refuses it."""
    token = children[0]
    text = Text(templates.unescape(token[2:-2]), token.start_pos + 2, token.end_pos - 2)
    return Template(templates.assemble((text,)), token.start_pos, token.end_pos)


def _marker(kind: templates.Kind) -> Builder:
    def make(children: Children) -> Marker:
        first, last = children[0], children[-1]
        left, right = (_is_token(child) and child.type == "STRIP_MARKER" for child in (children[1], children[-2]))
        expression = next(iter(_nodes(children)), None)
        return Marker(kind, left, right, first.start_pos, last.end_pos, expression, _names(children))

    return make


def _term(children: Children) -> Any:
    first = children[0]
    if not _is_token(first):
        return first
    start, end = first.start_pos, children[-1].end_pos
    if first.type == "LPAR":
        inner = _nodes(children)[0]
        return Parentheses(inner.expression if isinstance(inner, Parentheses) else inner, start, end)
    if first.type in _CONSTANTS:
        return Literal(_CONSTANTS[first.type], start, end)
    return Variable(str(first), start, end)


def _conditional(children: Children) -> Conditional:
    condition, then, otherwise = _nodes(children)
    return Conditional(condition, then, otherwise, condition.start, otherwise.end)


def _operator_and_right(children: Children) -> tuple[str, Expression]:
    return str(children[0]), children[-1]


def _binary(children: Children) -> Binary:
    left, (operator, right) = children[:2]
    return Binary(operator, left, right, left.start, right.end)


def _unary(children: Children) -> Unary:
    operator, operand = children
    return Unary(str(operator), operand, operator.start_pos, operand.end)


def _tuple(children: Children) -> Tuple:
    return Tuple(tuple(_nodes(children)), children[0].start_pos, children[-1].end_pos)


def _object(children: Children) -> Object:
    return Object(tuple(_nodes(children)), children[0].start_pos, children[-1].end_pos)


def _object_item(children: Children) -> ObjectItem:
    key, _, value = children
    return ObjectItem(key, value, key.start, value.end)


def _object_key(children: Children) -> Any:
    """A bare name is a string, and so are `true`, `false` and `null`."""
    key = children[0]
    if _is_token(key):
        return Literal(str(key), key.start_pos, key.end_pos)
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
    start, end = children[0].start_pos, children[-1].end_pos
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
        start=children[0].start_pos,
        end=children[-1].end_pos,
    )


def _attribute_step(children: Children) -> AttributeStep:
    dot, name = children
    return AttributeStep(str(name), dot.start_pos, name.end_pos)


def _index_step(children: Children) -> IndexStep:
    return IndexStep(_nodes(children)[0], children[0].start_pos, children[-1].end_pos)


def _legacy_index_step(children: Children) -> IndexStep:
    dot, number = children
    return IndexStep(_number([number]), dot.start_pos, number.end_pos, legacy=True)


def _traversal(children: Children) -> Expression:
    source, step = children
    return steps.extended(source, (step,))


def _splat_marker(children: Children) -> steps.SplatMarker:
    marker, *following = children
    return steps.SplatMarker(tuple(following), marker.type == "FULL_SPLAT_START", marker.start_pos, marker.end_pos)


def _splat(children: Children) -> Expression:
    source, marker = children
    return steps.splat(source, marker)


_BUILDERS: dict[str, Builder] = {
    "new_line_or_comment": _nothing,
    "body": _nodes,
    "attribute": _attribute,
    "block": _block,
    "identifier": _first,
    "keyword": _first,
    "literal_value": _first,
    "int_lit": _number,
    "float_lit": _number,
    "string": _string,
    "string_part": _first,
    "template_string": _string_in_backslashes,
    "interpolation": _marker("interpolation"),
    "template_if_start": _marker("if"),
    "template_else": _marker("else"),
    "template_endif": _marker("endif"),
    "template_for_start": _marker("for"),
    "template_endfor": _marker("endfor"),
    "expr_term": _term,
    "conditional": _conditional,
    "binary_operator": _first,
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
