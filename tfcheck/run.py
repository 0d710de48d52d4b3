"""Inputs -> the report on them: read, joined with their sources, judged, and compared with what was and is accepted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfcheck import changes, files, limits, locate
from tfcheck.control import Control
from tfcheck.errors import InputError, Problem, UsageError
from tfcheck.findings import Report
from tfcheck.ignores import Ignore, Terms
from tfcheck.records import dataclass
from tfcheck.suppressions import suppress
from tfcheck.terraform import overlay
from tfcheck.terraform.adapt import shared_families
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.hcl import project
from tfcheck.terraform.read import is_configuration, read, read_configuration

if TYPE_CHECKING:
    from tfcheck.terraform.snapshot import Layout


@dataclass(frozen=True, slots=True)
class Request:
    """What to report on, and how.

    paths: plans, states, binary plans and directories. source_dir: the sources of plans; plan_file: the binary plan
    of one that is given in JSON. terraform: the program that shows binary plans. options: how to read HCL. baseline:
    an earlier report. ignores, terms: what is accepted. scratch: makes a directory for files that last as long as the
    report. step: is told what is being done. for_hcl, for_plans: something was asked for that only these have.
    """

    paths: tuple[str, ...]
    controls: Sequence[Control[Any]]
    options: Options
    ignores: tuple[Ignore, ...]
    terms: Terms
    scratch: Callable[[], Path]
    for_hcl: bool = False
    for_plans: bool = False
    source_dir: Path | None = None
    plan_file: Path | None = None
    terraform: str | None = None
    baseline: Path | None = None
    step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and the text of a file by its path in it; None where it is not at hand."""

    report: Report
    read_source: Callable[[str], str | None]


def run(request: Request) -> Outcome:
    """The report on all inputs. Raises InputError where none can be read, UsageError for a baseline that is none."""
    readings, problems = _read_all(request)
    earlier = None if request.baseline is None else changes.baseline(request.baseline, request.controls)
    request.step("judging what was read")
    compared = [
        changes.between(request.controls, one.blocks, None if earlier is not None else one.before) for one in readings
    ]
    changed = changes.merged(compared)
    for reading in readings:
        problems += [*reading.problems, *shared_families(reading), *reading.late_problems()]
    sources = tuple(reading.source for reading in readings)
    if earlier is not None:
        whole = all(one.complete for one in sources) and not any(one.level == "error" for one in problems)
        left = changes.forgotten(block for one in readings for block in one.before or ())
        changed = changes.compare(changed.findings, earlier, whole=whole, forgotten=left)
    repositories = dict.fromkeys(one.repository for one in readings if one.repository is not None)
    read_source = partial(_text, tuple(repositories))
    commented = read_source if repositories else None
    findings, warnings = suppress(changed.findings, request.ignores, commented, request.terms)
    found = tuple(sorted(findings, key=locate.order))
    told = tuple(dict.fromkeys((*problems, *warnings)))
    return Outcome(Report(sources, found, told, changed.resolved, changed.standings), read_source)


def _read_all(request: Request) -> tuple[list[Reading], list[Problem]]:
    """All inputs. One that cannot be read is a problem beside the others; where none can, it ends the run."""
    readings: list[Reading] = []
    problems: list[Problem] = []
    failure: InputError | None = None
    for path in request.paths:
        request.step(_told(path))
        try:
            readings += _read(path, request)
        except InputError as error:
            failure = error
            problems.append(Problem("error", path, str(error).removeprefix(f"{path}: ")))
    if failure is not None and not readings:
        raise failure
    return readings, problems


def _told(path: str) -> str:
    mark = files.mark(Path(path))
    return f"reading {path}" if mark is None else f"reading {path}, {limits.size(mark[1])}"


def _read(path: str, request: Request) -> list[Reading]:
    if is_configuration(path):
        if request.for_plans:
            raise UsageError(
                f"{path}: --only-introduced needs a plan, or a --baseline: HCL does not tell what there was"
            )
        return read_configuration(path, request.options)
    if request.for_hcl:
        raise UsageError(f"{path}: --var and --var-file are for HCL: a plan has its variables already")
    reading = read(path, request.terraform, request.source_dir)
    if reading.source.kind == "state":
        return [reading]
    sources = overlay.find(reading, path, request.source_dir, _layout(path, reading, request))
    return [reading if sources is None else overlay.joined(reading, sources)]


def _layout(path: str, reading: Reading, request: Request) -> Layout | None:
    """The snapshot of the sources in the binary plan, where there is one."""
    plan = path if reading.source.kind == "planfile" else request.plan_file
    if plan is None:
        return None
    from tfcheck.terraform.planfile import snapshot  # noqa: PLC0415 - most runs have no such file
    from tfcheck.terraform.snapshot import lay_out  # noqa: PLC0415

    ran_in = request.source_dir or Path(plan).parent
    try:
        return lay_out(snapshot(str(plan)), ran_in.resolve(), request.scratch())
    except OSError as error:
        raise InputError(f"{plan}: its configuration cannot be laid out: {error.strerror}") from error


def _text(repositories: Sequence[Path], path: str) -> str | None:
    texts = (project.text(repository / path) for repository in repositories)
    return next((text for text in texts if text is not None), None)
