"""What may or may not be there, or is there under a key that is not known, is judged as far as that decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from terraform.hcl.test_for_keys import task_definition

from tfcheck.terraform.hcl import syntax
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.nodes import to_node
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.values import unknown

GOOD = '{ name = "good", readonlyRootFilesystem = true }'
BAD = '{ name = "bad", readonlyRootFilesystem = false }'
WORSE = '{ name = "worse" }'
FLAGS = "".join(f'variable "f{number}" {{ type = bool }}\n' for number in range(6))


def status(tmp_path: Path, containers: str, control: str = "ECS.5") -> str:
    """The control's answer for a task definition with these container definitions."""
    (tmp_path / "main.tf").write_text(
        f'{FLAGS}resource "aws_ecs_task_definition" "t" {{\n family = "t"\n container_definitions = {containers}\n}}\n'
    )
    return task_definition(tmp_path, "aws_ecs_task_definition.t")[control]


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        (f"jsonencode(concat([{GOOD}], var.f0 ? [{GOOD}] : []))", "PASSED"),
        (f"jsonencode(concat([{BAD}], var.f0 ? [{GOOD}] : []))", "FAILED"),
        (f"jsonencode(concat([{GOOD}], var.f0 ? [{BAD}] : []))", "UNKNOWN"),
        (f"jsonencode(concat(var.f0 ? [{GOOD}] : [], [{BAD}]))", "FAILED"),
        (f"jsonencode(concat(var.f0 ? [{GOOD}] : [{BAD}], [{GOOD}]))", "UNKNOWN"),
        (f"jsonencode(flatten([{BAD}, var.f0 ? [{GOOD}] : []]))", "FAILED"),
        (f"jsonencode(flatten([{GOOD}, var.f0 ? [{GOOD}] : []]))", "PASSED"),
        (f"jsonencode([for one in [{BAD}, {GOOD}] : one if var.f0 || one.readonlyRootFilesystem])", "UNKNOWN"),
        (f"jsonencode([for one in [{GOOD}, {GOOD}] : one if var.f0])", "PASSED"),
        (f"var.f0 ? jsonencode([{BAD}]) : jsonencode([{WORSE}, {GOOD}])", "FAILED"),
        (f"var.f0 ? jsonencode([{BAD}]) : jsonencode([{GOOD}, {WORSE}])", "FAILED"),
        (f"var.f0 ? jsonencode([{GOOD}]) : jsonencode([{GOOD}, {GOOD}])", "PASSED"),
        (f"var.f0 ? jsonencode([{GOOD}]) : jsonencode([{GOOD}, {WORSE}])", "UNKNOWN"),
        (f'var.f0 ? jsonencode([{BAD}]) : "[{{\\"name\\": \\"bad\\"}}]"', "FAILED"),
        (f"var.f0 ? jsonencode([{GOOD}]) : null", "UNKNOWN"),
        (f"var.f0 ? jsonencode([{BAD}]) : var.f1", "UNKNOWN"),
        (
            f"jsonencode(concat([{BAD}], {', '.join(f'var.f{number} ? [{GOOD}] : []' for number in range(6))}))",
            "FAILED",
        ),
        (
            f"jsonencode(concat([{GOOD}], {', '.join(f'var.f{number} ? [{GOOD}] : []' for number in range(6))}))",
            "PASSED",
        ),
        (
            f"jsonencode(concat([{GOOD}], {', '.join(f'var.f{number} ? [{WORSE}] : []' for number in range(6))}))",
            "UNKNOWN",
        ),
        (f"jsonencode([for k, v in {{ (var.f0) = {BAD} }} : v])", "FAILED"),
        (f"jsonencode([for k, v in {{ (var.f0) = {GOOD} }} : merge(v, {{ name = k }})])", "PASSED"),
        (f"jsonencode([for k, v in {{ (var.f0) = {BAD}, good = {GOOD} }} : v])", "UNKNOWN"),
        (f"jsonencode([for k, v in {{ good = {GOOD}, (var.f0) = {BAD} }} : v])", "FAILED"),
        (f"jsonencode(values({{ (var.f0) = {BAD} }}))", "FAILED"),
        (f"jsonencode(try([var.f0], [local.nope]) == [] ? [{GOOD}] : [{GOOD}])", "UNKNOWN"),
    ],
)
def test_what_is_certain_in_every_case_decides(tmp_path: Path, containers: str, expected: str) -> None:
    assert status(tmp_path, containers) == expected


