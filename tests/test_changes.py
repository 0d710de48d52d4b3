"""What a change introduces and resolves: real plans with what a person says of them, baselines, and the score."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA, Run
from hypothesis import given
from hypothesis import strategies as st

from tfcheck import changes
from tfcheck.changes import Changes, Score, between, compare, merged, score
from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.errors import UsageError
from tfcheck.findings import Finding, Status, Suppression, check
from tfcheck.inputs import Resource
from tfcheck.messages import message
from tfcheck.reporters import json as report_json
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Block
from tfcheck.terraform.plan import _Reader, read_plan
from tfcheck.values import Field, Unknown

CASES = TESTDATA / "changes"
CONTROLS = catalogue(Settings())
BY_ID = {control.id: control for control in CONTROLS}
FAILED, PASSED, UNKNOWN, NOT_APPLICABLE = Status.FAILED, Status.PASSED, Status.UNKNOWN, Status.NOT_APPLICABLE

RunTfcheck = Callable[..., Run]


def expectations() -> dict[str, tuple[Path, dict[str, Any]]]:
    """The plan and what is expected of it, by the name of the case."""
    own = {
        path.parent.name: (path.parent / "plan.json", json.loads(path.read_text()))
        for path in CASES.glob("*/expected.json")
    }
    others = json.loads((CASES / "other_plans.json").read_text())
    return own | {name: (TESTDATA / "plans" / name / "plan.json", expected) for name, expected in others.items()}


EXPECTED = expectations()


def before(document: dict[str, Any]) -> list[Block]:
    reader = _Reader("plan.json", document)
    rows = document.get("resource_changes") or []
    blocks = [reader.before(row, reader.row(row, place)) for place, row in enumerate(rows)]
    return [block for block in blocks if block is not None]


def changes_of(document: dict[str, Any]) -> Changes:
    return between(CONTROLS, read_plan("plan.json", document).blocks, before(document))


def by_address(findings: Iterable[Finding]) -> dict[str, list[str]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.resource.address, []).append(finding)
    return {
        address: [one.control.id for one in sorted(several, key=lambda one: one.control.number)]
        for address, several in found.items()
    }


def told(changed: Changes) -> dict[str, Any]:
    def counts(value: Score | None) -> list[int] | None:
        return None if value is None else [value.passed, value.judged]

    return {
        "introduced": by_address(one for one in changed.findings if one.introduced),
        "existing": by_address(one for one in changed.findings if one.introduced is False),
        "resolved": by_address(changed.resolved),
        "score_before": counts(changed.score_before),
        "score": counts(changed.score),
    }


# Real plans


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_plan(name: str) -> None:
    path, expected = EXPECTED[name]
    changed = changes_of(json.loads(path.read_text()))
    assert told(changed) == expected
    assert changed.introduced == sum(map(len, expected["introduced"].values()))
    assert changed.existing == sum(map(len, expected["existing"].values()))
    assert all((one.introduced is None) == (one.status is not FAILED) for one in changed.findings)


@pytest.mark.parametrize("path", sorted(TESTDATA.glob("*/*/plan.json")), ids=lambda path: path.parent.name)
def test_a_plan_that_creates_everything_introduces_every_failure(path: Path) -> None:
    document = json.loads(path.read_text())
    if any((row["change"] or {}).get("before") for row in document.get("resource_changes", ())):
        return
    changed = changes_of(document)
    assert all(one.introduced for one in changed.findings if one.status is FAILED)
    assert changed.resolved == ()
    assert changed.score_before is None


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_plan_that_was_applied_changes_nothing(name: str) -> None:
    blocks = read_plan("plan.json", json.loads(EXPECTED[name][0].read_text())).blocks
    changed = between(CONTROLS, blocks, blocks)
    assert (changed.introduced, changed.resolved, changed.score_before) == (0, (), changed.score)
    assert between(CONTROLS, blocks, None).introduced is None


def test_what_is_left_behind_is_not_resolved() -> None:
    document = json.loads((CASES / "rebuilt" / "plan.json").read_text())
    becomes = {block.resource.address: block.resource.change for block in before(document)}
    assert becomes["aws_ecs_cluster.forgotten"] == "forget"
    assert becomes["aws_ecs_cluster.deleted"] == "delete"
    assert "aws_ecs_cluster.forgotten" not in by_address(changes_of(document).resolved)


def test_what_is_resolved_tells_no_secret() -> None:
    secret = "sensitive-name"  # noqa: S105
    containers = json.dumps([{"name": secret, "user": "root", "environment": [{"name": "AWS_ACCESS_KEY_ID"}]}])
    change = row("delete", before={"container_definitions": containers})
    change["change"]["before_sensitive"] = {"container_definitions": True}
    resolved = changes_of({"resource_changes": [change]}).resolved
    assert "ECS.8" in {one.control.id for one in resolved}
    assert not any(secret in message(one) for one in resolved)


# Rows


def row(*actions: str, before: object = None, after: object = None, **others: Any) -> dict[str, Any]:
    change = {"actions": list(actions), "before": before, "after": after}
    kind = others.get("type", "aws_ecs_task_definition")
    name = {"address": f"{kind}.a", "mode": "managed", "type": kind, "name": "a"}
    return {**name, "provider_name": "registry.terraform.io/hashicorp/aws", "change": change, **others}


HOST: dict[str, Any] = {"network_mode": "host"}
BRIDGE: dict[str, Any] = {"network_mode": "bridge"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([row("create", after=HOST)], [], id="new"),
        pytest.param([row("update", before=BRIDGE, after=HOST)], ["update"], id="update"),
        pytest.param([row("delete", "create", before=HOST, after=HOST)], ["replace"], id="replace"),
        pytest.param([row("create", "forget", before=HOST, after=HOST)], ["forget"], id="replaced and left behind"),
        pytest.param([row("no-op", before=HOST, after=HOST)], ["no-op"], id="no-op"),
        pytest.param([row("delete", before=HOST)], ["delete"], id="delete"),
        pytest.param([row("forget", before=HOST)], ["forget"], id="forget"),
        pytest.param([row("no-op", before=HOST)], [], id="nothing stays where nothing was planned"),
        pytest.param([row("delete", before=HOST, deposed="8f3c")], [], id="deposed"),
        pytest.param([row("delete", before=HOST, mode="data")], [], id="data"),
        pytest.param([row("delete", before=HOST, type="aws_vpc")], [], id="another type"),
        pytest.param([row("delete", before=HOST, type=None)], [], id="no type"),
        pytest.param([row("delete", before=HOST, address=7)], [], id="no address"),
        pytest.param([row("delete", before=[HOST])], [], id="before is a list"),
        pytest.param([row("update", before=HOST, after=[HOST])], [], id="what will be cannot be read"),
        pytest.param([{**row(), "change": None}, None, [], "row"], [], id="no rows"),
        pytest.param([{**row(), "change": {"actions": "delete", "before": HOST}}], [], id="actions are no list"),
    ],
)
def test_rows_before(rows: list[Any], expected: list[str]) -> None:
    assert [block.resource.change for block in before({"resource_changes": rows})] == expected


def test_a_moved_resource_has_its_new_address_before() -> None:
    moved = row("update", before=HOST, after=HOST, previous_address="module.a.aws_ecs_task_definition.b")
    (block,) = before({"resource_changes": [moved]})
    assert block.resource.address == "aws_ecs_task_definition.a"
    assert block.resource.previous_address == "module.a.aws_ecs_task_definition.b"


def test_awscc_before() -> None:
    gone = row("delete", before=HOST, type="awscc_ecs_task_definition")
    assert "ECS.17" in by_address(changes_of({"resource_changes": [gone]}).resolved)["awscc_ecs_task_definition.a"]


@pytest.mark.parametrize("marks", [True, {"network_mode": True}, False, None])
def test_marks_of_before(marks: object) -> None:
    change = row("delete", before=HOST)
    change["change"]["before_sensitive"] = marks
    (block,) = before({"resource_changes": [change]})
    assert block.attribute("network_mode").sensitive is bool(marks)


def test_an_account_setting_that_goes_had_counted() -> None:
    """The setting is not in the configuration any more: it is taken for one of the default provider."""
    setting = {"name": "containerInsights", "value": "enabled", "region": "eu-west-1"}
    cluster = {"name": "a", "setting": [], "region": "eu-west-1", "tags_all": {"a": "b"}}
    written = {"address": "aws_ecs_cluster.a", "mode": "managed", "type": "aws_ecs_cluster", "name": "a"}
    document = {
        "resource_changes": [
            row("no-op", before=cluster, after=cluster, type="aws_ecs_cluster"),
            row("delete", before=setting, type="aws_ecs_account_setting_default"),
        ],
        "configuration": {"root_module": {"resources": [{**written, "provider_config_key": "aws"}]}},
    }
    assert told(changes_of(document))["introduced"] == {"aws_ecs_cluster.a": ["ECS.12"]}


# Findings


def finding(
    status: Status,
    *paths: str,
    address: str = "aws_ecs_task_definition.a",
    control: str = "ECS.5",
    previous: str | None = None,
    becomes: str | None = None,
    suppressed: bool = False,
) -> Finding:
    return Finding(
        BY_ID[control],
        Resource(address, address.split(".")[-2], None, becomes, previous),
        status,
        tuple(Field(path, None) for path in paths),
        suppressed=Suppression("accepted", None, "main.tf", 1) if suppressed else None,
    )


def failed(*paths: str, **others: Any) -> Finding:
    return finding(FAILED, *paths, **others)


A, B = "container_definitions[a].readonlyRootFilesystem", "container_definitions[b].readonlyRootFilesystem"
SETTING = "setting[containerInsights].value"
DEFAULT = "aws_ecs_account_setting_default[containerInsights].value"


@pytest.mark.parametrize(
    ("now", "before", "outcome"),
    [
        pytest.param(failed(A), None, "introduced", id="new resource"),
        pytest.param(failed(A), finding(PASSED), "introduced", id="passed before"),
        pytest.param(failed(A), finding(UNKNOWN), "introduced", id="not known before"),
        pytest.param(failed(A), finding(NOT_APPLICABLE), "introduced", id="not applicable before"),
        pytest.param(failed(A), failed(A), "existing", id="failed before"),
        pytest.param(failed(A), failed(A, B), "existing", id="less fails than before"),
        pytest.param(failed(A, B), failed(A), "introduced", id="more fails than before"),
        pytest.param(failed(B), failed(A), "introduced", id="something else fails"),
        pytest.param(failed(A), failed(A, control="ECS.4"), "introduced resolved", id="another control failed"),
        pytest.param(failed(A), failed(A, suppressed=True), "existing", id="suppressed before"),
        pytest.param(failed(A, suppressed=True), failed(A), "existing", id="suppressed now"),
        pytest.param(failed(SETTING, DEFAULT), failed(SETTING), "existing", id="told with what else decided"),
        pytest.param(
            failed(A, address="t.new", previous="t.old"), failed(A, address="t.old"), "existing", id="moved since"
        ),
        pytest.param(
            failed(A, address="t.new", previous="t.old"), failed(A, address="t.new"), "existing", id="move known"
        ),
        pytest.param(
            failed(A, address="t.new"), failed(A, address="t.old"), "introduced resolved", id="another resource"
        ),
        pytest.param(finding(PASSED), failed(A), "resolved", id="mended"),
        pytest.param(finding(NOT_APPLICABLE), failed(A), "resolved", id="does not apply any more"),
        pytest.param(None, failed(A), "resolved", id="gone"),
        pytest.param(None, failed(A, suppressed=True), "resolved", id="suppressed, and gone"),
        pytest.param(finding(UNKNOWN), failed(A), "", id="not known now"),
        pytest.param(finding(PASSED), finding(PASSED), "", id="passed before and now"),
        pytest.param(None, finding(PASSED), "", id="what passed is gone"),
    ],
)
def test_one_finding(now: Finding | None, before: Finding | None, outcome: str) -> None:
    changed = compare([one for one in (now,) if one], [one for one in (before,) if one])
    marks = {True: "introduced", False: "existing", None: ""}
    given = [marks[one.introduced] for one in changed.findings] + ["resolved" for _ in changed.resolved]
    assert " ".join(filter(None, given)) == outcome


@pytest.mark.parametrize("now", [[], [finding(PASSED, address="t.left")]], ids=["left behind", "replaced too"])
def test_what_terraform_forgets_is_not_resolved(now: list[Finding]) -> None:
    assert compare(now, [failed(A, address="t.left")], forgotten={"t.left"}).resolved == ()


def test_nothing_is_gone_from_an_input_that_was_read_in_part() -> None:
    mended = [finding(PASSED, address="t.mended")]
    failures = [failed(A, address="t.mended"), failed(A, address="t.out_of_sight")]
    assert by_address(compare(mended, failures, whole=False).resolved) == {"t.mended": ["ECS.5"]}
    assert len(compare(mended, failures).resolved) == 2


def test_a_resolved_failure_has_the_resource_of_now() -> None:
    now = finding(PASSED, address="t.new", previous="t.old", becomes="update")
    (resolved,) = compare([now], [failed(A, address="t.old")]).resolved
    assert resolved.resource is now.resource
    assert resolved.status is FAILED


def test_without_a_before_nothing_is_told() -> None:
    changed = compare([failed(A)], None)
    assert changed.findings == (failed(A),)
    assert (changed.introduced, changed.existing, changed.resolved, changed.score_before) == (None, None, (), None)


def test_suppressed_failures_are_not_counted() -> None:
    now = [failed(A), failed(A, address="t.b", suppressed=True), failed(A, address="t.c", suppressed=True)]
    changed = compare(now, [failed(A, address="t.c")])
    assert (changed.introduced, changed.existing) == (1, 0)


def test_several_inputs_together() -> None:
    one = compare([failed(A)], [])
    two = compare([finding(PASSED)], [failed(A)])
    both = merged([one, two])
    assert (both.introduced, both.existing, len(both.resolved)) == (1, 0, 1)
    assert (both.score_before, both.score) == (Score(0, 1), Score(0, 1))
    assert merged([one, compare([], None)]).score_before is None


# Score


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([finding(PASSED)], Score(1, 1), id="passed"),
        pytest.param([finding(PASSED), failed(address="t.b")], Score(0, 1), id="one failure fails the control"),
        pytest.param([finding(PASSED), failed(control="ECS.4")], Score(1, 2), id="two controls"),
        pytest.param([finding(NOT_APPLICABLE), finding(UNKNOWN, control="ECS.4")], None, id="none is judged"),
        pytest.param([finding(PASSED), finding(UNKNOWN, address="t.b")], None, id="unknown is no pass"),
        pytest.param([failed(), finding(UNKNOWN, address="t.b")], Score(0, 1), id="a failure beats unknown"),
        pytest.param([finding(PASSED), finding(NOT_APPLICABLE, address="t.b")], Score(1, 1), id="not applicable"),
        pytest.param([failed(control="ECS.1"), finding(PASSED)], Score(1, 1), id="retired"),
        pytest.param([failed(suppressed=True), finding(PASSED, address="t.b")], Score(1, 1), id="suppressed"),
        pytest.param([failed(suppressed=True)], None, id="only suppressed"),
    ],
)
def test_score(findings: list[Finding], expected: Score | None) -> None:
    assert score(findings) == expected


@pytest.mark.parametrize(("passed", "judged", "percent"), [(0, 3, 0), (1, 3, 33), (2, 3, 67), (1, 8, 13), (7, 7, 100)])
def test_percent(passed: int, judged: int, percent: int) -> None:
    assert Score(passed, judged).percent == percent


# Baselines


def test_the_schema_of_baselines_is_the_reports() -> None:
    assert changes.SCHEMA_VERSION == report_json.SCHEMA_VERSION


def report(run: RunTfcheck, path: Path, to: Path) -> Path:
    if path.is_file():  # its sources would tell what the plan alone does not know
        path = Path(shutil.copy(path, to.with_name("alone.json")))
    done = run(path, "--format", "json", "--output", to)
    assert done.err == ""
    return to


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_plan_against_its_own_report(run: RunTfcheck, tmp_path: Path, name: str) -> None:
    plan = EXPECTED[name][0]
    earlier = changes.baseline(report(run, plan, tmp_path / "report.json"), CONTROLS)
    changed = compare(check(CONTROLS, adapt(read_plan("", json.loads(plan.read_text())).blocks)), earlier)
    assert (changed.introduced, changed.resolved) == (0, ())
    assert changed.score_before == changed.score


@pytest.mark.parametrize("name", ["update", "unchanged"])
def test_a_plan_against_the_report_of_an_earlier_plan(run: RunTfcheck, tmp_path: Path, name: str) -> None:
    """It is as in the plan's own before, moved resources too; only what is imported was not in the earlier plan."""
    earlier = changes.baseline(report(run, CASES / "created" / "plan.json", tmp_path / "report.json"), CONTROLS)
    plan, expected = EXPECTED[name]
    document = json.loads(plan.read_text())
    now = check(CONTROLS, adapt(read_plan("", document).blocks))
    given = told(compare(now, earlier, forgotten=changes.forgotten(before(document))))
    imported = {"aws_ecs_cluster.imp2", "aws_ecs_task_definition.imp"}
    for key in ("existing", "resolved"):
        assert given[key] == {address: ids for address, ids in expected[key].items() if address not in imported}


