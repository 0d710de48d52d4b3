"""A plan and its sources: the plan decides values, the sources know places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tfcheck.errors import Problem
from tfcheck.terraform import address
from tfcheck.terraform.block import Block, Module, Reading
from tfcheck.terraform.hcl import project, scan
from tfcheck.values import Region, SourceLocation

_HIDDEN = ".terraform"
_SUFFIXES = (".tf", ".tofu")

# The place of each block's header by its name: `TYPE.NAME` of resources, `module.NAME` of calls.
Headers = Mapping[str, SourceLocation]


@dataclass(frozen=True, slots=True)
class Sources:
    """The HCL that a plan was made from: its root module's directory, and the repository that places are told in."""

    directory: Path
    repository: Path

    def text(self, path: str) -> str | None:
        """The text of a file by its path from the repository's root; None where it cannot be read."""
        return _text(self.repository / path)


def find(reading: Reading, plan: str, given: Path | None) -> Sources | None:
    """The sources of a plan: the given directory, else the plan's or the working one if it declares the same."""
    if given is not None:
        return _sources(given)
    beside = [Path(plan).parent] if plan != "-" else []
    for directory in (*beside, Path.cwd()):
        if (reading.root.resources or reading.root.calls) and not undeclared(reading.root, directory):
            return _sources(directory)
    return None


def undeclared(root: Module, directory: Path) -> list[str]:
    """The ECS resources and module calls of a plan's root that a directory does not declare."""
    wanted = {*root.resources, *(f"module.{name}" for name in root.calls)}
    return sorted(wanted - _headers(directory, directory).keys()) if wanted else []


def with_places(reading: Reading, sources: Sources) -> Reading:
    """The same reading, each block with the place of its header; with a warning where the sources are others."""
    directories = project.directories(sources.directory, reading.root)
    headers = {path: _headers(directory, sources.repository) for path, directory in directories.items()}
    blocks = tuple(_placed(block, headers) for block in reading.blocks)
    missing = undeclared(reading.root, sources.directory)
    if not missing:
        return replace(reading, blocks=blocks)
    message = f"{sources.directory} does not declare {', '.join(missing)}: are these the sources of the plan?"
    problem = Problem("warning", reading.source.path, message)
    return replace(reading, blocks=blocks, problems=(*reading.problems, problem))


def _sources(directory: Path) -> Sources:
    """The repository is the nearest directory around it that holds .git, else the directory itself."""
    resolved = directory.resolve()
    for ancestor in (resolved, *resolved.parents):
        if (ancestor / ".git").exists():
            return Sources(resolved, ancestor)
    return Sources(resolved, resolved)


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


def _headers(directory: Path, repository: Path) -> Headers:
    """The headers of a module's files; none for what is outside of the repository or below a .terraform directory."""
    found: dict[str, SourceLocation] = {}
    for file in _files(directory):
        path = _path(file, repository)
        text = _text(file) if path is not None else None
        if path is not None and text is not None:
            lines = scan.lines(text)
            for block in scan.scan(text).blocks:
                name = _name(block)
                if name is not None:
                    found.setdefault(name, SourceLocation(path, _first_line(text, block, lines)))
    return found


def _files(directory: Path) -> list[Path]:
    """The configuration files of a module: override files last, a .tofu file in place of the .tf file of its name."""
    try:
        names = sorted(file.name for file in directory.iterdir() if file.suffix in _SUFFIXES and file.name[0] != ".")
    except OSError:
        return []
    kept = [name for name in names if not (name.endswith(".tf") and f"{name[:-3]}.tofu" in names)]
    return [directory / name for name in sorted(kept, key=_is_override)]


def _is_override(name: str) -> bool:
    stem = name.rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _path(file: Path, repository: Path) -> str | None:
    """The path of a file as reports tell it, links resolved; None where it is not of the repository."""
    try:
        relative = file.resolve().relative_to(repository)
    except (OSError, ValueError, RuntimeError):
        return None
    return None if _HIDDEN in relative.parts else relative.as_posix()


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def _name(block: scan.BlockSpan) -> str | None:
    if block.type == "resource" and len(block.labels) == 2:
        return ".".join(block.labels)
    return f"module.{block.labels[0]}" if block.type == "module" and len(block.labels) == 1 else None


def _first_line(text: str, block: scan.BlockSpan, lines: scan.Lines) -> Region:
    """From the header's start to its brace, or to the end of its first line where the brace is on another."""
    line, column = lines.position(block.start)
    end = text.find("\n", block.start, block.body)
    stop = block.body if end < 0 else block.start + len(text[block.start : end].rstrip())
    return Region(line, column, *lines.position(stop))
