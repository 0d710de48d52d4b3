"""Which keys an object that a `for` made may have, where it is not known which items are included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import check
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Options
from tfcheck.terraform.hcl import syntax
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.values import EvaluationFault, Value, mapping, string, unknown
from tfcheck.terraform.read import read_configuration
from tfcheck.values import Unknown

WRITTEN = mapping({"image": unknown("computed", "a.b"), "name": string("app"), "user": Value(None)})
SET = "{ for k, v in d : k => v if v != null }"


def task_definition(directory: Path, address: str = "aws_ecs_task_definition.t") -> dict[str, str]:
    """Its verdicts, by control."""
    readings = read_configuration(str(directory), Options())
    findings = [one for each in readings for one in check(catalogue(Settings()), adapt(each.blocks))]
    return {one.control.id: one.status.value for one in findings if one.resource.address == address}


def value_of(expression: str) -> Value:
    return evaluate(syntax.parse_expression(expression), Scope(names={"d": WRITTEN, "u": unknown("hidden", "c.d")}))


@pytest.mark.parametrize(
    ("expression", "members", "possible"),
    [
        (SET, {"name"}, {"image"}),
        (f"{{ for k, v in {SET} : k => v }}", {"name"}, {"image"}),
        (f"{{ for k, v in {SET} : upper(k) => v }}", {"NAME"}, {"IMAGE"}),
        (f'{{ for k, v in {SET} : k => v if k != "image" }}', {"name"}, set()),
        (f"{{ for k, v in {SET} : k => v if u }}", set(), {"image", "name"}),
        (f"tomap({{ for k, v in {SET} : k => tostring(v) }})", {"name"}, {"image"}),
        ("{ for k, v in d : k => v if u }", set(), {"image", "name", "user"}),
        ("{ for k, v in d : k => v... if v != null }", {"name"}, {"image"}),
        # Keys that are not known may be any.
        ('{ for k, v in d : (v == null ? "none" : v) => k if v != null }', {"app"}, None),
        (f"{{ for k, v in {SET} : v => k }}", {"app"}, None),
        ('{ for k in ["a", u] : k => 1 }', {"a"}, None),
        (f"merge({SET}, {{ user = 1 }})", {"name", "user"}, {"image"}),
        (f"merge({{ user = 1 }}, {SET})", {"name", "user"}, {"image"}),
        (f"merge({SET}, {{ for k in ['a', 'b'] : k => 1 if u }})".replace("'", '"'), {"name"}, {"a", "b", "image"}),
        (f"merge({SET}, u)", {"name"}, None),
    ],
)
def test_only_the_keys_of_items_may_be_there(expression: str, members: set[str], possible: set[str] | None) -> None:
    value = value_of(expression)
    assert isinstance(value.content, dict)
    assert (set(value.content), value.possible) == (members, None if possible is None else frozenset(possible))
    assert value.rest is not None


def test_without_an_unknown_there_are_no_further_keys() -> None:
    value = value_of("{ for k, v in { a = 1, b = null } : k => v if v != null }")
    assert (value.rest, value.possible, value.known) == (None, None, True)


@pytest.mark.parametrize("step", [".user", '["user"]', ".other"])
def test_an_attribute_that_cannot_be_there_is_a_fault(step: str) -> None:
    with pytest.raises(EvaluationFault):
        value_of(f"{SET}{step}")
    assert value_of(f'try({SET}{step}, "none")').content == "none"


@pytest.mark.parametrize(
    "expression",
    [
        f"{SET}.image",
        f'{SET}["image"]',
        f'try({SET}.image, "none")',
        f'lookup({SET}, "image", "none")',
        f"length({SET})",
        f"keys({SET})[1]",
        f'contains(keys({SET}), "image")',
        f"{SET} == {{ name = d.name }}",
        f'length({SET}) == 1 ? "one" : u',
    ],
)
def test_what_depends_on_a_possible_key_is_not_known(expression: str) -> None:
    assert isinstance(value_of(expression).content, Unknown)


def test_an_object_type_takes_what_cannot_be_there_as_null(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        """
        resource "aws_ecr_repository" "r" {}
        module "m" {
          source = "./m"
          d      = { for k, v in { image = aws_ecr_repository.r.repository_url, user = null } : k => v if v != null }
        }
        """
    )
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(
        """
        variable "d" { type = object({ image = optional(string), user = optional(string, "1000") }) }
        resource "aws_ecs_task_definition" "t" { container_definitions = jsonencode([var.d]) }
        """
    )
    found = task_definition(tmp_path, "module.m.aws_ecs_task_definition.t")
    assert (found["ECS.4"], found["ECS.9"]) == ("PASSED", "FAILED")


TASK = """
resource "aws_ecr_repository" "r" {}
locals {
  written = { name = "app", image = aws_ecr_repository.r.repository_url, user = null, privileged = %s }
  set     = { for k, v in local.written : k => v if v != null }
}
resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([local.set])
  tags                  = { for k, v in { Team = aws_ecr_repository.r.arn } : k => v if v != null }
}
"""


@pytest.mark.parametrize(
    ("privileged", "status"),
    [("null", "PASSED"), ("true", "FAILED"), ("aws_ecr_repository.r.x", "UNKNOWN")],
)
def test_a_container_has_no_more_than_could_be_set(tmp_path: Path, privileged: str, status: str) -> None:
    (tmp_path / "main.tf").write_text(TASK % privileged)
    found = task_definition(tmp_path)
    assert found["ECS.4"] == status
    assert (found["ECS.5"], found["ECS.8"], found["ECS.9"], found["ECS.20"]) == ("FAILED", "PASSED", "FAILED", "FAILED")
    assert found["ECS.15"] == "UNKNOWN"


def test_a_possible_spelling_does_not_hide_behind_a_member(tmp_path: Path) -> None:
    """The provider takes the last spelling of a name, in the order that jsonencode gives them."""
    (tmp_path / "main.tf").write_text(
        """
        resource "aws_ecr_repository" "r" {}
        locals { written = { User = "1000", user = aws_ecr_repository.r.x } }
        resource "aws_ecs_task_definition" "t" {
          container_definitions = jsonencode([{ for k, v in local.written : k => v if v != null }])
        }
        """
    )
    found = task_definition(tmp_path)
    assert found["ECS.20"] == "UNKNOWN"
