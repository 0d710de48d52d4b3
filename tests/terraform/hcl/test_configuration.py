"""Configurations in HCL, small and hostile, judged as a user would: by their findings and their problems."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.errors import InputError, Problem
from tfcheck.findings import Finding, check
from tfcheck.locate import place
from tfcheck.messages import message
from tfcheck.terraform.adapt import adapt, shared_families
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.read import read_configuration

Files = Mapping[str, str]
TASK = """
resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = %s
}
"""
SERVICE = """
resource "aws_ecs_service" "app" {
  name = "app"
  network_configuration {
    subnets          = ["subnet-1"]
    assign_public_ip = %s
  }
}
"""


class Judged:
    """What tfcheck says of a directory."""

    def __init__(self, readings: list[Reading]) -> None:
        self.readings = readings
        self.findings: dict[tuple[str, str], Finding] = {
            (one.resource.address, one.control.id): one
            for reading in readings
            for one in check(catalogue(Settings()), adapt(reading.blocks))
        }
        self.problems: list[Problem] = [
            problem for one in readings for problem in (*one.problems, *one.late_problems())
        ]

    def status(self, address: str, control: str) -> str:
        return self.findings[address, control].status.value

    def addresses(self) -> set[str]:
        return {address for address, _ in self.findings}

    def line(self, address: str, control: str) -> tuple[str, int, int]:
        location = place(self.findings[address, control])
        assert location is not None
        assert location.region is not None
        return location.path, location.region.start_line, location.region.start_column

    def message(self, address: str, control: str) -> str:
        return message(self.findings[address, control])


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Judged]:
    """Writes files below a repository, and judges the directory `at` in it."""

    def judge(files: Files | str, at: str = ".", **options: Any) -> Judged:
        (tmp_path / ".git").mkdir(exist_ok=True)
        for name, text in ({"main.tf": files} if isinstance(files, str) else files).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Judged(read_configuration(str(tmp_path / at), Options(**options)))

    return judge


def task(containers: str) -> str:
    return TASK % containers


def service(public: str) -> str:
    return SERVICE % public


APP = "aws_ecs_service.app"
TD = "aws_ecs_task_definition.app"

# -- variables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declaration", "expression", "expected"),
    [
        ('variable "v" { default = true }', "var.v", "FAILED"),
        ('variable "v" { default = false }', "var.v", "PASSED"),
        ('variable "v" {}', "var.v", "UNKNOWN"),
        ('variable "v" { type = bool }', "var.v", "UNKNOWN"),
        ('variable "v" { default = "true" }', "var.v", "FAILED"),
        ('variable "v" {\n type = bool\n default = "true"\n}', "var.v", "FAILED"),
        ('variable "v" {\n type = bool\n default = null\n}', "var.v", "PASSED"),
        ('variable "v" {\n default = true\n sensitive = true\n}', "var.v", "FAILED"),
        ('variable "v" {\n type = object({ p = optional(bool, true) })\n default = {}\n}', "var.v.p", "FAILED"),
        ('variable "v" {\n type = object({ p = optional(bool) })\n default = {}\n}', "var.v.p", "PASSED"),
        ('variable "v" {\n type = map(object({ p = optional(bool, true) }))\n default = { a = {} }\n}',
         'var.v["a"].p', "FAILED"),
        ('variable "v" {\n type = object({ o = optional(object({ p = optional(bool, true) }), {}) })\n default = {}\n}',
         "var.v.o.p", "FAILED"),
        ('variable "v" { default = null }', "coalesce(var.v, true)", "FAILED"),
        ("locals {\n a = local.b\n b = !false\n}", "local.a", "FAILED"),
        ("locals { a = 1 }\nlocals { b = local.a == 1 }", "local.b", "FAILED"),
    ],
    ids=lambda value: value if len(str(value)) < 20 else "",
)  # fmt: skip
def test_variables_and_locals(judge: Callable[..., Judged], declaration: str, expression: str, expected: str) -> None:
    judged = judge(f"{declaration}\n{service(expression)}")
    assert judged.status(APP, "ECS.2") == expected
    assert judged.problems == []


def test_an_unknown_variable_is_named_with_what_to_do(judge: Callable[..., Judged]) -> None:
    text = judge('variable "public" {}' + service("var.public")).message(APP, "ECS.2")
    assert "var.public" in text
    assert "--var" in text


def test_null_for_a_variable_that_is_not_nullable_is_its_default(judge: Callable[..., Judged]) -> None:
    module = 'variable "v" {\n default = true\n nullable = false\n}' + service("var.v")
    other = 'variable "v" {\n default = true\n}' + service("var.v")
    calls = 'module "a" {\n source = "./a"\n v = null\n}\nmodule "b" {\n source = "./b"\n v = null\n}'
    judged = judge({"main.tf": calls, "a/main.tf": module, "b/main.tf": other})
    assert judged.status(f"module.a.{APP}", "ECS.2") == "FAILED"
    assert judged.status(f"module.b.{APP}", "ECS.2") == "PASSED"


def test_a_sensitive_variable_is_judged_and_not_told(judge: Callable[..., Judged]) -> None:
    judged = judge('variable "v" {\n default = "hunter2"\n sensitive = true\n}' + task(
        'jsonencode([{ name = "app", image = "i", user = "root", password = var.v, '
        "environment = [{ name = \"AWS_SECRET_ACCESS_KEY\", value = var.v }] }])"
    ))  # fmt: skip
    assert judged.status(TD, "ECS.8") == "FAILED"
    assert "hunter2" not in "".join(judged.message(*key) for key in judged.findings)


# -- circles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "locals { v = local.v }",
        "locals {\n v = local.w\n w = local.v\n}",
        'locals { v = module.m.out }\nmodule "m" {\n source = "./m"\n in = local.v\n}',
        'locals { v = aws_ecs_service.app.network_configuration }',
    ],
    ids=["itself", "two", "through a module", "the resource itself"],
)  # fmt: skip
def test_a_circle_costs_the_attribute(judge: Callable[..., Judged], text: str) -> None:
    module = 'variable "in" {}\noutput "out" { value = var.in }'
    judged = judge({"main.tf": f"{text}\n{service('local.v')}", "m/main.tf": module})
    assert judged.status(APP, "ECS.2") == "UNKNOWN"
    assert judged.status(APP, "ECS.13") == "FAILED"


def test_a_circle_is_told_with_its_place(judge: Callable[..., Judged]) -> None:
    judged = judge("locals {\n  v = local.w\n  w = local.v\n}\n" + service("local.v"))
    assert [(one.level, one.path) for one in judged.problems] == [("warning", "main.tf")]
    assert judged.problems[0].line is not None
    assert "refers to itself" in judged.problems[0].message


# -- count and for_each ------------------------------------------------------------------------------------------------


def cluster(head: str) -> str:
    return f'resource "aws_ecs_cluster" "c" {{\n{head}\n}}\n'


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        ("count = 0", []),
        ("count = 2", ["[0]", "[1]"]),
        ('count = "1"', ["[0]"]),
        ("count = true ? 1 : 0", ["[0]"]),
        ("count = length(data.aws_regions.all.names)", ['["?"]']),
        ('for_each = toset(["b", "a"])', ['["a"]', '["b"]']),
        ('for_each = { x = 1, "y.z" = 2 }', ['["x"]', '["y.z"]']),
        ('for_each = { "a\\"b" = 1 }', ['["a\\"b"]']),
        ("for_each = {}", []),
        ("for_each = data.aws_regions.all.names", ['["?"]']),
        ("for_each = toset([aws_vpc.v.id])", ['["?"]']),
        ("for_each = { a = aws_vpc.v.id }", ['["a"]']),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_instances(judge: Callable[..., Judged], head: str, keys: list[str]) -> None:
    judged = judge(cluster(head) + 'resource "aws_vpc" "v" {}\ndata "aws_regions" "all" {}')
    assert judged.addresses() == {f"aws_ecs_cluster.c{key}" for key in keys}
    assert judged.problems == []


@pytest.mark.parametrize("head", ["count = -1", "count = 1.5", 'count = "x"', "count = null", "for_each = null"])
def test_a_wrong_count_is_a_problem_and_one_possible_instance(judge: Callable[..., Judged], head: str) -> None:
    judged = judge(cluster(head) if head != "count = null" else cluster("count = [1]"))
    assert judged.addresses() == {'aws_ecs_cluster.c["?"]'}
    assert [one.line for one in judged.problems] == [2]


def test_a_null_count_counts_as_absent_or_is_a_problem(judge: Callable[..., Judged]) -> None:
    assert len(judge(cluster("count = null")).addresses()) == 1


def test_each_and_count_are_known_in_an_instance(judge: Callable[..., Judged]) -> None:
    judged = judge(
        'resource "aws_ecs_cluster" "c" {\n for_each = { on = "enabled", off = "disabled" }\n'
        ' setting {\n name = "containerInsights"\n value = each.value\n }\n}\n'
        'resource "aws_ecs_cluster" "n" {\n count = 2\n setting {\n name = "containerInsights"\n'
        ' value = count.index == 0 ? "enabled" : "disabled"\n }\n}'
    )
    expected = {'c["on"]': "PASSED", 'c["off"]': "FAILED", "n[0]": "PASSED", "n[1]": "FAILED"}
    assert {name: judged.status(f"aws_ecs_cluster.{name}", "ECS.12") for name in expected} == expected


# -- modules -----------------------------------------------------------------------------------------------------------


def test_modules_in_modules_with_instances(judge: Callable[..., Judged]) -> None:
    judged = judge({
        "main.tf": 'module "a" {\n source = "./modules/a"\n for_each = { x = true, y = false }\n v = each.value\n}',
        "modules/a/main.tf": 'variable "v" {}\nmodule "b" {\n source = "../b"\n count = 2\n'
        " v = var.v && count.index == 1\n}",
        "modules/b/main.tf": 'variable "v" {}' + service("var.v"),
    })  # fmt: skip
    assert len(judged.readings) == 1
    given = {address: judged.status(address, "ECS.2") for address in judged.addresses()}
    assert given == {
        'module.a["x"].module.b[0].aws_ecs_service.app': "PASSED",
        'module.a["x"].module.b[1].aws_ecs_service.app': "FAILED",
        'module.a["y"].module.b[0].aws_ecs_service.app': "PASSED",
        'module.a["y"].module.b[1].aws_ecs_service.app': "PASSED",
    }


def test_outputs_join_services_to_what_is_in_other_modules(judge: Callable[..., Judged]) -> None:
    judged = judge({
        "main.tf": 'module "task" {\n source = "./task"\n}\nmodule "linux" {\n source = "./linux"\n}\n'
        'module "s" {\n source = "./service"\n task = module.task.arn\n}\n'
        'module "l" {\n source = "./service"\n task = module.linux.family\n}',
        "task/main.tf": 'resource "aws_ecs_task_definition" "t" {\n family = "t"\n container_definitions = "[]"\n'
        ' runtime_platform { operating_system_family = "WINDOWS_SERVER_2019_CORE" }\n}\n'
        'output "arn" { value = aws_ecs_task_definition.t.arn }',
        "linux/main.tf": 'resource "aws_ecs_task_definition" "t" {\n family = "t"\n container_definitions = "[]"\n}\n'
        'locals { family = aws_ecs_task_definition.t.family }\noutput "family" { value = local.family }',
        "service/main.tf": 'variable "task" {}\nresource "aws_ecs_service" "s" {\n name = "s"\n'
        ' launch_type = "FARGATE"\n'
        ' task_definition = var.task\n platform_version = "1.0.0"\n}',
    })  # fmt: skip
    assert judged.status("module.s.aws_ecs_service.s", "ECS.10") == "PASSED"
    assert judged.status("module.l.aws_ecs_service.s", "ECS.10") == "FAILED"


@pytest.mark.parametrize(("missing", "level"), [("error", "error"), ("warning", "warning")])
def test_a_module_that_is_not_there(judge: Callable[..., Judged], missing: str, level: str) -> None:
    text = 'module "ecs" {\n  source  = "terraform-aws-modules/ecs/aws"\n  version = "6.0.0"\n}\n'
    judged = judge(text + service("module.ecs.public"), missing_modules=missing)
    assert judged.status(APP, "ECS.2") == "UNKNOWN"
    assert "module.ecs" in judged.message(APP, "ECS.2")
    [problem] = judged.problems
    assert (problem.level, problem.path, problem.line, problem.column) == (level, "main.tf", 2, 3)
    assert "ecs" in problem.message
    assert "terraform get" in problem.message


def test_an_installed_module_is_judged_and_placed_at_its_call(judge: Callable[..., Judged]) -> None:
    rows = [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "ecs", "Source": "registry.terraform.io/x/ecs/aws", "Dir": ".terraform/modules/ecs"},
        {"Key": "ecs.inner", "Source": "./inner", "Dir": ".terraform/modules/ecs/inner"},
    ]
    judged = judge({
        "main.tf": 'module "ecs" {\n  source = "x/ecs/aws"\n  public = true\n}\n',
        ".terraform/modules/modules.json": json.dumps({"Modules": rows}),
        ".terraform/modules/ecs/main.tf": 'variable "public" {}\nmodule "inner" {\n source = "./inner"\n'
        " public = var.public\n}",
        ".terraform/modules/ecs/inner/main.tf": 'variable "public" {}\n' + service("var.public") + cluster(""),
    })  # fmt: skip
    assert judged.problems == []
    address = f"module.ecs.module.inner.{APP}"
    assert judged.status(address, "ECS.2") == "FAILED"
    assert judged.line(address, "ECS.2") == ("main.tf", 3, 3)
    assert judged.line("module.ecs.module.inner.aws_ecs_cluster.c", "ECS.14") == ("main.tf", 1, 1)
    places = [one.location for finding in judged.findings.values() for one in finding.evidence]
    assert {one.path for one in places if one is not None} <= {"main.tf"}


def test_a_module_that_calls_itself_ends(judge: Callable[..., Judged]) -> None:
    judged = judge('module "m" {\n  source = "./"\n}\n' + cluster(""))
    assert "aws_ecs_cluster.c" in judged.addresses()
    assert any(one.level == "error" and one.line == 2 for one in judged.problems)


def test_modules_that_call_each_other_twice_end_soon(judge: Callable[..., Judged]) -> None:
    calls = 'module "a" {\n source = "../%s"\n}\nmodule "b" {\n source = "../%s"\n}\n'
    start = time.monotonic()
    judged = judge({
        "main.tf": 'module "m" {\n source = "./a"\n}\n' + cluster(""),
        "a/main.tf": calls % ("b", "b"), "b/main.tf": calls % ("a", "a"),
    })  # fmt: skip
    assert time.monotonic() - start < 10
    assert judged.problems != []


def test_deeply_nested_modules(judge: Callable[..., Judged]) -> None:
    files = {f"m{at}/main.tf": f'variable "v" {{}}\nmodule "n" {{\n source = "../m{at + 1}"\n v = var.v\n}}\n'
             for at in range(20)}  # fmt: skip
    files["m20/main.tf"] = 'variable "v" {}\n' + service("var.v")
    files["main.tf"] = 'module "n" {\n source = "./m0"\n v = true\n}\n'
    judged = judge(files)
    assert judged.status("module.n." * 21 + APP, "ECS.2") == "FAILED"


# -- roots -------------------------------------------------------------------------------------------------------------


def test_a_directory_that_another_calls_is_no_root(judge: Callable[..., Judged]) -> None:
    module = 'variable "v" { default = true }' + service("var.v")
    call = 'module "m" {\n source = "../../modules/m"\n v = %s\n}'
    judged = judge({"envs/a/main.tf": call % "true", "envs/b/main.tf": call % "false", "modules/m/main.tf": module})
    assert sorted(Path(one.source.path).parts[-2:] for one in judged.readings) == [("envs", "a"), ("envs", "b")]
    by_root = [Judged([one]).status(f"module.m.{APP}", "ECS.2") for one in judged.readings]
    assert sorted(by_root) == ["FAILED", "PASSED"]


def test_a_directory_that_an_evaluated_source_leads_to_is_no_root(judge: Callable[..., Judged]) -> None:
    call = 'locals {\n at = "../modules"\n}\nmodule "m" {\n source = "${local.at}/m"\n v = false\n}'
    judged = judge({"env/main.tf": call, "modules/m/main.tf": 'variable "v" {}' + service("var.v")})
    assert [Path(one.source.path).name for one in judged.readings] == ["env"]
    assert judged.status(f"module.m.{APP}", "ECS.2") == "PASSED"


def test_modules_in_a_circle_are_judged_although_none_is_a_root(judge: Callable[..., Judged]) -> None:
    call = 'module "m" {\n source = "../%s"\n}'
    judged = judge({"a/main.tf": call % "b" + service("true"), "b/main.tf": call % "a"})
    assert judged.status(APP, "ECS.2") == "FAILED"
    assert any("it calls itself" in problem.message for problem in judged.problems)


def test_the_given_directory_is_always_a_root(judge: Callable[..., Judged]) -> None:
    judged = judge({"main.tf": service("true"), "examples/x/main.tf": 'module "m" {\n source = "../../"\n}'})
    assert APP in judged.addresses()
    assert f"module.m.{APP}" in judged.addresses()


def test_a_module_above_the_directory_is_called(judge: Callable[..., Judged]) -> None:
    judged = judge({"env/main.tf": 'module "m" {\n source = "../m"\n}', "m/main.tf": service("true")}, at="env")
    assert judged.line(f"module.m.{APP}", "ECS.2")[0] == "m/main.tf"


def test_a_directory_without_terraform_files(judge: Callable[..., Judged]) -> None:
    with pytest.raises(InputError, match="no Terraform files"):
        judge({"readme.md": ""})


# -- files -------------------------------------------------------------------------------------------------------------


def test_override_files_win(judge: Callable[..., Judged]) -> None:
    judged = judge({
        "main.tf": service("false") + cluster('setting {\n name = "containerInsights"\n value = "enabled"\n}'),
        "a_override.tf": 'resource "aws_ecs_service" "app" {\n network_configuration {\n'
        ' assign_public_ip = true\n }\n}',
        "override.tf": 'resource "aws_ecs_cluster" "c" {\n tags = { a = "b" }\n}',
    })  # fmt: skip
    assert judged.status(APP, "ECS.2") == "FAILED"
    assert judged.line(APP, "ECS.2") == ("a_override.tf", 3, 2)
    assert judged.status("aws_ecs_cluster.c", "ECS.12") == "PASSED"
    assert judged.status("aws_ecs_cluster.c", "ECS.14") == "PASSED"


def test_locals_and_variables_are_overridden_by_name(judge: Callable[..., Judged]) -> None:
    judged = judge({
        "main.tf": 'locals {\n v = false\n w = true\n}\nvariable "x" {\n type = bool\n default = false\n}\n'
        + service("local.v && local.w && var.x"),
        "override.tf": 'locals {\n v = true\n}\nvariable "x" {\n default = true\n}',
    })  # fmt: skip
    assert judged.status(APP, "ECS.2") == "FAILED"


def test_a_tofu_file_shadows_the_tf_file_of_its_name(judge: Callable[..., Judged]) -> None:
    judged = judge({"main.tf": service("true"), "main.tofu": service("false")})
    assert judged.status(APP, "ECS.2") == "PASSED"
    assert judged.problems == []


def test_a_bad_block_costs_only_itself(judge: Callable[..., Judged]) -> None:
    bad = 'resource "aws_ecs_cluster" "bad" {\n  name = = "x"\n}\n'
    judged = judge(cluster("") + bad + service("true"))
    assert judged.addresses() == {"aws_ecs_cluster.c", APP}
    [problem] = judged.problems
    assert (problem.level, problem.path, problem.line, problem.column) == ("error", "main.tf", 5, 10)
    assert "aws_ecs_cluster bad" in problem.message


def test_a_file_that_does_not_end_costs_what_follows(judge: Callable[..., Judged]) -> None:
    judged = judge({"a.tf": service("true"), "b.tf": 'resource "aws_ecs_cluster" "c" {\n  name = "x\n'})
    assert APP in judged.addresses()
    assert any(one.level == "error" and one.path == "b.tf" and one.line is not None for one in judged.problems)


def test_configuration_in_json_is_not_passed_over(judge: Callable[..., Judged]) -> None:
    more = {"resource": {"aws_ecs_cluster": {"more": {"name": "more"}}}}
    judged = judge({"main.tf": service("true"), "more.tf.json": json.dumps(more)})
    assert judged.problems == []
    assert judged.addresses() == {APP, "aws_ecs_cluster.more"}


@pytest.mark.parametrize(
    "expression",
    ['file("../outside.json")', 'file("link.json")', 'templatefile("../outside.json", {})',
     'file("${path.module}/../outside.json")', 'file("/etc/hostname")', 'file("~/x")'],
)  # fmt: skip
def test_files_outside_of_the_repository_are_not_read(tmp_path: Path, expression: str) -> None:
    (tmp_path / "outside.json").write_text('[{"name": "app", "image": "i", "privileged": true}]')
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    (repository / "link.json").symlink_to(tmp_path / "outside.json")
    (repository / "main.tf").write_text(task(expression))
    judged = Judged(read_configuration(str(repository), Options()))
    assert judged.status(TD, "ECS.4") == "UNKNOWN"
    assert "outside" in judged.message(TD, "ECS.4") or "home" in judged.message(TD, "ECS.4")


# -- providers ---------------------------------------------------------------------------------------------------------


def test_default_tags_come_through_aliases_and_providers(judge: Callable[..., Judged]) -> None:
    judged = judge({
        "main.tf": 'provider "aws" {}\nprovider "aws" {\n alias = "tagged"\n default_tags {\n'
        ' tags = { team = "a" }\n }\n}\n'
        'module "plain" {\n source = "./m"\n}\n'
        'module "tagged" {\n source = "./m"\n providers = { aws = aws.tagged }\n}\n'
        'module "alias" {\n source = "./n"\n providers = { aws.other = aws.tagged }\n}\n'
        'resource "aws_ecs_cluster" "c" {\n provider = aws.tagged\n}\nresource "aws_ecs_cluster" "d" {}\n',
        "m/main.tf": cluster("") + 'module "deep" {\n source = "../deep"\n}',
        "deep/main.tf": cluster(""),
        "n/main.tf": "terraform {\n required_providers {\n aws = {\n configuration_aliases = [aws.other]\n }\n }\n}\n"
        + cluster("provider = aws.other"),
    })  # fmt: skip
    passed = {address for address in judged.addresses() if judged.status(address, "ECS.14") == "PASSED"}
    assert passed == {
        "aws_ecs_cluster.c",
        "module.tagged.aws_ecs_cluster.c",
        "module.tagged.module.deep.aws_ecs_cluster.c",
        "module.alias.aws_ecs_cluster.c",
    }


def test_default_tags_that_are_not_known(judge: Callable[..., Judged]) -> None:
    judged = judge('variable "tags" {}\nprovider "aws" {\n default_tags {\n tags = var.tags\n }\n}\n' + cluster(""))
    assert judged.status("aws_ecs_cluster.c", "ECS.14") == "UNKNOWN"


# -- containers, however written ---------------------------------------------------------------------------------------

HOLES = 'image = aws_ecr_repository.r.repository_url\nresource "aws_ecr_repository" "r" {}'
CONTAINERS = {
    "jsonencode": 'jsonencode([{ name = "app", image = aws_ecr_repository.r.repository_url, privileged = true }])',
    "locals": "jsonencode(local.containers)",
    "concat": 'jsonencode(concat([], [local.app], [{ name = "b", image = "b" }]))',
    "merge": "jsonencode([merge(local.app, { cpu = 1 })])",
    "for": "jsonencode([for name, one in { app = local.app } : merge(one, { name = name })])",
    "heredoc": '<<EOT\n[{"name": "app", "image": "${aws_ecr_repository.r.repository_url}:1", "privileged": true}]\nEOT',
    "indented heredoc": "<<-EOT\n  [{\n    \"name\": \"app\",\n"
    "    \"image\": \"${aws_ecr_repository.r.repository_url}\",\n"
    '    "privileged": true\n  }]\n  EOT',
    "templatefile": 'templatefile("${path.module}/c.json.tftpl", { image = local.app.image, p = true })',
    "templatefile with path.root": 'templatefile("${path.root}/c.json.tftpl", { image = "i", p = true })',
    "file": 'file("${path.module}/c.json")',
    "output": "module.m.json",
    "output of objects": "jsonencode([module.m.container])",
    "template_file": "data.template_file.t.rendered",
    "conditional": 'var.unset ? jsonencode([local.app]) : jsonencode([merge(local.app, { cpu = 2 })])',
    "format": 'format("[%s]", jsonencode(local.app))',
    "join": 'join("", ["[", jsonencode(local.app), "]"])',
    "template": '"[${jsonencode(local.app)}]"',
    "try": "try(jsonencode([local.app.none]), jsonencode([local.app]))",
    "decoded again": "jsonencode(jsondecode(jsonencode([local.app])))",
    "one of a list": "jsonencode([local.containers[0]])",
}  # fmt: skip
AROUND = """
resource "aws_ecr_repository" "r" {}
variable "unset" {}
locals {
  app        = { name = "app", image = aws_ecr_repository.r.repository_url, privileged = true }
  containers = [local.app]
}
module "m" {
  source = "./m"
  image  = aws_ecr_repository.r.repository_url
}
data "template_file" "t" {
  template = file("${path.module}/c.json.tftpl")
  vars = {
    image = aws_ecr_repository.r.repository_url
    p     = true
  }
}
"""
MODULE = """
variable "image" {}
locals { container = { name = "app", image = var.image, privileged = true } }
output "json" { value = jsonencode([local.container]) }
output "container" { value = local.container }
"""


@pytest.mark.parametrize("written", CONTAINERS.values(), ids=CONTAINERS)
def test_containers(judge: Callable[..., Judged], written: str) -> None:
    judged = judge({
        "main.tf": task(written) + AROUND,
        "m/main.tf": MODULE,
        "c.json": '[{"name": "app", "image": "i", "privileged": true}]',
        "c.json.tftpl": '[{"name": "app", "image": "${image}", "privileged": ${p}}]',
    })  # fmt: skip
    assert judged.status(TD, "ECS.4") == "FAILED", judged.message(TD, "ECS.4")
    assert "app" in judged.message(TD, "ECS.4")
    assert judged.problems == []


def test_findings_are_placed_inside_of_the_containers(judge: Callable[..., Judged]) -> None:
    judged = judge(
        'resource "aws_ecs_task_definition" "app" {\n'
        '  family = "app"\n'
        "  container_definitions = jsonencode([\n"
        "    {\n"
        '      name       = "good"\n'
        '      image      = "i"\n'
        "      readonlyRootFilesystem = true\n"
        "    },\n"
        "    {\n"
        '      name       = "bad"\n'
        '      image      = "i"\n'
        "      privileged = true\n"
        "    },\n"
        "  ])\n"
        "}\n"
    )
    assert judged.line(TD, "ECS.4") == ("main.tf", 12, 7)
    assert judged.line(TD, "ECS.5") == ("main.tf", 10, 7)


def test_findings_are_placed_inside_of_templates_and_files(judge: Callable[..., Judged]) -> None:
    text = '[\n  {\n    "name": "app",\n    "image": "${image}",\n    "privileged": true\n  }\n]\n'
    judged = judge({
        "main.tf": task('templatefile("c.json.tftpl", { image = "i" })')
        + task('file("c.json")').replace('"app"', '"b"')
        + task("<<EOT\n" + text.replace("${image}", "i") + "EOT").replace('definition" "app"', 'definition" "c"'),
        "c.json.tftpl": text,
        "c.json": text.replace("${image}", "i"),
    })  # fmt: skip
    assert judged.line(TD, "ECS.4")[:2] == ("c.json.tftpl", 5)
    assert judged.line("aws_ecs_task_definition.b", "ECS.4")[:2] == ("c.json", 5)
    assert judged.line("aws_ecs_task_definition.c", "ECS.4")[0] == "main.tf"


# -- dynamic blocks ----------------------------------------------------------------------------------------------------


def dynamic(over: str, more: str = "") -> str:
    return (
        f'resource "aws_ecs_cluster" "c" {{\n dynamic "setting" {{\n for_each = {over}\n{more}\n content {{\n'
        f" name = {'it' if more else 'setting'}.value.name\n"
        f" value = {'it' if more else 'setting'}.value.value\n }}\n }}\n}}"
    )


@pytest.mark.parametrize(
    ("over", "more", "expected"),
    [
        ('[{ name = "containerInsights", value = "enabled" }]', "", "PASSED"),
        ('[{ name = "containerInsights", value = "disabled" }]', "", "FAILED"),
        ('[{ name = "containerInsights", value = "enhanced" }]', "iterator = it", "PASSED"),
        ("[]", "", "FAILED"),
        ("var.unset", "", "UNKNOWN"),
        ('[{ name = "containerInsights", value = var.unset }]', "", "UNKNOWN"),
        ('{ x = { name = "containerInsights", value = "enabled" } }', "", "PASSED"),
    ],
    ids=["on", "off", "iterator", "none", "unknown", "unknown value", "map"],
)
def test_dynamic_blocks(judge: Callable[..., Judged], over: str, more: str, expected: str) -> None:
    judged = judge('variable "unset" {}\n' + dynamic(over, more))
    assert judged.status("aws_ecs_cluster.c", "ECS.12") == expected
    assert judged.problems == []


def test_two_dynamic_blocks_that_are_not_known(judge: Callable[..., Judged]) -> None:
    block = 'dynamic "setting" {{\n for_each = var.{0}\n content {{\n name = setting.key\n value = "x"\n }}\n }}\n'
    both = "".join(block.format(name) for name in ("a", "b"))
    judged = judge(f'variable "a" {{}}\nvariable "b" {{}}\nresource "aws_ecs_cluster" "c" {{\n{both}}}\n')
    assert judged.status("aws_ecs_cluster.c", "ECS.12") == "UNKNOWN"
    assert "var.a" in judged.message("aws_ecs_cluster.c", "ECS.12")
    assert judged.problems == []


# -- evaluation errors and bounds --------------------------------------------------------------------------------------


def test_an_error_in_one_attribute_loses_only_that(judge: Callable[..., Judged]) -> None:
    judged = judge(service("tobool(7)") + cluster("tags = { a = nothing.at_all }"))
    assert judged.status(APP, "ECS.2") == "UNKNOWN"
    assert judged.status("aws_ecs_cluster.c", "ECS.12") == "FAILED"
    assert judged.status("aws_ecs_cluster.c", "ECS.14") == "UNKNOWN"
    assert sorted((one.level, one.line) for one in judged.problems) == [("warning", 6), ("warning", 10)]


def test_text_that_is_nested_too_deeply_is_an_error(judge: Callable[..., Judged]) -> None:
    """Terraform may read it; what is not read is never silent."""
    judged = judge(TASK % f'"{"[" * 200}{"]" * 200}"')
    assert judged.status("aws_ecs_task_definition.app", "ECS.4") == "UNKNOWN"
    assert [(one.level, one.line) for one in judged.problems] == [("error", 4)]


def test_ten_thousand_instances_and_one_more(judge: Callable[..., Judged]) -> None:
    start = time.monotonic()
    judged = judge(cluster("count = 10000") + 'resource "aws_ecs_cluster" "d" {\n count = 10001\n}')
    assert len(judged.addresses()) == 10_001
    assert 'aws_ecs_cluster.d["?"]' in judged.addresses()
    assert len(judged.problems) == 1
    assert time.monotonic() - start < 20


COSTLY = 'jsonencode([for i in range(500) : { name = "c${i}", image = "i", privileged = %s }][%s])'


@pytest.mark.parametrize(
    ("privileged", "place"),
    [("i == 1", "1"), ("alltrue([for count in [i == 1] : count])", "1")],
    ids=["plain", "shadowed"],
)
def test_what_depends_on_no_instance_is_evaluated_once(
    judge: Callable[..., Judged], privileged: str, place: str
) -> None:
    """By itself each of them takes a good part of what all of a run may take."""
    containers = f'"[${{{COSTLY % (privileged, place)}}}]"'
    judged = judge(TASK.replace("family", "count = 2000\n  family") % containers)
    assert judged.problems == []
    assert {judged.status(address, "ECS.4") for address in judged.addresses()} == {"FAILED"}


def test_what_depends_on_an_instance_is_its_own(judge: Callable[..., Judged]) -> None:
    each = """
    resource "aws_ecs_service" "app" {
      for_each = { on = true, off = false }
      name     = "app"
      dynamic "network_configuration" {
        for_each = { on = [each.value], off = [false] }
        content {
          subnets          = ["subnet-1"]
          assign_public_ip = alltrue([for each in network_configuration.value : each])
        }
      }
      tags = [for each in [{ app = "x" }, {}] : each][each.key == "on" ? 0 : 1]
    }
    """
    judged = judge(each)
    assert [judged.status(f'aws_ecs_service.app["{key}"]', "ECS.2") for key in ("on", "off")] == ["FAILED", "PASSED"]
    assert [judged.status(f'aws_ecs_service.app["{key}"]', "ECS.13") for key in ("on", "off")] == ["PASSED", "FAILED"]
    assert judged.problems == []


def test_instances_of_modules_of_modules_are_bounded_in_total(judge: Callable[..., Judged]) -> None:
    call = 'module "n" {\n source = "../%s"\n count = 1000\n}\n'
    start = time.monotonic()
    judged = judge({
        "main.tf": (call % "a").replace("../", "./"), "a/main.tf": call % "b", "b/main.tf": call % "c",
        "c/main.tf": cluster("count = 1000"),
    })  # fmt: skip
    assert time.monotonic() - start < 60
    assert any(one.level == "error" for one in judged.problems)


# -- what public modules and applications showed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "selected", "expected"),
    [
        ({}, None, "UNKNOWN"),
        ({"TF_WORKSPACE": "live"}, "other", "FAILED"),
        ({}, "live\n", "FAILED"),
        ({}, "x", "PASSED"),
    ],
)
def test_the_workspace_is_the_selected_one(
    judge: Callable[..., Judged], environment: dict[str, str], selected: str | None, expected: str
) -> None:
    files = {"main.tf": service('terraform.workspace == "live"')}
    if selected is not None:
        files[".terraform/environment"] = selected
    judged = judge(files, environment=environment)
    assert judged.status(APP, "ECS.2") == expected
    if expected == "UNKNOWN":
        assert "set TF_WORKSPACE" in judged.message(APP, "ECS.2")


def test_a_given_file_is_told_by_its_path_in_the_repository(judge: Callable[..., Judged], tmp_path: Path) -> None:
    (tmp_path / "live.tfvars").write_text("public = true\n")
    call = 'module "m" {\n  source = "x/y/z"\n  public = var.public\n}\nvariable "public" {}\n'
    files = {
        "main.tf": call,
        ".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Dir": ".terraform/modules/m"}]}',
        ".terraform/modules/m/main.tf": 'variable "public" {}\n' + service("var.public"),
    }
    judged = judge(files, variables=(("file", str(tmp_path / "live.tfvars")),))
    assert judged.line("module.m.aws_ecs_service.app", "ECS.2") == ("main.tf", 3, 3)
    [evidence] = judged.findings["module.m.aws_ecs_service.app", "ECS.2"].evidence
    assert [place.path for place in evidence.origins] == ["live.tfvars"]


@pytest.mark.parametrize(
    "containers",
    [
        'templatestring("[{\\"name\\": \\"$${name}\\", \\"privileged\\": true}]", { name = var.name })',
        'replace("[{\\"name\\": \\"NAME\\", \\"privileged\\": true}]", "NAME", var.name)',
    ],
)
def test_a_container_that_was_not_written_here_is_placed_at_the_list(
    judge: Callable[..., Judged], containers: str
) -> None:
    judged = judge('variable "name" {\n  default = "app"\n}\n' + task(containers))
    path, line, _ = judged.line(TD, "ECS.4")
    assert (path, "container_definitions" in (task(containers).splitlines())[line - 4]) == ("main.tf", True)


def test_arms_that_are_texts_are_not_called_no_list(judge: Callable[..., Judged]) -> None:
    judged = judge('variable "x" { type = bool }\n' + task('"[${var.x ? "{}" : ""}]"'))
    assert judged.status(TD, "ECS.5") == "UNKNOWN"
    assert "var.x" in judged.message(TD, "ECS.5")


def test_a_resource_that_holds_itself_is_no_value(judge: Callable[..., Judged]) -> None:
    setting = 'setting {\n    name  = "containerInsights"\n    value = %s\n  }'
    cluster = f'resource "aws_ecs_cluster" "c" {{\n  name = "c"\n  {setting}\n}}\n'
    assert judge(cluster % "aws_ecs_cluster.c").status("aws_ecs_cluster.c", "ECS.12") == "UNKNOWN"
    assert judge(cluster % "[aws_ecs_cluster.c]").status("aws_ecs_cluster.c", "ECS.12") == "UNKNOWN"


def test_families_of_two_regions_are_two(judge: Callable[..., Judged]) -> None:
    regions = 'provider "aws" {}\nprovider "aws" {\n  alias = "eu"\n}\n'
    twin = task('"[]"').replace('"app" {', '"twin" {')
    [problem] = shared_families(judge(regions + task('"[]"') + twin).readings[0])
    assert "share a family" in problem.message
    other = twin.replace("{\n", "{\n  provider = aws.eu\n", 1)
    assert not list(shared_families(judge(regions + task('"[]"') + other).readings[0]))
