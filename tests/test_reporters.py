"""Whole reports against goldens, and what the formats promise."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from conftest import TESTDATA, Run, assert_golden

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import Report, Status, check
from tfcheck.reporters import REPORTERS, Style, reporter
from tfcheck.reporters.linehash import line_hashes
from tfcheck.reporters.table import MAX_ROWS
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.read import read

PLANS = sorted(path.parent for path in TESTDATA.glob("plans/*/plan.json"))
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


def sarif(run: RunTfcheck, path: str, *options: str) -> Any:
    return json.loads(run(path, "--format", "sarif", *options).out)


@pytest.mark.parametrize("directory", PLANS, ids=lambda path: path.name)
def test_sarif_keeps_to_schema_and_code_scanning(run: RunTfcheck, repository: Path, directory: Path) -> None:
    document = sarif(run, f"stacks/{directory.name}/plan.json")
    schema = json.loads((TESTDATA / "sarif-schema-2.1.0.json").read_text())
    jsonschema.validate(document, schema)
    (one_run,) = document["runs"]
    rules = one_run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [control.id for control in catalogue(Settings())]
    assert "automationDetails" not in one_run
    seen = set()
    for result in one_run["results"]:
        assert result["kind"] == "fail"
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
        place = check_place(repository, result)
        assert (result["ruleId"], place) not in seen
        seen.add((result["ruleId"], place))


def check_place(repository: Path, result: Any) -> tuple[str, int]:
    """Its one place: in a file of the repository, on one line, inside that line, with GitHub's hash of it."""
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    uri, region = physical["artifactLocation"]["uri"], physical["region"]
    assert re.fullmatch(r"[A-Za-z0-9_.~%/-]+", uri)
    assert not uri.startswith((".", "/"))
    text = (repository / unquote(uri)).read_text()
    line = text.split("\n")[region["startLine"] - 1]
    assert region["startLine"] == region["endLine"]
    assert 1 <= region["startColumn"] < region["endColumn"] <= len(line) + 1
    assert re.match(r'["{A-Za-z_]', line[region["startColumn"] - 1 :])
    assert result["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(text)[region["startLine"] - 1]
    return uri, region["startLine"]


def test_sarif_rules_say_what_code_scanning_needs(run: RunTfcheck, repository: Path) -> None:
    for rule in sarif(run, "stacks/keys/plan.json")["runs"][0]["tool"]["driver"]["rules"]:
        assert re.fullmatch(r"([A-Z][a-z0-9]+)+", rule["name"])
        for text in (rule["shortDescription"]["text"], rule["fullDescription"]["text"]):
            assert text.endswith(".")
            assert len(text) <= 1024
        assert rule["help"]["text"]
        assert "```hcl" in rule["help"]["markdown"]
        properties = rule["properties"]
        assert 0 < float(properties["security-severity"]) <= 10
        assert "security" in properties["tags"]


def test_sarif_category(run: RunTfcheck, repository: Path) -> None:
    document = sarif(run, "stacks/keys/plan.json", "--category", "network")
    assert document["runs"][0]["automationDetails"] == {"id": "network/"}


def test_sarif_of_instances_on_one_line_names_them(run: RunTfcheck, repository: Path) -> None:
    texts = [one["message"]["text"] for one in sarif(run, "stacks/keys/plan.json")["runs"][0]["results"]]
    assert any("instances" in text and '\\["api.v2"\\]' in text for text in texts)


def test_sarif_without_places_is_not_written(run: RunTfcheck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = shutil.copy(TESTDATA / "plans" / "keys" / "plan.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    done = run(plan, "--format", "sarif", "--output", tmp_path / "out.sarif")
    assert done.code == 2
    assert "--source-dir" in done.err
    assert not (tmp_path / "out.sarif").exists()


def test_sarif_path_is_percent_encoded(run: RunTfcheck, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    directory = tmp_path / "a stäck"
    shutil.copytree(TESTDATA / "plans" / "moved", directory)
    document = sarif(run, str(directory / "plan.json"))
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in document["runs"][0]["results"]
    }
    assert uris
    assert all(uri.startswith("a%20st%C3%A4ck/") for uri in uris)


def test_line_hash_vectors() -> None:
    for vector in json.loads((TESTDATA / "linehash.json").read_text()):
        assert line_hashes(vector["text"]) == vector["hashes"]


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
