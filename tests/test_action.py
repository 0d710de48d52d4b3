"""The action, run step by step as GitHub's runner does: outputs, annotations, summary, comment and exit code."""

from __future__ import annotations

import json
import re
import shutil
import stat
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from action_harness import ACTION, ROOT, Ended, Job, obeyed, use
from conftest import TESTDATA
from packaging.requirements import Requirement

CASES = TESTDATA / "action"
FAILURE = {"exit-code": "1", "findings": "2", "highest-severity": "high"}


class Uploads:
    """What was given to code scanning, which takes it or refuses it."""

    def __init__(self, *, refused: bool = False) -> None:
        self.refused = refused
        self.taken: list[dict[str, Any]] = []
        self.checkouts: list[str] = []

    def __call__(self, given: Mapping[str, str]) -> Ended:
        if self.refused:
            return "failure", {}
        self.taken.append(json.loads(Path(given["sarif_file"]).read_text(encoding="utf-8")))
        self.checkouts.append(given["checkout_path"])
        return "success", {"sarif-id": f"id-{len(self.taken)}"}


def installed(temp: Path, numbers: Iterator[int], _: Mapping[str, str]) -> Ended:
    """This Python in place of a virtual environment: the tests of the clients make the real one."""
    directory = temp / f"tfcheck.{next(numbers)}"
    directory.mkdir()
    return "success", {"python": sys.executable, "directory": str(directory)}


def job_in(directory: Path, uploads: Uploads, **environment: str) -> Job:
    """A job whose workspace holds the repository with the cases."""
    workspace = directory / "workspace"
    shutil.copytree(CASES, workspace)
    (workspace / ".git").mkdir()
    temp = directory / "temp"
    temp.mkdir()
    return Job(workspace, temp, {"install": partial(installed, temp, count(1)), "upload": uploads}, environment)


@pytest.fixture
def uploads() -> Uploads:
    return Uploads()


@pytest.fixture
def job(tmp_path: Path, uploads: Uploads) -> Job:
    return job_in(tmp_path, uploads)


def test_clean(job: Job, uploads: Uploads) -> None:
    done = use(job, path="clean")
    assert done.outcome == "success"
    assert done.outputs["exit-code"] == "0"
    assert done.outputs["findings"] == "0"
    assert done.outputs["highest-severity"] == ""
    assert done.outputs["sarif-id"] == "id-1"
    assert uploads.taken[0]["runs"][0]["results"] == []
    assert job.commands == []
    assert "0 FAILED" in job.summary
    assert "0 FAILED" in job.log


def test_what_fails_is_given_to_code_scanning_before_the_job_fails(job: Job, uploads: Uploads) -> None:
    done = use(job, path="failing", category="shop")
    assert done.outcome == "failure"
    assert done.outputs.items() >= {**FAILURE, "sarif-id": "id-1"}.items()
    run = uploads.taken[0]["runs"][0]
    assert run["automationDetails"]["id"] == "shop/"
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert [one["artifactLocation"]["uri"] for one in places] == ["failing/main.tf"] * 2
    assert uploads.checkouts == [str(job.workspace)]
    assert job.commands == []
    assert done.steps["Annotate"] == "skipped"


def test_annotations_stand_in_for_an_upload_that_is_refused(tmp_path: Path) -> None:
    job = job_in(tmp_path, Uploads(refused=True))
    done = use(job, path="failing")
    assert done.outcome == "failure"
    assert done.outputs.items() >= {**FAILURE, "sarif-id": ""}.items()
    notice, *findings = job.commands
    assert notice.name == "notice"
    assert "security-events: write" in notice.text
    assert [(one.name, one.properties["file"], one.properties["line"]) for one in findings] == [
        ("error", "failing/main.tf", "18"),
        ("warning", "failing/main.tf", "1"),
    ]


@pytest.mark.parametrize(
    ("annotations", "upload", "annotated"),
    [("auto", "true", False), ("auto", "false", True), ("true", "true", True), ("false", "false", False)],
)
def test_who_annotates(job: Job, annotations: str, upload: str, annotated: bool) -> None:
    done = use(job, path="failing", annotations=annotations, upload_sarif=upload)
    assert done.steps["upload"] == ("success" if upload == "true" else "skipped")
    assert bool(job.commands) is annotated


