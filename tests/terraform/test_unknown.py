"""What is known of a planned attribute: `after` under the marks of `after_unknown` and `after_sensitive`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tfcheck.terraform import configuration as config
from tfcheck.terraform.block import Node
from tfcheck.terraform.unknown import Planned
from tfcheck.values import Unknown

APPLY = "known after apply"
OF_VPC = "known after apply: aws_vpc.a.id"
REFERENCE = {"references": ["aws_vpc.a.id", "aws_vpc.a"]}


def attribute(
    after: Mapping[str, Any],
    unknown: object = None,
    sensitive: object = None,
    written: Mapping[str, Any] | None = None,
    is_known: bool = False,
) -> Node:
    """The node of attribute `it`; `written` holds the expressions of its resource."""
    return Planned(after, unknown, sensitive, written, lambda one: (config.unknown(one), is_known)).attribute("it")


def shown(value: object) -> object:
    """Unknown parts as their reasons after a `?`, sensitive ones after a `!`."""
    if isinstance(value, Node):
        inner = shown(value.value)
        return ("!", inner) if value.sensitive else inner
    if isinstance(value, Unknown):
        return f"? {value.reason}"
    if isinstance(value, dict):
        return {name: shown(one) for name, one in value.items()}
    return [shown(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("after", "unknown", "expected"),
    [
        pytest.param({"it": "x"}, {}, "x", id="known"),
        pytest.param({"it": "x"}, {"it": False}, "x", id="marked-as-known"),
        pytest.param({"it": False}, {}, False, id="known-false"),
        pytest.param({"it": None}, {}, None, id="null"),
        pytest.param({}, {}, None, id="absent-and-unmarked"),
        pytest.param({}, {"it": True}, f"? {APPLY}", id="unknown"),
        pytest.param({}, True, f"? {APPLY}", id="the-whole-resource-is-unknown"),
        pytest.param({"it": ["a", None]}, {"it": [False, True]}, ["a", f"? {APPLY}"], id="in-a-list"),
        pytest.param({"it": ["a", None]}, {}, ["a", None], id="null-in-a-list"),
        pytest.param({"it": ["a", "b"]}, {"it": [True]}, [f"? {APPLY}", "b"], id="fewer-marks-than-elements"),
        pytest.param({"it": [None]}, {"it": [True]}, [f"? {APPLY}"], id="the-only-element"),
        pytest.param({"it": []}, {"it": []}, [], id="empty-list"),
        pytest.param({}, {"it": [True]}, f"? {APPLY}", id="marks-without-a-list"),
        pytest.param({"it": ["a"]}, {"it": [False, True]}, f"? {APPLY}", id="more-marks-than-elements"),
        pytest.param({"it": {"a": 1}}, {"it": {"b": True}}, {"a": 1, "b": f"? {APPLY}"}, id="absent-from-a-map"),
        pytest.param({"it": {"a": 1}}, {"it": {"b": False}}, {"a": 1}, id="marked-as-known-in-a-map"),
        pytest.param({"it": {}}, {"it": {"a": True}}, {"a": f"? {APPLY}"}, id="all-of-a-map"),
        pytest.param({"it": {"a": 1}}, {"it": True}, f"? {APPLY}", id="a-map-as-a-whole"),
        pytest.param(
            {"it": [{"a": 1, "b": [None, 2]}]},
            {"it": [{"b": [True, False], "c": True}]},
            [{"a": 1, "b": [f"? {APPLY}", 2], "c": f"? {APPLY}"}],
            id="deep-inside",
        ),
        pytest.param({"it": "x"}, {"it": {"a": True}}, f"? {APPLY}", id="marks-of-a-map-on-a-string"),
        pytest.param({"it": {"a": 1}}, {"it": [True]}, f"? {APPLY}", id="marks-of-a-list-on-a-map"),
        pytest.param({"it": "x"}, {"it": [False]}, "x", id="marks-that-mark-nothing"),
        pytest.param({"it": "x"}, {"it": "yes"}, f"? {APPLY}", id="a-mark-of-another-type-counts"),
        pytest.param({"it": "x"}, None, "x", id="no-marks"),
        pytest.param({}, [True], None, id="a-list-in-place-of-marks"),
    ],
)
def test_unknown_marks(after: Mapping[str, Any], unknown: object, expected: object) -> None:
    assert shown(attribute(after, unknown)) == expected


@pytest.mark.parametrize(
    ("after", "unknown", "sensitive", "expected"),
    [
        pytest.param({"it": "x"}, {}, {"it": True}, ("!", "x"), id="whole"),
        pytest.param({"it": "x"}, {}, True, ("!", "x"), id="the-whole-resource"),
        pytest.param({"it": "x"}, {}, {"it": False}, "x", id="marked-as-plain"),
        pytest.param({"it": "x"}, {}, False, "x", id="nothing"),
        pytest.param({"it": {"a": 1, "b": 2}}, {}, {"it": {"a": True}}, {"a": ("!", 1), "b": 2}, id="in-a-map"),
        pytest.param({"it": [1, 2]}, {}, {"it": [False, True]}, [1, ("!", 2)], id="in-a-list"),
        pytest.param({"it": [1]}, {}, {"it": [False, True]}, ("!", [1]), id="more-marks-than-elements"),
        pytest.param({"it": [1]}, {}, {"it": {"a": True}}, ("!", [1]), id="of-another-shape"),
        pytest.param({}, {"it": True}, {"it": True}, ("!", f"? {APPLY}"), id="and-unknown"),
        pytest.param({"it": {"a": 1}}, {"it": {"b": True}}, {"it": True}, ("!", f"? {APPLY}"), id="over-unknown"),
        pytest.param(
            {"it": [{"a": 1, "b": 2}]},
            {"it": [{"c": True}]},
            {"it": [{"a": True}]},
            [{"a": ("!", 1), "b": 2, "c": f"? {APPLY}"}],
            id="beside-unknown",
        ),
        pytest.param({"it": [1]}, {"it": True}, {"it": [True]}, ("!", f"? {APPLY}"), id="inside-of-unknown"),
    ],
)
def test_sensitive_marks(after: Mapping[str, Any], unknown: object, sensitive: object, expected: object) -> None:
    assert shown(attribute(after, unknown, sensitive)) == expected


@pytest.mark.parametrize(
    ("written", "is_known", "omitted", "reason"),
    [
        pytest.param(None, False, False, APPLY, id="no-configuration"),
        pytest.param({}, False, True, APPLY, id="not-written"),
        pytest.param({"other": REFERENCE}, False, True, APPLY, id="another-is-written"),
        pytest.param({"it": REFERENCE}, False, False, OF_VPC, id="reference-to-a-resource"),
        pytest.param({"it": {"references": ["var.v"]}}, True, True, f"{APPLY}: var.v", id="reference-to-a-known-null"),
        pytest.param({"it": None}, True, False, APPLY, id="of-no-known-form"),
        pytest.param({"it": "x"}, True, False, APPLY, id="text-in-place-of-an-expression"),
        pytest.param({"it": [{"a": REFERENCE}]}, True, False, APPLY, id="block-that-is-unknown-as-a-whole"),
    ],
)
def test_an_unknown_attribute_is_absent_only_where_it_was_not_written(
    written: Mapping[str, Any] | None, is_known: bool, omitted: bool, reason: str
) -> None:
    node = attribute({}, {"it": True}, written=written, is_known=is_known)
    assert (node.omitted, shown(node)) == (omitted, f"? {reason}")
    assert node.as_written().value == (None if omitted else node.value)


@pytest.mark.parametrize(
    ("written", "omitted"),
    [
        pytest.param([{"other": REFERENCE}], True, id="block-without-it"),
        pytest.param([{"inner": REFERENCE}], False, id="block-with-it"),
        pytest.param([{}], True, id="empty-block"),
        pytest.param([{}, {}], False, id="one-of-two-blocks"),
        pytest.param([], False, id="no-block"),
        pytest.param([7], False, id="no-object"),
        pytest.param(None, False, id="dynamic-block"),
        pytest.param(REFERENCE, False, id="attribute-out-of-a-resource"),
    ],
)
def test_inside_of_a_block_only_its_own_body_tells_what_was_not_written(written: object, omitted: bool) -> None:
    expressions = {} if written is None else {"it": written}
    node = attribute({"it": [{"a": 1}]}, {"it": [{"inner": True}]}, written=expressions)
    (element,) = node.elements()
    assert isinstance(element.member("inner").value, Unknown)
    assert element.member("inner").omitted is omitted
    assert not node.omitted


def test_blocks_in_blocks_are_followed() -> None:
    written = {"it": [{"scaling": [{"status": REFERENCE}]}]}
    node = attribute(
        {"it": [{"scaling": [{}]}]}, {"it": [{"scaling": [{"status": True, "size": True}]}]}, written=written
    )
    (scaling,) = node.elements()[0].member("scaling").elements()
    assert {name: scaling.member(name).omitted for name in ("status", "size")} == {"status": False, "size": True}
    assert shown(scaling.member("status")) == f"? {OF_VPC}"


def test_what_is_nested_too_deeply_is_unknown() -> None:
    value: object = None
    mark: object = True
    for _ in range(5000):
        value, mark = [value], [mark]
    assert shown(attribute({"it": value}, {"it": mark})) == "? it is nested too deeply"
