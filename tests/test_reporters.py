"""Whole reports against goldens, and what the formats promise."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TESTDATA, Run, assert_golden

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import Report, Status, check
from tfcheck.reporters import REPORTERS, Style, reporter
from tfcheck.reporters.table import MAX_ROWS
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.read import read

GOLDEN = ["keys", "sensitive", "unknown_containers", "replace", "nested_modules", "errored", "destroy"]
SUFFIXES = {"table": "txt", "json": "json", "sarif": "sarif"}

RunTfcheck = Callable[..., Run]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own with every plan below stacks/, as the working directory."""
    (tmp_path / ".git").mkdir()
    shutil.copytree(TESTDATA / "plans", tmp_path / "stacks")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    return tmp_path


@pytest.mark.parametrize("format_", SUFFIXES)
@pytest.mark.parametrize("plan", GOLDEN)
def test_golden(run: RunTfcheck, repository: Path, plan: str, format_: str) -> None:
    shown = ["--show-passed"] if plan == "sensitive" else []
    done = run(f"stacks/{plan}/plan.json", "--format", format_, *shown)
    assert_golden(TESTDATA / "reports" / f"{plan}.{SUFFIXES[format_]}", done.out)


def test_json_report_holds_every_finding(run: RunTfcheck, repository: Path) -> None:
    document = json.loads(run("stacks/keys/plan.json", "--format", "json").out)
    summary = document["summary"]
    statuses = [one["status"] for one in document["findings"]]
    assert {status: statuses.count(status) for status in set(statuses)} == {
        status: summary[status] for status in set(statuses)
    }
    assert sum(sum(counts.values()) for counts in summary["controls"].values()) == len(statuses)
    order = [(one["location"]["path"], one["location"]["start_line"], one["address"]) for one in document["findings"]]
    assert order == sorted(order)


@pytest.mark.parametrize("format_", ["json", "sarif", "gitlab"])
def test_each_finding_is_a_line(run: RunTfcheck, repository: Path, format_: str) -> None:
    text = run("stacks/keys/plan.json", "--format", format_).out
    document = json.loads(text)
    if format_ != "gitlab":
        document = document["findings"] if format_ == "json" else document["runs"][0]["results"]
    lines = [line.strip().removesuffix(",") for line in text.splitlines()]
    assert document
    assert all(lines.count(json.dumps(finding, ensure_ascii=False)) == 1 for finding in document)


@pytest.mark.parametrize("format_", REPORTERS)
def test_same_input_same_bytes(run: RunTfcheck, repository: Path, format_: str) -> None:
    first, second = (run("stacks/joins/plan.json", "--format", format_).out for _ in range(2))
    assert first == second
    assert str(repository) not in first


def test_table_shows_at_most_so_many_rows(tmp_path: Path) -> None:
    row = json.loads((TESTDATA / "plans" / "keys" / "plan.json").read_text())["resource_changes"]
    (cluster,) = [one for one in row if one["address"] == "aws_ecs_task_definition.worker[1]"]
    rows = [cluster | {"address": f"aws_ecs_task_definition.worker[{place}]"} for place in range(MAX_ROWS)]
    plan = tmp_path / "plan.json.gz"
    plan.write_bytes(gzip.compress(json.dumps({"format_version": "1.2", "resource_changes": rows}).encode()))
    report = Report((), tuple(check(catalogue(Settings()), adapt(read(str(plan)).blocks))), ())
    text = reporter("table")(report, Style(width=200))
    failed = report.count(Status.FAILED) + report.count(Status.UNKNOWN)
    assert len(re.findall(r"^  (?:FAILED|UNKNOWN) +ECS", text, re.MULTILINE)) == MAX_ROWS
    assert f"and {failed - MAX_ROWS} more rows" in text
    assert f"{MAX_ROWS} resources judged" in text


def test_table_fits_the_width_and_colours_only_on_demand(tmp_path: Path) -> None:
    reading = read(str(TESTDATA / "plans" / "joins" / "plan.json"))
    report = Report((reading.source,), tuple(check(catalogue(Settings()), adapt(reading.blocks))), ())
    plain = reporter("table")(report, Style(width=90))
    coloured = reporter("table")(report, Style(width=90, color=True))
    messages = [line for line in plain.splitlines() if line.startswith("  ")]
    assert messages
    assert max(map(len, messages)) <= 90
    assert "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain
