"""The corrections still fit the installed python-hcl2, and the shipped tables are those of the corrected grammar."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tfcheck.terraform.hcl import grammar

SHIPPED = grammar._shipped_grammar()


@pytest.mark.parametrize("correction", grammar.CORRECTIONS, ids=lambda correction: correction.shipped.split(":")[0])
def test_what_is_corrected_is_still_there(correction: grammar.Correction) -> None:
    """An update of python-hcl2 that changes a corrected rule or terminal fails here."""
    assert SHIPPED.count(correction.shipped) == 1
    assert correction.reason


RELIED_ON = (
    "start : body",
    "body : (new_line_or_comment? (attribute | block))* new_line_or_comment?",
    "attribute : _attribute_name EQ expression",
    "block : _attribute_name (_attribute_name | string)* new_line_or_comment? LBRACE body RBRACE",
    "string: DBLQUOTE string_part* DBLQUOTE",
    "object_elem : object_elem_key ( EQ | COLON ) expression",
    "object_elem_key : expression | keyword",
    "get_attr : DOT (identifier | literal_value)",
    "short_index : DOT INT_LITERAL",
    "attr_splat : ATTR_SPLAT (get_attr | index)*",
    "full_splat : FULL_SPLAT_START (get_attr | index)*",
    "binary_term",
    "!for_intro : FOR new_line_or_comment? identifier (COMMA identifier new_line_or_comment?)?",
    "%ignore /[ \\t\\r]+/",
)


@pytest.mark.parametrize("rule", RELIED_ON)
def test_what_is_relied_on_is_still_there(rule: str) -> None:
    assert rule in SHIPPED


def test_the_tables_are_not_stale() -> None:
    """After a change to the corrections, or with another lark, run scripts/make_grammar_tables.py."""
    tables = Path(grammar.__file__).with_name(grammar.TABLES).read_bytes()
    assert json.loads(zlib.decompress(tables))["key"] == grammar.key(grammar.corrected_grammar())


def test_a_grammar_that_is_not_the_expected_one_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "_shipped_grammar", lambda: SHIPPED.replace("NAME :", "NAME:"))
    with pytest.raises(grammar.GrammarError, match=r"python-hcl2>=8\.1\.4,<8\.2.*NAME"):
        grammar.corrected_grammar()


def test_stale_tables_are_rebuilt_in_memory_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(grammar, "key", lambda text: "another")
    parser = grammar.load_parser(TEXT_OF_RULES, said.append)
    assert len(said) == 1
    assert "building them" in said[0]
    assert grammar.parse(parser, "a = 1", 0, 5, "body")


def _joined(children: list[Any]) -> str:
    return " ".join(str(child) for child in children)


TEXT_OF_RULES: dict[str, Callable[[list[Any]], object]] = {
    "expr_term": _joined,
    "int_lit": _joined,
    "identifier": _joined,
}


def test_the_loaded_parser_does_what_the_built_one_does() -> None:
    text = 'a = [for x in y : x if z]\nb "c" {\n  d = "e${f}" # g\n}\n'
    loaded = grammar.load_parser({}, pytest.fail)
    built = grammar._build(grammar.corrected_grammar(), {})
    assert grammar.parse(loaded, text, 0, len(text), "body") == grammar.parse(built, text, 0, len(text), "body")


def test_python_hcl2_is_not_imported() -> None:
    code = "import sys, tfcheck.terraform.hcl.syntax as s; s.parse_expression('1'); sys.exit('hcl2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_lark_is_loaded_only_when_something_is_parsed() -> None:
    code = "import sys, tfcheck.terraform.hcl.syntax; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
