"""Verdicts on a public repository: `python benchmarks/public_modules.py COPY [MODULE ...] [--expected FILE.tsv]`.

COPY is a copy of the repository, whose path ends in OWNER/NAME or in OWNER+NAME. It is copied to a temporary directory,
where each root module gets what `terraform init` leaves: registry modules lead into the copy or into one of the
further copies, MODULE (OWNER/NAME/PROVIDER of the registry is OWNER/terraform-PROVIDER-NAME; the versions are those
copied, whatever a call asks for), all others are absent. The roots are the directories below examples/ or, without
such ones, all that no module calls.

FILE.tsv has a row for each verdict: repository, root, address, control, verdict (`A|B` is either; PASSED and
NOT_APPLICABLE are the same), file and lines of the resource's block. Rows that differ are printed, and exit 1.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tfcheck
from tfcheck.findings import Status
from tfcheck.terraform.hcl import project, scan
from tfcheck.terraform.hcl.directory import Directory, read
from tfcheck.terraform.hcl.syntax_tree import Template

Finding = dict[str, Any]

DEEPEST = 20
LEFT_OUT = frozenset({".git", ".terraform", "node_modules"})
LEADS_TO_A_PLACE = frozenset({"module", "locals", "variable"})
SHOWN = ("PASSED", "FAILED", "UNKNOWN", "NOT_APPLICABLE")


@dataclass(frozen=True)
class Repository:
    """A copy of a public repository; name: OWNER/NAME, as GitHub has it; others: whose modules it may call."""

    path: Path
    name: str
    others: tuple[Repository, ...] = ()

    @property
    def registry_source(self) -> str | None:
        """What the registry calls its root module: OWNER/NAME/PROVIDER; None where the name is not a module's."""
        owner, _, name = self.name.partition("/")
        prefix, _, rest = name.partition("-")
        provider, _, module = rest.partition("-")
        return f"{owner}/{module}/{provider}" if prefix == "terraform" and module else None

    def leads_to(self, caller: Path, source: str) -> Path | None:
        """The directory that a module call leads to; None where that is in none of the copies."""
        package, _, inner = source.removeprefix("registry.terraform.io/").partition("//")
        homes = {one.registry_source: one.path for one in (*self.others, self)}
        if source.startswith(("./", "../")):
            directory = (caller / source).resolve()
        elif package in homes:
            directory = (homes[package] / inner).resolve()
        else:
            return None
        return directory if directory.is_relative_to(self.path) and project.files(directory) else None


def repository_name(path: Path) -> str:
    """OWNER/NAME, as the path of a copy ends."""
    return path.name.replace("+", "/", 1) if "+" in path.name else f"{path.parent.name}/{path.name}"


def copied(path: Path, to: Path, others: tuple[Repository, ...] = ()) -> Repository:
    """A copy of the copy."""
    shutil.copytree(path, to, symlinks=True, ignore=lambda _, names: LEFT_OUT.intersection(names), dirs_exist_ok=True)
    return Repository(to.resolve(), repository_name(path.resolve()), others)


def laid_out(path: Path, others: list[Path], to: Path) -> Repository:
    """A copy of the copy with the others where modules are installed, and a .git: places are told from there."""
    installed = to / project.MODULES_FILE.parent
    modules = tuple(copied(one, installed / repository_name(one.resolve()).replace("/", "+")) for one in others)
    (to / ".git").mkdir(parents=True)
    return copied(path, to, modules)


def roots(repository: Repository) -> list[Path]:
    """The root modules: directories with Terraform files that no other one calls, and that lie below no other root."""
    examples = repository.path / "examples"
    top = examples if examples.is_dir() else repository.path
    walked = [Path(one) for one, _, _ in os.walk(top)]
    found = [one for one in walked if ".terraform" not in one.parts and project.files(one)]
    called = {inner for one in found for _, _, inner in calls(repository, one) if inner is not None}
    alone = sorted(one for one in found if one not in called)
    return [one for one in alone if not any(one.is_relative_to(other) for other in alone if other != one)]


@cache
def opened(path: Path, repository: Path) -> Directory:
    """The blocks of a module's files."""
    return read(path, repository)


def calls(repository: Repository, caller: Path) -> Iterator[tuple[str, str, Path | None]]:
    """The module calls in a directory: name, source, and the directory in the copy if there is one."""
    directory = opened(caller, repository.path)
    for name in directory.calls():
        written = directory.one("module", name)
        if written is not None and "source" in written.attributes:
            expression = written.attributes["source"][1].expression
            source = expression.literal if isinstance(expression, Template) else None
            if source is not None:
                yield name, source, repository.leads_to(caller, source)


def modules(repository: Repository, root: Path) -> list[dict[str, str]]:
    """The rows of modules.json for a root."""
    rows = [{"Key": "", "Source": "", "Dir": "."}]
    waiting: list[tuple[tuple[str, ...], Path]] = [((), root)]
    while waiting:
        path, caller = waiting.pop(0)
        for name, source, inner in calls(repository, caller):
            if inner is not None and len(path) < DEEPEST:
                key = (*path, name)
                rows.append({"Key": ".".join(key), "Source": source, "Dir": os.path.relpath(inner, root)})
                waiting.append((key, inner))
    return rows


def initialize(repository: Repository, root: Path) -> None:
    """Leaves what `terraform init` would."""
    file = root / project.MODULES_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"Modules": modules(repository, root)}), encoding="utf-8")


