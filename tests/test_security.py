"""What who sends a pull request controls, and what they do not reach with it: docs/security.md names these tests."""

from __future__ import annotations

import ast
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TESTDATA, Run

from tfcheck import limits
from tfcheck.ignores import address_matches, path_matches
from tfcheck.reporters import REPORTERS

KEYS = TESTDATA / "plans" / "keys" / "plan.json"
DOCUMENTS = TESTDATA.parent / "docs"
SECRET = "hunter2hunter2"  # noqa: S105
# What asks for values: the reports tell them, so that what reaches them would be seen.
TELLING = """
resource "aws_ecs_task_definition" "t" {{
  family       = "t"
  network_mode = "host"
  pid_mode     = {value}
  container_definitions = jsonencode([{{ name = "a", image = "b", user = {value} }}])
  {more}
}}
"""
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

RunTfcheck = Callable[..., Run]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, as the working directory; beside it is `outside`, with a secret."""
    directory = tmp_path / "repository"
    (directory / ".git").mkdir(parents=True)
    (directory / ".git" / "config").write_text(f"AUTHORIZATION: basic {SECRET}\n")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text(SECRET)
    (outside / "secret.tf").write_text(f'locals {{\n  secret = "{SECRET}"\n}}\n')
    (outside / "secret.tfvars").write_text(f'secret = "{SECRET}"\n')
    (outside / "secret.json").write_text(json.dumps({"secret": SECRET}))
    monkeypatch.chdir(directory)
    return directory


def everything(run: RunTfcheck, *arguments: str | Path) -> str:
    """All that a run tells, in every format and on standard error."""
    told = []
    for format_ in REPORTERS:
        done = run(*arguments, "--format", format_, "--show-passed")
        assert done.code in {0, 1, 2}
        told.append(done.out + done.err)
    return "\n".join(told)


def write(directory: Path, **files: str) -> None:
    for name, text in files.items():
        file = directory / f"{name}.tf"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


# -- the threat model --------------------------------------------------------------------------------------------------


def test_every_test_that_the_threat_model_names_is_there() -> None:
    text = (DOCUMENTS / "security.md").read_text()
    named = re.findall(r"`(test_\w+)\.(test_\w+)`", text)
    assert len(named) > 20
    for module, test in named:
        (file,) = (TESTDATA.parent / "tests").rglob(f"{module}.py")
        names = {one.name for one in ast.walk(ast.parse(file.read_text())) if isinstance(one, ast.FunctionDef)}
        assert test in names, f"docs/security.md names {module}.{test}"


def test_every_limit_is_documented() -> None:
    text = (DOCUMENTS / "configuration.md").read_text()
    documented = dict(re.findall(r"\| `TFCHECK_MAX_(\w+)` \| ([^|]+) \|", text))
    told = {
        name: limits.size(number) if name.endswith("BYTES") else f"{number:,}" for name, number in limits.LIMITS.items()
    }
    assert documented == told


# -- files outside of the repository -----------------------------------------------------------------------------------

READERS = [
    'file("{}")',
    'templatefile("{}", {{}})',
    'filebase64("{}")',
    'file(pathexpand("{}"))',
    'join(",", fileset("{}/..", "*"))',
    'fileexists("{}") ? "{{yes}}" : "{{no}}"',
]


@pytest.mark.parametrize(
    "path", ["../outside/secret", "/etc/passwd", "~/.bashrc", "link", "inner/secret", ".git/config"]
)
@pytest.mark.parametrize("reader", READERS)
def test_functions_read_no_file_outside(run: RunTfcheck, repository: Path, reader: str, path: str) -> None:
    (repository / "link").symlink_to("../outside/secret")
    (repository / "inner").symlink_to("../outside")
    write(repository, main=TELLING.format(value=reader.format(path), more=""))
    told = everything(run, ".")
    assert SECRET not in told
    assert "root:x:" not in told
    assert 'is "{yes}"' not in told
    assert "UNKNOWN" in told, "and nothing passes for it"


@pytest.mark.parametrize("source", ["../outside", "./inner", "../../../../../../../etc", "./.git"])
def test_module_sources_lead_nowhere_outside(run: RunTfcheck, repository: Path, source: str) -> None:
    (repository / "inner").symlink_to("../outside")
    write(repository.parent / "outside", main=TELLING.format(value=f'"{SECRET}"', more=""))
    write(repository / ".git", main=TELLING.format(value=f'"{SECRET}"', more=""))
    write(repository, main=f'module "m" {{\n  source = "{source}"\n}}\n')
    done = run(".")
    assert done.code == 2
    assert "module m" in done.out
    assert SECRET not in everything(run, ".")


@pytest.mark.parametrize("directory", ["../outside", "../../../../../../etc", "{outside}", "inner"])
def test_modules_json_leads_nowhere_outside(run: RunTfcheck, repository: Path, directory: str) -> None:
    outside = repository.parent / "outside"
    write(outside, main=TELLING.format(value=f'"{SECRET}"', more=""))
    (repository / "inner").symlink_to("../outside")
    modules = repository / ".terraform" / "modules"
    modules.mkdir(parents=True)
    row = {"Key": "m", "Source": "a/b/c", "Dir": directory.format(outside=outside)}
    (modules / "modules.json").write_text(json.dumps({"Modules": [row]}))
    write(repository, main='module "m" {\n  source = "a/b/c"\n}\n')
    assert run(".").code == 2
    assert SECRET not in everything(run, ".")


def test_a_plan_leads_to_no_source_outside(run: RunTfcheck, repository: Path) -> None:
    """The calls in its configuration are its maker's words."""
    document = json.loads((TESTDATA / "plans" / "example" / "plan.json").read_text())
    task = next(one for one in document["resource_changes"] if one["type"] == "aws_ecs_task_definition")
    task["address"] = f"module.m.{task['address']}"
    document["resource_changes"] = [task]
    call = {"source": "../outside", "module": {"resources": []}}
    document["configuration"]["root_module"] = {"module_calls": {"m": call}}
    (repository / "plan.json").write_text(json.dumps(document))
    write(repository, main='module "m" {\n  source = "../outside"\n}\n')
    write(repository.parent / "outside", main=f'# {SECRET}\nresource "{task["type"]}" "{task["name"]}" {{\n}}\n')
    told = everything(run, "plan.json")
    assert SECRET not in told
    assert "outside/main.tf" not in told


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("secret.tf", "../outside/secret.tf"),
        ("secret.auto.tfvars", "../outside/secret.tfvars"),
        ("terraform.tfvars", "../outside/secret.tfvars"),
        ("terraform.tfvars.json", "../outside/secret.json"),
        ("x.auto.tfvars", "/dev/zero"),
        ("x.tf", "/dev/zero"),
        ("x.tf", "/dev/stdin"),
        ("x.tf.json", "/proc/self/environ"),
        (".terraform/environment", "../../outside/secret"),
        (".terraform/environment", "/proc/self/environ"),
        (".terraform", "../outside"),
        ("tfcheck.toml", "../outside/secret"),
    ],
)
def test_links_lead_nowhere_outside(
    run: RunTfcheck, repository: Path, link: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", SECRET)
    (repository / link).parent.mkdir(exist_ok=True)
    (repository / link).symlink_to(target)
    (repository.parent / "outside" / "environment").write_text(SECRET)
    value = (
        "terraform.workspace" if link.startswith(".terraform") else "var.secret" if "tfvars" in link else "local.secret"
    )
    write(repository, main='variable "secret" {}\n' + TELLING.format(value=value, more=""))
    told = everything(run, ".")
    assert SECRET not in told
    assert "no ECS resource is in sight" not in told


def test_links_in_circles_end(run: RunTfcheck, repository: Path) -> None:
    (repository / "a").mkdir()
    (repository / "a" / "up").symlink_to("..")
    (repository / "loop.tf").symlink_to("loop.tf")
    write(repository, main=TELLING.format(value='join(",", fileset(".", "**"))', more=""))
    done = run(".")
    assert done.code == 2
    assert "loop.tf: " in done.out
    assert "aws_ecs_task_definition.t" in done.out


def test_a_pipe_among_the_sources_is_passed_over(run: RunTfcheck, repository: Path) -> None:
    os.mkfifo(repository / "x.tf")
    write(repository, main=TELLING.format(value='"host"', more=""))
    done = run(".")
    assert done.code == 2
    assert "x.tf: " in done.out


# -- the environment ---------------------------------------------------------------------------------------------------


def test_evaluation_sees_nothing_of_the_environment_but_variables(
    run: RunTfcheck, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "secret", "TFCHECK_SECRET", "TF_TOKEN_app_terraform_io"):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("TF_VAR_shown", "task-of-the-workflow")
    values = [
        "var.secret",
        "env.secret",
        'getenv("GITHUB_TOKEN")',
        "$GITHUB_TOKEN",
        "var.GITHUB_TOKEN",
        "terraform.env",
    ]
    write(
        repository,
        variables='variable "secret" {}\nvariable "GITHUB_TOKEN" {}\nvariable "shown" {}\n',
        shown=TELLING.format(value="var.shown", more="").replace('"t"', '"shown"'),
        **{f"f{n}": TELLING.format(value=one, more="").replace('"t"', f'"t{n}"') for n, one in enumerate(values)},
    )
    told = everything(run, ".")
    assert SECRET not in told
    assert "task-of-the-workflow" in told, "variables are"


# -- code execution ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "program", ["./evil.sh", "evil.sh", "bash", "python3", "env", "/bin/sh", "..\\evil", "terraform;id"]
)
def test_the_configuration_names_no_program(run: RunTfcheck, repository: Path, program: str) -> None:
    """`bash show -json` would run a file `show` beside the plan."""
    for name in ("evil.sh", "show"):
        (repository / name).write_text("#!/bin/sh\ntouch ran\n")
        (repository / name).chmod(0o755)
    (repository / "tfcheck.toml").write_text(f"terraform = '{program}'\n")
    (repository / "tfplan").write_bytes((TESTDATA / "planfile" / "tfplan").read_bytes())
    done = run("tfplan")
    assert done.code == 2
    assert "tfcheck.toml: terraform: is to be terraform or tofu" in done.err
    assert not (repository / "ran").exists()


