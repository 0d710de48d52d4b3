"""Accepted failures: the case directories, and what comments and globs are.

testdata/suppressions/NAME: HCL with comments, a tfcheck.toml with the controls to run and [[ignore]] entries, and in
expected.txt what is suppressed by what, what fails all the same, and the warnings.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

import pytest
from conftest import TESTDATA, assert_golden
from hypothesis import given
from hypothesis import strategies as st

from tfcheck import config as configuration
from tfcheck import locate
from tfcheck.comments import comments
from tfcheck.config import Config
from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.errors import Problem, UsageError
from tfcheck.findings import Finding, Status, Suppression, check
from tfcheck.ignores import Ignore, Terms, address_matches, from_comments, parse, path_matches, today
from tfcheck.inputs import Resource
from tfcheck.suppressions import _index, suppress
from tfcheck.terraform import overlay
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.hcl import project
from tfcheck.terraform.read import read, read_configuration
from tfcheck.values import Field, Region, SourceLocation

CASES = sorted(one.parent for one in TESTDATA.glob("suppressions/*/tfcheck.toml"))
DAY = date(2026, 8, 1)
TERMS = Terms(DAY, ["ECS.4", "ECS.5"], {"ECS.4", "ECS.5"})


def judged(directory: Path, config: Config) -> tuple[list[Finding], list[Problem]]:
    """The findings of a directory of HCL, and the warnings, with paths from that directory."""
    return judged_readings(read_configuration(str(directory), Options()), config)


def judged_readings(readings: list[Reading], config: Config) -> tuple[list[Finding], list[Problem]]:
    everything = configuration.controls(config)
    controls = configuration.selected(config, everything)
    found = [finding for reading in readings for finding in check(controls, adapt(reading.blocks))]
    (root,) = {reading.repository for reading in readings}
    assert root is not None
    terms = Terms(DAY, [one.id for one in everything], {one.id for one in controls})
    return suppress(found, config.ignores, lambda path: project.text(root / path), terms)


def told(findings: list[Finding], problems: list[Problem]) -> str:
    """Failures and warnings, a line each."""
    lines = []
    for one in sorted(findings, key=lambda one: (one.control.number, one.resource.address)):
        if one.status is Status.FAILED:
            by = one.suppressed
            how = "failed" if by is None else f"suppressed by {by.path}:{by.line} ({by.reason})"
            lines.append(f"{one.control.id} {one.resource.address} {how}")
            lines += [f"    {evidence.path}" for evidence in one.evidence]
    assert {one.level for one in problems} <= {"warning"}
    lines += [f"{one.path}:{one.line}:{one.column}: {one.message}" for one in problems]
    return "\n".join(lines).replace(":None:", ":") + "\n"


@pytest.fixture
def in_a_repository(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of a directory that is a repository by itself, so that paths count from it."""

    def copied(directory: Path) -> Path:
        copy = tmp_path / "repository"
        shutil.copytree(directory, copy)
        (copy / ".git").mkdir()
        return copy

    return copied


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, in_a_repository: Callable[[Path], Path]) -> None:
    copy = in_a_repository(case)
    config = configuration.load(copy / "tfcheck.toml", copy)
    assert_golden(case / "expected.txt", told(*judged(copy, config)))


def test_comments_serve_a_plan_as_they_serve_its_sources(in_a_repository: Callable[[Path], Path]) -> None:
    copy = in_a_repository(TESTDATA / "suppressions" / "places")
    config = configuration.load(copy / "tfcheck.toml", copy)
    plan = copy / "plan.json"
    sources = overlay.find(read(str(plan)), str(plan), None)
    assert sources is not None
    from_plan = judged_readings([overlay.joined(read(str(plan)), sources)], config)
    assert told(*from_plan) == told(*judged(copy, config))


def test_what_is_accepted_does_not_hide_an_unknown_sibling() -> None:
    directory = TESTDATA / "suppressions" / "sibling"
    findings, _ = judged(directory, configuration.load(directory / "tfcheck.toml", directory))
    assert [(one.status, one.suppressed is not None, one.evidence[0].path) for one in findings] == [
        (Status.FAILED, True, "container_definitions[a].readonlyRootFilesystem"),
        (Status.UNKNOWN, False, "container_definitions[b].readonlyRootFilesystem"),
    ]


