"""Configuration in JSON: the same verdicts as its twin in HCL, places in the JSON text, and what is damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from terraform.hcl.json_twin import twin
from terraform.hcl.test_agreement import CASES, verdicts
from terraform.hcl.test_configuration import Judged, judge

from tfcheck.terraform.block import Options
from tfcheck.terraform.read import read_configuration

__all__ = ["judge"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_twin_in_json_has_the_same_verdicts(case: Path, tmp_path: Path) -> None:
    for name in ("hcl", "json"):
        shutil.copytree(case, tmp_path / name, ignore=shutil.ignore_patterns("before"))
    for file in (tmp_path / "json").rglob("*.tf"):
        file.with_name(f"{file.name}.json").write_text(twin(file.read_text()))
        file.unlink()
    both = [read_configuration(str(tmp_path / name), Options()) for name in ("hcl", "json")]
    assert verdicts(both[1], case) == verdicts(both[0], case)
    told = [sum(len((*one.problems, *one.late_problems())) for one in readings) for readings in both]
    assert told[0] == told[1]


# -- places ------------------------------------------------------------------------------------------------------------

PLACES = """{
  "variable": {"public": {"type": "bool", "default": true}},
  "locals": {"insights": "disabled", "tag": "${upper(\\"x\\")}"},
  "resource": {
    "aws_ecs_cluster": {
      "one": {
        "name": "one",
        "setting": {"name": "containerInsights", "value": "${local.insights}"}
      },
      "bare": {"name": "bare"},
      "two": {"name": "two", "setting": [
        {"name": "containerInsights", "value": "disabled"}
      ]}
    },
    "aws_ecs_service": {
      "app": {
        "//": "a comment",
        "name": "app",
        "network_configuration": {"subnets": ["s"], "assign_public_ip": "${var.public}"},
        "platform_version": "1.3.0",
        "launch_type": "FARGATE"
      }
    },
    "aws_ecs_task_definition": {
      "app": {
        "family": "app",
        "network_mode": "host",
        "pid_mode": "host",
        "container_definitions": "${jsonencode([{name = \\"a\\", image = \\"i\\", privileged = true}])}"
      }
    },
    "aws_ecs_task_set": {"app": [{"service": "s", "network_configuration": [{"assign_public_ip": true}]}]}
  }
}
"""


@pytest.mark.parametrize(
    ("address", "control", "line", "column"),
    [
        ("aws_ecs_cluster.one", "ECS.12", 8, 50),
        ("aws_ecs_cluster.two", "ECS.12", 12, 39),
        ("aws_ecs_cluster.bare", "ECS.12", 10, 7),
        ("aws_ecs_cluster.one", "ECS.14", 6, 7),
        ("aws_ecs_service.app", "ECS.2", 19, 53),
        ("aws_ecs_service.app", "ECS.10", 20, 9),
        ("aws_ecs_service.app", "ECS.13", 16, 7),
        ("aws_ecs_task_definition.app", "ECS.3", 28, 9),
        ("aws_ecs_task_definition.app", "ECS.15", 25, 7),
        ("aws_ecs_task_definition.app", "ECS.4", 29, 79),
        ("aws_ecs_task_set.app", "ECS.16", 32, 78),
    ],
)
def test_places_are_those_of_the_keys(
    judge: Callable[..., Judged], address: str, control: str, line: int, column: int
) -> None:
    judged = judge({"main.tf.json": PLACES})
    assert judged.problems == []
    assert judged.status(address, control) == "FAILED"
    assert judged.line(address, control) == ("main.tf.json", line, column)


# -- what is damaged, files over others --------------------------------------------------------------------------------


def cluster(**more: object) -> str:
    return json.dumps({"resource": {"aws_ecs_cluster": {"c": {"name": "c", **more}}}})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (1, 1)),
        ("7", (1, 1)),
        ("\x00{}", (1, 1)),
        ('{"resource": 7}', (1, 14)),
        ('{"locals": "\\q"}', (1, 13)),
        ('{"locals": {"a": 1e99999}}', (1, 18)),
        ('{"locals": {"a": 1e999999999999999999999}}', (1, 18)),
        ('{"locals":\n{"a": ' + "[" * 5_000, (2, 106)),
        ('{"locals": {}} {}', (1, 16)),
        ('{"locals": {"a": tru}}', (1, 18)),
        ('{"locals": {"a": 1,}}', (1, 20)),
        ('{"locals": {"a" 1}}', (1, 17)),
    ],
)
def test_damage_is_a_problem_with_a_place(judge: Callable[..., Judged], text: str, place: tuple[int, int]) -> None:
    judged = judge({"main.tf.json": text, "other.tf.json": cluster()})
    assert [(one.level, one.path, one.line, one.column) for one in judged.problems] == [
        ("error", "main.tf.json", *place)
    ]
    assert judged.addresses() == {"aws_ecs_cluster.c"}


def test_damage_costs_the_block_and_what_follows(judge: Callable[..., Judged]) -> None:
    text = '{"resource": {"aws_ecs_cluster": {"a": {"name": "a"}, "b": {"name": "b", "setting": {]'
    judged = judge({"main.tf.json": text})
    assert judged.addresses() == {"aws_ecs_cluster.a"}
    assert [one.level for one in judged.problems] == ["error"]


def test_a_bad_template_costs_its_block_only(judge: Callable[..., Judged]) -> None:
    text = '{"resource": {"aws_ecs_cluster": {"a": {"name": "a"}, "b": {"name": "\\tx${"}}}}'
    judged = judge({"main.tf.json": text})
    assert judged.addresses() == {"aws_ecs_cluster.a"}
    assert [(one.level, one.line, one.column) for one in judged.problems] == [("error", 1, 74)]


def test_what_is_set_twice_is_told(judge: Callable[..., Judged]) -> None:
    judged = judge(
        {
            "main.tf.json": '{"locals": {"a": 1, "a": {"b": 1, "b": 2}}, "output": {"o": {"value": 1}},\n'
            '"resource": {"aws_ecs_cluster": {"c": {"name": "c",\n"name": "d", "tags": {"k": "v",\n"k": "w"}}}}}'
        }
    )
    assert [(one.level, one.line, one.column) for one in judged.problems] == [("warning", 3, 1), ("warning", 4, 1)]
    assert judged.status("aws_ecs_cluster.c", "ECS.14") == "PASSED"


def test_a_variables_strings_are_no_templates(judge: Callable[..., Judged]) -> None:
    variable = {"type": 'object({ p = optional(string, "x"), q = any })', "default": {"q": "${true}"}}
    setting = {"name": "containerInsights", "value": '${var.v.q == "$${true}" && var.v.p == "x" ? "enabled" : "x"}'}
    text = {"variable": {"v": variable}, **json.loads(cluster(setting=setting))}
    judged = judge({"main.tf.json": json.dumps(text)})
    assert (judged.problems, judged.status("aws_ecs_cluster.c", "ECS.12")) == ([], "PASSED")


NOTHING = """{
  "moved": [{"from": "a.b", "to": "a.c"}], "import": {"to": "a.b"}, "removed": {"from": "a.d"},
  "check": {"x": {}}, "ephemeral": {}, "//": "x", "unheard_of": 1
}"""
ON = {"name": "containerInsights", "value": "enabled"}
HCL = """resource "aws_ecs_cluster" "c" {
  name = "c"
  setting {
    name  = "containerInsights"
    value = "%s"
  }
}
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.tf": HCL % "disabled", "a_override.tf.json": cluster(setting=ON)}, "PASSED"),
        ({"a.tf.json": cluster(setting=ON), "override.tf": HCL % "disabled"}, "FAILED"),
        ({"a.tf": HCL % "enabled", "override.tf.json": cluster(setting=[])}, "PASSED"),
        ({"a.tf": HCL % "enabled", "override.tf.json": cluster(setting=None)}, "PASSED"),
        ({"a.tf.json": cluster(), "a.tofu.json": cluster(setting=ON)}, "PASSED"),
        ({"a.tf.json": cluster(setting=[], dynamic={"setting": {"for_each": [1], "content": ON}})}, "PASSED"),
        ({"a.tf.json": cluster(setting=ON, dynamic={"setting": {"for_each": "${var.no}", "content": ON}})}, "PASSED"),
        ({"a.tf.json": f"[{cluster(setting=ON)}]"}, "PASSED"),
        ({"a.tf.json": cluster(setting=ON), "b.tf.json": NOTHING}, "PASSED"),
    ],
)  # fmt: skip
def test_files_over_others(judge: Callable[..., Judged], files: dict[str, str], expected: str) -> None:
    judged = judge(files)
    assert judged.status("aws_ecs_cluster.c", "ECS.12") == expected
    assert [one for one in judged.problems if "var" not in one.message and "for_each" not in one.message] == []