def test_the_configuration_reads_and_writes_only_in_the_repository(run: RunTfcheck, repository: Path) -> None:
    (repository / "link").symlink_to("../outside")
    (repository / "main.tf").write_text("")
    for key, value in {
        "baseline": "'../outside/secret.json'",
        "source_dir": "'link'",
        "var_file": "['../outside/secret.tfvars']",
        "output": "'../outside/secret.json'",
        "report": "['json=main.tf']",
    }.items():
        (repository / "tfcheck.toml").write_text(f"{key} = {value}\n")
        done = run(KEYS)
        assert (done.code, done.out) == (2, "")
        assert f"tfcheck.toml: {key}: is " in done.err
    assert (repository / "main.tf").read_text() == ""


def test_the_search_for_the_configuration_ends_at_the_repository(run: RunTfcheck, repository: Path) -> None:
    (repository.parent / "tfcheck.toml").write_text('fail_on = "never"\n')
    assert run(KEYS).code == 1
    (repository / ".git" / "config").unlink()
    (repository / ".git").rmdir()
    assert run(KEYS).code == 1, "without a repository, only the working directory is searched"


# -- what the configuration turns off ----------------------------------------------------------------------------------

LOOSENED = [
    ('skip = ["ECS.4", "ECS.5"]', "does not run ECS.4, ECS.5"),
    ('control = ["ECS.19"]', "runs only ECS.19"),
    ('standard = ["pci-dss-4.0.1"]', "runs only the controls of pci-dss-4.0.1"),
    ('fail_on = "never"', "fails on nothing"),
    ('fail_on = "critical"', "fails on nothing below critical"),
    ("only_introduced = true", "fails only on what the change introduces"),
    ('[controls."ECS.5"]\nenabled = false', "disables ECS.5"),
    ('[controls."ECS.5"]\nseverity = "LOW"', "changes ECS.5"),
    ('account_container_insights = "enabled"', "takes the account's Container Insights for enabled"),
    ('exempt_ecs_service_arns = ["arn:aws:ecs:*"]', "exempts 1 services from ECS.2"),
    ('[[ignore]]\ncontrol = "ECS.5"\naddress = "*"\nreason = "r"', "accepts failures by 1 [[ignore]]"),
]


