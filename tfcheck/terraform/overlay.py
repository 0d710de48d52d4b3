"""A plan and its sources: the plan decides values, the sources know places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from tfcheck.errors import Problem
from tfcheck.records import dataclass
from tfcheck.terraform import address
from tfcheck.terraform.block import Block, Reading
from tfcheck.terraform.hcl import project
from tfcheck.values import SourceLocation

# The place of each block's header by its name: `TYPE.NAME` of resources, `module.NAME` of calls.
Headers = Mapping[str, SourceLocation]


@dataclass(frozen=True, slots=True)
class Sources:
    """The HCL that a plan was made from: its root module's directory, and the repository that places are told in."""

    directory: Path
    repository: Path


def find(reading: Reading, plan: str, given: Path | None) -> Sources | None:
    """The sources of a plan: the given directory, else the plan's or the working one if it declares the same."""
    if given is not None:
        return _sources(given)
    if not reading.root.resources and not reading.root.calls:
        return None
    beside = [Path(plan).parent] if plan != "-" else []
    candidates = [_sources(directory) for directory in (*beside, Path.cwd())]
    return next((sources for sources in candidates if not undeclared(reading, sources)), None)


def undeclared(reading: Reading, sources: Sources) -> list[str]:
    """The ECS resources and module calls of a plan's root that the sources do not declare."""
    wanted = {*reading.root.resources, *(f"module.{name}" for name in reading.root.calls)}
    return sorted(wanted - _headers(sources.directory, sources.repository).keys())


def with_places(reading: Reading, sources: Sources) -> Reading:
    """The same reading, each block with the place of its header; with a warning where the sources are others."""
    directories = project.directories(sources.directory, reading.root)
    headers = {path: _headers(directory, sources.repository) for path, directory in directories.items()}
    blocks = tuple(_placed(block, headers) for block in reading.blocks)
    missing = undeclared(reading, sources)
    placed = replace(reading, blocks=blocks, repository=sources.repository)
    if not missing:
        return placed
    message = f"the sources do not declare {', '.join(missing)}: are they those of the plan?"
    problem = Problem("warning", reading.source.path, message)
    return replace(placed, problems=(*reading.problems, problem))


def _sources(directory: Path) -> Sources:
    resolved = directory.resolve()
    return Sources(resolved, project.repository(resolved))


def _placed(block: Block, headers: Mapping[tuple[str, ...], Headers]) -> Block:
    """At its own header or, where its module is outside of the repository, at that of the nearest call inside it."""
    steps = [step.name for step in address.steps(block.resource.address)]
    calls, wanted = tuple(steps[1:-2:2]), ".".join(steps[-2:])
    while True:
        location = headers.get(calls, {}).get(wanted)
        if location is not None:
            return replace(block, resource=replace(block.resource, location=location))
        if not calls:
            return block
        wanted, calls = f"module.{calls[-1]}", calls[:-1]


@cache
def _headers(directory: Path, repository: Path) -> Headers:
    """The headers of a module's files; none for files outside of the repository or below a .terraform directory."""
    found: dict[str, SourceLocation] = {}
    for file in project.files(directory):
        from tfcheck.terraform.hcl.headers import headers  # noqa: PLC0415

        path = project.path_in(repository, file)
        text = project.text(file) if path is not None else None
        if path is not None and text is not None:
            for name, location in headers(path, text):
                found.setdefault(name, location)
    return found