def test_of_two_spellings_none_hides_behind_the_other(tmp_path: Path) -> None:
    containers = 'var.f0 ? jsonencode([{ name = "a", User = "1" }]) : jsonencode([{ name = "a", user = "root" }])'
    assert status(tmp_path, containers, "ECS.20") == "UNKNOWN"


def test_the_last_spelling_is_the_last_one_in_the_order_of_jsonencode(tmp_path: Path) -> None:
    assert status(tmp_path, 'jsonencode([{ user = "1000", User = "root" }])', "ECS.20") == "PASSED"


def test_a_member_that_one_of_two_objects_has_is_as_good_as_null_in_the_other(tmp_path: Path) -> None:
    logs = '{ name = "a", logConfiguration = { logDriver = "awslogs" } }'
    containers = f'jsonencode([var.f0 ? {logs} : {{ name = "a", logConfiguration = null }}])'
    assert status(tmp_path, containers, "ECS.9") == "UNKNOWN"
    assert status(tmp_path, containers, "ECS.5") == "FAILED"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("{ (var.f0) = 1 }", "PASSED"),
        ("merge({ (var.f0) = 1 }, var.f1 ? {} : { a = 1 })", "PASSED"),
        ("merge({ (var.f0) = 1 }, { for one in [1] : var.f2 => 1 if var.f1 })", "PASSED"),
        ("{ for one in [1] : var.f2 => 1 if var.f1 }", "UNKNOWN"),
        ("{ for one in [1] : var.f2 => 1 }", "PASSED"),
        ("var.f0 ? { a = 1 } : { b = 1 }", "PASSED"),
        ("var.f0 ? { a = 1 } : {}", "UNKNOWN"),
    ],
)
def test_a_map_with_a_member_is_not_empty_although_its_key_is_not_known(
    tmp_path: Path, tags: str, expected: str
) -> None:
    assert status(tmp_path, f"jsonencode([{GOOD}])\n tags = {tags}", "ECS.15") == expected


def test_an_only_member_whose_key_is_not_known_makes_an_instance(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f"""
        locals {{ name = basename(path.cwd) }}
        module "m" {{
          source     = "./m"
          containers = {{ (local.name) = {BAD} }}
        }}
        """
    )
    (tmp_path / "m" / "c").mkdir(parents=True)
    (tmp_path / "m" / "main.tf").write_text(
        """
        variable "containers" { default = {} }
        module "c" {
          source   = "./c"
          for_each = { for k, v in var.containers : k => v if try(v.create, true) }
          one      = each.value
          name     = each.key
        }
        resource "aws_ecs_task_definition" "t" {
          container_definitions = jsonencode([for k, v in module.c : v.definition])
        }
        """
    )
    (tmp_path / "m" / "c" / "main.tf").write_text(
        'variable "one" {}\nvariable "name" {}\noutput "definition" { value = merge(var.one, { name = var.name }) }\n'
    )
    found = task_definition(tmp_path, "module.m.aws_ecs_task_definition.t")
    assert (found["ECS.5"], found["ECS.8"]) == ("FAILED", "PASSED")


def test_a_node_tells_elements_that_may_be_there_from_those_that_are() -> None:
    source = "concat([1], unknown ? [2] : [], unknown ? [3, 4] : [5])"
    value = evaluate(syntax.parse_expression(source), Scope(names={"unknown": unknown("hidden", "a.b")}))
    node = to_node(value)
    assert [one.value for one in node.elements()][:1] == [1]
    assert {one.value for one in node.possible_elements()} >= {4}
    assert len(node.arms) == 4
