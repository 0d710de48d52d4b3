"""Runs tfcheck with the inputs of the action, which come through the environment, and hands over what it says.

Ends with 0 whatever it finds: the exit code is an output, for the last step of the action. Everything that comes from
the repository or a plan is someone else's text: it meets no shell, and the log takes no commands while it is shown.
"""

from __future__ import annotations

import html
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

BROKEN = 2
FLAG = ("true", "false")
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
# A step may hand over a summary of 1 MiB; a larger one is lost whole.
MAX_SUMMARY = 1_000_000


class InputFault(Exception):
    """An input of the action is not one of those there are, in words."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the workflow asks for. options: words of the command line, without reports and paths.

    paths and source_dir count from directory, the working directory; sarif is None where a name is to be found.
    """

    directory: Path
    paths: tuple[str, ...]
    options: tuple[str, ...]
    source_dir: str
    sarif: Path | None
    upload: bool
    annotations: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: the counted findings (None: there is no report), and the SARIF file if it is to be used."""

    exit_code: int
    findings: int | None
    highest: str
    sarif: Path | None


def main() -> None:
    """Scans, and writes log, outputs and summary. What could not be done is the result 2, said in an annotation."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    reports = Path(os.environ["TFCHECK_REPORTS"])
    try:
        inputs = read_inputs(os.environ)
        outputs = scan(inputs, reports)
    except (InputFault, OSError) as error:
        tell_fault(reports, str(error))
        outputs = {"exit-code": str(BROKEN), "annotate": "true", "upload": "false"}
    write_outputs(Path(os.environ["GITHUB_OUTPUT"]), outputs)
    if os.environ.get("TFCHECK_SUMMARY") != "false":
        write_summary(Path(os.environ["GITHUB_STEP_SUMMARY"]), reports / "summary.md")


def read_inputs(environment: Mapping[str, str]) -> Inputs:
    """The inputs, by the names of the action's. Raises InputFault."""
    given = partial(read_input, environment)
    choice = partial(read_choice, environment)
    directory = Path(environment["GITHUB_WORKSPACE"]) / given("working-directory")
    if not directory.is_dir():
        raise InputFault(f"the input working-directory is {given('working-directory')!r}: there is no such directory")
    for name in ("summary", "comment"):
        choice(name, FLAG)
    single = ("fail-on", "config", "baseline", "category", "source-dir", "plan-file")
    options = [f"--{name}={given(name)}" for name in single if given(name)]
    options += [f"--control={line}" for line in lines(given("controls"))]
    options += [f"--skip={line}" for line in lines(given("skip"))]
    options += ["--only-introduced"] if choice("only-introduced", FLAG) == "true" else []
    return Inputs(
        directory=directory,
        paths=lines(given("path")),
        options=(*options, *lines(given("args"))),
        source_dir=given("source-dir"),
        sarif=directory / given("sarif-file") if given("sarif-file") else None,
        upload=choice("upload-sarif", FLAG) == "true",
        annotations=choice("annotations", ("auto", *FLAG)),
    )


def read_input(environment: Mapping[str, str], name: str) -> str:
    """An input as it was given, less the line breaks around it."""
    return environment.get(f"TFCHECK_{name.upper().replace('-', '_')}", "").strip("\r\n")


def read_choice(environment: Mapping[str, str], name: str, values: Sequence[str]) -> str:
    """An input that takes one of these values. Raises InputFault."""
    value = read_input(environment, name)
    if value not in values:
        raise InputFault(f"the input {name} is {value!r}: it takes {', '.join(values)}")
    return value


def lines(text: str) -> tuple[str, ...]:
    """One value a line, as it stands there; empty lines are none."""
    return tuple(line for line in text.replace("\r\n", "\n").split("\n") if line.strip())


