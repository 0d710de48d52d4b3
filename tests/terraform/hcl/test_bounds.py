"""Sources made to take hours or gigabytes: `tfcheck` tells of each within 5 s of processor time and 500 MB.

What else is in the directory is judged all the same.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SECONDS, MEGABYTES = 5, 500
SOUND = """resource "aws_ecs_task_definition" "sound" {
  family                = "sound"
  container_definitions = jsonencode([{ name = "a", image = "i", privileged = true }])
}
"""
# Runs tfcheck and writes what it took: the memory of this process itself would count where it began one by itself.
MEASURED = """
import json, resource, subprocess, sys
limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
done = subprocess.run([sys.executable, "-m", "tfcheck", sys.argv[1], "--format", "json"], capture_output=True,
                      text=True, preexec_fn=limit, timeout=100)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, done.stdout, done.stderr, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""

Files = dict[str, str]


def task(expression: str) -> Files:
    """A task definition whose only container has this image."""
    definitions = f'jsonencode([{{ name = "a", image = {expression} }}])'
    block = f'resource "aws_ecs_task_definition" "t" {{\n  family = "t"\n  container_definitions = {definitions}\n}}\n'
    return {"a.tf": block}


def growing(first: str, following: str) -> Files:
    """Locals each made of the one before, sixty times over."""
    steps = (f"  l{at} = {following.replace('X', f'local.l{at - 1}')}\n" for at in range(1, 61))
    return {**task("jsonencode(local.l60)"), "l.tf": f"locals {{\n  l0 = {first}\n{''.join(steps)}}}\n"}


def read(directory: Path, files: Files) -> tuple[int, list[dict[str, object]], dict[str, str]]:
    """The exit code, problems and statuses of the sound block's controls, with what it took checked."""
    for name, text in {"sound.tf": SOUND, **files}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(directory)], capture_output=True, text=True, check=True, env={**os.environ}
    )
    code, out, err, seconds, megabytes = json.loads(done.stdout)
    assert "Traceback" not in err
    assert code in (0, 1, 2), err
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    report = json.loads(out)
    sound = {one["control"]: one["status"] for one in report["findings"] if one["address"].endswith(".sound")}
    return code, report["problems"], sound


SYNTAX = {
    "brackets": lambda: task("[" * 10_000 + "]" * 10_000),
    "templates": lambda: task('"${' * 10_000 + "1" + '}"' * 10_000),
    "conditionals": lambda: task("true ? 1 : " * 10_000 + "2"),
    "steps": lambda: task("local.a" + ".b" * 10_000),
    "blocks": lambda: {"a.tf": 'resource "aws_ecs_cluster" "c" {\n' + "a {\n" * 10_000 + "}\n" * 10_001},
    "a long list": lambda: task(f"[{'1,' * 300_000}]"),
    "a long line of sequences": lambda: task(f'"{"${1}" * 200_000}"'),
    "a long heredoc": lambda: task("<<-E\n" + "  x\n" * 400_000 + "E\n"),
    "a heredoc of sequences": lambda: task("<<-E\n" + "  ${1}\n" * 60_000 + "E\n"),
    "a large number": lambda: task("1e1000000000"),
    "JSON": lambda: {"a.tf.json": '{"locals": {"a": ' + "[" * 100_000},
    "values in JSON": lambda: {"a.tf.json": '{"locals": {"a": [' + "1," * 600_000 + "1]}}"},
    "faults": lambda: {"a.tf": '}\nresource "aws_ecs_cluster" "c" {\n' * 50_000},
    "duplicates": lambda: {"a.tf": 'resource "aws_ecs_cluster" "c" {\n' + "a = 1\n" * 20_000 + "}\n"},
    "values of variables": lambda: {"terraform.tfvars.json": '{"a": ' + "[" * 900 + "]" * 900 + "}"},
    "a number in JSON": lambda: {"terraform.tfvars.json": '{"a": 1e1000000000}'},
}  # fmt: skip


@pytest.mark.parametrize("name", SYNTAX)
def test_what_is_too_large_to_read_is_an_error_with_a_place(tmp_path: Path, name: str) -> None:
    files = SYNTAX[name]()
    code, problems, sound = read(tmp_path, files)
    assert code == 2
    assert {one["path"] for one in problems} <= files.keys()
    assert any(one["level"] == "error" for one in problems)
    assert sound["ECS.4"] == "FAILED"