def test_sources_against_the_report_of_earlier_sources(run: RunTfcheck, tmp_path: Path) -> None:
    for name in ("then", "now"):
        shutil.copytree(CASES / "update", tmp_path / name, ignore=shutil.ignore_patterns("before", "*.json"))
    shutil.copy(CASES / "update" / "before" / "main.tf", tmp_path / "then")
    earlier, now = (
        changes.baseline(report(run, tmp_path / name, tmp_path / f"{name}.json"), CONTROLS) for name in ("then", "now")
    )
    given = told(compare(now, earlier))
    for key in ("introduced", "existing", "resolved"):
        wanted = EXPECTED["update"][1][key]
        for address in ("aws_ecs_task_definition.app", "aws_ecs_task_definition.cbd", "aws_ecs_service.app"):
            assert given[key].get(address) == wanted.get(address)


def written(tmp_path: Path, *findings: object, **others: object) -> Path:
    document = {"schema_version": 1, "tool": {"name": "tfcheck"}, "findings": findings, **others}
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document))
    return path


def listed(**others: object) -> dict[str, object]:
    row = {"control": "ECS.5", "address": "t.a", "resource_type": "t", "status": "FAILED", "suppressed": None}
    return {**row, "evidence": [{"path": A, "value": None, "unknown": None, "location": None}], **others}