def scan(inputs: Inputs, reports: Path) -> dict[str, str]:
    """Runs tfcheck; the outputs of the step. The reports are left in `reports`: annotations.txt and summary.md."""
    sarif = inputs.sarif or reports / "tfcheck.sarif"
    sarif.parent.mkdir(parents=True, exist_ok=True)
    sarif.unlink(missing_ok=True)
    result = judge(run(inputs, reports, sarif), reports / "report.json", sarif)
    return {
        "exit-code": str(result.exit_code),
        "findings": "" if result.findings is None else str(result.findings),
        "highest-severity": result.highest,
        "sarif-file": str(result.sarif or ""),
        "upload": "true" if inputs.upload and result.sarif else "false",
        "annotate": inputs.annotations,
        "checkout": str(checkout(inputs)),
    }


def run(inputs: Inputs, reports: Path, sarif: Path) -> int:
    """Runs tfcheck, and shows what it says; its exit code: 0, 1 or 2."""
    done = subprocess.run(  # noqa: S603 - our own program, without a shell
        command(inputs, reports, sarif),
        cwd=inputs.directory,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    table = reports / "table.txt"
    show((table.read_text(encoding="utf-8") if table.is_file() else "") + done.stderr)
    if done.returncode in {0, 1}:
        return done.returncode
    told = done.stderr.strip().splitlines()
    if told or not (reports / "annotations.txt").is_file():
        tell_fault(reports, told[-1] if told else f"tfcheck ended with {done.returncode}, and said nothing")
    return BROKEN


def command(inputs: Inputs, reports: Path, sarif: Path) -> list[str]:
    """The command line. -I: Python imports nothing of the working directory, which may hold anything."""
    written = {"json": "report.json", "github": "annotations.txt", "markdown": "summary.md"}
    return [
        *(sys.executable, "-I", "-m", "tfcheck"),
        *("--format=table", f"--output={reports / 'table.txt'}", f"--report=sarif={sarif}"),
        *(f"--report={kind}={reports / name}" for kind, name in written.items()),
        *inputs.options,
        "--",
        *inputs.paths,
    ]


def judge(code: int, report: Path, sarif: Path) -> Result:
    """What the reports say. After a 2 the SARIF is not to be used: a part of the results closes alerts."""
    usable = sarif if code != BROKEN and sarif.is_file() else None
    if not report.is_file():
        return Result(code, None, "", usable)
    found: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["findings"]
    failed = [one for one in found if one["status"] == "FAILED" and one["suppressed"] is None]
    severities = {one["severity"] for one in failed}
    highest = next((one.lower() for one in SEVERITIES if one in severities), "")
    return Result(code, len(failed), highest, usable)


def checkout(inputs: Inputs) -> Path:
    """Where the repository's root is, from which paths in the reports count."""
    named = [inputs.source_dir] if inputs.source_dir else list(inputs.paths)
    for start in (inputs.directory / one for one in (*named, ".")):
        resolved = start.resolve()
        for directory in (resolved, *resolved.parents):
            if (directory / ".git").exists():
                return directory
    return inputs.directory.resolve()


def tell_fault(reports: Path, fault: str) -> None:
    """Adds what ended the run to the annotations and the summary, where it stands alone if there is no report."""
    with (reports / "annotations.txt").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"::error title=tfcheck::{escaped(fault)}\n")
    with (reports / "summary.md").open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"\n**tfcheck could not finish.**\n\n<pre>{html.escape(fault)}</pre>\n")


def escaped(text: str) -> str:
    """Text as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def show(text: str) -> None:
    """Shows text in the log, where nothing in it is taken for a command."""
    token = secrets.token_hex(32)
    sys.stdout.write(f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::\n")


def write_outputs(file: Path, outputs: Mapping[str, str]) -> None:
    """Writes outputs of the step, each between marks that nobody can foresee."""
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        for name, value in outputs.items():
            mark = f"tfcheck-{secrets.token_hex(32)}"
            stream.write(f"{name}<<{mark}\n{value}\n{mark}\n")


def write_summary(file: Path, summary: Path) -> None:
    """Adds to the summary of the job, as far as there is one and it is taken."""
    if not summary.is_file():
        return
    text = summary.read_bytes()
    if len(text) > MAX_SUMMARY:
        text = b"The report of tfcheck is too large for a job summary: it is in the log.\n"
    with file.open("ab") as stream:
        stream.write(text.rstrip(b"\n") + b"\n\n")


if __name__ == "__main__":
    main()
