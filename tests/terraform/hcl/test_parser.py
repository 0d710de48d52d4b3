"""The parser does what lark does with the same grammar: on every configuration in testdata, and on damaged ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import lark
import pytest

from tfcheck.terraform.hcl import grammar
from tfcheck.terraform.hcl.parser import Builder, Parser, Token
from tfcheck.terraform.hcl.syntax_tree import SyntaxFault

TESTDATA = Path(__file__).parents[3] / "testdata"
FILES = sorted(path for path in TESTDATA.rglob("*.tf") if ".terraform" not in path.parts)
TABLES = grammar.load_tables(pytest.fail)
RULES = {rule.builder for rule in TABLES.rules if not rule.origin.startswith("_")}
# Rules that lark passes over where they have one value only.
PASSING = {"expression", "or_expr", "and_expr", "eq_expr", "rel_expr", "add_expr", "mul_expr", "unary_expr", "index"}


class NewlineFilter:
    """For lark: line breaks do not count inside of `(`, `[`, `${`, `%{` and of a for in braces."""

    always_accept = ("NL_OR_COMMENT",)

    def process(self, stream: Iterable[lark.Token]) -> Iterator[lark.Token]:
        """The tokens that count."""
        outer: list[bool] = []
        counting, after_brace = True, False
        for token in stream:
            if token.type == "NL_OR_COMMENT":
                if counting:
                    yield token
                continue
            if token.type in ("LPAR", "LSQB", "INTERP_START", "DIRECTIVE_START", "LBRACE"):
                outer.append(counting)
                counting = token.type == "LBRACE"
            elif token.type in ("RPAR", "RSQB", "RBRACE") and outer:
                counting = outer.pop()
            elif token.type == "FOR" and after_brace:
                counting = False
            after_brace = token.type == "LBRACE"
            yield token


@pytest.fixture(scope="module")
def reference() -> lark.Lark:
    return lark.Lark(grammar.corrected_grammar(), parser="lalr", start=list(grammar.STARTS), postlex=NewlineFilter())


def named(rule: str) -> Builder:
    return lambda values: (rule, [told(value) for value in values])


def told(value: Any) -> Any:
    return (value.kind, value.text.strip(" \t"), value.end) if isinstance(value, Token) else value


def told_by_lark(tree: Any) -> Any:
    if isinstance(tree, lark.Token):
        return tree.type, tree.strip(" \t"), tree.end_pos
    return str(tree.data), [told_by_lark(child) for child in tree.children]


PARSER = Parser(TABLES, {rule: named(rule) for rule in RULES - PASSING})


def parsed(text: str) -> Any:
    try:
        return PARSER.parse(text, 0, len(text), "body")
    except SyntaxFault:
        return None


def parsed_by_lark(reference: lark.Lark, text: str) -> Any:
    try:
        return told_by_lark(reference.parse(text, start="body"))
    except lark.exceptions.LarkError:
        return None


def test_every_configuration(reference: lark.Lark) -> None:
    texts = [path.read_text() for path in FILES]
    assert [
        path for path, text in zip(FILES, texts, strict=True) if parsed(text) != parsed_by_lark(reference, text)
    ] == []
    assert sum(parsed(text) is not None for text in texts) > 90


def test_damaged_ones(reference: lark.Lark) -> None:
    """With a character left out, a pair swapped, or cut off: the same tree, or a fault of both."""
    text = "".join(path.read_text() for path in FILES if "tricky" in path.parts)[:6000]
    without = [text[:place] + text[place + 1 :] for place in range(0, len(text), 41)]
    swapped = [text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(1, len(text) - 2, 97)]
    shortened = [text[:place] for place in range(0, len(text), 211)]
    damaged = without + swapped + shortened
    assert [one for one in damaged if parsed(one) != parsed_by_lark(reference, one)] == []