@pytest.mark.parametrize(
    ("words", "ids", "reason", "until"),
    [
        (" ECS.5 because", ("ECS.5",), "because", None),
        (" ecs.5,ECS.20  two\tids ", ("ECS.5", "ECS.20"), "two ids", None),
        (" ECS.5 , ECS.20 ECS.4: it is so", ("ECS.5", "ECS.20", "ECS.4"), "it is so", None),
        (" ECS.5, ECS.5 - once", ("ECS.5",), "once", None),
        (" ECS.5 S3 needs it", ("ECS.5",), "S3 needs it", None),
        (" ECS.5, S3 needs it", ("ECS.5", "S3"), "needs it", None),
        (" ECS5 until=2027-01-31 reason", ("ECS5",), "reason", date(2027, 1, 31)),
        (" ECS.5 reason (until = 2027-01-31), see #1", ("ECS.5",), "reason ( ), see #1", date(2027, 1, 31)),
        (" ECS.5 reason, Until=2027-01-31.", ("ECS.5",), "reason", date(2027, 1, 31)),
        (" ECS.5 ümlauts 理由", ("ECS.5",), "ümlauts 理由", None),
    ],
)
def test_what_a_comment_says(words: str, ids: tuple[str, ...], reason: str, until: date | None) -> None:
    assert parse(words) == (ids, reason, until)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        ": ECS.5 a",
        "=ECS.5 a",
        "d ECS.5 a",
        " all of it",
        " ECS.5",
        " ECS.5 .",
        " ECS.5 until=2027-01-31",
        " * x",
    ]
    + [
        f" ECS.5 a until={day}"
        for day in ("", "2027", "2027-1-1", "20270131", "tomorrow", "2027-02-30", "2027-01-31T1")
    ],
)
def test_what_is_no_such_comment(words: str) -> None:
    assert isinstance(parse(words), str)


@pytest.mark.parametrize(
    ("pattern", "address", "matches"),
    [
        ("aws_ecs_service.a", "aws_ecs_service.a", True),
        ("aws_ecs_service.a", "aws_ecs_service.ab", False),
        ("aws_ecs_service.a", "module.m.aws_ecs_service.a", False),
        ("aws_ecs_service.a", 'aws_ecs_service.a["x"]', True),
        ("module.m.aws_ecs_service.a", "module.m[0].aws_ecs_service.a[1]", True),
        ("module.m[0].aws_ecs_service.a", "module.m[0].aws_ecs_service.a[1]", True),
        ("module.m[0].aws_ecs_service.a", "module.m[1].aws_ecs_service.a[0]", False),
        ('aws_ecs_service.a["x"]', 'aws_ecs_service.a["x"]', True),
        ('aws_ecs_service.a["x"]', "aws_ecs_service.ax", False),
        ("aws_ecs_service.a[0]", "aws_ecs_service.a[0]", True),
        ("aws_ecs_service.a[0]", "aws_ecs_service.a0", False),
        ("aws_ecs_service.a[*]", "aws_ecs_service.a[10]", True),
        ("aws_ecs_service.a[?]", "aws_ecs_service.a[10]", False),
        ('*["x.y"]', 'module.m.aws_ecs_service.a["x.y"]', True),
        ("*", "anything", True),
        ("**.a", "module.m.aws_ecs_service.a", True),
        ("aws.ecs", "aws_ecs", False),
        ("(a|b)+$", "a", False),
        ("Module.*", "module.a", False),
    ],
)
def test_address_globs(pattern: str, address: str, matches: bool) -> None:
    assert address_matches(pattern, address) is matches


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("main.tf", "main.tf", True),
        ("main.tf", "a/main.tf", False),
        ("**/main.tf", "main.tf", True),
        ("**/main.tf", "a/b/main.tf", True),
        ("**/main.tf", "a/xmain.tf", False),
        ("./a/**", "a/b/c.tf", True),
        ("a/**/c.tf", "a/c.tf", True),
        ("a/**/c.tf", "a/b/d/c.tf", True),
        ("a/*", "a/b/c.tf", False),
        ("a/*/c.tf", "a/b/c.tf", True),
        ("a?.tf", "ab.tf", True),
        ("a?.tf", "a/.tf", False),
        ("[ab].tf", "a.tf", False),
        ("[ab].tf", "[ab].tf", True),
        ("a/b.tf", "a/bXtf", False),
    ],
)
def test_path_globs(pattern: str, path: str, matches: bool) -> None:
    assert path_matches(pattern, path) is matches


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("# M x\na = [\n1,\n]\nb = 2\n", ["a = [\n1,\n]"]),
        ("\ufeff# M x\na = 1", ["a = 1"]),
        ("# M x\r\na = {\r\n}\r\nb = 1\r\n", ["a = {\r\n}"]),
        ("a = 1 # M x", ["a = 1 # M x"]),
        ("a = 1 /* M x */ /* M y */\n", ["a = 1 /* M x */ /* M y */"] * 2),
        ("/* M x */ a = [\n] /* M y */\n", ["a = [\n]", "] /* M y */"]),
        ("/* y\nM x */ a = [\n]", ["a = [\n]"]),
        ("a = /* M x\n */ 1", ["a = /* M x"]),
        ("# M x\na = <<-E\n # M no\n  E\nb = 1", ["a = <<-E\n # M no\n  E"]),
        ("# M x\na = f(<<E\nb\nE\n)\nb = 1", ["a = f(<<E\nb\nE\n)"]),
        ("# M x\na = [{\n}, {\n}]\n", ["a = [{\n}, {\n}]"]),
        ("[{\n}, { # M x\n}, {\n}]\n", ["}, { # M x\n}"]),
        ("# M x\n} \n", [None]),
        ("# M x\n", [None]),
        ("# M x", [None]),
        ("# M x\n\na = 1", [None]),
        ("# M x\n#\n//\n/**/\na = 1", ["a = 1"]),
        ('a = "${"}" # M no\n}" # M x\n', ['}" # M x']),
        ('a = "\\" # M no"\n', []),
        ("a = b // M x\nc", ["a = b // M x"]),
        ("## M x\na", ["a"]),
        ("# # M no\na", []),
        ("# a M no\na", []),
        ('x {\n a = "\n # M lost\n}\n# M x\ny {\n}', ["y {\n}"]),
        ("x {\n a = [\n}\n# M x\ny {\n b = 1\n}\n", ["y {\n b = 1\n}"]),
        ("a = <<E\n # M lost\n", []),
        ("/* M lost\n", []),
    ],
)
def test_comments_and_what_they_cover(text: str, covered: list[str | None]) -> None:
    starts = [1 if text.startswith("\ufeff") else 0]
    starts += [place + 1 for place, character in enumerate(text) if character == "\n"]

    def stretch(one: Region | None) -> str | None:
        if one is None:
            return None
        return text[starts[one.start_line - 1] + one.start_column - 1 : starts[one.end_line - 1] + one.end_column - 1]

    found = comments(text, "M")
    assert [stretch(one.covers) for one in found] == covered
    assert all(text[starts[one.line - 1] + one.column - 1 :].startswith(f"M{one.words}") for one in found)


