"""What is no plan is told apart, and the message says what to do; what is one is read in whatever encoding it comes."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

from tfcheck.errors import InputError
from tfcheck.terraform.read import read

PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {"root_module": {}},
    "resource_changes": [
        {
            "address": "aws_ecs_cluster.größe",
            "mode": "managed",
            "type": "aws_ecs_cluster",
            "name": "größe",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"name": "größe", "setting": [{"name": "containerInsights", "value": "enabled"}]},
                "after_unknown": {"id": True, "setting": [{}]},
                "after_sensitive": {},
            },
        },
    ],
    "configuration": {"root_module": {}},
}
RESOURCE = {"address": "aws_ecs_cluster.a", "mode": "managed", "type": "aws_ecs_cluster", "name": "a"}
STATE = {
    "format_version": "1.0",
    "terraform_version": "1.11.4",
    "values": {"root_module": {"resources": [{**RESOURCE, "values": {"name": "a"}, "sensitive_values": {}}]}},
}
TEXT = json.dumps(PLAN, ensure_ascii=False)
SHOW = "terraform show -json"

RAW_STATE = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 3,
    "lineage": "9d0c",
    "outputs": {},
    "resources": [],
}
LOG = [
    {"@level": "info", "@message": "Terraform 1.11.4", "@module": "terraform.ui", "type": "version", "ui": "1.2"},
    {"@level": "info", "@message": "aws_ecs_cluster.a: Plan to create", "type": "planned_change"},
]


def binary_plan() -> bytes:
    """A zip, as `terraform plan -out` writes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tfplan", b"\x08\x03")
        archive.writestr("tfconfig/modules.json", '[{"Key": "", "Dir": "."}]')
        archive.writestr("tfconfig/m-/main.tf", 'resource "aws_ecs_cluster" "a" {}')
    return file.getvalue()


def lines(*documents: object) -> bytes:
    return "".join(f"{json.dumps(one)}\n" for one in documents).encode()


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in PLAN.items() if name not in names}