@pytest.mark.parametrize(("text", "told"), LOOSENED)
def test_what_a_configuration_turns_off_is_told(run: RunTfcheck, repository: Path, text: str, told: str) -> None:
    (repository / "tfcheck.toml").write_text(text)
    line = f"note: tfcheck.toml: {told}"
    assert line in run(KEYS).out.splitlines()
    assert f"tfcheck: {line}" in run(KEYS, "--format", "json").err.splitlines()


def test_a_configuration_from_a_trusted_place_and_options_win(run: RunTfcheck, repository: Path) -> None:
    (repository / "tfcheck.toml").write_text('fail_on = "never"\nskip = ["ECS.4"]\n')
    assert run(KEYS).code == 0
    done = run(KEYS, "--fail-on", "low", "--skip", "ECS.18")
    assert done.code == 1
    assert "note: " not in done.out
    trusted = repository.parent / "outside" / "trusted.toml"
    trusted.write_text('fail_on = "low"\n')
    done = run(KEYS, "--config", trusted)
    assert done.code == 1
    assert "note: " not in done.out


# -- the log -----------------------------------------------------------------------------------------------------------

HOSTILE = [
    "\n::add-mask::x",
    "\r\n::stop-commands::x",
    "\n##[group]x",
    "##vso[task.setvariable]x",
    "\x1b]0;x\x07",
    "\x1b[2J",
    "\x9b2J",
    "\u202ex",
    "\u2028::error::x",
]