def test_required_providers_are_a_block(judge: Callable[..., Judged]) -> None:
    required = '{"terraform": {"required_providers": {"tf": {"source": "terraform.io/builtin/terraform"}}}}'
    value = '${trim(provider::tf::encode_expr(\\"enabled\\"), \\"\\\\\\"\\")}'
    setting = json.dumps({"name": "containerInsights", "value": "VALUE"})
    judged = judge({"a.tf.json": required, "b.tf.json": cluster(setting=json.loads(setting)).replace("VALUE", value)})
    assert judged.status("aws_ecs_cluster.c", "ECS.12") == "PASSED"
    assert judged.problems == []


# -- OpenTofu ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("enabled", "expected"),
    [
        ("true", {"aws_ecs_cluster.c"}),
        ('"false"', set[str]()),
        ("var.unset", {'aws_ecs_cluster.c["?"]'}),
    ],
)
def test_enabled(judge: Callable[..., Judged], enabled: str, expected: set[str]) -> None:
    lifecycle = f"lifecycle {{\n enabled = {enabled}\n }}"
    call = f'module "m" {{\n source = "./m"\n {lifecycle}\n}}'
    judged = judge({
        "main.tf": f'variable "unset" {{}}\nresource "aws_ecs_cluster" "c" {{\n name = "c"\n {lifecycle}\n}}\n{call}',
        "m/main.tofu.json": cluster(),
    })  # fmt: skip
    inner = {one.replace("aws_ecs_cluster.c", "module.m") + ".aws_ecs_cluster.c" for one in expected}
    assert judged.addresses() == {*expected, *inner}
    assert judged.problems == []


