"""Containers out of nodes: what is known of the names of their environment variables."""

from __future__ import annotations

import pytest

from tfcheck.terraform.block import Node
from tfcheck.terraform.containers import environment
from tfcheck.values import Truth, Unknown

WHY = Unknown("known after apply")
PLAIN = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
SECRET = {"name": "AWS_ACCESS_KEY_ID", "value": "x"}


def asked(node: Node) -> Truth:
    return environment(node, "environment").has_one_of("AWS_ACCESS_KEY_ID")


@pytest.mark.parametrize(
    ("node", "state", "paths"),
    [
        pytest.param(Node(PLAIN), False, ["environment"], id="none"),
        pytest.param(Node([*PLAIN, SECRET]), True, ["environment[AWS_ACCESS_KEY_ID].name"], id="one"),
        pytest.param(Node([SECRET, SECRET]), True, ["environment[#1].name", "environment[#2].name"], id="twice"),
        pytest.param(Node([]), False, ["environment"], id="empty"),
        pytest.param(Node(None), False, ["environment"], id="absent"),
        pytest.param(Node(PLAIN, rest=WHY), None, ["environment"], id="perhaps-more"),
        pytest.param(Node([SECRET], rest=WHY), True, ["environment[AWS_ACCESS_KEY_ID].name"], id="one-perhaps-more"),
        pytest.param(Node([*PLAIN, {"name": WHY}]), None, ["environment[#3].name"], id="unknown-name"),
        pytest.param(Node(WHY), None, ["environment"], id="unknown"),
    ],
)
def test_names_are_asked_for_at_once(node: Node, state: bool | None, paths: list[str]) -> None:
    truth = asked(node)
    assert truth.state is state
    assert [one.path for one in truth.evidence] == paths


def test_a_known_credential_does_not_hide_that_there_may_be_more() -> None:
    assert [one.path for one in asked(Node([SECRET], rest=WHY)).undecided] == ["environment"]


def test_what_was_not_written_may_still_have_more() -> None:
    assert Node(WHY, rest=WHY, omitted=True).as_written() == Node(None, rest=WHY, omitted=True)
