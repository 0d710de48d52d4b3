"""JSON text becomes values with places, around the holes of what is not known."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcheck.terraform.hcl import jsontext, text
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl.types import STRING
from tfcheck.terraform.hcl.values import (
    TRUE,
    Choice,
    Encoded,
    EvaluationFault,
    Literal,
    Source,
    Text,
    Value,
    encoded,
    list_of,
    map_of,
    mapping,
    sequence,
    string,
    unknown,
)
from tfcheck.values import SourceLocation, Unknown

HIDDEN = unknown("known after apply: a.b", "a.b", type_=STRING)


def decoded(*parts: str | Value) -> object:
    joined = text.concatenate(Literal(part) if isinstance(part, str) else part for part in parts)
    return plain(jsontext.decode(joined))


def plain(value: Value) -> object:
    content = value.content
    more: tuple[object, ...] = () if value.rest is None else ("...",)
    match content:
        case Unknown():
            return "?"
        case Choice():
            return tuple(map(plain, content.arms))
        case Text():
            return "".join(part.text if isinstance(part, Literal) else "?" for part in content.parts)
        case Encoded():
            return text.json_text(content.value)
        case tuple():
            return [*(plain(one) for one in content), *more]
        case Mapping():
            return {key: plain(one) for key, one in content.items()} | dict.fromkeys(more, "?")
    return content


@pytest.mark.parametrize(
    "written",
    [
        "1",
        "-1",
        '"a"',
        "true",
        "null",
        "[]",
        "{}",
        '[1, "a", {"b": [null]}]',
        ' {"a" : 1} ',
        '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    ],
)
def test_whole_json_is_what_any_decoder_makes_of_it(written: str) -> None:
    assert decoded(written) == json.loads(written)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('abc<é"\\', max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(JSON, st.booleans())
def test_it_agrees_with_pythons_decoder(value: object, ascii_only: bool) -> None:
    assert decoded(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(JSON)
def test_encoding_comes_back(value: object) -> None:
    first = jsontext.decode(string(json.dumps(value)))
    assert jsontext.decode(string(text.json_text(first))) == first


@given(st.text('[]{}",:\\u0x1et \n', max_size=30))
def test_any_text_is_decoded_or_a_fault(written: str) -> None:
    try:
        found = decoded(written)
    except EvaluationFault:
        with pytest.raises(json.JSONDecodeError):
            json.loads(written)
    else:
        assert found == json.loads(written, parse_float=numbers.parse)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "[1,]",
        '{"a":1,}',
        "[1 2]",
        "[1] 2",
        "01",
        "1.",
        "+1",
        "'a'",
        "nul",
        "nulls",
        '"a',
        '{"a"}',
        "{a:1}",
        "[",
        "]",
    ],
)
def test_what_is_no_json_is_a_fault(written: str) -> None:
    with pytest.raises(EvaluationFault):
        decoded(written)


def test_numbers_are_exact() -> None:
    assert text.json_text(jsontext.decode(string("[0.1, 1e3, 123456789012345678901234567890.5]"))) == (
        "[0.1,1000,123456789012345678901234567890.5]"
    )


def test_the_last_of_equal_keys_counts() -> None:
    assert decoded('{"a": 1, "b": 2, "a": 3}') == {"a": 3, "b": 2}


def test_lone_surrogates_are_replaced_as_in_go() -> None:
    assert decoded('"\\ud800 \\ud83d\\ude00"') == "\ufffd \U0001f600"


def test_deep_nesting_is_a_bound_not_a_crash() -> None:
    with pytest.raises(EvaluationFault) as raised:
        decoded("[" * 5000)
    assert raised.value.limit


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((HIDDEN,), "?"),
        (('{"a": "', HIDDEN, '", "b": true}'), {"a": "?", "b": True}),
        (('{"a": "x-', HIDDEN, ':1", "b": true}'), {"a": "x-?:1", "b": True}),
        (('{"a": ', HIDDEN, ', "b": true}'), {"a": "?", "b": True}),
        (('{"a": 1', HIDDEN, ', "b": true}'), {"a": "?", "b": True}),
        (("[1, ", HIDDEN, "]"), [1, "..."]),
        (("[", HIDDEN, " 1]"), [1, "..."]),
        (("[1", HIDDEN, "]"), ["..."]),
        (('{"a": 1, ', HIDDEN, "}"), {"a": 1, "...": "?"}),
        (('{"a": 1 ', HIDDEN, ' "b": 2}'), {"a": 1, "b": 2, "...": "?"}),
        (('{"k-', HIDDEN, '": 1, "b": 2}'), {"b": 2, "...": "?"}),
        (('{"k-a": 1, "k-', HIDDEN, '": 2, "b": 3}'), {"k-a": (1, 2), "b": 3, "...": "?"}),
        (("[1", HIDDEN), "?"),
        ((HIDDEN, "[1]"), "?"),
        (("[", encoded(mapping({"a": HIDDEN, "b": TRUE})), ", 2]\n"), [{"a": "?", "b": True}, 2]),
        (('{"a": "', encoded(HIDDEN), '"}'), {"a": "?"}),
    ],
)
def test_holes_hide_what_they_stand_for_and_nothing_else(parts: tuple[str | Value, ...], expected: object) -> None:
    assert decoded(*parts) == expected


def test_every_member_has_its_place_from_its_key_on() -> None:
    value = jsontext.decode_source(Source("c.json", '[\n  {"name": "app",\n   "privileged": true}\n]\n'))
    assert isinstance(value.content, tuple)
    members = value.content[0].content
    assert isinstance(members, Mapping)
    assert region(members["name"].location) == (2, 4, 2, 17)
    assert region(members["privileged"].location) == (3, 4, 3, 22)
    assert region(value.content[0].location) == (2, 3, 3, 23)


def region(location: SourceLocation | None) -> tuple[int, int, int, int] | None:
    found = None if location is None else location.region
    return None if found is None else (found.start_line, found.start_column, found.end_line, found.end_column)


def test_places_go_on_behind_a_hole() -> None:
    source = Source("c.json", '[{"a": "${x}",\n "b": 1}]')
    parts: list[text.Part] = [Literal(source.text[:8], source, 0), HIDDEN, Literal(source.text[12:], source, 12)]
    value = jsontext.decode_parts(parts)
    assert isinstance(value.content, tuple)
    members = value.content[0].content
    assert isinstance(members, Mapping)
    assert region(members["b"].location) == (2, 2, 2, 8)
    assert isinstance(members["a"].content, Unknown)


def test_a_byte_order_mark_is_no_part_of_it() -> None:
    value = jsontext.decode_source(Source("c.json", "\ufeff[1]"))
    assert region(value.location) == (1, 1, 1, 4)


def test_an_encoded_value_keeps_its_places_and_loses_its_types() -> None:
    place = SourceLocation("a.tf")
    value = mapping({"l": list_of([TRUE], TRUE.type), "m": map_of({"x": TRUE.at(place)}, TRUE.type)})
    back = jsontext.decode(encoded(value))
    assert isinstance(back.content, Mapping)
    assert back.content["l"].type == sequence([TRUE]).type
    inner = back.content["m"].content
    assert isinstance(inner, Mapping)
    assert inner["x"].location == place


def test_marks_of_members_stay_with_them() -> None:
    back = jsontext.decode(encoded(mapping({"a": string("x").mark(), "b": TRUE})))
    assert isinstance(back.content, Mapping)
    assert (back.content["a"].sensitive, back.content["b"].sensitive, back.sensitive) == (True, False, False)


def test_sensitive_text_makes_all_of_it_sensitive() -> None:
    assert jsontext.decode(string("[1]").mark()).sensitive