REFUSED = [
    pytest.param(binary_plan(), "is a binary plan", SHOW, id="binary-plan"),
    pytest.param(lines(*LOG), "is the log of `plan -json`", "save the plan with -out", id="log"),
    pytest.param(lines(LOG[0]), "is the log of `plan -json`", SHOW, id="log-of-one-line"),
    pytest.param(lines(RAW_STATE), "is a raw state file", f"{SHOW} > state.json", id="raw-state"),
    pytest.param(b"", "is empty", SHOW, id="empty"),
    pytest.param(b" \r\n\t", "is empty", SHOW, id="blank"),
    pytest.param(b"{}", "it has no format_version", SHOW, id="empty-object"),
    pytest.param(b"{}\n", "it has no format_version", SHOW, id="empty-object-and-line-end"),
    pytest.param(b'{"Version": "2012-10-17", "Statement": []}', "it has no format_version", SHOW, id="foreign-json"),
    pytest.param(b"[1]", "is JSON, but no plan", SHOW, id="list"),
    pytest.param(b"null", "is JSON, but no plan", SHOW, id="null"),
    pytest.param(b'"plan"', "is JSON, but no plan", SHOW, id="string"),
    pytest.param(lines([PLAN]), "is JSON, but no plan", SHOW, id="list-of-a-plan"),
    pytest.param(b"Error: no state\n", "line 1, column 1: is not JSON", SHOW, id="error-message"),
    pytest.param(b'{"format_version": "1.2",\n oops}', "line 2, column 2: is not JSON", SHOW, id="not-json"),
    pytest.param(TEXT.encode()[:-200], "is truncated", SHOW, id="truncated"),
    pytest.param(b'{"format_version":', "is truncated", SHOW, id="truncated-early"),
    pytest.param(b"{", "is truncated", SHOW, id="truncated-at-once"),
    pytest.param(lines(PLAN, PLAN), "has text after the end of the JSON", SHOW, id="two-plans"),
    pytest.param(TEXT.encode() + b"\nError: oops\n", "has text after the end", SHOW, id="text-after-the-end"),
    pytest.param(TEXT.encode() + b"}", "has text after the end", SHOW, id="brace-after-the-end"),
    pytest.param(
        lines({**PLAN, "format_version": "2.0"}), "has format_version '2.0'", "update tfcheck", id="version-2"
    ),
    pytest.param(lines({**PLAN, "format_version": 1.2}), "has format_version", "update tfcheck", id="version-number"),
    pytest.param(lines({**PLAN, "format_version": "1"}), "has format_version", "update tfcheck", id="version-1"),
    pytest.param(lines({**PLAN, "format_version": "9" * 5000 + ".0"}), "has format_version", "", id="version-of-9s"),
    pytest.param(
        lines({**without("resource_changes"), "planned_values": {"root_module": {"resources": [RESOURCE]}}}),
        "lists planned_values but no resource_changes",
        SHOW,
        id="resources-without-changes",
    ),
    pytest.param(
        lines({**without("resource_changes"), "planned_values": {"root_module": {"child_modules": [{}]}}}),
        "lists planned_values but no resource_changes",
        SHOW,
        id="modules-without-changes",
    ),
    pytest.param(lines({**PLAN, "resource_changes": {}}), "resource_changes is not a list", SHOW, id="changes-no-list"),
    pytest.param(b"[" * 100_000, "is nested too deeply", SHOW, id="nested-too-deeply"),
    pytest.param(b'{"format_version": ' + b"1" * 5000 + b"}", "a number too long", SHOW, id="number-too-long"),
    pytest.param(b"{\xff\xfe}", "is not text in utf-8", SHOW, id="not-utf-8"),
    pytest.param(TEXT.encode("utf-16")[:-1], "is not text in utf-16", SHOW, id="half-a-character-of-utf-16"),
    pytest.param(TEXT.encode("utf-16")[:-200], "is truncated", SHOW, id="truncated-utf-16"),
    pytest.param(gzip.compress(TEXT.encode())[:-20], "is gzip, but truncated", "make it again", id="truncated-gzip"),
    pytest.param(gzip.compress(b"")[:10] + b"\xff" * 20, "is gzip, but damaged", "make it again", id="damaged-gzip"),
    pytest.param(b"\x1f\x8b", "is gzip, but truncated", "make it again", id="two-bytes-of-gzip"),
    pytest.param(
        gzip.compress(TEXT.encode())[:-8] + bytes(8), "is gzip, but damaged", "make it again", id="gzip-of-another-sum"
    ),
    pytest.param(gzip.compress(b""), "is empty", SHOW, id="gzip-of-nothing"),
    pytest.param(gzip.compress(binary_plan()), "is a binary plan", SHOW, id="gzip-of-a-binary-plan"),
    pytest.param(gzip.compress(lines(RAW_STATE)), "is a raw state file", SHOW, id="gzip-of-a-raw-state"),
]


@pytest.mark.parametrize(("data", "what", "remedy"), REFUSED)
def test_what_is_no_plan_ends_the_run_and_says_what_to_do(
    data: bytes, what: str, remedy: str, tmp_path: Path, run: Callable[..., Run]
) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(data)
    ended = run(file)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"tfcheck: {file}: ")
    assert ended.err.count("\n") == 1
    assert what in ended.err
    assert remedy in ended.err


def test_a_file_that_is_not_there(tmp_path: Path, run: Callable[..., Run]) -> None:
    ended = run(tmp_path / "plan.json")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"tfcheck: {tmp_path / 'plan.json'}: cannot be read: No such file or directory\n"


def test_no_standard_input(run: Callable[..., Run]) -> None:
    ended = run("-", stdin=b"")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("tfcheck: standard input: is empty")


WRAPPER = "[command]/opt/terraform/terraform-bin show -json tfplan\n"
COMMANDS = "\n::debug::Terraform exited with code 0.\n::set-output name=stdout::x\n"