@given(
    st.lists(
        st.sampled_from([*'#\n\n/*{}[]()"$<a=, ', "/*", "*/", "//", "${", "<<E\n", "\nE\n", "# M a\n"]), max_size=60
    )
)
def test_any_text_has_comments_or_not(parts: list[str]) -> None:
    text = "".join(parts)
    for one in comments(text, "M"):
        assert one.covers is None or (one.covers.start_line, one.covers.start_column) <= (
            one.covers.end_line,
            one.covers.end_column,
        )


@pytest.mark.parametrize(
    "text",
    [
        "# tfcheck:ignore ECS.5 x\n" * 20_000,
        "a = [\n# tfcheck:ignore ECS.5 x\n" * 10_000,
        'a = "${ # tfcheck:ignore ECS.5 x\n' * 10_000,
        "/* tfcheck:ignore ECS.5 x\n" * 20_000,
        "# tfcheck:ignore ECS.5 x\na = <<E\n" * 10_000,
        "# tfcheck:ignore " + "ECS.5," * 50_000 + "\n",
        "# tfcheck:ignore ECS.5 " + "until=2027-01-31 " * 20_000 + "\n",
        "# tfcheck:ignore ECS.5\nx = [\n] : " * 10_000,
    ],
    ids=["stack", "nested", "templates", "remark", "heredocs", "ids", "days", "chain"],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    begin = process_time()
    entries, _ = from_comments("a.tf", text, Terms(DAY, ["ECS.5"], {"ECS.5"}))
    _index(entries)
    assert process_time() - begin < 5


@pytest.mark.parametrize(
    ("epoch", "day"), [("0", date(1970, 1, 1)), ("1785542400", date(2026, 8, 1)), ("1785542399", date(2026, 7, 31))]
)
def test_today_is_that_of_the_build(epoch: str, day: date) -> None:
    assert today({"SOURCE_DATE_EPOCH": epoch}) == day


@pytest.mark.parametrize("epoch", ["x", "1e9", "9" * 30])
def test_a_wrong_epoch_is_told(epoch: str) -> None:
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        today({"SOURCE_DATE_EPOCH": epoch})


def test_today_is_that_of_utc() -> None:
    assert today({}) in {datetime.now(UTC).date(), today({"SOURCE_DATE_EPOCH": ""})}


def finding(*paths: str, status: Status = Status.FAILED, control: str = "ECS.5", place: int | None = 1) -> Finding:
    location = None if place is None else SourceLocation("main.tf", Region(place, 3, place, 4))
    evidence: list[Field[bool]] = [Field(path, False, location) for path in paths]
    (judging,) = (one for one in catalogue(Settings()) if one.id == control)
    return Finding(judging, Resource("aws_ecs_x.a", "aws_ecs_x", location), status, tuple(evidence))


@pytest.mark.parametrize(
    ("paths", "groups"),
    [
        ([], [[]]),
        (["pid_mode"], [["pid_mode"]]),
        (["a.b", "c"], [["a.b", "c"]]),
        (
            ["container_definitions[a].user", "container_definitions[b].user", "container_definitions[a].privileged"],
            [
                ["container_definitions[a].user", "container_definitions[a].privileged"],
                ["container_definitions[b].user"],
            ],
        ),
        (
            ["container_definitions[a].environment[X].name", "container_definitions[a].environment[Y].name"],
            [["container_definitions[a].environment[X].name"], ["container_definitions[a].environment[Y].name"]],
        ),
        (
            ["setting[containerInsights].value", "aws_ecs_account_setting_default[containerInsights].value"],
            [["setting[containerInsights].value", "aws_ecs_account_setting_default[containerInsights].value"]],
        ),
        (
            ["container_definitions[a].user", "network_mode", "volume[v].x", "container_definitions"],
            [["container_definitions[a].user"], ["network_mode", "container_definitions"], ["volume[v].x"]],
        ),
    ],
)
def test_offences(paths: list[str], groups: list[list[str]]) -> None:
    assert [[one.path for one in group] for group in locate.offences(finding(*paths))] == groups


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.FAILED])
def test_only_failures_are_suppressed(status: Status) -> None:
    one = finding("a", status=status)
    everything = Ignore(("ECS.5",), "reason", "*", None, None, "tfcheck.toml", 1)
    found, problems = suppress([one], [everything], lambda _: "a # tfcheck:ignore ECS.5 x", TERMS)
    assert found == [one]
    assert len(problems) == (0 if status is Status.UNKNOWN else 2)


