"""The command line: exit codes, options, configuration, and errors that say what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TESTDATA, Run

import tfcheck

KEYS = TESTDATA / "plans" / "keys" / "plan.json"
NOTHING = TESTDATA / "plans" / "nothing" / "plan.json"
UNKNOWN = TESTDATA / "plans" / "unknown_containers" / "plan.json"

RunTfcheck = Callable[..., Run]


def test_failures_exit_1(run: RunTfcheck) -> None:
    done = run(KEYS)
    assert done.code == 1
    assert "FAILED" in done.out


def test_nothing_to_judge_is_said(run: RunTfcheck) -> None:
    done = run(NOTHING)
    assert (done.code, done.err) == (0, "")
    assert "no ECS resource" in done.out


@pytest.mark.parametrize(
    ("plan", "note"),
    [("destroy", "destroys everything"), ("refresh_only", "only refreshes"), ("partial_target", "partial")],
)
def test_what_kind_of_plan_it_is_is_said(run: RunTfcheck, plan: str, note: str) -> None:
    done = run(TESTDATA / "plans" / plan / "plan.json", "--fail-on", "never")
    assert done.code == 0
    assert note in done.out


@pytest.mark.parametrize("plan", ["errored", "errored_count"])
def test_an_errored_plan_exits_2_and_is_judged(run: RunTfcheck, plan: str) -> None:
    done = run(TESTDATA / "plans" / plan / "plan.json")
    assert done.code == 2
    assert "judged" in done.out
    assert "error:" in done.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 1),
        (["--fail-on", "never"], 0),
        (["--fail-on", "critical"], 0),
        (["--fail-on", "medium"], 1),
        (["--control", "ECS.19", "--fail-on", "high"], 0),
        (["--control", "ECS.19", "--fail-on", "medium"], 1),
        (["--control", "ecs.19,ECS.4", "--fail-on", "high"], 1),
        (["--skip", "ECS.2,ECS.4,ECS.5,ECS.9", "--fail-on", "high"], 0),
        (["--control", "ECS.3"], 0),
        (["--standard", "tagging", "--fail-on", "low"], 1),
        (["--standard", "tagging", "--fail-on", "medium"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_fails_a_run(run: RunTfcheck, options: list[str], code: int) -> None:
    assert run(KEYS, *options).code == code


def test_unknown_fails_only_on_demand(run: RunTfcheck, tmp_path: Path) -> None:
    alone = tmp_path / "plan.json"
    alone.write_bytes(UNKNOWN.read_bytes())
    options = ["--control", "ECS.4", "--fail-on", "never"]
    assert run(alone, *options).code == 0
    assert run(alone, *options, "--fail-on-unknown").code == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--control", "ECS.6"], "ECS.6"),
        (["--skip", "ECS.99"], "ECS.99"),
        (["--standard", "cis"], "cis"),
        (["--control", "ECS.3", "--skip", "ECS.3"], "no control is left"),
        (["--required-tag-keys", "a,b,c,d,e,f,g"], "at most 6"),
        (["--fail-on", "sometimes"], "sometimes"),
        (["--no-such-option"], "--no-such-option"),
        (["--config", "missing.toml"], "missing.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_usage_errors_exit_2(run: RunTfcheck, options: list[str], said: str) -> None:
    done = run(KEYS, *options)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_required_tag_keys(run: RunTfcheck, tmp_path: Path) -> None:
    plan = TESTDATA / "controls" / "ECS.14_required_tag_keys" / "plan.json"
    alone = tmp_path / "plan.json"
    alone.write_bytes(plan.read_bytes())
    done = run(alone, "--control", "ECS.14", "--required-tag-keys", "Owner,Env", "--format", "json")
    statuses = {one["address"]: one["status"].lower() for one in json.loads(done.out)["findings"]}
    assert all(status in address for address, status in statuses.items() if "fixture" not in address)


def test_show_passed(run: RunTfcheck) -> None:
    assert "NOT_APPLICABLE  ECS" not in run(KEYS).out
    assert "NOT_APPLICABLE  ECS" in run(KEYS, "--show-passed").out


def test_one_bad_input_hides_nothing_of_the_others(run: RunTfcheck, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    done = run(bad, KEYS, "--format", "json")
    report = json.loads(done.out)
    assert done.code == 2
    assert report["summary"]["FAILED"] > 0
    assert [one["path"] for one in report["problems"] if one["level"] == "error"] == [str(bad)]
    assert str(bad) in done.err


def test_a_directory_and_a_missing_file_are_told(run: RunTfcheck, tmp_path: Path) -> None:
    missing = run(tmp_path / "no such plan.json")
    assert missing.code == 2
    assert "no such plan.json" in missing.err
    directory = run(tmp_path)
    assert directory.code == 2
    assert "holds no Terraform files" in directory.err


def test_output_file(run: RunTfcheck, tmp_path: Path) -> None:
    output = tmp_path / "a report.json"
    done = run(KEYS, "--format", "json", "--output", output)
    assert (done.code, done.out) == (1, "")
    assert json.loads(output.read_text())["schema_version"] == 1
    assert run(KEYS, "--output", tmp_path / "no" / "directory").code == 2


def test_configuration_file(run: RunTfcheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "stacks" / "app"
    inner.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "tfcheck.toml").write_text('control = ["ECS.19"]\nfail_on = "high"\n')
    monkeypatch.chdir(inner)
    assert run(KEYS).code == 0
    assert run(KEYS, "--fail-on", "low").code == 1
    (tmp_path / "stacks" / ".git").write_text("gitdir: elsewhere")
    assert run(KEYS).code == 1, "the search ends at the repository's root"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contorl = []", "contorl"),
        ("control = 'ECS.5'", "list of strings"),
        ("fail_on = 'often'", "often"),
        ("fail_on_unknown = 'yes'", "true or false"),
        ("account_container_insights = 'on'", "enhanced"),
        ("control = [", "not TOML"),
    ],
)
def test_configuration_errors_name_file_and_key(run: RunTfcheck, tmp_path: Path, text: str, said: str) -> None:
    config = tmp_path / "my.toml"
    config.write_text(text)
    done = run(KEYS, "--config", config)
    assert done.code == 2
    assert "my.toml" in done.err
    assert said in done.err


def test_account_default_and_exempt_services(run: RunTfcheck, tmp_path: Path) -> None:
    config = tmp_path / "tfcheck.toml"
    config.write_text('account_container_insights = "enhanced"\ncontrol = ["ECS.12"]\n')
    plan = TESTDATA / "plans" / "replace" / "plan.json"
    assert run(plan, "--control", "ECS.12").code == 1
    done = run(plan, "--config", config, "--format", "json")
    unset = [one for one in json.loads(done.out)["findings"] if "not set" in one["message"]]
    assert not [one for one in unset if one["status"] == "FAILED"]


def test_version_and_help(run: RunTfcheck) -> None:
    assert run("--version").out == f"tfcheck {tfcheck.__version__}\n"
    shown = run("--help").out
    assert "--source-dir" in shown
    assert "tfcheck explain" in shown


def test_as_a_program(tmp_path: Path) -> None:
    """A fresh process, in a directory with a blank in its name, reading standard input and writing ASCII."""
    directory = tmp_path / "with blank"
    directory.mkdir()
    shutil.copy(KEYS, directory / "my plan.json")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(TESTDATA.parent)}
    program = [sys.executable, "-m", "tfcheck"]
    named = subprocess.run([*program, "my plan.json"], cwd=directory, env=environment, capture_output=True, check=False)
    assert named.returncode == 1
    assert b"no source at hand" in named.stdout
    piped = subprocess.run(
        [*program, "-"], cwd=directory, env=environment, input=KEYS.read_bytes(), capture_output=True, check=False
    )
    assert (piped.returncode, piped.stderr) == (1, b"")
    assert piped.stdout == named.stdout.replace(b"my plan.json", b"standard input")


def test_a_family_that_several_share_is_warned_of(run: RunTfcheck) -> None:
    report = json.loads(run(KEYS, "--format", "json").out)
    assert {problem["level"] for problem in report["problems"]} == {"warning"}
    assert all("share a family" in problem["message"] for problem in report["problems"])


@pytest.mark.parametrize("text", ['"valid": true, "diagnostics": []', '"provider_schemas": {}'])
def test_other_json_of_terraform_is_no_empty_state(run: RunTfcheck, text: str) -> None:
    done = run("-", stdin=f'{{"format_version": "1.0", {text}}}'.encode())
    assert done.code == 2
    assert "no plan and no state" in done.err


def test_planned_resources_without_their_changes_are_refused(run: RunTfcheck, tmp_path: Path) -> None:
    document = json.loads(KEYS.read_text())
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({**document, "resource_changes": []}))
    done = run(plan)
    assert done.code == 2
    assert "not written by Terraform" in done.err
