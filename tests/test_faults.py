"""What goes wrong around a run: full disks, closed pipes, files that are none, signals, little memory, odd places.

Each in a process of its own, as a shell would run it. No traceback, nothing half written, and an exit code that tells.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import pytest
from conftest import TESTDATA

ROOT = TESTDATA.parent
KEYS = TESTDATA / "plans" / "keys" / "plan.json"
NOTHING = TESTDATA / "plans" / "nothing" / "plan.json"
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "HOME": str(Path.home())}
TFCHECK = (sys.executable, "-m", "tfcheck")
TASK = """
resource "aws_ecs_task_definition" "{name}" {{
  family       = "{name}"
  network_mode = "host"
  pid_mode     = "host"
  container_definitions = jsonencode([{{ name = "a", image = "b" }}])
}}
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals, limits and devices are those of POSIX")


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def tfcheck(
    *arguments: str | Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] = ENVIRONMENT,
    limit: Callable[[], object] | None = None,
    script: str | None = None,
) -> Done:
    """What came of it. script: a command of bash, in which `"$@"` is the program. limit: runs before the program."""
    command = [*TFCHECK, *map(str, arguments)]
    ended = subprocess.run(
        command if script is None else ["bash", "-c", script, "bash", *command],
        cwd=cwd or ROOT,
        env=dict(environment),
        preexec_fn=limit,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
    done = Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    assert "Traceback" not in done.err
    assert "Exception ignored" not in done.err
    return done


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """A directory for outputs, in which nothing half written is ever left."""
    directory = tmp_path / "written"
    directory.mkdir()
    yield directory
    assert [one.name for one in directory.rglob("*.tmp")] == []


# -- where reports go --------------------------------------------------------------------------------------------------


def test_a_full_disk() -> None:
    done = tfcheck(KEYS, script='"$@" >/dev/full')
    assert done.code == 2
    assert "tfcheck: standard output: cannot be written: No space left on device" in done.err


def test_a_full_disk_under_one_report_loses_no_other(written: Path) -> None:
    done = tfcheck(KEYS, "--report", "json=/dev/full", "--report", f"sarif={written / 'a.sarif'}")
    assert done.code == 2
    assert "tfcheck: /dev/full: cannot be written: No space left on device" in done.err
    assert "FAILED" in done.out
    assert json.loads((written / "a.sarif").read_text())["version"] == "2.1.0"


def test_a_quota_leaves_the_old_report_as_it_was(written: Path) -> None:
    report = written / "report.json"
    report.write_text("the old one")
    done = tfcheck(
        KEYS, "--report", f"json={report}", limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    )
    assert done.code == 2
    assert f"{report}: cannot be written: File too large" in done.err
    assert report.read_text() == "the old one"


UNBUFFERED = {**ENVIRONMENT, "PYTHONUNBUFFERED": "1"}


@pytest.mark.parametrize("environment", [ENVIRONMENT, UNBUFFERED], ids=["plain", "unbuffered"])
def test_a_report_of_which_a_part_can_be_written_is_an_error(written: Path, environment: Mapping[str, str]) -> None:
    """Here it is a quota that ends in the middle; a disk that gets full is the same."""
    done = tfcheck(
        KEYS,
        "--show-passed",
        environment=environment,
        script=f'"$@" > "{written}/out"; code=$?; rm "{written}/out"; exit $code',
        limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert done.code == 2
    assert "standard output: cannot be written: File too large" in done.err


@pytest.mark.parametrize("environment", [ENVIRONMENT, UNBUFFERED], ids=["plain", "unbuffered"])
def test_a_closed_pipe_ends_it_as_its_signal_would(written: Path, environment: Mapping[str, str]) -> None:
    shell = f'"$@" --report json={written / "r.json"} | head -1; echo "${{PIPESTATUS[0]}}" >&2'
    many = plan_of(written, 3000)
    done = tfcheck(many, "--show-passed", "--format", "json", script=shell, environment=environment)
    assert done.out == "{\n"
    assert done.err.splitlines()[-1] == "141"
    assert json.loads((written / "r.json").read_text())["schema_version"] == 1


@pytest.mark.parametrize(
    ("shell", "code", "said"),
    [
        ('"$@" >&-', 2, "standard output: cannot be written: it is closed"),
        ('"$@" 2>&-', 1, ""),
        ('"$@" <&-', 1, ""),
        ('"$@" --format json >/dev/null 2>&-', 1, ""),
        ('"$@" 2>/dev/full', 1, ""),
    ],
)
def test_closed_streams(shell: str, code: int, said: str) -> None:
    done = tfcheck(KEYS, script=shell)
    assert (done.code, said in done.err) == (code, True)


def test_standard_input_that_is_closed() -> None:
    done = tfcheck("-", script='"$@" <&-')
    assert (done.code, done.err) == (2, "tfcheck: standard input: cannot be read: it is closed\n")


def test_an_output_keeps_its_permissions_and_its_link(written: Path) -> None:
    target, link = written / "target.json", written / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("target.json")
    assert tfcheck(KEYS, "--format", "json", "--output", link).code == 1
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert json.loads(target.read_text())["schema_version"] == 1


def test_a_new_output_has_the_usual_permissions(written: Path) -> None:
    assert tfcheck(KEYS, "--output", written / "a.txt", limit=lambda: os.umask(0o027)).code == 1
    assert (written / "a.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("device", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("redirected", ["| cat", '> "$OUT"; code=$?; cat "$OUT"; exit $code'])
def test_devices_are_written_directly(device: str, redirected: str, written: Path) -> None:
    """The report goes behind what is there already, and nothing takes the place of the device."""
    environment = {**ENVIRONMENT, "OUT": str(written / "out")}
    done = tfcheck(
        KEYS,
        "--report",
        f"json={device}",
        "--output",
        "/dev/null",
        environment=environment,
        script=f'"$@" {redirected}',
    )
    assert json.loads(done.out)["schema_version"] == 1
    assert Path("/dev/null").is_char_device()


def test_a_pipe_is_written_directly(written: Path) -> None:
    os.mkfifo(written / "pipe")
    done = tfcheck(
        KEYS, "--report", f"json={written / 'pipe'}", script=f'cat {quote(str(written / "pipe"))} >&2 & "$@"; wait'
    )
    assert '"schema_version": 1' in done.err


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("", "is a directory"),
        ("missing/report.json", "No such file or directory"),
        ("file/report.json", "Not a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("x" * 300, "File name too long"),
    ],
)
def test_outputs_that_cannot_be(output: str, why: str, written: Path) -> None:
    (written / "file").write_text("")
    (written / "loop").symlink_to("loop")
    done = tfcheck(KEYS, "--report", f"json={written / output}")
    assert done.code == 2
    assert f"{written / output}: cannot be written: " in done.err
    assert why.lower() in done.err.lower()
    assert "FAILED" in done.out, "and the other report is there"


# -- what is read ------------------------------------------------------------------------------------------------------


def plan_of(directory: Path, resources: int) -> Path:
    """A plan with so many clusters."""
    document = json.loads(KEYS.read_text())
    first = next(one for one in document["resource_changes"] if one["type"] == "aws_ecs_task_definition")
    document["resource_changes"] = [
        {**first, "address": f"aws_ecs_task_definition.t{n}", "name": f"t{n}"} for n in range(resources)
    ]
    file = directory / "large.json"
    file.write_text(json.dumps(document))
    return file


def statuses(done: Done) -> set[tuple[str, str, str]]:
    return {(one["address"], one["control"], one["status"]) for one in json.loads(done.out)["findings"]}


def test_a_plan_from_a_pipe_is_that_from_a_file() -> None:
    named = tfcheck(KEYS, "--format", "json")
    piped = tfcheck("--format", "json", script=f'"$@" <(cat {quote(str(KEYS))})')
    assert (piped.code, named.code) == (1, 1)
    assert statuses(piped) == statuses(named)


def test_a_plan_from_a_pipe_beside_its_sources() -> None:
    """The sources ask for the plan once more, and a pipe can be read only once."""
    directory = TESTDATA / "plans" / "example"
    named = tfcheck("plan.json", "--format", "json", cwd=directory)
    piped = tfcheck("--format", "json", "--source-dir", ".", cwd=directory, script='"$@" <(cat plan.json)')
    assert json.loads(piped.out)["findings"] == json.loads(named.out)["findings"]


def test_a_binary_plan_from_a_pipe_is_refused() -> None:
    done = tfcheck(script=f'"$@" <(cat {quote(str(TESTDATA / "planfile" / "tfplan"))})')
    assert done.code == 2
    assert "is a binary plan in a pipe: give its path" in done.err


@pytest.mark.parametrize("plan", ["dangling", "loop", "missing", "directory.json", "/dev/null", "/proc/self/mem"])
def test_plans_that_cannot_be_read(plan: str, tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "directory.json").mkdir()
    done = tfcheck(plan, cwd=tmp_path)
    assert done.code == 2
    assert done.err.startswith(f"tfcheck: {plan}: ")
    assert done.err.count("\n") == 1


def test_an_endless_plan_is_given_up() -> None:
    done = tfcheck("/dev/zero", environment={**ENVIRONMENT, "TFCHECK_MAX_PLAN_BYTES": "1000000"})
    assert done.code == 2
    assert done.err == (
        "tfcheck: /dev/zero: cannot be read: is endless, or more than 976.6 KiB: "
        "TFCHECK_MAX_PLAN_BYTES=BYTES in the environment allows more\n"
    )


def test_a_plan_that_is_changed_while_it_is_read(tmp_path: Path) -> None:
    """The second reading, for the sources, finds another file: it says so, and judges no mixture of both."""
    program = """
import sys
from pathlib import Path
sys.argv[1:] = ["plan.json", "--format", "json"]
from tfcheck.terraform import overlay
find = overlay.find
def changed(*arguments):
    Path("plan.json").{}
    return find(*arguments)
overlay.find = changed
from tfcheck.cli import main
main()
"""
    directory = tmp_path / "example"
    for change, said in (
        ("write_text('{}')", "plan.json: was changed while it was read"),
        ("unlink()", "plan.json: cannot be read: No such file or directory"),
    ):
        shutil.copytree(TESTDATA / "changes" / "update", directory, dirs_exist_ok=True)
        ended = subprocess.run(
            [sys.executable, "-c", program.format(change)],
            cwd=directory,
            env=ENVIRONMENT,
            capture_output=True,
            check=False,
        )
        assert (ended.returncode, said in ended.stderr.decode()) == (2, True), ended.stderr


def test_a_plan_larger_than_memory(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(
        f'{{"format_version": "1.2", "resource_changes": [], "filler": "{"x" * 10**8}"}}'
    )
    most = 250_000_000
    done = tfcheck("plan.json", cwd=tmp_path, limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
    assert done.code == 2
    assert done.err == (
        "tfcheck: plan.json: has 95.4 MiB and takes more memory than there is: "
        "give it more, or plan the resources in smaller root modules\n"
    )


def test_too_little_memory_for_what_was_read(tmp_path: Path) -> None:
    """Many resources in a small file: all inputs are named, since any of them may be the one."""
    most = 68_000_000
    plan_of(tmp_path, 8000)
    done = tfcheck("large.json", cwd=tmp_path, limit=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
    assert done.code == 2
    assert "large.json" in done.err
    assert "memory" in done.err


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, '{"format_version":"1.2","x":' + "[" * 5_000_000 + "]" * 5_000_000 + "}"]
)
def test_json_of_any_depth(text: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(text)
    done = tfcheck("plan.json", cwd=tmp_path)
    assert done.code == 2
    assert done.err.startswith("tfcheck: plan.json: ")


def test_a_bomb_in_gzip(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(gzip.compress(b" " * 3_000_000))
    done = tfcheck("plan.json", cwd=tmp_path, environment={**ENVIRONMENT, "TFCHECK_MAX_UNZIPPED_BYTES": "2000000"})
    assert done.code == 2
    assert "larger than 1.9 MiB" in done.err


def test_module_directories_with_names_that_no_file_system_takes(tmp_path: Path) -> None:
    file = io.BytesIO()
    rows = [{"Key": "", "Dir": "."}, {"Key": "a", "Dir": "x" * 5000}]
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("tfplan", "x")
        made.writestr("tfconfig/modules.json", json.dumps(rows))
        made.writestr("tfconfig/m-/main.tf", TASK.format(name="a"))
        made.writestr("tfconfig/m-a/main.tf", TASK.format(name="b"))
    (tmp_path / "tfplan").write_bytes(file.getvalue())
    shutil.copy(KEYS, tmp_path / "plan.json")
    done = tfcheck("plan.json", "--plan-file", "tfplan", cwd=tmp_path)
    assert done.code == 2
    assert done.err.startswith("tfcheck: plan.json: ") or done.err.startswith("tfcheck: tfplan: ")


def test_windows_paths_in_a_plan(tmp_path: Path) -> None:
    document = json.loads((TESTDATA / "plans" / "example" / "plan.json").read_text())
    calls = {"a": {"source": ".\\modules\\a", "module": {}}, "b": {"source": "C:\\modules\\b", "module": {}}}
    document["configuration"]["root_module"]["module_calls"] = calls
    document["variables"] = {"path": {"value": "C:\\Users\\me\\x.tf"}}
    (tmp_path / "plan.json").write_text(json.dumps(document))
    (tmp_path / "main.tf").write_text('module "a" {\n  source = ".\\\\modules\\\\a"\n}\n')
    for options in ((), ("--source-dir", ".")):
        done = tfcheck("plan.json", *options, "--format", "json", cwd=tmp_path)
        assert done.code == 1
        assert "FAILED" in done.out


# -- signals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_signals(number: signal.Signals, code: int, written: Path) -> None:
    """While it waits for its input: no traceback, no report."""
    os.mkfifo(written / "plan.json")
    started = subprocess.Popen(
        [*TFCHECK, "plan.json", "--report", "json=report.json"],
        cwd=written,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with (written / "plan.json").open("wb") as pipe:  # it is there, and has opened it, when this returns
        pipe.write(b"{")
        pipe.flush()
        time.sleep(0.2)
        started.send_signal(number)
        out, err = started.communicate(timeout=20)
    assert (started.returncode, out, err.strip()) == (code, b"", b"")
    assert [one.name for one in written.iterdir()] == ["plan.json"]


# -- places and environments -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16", "cp1252:strict"])
@pytest.mark.parametrize("command", [[KEYS], ["list"], ["explain", "ECS.5"], [KEYS, "--format", "json"]])
def test_standard_output_in_another_encoding(command: list[str | Path], encoding: str) -> None:
    """It is UTF-8 all the same: what reads it expects that."""
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": encoding, "LANG": "C", "LC_ALL": "C", "COLUMNS": "120"}
    plain = tfcheck(*command, environment={**ENVIRONMENT, "COLUMNS": "120"})
    done = tfcheck(*command, environment=environment)
    assert (done.code, done.out) == (plain.code, plain.out)


def test_an_empty_environment_and_no_home(tmp_path: Path) -> None:
    shutil.copy(KEYS, tmp_path / "plan.json")
    shell = f'cd {quote(str(tmp_path))}; exec env -i PYTHONPATH={quote(str(ROOT))} "$@"'
    assert tfcheck("plan.json", script=shell).code == 1
    assert [one.name for one in tmp_path.iterdir()] == ["plan.json"], "it writes nothing that nobody asked for"


def test_a_home_that_cannot_be_written() -> None:
    assert tfcheck(KEYS, environment={**ENVIRONMENT, "HOME": "/proc/1", "TMPDIR": "/proc/1"}).code == 1


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    for argument in (KEYS, "."):
        done = tfcheck(argument, script=f'mkdir -p {gone}; cd {gone}; rmdir {gone}; "$@"')
        assert (done.code, done.err) == (
            2,
            "tfcheck: the working directory is not there any more: go to another one\n",
        )


# -- many and large ----------------------------------------------------------------------------------------------------


def test_a_few_of_many_files_hold_ecs(tmp_path: Path) -> None:
    for number in range(2000):
        text = TASK.format(name=f"t{number}") if number % 500 == 0 else 'resource "aws_s3_bucket" "b" {}\n' * 3
        (tmp_path / f"f{number}.tf").write_text(text.replace('"b"', f'"b{number}"'))
    done = tfcheck(tmp_path, "--format", "json")
    assert done.code == 1
    found = {one["address"] for one in json.loads(done.out)["findings"]}
    assert len(found) == 4


def test_large_hcl_is_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    (tmp_path / "large.tf").write_text("# comment\n" * 20_000)
    (tmp_path / "main.tf").write_text(TASK.format(name="t"))
    done = tfcheck(tmp_path, environment={**ENVIRONMENT, "TFCHECK_MAX_SOURCE_BYTES": "100000"})
    assert done.code == 2
    assert "large.tf: " in done.out
    assert "aws_ecs_task_definition.t" in done.out


# -- progress ----------------------------------------------------------------------------------------------------------


def on_a_terminal(directory: Path, seconds: float) -> str:
    """What standard error shows while a plan comes so late."""
    (directory / "late.json").unlink(missing_ok=True)
    os.mkfifo(directory / "late.json")
    terminal, theirs = pty.openpty()
    started = subprocess.Popen(
        [*TFCHECK, "late.json"], cwd=directory, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    with (directory / "late.json").open("wb") as pipe:
        time.sleep(seconds)
        pipe.write(KEYS.read_bytes())
    assert started.wait(timeout=20) == 1
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass
    os.close(terminal)
    return shown.decode()


def test_what_takes_long_is_told_on_a_terminal_and_cleared(tmp_path: Path) -> None:
    assert on_a_terminal(tmp_path, 2.6) == "tfcheck: reading late.json\r\x1b[K"


def test_what_is_quick_is_not_told(tmp_path: Path) -> None:
    assert on_a_terminal(tmp_path, 0.1) == ""


def test_nothing_is_told_where_there_is_no_terminal(tmp_path: Path) -> None:
    assert tfcheck(script=f'"$@" <(sleep 2.6; cat {quote(str(KEYS))})').err == ""