def test_without_places_paths_are_not_called_unused() -> None:
    one = finding("a", place=None)
    by_path = Ignore(("ECS.5",), "reason", None, "main.tf", None, "tfcheck.toml", 1)
    assert suppress([one], [by_path], lambda _: None, TERMS) == ([one], [])


def test_files_without_places_are_read_on_demand() -> None:
    text = "# tfcheck:ignore ECS.5 x\nlocals {\n}\n"
    assert suppress([], [], lambda _: text, TERMS, ["a.tf", "b.tfvars", "c.json"])[1] == [
        Problem(
            "warning",
            path,
            "tfcheck:ignore ECS.5 suppresses nothing in lines 2 to 3: remove it, or put it right above what fails",
            1,
            3,
        )
        for path in ("a.tf", "b.tfvars")
    ]


def test_a_comment_comes_before_a_table_and_the_narrow_one_before_the_wide() -> None:
    text = "# tfcheck:ignore ECS.5 wide\na {\n  # tfcheck:ignore ECS.5 narrow\n  b = 1\n}\n"
    everything = Ignore(("ECS.5",), "reason", "*", None, None, "tfcheck.toml", 1)
    (found,), problems = suppress([finding("b", place=4)], [everything], lambda _: text, TERMS)
    assert found.suppressed == Suppression("narrow", None, "main.tf", 3)
    assert problems == []


def test_files_without_the_marker_cost_next_to_nothing() -> None:
    findings = [finding(f"container_definitions[{number}].user", "b") for number in range(20_000)]
    begin = process_time()
    suppress(findings, [], lambda _: "a = 1", TERMS)
    assert process_time() - begin < 1


def test_the_documented_comments_are_ones(tmp_path: Path) -> None:
    document = (TESTDATA.parent / "docs" / "configuration.md").read_text()
    (example,) = re.findall(r"```hcl\n(.*?)```", document, re.DOTALL)
    (tmp_path / "main.tf").write_text(example)
    found, problems = judged(tmp_path, Config(control=("ECS.5", "ECS.9", "ECS.15", "ECS.20")))
    failed = {(one.control.id, one.suppressed.line) for one in found if one.suppressed is not None}
    assert failed == {("ECS.15", 1), ("ECS.9", 1), ("ECS.5", 7), ("ECS.5", 9), ("ECS.20", 9)}
    assert problems == []


def test_a_comment_on_the_call_of_a_module_that_is_installed_from_elsewhere(tmp_path: Path) -> None:
    installed = tmp_path / ".terraform" / "modules" / "m"
    installed.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    listed = [{"Key": "", "Dir": "."}, {"Key": "m", "Source": "a/b/c", "Dir": ".terraform/modules/m"}]
    (installed.parent / "modules.json").write_text(json.dumps({"Modules": listed}))
    shutil.copy(TESTDATA / "suppressions" / "modules" / "task" / "main.tf", installed)
    call = 'module "m" {\n  source = "a/b/c"\n}\n'
    (tmp_path / "main.tf").write_text(f"# tfcheck:ignore ECS.4 theirs\n{call}")
    found, problems = judged(tmp_path, Config(control=("ECS.4", "ECS.5")))
    by = {one.control.id: one.suppressed for one in found}
    assert by == {"ECS.4": Suppression("theirs", None, "main.tf", 1), "ECS.5": None}
    assert problems == []