VALUES = {
    "strings": lambda: growing('"ab"', '"${X}${X}"'),
    "lists": lambda: growing('["a"]', "[X, X]"),
    "JSON in JSON": lambda: growing('"\\"\\\\"', "jsonencode([X, X])"),
    "a format's width": lambda: task('format("%1000000000d", 1)'),
    "a pattern's repetitions": lambda: task('regex("((a{1000}){1000}){1000}", "a")'),
    "a pattern's brackets": lambda: task(f'replace("a", "/{"[" * 100_000}/", "")'),
    "a pattern's replacements": lambda: task(f'replace("{"a" * 9_000}", "/(a*)/", "{"$1" * 9_000}")'),
    "a file pattern": lambda: {**task(f'jsonencode(fileset(path.module, "{"*a" * 60}b"))'), "a" * 200: ""},
    "many rounds": lambda: task("jsonencode([for i in range(1000) : [for j in range(1000) : [for k in [1] : k]]])"),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_what_is_too_large_to_evaluate_is_no_verdict(tmp_path: Path, name: str) -> None:
    code, problems, _ = read(tmp_path, VALUES[name]())
    assert code in (1, 2)
    assert all(one["line"] is not None for one in problems)


def test_more_instances_than_a_run_may_have(tmp_path: Path) -> None:
    clusters = (f'resource "aws_ecs_cluster" "c{at}" {{\n  count = 9000\n}}\n' for at in range(3))
    code, problems, _ = read(tmp_path, {"z.tf": "".join(clusters)})
    assert code == 2
    assert [one["path"] for one in problems] == ["z.tf"] * len(problems)


# -- many root modules, each within its bounds -------------------------------------------------------------------------

ROOTS: dict[str, tuple[dict[str, int], str]] = {
    "resources": ({"ROOTS": 1, "RESOURCES": 20}, 'resource "aws_ecs_cluster" "c" {\n  count = 8\n}\n'),
    "modules": ({"ROOTS": 1, "MODULES": 5}, 'module "m" {\n  source = "../m"\n  count = 2\n}\n'),
    "steps": ({"ROOTS": 1, "STEPS": 4000}, task("jsonencode([for i in range(500) : i])")["a.tf"]),
    "values": ({"ROOTS": 1, "VALUES": 1300}, task("jsonencode([for i in range(500) : i])")["a.tf"]),
    "bytes": ({"SOURCES_BYTES": 5000}, f'# {"x" * 1900}\nresource "aws_ecs_cluster" "c" {{}}\n'),
}


@pytest.mark.parametrize("name", ROOTS)
def test_root_modules_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What comes first is judged; what is too much is told, with what allows more."""
    most, text = ROOTS[name]
    for limit, number in most.items():
        monkeypatch.setenv(f"TFCHECK_MAX_{limit}", str(number))
    files = {f"{root}/main.tf": text for root in ("r1", "r2", "r3")}
    code, problems, sound = read(tmp_path, {**files, "m/main.tf": 'output "x" {}\n'})
    assert code == 2
    assert sound["ECS.4"] == "FAILED"
    assert "r3/main.tf" in {one["path"] for one in problems}
    assert all(f"TFCHECK_MAX_{next(iter(most))}, which is" in str(one["message"]) for one in problems)


# -- files that are none -----------------------------------------------------------------------------------------------

ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a directory": Path.mkdir,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a file that is too large": lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 2**27),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["x.tf", "x.tf.json", "terraform.tfvars", "x.auto.tfvars.json"])
@pytest.mark.parametrize("odd", ODD)
def test_only_ordinary_files_are_read(run: Callable[..., object], tmp_path: Path, name: str, odd: str) -> None:
    ODD[odd](tmp_path / name)
    (tmp_path / "sound.tf").write_text(SOUND)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = run(tmp_path, "--format", "json")
    report = json.loads(done.out)  # type: ignore[attr-defined]
    assert done.code == 2  # type: ignore[attr-defined]
    assert [(one["level"], one["path"]) for one in report["problems"]] == [("error", name)]
    assert any(one["status"] == "FAILED" for one in report["findings"])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
