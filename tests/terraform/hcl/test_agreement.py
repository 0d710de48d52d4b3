"""The sources and the plan that real terraform made of them agree, or differ for a reason that is told here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import TESTDATA

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import check
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.read import read, read_configuration

CASES = sorted(path.parent for name in ("plan.json", "state.json") for path in TESTDATA.glob(f"*/*/{name}"))
CASES = [one for one in CASES if one.parent.name in ("controls", "plans") and (one / "main.tf").exists()]

# Resources that only one of the two has, and why.
ONLY_IN_THE_SOURCES = {
    "destroy": "the plan deletes everything",
    "errored": "terraform stopped before the service",
    "errored_count": "terraform stopped at the count, which is only known after apply",
    "forget": "the module is called no more, which makes it a root",
    "partial_target": "the plan was made with -target",
    "refresh_only": "the plan changes nothing",
}
# Where the plan says FAILED and the sources UNKNOWN although the provider has no say in it.
UNDECIDED = {
    ("ECS.12", "aws_ecs_cluster.failed_dynamic_setting_is_not_in_the_plan", "ECS.12"): "a dynamic setting over an "
    "unknown may make the setting; the plan leaves it out, as the provider computes settings",
    ("dynamic", "aws_ecs_cluster.unknown", "ECS.12"): "the same",
}

Verdicts = dict[tuple[str, str], str]


def settings(case: Path) -> Settings:
    path = case / "settings.json"
    written = json.loads(path.read_text()) if path.exists() else {}
    keys, arns = (tuple(written.get(key, ())) for key in ("required_tag_keys", "exempt_ecs_service_arns"))
    return Settings(required_tag_keys=keys, exempt_ecs_service_arns=arns)


def verdicts(readings: list[Reading], case: Path) -> Verdicts:
    return {
        (one.resource.address, one.control.id): one.status.value
        for reading in readings
        for one in check(catalogue(settings(case)), adapt(reading.blocks))
    }


def of_plan(case: Path) -> Verdicts:
    state = case / "state.json"
    return verdicts([read(str(state if state.exists() else case / "plan.json"))], case)


def of_sources(case: Path, directory: Path) -> tuple[Verdicts, list[Reading]]:
    """What the case's own files give; before/ holds the configuration of an earlier apply."""
    copy = directory / case.name
    shutil.copytree(case, copy, ignore=shutil.ignore_patterns("before"))
    readings = read_configuration(str(copy), Options())
    return verdicts(readings, case), readings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_sources_agree_with_the_plan(case: Path, tmp_path: Path) -> None:
    plan = of_plan(case)
    sources, _ = of_sources(case, tmp_path)
    differing = {
        key: (status, sources[key])
        for key, status in plan.items()
        if key in sources and status not in ("UNKNOWN", sources[key]) and (case.name, *key) not in UNDECIDED
    }
    assert differing == {}
    for name, address, control in UNDECIDED:
        if name == case.name:
            assert (plan[address, control], sources[address, control]) == ("FAILED", "UNKNOWN")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_sources_have_the_plans_resources(case: Path, tmp_path: Path) -> None:
    plan = of_plan(case)
    sources, _ = of_sources(case, tmp_path)
    assert plan.keys() - sources.keys() == set()
    assert bool(sources.keys() - plan.keys()) == (case.name in ONLY_IN_THE_SOURCES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_in_the_cases_is_a_problem(case: Path, tmp_path: Path) -> None:
    _, readings = of_sources(case, tmp_path)
    assert [problem for one in readings for problem in (*one.problems, *one.late_problems())] == []


def test_an_unknown_count_gives_one_possible_instance(tmp_path: Path) -> None:
    sources, _ = of_sources(TESTDATA / "plans" / "errored_count", tmp_path)
    assert {address for address, _ in sources} >= {'aws_ecs_cluster.shard["?"]'}


def test_the_sources_decide_most_of_what_the_plan_cannot(tmp_path: Path) -> None:
    undecided = decided = 0
    for case in CASES:
        sources, _ = of_sources(case, tmp_path)
        hidden = [key for key, status in of_plan(case).items() if status == "UNKNOWN" and key in sources]
        undecided += len(hidden)
        decided += sum(sources[key] != "UNKNOWN" for key in hidden)
    assert decided / undecided > 0.3
