"""Places: every finding points at the header of its block, or of the call that leads out of the repository."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA, Run

RunTfcheck = Callable[..., Run]
PLANS = sorted(path.parent for path in TESTDATA.glob("plans/*/plan.json"))


def report(run: RunTfcheck, *arguments: str | Path) -> Any:
    return json.loads(run(*arguments, "--format", "json").out)


def lines(document: Any) -> dict[str, tuple[str, int] | None]:
    """File and line of each judged address."""
    found = {}
    for finding in document["findings"]:
        location = finding["location"]
        found[finding["address"]] = (location["path"], location["start_line"]) if location else None
    return found


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """A repository with a configuration of nested modules in stacks/app, without its plan."""
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    shutil.copytree(TESTDATA / "plans" / "nested_modules", tmp_path / "stacks" / "app")
    return tmp_path / "stacks" / "app"


def test_sources_are_found_in_their_order(
    run: RunTfcheck, stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    plan = shutil.move(stack / "plan.json", elsewhere / "plan.json")
    monkeypatch.chdir(elsewhere)
    assert set(lines(report(run, plan)).values()) == {None}
    given = lines(report(run, plan, "--source-dir", stack))
    assert None not in given.values()
    monkeypatch.chdir(stack)
    assert lines(report(run, plan)) == given
    assert {path.split("/")[0] for path, _ in filter(None, given.values())} == {"stacks"}


def test_sources_of_another_plan_are_warned_of(run: RunTfcheck, stack: Path) -> None:
    plan = TESTDATA / "plans" / "keys" / "plan.json"
    document = report(run, plan, "--source-dir", stack)
    problems = [problem for problem in document["problems"] if "the sources do not declare" in problem["message"]]
    assert [problem["level"] for problem in problems] == ["warning"]
    assert "aws_ecs_cluster.team" in problems[0]["message"]


def test_sources_that_declare_too_little_are_not_taken(run: RunTfcheck, stack: Path) -> None:
    main = stack / "main.tf"
    main.write_text(main.read_text().replace('module "', 'module "x'))
    assert set(lines(report(run, stack / "plan.json")).values()) == {None}


def test_damage_costs_only_its_block(run: RunTfcheck, stack: Path) -> None:
    whole = lines(report(run, stack / "plan.json", "--source-dir", stack))
    (stack / "broken.tf").write_text('resource "aws_ecs_cluster" "open" {\n')
    assert lines(report(run, stack / "plan.json", "--source-dir", stack)) == whole


INSTALLED = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "web", "Dir": ".terraform/modules/web/sub"}]}


def test_a_module_outside_the_repository_is_shown_at_its_call(run: RunTfcheck, tmp_path: Path) -> None:
    """A registry module that `terraform init` fetched below .terraform: the place is the call's header."""
    (tmp_path / ".git").mkdir()
    fetched = tmp_path / ".terraform" / "modules"
    (fetched / "web" / "sub").mkdir(parents=True)
    (fetched / "modules.json").write_text(json.dumps(INSTALLED))
    (fetched / "web" / "sub" / "main.tf").write_text('resource "aws_ecs_cluster" "this" {\n}\n')
    (tmp_path / "main.tf").write_text('# a stack\nmodule "web" {\n  source = "acme/web/aws//sub"\n}\n')
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(plan_of_module("acme/web/aws//sub")))
    document = report(run, plan)
    location = document["findings"][0]["location"]
    assert location == {"path": "main.tf", "start_line": 2, "start_column": 1, "end_line": 2, "end_column": 15}


def test_an_installed_module_inside_the_repository_is_shown_itself(run: RunTfcheck, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    stack, shared = tmp_path / "stack", tmp_path / "shared"
    (stack / ".terraform" / "modules").mkdir(parents=True)
    shared.mkdir()
    (shared / "main.tofu").write_text('\ufeff\r\nresource "aws_ecs_cluster" "this" {\r\n}\r\n')
    (shared / "main.tf").write_text('# shadowed\n\n\n\nresource "aws_ecs_cluster" "this" {}\n')
    (stack / "main.tf").write_text('module "web" {\n  source = "git::x"\n}\n')
    installed = {"Modules": [{"Key": "web", "Source": "git::x", "Dir": "../shared"}]}
    (stack / ".terraform" / "modules" / "modules.json").write_text(json.dumps(installed))
    (stack / "plan.json").write_text(json.dumps(plan_of_module("git::x")))
    assert set(lines(report(run, stack / "plan.json")).values()) == {("shared/main.tofu", 2)}


def test_a_link_is_told_as_what_it_leads_to(run: RunTfcheck, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    shutil.copytree(TESTDATA / "plans" / "moved", tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    places = lines(report(run, tmp_path / "link" / "plan.json")).values()
    assert {place[0].split("/")[0] for place in places if place} == {"real"}


def plan_of_module(source: str) -> dict[str, Any]:
    row = {
        "address": "module.web.aws_ecs_cluster.this",
        "module_address": "module.web",
        "mode": "managed",
        "type": "aws_ecs_cluster",
        "name": "this",
        "change": {"actions": ["create"], "after": {"name": "web"}, "after_unknown": {}},
    }
    written = {"address": "aws_ecs_cluster.this", "mode": "managed", "type": "aws_ecs_cluster", "expressions": {}}
    call = {"source": source, "module": {"resources": [written]}}
    return {
        "format_version": "1.2",
        "resource_changes": [row],
        "configuration": {"root_module": {"module_calls": {"web": call}}},
    }
