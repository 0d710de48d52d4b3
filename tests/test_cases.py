"""The case files: what the plans that real terraform made must give, plan alone.

testdata/controls/ECS.n: a resource's name begins with its expected status. testdata/plans: verdicts written by hand.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from conftest import TESTDATA

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import Finding, check
from tfcheck.terraform import address
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.read import read

CONTROLS = sorted(TESTDATA.glob("controls/*/plan.json"))
PLANS = sorted([*TESTDATA.glob("plans/*/expected.json"), *TESTDATA.glob("plans_by_hand/*/expected.json")])
STATUSES = ("passed", "failed", "unknown", "not_applicable")
# ECS.3, ECS.12, ECS.17 and the tagging controls judge every resource of their type.
ALWAYS_APPLY = {"ECS.3", "ECS.12", "ECS.13", "ECS.14", "ECS.15", "ECS.17"}


def findings(path: Path, settings: Settings) -> list[Finding]:
    return list(check(catalogue(settings), adapt(read(str(path)).blocks)))


def cases_of(path: Path) -> dict[str, tuple[str, str]]:
    """Expected and given status by address."""
    control = path.parent.name.partition("_")[0]
    given = path.parent / "settings.json"
    written = json.loads(given.read_text()) if given.exists() else {}
    keys, arns = (tuple(written.get(key, ())) for key in ("required_tag_keys", "exempt_ecs_service_arns"))
    found: dict[str, tuple[str, str]] = {}
    for finding in findings(path, Settings(required_tag_keys=keys, exempt_ecs_service_arns=arns)):
        if finding.control.id == control:
            name = address.steps(finding.resource.address)[-1].name
            expected = next(status for status in (*STATUSES, "fixture") if name.startswith(status))
            if expected != "fixture":
                found[finding.resource.address] = (expected, finding.status.value.lower())
    return found


@pytest.mark.parametrize("path", CONTROLS, ids=lambda path: path.parent.name)
def test_control(path: Path) -> None:
    wrong = {name: given for name, (expected, given) in cases_of(path).items() if expected != given}
    assert wrong == {}


def test_every_control_has_cases_of_every_status() -> None:
    for control in catalogue(Settings()):
        counts = Counter(
            expected for expected, _ in cases_of(TESTDATA / "controls" / control.id / "plan.json").values()
        )
        wanted = set(STATUSES) - ({"not_applicable"} if control.id in ALWAYS_APPLY else set())
        assert wanted <= counts.keys(), control.id


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_plan(path: Path) -> None:
    expected = json.loads(path.read_text())
    state = path.parent / "state.json"
    given: dict[str, dict[str, str]] = {}
    changes: dict[str, str | None] = {}
    for finding in findings(state if state.exists() else path.parent / "plan.json", Settings()):
        given.setdefault(finding.resource.address, {})[finding.control.id] = finding.status.value
        changes[finding.resource.address] = finding.resource.change
    assert given == expected["findings"]
    assert changes == expected["change"]


def test_there_are_plans_for_the_traps() -> None:
    assert len(PLANS) >= 12