def test_what_is_not_enabled_is_null(judge: Callable[..., Judged]) -> None:
    off = 'resource "aws_ecs_cluster" "off" {\n lifecycle {\n enabled = false\n }\n}\n'
    value = 'aws_ecs_cluster.off == null ? "enabled" : "disabled"'
    judged = judge({"main.tofu": off + (HCL % "X").replace('"X"', value)})
    assert judged.status("aws_ecs_cluster.c", "ECS.12") == "PASSED"


def test_a_source_that_is_evaluated(judge: Callable[..., Judged]) -> None:
    judged = judge({
        "main.tofu": 'variable "v" { default = "m" }\nmodule "x" { source = "./${var.v}" }',
        "m/main.tofu": HCL % "enabled",
    })  # fmt: skip
    assert judged.status("module.x.aws_ecs_cluster.c", "ECS.12") == "PASSED"
    assert judged.problems == []


PROVIDERS = """
provider "aws" {
  alias    = "by"
  for_each = { a = { team = "x" }, b = {} }
  default_tags { tags = each.value }
}
resource "aws_ecs_cluster" "c" {
  for_each = toset(["a", "b"])
  provider = aws.by[each.key]
}
module "m" {
  source    = "./m"
  for_each  = toset(["a", "b"])
  providers = { aws = aws.by[each.key] }
}
resource "aws_ecs_cluster" "unknown" { provider = aws.by[var.unset] }
variable "unset" {}
"""