def test_only_controls_that_run_are_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path, listed(), listed(control="ECS.4"), listed(control="ECS.99"))
    (found,) = changes.baseline(path, [BY_ID["ECS.5"]])
    assert found.control is BY_ID["ECS.5"]


@pytest.mark.parametrize(
    ("evidence", "value", "sensitive"),
    [
        ({"value": False}, False, False),
        ({"value": "root"}, "root", False),
        ({"value": 7}, "7", False),
        ({"value": ["a", "b"]}, frozenset({"a", "b"}), False),
        ({"value": None, "unknown": "known after apply"}, Unknown("known after apply"), False),
        ({"value": None, "sensitive": True}, "(sensitive)", True),
    ],
)
def test_evidence_of_a_baseline(tmp_path: Path, evidence: dict[str, Any], value: object, sensitive: bool) -> None:
    path = written(tmp_path, listed(evidence=[{"path": A, **evidence}]))
    assert changes.baseline(path, CONTROLS)[0].evidence == (Field(A, value, None, sensitive),)


def test_control_characters_do_not_keep_apart(tmp_path: Path) -> None:
    """A report has none of them: addresses and paths are compared as they are told."""
    earlier = changes.baseline(written(tmp_path, listed(address='t.a["x y"]')), CONTROLS)
    assert compare([failed(A, address='t.a["x\x1b\ty"]')], earlier).introduced == 0