def assert_harmless(told: str) -> None:
    """Of the formats, only github writes workflow commands, and only these."""
    assert RAW.search(told) is None
    for line in told.splitlines():
        assert not re.match(r"\s*::(?!(error|warning|notice) )", line), line
        assert not re.search(r"##\[|##vso\[", line), line


@pytest.mark.parametrize("text", HOSTILE)
def test_no_output_acts_on_a_log_or_terminal(run: RunTfcheck, repository: Path, text: str) -> None:
    """Names of files and directories, addresses, values, messages, reasons, categories, and names of arguments."""
    name = text.replace("/", "")
    inner = repository / name
    inner.mkdir()
    escaped = json.dumps(text)
    write(inner, **{name: TELLING.format(value=escaped, more=f"x = missing({escaped})\n")})
    write(inner, broken=f"resource {escaped} {{")
    (repository / "tfcheck.toml").write_text(
        f'category = {escaped}\n[[ignore]]\ncontrol="ECS.5"\naddress="*"\nreason={escaped}\n'.replace("\\u007f", "")
    )
    assert_harmless(everything(run, "."))
    assert_harmless(everything(run, inner, f"missing{text}"))
    for arguments in (
        (f"--nonsense{text}",),
        ("--fail-on", text),
        ("--source-dir", f"x{text}", KEYS),
        ("explain", text),
    ):
        done = run(*arguments)
        assert done.code == 2
        assert_harmless(done.out + done.err)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_report_in_a_file_acts_on_a_log(run: RunTfcheck, repository: Path, text: str) -> None:
    """`cat annotations.txt` is how the action shows them."""
    document = json.loads(KEYS.read_text())
    for row in document["resource_changes"]:
        row["address"] += text
    (repository / "plan.json").write_text(json.dumps(document))
    reports = [f"--report={one}={one}.out" for one in REPORTERS if one != "sarif"]
    assert run("plan.json", *reports).code == 1
    for file in repository.glob("*.out"):
        assert_harmless(file.read_text(encoding="utf-8"))


def test_a_fault_of_tfcheck_tells_no_value(run: RunTfcheck, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ValueError(f"{SECRET}\n::add-mask::x")

    monkeypatch.setattr("tfcheck.cli.run", failing)
    done = run(KEYS)
    assert done.code == 2
    assert SECRET not in done.err
    assert "ValueError: this is a fault of tfcheck" in done.err
    assert_harmless(done.err)


# -- time and memory ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern", ["*a" * 200 + "b", "**a" * 200 + "b", "?*" * 200 + "b", "**/" * 200 + "b", "*" * 5000]
)
def test_no_glob_takes_long(pattern: str) -> None:
    started = time.process_time()
    for subject in ("a" * 4000, "a/" * 2000, "a[" * 2000):
        assert not address_matches(pattern, subject) or set(pattern) == {"*"}
        assert not path_matches(pattern, subject) or set(pattern) == {"*"}
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        "# tfcheck:ignore " + "A1," * 30_000,
        "# tfcheck:ignore ECS.1 " + "until " * 30_000,
        "# tfcheck:ignore " + "ECS" + "_" * 100_000,
        "# tfcheck:ignore ECS.1 " + "until=" * 30_000,
        "# tfcheck:ignore ECS." + "1" * 100_000 + "x",
    ],
)
def test_no_comment_takes_long(run: RunTfcheck, repository: Path, text: str) -> None:
    write(repository, main=f"{text}\n" + TELLING.format(value='"host"', more=""))
    started = time.process_time()
    assert run(".").code == 1
    assert time.process_time() - started < 5