def test_providers_with_for_each(judge: Callable[..., Judged]) -> None:
    judged = judge({"main.tofu": PROVIDERS, "m/main.tf.json": cluster()})
    found = {address: judged.status(address, "ECS.14") for address in judged.addresses()}
    assert found == {
        'aws_ecs_cluster.c["a"]': "PASSED",
        'aws_ecs_cluster.c["b"]': "FAILED",
        'module.m["a"].aws_ecs_cluster.c': "PASSED",
        'module.m["b"].aws_ecs_cluster.c': "FAILED",
        "aws_ecs_cluster.unknown": "UNKNOWN",
    }


def test_a_provider_with_a_key_in_json(judge: Callable[..., Judged]) -> None:
    judged = judge({"p.tofu": PROVIDERS, "m/m.tofu": "", "c.tofu.json": cluster(provider='aws.by["b"]', setting=[])
                    .replace('"c"', '"in_json"')})  # fmt: skip
    assert judged.status("aws_ecs_cluster.in_json", "ECS.14") == "FAILED"


# -- what can still be read of a damaged file --------------------------------------------------------------------------

SOUND = json.dumps(
    {
        "locals": {"on": True},
        "resource": {
            "aws_ecs_cluster": {name: {"name": name, "tags": {"k": [1, {"l": "v"}]}} for name in "abc"},
            "aws_ecs_service": {"s": {"name": "s"}},
        },
        "module": {"m": {"source": "./m"}},
    },
    indent=2,
)
ALL = {"aws_ecs_cluster.a", "aws_ecs_cluster.b", "aws_ecs_cluster.c", "aws_ecs_service.s"}
IN_B = SOUND.index('"b": {')


def changed(text: str, old: str, new: str, after: int = 0) -> str:
    return text[:after] + text[after:].replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (changed(SOUND, '"name": "b"', '"name": b', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"name": "b"', '"name" "b"', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"name": "b"', "name: 7", IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"name": "b"', '"name": "b', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"name": "b"', '"name": "\\q"', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"name": "b",', '"name": "b"', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"name": "b"', '"name": "b",,', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"l": "v"', '"l": "v",', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, '"b": {', '"b" {', IN_B), {"aws_ecs_cluster.b"}),
        (changed(SOUND, "true", "tru"), set[str]()),
        (changed(SOUND, "true", "["), set[str]()),
        (changed(SOUND, '"on": true', "}"), set[str]()),
        (changed(SOUND, "      },", "      }}", IN_B), {"aws_ecs_cluster.c", "aws_ecs_service.s"}),
        (changed(SOUND, "        }", "        ", IN_B), {"aws_ecs_cluster.b", "aws_ecs_cluster.c"}),
        (changed(SOUND, '"module": {', '"module": ['), set[str]()),
        (SOUND[: SOUND.index('"c": {') + 9], {"aws_ecs_cluster.c", "aws_ecs_service.s"}),
    ],
)  # fmt: skip
def test_what_stands_around_damage_is_read(judge: Callable[..., Judged], text: str, lost: set[str]) -> None:
    judged = judge({"main.tf.json": text, "m/main.tf": ""})
    assert judged.addresses() >= ALL - lost
    assert not judged.addresses() & lost & {"aws_ecs_cluster.b"}
    assert {(one.level, one.path) for one in judged.problems} == {("error", "main.tf.json")}


def test_blocks_on_one_line_are_read_as_far_as_brackets_match(judge: Callable[..., Judged]) -> None:
    text = '{"locals": {"a": [}, "resource": {"aws_ecs_cluster": {"a": {"name": tru}, "c": {"name": "c"}}}}'
    judged = judge({"main.tf.json": text})
    assert judged.addresses() <= {"aws_ecs_cluster.c"}
    assert judged.problems[0].column == 19