ACCEPTED = [
    pytest.param(TEXT.encode(), id="utf-8"),
    pytest.param(TEXT.encode() + b"\n", id="line-end"),
    pytest.param(TEXT.encode() + b"\r\n", id="line-end-of-windows"),
    pytest.param(b" \n" + TEXT.encode() + b"\n\n", id="blank-lines-around"),
    pytest.param(TEXT.encode("utf-8-sig"), id="utf-8-with-bom"),
    pytest.param(TEXT.encode("utf-16"), id="utf-16-with-bom"),
    pytest.param((TEXT + "\r\n").encode("utf-16"), id="utf-16-as-powershell-writes-it"),
    pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="big-endian-utf-16-with-bom"),
    pytest.param(TEXT.encode("utf-16-le"), id="utf-16-without-bom"),
    pytest.param(TEXT.encode("utf-16-be"), id="big-endian-utf-16-without-bom"),
    pytest.param(json.dumps(PLAN, indent=2).encode(), id="indented"),
    pytest.param((WRAPPER + TEXT).encode(), id="text-of-a-wrapper-before"),
    pytest.param((TEXT + COMMANDS).encode(), id="workflow-commands-after"),
    pytest.param((TEXT + COMMANDS.replace("\n", "\r\n")).encode(), id="workflow-commands-after-on-windows"),
    pytest.param((WRAPPER + TEXT + COMMANDS).encode(), id="wrapped-on-both-sides"),
    pytest.param((WRAPPER + TEXT + COMMANDS).encode("utf-16"), id="wrapped-utf-16"),
    pytest.param(gzip.compress(TEXT.encode()), id="gzip"),
    pytest.param(gzip.compress(TEXT.encode("utf-16")), id="gzip-of-utf-16"),
    pytest.param(lines({**PLAN, "format_version": "0.1"}), id="version-0.1"),
    pytest.param(lines({**PLAN, "format_version": "1.99", "new_in_1.99": {}}), id="version-1.99"),
]


@pytest.mark.parametrize("data", ACCEPTED)
def test_a_plan_is_read_in_whatever_form_it_comes(data: bytes, tmp_path: Path, run: Callable[..., Run]) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(data)
    for ended in (run(file, "--control", "ECS.12", "--show-passed"), run("-", "--show-passed", stdin=data)):
        assert ended.err == ""
        assert "PASSED" in ended.out
        assert "aws_ecs_cluster.größe" in ended.out


def test_a_plan_and_a_state_are_told_apart(tmp_path: Path) -> None:
    kinds = []
    for name, document in (("plan", PLAN), ("state", STATE)):
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
        reading = read(str(tmp_path / name))
        kinds.append((reading.source.kind, reading.source.terraform_version, len(reading.blocks)))
    assert kinds == [("plan", "1.11.4", 1), ("state", "1.11.4", 1)]


def test_a_state_that_mentions_resource_changes_is_read_as_a_state(tmp_path: Path) -> None:
    """The reader leaves out what it need not keep of a plan, which for a state is everything."""
    resource: dict[str, Any] = {**RESOURCE, "values": {"name": "resource_changes"}}
    document = {**STATE, "values": {"root_module": {"resources": [resource]}}}
    file = tmp_path / "state.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    (block,) = read(str(file)).blocks
    assert block.attribute("name").value == "resource_changes"


def test_rows_of_other_types_are_left_out(tmp_path: Path) -> None:
    other = {**RESOURCE, "address": "aws_s3_bucket.b", "type": "aws_s3_bucket", "change": {"actions": ["create"]}}
    data = {**PLAN["resource_changes"][0], "mode": "data"}
    file = tmp_path / "plan.json"
    file.write_text(
        json.dumps({**PLAN, "resource_changes": [other, *PLAN["resource_changes"], data]}), encoding="utf-8"
    )
    reading = read(str(file))
    assert [block.resource.address for block in reading.blocks] == ["aws_ecs_cluster.größe"]
    assert reading.problems == ()


