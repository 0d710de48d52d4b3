"""Evaluated values: exact numbers, choices, texts with holes, and what is derived from their members."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.choices import choose
from tfcheck.terraform.hcl.equality import equal, set_of
from tfcheck.terraform.hcl.values import (
    FALSE,
    NULL,
    TRUE,
    Choice,
    EvaluationFault,
    Literal,
    Source,
    Value,
    encoded,
    list_of,
    mapping,
    number,
    sequence,
    string,
    unknown,
    why_unknown,
)
from tfcheck.values import Region, SourceLocation, Unknown

HIDDEN = unknown("known after apply: a.b", "a.b")
WHY = Unknown("the condition is not known")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("1e-7", "0.0000001"),
        ("-0", "0"),
        ("0.1", "0.1"),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
    ],
)
def test_a_number_is_printed_as_the_shortest_decimal(written: str, expected: str) -> None:
    parsed = numbers.parse(written)
    assert parsed is not None
    assert numbers.text(parsed) == expected


@pytest.mark.parametrize("written", ["", ".", "a", "1_000", "0x10", " 1", "1 ", "1e", "--1", "١"])
def test_what_is_no_decimal_is_no_number(written: str) -> None:
    assert numbers.parse(written) is None


def test_arithmetic_has_no_artefacts_of_floats() -> None:
    assert numbers.rounded(Fraction(1, 10) + Fraction(2, 10)) == numbers.parse("0.3")


@given(st.fractions(max_denominator=10**9))
def test_a_printed_number_reads_back(value: Fraction) -> None:
    kept = numbers.rounded(numbers.normal(value))
    assert numbers.parse(numbers.text(kept)) == kept


@given(st.integers(min_value=1, max_value=10**30), st.integers(min_value=0, max_value=12))
def test_fixed_places_are_those_of_decimal_rounding(digits: int, places: int) -> None:
    assert Fraction(numbers.fixed(Fraction(digits, 10**places), places)) == Fraction(digits, 10**places)


def test_numbers_out_of_bounds_are_faults() -> None:
    with pytest.raises(OverflowError):
        numbers.parse("1e100000")
    with pytest.raises(EvaluationFault):
        number(10**200_000)


def test_a_value_knows_what_is_in_it() -> None:
    value = mapping({"a": sequence([string("x").mark(), HIDDEN]), "b": TRUE})
    assert (value.known, value.marked, value.sensitive, value.typed) == (False, True, False, False)
    assert value.size == 5
    assert value.levels == 3


@pytest.mark.parametrize("value", [HIDDEN, sequence([], rest=WHY), Value(Choice((TRUE, FALSE), WHY), t.BOOL)])
def test_an_unknown_is_never_known(value: Value) -> None:
    assert not value.known
    assert not sequence([value]).known
    assert not encoded(value).known


def test_places_are_kept_nearest_first() -> None:
    inner, outer = SourceLocation("a.tf", Region(1, 1, 1, 2)), SourceLocation("b.tf", Region(2, 1, 2, 2))
    value = string("x").at(inner).at(outer).at(outer)
    assert value.places == (outer, inner)
    assert value.location == outer


def test_a_source_tells_lines_and_columns() -> None:
    assert Source("a.tf", "a\nbc").location(2, 4) == SourceLocation("a.tf", Region(2, 1, 2, 3))


def test_a_choice_of_the_same_is_that_value() -> None:
    assert choose([TRUE, TRUE], WHY) == TRUE
    assert choose([TRUE, choose([FALSE, TRUE], WHY)], WHY).content == Choice((TRUE, FALSE), WHY)


def test_a_choice_with_an_unknown_arm_is_unknown() -> None:
    assert choose([TRUE, HIDDEN], WHY).content == HIDDEN.content


def test_a_choice_of_too_many_is_unknown() -> None:
    assert choose([number(place) for place in range(9)], WHY).content == WHY


def test_the_reasons_of_several_unknowns_are_put_together() -> None:
    other = unknown("because of c", "c.d")
    assert why_unknown(sequence([HIDDEN]), other) == Unknown("known after apply: a.b", ("a.b", "c.d"))


def text_of(*parts: str | Value) -> Value:
    return text.concatenate(Literal(part) if isinstance(part, str) else part for part in parts)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (text_of("a", HIDDEN), string("b"), False),
        (text_of("a", HIDDEN), string("ab"), None),
        (text_of(HIDDEN, "z"), string("ab"), False),
        (text_of("a", HIDDEN, "b", HIDDEN, "c"), string("axbyc"), None),
        (text_of("a", HIDDEN, "b", HIDDEN, "c"), string("axyc"), False),
        (text_of("ab", HIDDEN, "ba"), string("aba"), False),
        (text_of("a", HIDDEN), text_of("b", HIDDEN), False),
        (text_of("a", HIDDEN), text_of("ab", HIDDEN), None),
        (text_of("a", "b"), string("ab"), True),
        (text_of(encoded(TRUE), "\n"), string("true\n"), True),
    ],
)
def test_strings_differ_as_soon_as_known_parts_do(one: Value, other: Value, expected: bool | None) -> None:
    assert text.compare(one, other) is expected
    assert text.compare(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (NULL, NULL, True),
        (NULL, HIDDEN, None),
        (NULL, text_of("a", HIDDEN), False),
        (string("1"), number(1), False),
        (string("1"), Value(WHY, t.NUMBER), False),
        (sequence([string("a")]), list_of([string("a")], t.STRING), False),
        (sequence([HIDDEN, TRUE]), sequence([TRUE, FALSE]), False),
        (sequence([HIDDEN, TRUE]), sequence([TRUE, TRUE]), None),
        (sequence([HIDDEN]), sequence([TRUE, TRUE]), False),
        (mapping({"a": TRUE}, rest=WHY), mapping({"b": TRUE}), False),
        (mapping({"a": TRUE}, rest=WHY), mapping({"a": TRUE}), None),
        (choose([TRUE, FALSE], WHY), TRUE, None),
        (choose([string("a"), string("b")], WHY), string("c"), False),
    ],
)
def test_equality_is_decided_by_what_is_known(one: Value, other: Value, expected: bool | None) -> None:
    assert equal(one, other) is expected
    assert equal(other, one) is expected


def test_a_set_is_sorted_and_has_each_element_once() -> None:
    assert set_of([string("b"), string("a"), string("b")], t.STRING).content == (string("a"), string("b"))
    assert set_of([number(10), number(9)], t.NUMBER).content == (number(9), number(10))


def test_a_sensitive_element_makes_its_set_sensitive() -> None:
    assert set_of([string("a").mark()], t.STRING).sensitive
