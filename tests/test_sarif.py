"""SARIF: what code scanning takes, and that the checker of its rules would see when it does not."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sarif_checker
from conftest import TESTDATA, Run
from hypothesis import given
from hypothesis import strategies as st
from sarif_checker import faults

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status, Suppression
from tfcheck.inputs import Resource
from tfcheck.records import replace
from tfcheck.reporters import Style, sarif
from tfcheck.reporters.linehash import line_hashes
from tfcheck.reporters.sarif_notes import MAX_NOTES
from tfcheck.reporters.sarif_snippets import REDACTED, context, snippet
from tfcheck.values import Field, Region, SourceLocation, Unknown

RunTfcheck = Callable[..., Run]

SCHEMA = jsonschema.Draft7Validator(json.loads((TESTDATA / "sarif-schema-2.1.0.json").read_text("utf-8")))
PLANS = sorted(
    path.parent.relative_to(TESTDATA).as_posix()
    for path in TESTDATA.glob("*/*/plan.json")
    if (path.parent / "main.tf").exists()
)
DIRECTORIES = sorted({path.parent.relative_to(TESTDATA).as_posix() for path in TESTDATA.glob("hcl/**/*.tf")})

TASK = """\
resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([
    { name = "web", image = "nginx", user = "root", readonlyRootFilesystem = true },
    { name = "log", image = "fluent-bit", user = "0", readonlyRootFilesystem = true },
    {
      name  = "job"
      image = "job"
      user  = "1000"
    },
  ])
}
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, as the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sarif_of(run: RunTfcheck, *arguments: str | Path) -> Any:
    return json.loads(run(*arguments, "--format", "sarif").out)


def results(document: Any, control: str | None = None) -> list[Any]:
    (one_run,) = document["runs"]
    return [one for one in one_run["results"] if control in (None, one["ruleId"])]