@pytest.mark.parametrize(
    "row",
    [
        None,
        7,
        "row",
        [],
        {},
        {"type": "aws_ecs_cluster"},
        {**RESOURCE},
        {**RESOURCE, "change": None},
        {**RESOURCE, "change": {}},
        {**RESOURCE, "change": {"actions": ["create"], "after": None}},
        {**RESOURCE, "change": {"actions": ["create"], "after": []}},
        {**RESOURCE, "change": {"actions": "create", "after": {}}},
        {**RESOURCE, "change": {"after": {}}},
        {**RESOURCE, "address": 7, "change": {"actions": ["create"], "after": {}}},
        {**RESOURCE, "mode": 7, "change": {"actions": ["create"], "after": {}}},
        {**RESOURCE, "type": ["aws_ecs_cluster"], "change": {"actions": ["create"], "after": {}}},
    ],
    ids=str,
)
def test_a_row_that_cannot_be_read_is_an_error_beside_the_others(row: object, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({**PLAN, "resource_changes": [*PLAN["resource_changes"], row]}), encoding="utf-8")
    reading = read(str(file))
    assert [block.resource.address for block in reading.blocks] == ["aws_ecs_cluster.größe"]
    assert [problem.level for problem in reading.problems] == ["error"]
    assert reading.problems[0].message.startswith("resource_changes[1] was not read: ")


@pytest.mark.parametrize(
    "change",
    [
        {"actions": ["delete"], "before": {}, "after": None},
        {"actions": ["forget"], "before": {}, "after": None},
        {"actions": ["no-op"], "before": None, "after": None},
    ],
    ids=lambda change: str(change["actions"][0]),
)
def test_what_is_not_left_in_place_is_not_judged(change: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({**PLAN, "resource_changes": [{**RESOURCE, "change": change}]}), encoding="utf-8")
    reading = read(str(file))
    assert (reading.blocks, reading.problems) == ((), ())


@pytest.mark.parametrize(
    "values",
    [
        7,
        [],
        {"root_module": []},
        {"root_module": {"resources": {}}},
        {"root_module": {"resources": [7]}},
        {"root_module": {"resources": [{**RESOURCE, "type": 7, "values": {}}]}},
        {"root_module": {"resources": [RESOURCE]}},
        {"root_module": {"child_modules": {}}},
        {"root_module": {"child_modules": [7]}},
        {"root_module": {"child_modules": [{"resources": "x"}]}},
    ],
    ids=str,
)
def test_what_cannot_be_read_of_a_state_is_an_error(values: object, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps({**STATE, "values": values}), encoding="utf-8")
    reading = read(str(file))
    assert [problem.level for problem in reading.problems] == ["error"]


@pytest.mark.parametrize("values", [{}, {"values": None}, {"values": {}}, {"values": {"root_module": {}}}], ids=str)
def test_a_state_of_nothing_is_no_error(values: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"format_version": "1.0", **values}), encoding="utf-8")
    reading = read(str(file))
    assert (reading.blocks, reading.problems) == ((), ())


def test_one_unreadable_input_does_not_hide_the_others(
    tmp_path: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "plan.json").write_text(TEXT, encoding="utf-8")
    (tmp_path / "tfplan").write_bytes(binary_plan())
    ended = run(tmp_path / "tfplan", tmp_path / "plan.json", "--format", "json")
    document = json.loads(ended.out)
    assert ended.code == 2
    assert {finding["address"] for finding in document["findings"]} == {"aws_ecs_cluster.größe"}
    assert [(problem["level"], problem["path"]) for problem in document["problems"]] == [
        ("error", str(tmp_path / "tfplan"))
    ]


@pytest.mark.parametrize(
    ("cut"),
    [pytest.param(at, id=f"{at}-of-{len(TEXT)}") for at in range(1, len(TEXT), 37)],
)
def test_no_beginning_of_a_plan_is_taken_for_one(cut: int, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(TEXT[:cut], encoding="utf-8")
    with pytest.raises(InputError):
        read(str(file))
