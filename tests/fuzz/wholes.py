"""Targets that run tfcheck as a whole, or one of the readers of files around it."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from fuzz.harness import CONTROLS, IDS, MARK, TERMS, check_message, judged, laid_out, sections, text_of

from tfcheck import changes, config
from tfcheck.comments import comments
from tfcheck.errors import InputError, UsageError
from tfcheck.findings import Report, check
from tfcheck.ignores import MARKER, address_matches, from_comments, parse, path_matches
from tfcheck.loosened import loosened
from tfcheck.terraform import overlay, planfile
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.hcl import scan
from tfcheck.terraform.read import read
from tfcheck.terraform.snapshot import lay_out

_SECRET = f"{MARK}-of-a-container"
_PLACE_OF_SECRET = re.compile(rf'^\s*environment = \[\{{ ?name = "\w+", value = "{_SECRET}" ?\}}\]$', re.MULTILINE)
_PLAN = Path(__file__).parents[2] / "testdata" / "plans" / "example" / "plan.json"


def plans(data: bytes) -> None:
    """A plan or state is refused or judged in all formats; the values of environment variables are not told."""
    hidden = _with_secrets(data)
    with laid_out({"plan.json": hidden or data}) as root:
        judged(root / "plan.json", secret=None if hidden is None else _SECRET)


def _with_secrets(data: bytes) -> bytes | None:
    """The same with a secret in the environment of all containers; None where there are none, or it is elsewhere."""
    if MARK.encode() in data:
        return None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    changed = 0
    for row in _rows(document):
        try:
            containers = json.loads(row["container_definitions"])
            changed += sum(_hide(one) for one in containers)
            row["container_definitions"] = json.dumps(containers)
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
    try:
        return json.dumps(document).encode() if changed else None
    except (ValueError, RecursionError):
        return None


def _rows(document: Any) -> Iterable[dict[str, Any]]:
    """The values of resources in a plan, as far as they have the shape of such."""
    listed = document.get("resource_changes") if isinstance(document, dict) else None
    for row in listed if isinstance(listed, list) else ():
        change = row.get("change") if isinstance(row, dict) else None
        for name in ("before", "after"):
            values = change.get(name) if isinstance(change, dict) else None
            if isinstance(values, dict):
                yield values


def _hide(container: Any) -> int:
    if not isinstance(container, dict):
        return 0
    container["environment"] = [{"name": "PASSWORD", "value": _SECRET}]
    return 1


def directories(data: bytes) -> None:
    """Sources are refused or judged in all formats, whatever is in them; `var.secret`, being sensitive, is not told."""
    files = sections(data)
    text = text_of(b"".join(files.values()))
    told = b'"secret"' in data or b"nonsensitive" in data or len(_PLACE_OF_SECRET.findall(text)) != text.count(MARK)
    files["zz_secret.tf"] = b'variable "secret" {\n  sensitive = true\n}\n'
    environment = {"TF_VAR_image": "nginx", "TF_VAR_secret": _SECRET}
    with laid_out(files) as root:
        judged(root, secret=None if told else _SECRET, options=Options(environment=environment))


def overlays(data: bytes) -> None:
    """Sources, whatever they are, change no verdict that the plan gives by itself."""
    with laid_out(sections(data, "plan.json")) as root:
        plan = root / "plan.json"
        try:
            reading = read(str(plan))
        except InputError as error:
            check_message(error)
            return
        if reading.source.kind != "plan":
            return
        sources = overlay.find(reading, str(plan), root)
        assert sources is not None
        alone, both = _verdicts(reading), _verdicts(overlay.joined(reading, sources))
        for key, statuses in alone.items():
            told = f"{key} is {dict(statuses)} alone, and {dict(both[key])} with sources"
            assert statuses["FAILED"] <= both[key]["FAILED"], told
            # The sources may show that a control does not apply, which it passed either way.
            assert statuses["PASSED"] <= both[key]["PASSED"] + both[key]["NOT_APPLICABLE"], told
            assert both[key]["FAILED"] <= statuses["FAILED"] + statuses["UNKNOWN"], told
        judged(plan, source_dir=root)


def _verdicts(reading: Reading) -> dict[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in check(CONTROLS, adapt(reading.blocks)):
        found.setdefault((one.resource.address, one.control.id), Counter())[one.status.value] += 1
    return found


def ignores(data: bytes) -> None:
    """Comments have a place and cover one; they take failures out of the count, and nothing else."""
    text = text_of(data)
    lines = scan.lines(text)
    found = comments(text, MARKER)
    for one in found:
        offset = lines.starts[one.line - 1] + one.column - 1
        assert text.startswith(MARKER, offset)
        covers = one.covers
        assert covers is None or (covers.start_line, covers.start_column) <= (covers.end_line, covers.end_column)
    from_comments("main.tf", text, TERMS)
    for line in text.split("\n")[:50]:
        parse(f" {line}")
        pattern, _, name = line.partition(" ")
        address_matches(pattern, name)
        path_matches(pattern, name)
    if len(found) != text.count(MARKER):
        return
    plain = text.replace(MARKER, MARKER.replace(":", "-"))
    with laid_out({"main.tf": data}) as root:
        with_comments = judged(root)
    with laid_out({"main.tf": plain.encode("utf-8", "replace")}) as root:
        without = judged(root)
    assert (with_comments is None) == (without is None)
    if with_comments is not None and without is not None:
        assert _failures(with_comments.report) == _failures(without.report)


def _failures(report: Report) -> set[tuple[str, str]]:
    return {(one.resource.address, one.control.id) for one in report.findings if one.status.value == "FAILED"}


def planfiles(data: bytes) -> None:
    """A binary plan is refused, or its configuration is laid out below the directory for it, and nowhere else."""
    with laid_out({"tfplan": data}) as root:
        path = str(root / "tfplan")
        before = os.environ.get("PATH")
        os.environ["PATH"] = ""
        try:
            with suppress(InputError, UsageError):
                read(path)
            snapshot = planfile.snapshot(path)
        except InputError as error:
            check_message(error)
            return
        finally:
            os.environ["PATH"] = before or ""
        scratch = root.parent / "scratch"
        try:
            layout = lay_out(snapshot, root, scratch)
        except OSError:  # names that are too long, or both of a file and of a directory: such plans are refused
            return
        resolved = scratch.resolve()
        assert layout.root.is_relative_to(resolved)
        assert all(one.is_relative_to(resolved) for one in layout.modules.values())
        assert sorted(one.name for one in root.parent.iterdir()) == ["repository", "scratch"]
        assert sorted(one.name for one in root.iterdir()) == [".git", "tfplan"]
        if len(data) < 20_000:
            judged(layout.root)


def configurations(data: bytes) -> None:
    """tfcheck.toml is refused with its name and key, or leads to nothing outside; what it turns off is told."""
    files = sections(data, "tfcheck.toml")
    with laid_out(files) as root:
        try:
            read_ = config.load(None, root)
            controls = config.controls(read_)
            config.selected(read_, controls)
        except UsageError as error:
            check_message(error, "tfcheck.toml: ", "control: ", "skip: ", "no control is left")
            return
        real = root.resolve()
        for written in (read_.output, *(one for _, one in read_.report)):
            assert written is None or (root / written).resolve().is_relative_to(real)
        for one in (read_.baseline, read_.source_dir, *read_.var_file):
            assert one is None or (root / one).resolve().is_relative_to(real)
        assert read_.terraform is None or "/" not in read_.terraform
        told = loosened(read_, ())
        assert told is None or told.startswith("tfcheck.toml: ")
        assert told is not None or not (read_.ignores or read_.skip or read_.control)
        assert [one.id for one in controls] == IDS
        judged(_PLAN, ignores=read_.ignores)


def baselines(data: bytes) -> None:
    """A baseline is refused, or compared with; what it holds acts on no output."""
    with laid_out({"baseline.json": data}) as root:
        try:
            earlier = changes.baseline(root / "baseline.json", CONTROLS)
        except UsageError as error:
            check_message(error)
            return
        assert all(one.control in CONTROLS for one in earlier)
        judged(_PLAN, baseline=root / "baseline.json")


def tfvars(data: bytes) -> None:
    """Values of variables, in HCL or JSON: refused, or judged with."""
    name = "terraform.tfvars.json" if data.lstrip()[:1] == b"{" else "terraform.tfvars"
    with laid_out({"main.tf": _MAIN, name: data}) as root:
        judged(root)
        judged(root, options=Options((("file", str(root / name)),)), for_hcl=False)
        text = text_of(data)
        if "\0" not in text:
            judged(root, options=Options((("var", f"containers={text}"), ("var", text))))


_MAIN = b"""variable "containers" {
  type    = any
  default = []
}
variable "host" { default = "bridge" }
variable "tags" { type = map(string) }
variable "insights" {
  type    = object({ on = optional(bool, true), name = optional(string) })
  default = {}
}
resource "aws_ecs_task_definition" "app" {
  family                = "app"
  network_mode          = var.host
  container_definitions = jsonencode(var.containers)
  tags                  = var.tags
}
resource "aws_ecs_cluster" "main" {
  name = "main"
  setting {
    name  = "containerInsights"
    value = var.insights.on ? "enabled" : "disabled"
  }
}
"""