def notes(document: Any) -> list[Any]:
    found: list[Any] = document["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    return found


def place(result: Any) -> tuple[str, int]:
    physical = result["locations"][0]["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def write(directory: Path, **files: str) -> None:
    """Files by their name without `.tf`."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / f"{name}.tf").write_text(text, "utf-8", newline="")


@pytest.mark.parametrize("case", [*(f"{plan}/plan.json" for plan in PLANS), *PLANS, *DIRECTORIES])
def test_everything_keeps_to_the_schema_and_to_code_scanning(run: RunTfcheck, repository: Path, case: str) -> None:
    directory = case.removesuffix("/plan.json")
    shutil.copytree(TESTDATA / directory, repository / directory)
    done = run(case, "--format", "sarif")
    document = json.loads(done.out)
    assert [error.message for error in SCHEMA.iter_errors(document)] == []
    unsuccessful = ["unsuccessful execution: the upload fails"] if done.code == 2 else []
    assert faults(document, repository) == unsuccessful


@pytest.mark.parametrize("vector", json.loads((TESTDATA / "linehash.json").read_text("utf-8")), ids=str)
def test_line_hash_vectors(vector: Any) -> None:
    assert line_hashes(vector["text"]) == vector["hashes"]
    assert list(sarif_checker.line_hashes(vector["text"])) == vector["hashes"]


@given(st.text(alphabet=" \t\r\nab\ufeff\U0001f600", max_size=300))
def test_line_hashes_are_those_of_the_rolling_algorithm(text: str) -> None:
    assert line_hashes(text) == list(sarif_checker.line_hashes(text))


def test_the_rules_are_always_all_of_them(run: RunTfcheck, repository: Path) -> None:
    write(repository, main=TASK)
    some = sarif_of(run, ".", "--control", "ECS.5")
    shutil.rmtree(repository / ".git")
    every = sarif_of(run, ".")
    assert some["runs"][0]["tool"] == every["runs"][0]["tool"]
    rules = every["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [control.id for control in catalogue(Settings())]
    for rule, control in zip(rules, catalogue(Settings()), strict=True):
        assert re.fullmatch(r"([A-Z][a-z0-9]+)+", rule["name"])
        assert rule["shortDescription"]["text"].endswith(".")
        assert rule["fullDescription"]["text"].endswith(".")
        assert rule["helpUri"] == control.url
        for told in (control.remediation, control.example, control.url, f"# tfcheck:ignore {control.id} "):
            assert told in rule["help"]["markdown"]
            assert told in rule["help"]["text"]
        assert all(requirement in rule["help"]["markdown"] for requirement in control.requirements)
        assert "NIST" not in "".join(rule["properties"]["tags"])


def test_each_offending_place_is_a_result_that_tells_of_itself_only(run: RunTfcheck, repository: Path) -> None:
    write(repository, main=TASK)
    first, second = results(sarif_of(run, "."), "ECS.20")
    assert (place(first), place(second)) == (("main.tf", 4), ("main.tf", 5))
    assert "\\[web\\]" in first["message"]["text"]
    assert "\\[log\\]" not in first["message"]["text"]
    assert "\\[log\\]" in second["message"]["text"]
    own = [one["partialFingerprints"]["tfcheckFinding/v1"] for one in (first, second)]
    assert own[0] != own[1]


def test_containers_on_one_line_are_one_result_that_names_them(run: RunTfcheck, repository: Path) -> None:
    write(repository, main=re.sub(r",\n +", ", ", TASK))
    (only,) = results(sarif_of(run, "."), "ECS.20")
    assert "'container_definitions\\[web\\].user'" in only["message"]["text"]
    assert "'container_definitions\\[log\\].user'" in only["message"]["text"]


def test_instances_on_one_line_are_one_result_that_lists_some(run: RunTfcheck, repository: Path) -> None:
    write(repository, main='resource "aws_ecs_cluster" "c" {\n  count = 14\n  name = "c${count.index}"\n}\n')
    (only,) = results(sarif_of(run, "."), "ECS.12")
    text = only["message"]["text"]
    assert "Found in 14 instances: 'aws_ecs_cluster.c\\[0\\]', " in text
    assert text.count("aws_ecs_cluster.c") == 10
    assert text.endswith(" and 4 more.")
    logical = [one["fullyQualifiedName"] for one in only["locations"][0]["logicalLocations"]]
    assert logical == sorted(f"aws_ecs_cluster.c[{number}]" for number in range(14))[:10]


MODULE = """\
variable "public" {
  type = bool
}

resource "aws_ecs_service" "this" {
  name        = "app"
  launch_type = "FARGATE"

  network_configuration {
    subnets          = ["subnet-1"]
    assign_public_ip = var.public
  }
}
"""
CALLS = """\
locals {
  open = true
}

module "blue" {
  source = "./service"
  public = local.open
}

module "green" {
  source = "./service"
  public = true
}
"""


def test_where_a_value_comes_from_is_linked_and_is_a_code_flow(run: RunTfcheck, repository: Path) -> None:
    write(repository, main=CALLS)
    write(repository / "service", main=MODULE)
    (only,) = results(sarif_of(run, "."), "ECS.2")
    assert place(only) == ("service/main.tf", 11)
    assert only["message"]["text"].endswith(
        " The value comes from [the call of module 'blue' (main.tf:7)](1), [a local value (main.tf:2)](2), "
        "[the call of module 'green' (main.tf:12)](3)."
    )
    shown = [(one["id"], one["physicalLocation"]["region"]["snippet"]["text"]) for one in only["relatedLocations"]]
    assert shown == [(1, "public = local.open"), (2, "open = true"), (3, "public = true")]
    assert flows(only) == [[("main.tf", 2), ("main.tf", 7), ("service/main.tf", 11)], [("main.tf", 12), place(only)]]


def flows(result: Any) -> list[list[tuple[str, int]]]:
    (threads,) = zip(*(flow["threadFlows"] for flow in result["codeFlows"]), strict=True)
    return [[place({"locations": [step["location"]]}) for step in thread["locations"]] for thread in threads]


def test_of_what_lacks_something_the_origin_is_that_of_the_whole(run: RunTfcheck, repository: Path) -> None:
    write(
        repository,
        main='locals {\n  job = {\n    name = "job"\n  }\n}\n\n'
        'resource "aws_ecs_task_definition" "t" {\n  container_definitions = jsonencode([local.job])\n}\n',
    )
    (only,) = results(sarif_of(run, "."), "ECS.5")
    assert place(only) == ("main.tf", 3)
    assert "The value comes" not in only["message"]["text"]


def test_many_places_are_linked_up_to_a_limit(run: RunTfcheck, repository: Path) -> None:
    calls = (f'module "m{number}" {{\n  source = "./service"\n  public = true\n}}\n' for number in range(20))
    write(repository, main="".join(calls))
    write(repository / "service", main=MODULE)
    document = sarif_of(run, ".")
    (only,) = results(document, "ECS.2")
    assert len(only["relatedLocations"]) == len(only["codeFlows"]) == 10
    assert only["message"]["text"].endswith("](10) and 10 more.")
    assert faults(document, repository) == []


def test_a_default_and_a_file_of_variables_are_told_apart(run: RunTfcheck, repository: Path) -> None:
    source = 'variable "mode" {\n  default = "host"\n}\n' + TASK.replace("{\n", "{\n  network_mode = var.mode\n", 1)
    write(repository, main=source)
    (default,) = results(sarif_of(run, "."), "ECS.17")
    assert "[the default of variable 'mode' (main.tf:2)](1)" in default["message"]["text"]
    (repository / "terraform.tfvars").write_text('mode = "host"\n')
    (given_,) = results(sarif_of(run, "."), "ECS.17")
    assert "[the file of variables (terraform.tfvars:1)](1)" in given_["message"]["text"]


def test_what_is_no_failure_is_no_result(run: RunTfcheck, repository: Path) -> None:
    accepted = TASK.replace("    { name", "    # tfcheck:ignore ECS.20 the vendor's image wants it\n    { name", 1)
    write(repository, main=accepted.replace('"1000"', "aws_ecr_repository.app.arn"))
    document = sarif_of(run, ".")
    assert {one["kind"] for one in results(document)} == {"fail"}
    assert results(document, "ECS.20") == []
    assert "suppress" not in json.dumps(results(document))
    (undecided,) = [one for one in notes(document) if one.get("associatedRule", {}).get("id") == "ECS.21"] or [None]
    assert undecided is None or undecided["level"] == "note"


def test_what_is_undecided_is_a_notification_with_its_place(run: RunTfcheck, repository: Path) -> None:
    source = 'data "http" "d" {}\n\nresource "aws_ecs_task_definition" "app" {\n  family = "app"\n'
    write(repository, main=f"{source}  container_definitions = data.http.d.response_body\n}}\n")
    document = sarif_of(run, ".")
    found = [one for one in notes(document) if one["descriptor"]["id"] == "undecided"]
    assert found
    rules = document["runs"][0]["tool"]["driver"]["rules"]
    descriptors = document["runs"][0]["tool"]["driver"]["notifications"]
    for note in found:
        assert note["level"] == "note"
        assert "Found in 'aws_ecs_task_definition.app'." in note["message"]["text"]
        assert rules[note["associatedRule"]["index"]]["id"] == note["associatedRule"]["id"]
        assert descriptors[note["descriptor"]["index"]]["id"] == "undecided"
        assert place(note)[0] == "main.tf"


def test_problems_are_notifications_and_no_success(run: RunTfcheck, repository: Path) -> None:
    write(repository, main=TASK, broken='resource "aws_ecs_cluster" "c" {\n')
    document = sarif_of(run, ".")
    assert document["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert document["runs"][0]["invocations"][0]["exitCode"] == 2
    (problem,) = [one for one in notes(document) if one["level"] == "error"]
    assert problem["descriptor"]["id"] == "input"
    assert place(problem)[0] == "broken.tf"


def test_an_absolute_path_is_not_told(run: RunTfcheck, repository: Path) -> None:
    (repository / "bad.json").write_text("{")
    write(repository / "stack", main=TASK)
    document = sarif_of(run, repository / "bad.json", repository / "stack")
    assert str(repository) not in json.dumps(document)
    assert any(note["message"]["text"].startswith("bad.json") for note in notes(document))
    assert results(document)


@pytest.mark.parametrize("working_directory", [".", "stacks", "stacks/a stäck"])
def test_paths_count_from_the_repository_and_are_encoded(
    run: RunTfcheck, repository: Path, working_directory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "stacks" / "a stäck", main=TASK)
    monkeypatch.chdir(repository / working_directory)
    document = sarif_of(run, repository / "stacks" / "a stäck")
    assert {place(one)[0] for one in results(document)} == {"stacks/a%20st%C3%A4ck/main.tf"}
    assert faults(document, repository) == []


def test_links_are_followed(run: RunTfcheck, repository: Path) -> None:
    """A directory and a file that are links: code scanning cannot display what is behind one."""
    write(repository / "common", real=TASK)
    (repository / "stack").mkdir()
    (repository / "stack" / "main.tf").symlink_to("../common/real.tf")
    (repository / "again").symlink_to("stack")
    for given_ in ("stack", "again"):
        document = sarif_of(run, given_)
        assert {place(one)[0] for one in results(document)} == {"common/real.tf"}
        assert faults(document, repository) == []


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_byte_order_mark_line_ends_and_wide_characters(run: RunTfcheck, repository: Path, ending: str) -> None:
    text = "\ufeff" + 'locals { a = "😀", b = "ä" }\n'.replace(",", "\n ") + TASK.replace('"web"', '"wéb😀"')
    write(repository, main=text.replace("\n", ending))
    document = sarif_of(run, ".")
    assert faults(document, repository) == []
    assert any("wéb😀" in one["message"]["text"] for one in results(document))


def test_hostile_names_act_on_nothing(run: RunTfcheck, repository: Path) -> None:
    names = ['"[a](1)"', '"::error::x\\n"', '"\\u001b[31m"', '"$(touch x)"', '"\\u202e]"', '"a\\\\"']
    source = f'resource "aws_ecs_cluster" "c" {{\n  for_each = toset([{", ".join(names)}])\n  name = each.key\n}}\n'
    directory = repository / "a [b](1) %41 #?"
    write(directory, main=source)
    document = sarif_of(run, directory)
    assert "Found in 6 instances" in results(document, "ECS.12")[0]["message"]["text"]
    assert faults(document, repository) == []


def test_category(run: RunTfcheck, repository: Path) -> None:
    write(repository, main=TASK)
    assert "automationDetails" not in sarif_of(run, ".")["runs"][0]
    for category in ("network", "network/"):
        document = sarif_of(run, ".", "--category", category)
        assert document["runs"][0]["automationDetails"] == {"id": "network/"}
        assert faults(document, repository, "network") == []


def test_same_input_same_bytes(run: RunTfcheck, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Also in another directory, which no path tells."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".git").mkdir()
    for directory in (repository, elsewhere):
        write(directory, main=CALLS, task=TASK)
        write(directory / "service", main=MODULE)
    texts = {run(directory, "--format", "sarif").out for directory in (repository, elsewhere, repository)}
    assert len(texts) == 1
    assert str(repository) not in texts.pop()


# Snippets


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('user = "root"', "'user' is \"root\""),
        ("readonlyRootFilesystem = var.read_only", ""),
        ('"privileged": true', ""),
        ('"user": "0",', 'is "0"'),
        ("container_definitions = jsonencode([", ""),
        ('{ name = "app", image = var.image }', "container_definitions[app]"),
        ("{", ""),
    ],
)
def test_a_snippet_shows_names_and_what_is_told(text: str, told: str) -> None:
    assert snippet(text, told) == text
    assert snippet(text, None) == REDACTED


@pytest.mark.parametrize(
    "text",
    [
        '{ name = "app", environment = [{ name = "PIN", value = "hunter2" }] }',
        '{ name = "app", environment = [{ name = "app", value = 90210 }] }',
        'user = "root" # hunter2',
        'user = "${var.user}hunter2"',
        "user = <<EOT",
        '"user": "hunter2\\n"',
        "hunter2@example.org",
        'user = "PIN\u202eroot"',
        "user\x0b= null",
    ],
)
def test_a_snippet_shows_no_string_that_is_not_told(text: str) -> None:
    assert snippet(text, "container_definitions[app].user is PIN root") == REDACTED


CONTEXT = [
    "  container {",
    '    name  = "app"',
    '    image = "hunter2"',
    "    pin   = 90210",
    '    user  = "root" # hunter2',
    "    count = var.number",
    '    "k": null,',
    "hunter2",
    "aHVudGVyMg==",
    "TOKEN = eyJh.eyJz.hunter2",
    "TOKEN=hunter2",
    "\x0b{\u2028",
    'name = "app\x1b"',
    "  }",
    "",
]


def test_context_keeps_its_shape_and_no_secret() -> None:
    assert context(CONTEXT, 11, Region(15, 5, 15, 19), 'container app is "root"').split("\n") == [
        "  container {",
        '    name  = "app"',
        f"    image = {REDACTED}",
        f"    pin   = {REDACTED}",
        f'    user  = "root"{REDACTED}',
        "    count = var.number",
        '    "k": null,',
        REDACTED,
        REDACTED,
        f"TOKEN = {REDACTED}",
        REDACTED,
        REDACTED,
        REDACTED,
        "  }",
        "",
    ]


def test_no_secret_of_the_sources_is_in_any_snippet(run: RunTfcheck, repository: Path) -> None:
    secret = "hunter2"  # noqa: S105
    environment = f'environment = [{{ name = "AWS_SECRET_ACCESS_KEY", value = "{secret}" }}]'
    broken = TASK.replace('image = "nginx"', environment).replace('image = "job"', environment)
    write(repository, main=f'variable "user" {{\n  default = "{secret}"\n  sensitive = true\n}}\n{broken}')
    document = sarif_of(run, ".")
    assert len(results(document, "ECS.8")) == 2
    assert secret not in json.dumps(document)
    assert document["runs"][0]["redactionTokens"] == [REDACTED]


# Limits

ECS_5, ECS_15 = (next(one for one in catalogue(Settings()) if one.id == id_) for id_ in ("ECS.5", "ECS.15"))


def finding(number: int, status: Status = Status.FAILED, placed: bool = True, control: Any = ECS_5) -> Finding:
    location = SourceLocation("main.tf", Region(number, 1, number, 5)) if placed else None
    value = False if status is Status.FAILED else Unknown("known after apply")
    evidence = Field(f"container_definitions[c{number}].readonlyRootFilesystem", value, location)
    resource = Resource(f"aws_ecs_task_definition.t[{number}]", "aws_ecs_task_definition")
    return Finding(control, resource, status, (evidence,))


def test_no_more_results_than_code_scanning_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 1000)
    monkeypatch.setattr(sarif_checker, "MAX_RESULTS", 1000)
    least = [finding(number, control=ECS_15) for number in range(1, 501)]
    worst = [finding(number) for number in range(501, 1501)][:-100]
    made = sarif.document(Report((), (*least, *worst), ()), Style())
    assert made.text is not None
    document = json.loads(made.text)
    assert len(results(document)) == sarif.MAX_RESULTS
    assert len(results(document, "ECS.5")) == len(worst)
    (told,) = made.left_out
    assert "1,000 most severe of 1,400" in told
    assert [note["message"]["text"] for note in notes(document)] == [told]
    assert faults_of_limits(document) == []


def faults_of_limits(document: Any) -> list[str]:
    return [fault for fault in faults(document, TESTDATA) if "more than" in fault]


def test_no_more_bytes_than_code_scanning_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_BYTES", 40_000)
    monkeypatch.setattr(sarif_checker, "MAX_BYTES", 40_000)
    report = Report((), tuple(finding(number) for number in range(1, 2001)), ())
    made = sarif.document(report, Style())
    assert made.text is not None
    document = json.loads(made.text)
    assert 100 < len(results(document)) < 2000
    assert f"Only the {len(results(document))} most severe of 2,000 results" in made.left_out[0]
    assert faults_of_limits(document) == []


def test_failures_without_a_place_are_told() -> None:
    some = Report((), (finding(1), finding(2, placed=False), finding(3, placed=False)), ())
    made = sarif.document(some, Style())
    assert sarif.unplaced(some) == 2
    assert made.text is not None
    assert len(results(json.loads(made.text))) == 1
    assert "2 of 3 failures have no place" in made.left_out[0]
    assert [note["descriptor"]["id"] for note in notes(json.loads(made.text))] == ["no-place"]


def test_a_file_that_would_close_every_alert_is_not_written() -> None:
    made = sarif.document(Report((), (finding(1, placed=False),), ()), Style())
    assert made.text is None
    assert "--source-dir" in made.left_out[0]
    accepted = replace(finding(1, placed=False), suppressed=Suppression("known", None, "tfcheck.toml", None))
    assert sarif.document(Report((), (accepted,), ()), Style()).text is not None


def test_without_places_nothing_is_written(run: RunTfcheck, repository: Path) -> None:
    plan = shutil.copy(TESTDATA / "plans" / "keys" / "plan.json", repository)
    done = run(plan, "--format", "sarif", "--output", "out.sarif")
    assert done.code == 2
    assert "--source-dir" in done.err
    assert not (repository / "out.sarif").exists()


def test_an_offender_without_a_place_is_at_that_of_the_finding() -> None:
    both = (*finding(7).evidence, *finding(8, placed=False).evidence)
    (only,) = results(json.loads(sarif.render(Report((), (replace(finding(7), evidence=both),), ()), Style())))
    assert place(only) == ("main.tf", 7)
    assert "c8" in only["message"]["text"]


def test_notifications_are_limited_and_the_rest_is_counted() -> None:
    unknown = tuple(finding(number, Status.UNKNOWN) for number in range(1, MAX_NOTES + 8))
    problems = (Problem("warning", "main.tf", "odd"),)
    told = notes(json.loads(sarif.render(Report((), unknown, problems), Style())))
    assert len(told) == MAX_NOTES + 2
    assert told[-1]["message"]["text"] == "There are 7 more notifications."


# The checker: each fault that code scanning would take amiss is put into a good file.

Change = Callable[[Any, Path], None]


@pytest.fixture
def good(run: RunTfcheck, repository: Path) -> Any:
    write(repository, main=CALLS, task=TASK)
    write(repository / "service", main=MODULE)
    document = sarif_of(run, ".", "--category", "stack")
    assert faults(document, repository, "stack") == []
    return document


def of_run(**values: Any) -> Change:
    return lambda document, _: document["runs"][0].update(values)


def of_rule(change: Callable[[Any], object]) -> Change:
    def changed(document: Any, _: Path) -> None:
        change(document["runs"][0]["tool"]["driver"]["rules"][2])

    return changed


def of_result(change: Callable[[Any], object]) -> Change:
    """Of the result with related places."""

    def changed(document: Any, _: Path) -> None:
        change(next(one for one in results(document) if "relatedLocations" in one))

    return changed


def of_region(**values: Any) -> Change:
    return of_result(lambda result: result["locations"][0]["physicalLocation"]["region"].update(values))


def of_uri(uri: str) -> Change:
    return of_result(lambda result: result["locations"][0]["physicalLocation"]["artifactLocation"].update(uri=uri))


def of_text(old: str, new: str) -> Change:
    return of_result(lambda result: result["message"].update(text=result["message"]["text"].replace(old, new)))


def of_severity(value: Any) -> Change:
    return of_rule(lambda rule: rule["properties"].update({"security-severity": value}))


def repeated(document: Any, _: Path) -> None:
    found = results(document)
    document["runs"][0]["results"] = [found[0], *found]


def ran_twice(document: Any, _: Path) -> None:
    document["runs"] *= 2


def linked(document: Any, repository: Path) -> None:
    (repository / "link.tf").symlink_to("task.tf")
    for result in results(document):
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        artifact["uri"] = artifact["uri"].replace("task.tf", "link.tf")


def installed(document: Any, repository: Path) -> None:
    """A module of a registry, which is there but in no commit."""
    shutil.copytree(repository / "service", repository / ".terraform" / "modules" / "service")
    of_uri(".terraform/modules/service/main.tf")(document, repository)


def edited(_: Any, repository: Path) -> None:
    """The file is another one than the one that was checked."""
    (repository / "service" / "main.tf").write_text(MODULE.replace("var.public", "var.opened"), "utf-8")


def many(document: Any, _: Path) -> None:
    document["runs"][0]["results"] = results(document)[:1] * (sarif.MAX_RESULTS + 1)


def large(document: Any, _: Path) -> None:
    """So much that even compressed it is too much: no pattern makes it smaller."""
    results(document)[0]["message"]["text"] = hashlib.shake_256().hexdigest(sarif.MAX_BYTES)


def steps(result: Any) -> None:
    result["codeFlows"][0]["threadFlows"][0]["locations"] *= 1001


FAULTS: dict[str, tuple[Change, str]] = {
    "no-schema": (lambda document, _: document.pop("$schema"), "$schema"),
    "no-run": (lambda document, _: document.update(runs=[]), "0 runs"),
    "same-run-twice": (ran_twice, "two runs of one tool and category"),
    "no-driver-name": (lambda document, _: document["runs"][0]["tool"]["driver"].update(name=""), "no name"),
    "no-rules": (lambda document, _: document["runs"][0]["tool"]["driver"].update(rules=[]), "0 rules"),
    "extensions": (lambda document, _: document["runs"][0]["tool"].update(extensions=[{}] * 101), "extensions"),
    "rule-id-twice": (of_rule(lambda rule: rule.update(id="ECS.1")), "two rules"),
    "rule-name-empty": (of_rule(lambda rule: rule.update(name="")), "name is missing"),
    "rule-name-long": (of_rule(lambda rule: rule.update(name="N" * 256)), "name is missing or too long"),
    "short-description-empty": (of_rule(lambda rule: rule["shortDescription"].update(text="")), "shortDescription"),
    "full-description-long": (of_rule(lambda rule: rule["fullDescription"].update(text="x" * 1025)), "fullDescription"),
    "no-help": (of_rule(lambda rule: rule.pop("help")), "help is missing"),
    "tags": (of_rule(lambda rule: rule["properties"].update(tags=["security"] * 11)), "tags"),
    "severity-word": (of_severity("high"), "security severity"),
    "severity-number": (of_severity(8.0), "security severity"),
    "severity-0": (of_severity("0.0"), "security severity"),
    "severity-11": (of_severity("11.0"), "security severity"),
    "precision": (of_rule(lambda rule: rule["properties"].update(precision="exact")), "precision"),
    "problem-severity": (of_rule(lambda rule: rule["properties"].update({"problem.severity": "note"})), "problem.sev"),
    "default-level-none": (of_rule(lambda rule: rule["defaultConfiguration"].update(level="none")), "default level"),
    "no-location": (of_result(lambda result: result.update(locations=[])), "at least one location"),
    "two-locations": (of_result(lambda result: result.update(locations=result["locations"] * 2)), "only the first"),
    "line-0": (of_region(startLine=0), "four numbers"),
    "line--1": (of_region(startLine=-1, endLine=-1), "four numbers"),
    "column-0": (of_region(startColumn=0), "four numbers"),
    "no-end-column": (of_region(endColumn=None), "four numbers"),
    "no-region": (of_result(lambda one: one["locations"][0]["physicalLocation"].pop("region")), "no region"),
    "line-past-the-end": (of_region(startLine=99, endLine=99), "line 99 of"),
    "column-past-the-end": (of_region(endColumn=99), "columns"),
    "empty-region": (of_region(startColumn=5, endColumn=5), "columns"),
    "several-lines": (of_region(startLine=9), "more than one line"),
    "absolute-path": (of_uri("/service/main.tf"), "absolute"),
    "file-scheme": (of_uri("file:///repository/service/main.tf"), "scheme"),
    "other-scheme": (of_uri("https://example.org/main.tf"), "scheme"),
    "module-source": (of_uri("git::https://example.org/m.git"), "scheme"),
    "dot-path": (of_uri("./service/main.tf"), "not normal"),
    "double-slash": (of_uri("service//main.tf"), "not normal"),
    "above-the-repository": (of_uri("../main.tf"), "not normal"),
    "blank-in-path": (of_uri("a service/main.tf"), "percent-encoded"),
    "non-ascii-path": (of_uri("sërvice/main.tf"), "percent-encoded"),
    "not-in-the-repository": (of_uri("modules/service/main.tf"), "not in the repository"),
    "installed-module": (installed, "not tracked"),
    "link": (linked, "is a link"),
    "kind-pass": (of_result(lambda result: result.update(kind="pass")), "open alert"),
    "kind-informational": (of_result(lambda result: result.update(kind="informational")), "open alert"),
    "level-none": (of_result(lambda result: result.update(level="none")), "open alert"),
    "level-differs": (of_result(lambda result: result.update(level="note")), "not that of its rule"),
    "suppressed": (of_result(lambda one: one.update(suppressions=[{"kind": "inSource"}])), "suppressions are ignored"),
    "baseline": (of_result(lambda result: result.update(baselineState="unchanged")), "the baseline is ignored"),
    "rule-index": (of_result(lambda result: result.update(ruleIndex=0)), "the one of its index"),
    "unknown-rule": (of_result(lambda result: result.update(ruleId="ECS.99")), "the one of its index"),
    "unsuccessful": (of_run(invocations=[{"executionSuccessful": False}]), "unsuccessful execution"),
    "working-directory": (
        of_run(invocations=[{"executionSuccessful": True, "workingDirectory": {"uri": "file:///home/me/"}}]),
        "of one machine",
    ),
    "other-category": (of_run(automationDetails={"id": "mine/"}), "beats"),
    "no-results": (of_run(results=None), "no list of results"),
    "too-many-results": (many, "25001 results"),
    "too-large": (large, "bytes compressed"),
    "two-on-one-line": (repeated, "become one alert"),
    "no-fingerprint": (of_result(lambda result: result.pop("partialFingerprints")), "no primaryLocationLineHash"),
    "other-fingerprint": (
        of_result(lambda one: one["partialFingerprints"].update(primaryLocationLineHash="1:1")),
        "inconsistent fingerprint",
    ),
    "other-file": (edited, "inconsistent fingerprint"),
    "no-message": (of_result(lambda result: result["message"].update(text="")), "no message"),
    "no-period": (of_result(lambda one: one["message"].update(text=one["message"]["text"][:-1])), "period"),
    "link-to-nowhere": (of_text("](1)", "](9)"), "no related place has its id"),
    "no-related-places": (of_result(lambda result: result.pop("relatedLocations")), "no related place has its id"),
    "nothing-links": (of_text("](3)", "](2)"), "a related place that no link shows"),
    "bare-brackets": (of_text("Found", "[Found]"), "brackets that are not escaped"),
    "link-first": (of_text("The service", "[The service](1)"), "the first sentence has a link"),
    "related-without-message": (
        of_result(lambda result: result["relatedLocations"][0].pop("message")),
        "without a message",
    ),
    "related-elsewhere": (
        of_result(
            lambda one: one["relatedLocations"][0]["physicalLocation"]["artifactLocation"].update(uri="modules/x.tf")
        ),
        "related place: modules/x.tf is not in the repository",
    ),
    "too-many-related": (
        of_result(lambda result: result.update(relatedLocations=result["relatedLocations"] * 50)),
        "too many related",
    ),
    "too-many-steps": (of_result(steps), "too many steps"),
    "control-character": (of_text("Found", "\x1b[31mFound"), "control character"),
    "text-direction": (of_text("Found", "\u202eFound"), "control character"),
    "path-of-the-machine": (
        lambda document, repository: results(document)[0]["message"].update(text=f"In {repository}."),
        "absolute path",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_checker_sees_a_fault(good: Any, repository: Path, name: str) -> None:
    change, told = FAULTS[name]
    change(good, repository)
    assert any(told in fault for fault in faults(good, repository, "stack")), told
