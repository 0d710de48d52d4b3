"""From inputs to a report: binary plans with their snapshot, what a change introduces, and what is accepted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA, Run

RunTfcheck = Callable[..., Run]
CHANGES = TESTDATA / "changes"


def findings(run: RunTfcheck, *arguments: str | Path) -> dict[tuple[str, str], Any]:
    document = json.loads(run(*arguments, "--format", "json").out)
    return {(one["address"], one["control"]): one for one in document["findings"]}


def place(finding: Any) -> tuple[str, int] | None:
    location = finding["location"]
    return (location["path"], location["start_line"]) if location else None


# -- the snapshot in a binary plan -------------------------------------------------------------------------------------

CLUSTER = ("module.cluster.aws_ecs_cluster.this", "ECS.12")
SERVICE = ('module.service["api"].aws_ecs_task_definition.this', "ECS.4")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The configuration of the binary plan in a repository, its plans beside it."""
    copy = tmp_path / "repository"
    shutil.copytree(TESTDATA / "planfile", copy)
    (copy / ".git").mkdir()
    shutil.move(copy / "plan.json", copy / "live" / "plan.json")
    shutil.move(copy / "tfplan", copy / "live" / "tfplan")
    return copy


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that has only the plans, and is the working one."""
    directory = tmp_path / "alone"
    directory.mkdir()
    for name in ("plan.json", "tfplan"):
        shutil.copy(TESTDATA / "planfile" / name, directory)
    monkeypatch.chdir(directory)
    return directory


def test_the_sources_come_before_the_snapshot(run: RunTfcheck, repository: Path) -> None:
    live = repository / "live"
    with_both = findings(run, live / "plan.json", "--plan-file", live / "tfplan")
    assert with_both == findings(run, live / "plan.json")
    assert place(with_both[CLUSTER]) == ("shared/cluster/main.tf", 10)


def test_a_snapshot_serves_for_modules_that_are_not_there(run: RunTfcheck, repository: Path) -> None:
    """What they hold is outside of the repository then: the argument of their call is shown."""
    shutil.rmtree(repository / "shared")
    live = repository / "live"
    found = findings(run, live / "plan.json", "--plan-file", live / "tfplan")
    assert place(found[CLUSTER]) == ("live/main.tf", 24)
    assert place(findings(run, live / "plan.json")[CLUSTER]) == ("live/main.tf", 21)


def test_a_snapshot_without_its_repository_shows_no_place(run: RunTfcheck, alone: Path) -> None:
    """There is no file that a place could be in, but what it says of values counts."""
    found = findings(run, alone / "plan.json", "--plan-file", alone / "tfplan")
    assert {place(one) for one in found.values()} == {None}
    assert found.keys() == findings(run, alone / "plan.json").keys()


def test_a_snapshot_shows_places_in_files_that_are_the_same(run: RunTfcheck, repository: Path) -> None:
    """The root module was found to lack a resource, as a plan of other sources would; files are compared as a whole."""
    live = repository / "live"
    text = (live / "main.tf").read_text()
    (live / "main.tf").write_text(text.replace('"aws_ecs_task_definition" "app"', '"aws_ecs_task_definition" "other"'))
    found = findings(run, live / "plan.json", "--plan-file", live / "tfplan")
    assert {place(one) for one in found.values()} == {None}


def test_a_binary_plan_alone_is_shown_by_terraform(
    run: RunTfcheck, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, program = repository / "live", tmp_path / "bin" / "terraform"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncat "{live}/plan.json"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    done = json.loads(run(live / "tfplan", "--format", "json").out)
    assert [one["kind"] for one in done["inputs"]] == ["planfile"]
    assert {(one["address"], one["control"]): one for one in done["findings"]} == findings(run, live / "plan.json")


# -- what a change introduces ------------------------------------------------------------------------------------------


def test_only_what_is_introduced_fails(run: RunTfcheck) -> None:
    assert run(CHANGES / "unchanged" / "plan.json").code == 1
    assert run(CHANGES / "unchanged" / "plan.json", "--only-introduced").code == 0
    assert run(CHANGES / "update" / "plan.json", "--only-introduced").code == 1


def test_the_table_counts_what_is_introduced(run: RunTfcheck) -> None:
    out = run(CHANGES / "update" / "plan.json").out
    assert "introduced 1, existing 22, resolved 6" in out
    assert "score: 31% (4 of 13 controls) -> 54% (7 of 13 controls)" in out
    assert "Resolved: aws_ecs_cluster.gone  ECS.12" in out


def test_sources_against_a_baseline(run: RunTfcheck, tmp_path: Path) -> None:
    shutil.copytree(CHANGES / "update", tmp_path / "stack")
    shutil.rmtree(tmp_path / "stack" / "before")
    baseline = tmp_path / "baseline.json"
    run(tmp_path / "stack", "--format", "json", "--output", baseline)
    done = run(tmp_path / "stack", "--only-introduced", "--baseline", baseline)
    assert (done.code, "introduced 0" in done.out) == (0, True)
    with (tmp_path / "stack" / "main.tf").open("a") as file:
        file.write('resource "aws_ecs_cluster" "more" {\n  name = "more"\n}\n')
    done = run(tmp_path / "stack", "--only-introduced", "--baseline", baseline, "--format", "json")
    new = [one for one in json.loads(done.out)["findings"] if one["introduced"]]
    assert (done.code, {one["address"] for one in new}) == (1, {"aws_ecs_cluster.more"})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([CHANGES / "update", "--only-introduced"], "--only-introduced needs a plan"),
        ([CHANGES / "update" / "plan.json", "--var", "a=b"], "are for HCL"),
        ([CHANGES / "update", "--baseline", "missing.json"], "missing.json"),
        ([CHANGES / "update", "--report", "sarif"], "KIND=FILE"),
        ([CHANGES / "update", "--report", "pdf=x.pdf"], "pdf"),
    ],
)
def test_usage_errors(run: RunTfcheck, arguments: list[str | Path], said: str) -> None:
    done = run(*arguments)
    assert (done.code, said in done.err) == (2, True)


# -- what is accepted --------------------------------------------------------------------------------------------------

ACCEPTED = """\
# tfcheck:ignore ECS.12,ECS.14 it is only for experiments
resource "aws_ecs_cluster" "c" {
  name = "c"
}
"""


def test_what_is_accepted_does_not_fail_and_is_shown(
    run: RunTfcheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    (tmp_path / "main.tf").write_text(ACCEPTED)
    done = run(tmp_path)
    assert done.code == 0
    assert "Accepted at main.tf:1: it is only for experiments" in done.out
    assert "0 FAILED, 0 UNKNOWN, 0 PASSED, 0 NOT_APPLICABLE, 2 SUPPRESSED" in done.out
    assert json.loads(run(tmp_path, "--format", "sarif").out)["runs"][0]["results"] == []
    found = findings(run, tmp_path)["aws_ecs_cluster.c", "ECS.12"]
    assert found["suppressed"] == {"reason": "it is only for experiments", "until": None, "path": "main.tf", "line": 1}


def test_a_comment_of_nothing_is_a_warning(run: RunTfcheck, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ACCEPTED.replace("ECS.14", "ECS.5"))
    done = run(tmp_path)
    assert (done.code, "main.tf:1:3: tfcheck:ignore ECS.5 suppresses nothing" in done.out) == (1, True)


# -- several reports ---------------------------------------------------------------------------------------------------


def test_one_run_writes_several_reports(run: RunTfcheck, tmp_path: Path) -> None:
    sarif, report = tmp_path / "out.sarif", tmp_path / "out.json"
    done = run(CHANGES / "update" / "plan.json", "--report", f"sarif={sarif}", "--report", f"json={report}")
    assert "11 resources judged" in done.out
    assert json.loads(sarif.read_text())["version"] == "2.1.0"
    assert json.loads(report.read_text())["schema_version"] == 1