def test_limits_are_checked_and_come_from_the_environment(
    run: RunTfcheck, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TFCHECK_MAX_PLAN_BYTES", "1000")
    done = run(KEYS)
    assert done.code == 2
    assert "more than 1000 bytes: TFCHECK_MAX_PLAN_BYTES=BYTES in the environment allows more" in done.err
    monkeypatch.setenv("TFCHECK_MAX_PLAN_BYTES", "-1")
    assert run(KEYS).err == "tfcheck: TFCHECK_MAX_PLAN_BYTES: is to be a whole number from 1\n"
    monkeypatch.delenv("TFCHECK_MAX_PLAN_BYTES")
    monkeypatch.setenv("TFCHECK_MAX_PLANS", "1")
    assert run(KEYS).err.startswith("tfcheck: TFCHECK_MAX_PLANS: there is no such limit, only TFCHECK_MAX_PLAN_BYTES, ")
    monkeypatch.delenv("TFCHECK_MAX_PLANS")
    (repository / "tfcheck.toml").write_text("[limits]\nPLAN_BYTES = 5\n")
    assert "limits: there is no such key" in run(KEYS).err, "a pull request raises none"


def test_a_large_configuration_is_refused(run: RunTfcheck, repository: Path) -> None:
    (repository / "tfcheck.toml").write_text("#" * (limits.LIMITS["CONFIG_BYTES"] + 1))
    done = run(KEYS)
    assert done.code == 2
    assert "tfcheck.toml: cannot be read: has 1 MiB, more than 1 MiB: TFCHECK_MAX_CONFIG_BYTES" in done.err


def test_no_value_of_the_configuration_floods_the_log(run: RunTfcheck, repository: Path) -> None:
    (repository / "tfcheck.toml").write_text(f'format = "{"x" * 1_000_000}"\n')
    done = run(".")
    assert done.code == 2
    assert len(done.err) < 3000
    assert done.err.startswith("tfcheck: tfcheck.toml: format: 'xxx")
    assert " … " in done.err
    assert done.err.endswith("is none of table, json, sarif, github, markdown, junit, gitlab\n")


# -- another tool's alerts ---------------------------------------------------------------------------------------------


def test_the_sarif_is_always_that_of_tfcheck(run: RunTfcheck, repository: Path) -> None:
    """Code scanning keeps alerts by tool and category: those of another tool are out of reach whatever the category."""
    (repository / "tfcheck.toml").write_text('category = "/language:python/CodeQL"\n')
    (repository / "main.tf").write_text(TELLING.format(value='"host"', more=""))
    document = json.loads(run(".", "--format", "sarif").out)
    assert [one["tool"]["driver"]["name"] for one in document["runs"]] == ["tfcheck"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "[" * 100_000, '{"tool": {"name": "tfcheck"}, "schema_version": 1, "findings": [[1]]}']
)
def test_a_hostile_baseline_ends_the_run(run: RunTfcheck, repository: Path, text: str) -> None:
    (repository / "baseline.json").write_text(text)
    done = run(KEYS, "--baseline", "baseline.json")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("tfcheck: baseline.json: ")


def test_a_baseline_that_is_too_large_ends_the_run(
    run: RunTfcheck, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = KEYS.stat().st_size
    monkeypatch.setenv("TFCHECK_MAX_PLAN_BYTES", str(size))
    (repository / "baseline.json").write_text(" " * (size + 1))
    done = run(KEYS, "--baseline", "baseline.json")
    assert (done.code, done.out) == (2, "")
    assert "TFCHECK_MAX_PLAN_BYTES=BYTES in the environment allows more" in done.err
