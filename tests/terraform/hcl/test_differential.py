"""Expressions made at random, by type, come to what terraform makes of them; those that did not are in testdata/hcl.

TFCHECK_EXPRESSIONS=5000 asks for so many of them, TFCHECK_SEED=7 for others.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import re
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from terraform.hcl.test_evaluate import RECORDER, fits, recorded_scope, value_of

from tfcheck.terraform.hcl import syntax
from tfcheck.terraform.hcl.values import EvaluationFault, Value, why_unknown

COUNT = int(os.environ.get("TFCHECK_EXPRESSIONS", "800"))
SEED = int(os.environ.get("TFCHECK_SEED", "1"))
# Locals, since terraform's validation takes variables for unknown, and refuses more than its plan would.
CONTEXT = """
resource "terraform_data" "unknown" {}

resource "terraform_data" "other" {
  input = terraform_data.unknown.id
}

locals {
  name   = "app"
  list   = tolist(["a", "b", "c"])
  map    = tomap({ x = 1, y = 2 })
  cfg    = { image = "nginx", ports = [{ p = 80 }, { p = 443 }], tags = null }
  obj    = { n = 1, s = "q", deep = { on = true }, tags = tomap({}), items = tolist([{ id = "1", size = 5 }]) }
  nested = { for i, k in ["x", "y"] : "p-${local.name}-${k}" => (i + 1) * 2 }
}
"""

# What terraform does not know when planning, and something that it may turn out to be.
HIDDEN = {
    "terraform_data.unknown.id": '"b"',
    "terraform_data.other.output": '["b", "a"]',
}
# Why this program does not know what terraform knows: it has no infinity, and numbers of no other precision than 512.
LEFT_OUT = {
    "a number divided by zero",
    "with how many bits a number was computed",
    "a null of no type",
    "a power that is no whole one",
}
UNKNOWN = re.compile("|".join(map(re.escape, HIDDEN)))

# Leaves: s string, n number, b bool, S list of strings, N list of numbers, T set of strings, M map of numbers,
# O object, L tuple, J JSON text, C address range, D timestamp, I small whole number, P pattern, F format.
LEAVES: dict[str, tuple[str, ...]] = {
    "s": (
        '"a"',
        '"b-c"',
        '""',
        '"Hé🎉"',
        '"12"',
        '"true"',
        '" x\\n"',
        "local.name",
        '"a,b,,c"',
        '"e\\u0301x"',
        "<<E\na\n b\nE\n",
    ),
    "n": ("0", "1", "-3", "2.5", "1e20", "0.1", "7", "12345678901234567890", "-0.75", "100", '"5"', "1 / 3"),
    "b": ("true", "false", '"true"', "!false"),
    "S": (
        '["b", "a"]',
        "[]",
        "local.list",
        'tolist(["x"])',
        '["a", "", "a"]',
        '["é", "E"]',
        '[1, "b", true]',
        '["a", null]',
    ),
    "N": ("[1, 2, 3]", "[]", "tolist([3, 1])", "[2.5, -1]", '[1, "2"]', "range(4)"),
    "T": ('toset(["b", "a"])', "toset([])", "toset(local.list)", 'toset([1, "a"])'),
    "M": ("local.map", "{}", "{a = 1, b = 2}", "tomap({b = 3})", '{"k-1" = 0}', "{a = null}"),
    "O": ("local.cfg", '{a = 1, s = "x"}', "local.obj", "{a = [1], b = {c = null}}", "local.nested"),
    "L": ('[1, "a", true]', "[[1], []]", "[null]", "[{a = 1}, {a = 2}]", "local.cfg.ports", "[[[1, 2]], 3]"),
    "J": ('"{\\"a\\": [1, 2.50, null]}"', '"[true, \\"x\\"]"', '"{"', '"1e2"', '"\\"\\\\u00e9\\""'),
    "C": ('"10.0.0.0/16"', '"192.168.1.77/24"', '"fd00::/48"', '"10.0.0.1"', '"0.0.0.0/0"', '"2001:db8::1/127"'),
    "D": (
        '"2024-02-29T23:59:58Z"',
        '"2017-11-22T00:00:00+05:30"',
        '"2024-13-01T00:00:00Z"',
        '"1999-12-31T12:00:00-08:00"',
    ),
    "I": ("0", "1", "2", "3", "-1", "8", "1.5"),
    "P": ('"[a-c]+"', '"(\\\\w)(\\\\d*)"', '"(?P<x>[[:alpha:]])"', '"(?i)h"', '"."', '"^$"', '"("', '"a|b"', '"\\\\s"'),
    "R": ('"/[a-b]/"', '"a"', '"/(.)b/"', '""', '"/x*/"'),
    "G": ('"$1$1"', '"-"', '""', '"${upper("q")}"', '"$$$${1}x"'),
    "F": (
        '"%s"',
        '"%v-%v"',
        '"%05d"',
        '"%q"',
        '"%.2f"',
        '"%-6s|"',
        '"%#v"',
        '"%x"',
        '"%%%t"',
        '"%[2]s%[1]s"',
        '"%e"',
        '"%6.3g"',
    ),
    "W": ('"YYYY-MM-DD"', '"hh:mm:ss ZZZZZ"', "\"EEE, DD MMM YY 'at' H AA\"", '"h:mmaa Z"', '"M/D MMMM EEEE"'),
    "K": ('"a"', '"b"', '"x"', '"image"', "0", "1", '"ports"', "local.name"),
    "U": ('"1h"', '"-90m"', '"1.5s"', '"36h10m"', '"x"'),
}
# What gives which type: a pattern, and a letter for each part in it.
MADE: dict[str, tuple[tuple[str, str], ...]] = {
    "s": (
        ("upper({})", "s"), ("lower({})", "s"), ("title({})", "s"), ("strrev({})", "s"),
        ("trimspace({})", "s"), ("chomp({})", "s"), ("trim({}, {})", "ss"), ("trimprefix({}, {})", "ss"),
        ("trimsuffix({}, {})", "ss"), ("substr({}, {}, {})", "sII"), ("indent({}, {})", "Is"), ("join({}, {})", "sS"),
        ("replace({}, {}, {})", "sRG"), ("format({}, {})", "Fn"), ("format({}, {}, {})", "Fsn"),
        ("format({}, {})", "Fx"),
        ("base64encode({})", "s"), ("base64decode(base64encode({}))", "s"), ("sha256({})", "s"), ("md5({})", "s"),
        ("sha1({})", "s"), ("sha512({})", "s"), ("base64sha256({})", "s"), ("urlencode({})", "s"),
        ("jsonencode({})", "x"),
        ("tostring({})", "n"), ("tostring({})", "x"), ("cidrsubnet({}, {}, {})", "CII"), ("cidrhost({}, {})", "CI"),
        ("cidrnetmask({})", "C"), ("formatdate({}, {})", "WD"), ("timeadd({}, {})", "DU"), ("element({}, {})", "SI"),
        ("{}[{}]", "SI"), ("one(slice({}, 0, 1))", "S"), ("coalesce({}, {})", "ss"), ("({} ? {} : {})", "bss"),
        ("lookup({}, {}, {})", "OKs"), ("try({}, {})", "xs"), ("basename({})", "s"), ("dirname({})", "s"),
        ("uuidv5(\"dns\", {})", "s"), ('textencodebase64({}, "UTF-16LE")', "s"), ('"${{{}}}${{{}}}"', "sn"),
        ('"%{{ if {} }}y${{{}}}%{{ else }}n%{{ endif }}"', "bs"), ('"%{{ for v in {} }}${{v}};%{{ endfor }}"', "S"),
        ('"a${{{}}}"', "x"), ("nonsensitive(sensitive({}))", "s"), ("regex({}, {})", "Ps"),
        ("element(split({}, {}), 0)", "ss"),
    ),
    "n": (
        ("({} + {})", "nn"), ("({} - {})", "nn"), ("({} * {})", "nn"), ("({} / {})", "nn"), ("({} % {})", "nn"),
        ("-{}", "n"),
        ("abs({})", "n"), ("ceil({})", "n"), ("floor({})", "n"), ("signum({})", "n"), ("max({}, {})", "nn"),
        ("min({}, {})", "nn"),
        ("pow({}, {})", "II"), ("log({}, {})", "II"), ("length({})", "x"), ("length({})", "s"), ("sum({})", "N"),
        ("parseint({}, {})", "sI"), ('parseint({}, 16)', "s"), ("tonumber({})", "s"), ("index({}, {})", "Ss"),
        ("max({}...)", "N"), ("timecmp({}, {})", "DD"), ("({} ? {} : {})", "bnn"), ("lookup({}, {}, 5)", "MK"),
        ("{}[{}]", "NI"),
    ),
    "b": (
        ("({} == {})", "xx"), ("({} != {})", "xx"), ("({} == {})", "ss"), ("({} == {})", "nn"), ("({} < {})", "nn"),
        ("({} >= {})", "nn"),
        ("({} && {})", "bb"), ("({} || {})", "bb"), ("!{}", "b"), ("contains({}, {})", "Ss"),
        ("contains({}, {})", "Nn"),
        ("contains({}, {})", "Ts"), ("startswith({}, {})", "ss"), ("endswith({}, {})", "ss"),
        ("strcontains({}, {})", "ss"),
        ("can({})", "x"), ("alltrue([{}, {}])", "bb"), ("anytrue([{}, {}])", "bb"), ("tobool({})", "s"),
        ("issensitive({})", "x"),
        ("({} ? {} : {})", "bbb"), ("can(regex({}, {}))", "Ps"),
    ),
    "S": (
        ("[{}, {}]", "ss"), ("tolist([{}, {}])", "ss"), ("concat({}, {})", "SS"), ("distinct({})", "S"),
        ("sort({})", "S"), ("reverse({})", "S"),
        ("compact({})", "S"), ("slice({}, {}, {})", "SII"), ("split({}, {})", "ss"), ("keys({})", "M"),
        ("keys({})", "O"), ("tolist({})", "T"),
        ("formatlist({}, {})", "FS"), ("formatlist({}, {}, {})", "FSs"), ("[for v in {} : upper(v)]", "S"),
        ("[for i, v in {} : \"${{i}}${{v}}\"]", "S"),
        ("[for v in {} : v if v != {}]", "Ss"), ("flatten([{}, {}])", "SS"), ("coalescelist({}, {})", "SS"),
        ("({} ? {} : {})", "bSS"),
        ("regexall({}, {})", "Ps"), ("cidrsubnets({}, {}, {})", "CII"), ("chunklist({}, {})", "SI"), ("{}[*]", "S"),
        ("matchkeys({}, {}, {})", "SSS"),
        ("[for v in {} : {}]", "Ts"), ("[for k, v in {{({}) = {}}} : v]", "ss"), ("concat({}, {} ? [{}] : [])", "Sbs"),
        ("flatten([{}, {} ? [{}] : []])", "Sbs"), ("concat({}, [for v in {} : v if {}])", "SSb"),
        ("values({{({}) = {}, ({}) = {}}})", "ssss"), ("[for k, v in merge({}, {{({}) = {}}}) : k]", "Msn"),
    ),
    "N": (
        ("[{}, {}]", "nn"), ("range({})", "I"), ("range({}, {})", "II"), ("range({}, {}, {})", "III"),
        ("concat({}, {})", "NN"), ("reverse({})", "N"),
        ("values({})", "M"), ("[for v in {} : v * 2]", "N"), ("[for v in {} : v if v > {}]", "Nn"),
        ("[for k, v in {} : v]", "M"), ("({} ? {} : {})", "bNN"),
        ("distinct({})", "N"), ("slice({}, {}, {})", "NII"), ("tolist({})", "N"),
        ("({} ? [{}] : [{}, {}])", "bnnn"), ("values(merge({}, {{({}) = {}}}))", "Msn"), ("({} ? [] : {})", "bN"),
    ),
    "T": (
        ("toset({})", "S"), ("setunion({}, {})", "TT"), ("setunion({}, {})", "TS"), ("setintersection({}, {})", "TT"),
        ("setsubtract({}, {})", "TT"), ("({} ? {} : {})", "bTT"),
        ("setproduct({}, {})", "TN"), ("toset({})", "N"), ("toset([{}, {}])", "sn"), ("setproduct({}, {})", "SN"),
    ),
    "M": (
        ("{{a = {}, b = {}}}", "nn"), ("tomap({})", "M"), ("merge({}, {})", "MM"), ("zipmap({}, {})", "SN"),
        ("{{for i, v in {} : v => i}}", "S"),
        ("{{for v in {} : v => length(v)...}}", "S"), ("{{for k, v in {} : upper(k) => v}}", "M"),
        ("({} ? {} : {})", "bMM"), ("{{({}) = {}}}", "sn"),
        ("merge({}, {{for v in {} : v => {} if {}}})", "MSnb"), ("merge({}, {} ? {{a = {}}} : {{}})", "Mbn"),
        ("{{({}) = {}, b = {}}}", "snn"), ("{{({}) = {}, ({}) = {}}}", "snsn"), ("tomap({{({}) = {}, a = {}}})", "snn"),
        ("{{for k, v in {} : k => v if v != null}}", "M"), ('transpose({{a = {}, b = {}}})', "SS"),
    ),
    "O": (
        ("{{a = {}, s = {}}}", "xs"), ("merge({}, {})", "OO"), ("merge({}, {})", "OM"), ("jsondecode({})", "J"),
        ("jsondecode(jsonencode({}))", "x"), ("({} ? {} : {})", "bOO"),
        ("{{for k, v in {} : k => v}}", "O"), ("try({}.a, {})", "OO"), ('csvdecode("a,b\\n${{{}}},2\\n")', "s"),
        ("{{({}) = {}, k = {}}}", "sxx"), ("({} ? {{a = {}}} : {{b = {}}})", "bxx"), ("({} ? {{}} : {})", "bO"),
        ("merge({}, {{({}) = {}}})", "Osx"), ("{{for k, v in {{({}) = {}, a = {}}} : k => v}}", "sxx"),
        ("({} ? {} : null)", "bO"), ("jsondecode(jsonencode({{({}) = {}, a = {}}}))", "sxx"),
    ),
    "L": (
        ("[{}, {}]", "xx"), ("flatten({})", "L"), ("concat({}, {})", "LS"), ("concat({}, {})", "LL"),
        ("values({})", "O"), ("tolist({})", "L"), ("reverse({})", "L"),
        ("({} ? {} : {})", "bLL"), ("[for v in {} : {}]", "Lx"), ("{}[*].a", "L"), ("[{}]", "x"),
        ("tolist([{}, {}])", "xx"), ("jsondecode(jsonencode({}))", "L"),
        ("({} ? [{}] : [{}, {}])", "bxxx"), ("({} ? {} : [])", "bL"), ("concat([{}], {} ? [{}] : [])", "xbx"),
        ("flatten([{}, {} ? {} : {}])", "xbLL"), ("jsondecode(jsonencode(concat({}, {} ? [{}] : [])))", "Lbx"),
        ("[for v in ({} ? {} : [{}]) : v]", "bLx"), ("({} ? null : {})", "bL"),
        ("jsondecode({} ? jsonencode({}) : jsonencode([{}]))", "bLx"),
        ("concat([{}], {} ? [1] : [], {} ? [2] : [], {} ? [] : [3], {} ? [4] : [], {} ? [5] : [])", "xbbbbb"),
        ("values(merge({{a = {}}}, {} ? {{b = 1}} : {{}}, {} ? {{c = 2}} : {{}}, {} ? {{}} : {{a = 3}}))", "xbbb"),
        ("merge([for v in [{}, {}, {}, {}, {}] : v ? {{a = 1}} : {{b = 2}}]...)", "bbbbb"),
        ("chunklist({}, {})", "LI"), ("element({}, {})", "LI"), ("distinct({})", "L"), ("slice({}, 0, {})", "LI"),
    ),
}  # fmt: skip
KINDS = "snbSNTMOL"


def wrapped(pattern: str) -> Callable[[tuple[str, ...]], str]:
    """The pattern filled in; a heredoc keeps its lines."""

    def fill(parts: tuple[str, ...]) -> str:
        return pattern.format(*(f"(\n{part})" if part.startswith("<<") else part for part in parts))

    return fill


@cache
def expressions(kind: str, depth: int, hidden: bool) -> st.SearchStrategy[str]:
    """Expressions of a type, so deep; with parts that are not known, or without."""
    if kind == "x":
        return st.sampled_from(KINDS).flatmap(lambda one: expressions(one, depth, hidden))
    leaves = [*LEAVES[kind]]
    if hidden:
        leaves += ["terraform_data.unknown.id"] * 2 * (kind == "s") + ["terraform_data.other.output"] * (kind in "SLOb")
        leaves += ['"a-${terraform_data.unknown.id}"'] * (kind == "s") + ["length(terraform_data.unknown.id)"] * (
            kind == "n"
        )
    leaf = st.sampled_from(leaves)
    if depth == 0 or kind not in MADE:
        return leaf

    def made(shape: tuple[str, str]) -> st.SearchStrategy[str]:
        pattern, kinds = shape
        return st.tuples(*(expressions(one, depth - 1, hidden) for one in kinds)).map(wrapped(pattern))

    shapes = st.sampled_from(MADE[kind])
    return st.one_of(shapes.flatmap(made), shapes.flatmap(made), leaf)


def random_expressions(count: int, number: int) -> list[str]:
    """So many different expressions of all types, the same ones for the same number."""
    found: dict[str, None] = {}
    strategy = st.tuples(st.sampled_from(KINDS), st.integers(1, 3), st.booleans()).flatmap(
        lambda one: expressions(*one)
    )

    @seed(number)
    @settings(
        max_examples=count * 2,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def gather(expression: str) -> None:
        found.setdefault(expression)

    gather()
    chosen = list(found)
    random.Random(number).shuffle(chosen)  # noqa: S311
    return chosen[:count]


@cache
def recorder() -> Callable[[str, list[str]], dict[str, Any]]:
    """The function `record` of the script."""
    spec = importlib.util.spec_from_file_location("record_expressions", RECORDER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    record: Callable[[str, list[str]], dict[str, Any]] = module.record
    return record


def here(expression: str) -> Value | None:
    """What this program makes of it; None for an error."""
    try:
        return value_of(expression, recorded_scope(CONTEXT, Path()))
    except (EvaluationFault, syntax.SyntaxFault):
        return None


def differs(expression: str, record: Mapping[str, Any], filled: Mapping[str, Any] | None) -> str | None:
    """How the two differ, None where they do not; filled: the record once all is known, None where all is."""
    value = here(expression)
    if filled is not None:
        # With parts unknown, terraform may know less; but what is known here must come true.
        return None if filled.get("error") else told_wrongly(value, filled)
    if record.get("error"):
        # Terraform 1.11 does not short-circuit.
        lenient = value is None or not value.known or "&&" in expression or "||" in expression
        return None if lenient else "no error here"
    wrong = told_wrongly(value, record)
    open_ = value is not None and not value.known and why_unknown(value).reason not in LEFT_OUT
    return "not known here" if wrong is None and open_ else wrong


def told_wrongly(value: Value | None, record: Mapping[str, Any]) -> str | None:
    """Is this something else than terraform's known value?"""
    if value is None:
        return "an error here"
    expected = json.loads(record["value"], parse_float=Decimal, parse_int=Decimal)
    left_out = not value.known and why_unknown(value).reason in LEFT_OUT
    return None if left_out or fits(value, expected, False) else "another value here"


def differing(chosen: list[str]) -> dict[str, str]:
    """The expressions that differ, and how; terraform evaluates all of them in one run."""
    filled = {one: UNKNOWN.sub(lambda match: HIDDEN[match[0]], one) for one in chosen if UNKNOWN.search(one)}
    records = recorder()(CONTEXT, [*dict.fromkeys((*chosen, *filled.values()))])
    found = {one: differs(one, records[one], records[filled[one]] if one in filled else None) for one in chosen}
    return {one: how for one, how in found.items() if how is not None}


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_random_expressions_come_to_what_terraform_makes_of_them() -> None:
    chosen = random_expressions(COUNT, SEED)
    assert len(chosen) == COUNT
    assert differing(chosen) == {}
