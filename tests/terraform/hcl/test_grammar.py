"""The corrections still fit the installed python-hcl2, and the shipped tables are those of the corrected grammar."""

from __future__ import annotations

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tfcheck.terraform.hcl import grammar

SHIPPED = grammar._shipped_grammar()
SHIPPED_TABLES = grammar.load_tables(pytest.fail)


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
    shipped = Path(grammar.__file__).with_name(grammar.TABLES).read_bytes()
    assert zlib.decompress(shipped) == zlib.decompress(grammar.packed_tables())


def test_a_grammar_that_is_not_the_expected_one_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "_shipped_grammar", lambda: SHIPPED.replace("NAME :", "NAME:"))
    with pytest.raises(grammar.GrammarError, match=r"python-hcl2>=8\.1\.4,<8\.2.*NAME"):
        grammar.corrected_grammar()


def test_stale_tables_are_made_anew_in_memory_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(grammar, "key", lambda: -1)
    assert grammar.load_tables(said.append) == SHIPPED_TABLES
    assert len(said) == 1
    assert "making them" in said[0]


def test_python_hcl2_is_not_imported() -> None:
    code = "import sys, tfcheck.terraform.hcl.syntax as s; s.parse_expression('1'); sys.exit('hcl2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_lark_is_not_imported() -> None:
    code = "import sys, tfcheck.terraform.hcl.syntax as s; s.parse_expression('1'); sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