def test_a_suppressed_finding_of_a_baseline(tmp_path: Path) -> None:
    accepted = {"reason": "sidecar", "until": "2027-01-31", "path": "main.tf", "line": 3}
    earlier = changes.baseline(written(tmp_path, listed(suppressed=accepted)), CONTROLS)
    changed = compare([failed(A, address="t.a")], earlier)
    assert (changed.introduced, changed.existing, changed.score_before) == (0, 1, None)


def test_a_report_in_utf_16_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, listed())
    path.write_text(path.read_text(), encoding="utf-16")
    assert len(changes.baseline(path, CONTROLS)) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("9" * 5000, "is not JSON"),
        ("\ud800", "is not JSON"),
        ("[]", "is no JSON report of tfcheck"),
        ("{}", "is no JSON report of tfcheck"),
        ('{"version": "2.1.0", "runs": []}', "is no JSON report of tfcheck"),
        ('{"schema_version": 1, "tool": {"name": "other"}, "findings": []}', "is no JSON report of tfcheck"),
        ('{"schema_version": 1, "tool": {"name": "tfcheck"}}', "is no JSON report of tfcheck"),
        ('{"schema_version": true, "tool": {"name": "tfcheck"}, "findings": []}', "is no JSON report of tfcheck"),
        ('{"schema_version": 2, "tool": {"name": "tfcheck"}, "findings": []}', "schema_version 2, and only 1 is known"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(UsageError, match=f"report.json: .*{why}.*: (give|make) "):
        changes.baseline(path, CONTROLS)


@pytest.mark.parametrize("path", ["missing.json", "."])
def test_a_baseline_that_cannot_be_read(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be read: .*: give a report"):
        changes.baseline(tmp_path / path, CONTROLS)


@pytest.mark.parametrize(
    "damage",
    [
        {"control": ["ECS.5"]},
        {"address": None},
        {"resource_type": 1},
        {"status": "failed"},
        {"status": None},
        {"evidence": None},
        {"evidence": 1},
        {"evidence": ["path"]},
        {"evidence": [{}]},
        {"evidence": [{"path": 1}]},
        {"suppressed": "yes"},
    ],
    ids=str,
)
def test_a_damaged_finding_is_named(tmp_path: Path, damage: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"findings\[1\]"):
        changes.baseline(written(tmp_path, listed(), listed(**damage)), CONTROLS)


@pytest.mark.parametrize("row", [None, 1, "x", [], {}], ids=str)
def test_what_is_no_finding_is_named(tmp_path: Path, row: object) -> None:
    with pytest.raises(UsageError, match=r"findings\[0\]"):
        changes.baseline(written(tmp_path, row), CONTROLS)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["path", "value", "x"]), inner),
    max_leaves=6,
)


@given(member=st.sampled_from([*listed(), "schema_version", "tool", "findings"]), value=VALUES)
def test_a_hostile_baseline_raises_nothing_but_a_usage_error(
    tmp_path_factory: pytest.TempPathFactory, member: str, value: object
) -> None:
    top = {member: value} if member in ("schema_version", "tool", "findings") else {}
    path = written(tmp_path_factory.mktemp("hostile"), listed(**({} if top else {member: value})), **top)
    try:
        earlier = changes.baseline(path, CONTROLS)
    except UsageError:
        return
    compare([failed(A)], earlier)
