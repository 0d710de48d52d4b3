"""Addresses: keys may hold whatever is a name elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcheck.terraform.address import (
    Step,
    covers,
    inside,
    key_value,
    module_calls,
    steps,
    without_keys,
    without_own_key,
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("aws_ecs_cluster.a", ["aws_ecs_cluster", "a"], id="plain"),
        pytest.param("aws_ecs_cluster.a[0]", ["aws_ecs_cluster", "a[0]"], id="count"),
        pytest.param("aws_ecs_cluster.a[-1]", ["aws_ecs_cluster", "a[-1]"], id="negative"),
        pytest.param('aws_ecs_cluster.a["x"]', ["aws_ecs_cluster", 'a["x"]'], id="for_each"),
        pytest.param('a.b["x.y"]', ["a", 'b["x.y"]'], id="dot-in-a-key"),
        pytest.param('a.b["x]"]', ["a", 'b["x]"]'], id="bracket-in-a-key"),
        pytest.param('a.b["x\\"]"]', ["a", 'b["x\\"]"]'], id="quote-in-a-key"),
        pytest.param('a.b["\\\\"]', ["a", 'b["\\\\"]'], id="backslash-at-the-end-of-a-key"),
        pytest.param('a.b["x\ny"]', ["a", 'b["x\ny"]'], id="line-end-in-a-key"),
        pytest.param('a.b[""]', ["a", 'b[""]'], id="empty-key"),
        pytest.param('a.b["["].c', ["a", 'b["["]', "c"], id="opening-bracket-in-a-key"),
        pytest.param(
            'module.svc["api.v2"].module.td[0].aws_ecs_task_definition.this["a"]',
            ["module", 'svc["api.v2"]', "module", "td[0]", "aws_ecs_task_definition", 'this["a"]'],
            id="modules",
        ),
        pytest.param("data.aws_ecs_cluster.a.arn", ["data", "aws_ecs_cluster", "a", "arn"], id="reference"),
        pytest.param("größe.ä", ["größe", "ä"], id="letters-of-all-scripts"),
        pytest.param("", [], id="nothing"),
        pytest.param("a..b", ["a"], id="what-is-no-address-ends-early"),
        pytest.param("a.b[x]", ["a"], id="key-that-is-none"),
        pytest.param('a.b["x', ["a"], id="key-without-end"),
        pytest.param("a.b[0][1]", ["a"], id="two-keys"),
        pytest.param(".a", [], id="dot-first"),
        pytest.param("[0]", [], id="key-first"),
    ],
)
def test_steps(address: str, expected: list[str]) -> None:
    assert [str(step) for step in steps(address)] == expected


def test_a_step_is_a_name_and_a_key() -> None:
    assert steps('module.a["x.y"].b') == (Step("module"), Step("a", '["x.y"]'), Step("b"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", []),
        ("module.a", ["a"]),
        ("module.a[0].module.b", ["a[0]", "b"]),
        ('module.a["module.x"].module.b["."]', ['a["module.x"]', 'b["."]']),
    ],
)
def test_module_calls(address: str, expected: list[str]) -> None:
    assert [str(step) for step in module_calls(address)] == expected


@pytest.mark.parametrize(
    ("address", "all_removed", "own_removed"),
    [
        pytest.param("a.b", "a.b", "a.b", id="none"),
        pytest.param("a.b[0]", "a.b", "a.b", id="own"),
        pytest.param("module.m[0].a.b", "module.m.a.b", "module.m[0].a.b", id="of-the-module"),
        pytest.param('module.m["x"].a.b[0]', "module.m.a.b", 'module.m["x"].a.b', id="both"),
        pytest.param('module.m["a.b[0]"].a.b["]"]', "module.m.a.b", 'module.m["a.b[0]"].a.b', id="keys-like-addresses"),
        pytest.param('a.b["\\""]', "a.b", "a.b", id="quote"),
        pytest.param('a.b["x\ny"]', "a.b", "a.b", id="line-end"),
        pytest.param("]", "]", "]", id="no-address"),
        pytest.param("a.b[x]", "a.b[x]", "a.b[x]", id="no-key"),
    ],
)
def test_without_keys(address: str, all_removed: str, own_removed: str) -> None:
    assert without_keys(address) == all_removed
    assert without_own_key(address) == own_removed


@pytest.mark.parametrize(
    ("module", "expected"), [("", "aws_ecs_cluster.a"), ("module.m[0]", "module.m[0].aws_ecs_cluster.a")]
)
def test_inside(module: str, expected: str) -> None:
    assert inside(module, "aws_ecs_cluster.a") == expected


@pytest.mark.parametrize(
    ("reference", "address", "expected"),
    [
        pytest.param("a.b", "a.b", True, id="the-same"),
        pytest.param("a.b", "a.b[0]", True, id="every-instance"),
        pytest.param("a.b[0]", "a.b[0]", True, id="the-same-instance"),
        pytest.param("a.b[0]", "a.b[1]", False, id="another-instance"),
        pytest.param("a.b[0]", 'a.b["0"]', False, id="number-and-string"),
        pytest.param("a.b[0]", "a.b", False, id="an-instance-of-what-has-none"),
        pytest.param("module.m.a.b", 'module.m["x"].a.b[1]', True, id="every-instance-of-the-module"),
        pytest.param('module.m["x"].a.b', 'module.m["x"].a.b[1]', True, id="every-instance-in-one-of-the-module"),
        pytest.param('module.m["y"].a.b', 'module.m["x"].a.b[1]', False, id="in-another-of-the-module"),
        pytest.param("a.b", "a.c", False, id="another-name"),
        pytest.param("a.b", "module.m.a.b", False, id="in-a-module"),
    ],
)
def test_covers(reference: str, address: str, expected: bool) -> None:
    assert covers(reference, address) is expected


names = st.from_regex(r"[a-z_][a-z0-9_-]{0,8}", fullmatch=True)
keys = st.one_of(
    st.just(""),
    st.integers(-3, 300).map(lambda number: f"[{number}]"),
    st.text(max_size=8).map(lambda key: '["{}"]'.format(key.replace("\\", "\\\\").replace('"', '\\"'))),
)
made_steps = st.lists(st.builds(Step, names, keys), min_size=1, max_size=6)


@given(made_steps)
def test_printing_and_reading_agree(made: list[Step]) -> None:
    address = ".".join(str(step) for step in made)
    assert steps(address) == tuple(made)
    assert without_keys(address) == ".".join(step.name for step in made)
    assert without_own_key(address) == ".".join([*(str(step) for step in made[:-1]), made[-1].name])
    assert covers(without_keys(address), address)
    assert covers(address, address)


@given(st.text(alphabet='ab.[]"\\0-\n\ud800', max_size=40))
def test_no_text_is_too_odd_to_be_taken_apart(text: str) -> None:
    assert text.startswith(".".join(str(step) for step in steps(text)))
    assert isinstance(without_keys(text), str)
    assert isinstance(without_own_key(text), str)


@pytest.mark.parametrize(
    ("key", "value"), [("[0]", 0), ('["a"]', "a"), ('["$${x}"]', "${x}"), ('["a\\"b"]', 'a"b'), ('["\\n"]', "\n")]
)
def test_what_a_key_stands_for(key: str, value: int | str) -> None:
    assert key_value(key) == value
