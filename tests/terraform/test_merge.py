"""A planned value laid over what was written: what is not known stays so, and what is secret stays secret."""

from __future__ import annotations

from tfcheck.terraform.block import Node
from tfcheck.terraform.containers import containers
from tfcheck.terraform.merge import merged
from tfcheck.values import Region, SourceLocation, Unknown

PLACE = SourceLocation("main.tf", Region(3, 3, 3, 9))
WRITTEN_SOMEWHERE = Unknown("known after apply: aws_x.y.z", ("aws_x.y.z",))


def test_sources_that_leave_out_what_the_plan_was_made_of_say_nothing() -> None:
    """Those of another commit: the attribute is not known, and is not to be taken for one that is not set."""
    told: list[SourceLocation] = []
    node = merged(Node(WRITTEN_SOMEWHERE), Node(None, PLACE, omitted=True), told.append)
    assert node.as_written().value is WRITTEN_SOMEWHERE
    assert told == [PLACE]


def test_what_was_written_as_null_is_not_set() -> None:
    told: list[SourceLocation] = []
    assert merged(Node(WRITTEN_SOMEWHERE), Node(None, PLACE), told.append).as_written().value is None
    assert told == []


def test_a_text_that_the_plan_marks_is_sensitive_whatever_the_sources_know_of_it() -> None:
    inside = Node([{"name": "s3cr3t", "privileged": True}], PLACE)
    written = Node(Unknown("it is a text with holes"), PLACE, decode=lambda: inside)
    node = merged(Node(Unknown("known after apply"), sensitive=True), written, lambda _: None)
    found = containers(node, "container_definitions")
    (container,) = found.items
    assert (container.path, container.privileged.value) == ("container_definitions[#1]", True)
    assert found.sensitive
    assert container.privileged.sensitive
