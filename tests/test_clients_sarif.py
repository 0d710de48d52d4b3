"""SARIF of everything in testdata/ in clients of others: Microsoft's validator, and a reader.

`.ci/clients` installs them. Where they are missing the tests are skipped or, with TFCHECK_CLIENTS=required, fail.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA, Run

from tfcheck import cli

pytestmark = pytest.mark.clients

CLIENTS = TESTDATA.parent / ".clients"
# Notes on how a file is written that code scanning wants written so: SARIF2002 wants the id of a message, 2003 the
# commit, 2006 URIs that it can reach, 2009 ids of rules in a form of its own.
ALLOWED = {"SARIF2002", "SARIF2003", "SARIF2006", "SARIF2009"}
_TOLD = re.compile(r"^.*?: (error|warning|note) ([A-Z]+\d+)[.:].*$", re.MULTILINE)


def client(path: str) -> Path:
    program = CLIENTS / path
    if not program.exists():
        if os.environ.get("TFCHECK_CLIENTS") == "required":
            pytest.fail(f"{program} is missing: run .ci/clients")
        pytest.skip("run .ci/clients to install it")
    return program


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a SARIF file for every plan and every directory of HCL in testdata/."""
    repository = tmp_path_factory.mktemp("repository")
    (repository / ".git").mkdir()
    for part in ("changes", "controls", "hcl", "lines", "plans", "suppressions"):
        shutil.copytree(TESTDATA / part, repository / part)
    output = tmp_path_factory.mktemp("reports")
    plans = [*repository.rglob("plan.json"), *repository.rglob("state.json")]
    for number, given in enumerate([*sorted(plans), *sorted({path.parent for path in repository.rglob("*.tf")})]):
        write(given, output / f"{number:03}-{given.parent.name}-{given.name}.sarif")
    return output


def write(given: Path, output: Path) -> None:
    with pytest.raises(SystemExit):
        cli.main([str(given), "--format", "sarif", "--output", str(output)])


def validate(pattern: str) -> list[tuple[str, str, str]]:
    """What the multitool says, as (level, rule, line). It ends with 0 whatever it finds."""
    command = [str(client("multitool/Sarif.Multitool")), "validate", pattern]
    options = ["--rule-kind", "Sarif;Gh;Ghas", "--level", "Error;Warning;Note"]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    assert "Analysis completed successfully." in text, text
    return [(match[1], match[2], match[0]) for match in _TOLD.finditer(text)]


def test_the_validator_has_nothing_but_the_known_notes_to_say(reports: Path) -> None:
    assert len(list(reports.iterdir())) > 150
    told = validate(f"{reports}/*.sarif")
    assert {rule for _, rule, _ in told} >= {"SARIF2002"}, "it looked at something"
    assert [line for level, rule, line in told if level != "note" or rule not in ALLOWED] == []


@pytest.mark.parametrize("fault", ["region", "help", "index"])
def test_the_validator_would_see_a_fault(reports: Path, tmp_path: Path, fault: str) -> None:
    source = next(path for path in sorted(reports.iterdir()) if _results(path))
    document = json.loads(source.read_text("utf-8"))
    run = document["runs"][0]
    if fault == "region":
        run["results"][0]["locations"][0]["physicalLocation"]["region"]["endLine"] = 0
    elif fault == "help":
        run["tool"]["driver"]["rules"][0].pop("help")
    else:
        run["results"][0]["ruleIndex"] = 99
    (tmp_path / "bad.sarif").write_text(json.dumps(document), "utf-8")
    assert any(level in ("error", "warning") for level, _, _ in validate(str(tmp_path / "bad.sarif")))


def sarif_tools(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [client("sarif-tools/bin/sarif"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_reader_counts_every_result(reports: Path, tmp_path: Path) -> None:
    levels = {"error": 0, "warning": 0, "note": 0}
    for path in reports.iterdir():
        for result in _results(path):
            levels[result["level"]] += 1
    done = sarif_tools("summary", reports)
    assert done.returncode == 0, done.stderr
    assert {
        level: int(count) for level, count in re.findall(r"^(error|warning|note): (\d+)", done.stdout, re.MULTILINE)
    } == levels
    assert done.stderr == ""


def test_a_reader_sees_what_changed(run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    cluster = 'resource "aws_ecs_cluster" "c" {\n  name = "c"\n}\n'
    task = 'resource "aws_ecs_task_definition" "t" {\n  pid_mode = "host"\n}\n'
    for name, text in (("before", cluster), ("after", cluster + task)):
        (tmp_path / "main.tf").write_text(text, "utf-8")
        run(tmp_path, "--format", "sarif", "--output", tmp_path / f"{name}.sarif")
    same = sarif_tools("--check", "note", "diff", tmp_path / "before.sarif", tmp_path / "before.sarif")
    more = sarif_tools("--check", "note", "diff", tmp_path / "before.sarif", tmp_path / "after.sarif")
    assert (same.returncode, more.returncode > 0) == (0, True), (same.stdout, more.stdout)


def test_a_reader_makes_a_report_of_code_quality(reports: Path, tmp_path: Path) -> None:
    source = max(reports.iterdir(), key=lambda path: path.stat().st_size)
    done = sarif_tools("codeclimate", "--output", tmp_path / "quality.json", source)
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "quality.json").read_text("utf-8"))
    assert len(told) == len(_results(source))


def _results(path: Path) -> list[Any]:
    found: list[Any] = json.loads(path.read_text("utf-8"))["runs"][0]["results"]
    return found
