"""The action and the workflows in the hands of real clients: the linters, act on this machine, and pre-commit.

`.ci/clients-action` installs them. Where one is missing its tests are skipped or, with TFCHECK_CLIENTS=required, fail.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from action_harness import ACTION, ENVIRONMENT, ROOT

pytestmark = pytest.mark.clients

CLIENTS = ROOT / ".clients" / "action"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCENARIOS = ROOT / "testdata" / "action" / "workflows" / "scenarios.yml"
STAND_IN = ROOT / "testdata" / "action" / "upload-sarif"
# What the action and this repository's workflows are made of.
PARTS = ("action.yml", "action", "tfcheck", "pyproject.toml", "README.md", "LICENSE", ".github", "testdata/action")
UPLOAD = next(step["uses"] for step in ACTION["runs"]["steps"] if step.get("id") == "upload")
HERMETIC = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def client(name: str) -> str:
    for directory in (CLIENTS / "bin", CLIENTS / "node_modules" / ".bin"):
        if (directory / name).exists():
            return str(directory / name)
    if os.environ.get("TFCHECK_CLIENTS") == "required":
        pytest.fail(f"{name} is not there: .ci/clients-action installs it")
    pytest.skip(f"{name} is not there: .ci/clients-action installs it")


def said(*command: str | Path, cwd: Path = ROOT, code: int = 0, **environment: str) -> str:
    """What a program says; it is to end with the code."""
    path = os.pathsep.join((str(CLIENTS / "bin"), os.environ["PATH"]))
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**ENVIRONMENT, **HERMETIC, "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


# Linters


@pytest.fixture
def examples(tmp_path: Path) -> list[Path]:
    """The workflows that the documentation shows, each as a file of a repository."""
    directory = tmp_path / ".github" / "workflows"
    directory.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    files: list[Path] = []
    for page in ("README.md", "docs/github-action.md"):
        for block in re.findall(r"^```yaml\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL):
            if "jobs:" in block:
                files.append(directory / f"{len(files)}.yml")
                files[-1].write_text(block, encoding="utf-8")
    assert len(files) == 6
    return files


def test_zizmor() -> None:
    command = (client("zizmor"), "--offline", "--persona", "pedantic", "--strict-collection")
    assert "No findings to report" in said(*command, "action.yml", *WORKFLOWS)


def test_zizmor_on_the_examples(examples: list[Path], tmp_path: Path) -> None:
    """Actions whose commits are not known for certain are named by their tags."""
    tags = ("tfcheck/tfcheck", "hashicorp/setup-terraform", "aws-actions/configure-aws-credentials")
    policies = {**dict.fromkeys(tags, "ref-pin"), "*": "hash-pin"}
    config = tmp_path / "zizmor.yml"
    config.write_text(json.dumps({"rules": {"unpinned-uses": {"config": {"policies": policies}}}}), encoding="utf-8")
    said(client("zizmor"), "--offline", "--persona", "pedantic", "--config", config, *examples)


# Of the examples: actions whose commits are not known for certain are named by their tags there.
@pytest.mark.parametrize(
    ("name", "ignored"),
    [("actionlint", ()), ("jactionlint", ("--ignore=unpinned-uses",))],
    ids=["actionlint", "jactionlint"],
)
def test_actionlint(name: str, ignored: tuple[str, ...], examples: list[Path]) -> None:
    client("shellcheck")
    assert said(client(name), *WORKFLOWS) == ""
    assert said(client(name), *ignored, *examples, cwd=examples[0].parent) == ""


def test_jactionlint_on_the_action() -> None:
    assert said(client("jactionlint"), "action.yml") == ""


def test_shellcheck() -> None:
    scripts = [file for file in (ROOT / ".ci").iterdir() if file.read_bytes().startswith(b"#!")]
    assert said(client("shellcheck"), "action/install.sh", *scripts) == ""


def test_schemas(examples: list[Path]) -> None:
    command = (client("check-jsonschema"), "--builtin-schema")
    said(*command, "vendor.github-actions", "action.yml", STAND_IN / "action.yml")
    said(*command, "vendor.github-workflows", *WORKFLOWS, SCENARIOS, *examples)


def test_action_validator(examples: list[Path]) -> None:
    for file in (ROOT / "action.yml", *WORKFLOWS, *examples):
        said(client("action-validator"), file)


# act


@dataclass
class Act:
    """What act did: the ends of the steps and their outputs by id, and what it obeyed in the log of each.

    uploads: what was given to code scanning, by category.
    """

    succeeded: bool
    steps: dict[str, Any]
    uploads: dict[str, Any]
    diff: str
    lines: list[dict[str, Any]] = field(default_factory=list)

    def outputs(self, step: str) -> dict[str, str]:
        outputs: dict[str, str] = self.steps[step]["outputs"]
        return outputs

    def annotations(self, step: str) -> list[tuple[str, str, str]]:
        """Kind, file (else title) and line of a step's annotations, less those of the stand-in."""
        found = []
        for one in self.of(step):
            if one.get("command") in {"error", "warning", "notice"} and one["stepID"][1] != "upload":
                properties = one["kvPairs"]
                place = properties.get("file", properties.get("title", ""))
                found.append((one["command"], place, properties.get("line", "")))
        return found

    def summary(self, step: str) -> str:
        return "".join(one["content"] for one in self.of(step) if one.get("command") == "summary")

    def of(self, step: str) -> list[dict[str, Any]]:
        return [one for one in self.lines if one.get("stepID", [""])[0] == step]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that holds the action and the scenarios, as a checkout on main."""
    repository = tmp_path / "repository"
    for part in PARTS:
        source, target = ROOT / part, repository / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    shutil.copy(SCENARIOS, repository / ".github" / "workflows")
    git(repository, "init", "--quiet", "--initial-branch=main")
    git(repository, "remote", "add", "origin", "https://github.com/example/example.git")
    commit(repository)
    return repository


def git(repository: Path, *words: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    return said("git", *who, *words, cwd=repository)


def commit(repository: Path) -> None:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Change")


def act(repository: Path, event: str, workflow: str, job: str, content: Mapping[str, Any] | None = None) -> Act:
    """Runs a job on this machine, with a stand-in for the upload."""
    home, uploads = repository.parent / "home", repository.parent / "uploads"
    (home / ".config" / "act").mkdir(parents=True)
    (home / ".config" / "act" / "actrc").touch()
    uploads.mkdir()
    actions = repository.parent / "codeql-action"
    shutil.copytree(STAND_IN, actions / "upload-sarif")
    (home / "event.json").write_text(json.dumps(content or {}), encoding="utf-8")
    path = os.pathsep.join((str(CLIENTS / "bin"), os.environ["PATH"]))
    done = subprocess.run(
        [
            *(client("act"), event, "--json", "--no-cache-server", "--platform", "ubuntu-latest=-self-hosted"),
            *("--workflows", f".github/workflows/{workflow}", "--job", job, "--matrix", "os:ubuntu-latest"),
            *("--local-repository", f"{UPLOAD.replace('/upload-sarif', '')}={actions}"),
            *("--eventpath", str(home / "event.json"), "--env", f"TFCHECK_UPLOADS={uploads}"),
        ],
        cwd=repository,
        env={**ENVIRONMENT, **HERMETIC, "HOME": str(home), "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]
    assert any("jobResult" in line for line in lines), done.stdout + done.stderr
    steps, diff = uploads / "steps.json", uploads / "diff"
    return Act(
        done.returncode == 0,
        json.loads(steps.read_text("utf-8")) if steps.exists() else {},
        {file.stem: json.loads(file.read_text("utf-8")) for file in uploads.glob("*.sarif")},
        diff.read_text("utf-8") if diff.exists() else "",
        lines,
    )


def places(sarif: dict[str, Any]) -> list[tuple[str, int]]:
    found = [one["locations"][0]["physicalLocation"] for one in sarif["runs"][0]["results"]]
    return sorted((one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in found)


FAILING = [("testdata/action/failing/main.tf", 1), ("testdata/action/failing/main.tf", 18)]
ANNOTATED = [("error", "testdata/action/failing/main.tf", "18"), ("warning", "testdata/action/failing/main.tf", "1")]
FAILED = {"exit-code": "1", "findings": "2", "highest-severity": "high"}


def test_self_test(repository: Path) -> None:
    """Clean, failing, broken and hostile, as the workflow itself asserts."""
    done = act(repository, "push", "selftest.yml", "action")
    assert done.succeeded, "\n".join(str(line.get("msg")) for line in done.lines)
    assert done.annotations("clean") == []
    assert done.annotations("failing") == ANNOTATED
    assert [one[1:] for one in done.annotations("broken")] == [
        ("testdata/action/broken/main.tf", "1"),
        ("testdata/action/broken/main.tf", "4"),
    ]
    assert {one[1] for one in done.annotations("hostile")} == {"hostile/$(touch pwned)/; touch pwned; .tf"}
    assert "2 FAILED" in done.summary("failing")
    assert "<script>" not in done.summary("hostile")
    assert "14 FAILED" in done.summary("hostile")


def test_several_uses_in_one_job(repository: Path) -> None:
    done = act(repository, "push", "scenarios.yml", "uses")
    assert done.succeeded
    assert done.outputs("failing").items() >= {**FAILED, "sarif-id": "id-of-one"}.items()
    assert done.outputs("clean").items() >= {"exit-code": "0", "findings": "0", "sarif-id": "id-of-two"}.items()
    assert {name: places(sarif) for name, sarif in done.uploads.items()} == {"one": FAILING, "two": []}
    assert done.annotations("failing") == []
    assert done.annotations("clean") == []
    # Its category was used before: code scanning takes it no more.
    assert done.outputs("again").items() >= {**FAILED, "sarif-id": ""}.items()
    assert done.annotations("again") == [("notice", "tfcheck", ""), *ANNOTATED]
    assert len({done.outputs(step)["sarif-file"] for step in ("failing", "clean", "again")}) == 3
    assert [done.steps[step]["outcome"] for step in ("failing", "clean", "again")] == ["failure", "success", "failure"]


def test_a_refused_upload(repository: Path) -> None:
    done = act(repository, "push", "scenarios.yml", "refused")
    assert not done.succeeded, "the job ends as the action does"
    assert done.uploads == {}
    assert done.outputs("failing").items() >= {**FAILED, "sarif-id": ""}.items()
    assert done.annotations("failing") == [("notice", "tfcheck", ""), *ANNOTATED]
    assert "2 FAILED" in done.summary("failing")
    ends = {one["msg"] for one in done.of("last") if one["level"] == "error"}
    assert "exit status 2" in ends


def test_elsewhere(repository: Path) -> None:
    done = act(repository, "push", "scenarios.yml", "elsewhere")
    assert done.succeeded
    assert done.outputs("directory").items() >= FAILED.items()
    assert done.outputs("directory")["sarif-file"].endswith("/testdata/action/out/result.sarif")
    assert done.outputs("plan").items() >= {"exit-code": "0", "findings": "4", "highest-severity": "high"}.items()
    directory = "testdata/action/pull_request/main.tf"
    assert {name: places(sarif) for name, sarif in done.uploads.items()} == {
        "directory": FAILING,
        "plan": [(directory, 17), (directory, 35), (directory, 42), (directory, 57)],
    }


def test_the_merge_commit_of_a_pull_request(repository: Path) -> None:
    """What is introduced lies on lines of the diff, where code scanning annotates; what was there before does not."""
    case = repository / "testdata" / "action" / "pull_request"
    file = repository / "stack" / "main.tf"
    file.parent.mkdir()
    shutil.copy(case / "before" / "main.tf", file)
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    shutil.copy(case / "main.tf", file)
    commit(repository)
    head = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "checkout", "--quiet", "main")
    file.write_text("# The shop.\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    commit(repository)
    base = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "checkout", "--quiet", "--detach")
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", "change")

    event = {
        "pull_request": {"number": 7, "head": {"sha": head, "ref": "change"}, "base": {"sha": base, "ref": "main"}}
    }
    done = act(repository, "pull_request", "scenarios.yml", "pull_request", event)
    assert done.succeeded
    added = added_lines(done.diff)
    for step in ("sources", "plan"):
        assert done.outputs(step)["exit-code"] == "1"
        introduced = [(path, line) for path, line in places(done.uploads[step]) if line in added.get(path, ())]
        assert introduced == [("stack/main.tf", 37), ("stack/main.tf", 44), ("stack/main.tf", 59)]
        assert sorted({*places(done.uploads[step])} - {*introduced}) == [("stack/main.tf", 19)]
    assert "introduced 3" in done.summary("plan") + "".join(one["msg"] for one in done.of("plan"))


def added_lines(diff: str) -> dict[str, set[int]]:
    """The lines that a diff without context adds, by file."""
    added: dict[str, set[int]] = {}
    path = ""
    for line in diff.splitlines():
        if line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/")
        elif found := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            start, count = int(found[1]), int(found[2] or 1)
            added.setdefault(path, set()).update(range(start, start + count))
    return added


# pre-commit


def test_pre_commit(repository: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", repository)
    commit(repository)
    user = tmp_path / "user"
    shutil.copytree(ROOT / "testdata" / "action" / "failing", user / "stack")
    git(user, "init", "--quiet")
    git(user, "add", "--all")
    command = (client("pre-commit"), "try-repo", repository, "tfcheck", "--all-files")
    told = said(*command, cwd=user, code=1, PRE_COMMIT_HOME=str(tmp_path / "cache"))
    assert "2 FAILED" in told
    assert "stack/main.tf:1" in told
    shutil.rmtree(user / "stack")
    (user / "README.md").write_text("Nothing to check.\n", encoding="utf-8")
    git(user, "add", "--all")
    assert "no files to check" in said(*command, cwd=user, PRE_COMMIT_HOME=str(tmp_path / "cache"))