def test_a_part_of_the_results_is_not_uploaded(job: Job, uploads: Uploads) -> None:
    done = use(job, path="failing\nbroken", sarif_file="out/kept.sarif")
    assert done.outcome == "failure"
    assert done.outputs.items() >= {**FAILURE, "exit-code": "2", "sarif-file": "", "sarif-id": ""}.items()
    assert uploads.taken == []
    assert {one.properties["file"] for one in job.commands} == {"failing/main.tf", "broken/main.tf"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"path": "nowhere"}, "nowhere"),
        ({"path": "clean", "args": "--nonsense"}, "--nonsense"),
        ({"path": "clean", "controls": "ECS.99"}, "ECS.99"),
        ({"path": "clean", "working-directory": "nowhere"}, "the input working-directory is 'nowhere'"),
        ({"path": "clean", "upload-sarif": "yes"}, "the input upload-sarif is 'yes': it takes true, false"),
        ({"path": "clean", "annotations": "some"}, "the input annotations is 'some': it takes auto, true, false"),
    ],
    ids=lambda one: next(reversed(one.values())) if isinstance(one, dict) else "",
)
def test_what_ends_the_run_is_said(job: Job, uploads: Uploads, given: dict[str, str], told: str) -> None:
    done = use(job, **given)
    assert done.outcome == "failure"
    assert done.outputs == {
        "exit-code": "2",
        "findings": "",
        "highest-severity": "",
        "sarif-file": "",
        "sarif-id": "",
    }
    assert uploads.taken == []
    (error,) = job.commands
    assert error.name == "error"
    assert told in error.text
    assert "tfcheck could not finish" in job.summary


def test_hostile_names_reach_neither_shell_nor_log(tmp_path: Path) -> None:
    job = job_in(tmp_path, Uploads(refused=True))
    directory = job.workspace / "sub" / "$(touch pwned)"
    directory.mkdir(parents=True)
    shutil.copy(CASES / "hostile" / "main.tf", directory / "; touch pwned; .tf")
    (directory / "\n::error::pwned.tf").write_text('resource "aws_ecs_cluster" "b" {}\n', encoding="utf-8")
    done = use(
        job,
        working_directory="sub",
        path="$(touch pwned)",
        category="`touch pwned`\n::error::pwned-->",
        sarif_file="; touch pwned.sarif",
    )
    assert done.outputs["exit-code"] == "1"
    assert done.outputs["highest-severity"] == "high"
    assert done.outputs["sarif-file"] == str(job.workspace / "sub" / "; touch pwned.sarif")
    assert list(tmp_path.rglob("pwned*")) == []
    named = {one.properties.get("file") for one in job.commands} - {None}
    assert {"sub/$(touch pwned)/; touch pwned; .tf"} < named
    assert {one.properties["title"].split(".")[0] for one in job.commands} == {"ECS", "tfcheck"}
    assert "<script>" not in job.summary


