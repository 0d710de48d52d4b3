"""Places: failures of plans with their sources, at the attribute that causes them.

testdata/lines.tsv holds places that were read from the sources by hand: of the finding or, where an evidence path is
given, of that piece of its evidence. A plan with its sources beside it and the sources alone must both give them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import TESTDATA, Run

RunTfcheck = Callable[..., Run]
Place = tuple[str, int, int]
# By address and control, then by evidence path; the finding's own place has the path "".
Places = dict[tuple[str, str], dict[str, Place | None]]


class Row(NamedTuple):
    case: str
    address: str
    control: str
    evidence: str
    place: Place


def row(case: str, address: str, control: str, evidence: str, file: str, line: str, column: str) -> Row:
    return Row(case, address, control, evidence, (file, int(line), int(column)))


def rows() -> list[Row]:
    _, *lines = (TESTDATA / "lines.tsv").read_text("utf-8").splitlines()
    return [row(*line.split("\t")) for line in lines]


ROWS = rows()
CASES = sorted({one.case for one in ROWS})
WITH_SOURCES = sorted(
    path.parent.relative_to(TESTDATA).as_posix()
    for path in TESTDATA.glob("*/*/plan.json")
    if (path.parent / "main.tf").exists()
)
# Findings whose plan and sources show different places, by case, address and control, and why.
ELSEWHERE: dict[tuple[str, str, str], str] = {}

# The modules of plans/places_in_modules as `terraform init` would install them from a registry.
PACKAGE = "example/app/aws//modules"
INSTALLED = {"alone": "service", "bare": "service", "fleet": "fleet", "fleet.service": "service"}
EAST, WEST = 'module.fleet["us [east]"]', 'module.fleet["eu.west"]'
OUTSIDE = [
    # An argument carries the value, through a local and through two calls.
    Row("", "module.alone.aws_ecs_service.this", "ECS.2", "", ("main.tf", 44, 3)),
    Row("", "module.alone.aws_ecs_service.this", "ECS.10", "", ("main.tf", 45, 3)),
    Row("", f'{WEST}.module.service["a/b"].aws_ecs_task_definition.this', "ECS.17", "", ("main.tf", 60, 3)),
    # The attribute itself is inside the repository: in a local, or in an object that is an argument.
    Row("", "module.alone.aws_ecs_task_definition.this", "ECS.4", "", ("main.tf", 34, 7)),
    Row("", f'{WEST}.module.service["a/b"].aws_ecs_service.this', "ECS.2", "", ("main.tf", 64, 7)),
    Row("", f'{EAST}.module.service["a/b"].aws_ecs_task_definition.this', "ECS.20", "", ("main.tf", 65, 52)),
    # No argument carries it.
    Row("", "module.alone.aws_ecs_capacity_provider.this", "ECS.19", "", ("main.tf", 40, 1)),
    Row("", "module.bare.aws_ecs_task_definition.this", "ECS.20", "", ("main.tf", 50, 1)),
    Row("", f"{EAST}.aws_ecs_cluster.this[0]", "ECS.12", "", ("main.tf", 55, 1)),
    Row("", f'{EAST}.module.service["shop"].aws_ecs_capacity_provider.this', "ECS.19", "", ("main.tf", 55, 1)),
]


def stack(case: str, directory: Path) -> Path:
    """A repository that holds the case, with its plan, as its root."""
    (directory / ".git").mkdir()
    ignored = shutil.ignore_patterns("before", "expected.json", "settings.json")
    shutil.copytree(TESTDATA / case, directory, ignore=ignored, dirs_exist_ok=True)
    return directory


def with_installed_modules(directory: Path) -> Path:
    """The same plan and sources, the modules fetched from a registry instead of written beside them."""
    modules = directory / ".terraform" / "modules"
    shutil.move(directory / "modules", modules / "app" / "modules")
    listed = [{"Key": key, "Dir": f".terraform/modules/app/modules/{name}"} for key, name in INSTALLED.items()]
    (modules / "modules.json").write_text(json.dumps({"Modules": [{"Key": "", "Dir": "."}, *listed]}), "utf-8")
    for file in (directory / "main.tf", directory / "plan.json"):
        file.write_text(file.read_text("utf-8").replace("./modules", PACKAGE), "utf-8", newline="\n")
    return directory


def failures(run: RunTfcheck, given: Path) -> tuple[Places, set[tuple[str, str]]]:
    """The places of what fails, and what is unknown."""
    findings = json.loads(run(given, "--format", "json").out)["findings"]
    keyed = [((one["address"], one["control"]), one) for one in findings]
    failed = {key: _places(one) for key, one in keyed if one["status"] == "FAILED"}
    return failed, {key for key, one in keyed if one["status"] == "UNKNOWN"}


def _places(finding: Any) -> dict[str, Place | None]:
    by_path = {evidence["path"]: _place(evidence["location"]) for evidence in finding["evidence"]}
    return {"": _place(finding["location"]), **by_path}


def _place(location: Any) -> Place | None:
    return None if location is None else (location["path"], location["start_line"], location["start_column"])


def wrong(wanted: list[Row], found: Places) -> dict[tuple[str, ...], tuple[Place, Place | None]]:
    """Rows that are not met, with the place that is wanted and the one that is given."""
    given = [(row, found.get((row.address, row.control), {}).get(row.evidence)) for row in wanted]
    return {row[1:4]: (row.place, place) for row, place in given if place != row.place}


@pytest.mark.parametrize("case", CASES)
def test_a_plan_shows_the_places(run: RunTfcheck, case: str, tmp_path: Path) -> None:
    found, _ = failures(run, stack(case, tmp_path) / "plan.json")
    assert wrong([row for row in ROWS if row.case == case], found) == {}


@pytest.mark.parametrize("case", CASES)
def test_the_sources_alone_show_the_places(run: RunTfcheck, case: str, tmp_path: Path) -> None:
    """But for what only the plan knows."""
    found, unknown = failures(run, stack(case, tmp_path))
    assert wrong([row for row in ROWS if row.case == case and row[1:3] not in unknown], found) == {}


@pytest.mark.parametrize("case", WITH_SOURCES)
def test_both_show_the_same_places(run: RunTfcheck, case: str, tmp_path: Path) -> None:
    """Whatever fails by the plan and by its sources is shown at one place, and so is each piece of its evidence."""
    directory = stack(case, tmp_path)
    plan, _ = failures(run, directory / "plan.json")
    sources, _ = failures(run, directory)
    differing = {
        (*key, path): (place, sources[key][path])
        for key, places in plan.items()
        if key in sources and (case, *key) not in ELSEWHERE
        for path, place in places.items()
        if path in sources[key] and place != sources[key][path]
    }
    assert differing == {}


@pytest.mark.parametrize("given", ["plan.json", "."])
def test_a_module_outside_the_repository_is_shown_at_the_nearest_argument(
    run: RunTfcheck, given: str, tmp_path: Path
) -> None:
    found, _ = failures(run, with_installed_modules(stack("plans/places_in_modules", tmp_path)) / given)
    assert wrong(OUTSIDE, found) == {}


def test_the_table_has_the_places_that_are_written_in_it() -> None:
    """Every row points at the start of an attribute, a block or a member of JSON."""
    for row in ROWS:
        file, line, column = row.place
        text = (TESTDATA / row.case / file).read_text("utf-8").splitlines()[line - 1]
        before, after = text[: column - 1], text[column - 1 :]
        assert before.strip() == "" or before[-1] in " {[", row
        assert after[0].isalpha() or after[0] == '"', row
    assert len(ROWS) >= 60
