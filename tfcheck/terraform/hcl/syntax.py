"""Parsing HCL: bodies of blocks, expressions and templates, as trees whose nodes know their place.

Every offset is one into the whole text, whatever part of it is parsed. Trees are no deeper than `MOST_LEVELS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any

from tfcheck.records import dataclass
from tfcheck.terraform.hcl import syntax_template as templates
from tfcheck.terraform.hcl.grammar import load_tables
from tfcheck.terraform.hcl.parser import Parser
from tfcheck.terraform.hcl.scan import BlockSpan, Source
from tfcheck.terraform.hcl.syntax_build import builders, make_body
from tfcheck.terraform.hcl.syntax_tree import (
    MOST_LEVELS,
    Attribute,
    AttributeStep,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    ForDirective,
    IfDirective,
    IndexStep,
    Interpolation,
    Literal,
    Object,
    ObjectItem,
    Parentheses,
    Part,
    Splat,
    SplatItem,
    Step,
    SyntaxFault,
    Template,
    Text,
    Traversal,
    Tuple,
    Unary,
    Variable,
    children,
)

__all__ = [
    "MOST_LEVELS",
    "Attribute",
    "AttributeStep",
    "Binary",
    "Block",
    "Body",
    "Call",
    "Conditional",
    "Expression",
    "For",
    "ForDirective",
    "IfDirective",
    "IndexStep",
    "Interpolation",
    "Literal",
    "Object",
    "ObjectItem",
    "Parentheses",
    "Part",
    "Splat",
    "SplatItem",
    "Step",
    "SyntaxFault",
    "Template",
    "Text",
    "Traversal",
    "Tuple",
    "Unary",
    "Variable",
    "children",
    "parse_body",
    "parse_expression",
    "parse_template",
]

_MOST_HEREDOCS = 8


@dataclass(frozen=True, slots=True)
class _Context:
    """What the heredocs found in a parse need: the text, and how many heredocs are around it."""

    source: Source
    heredocs: int


_CONTEXT: ContextVar[_Context] = ContextVar("context of the parse under way")


def parse_body(text: str, span: BlockSpan) -> Body:
    """The body of one top-level block. Raises SyntaxFault."""
    items = _parse(_Context(_source(text), 0), span.body, span.end - 1, "body")
    body = make_body(items, span.body, span.end - 1)
    _check_depth(body)
    return body


def parse_expression(text: str, start: int = 0, end: int | None = None) -> Expression:
    """The expression between two offsets, as it may stand right of `=`; blanks around it are no matter.

    Raises SyntaxFault.
    """
    start, end = _without_blanks(text, start, len(text) if end is None else end)
    expression: Expression = _parse(_Context(_source(text), 0), start, end, "expression")
    _check_depth(expression)
    return expression


def parse_template(text: str, start: int = 0, end: int | None = None) -> Template:
    """The text between two offsets as a template without quotes: a template file. Raises SyntaxFault."""
    end = len(text) if end is None else end
    if text.startswith("\ufeff", start, end):
        start += 1
    template = _template(_Context(_source(text), 0), start, end)
    _check_depth(template)
    return template


def _without_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """From the first character to the end of the last line that is not blank: blanks belong to a heredoc's marker."""
    part = text[start:end]
    last_line = start + len(part.rstrip())
    line_break = text.find("\n", last_line, end)
    return min(start + len(part) - len(part.lstrip()), last_line), end if line_break < 0 else line_break


@lru_cache(maxsize=4)
def _source(text: str) -> Source:
    return Source(text)


@cache
def _parser() -> Parser:
    return Parser(load_tables(), builders(_heredoc))


def _parse(context: _Context, start: int, end: int, rule: str) -> Any:
    outer = _CONTEXT.set(context)
    try:
        return _parser().parse(context.source.text, start, end, rule)
    finally:
        _CONTEXT.reset(outer)


def _template(context: _Context, start: int, end: int, flush: bool = False) -> Template:
    def marker(offset: int) -> templates.Marker:
        try:
            after = context.source.after_close(offset + 2)
        except SyntaxFault as fault:
            if fault.offset < end:
                raise
            after = end + 1  # what is wrong behind the template is no matter of it
        if after > end:
            raise SyntaxFault("a template sequence is not closed", offset)
        parsed: templates.Marker = _parse(context, offset, after, "string_part")
        return parsed

    pieces = templates.split(context.source.text, start, end, marker)
    return Template(templates.assemble(pieces, flush), start, end)


def _heredoc(token: Any, flush: bool) -> Template:
    """A heredoc's content: the lines between the one that opens it and the one with the end marker."""
    outer = _CONTEXT.get()
    if outer.heredocs == _MOST_HEREDOCS:
        raise SyntaxFault("heredocs are nested too deeply", token.start)
    text = outer.source.text
    start = text.index("\n", token.start) + 1
    end = text.rindex("\n", token.start, token.end) + 1
    content = _template(_Context(outer.source, outer.heredocs + 1), start, end, flush)
    return Template(content.parts, token.start, token.end, heredoc=True)


def _check_depth(root: Body | Expression) -> None:
    """Refuse a tree that is too deep for recursion; a node cannot hold more levels than characters."""
    waiting: list[tuple[Any, int]] = [(root, 0)]
    while waiting:
        node, level = waiting.pop()
        if level > MOST_LEVELS:
            raise SyntaxFault("it is nested too deeply", node.start)
        if node.end - node.start > MOST_LEVELS - level:
            waiting.extend((below, level + 1) for below in _below(node))


def _below(node: Any) -> Iterator[Any]:
    if not isinstance(node, Body):
        yield from children(node)
        return
    yield from (attribute.expression for attribute in (*node.attributes.values(), *node.duplicates))
    yield from (block.body for block in node.blocks)