def test_hostile_names_of_a_forged_plan(job: Job, uploads: Uploads) -> None:
    name = "\n::error::pwned\r\n::set-output name=exit-code::0\n"
    change = {"actions": ["create"], "before": None, "after": {"name": name}, "after_unknown": {}}
    plan = {
        "format_version": "1.2",
        "terraform_version": f"1.11.4{name}",
        "planned_values": {"root_module": {}},
        "configuration": {},
        "resource_changes": [
            {
                "address": f"{name}aws_ecs_cluster.{name}",
                "mode": "managed",
                "type": "aws_ecs_cluster",
                "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": change,
            }
        ],
    }
    (job.workspace / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = use(job, path="plan.json", upload_sarif="false")
    assert done.outputs["findings"] in {"1", "2"}
    assert {one.properties["title"].split(".")[0] for one in job.commands} <= {"ECS", "tfcheck"}


def test_the_log_takes_no_commands_from_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """The reports have none of their own; this holds for whatever else is said, such as a traceback."""
    specification = spec_from_file_location("scan", ROOT / "action" / "scan.py")
    assert specification is not None
    assert specification.loader is not None
    scan = module_from_spec(specification)
    sys.modules["scan"] = scan
    specification.loader.exec_module(scan)
    scan.show("::error::pwned\n##[error]pwned\n::stop-commands::pwned\n::pwned::\n::error::pwned")
    sys.stdout.write("::notice::after\n")
    assert [one.text for one in obeyed(capsys.readouterr().out)] == ["after"]


def test_nothing_of_the_working_directory_is_imported(job: Job) -> None:
    for name in ("json", "click", "tfcheck", "sitecustomize", "usercustomize"):
        (job.workspace / "clean" / f"{name}.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    assert use(job, working_directory="clean").outputs["exit-code"] == "0"


def test_a_repository_cannot_choose_where_the_action_writes(job: Job) -> None:
    (job.workspace / "tfcheck.toml").write_text(
        'format = "json"\noutput = "stolen"\nreport = ["json=stolen"]\n', encoding="utf-8"
    )
    assert use(job, path="clean").outputs["exit-code"] == "0"
    assert not (job.workspace / "stolen").exists()
    assert "0 FAILED" in job.log


def test_two_uses_in_one_job_do_not_meet(job: Job, uploads: Uploads) -> None:
    first = use(job, path="failing", category="one")
    second = use(job, path="clean", category="two")
    assert (first.outputs["exit-code"], second.outputs["exit-code"]) == ("1", "0")
    assert first.outputs["sarif-file"] != second.outputs["sarif-file"]
    assert Path(first.outputs["sarif-file"]).is_file()
    assert [one["runs"][0]["automationDetails"]["id"] for one in uploads.taken] == ["one/", "two/"]
    assert job.summary.count("<!-- tfcheck:") == 2


def test_working_directory(job: Job, uploads: Uploads) -> None:
    (job.workspace / "stacks" / "shop").mkdir(parents=True)
    shutil.copy(CASES / "failing" / "main.tf", job.workspace / "stacks" / "shop")
    done = use(job, working_directory="stacks/shop", sarif_file="result.sarif")
    assert done.outputs.items() >= FAILURE.items()
    assert done.outputs["sarif-file"] == str(job.workspace / "stacks" / "shop" / "result.sarif")
    uris = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in uploads.taken[0]["runs"][0]["results"]
    }
    assert uris == {"stacks/shop/main.tf"}
    assert uploads.checkouts == [str(job.workspace)]


def test_a_checkout_below_the_workspace(job: Job, uploads: Uploads) -> None:
    (job.workspace / ".git").rmdir()
    (job.workspace / "failing" / ".git").mkdir()
    use(job, path="failing")
    assert uploads.checkouts == [str(job.workspace / "failing")]


def test_a_plan_from_another_directory(job: Job, uploads: Uploads) -> None:
    shutil.move(job.workspace / "pull_request" / "plan.json", job.temp / "plan.json")
    done = use(job, path=str(job.temp / "plan.json"), source_dir="pull_request", only_introduced="true")
    assert done.outputs["exit-code"] == "1"
    assert done.outputs["findings"] == "4"
    lines = {
        one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in uploads.taken[0]["runs"][0]["results"]
    }
    assert lines == {17, 35, 42, 57}
    assert "introduced 3" in job.log


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for terraform is a script")
def test_a_binary_plan_shown_through_a_wrapper(job: Job) -> None:
    """The wrapper of setup-terraform writes lines of its own around the output."""
    directory = TESTDATA / "planfile"
    shutil.copytree(directory, job.workspace / "planfile")
    program = job.temp / "terraform"
    program.write_text(
        f"#!/bin/sh\necho '[command]/opt/terraform-bin show -json tfplan'\ncat '{directory / 'plan.json'}'\n"
        "echo '::debug::Terraform exited with code 0.'\n",
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    done = use(
        job,
        path="planfile/tfplan",
        source_dir="planfile/live",
        args=f"--terraform\n{program}",
        fail_on="never",
        upload_sarif="false",
    )
    assert done.outputs["exit-code"] == "0"
    assert int(done.outputs["findings"]) > 0


def test_a_baseline(job: Job) -> None:
    before = use(job, path="pull_request/before", fail_on="never", args="--report\njson=before.json")
    assert before.outputs["exit-code"] == "0"
    shutil.rmtree(job.workspace / "pull_request" / "before")
    after = use(job, path="pull_request", baseline="before.json", only_introduced="true")
    assert after.outputs["exit-code"] == "1"
    assert use(job, path="failing", baseline="before.json", skip="ECS.5\nECS.12").outputs["findings"] == "0"


# The comment


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    server = Api()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Api(HTTPServer):
    """GitHub's API, as far as comments go; on the loopback address only."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.comments: list[dict[str, Any]] = []
        self.refused = False


class Answers(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        page = int(self.path.rpartition("=")[2])
        self.answer(200, self.server.comments[(page - 1) * 100 : page * 100])

    def do_POST(self) -> None:
        number = len(self.server.comments) + 1
        self.server.comments.append({"id": number, "user": {"type": "Bot"}, **self.content()})
        self.answer(201, {})

    def do_PATCH(self) -> None:
        number = int(self.path.rpartition("/")[2])
        self.server.comments[number - 1].update(self.content())
        self.answer(200, {})

    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return content

    def answer(self, code: int, content: object) -> None:
        assert self.headers["Authorization"] == "Bearer secret"
        data = json.dumps(content).encode()
        self.send_response(403 if self.server.refused else code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pull_request(tmp_path: Path, api: Api, uploads: Uploads) -> Job:
    event = tmp_path / "event.json"
    event.write_text('{"pull_request": {"number": 7}}', encoding="utf-8")
    return job_in(
        tmp_path,
        uploads,
        GITHUB_EVENT_PATH=str(event),
        GITHUB_API_URL=f"http://127.0.0.1:{api.server_port}",
        GITHUB_SERVER_URL="https://github.com",
        GITHUB_REPOSITORY="example/shop",
        GITHUB_RUN_ID="1",
    )


def test_one_comment_is_kept(pull_request: Job, api: Api) -> None:
    api.comments += [{"id": number, "user": {"type": "User"}, "body": "<!-- tfcheck:a -->"} for number in range(1, 120)]
    use(pull_request, path="failing", category="a", comment="true")
    use(pull_request, path="failing", category="b", comment="true")
    assert [one["body"].split("\n")[0] for one in api.comments[119:]] == ["<!-- tfcheck:a -->", "<!-- tfcheck:b -->"]
    assert "2 FAILED" in api.comments[119]["body"]
    use(pull_request, path="clean", category="a", comment="true")
    assert len(api.comments) == 121
    assert "0 FAILED" in api.comments[119]["body"]
    assert api.comments[0]["body"] == "<!-- tfcheck:a -->"


def test_nothing_to_tell_makes_no_comment(pull_request: Job, api: Api) -> None:
    use(pull_request, path="clean", comment="true")
    assert api.comments == []


def test_what_ends_the_run_is_in_the_comment(pull_request: Job, api: Api) -> None:
    use(pull_request, path="nowhere", comment="true", category="a")
    assert api.comments[0]["body"].startswith("<!-- tfcheck:a -->\n")
    assert "nowhere" in api.comments[0]["body"]


def test_a_long_comment_is_cut_after_a_line(pull_request: Job, api: Api) -> None:
    blocks = (f'resource "aws_ecs_cluster" "c{number}" {{\n  name = "{number}"\n}}\n' for number in range(700))
    (pull_request.workspace / "many.tf").write_text("".join(blocks), encoding="utf-8")
    use(pull_request, comment="true")
    body = api.comments[0]["body"]
    assert len(body) < 65_536
    assert body.count("<details>") == body.count("</details>")
    assert "https://github.com/example/shop/actions/runs/1" in body


def test_a_comment_that_is_refused_is_a_warning(pull_request: Job, api: Api) -> None:
    api.refused = True
    done = use(pull_request, path="clean", comment="true")
    assert done.outcome == "success"
    assert [(one.name, "403" in one.text) for one in pull_request.commands] == [("warning", True)]


def test_no_comment_without_a_pull_request(pull_request: Job, api: Api) -> None:
    Path(pull_request.environment["GITHUB_EVENT_PATH"]).write_text("{}", encoding="utf-8")
    assert use(pull_request, path="failing", comment="true").steps["Comment on the pull request"] == "success"
    assert api.comments == []


# The files


def test_an_installation_that_fails_is_an_error(job: Job) -> None:
    job.stand_ins = {"install": lambda _: ("failure", {})}
    done = use(job, path="clean")
    assert done.outcome == "failure"
    assert done.outputs["exit-code"] == "2"
    assert done.steps["End with the exit code of tfcheck"] == "failure"


def test_no_expression_is_part_of_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert step.get("shell") == ("bash" if "run" in step else None)


def test_other_actions_are_pinned() -> None:
    for file in (ROOT / "action.yml", *(ROOT / ".github" / "workflows").iterdir()):
        for used in re.findall(r"uses: +(.*)", file.read_text(encoding="utf-8")):
            assert re.fullmatch(r"\./|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), f"{file.name}: {used}"


def test_inputs_and_outputs_are_documented() -> None:
    text = (ROOT / "docs" / "github-action.md").read_text(encoding="utf-8")
    for kind in ("inputs", "outputs"):
        documented = re.findall(
            r"^\| `([\w-]+)` \|", text.split(f"## {kind.capitalize()}")[1].split("\n## ")[0], re.MULTILINE
        )
        assert documented == list(ACTION[kind])


def test_what_is_installed_is_what_the_project_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = dict(
        re.findall(r"^([\w-]+)==(\S+)", (ROOT / "action" / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    )
    for wanted in map(Requirement, project["project"]["dependencies"] + project["build-system"]["requires"]):
        assert wanted.specifier.contains(locked[wanted.name]), f"action/requirements.txt: {wanted}"
