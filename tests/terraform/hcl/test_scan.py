"""Top-level blocks and attributes are found without parsing, and damage costs only what is damaged."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcheck.terraform.hcl.scan import AttributeSpan, BlockSpan, lines, position, scan

GOOD = 'resource "aws_x" "good" {\n  a = 1\n}\n'


def headers(text: str) -> list[tuple[str, ...]]:
    return [(block.type, *block.labels) for block in scan(text).blocks]


def test_a_block_has_type_labels_and_offsets() -> None:
    text = '# first\nresource "aws_x" "y" {\n  a = 1\n}\n'
    assert scan(text).blocks == (
        BlockSpan("resource", ("aws_x", "y"), text.index("resource"), text.index("{") + 1, text.index("}") + 1),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("# a { }\n// b { }\n/* c {\n} */", [], id="only comments"),
        pytest.param("locals {}", [("locals",)], id="no labels"),
        pytest.param("a {}\nb {}\n", [("a",), ("b",)], id="two"),
        pytest.param("resource aws_x y {\n}\n", [("resource", "aws_x", "y")], id="bare labels"),
        pytest.param('resource /* x */ "a" /* y */ "b" {\n}\n', [("resource", "a", "b")], id="comments between labels"),
        pytest.param('a"b"{\n}\n', [("a", "b")], id="no blanks"),
        pytest.param('a "" {\n}\n', [("a", "")], id="empty label"),
        pytest.param('a "b\\"c" {\n}\n', [("a", 'b\\"c')], id="escaped quote in a label"),
        pytest.param("\ufeffa {\n}\n", [("a",)], id="byte-order mark"),
        pytest.param("a {\r\n}\r\nb {\r\n}\r\n", [("a",), ("b",)], id="CRLF"),
        pytest.param('a {\n  b = "}"\n}\nc {}', [("a",), ("c",)], id="brace in a string"),
        pytest.param('a {\n  b = "${f("}")}"\n}\nc {}', [("a",), ("c",)], id="brace in a string in a template"),
        pytest.param('a {\n  b = "${ {x="}"}["x"] }"\n}\nc {}', [("a",), ("c",)], id="object in a template"),
        pytest.param('a {\n  b = "$${"\n}\nc {}', [("a",), ("c",)], id="escaped template"),
        pytest.param('a {\n  b = "$${${x}"\n}\nc {}', [("a",), ("c",)], id="template after an escaped one"),
        pytest.param('a {\n  b = "%%{"\n}\nc {}', [("a",), ("c",)], id="escaped directive"),
        pytest.param('a {\n  b = "%{ if x }}%{ endif }"\n}\nc {}', [("a",), ("c",)], id="directive"),
        pytest.param('a {\n  b = "\\""\n  c = "\\\\"\n}\nd {}', [("a",), ("d",)], id="escapes"),
        pytest.param("a {\n  # }\n  // }\n  /* } */\n}\nb {}", [("a",), ("b",)], id="brace in comments"),
        pytest.param('a {\n  /* " */\n  # "\n}\nb {}', [("a",), ("b",)], id="quote in comments"),
        pytest.param("a {\n  b = 4 / 2\n}\nc {}", [("a",), ("c",)], id="division"),
        pytest.param('a {\n  b = "http://x"\n}\nc {}', [("a",), ("c",)], id="no comment in a string"),
        pytest.param("a {\n  b = <<EOT\n}\nEOT\n}\nc {}", [("a",), ("c",)], id="heredoc"),
        pytest.param("a {\n  b = <<-EOT\n  }\n  EOT\n}\nc {}", [("a",), ("c",)], id="indented heredoc"),
        pytest.param("a {\n  b = <<EOT\n}\nEOT  \n}\nc {}", [("a",), ("c",)], id="blanks after the end marker"),
        pytest.param("a {\n  b = <<EOT\n}\n EOTx\nEOT\n}\nc {}", [("a",), ("c",)], id="longer marker"),
        pytest.param("a {\n  b = <<_E\n}\n_E\n}\nc {}", [("a",), ("c",)], id="marker with an underscore"),
        pytest.param("a {\r\n  b = <<E\r\n}\r\nE\r\n}\r\nc {}", [("a",), ("c",)], id="heredoc with CRLF"),
        pytest.param("a {\n  b = f(<<A, <<B)\n}\n", [("a",)], id="no heredocs"),
        pytest.param("é { }\n", [("é",)], id="unicode"),
    ],
)
def test_blocks(text: str, expected: list[tuple[str, ...]]) -> None:
    assert scan(text).faults == ()
    assert headers(text) == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("a = 1\nb = 2", [" 1", " 2"], id="plain"),
        pytest.param("a = 1 # x\nb = 2\n", [" 1 # x", " 2"], id="comment"),
        pytest.param("a = [\n 1,\n]\nb = {\n c = 2\n}\n", [" [\n 1,\n]", " {\n c = 2\n}"], id="brackets"),
        pytest.param('a = "]"\nb = "${f("\\"")}"\n', [' "]"', ' "${f("\\"")}"'], id="strings"),
        pytest.param("a = <<E\n[\nE\nb = 1\n", [" <<E\n[\nE", " 1"], id="heredoc"),
        pytest.param("a = 1\r\nb = 2\r\n", [" 1", " 2"], id="CRLF"),
        pytest.param("\ufeffa = 1\n", [" 1"], id="byte-order mark"),
        pytest.param("a /* x */ = 1\n", [" 1"], id="comment before the equals sign"),
        pytest.param("a = 1\nb {}\nc = 2\n", [" 1", " 2"], id="among blocks"),
    ],
)
def test_attributes(text: str, values: list[str]) -> None:
    found = scan(text)
    assert found.faults == ()
    assert [text[attribute.value : attribute.end] for attribute in found.attributes] == values


def test_an_attribute_has_a_name_and_offsets() -> None:
    assert scan("\na = 1\n").attributes == (AttributeSpan("a", 1, 4, 6),)


@pytest.mark.parametrize(
    ("damaged", "at", "message"),
    [
        pytest.param("a {\n  b = {\n}\n", "{", "a brace is not closed, in the block a", id="brace"),
        pytest.param('a {\n  b = "x\n}\n', '"', "a string is not closed on its line", id="string"),
        pytest.param('a {\n  b = "${f({x\n', "{x", "a template in a string is not closed", id="template"),
        pytest.param("a {\n  b = <<E\n}\n", "<<", "a heredoc is not closed by E", id="heredoc"),
        pytest.param("a {\n  /* x\n}\n", "/*", "a comment is not closed", id="comment"),
        pytest.param("}\n", "}", "neither a block nor an attribute", id="closing brace"),
        pytest.param("a\n{\n}\n", "a", "neither a block nor an attribute", id="brace on the next line"),
        pytest.param("a\n= 1\n", "a", "neither a block nor an attribute", id="equals sign on the next line"),
        pytest.param("a = [\n", " [", "a bracket is not closed", id="bracket"),
        pytest.param("/* x\n", "/*", "a comment is not closed", id="comment at the top"),
    ],
)
def test_damage_costs_only_itself(damaged: str, at: str, message: str) -> None:
    found = scan(f"{GOOD}{damaged}{GOOD}")
    assert [(block.type, *block.labels) for block in found.blocks] == [("resource", "aws_x", "good")] * 2
    assert len(found.faults) == 1
    assert message in found.faults[0].message
    assert found.faults[0].offset == len(GOOD) + damaged.index(at)


def test_blocks_survive_most_single_damages() -> None:
    """With one structural character removed, at least nine in ten blocks of a file stay readable."""
    text = "".join(
        f'resource "aws_x" "r{n}" {{\n  a = "${{b}}"\n  c {{\n    d = [{{ e = 1 }}]\n  }}\n}}\n\n' for n in range(30)
    )
    choose = random.Random(1)  # noqa: S311 - nothing is secret
    kept = 0
    for _ in range(100):
        index = choose.choice([index for index, character in enumerate(text) if character in '{}"'])
        kept += len(scan(text[:index] + text[index + 1 :]).blocks)
    assert kept >= 100 * 30 * 0.9


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 1, (1, 2)),
        ("ab\ncd", 2, (1, 3)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 5, (2, 2)),
        ("é😀x\n", 2, (1, 3)),
        ("\ufeffa", 1, (1, 1)),
        ("\ufeffa", 0, (1, 1)),
        ("\ufeffa\nb", 3, (2, 1)),
    ],
)
def test_position(text: str, offset: int, expected: tuple[int, int]) -> None:
    assert position(text, offset) == expected
    assert lines(text).position(offset) == expected


MOST_SECONDS = 3.0
HOSTILE = {
    "braces": "a {" * 30_000,
    "unclosed blocks": 'resource "a" "b" {\n' * 30_000,
    "unclosed heredocs": "".join(f'resource "a" "b" {{\n x = <<E{n}\n}}\n' for n in range(10_000)),
    "unclosed comments": 'resource "a" "b" {\n /*\n}\n' * 10_000,
    "nested templates": "x = " + '"${' * 30_000,
    "closed nested templates": "b {\n x = " + '"${' * 30_000 + "1" + '}"' * 30_000 + "\n}",
    "labels": "a " + '"b" ' * 30_000,
    "bare labels": "a " + "b-" * 30_000,
    "backslashes": 'a = "' + "\\" * 60_001 + '"',
    "dollars": 'a = "' + "$" * 60_000,
    "quotes": '"' * 60_000,
    "comment openings": "a = 1 " + "/*" * 30_000,
    "stars": "a = 1 /" + "*" * 60_000,
    "heredoc openings": "a = " + "<<E\n" * 30_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_time_is_linear(text: str) -> None:
    start = time.process_time()
    scan(text)
    assert time.process_time() - start < MOST_SECONDS


def test_a_file_that_is_nothing_but_damage_is_given_up() -> None:
    found = scan('resource "a" "b" {\n' * 1000)
    assert "from here on nothing is read" in found.faults[-1].message


SNIPPETS = (
    *("a", "b-c", '"', "{", "}", "[", "]", "(", ")", "=", "\n", "\r\n", " ", "#", "//", "/*", "*/", "${", "%{", "$${"),
    *("\\", "<<E", "<<-E", "E", "\nE\n", "resource ", "~", "é", "\ufeff", "1", "for ", ":", "?", "...", ","),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(SNIPPETS), max_size=60).map("".join) | st.text(max_size=60))
def test_nothing_is_raised_and_spans_are_in_order(text: str) -> None:
    found = scan(text)
    ends = 0
    items: list[BlockSpan | AttributeSpan] = [*found.blocks, *found.attributes]
    for item in sorted(items, key=lambda item: item.start):
        assert ends <= item.start < item.end <= len(text)
        ends = item.end
    for block in found.blocks:
        assert text[block.start :].startswith(block.type)
        assert text[block.body - 1] == "{"
        assert text[block.end - 1] == "}"
    assert all(0 <= fault.offset <= len(text) and fault.message for fault in found.faults)


def test_scanning_loads_no_parser() -> None:
    code = "import sys, tfcheck.terraform.hcl.scan; sys.exit(bool({'lark', 'hcl2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