def judge(repository: Repository, root: Path) -> dict[str, Any]:
    """The JSON report on a root, with the variables that the repository tests it with (fixtures.*.tfvars)."""
    fixtures = [file.relative_to(repository.path) for file in sorted(root.glob("fixtures*.tfvars"))[:1]]
    given = [word for file in fixtures for word in ("--var-file", str(file))]
    command = [sys.executable, "-m", "tfcheck", str(root), "--format", "json", "--allow-missing-modules", *given]
    environment = os.environ | {"PYTHONPATH": str(Path(tfcheck.__file__).parent.parent)}
    done = subprocess.run(command, cwd=repository.path, env=environment, capture_output=True, text=True, check=False)
    if not done.stdout:
        return {"findings": [], "problems": [{"level": "error", "path": str(root), "message": done.stderr.strip()}]}
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def reasons(finding: Finding) -> set[str]:
    """Why a finding is UNKNOWN."""
    return {one["unknown"] for one in finding["evidence"] if one["unknown"] is not None} or {finding["message"]}


def tell(reports: dict[str, dict[str, Any]]) -> None:
    """Prints the numbers of each status, the reasons of what is UNKNOWN, the problems and how often each arose."""
    findings = [one for report in reports.values() for one in report["findings"]]
    counts = Counter(one["status"] for one in findings)
    print(", ".join(f"{counts[one]} {one}" for one in SHOWN))
    unknown = [one for one in findings if one["status"] == Status.UNKNOWN.value]
    tell_each("UNKNOWN", Counter(f"{one['control']}: {reason}" for one in unknown for reason in reasons(one)))
    problems = [one for report in reports.values() for one in report["problems"]]
    for level in ("error", "warning"):
        tell_each(level, Counter(problem_text(one) for one in problems if one["level"] == level))


def problem_text(problem: dict[str, Any]) -> str:
    """What a problem says; modules that are not there are told of together."""
    message = str(problem["message"])
    return "a module is not there" if message.startswith("module ") and "is not there" in message else message


def tell_each(what: str, counts: Counter[str]) -> None:
    """A line for each, the most frequent first."""
    for one, count in counts.most_common():
        print(f"{count:6} {what}: {one}")


def rows_of(repository: Repository, expected: Path) -> list[dict[str, str]]:
    """The rows of the repository."""
    with expected.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["repository"] == repository.name]


def compare(repository: Repository, reports: dict[str, dict[str, Any]], expected: Path) -> bool:
    """Prints the rows of the repository that are not as expected; are all as expected?"""
    found = {
        (root, one["address"], one["control"]): one for root, report in reports.items() for one in report["findings"]
    }
    rows = rows_of(repository, expected)
    differing = 0
    for row in rows:
        key = (row["root"], row["address"], row["control"])
        what = difference(repository, found.get(key), row)
        if what is not None:
            differing += 1
            print(f"{' '.join(key)}: {what}")
    print(f"{differing} of {len(rows)} rows differ from {expected.name}")
    return not differing


def difference(repository: Repository, finding: Finding | None, row: dict[str, str]) -> str | None:
    """How a finding is not as its row says; None where it is."""
    if finding is None:
        return f"expected {row['verdict']}, not found"
    verdicts = {same(one) for one in row["verdict"].split("|")}
    if same(finding["status"]) not in verdicts:
        return f"expected {row['verdict']}, is {finding['status']}: {finding['message']}"
    location = finding["location"] or {}
    path, line = location.get("path"), location.get("start_line", 0)
    first, _, last = row["lines"].partition("-")
    if path == row["file"] and int(first) <= line <= int(last or first):
        return None
    if path is not None and kind_of_block(repository.path / path, line) in LEADS_TO_A_PLACE:
        return None
    return f"expected {row['file']}:{row['lines']}, is at {path}:{line}"


def same(status: str) -> str:
    """The status, where PASSED and NOT_APPLICABLE are one."""
    return Status.PASSED.value if status == Status.NOT_APPLICABLE.value else status


def kind_of_block(file: Path, line: int) -> str | None:
    """The type of the top-level block in which a line is: values are followed through calls, locals and variables."""
    if file.suffix == ".tfvars":
        return "variable"
    text = file.read_text(encoding="utf-8")
    for block in scan.scan(text).blocks:
        if text.count("\n", 0, block.start) < line <= text.count("\n", 0, block.end) + 1:
            return block.type
    return None


def main(copy: Path, others: list[Path], expected: Path | None) -> int:
    """Prints what there is to say about a copy; 1 where rows differ from what is expected."""
    with tempfile.TemporaryDirectory() as name:
        repository = laid_out(copy, others, Path(name) / copy.resolve().name)
        found = roots(repository)
        for root in found:
            initialize(repository, root)
        start = time.perf_counter()
        reports = {root.relative_to(repository.path).as_posix(): judge(repository, root) for root in found}
        print(f"{repository.name}: {len(found)} roots, {time.perf_counter() - start:.1f} s")
        tell(reports)
        return 0 if expected is None or compare(repository, reports, expected) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copy", type=Path, metavar="COPY")
    parser.add_argument("others", type=Path, metavar="MODULE", nargs="*")
    parser.add_argument("--expected", type=Path, metavar="FILE.tsv")
    options = parser.parse_args()
    for one in (options.copy, *options.others):
        if not one.is_dir():
            parser.error(f"{one} is no directory")
    sys.exit(main(options.copy, options.others, options.expected))
