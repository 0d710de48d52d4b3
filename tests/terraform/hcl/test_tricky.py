"""Sources that are easy to misread: expected.json beside each holds the verdicts that its HCL gives, read by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import TESTDATA

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import check
from tfcheck.locate import place
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.read import read_configuration

CASES = sorted(path.parent for path in (TESTDATA / "hcl" / "tricky").glob("*/expected.json"))

# What is to be told of a case beside its verdicts.
PROBLEMS = {"c5": ["module reg (terraform-aws-modules/ecs/aws) is not there and not judged: run `terraform get`"]}


def verdicts(readings: list[Reading]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for reading in readings:
        for one in check(catalogue(Settings()), adapt(reading.blocks)):
            found.setdefault(one.resource.address, {})[one.control.id] = one.status.value
    return found


def test_there_are_cases() -> None:
    assert [case.name for case in CASES] == ["c1", "c2", "c3", "c4", "c5"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdicts_are_those_of_a_reader(case: Path) -> None:
    assert verdicts(read_configuration(str(case), Options())) == json.loads((case / "expected.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_else_is_a_problem(case: Path) -> None:
    readings = read_configuration(str(case), Options())
    verdicts(readings)
    found = [problem.message for one in readings for problem in (*one.problems, *one.late_problems())]
    assert found == PROBLEMS.get(case.name, [])


CONTAINERS = '[{"name":"a","image":"x","privileged":true}]'


@pytest.mark.parametrize("read", ['file("${path.module}/c.json")', 'templatefile("${path.module}/c.json", {})'])
@pytest.mark.parametrize(
    ("directory", "shown"), [("local", {"local/c.json", "local/main.tf"}), (".terraform/modules/m", {"main.tf"})]
)
def test_nothing_is_placed_below_dot_terraform(tmp_path: Path, read: str, directory: str, shown: set[str]) -> None:
    module = tmp_path / directory
    module.mkdir(parents=True)
    (tmp_path / "main.tf").write_text(f'module "m" {{\n  source = "./{directory}"\n}}\n')
    (module / "c.json").write_text(CONTAINERS)
    (module / "main.tf").write_text(f'resource "aws_ecs_task_definition" "t" {{ container_definitions = {read} }}\n')
    readings = read_configuration(str(tmp_path), Options())
    findings = [one for each in readings for one in check(catalogue(Settings()), adapt(each.blocks))]
    failed = [one for one in findings if one.status.value == "FAILED"]
    assert {found.path for one in failed if (found := place(one)) is not None} == shown
