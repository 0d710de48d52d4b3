"""A plan and its sources: the plan decides values, the sources know places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tfcheck.errors import Problem
from tfcheck.records import dataclass, field, replace
from tfcheck.terraform import address
from tfcheck.terraform.block import Block, Node, Reading
from tfcheck.terraform.hcl import project
from tfcheck.terraform.links import JOINING
from tfcheck.terraform.lookup import lookup
from tfcheck.terraform.merge import merged
from tfcheck.values import SourceLocation, Unknown

if TYPE_CHECKING:
    from tfcheck.terraform.hcl.counterpart import Counterparts
    from tfcheck.terraform.snapshot import Layout

_MOST_TOLD = 5
# The place of each block's header by its name: `TYPE.NAME` of resources, `module.NAME` of calls.
Headers = Mapping[str, SourceLocation]


@dataclass(frozen=True, slots=True)
class Sources:
    """The HCL that a plan was made from: its root module's directory, and the repository that places are told in.

    others: directories of modules that are not there, by key (`a.b`).
    """

    directory: Path
    repository: Path
    others: Mapping[str, Path] = field(default_factory=dict)


def find(reading: Reading, plan: str, given: Path | None, layout: Layout | None = None) -> Sources | None:
    """The sources of a plan: the given directory, else the plan's or the working one if it declares the same.

    layout: the binary plan's own snapshot, which serves where there are none of these, and for modules that are not
    there.
    """
    found = _found(reading, plan, given)
    if layout is None:
        return found
    if found is not None:
        return replace(found, others=layout.modules)
    own = Sources(layout.root, layout.repository)
    return None if undeclared(reading, own) else own


def _found(reading: Reading, plan: str, given: Path | None) -> Sources | None:
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


def joined(reading: Reading, sources: Sources) -> Reading:
    """The same reading, each block laid over what was written of it; with a warning where the sources are others."""
    directories = project.directories(sources.directory, reading.root)
    headers = {path: _headers(directory, sources.repository) for path, directory in directories.items()}
    overlay = _Overlay(reading.source.path, headers, _counterparts(reading, sources), set(undeclared(reading, sources)))
    blocks = tuple(overlay.block(block) for block in reading.blocks)

    def problems() -> tuple[Problem, ...]:
        return (*reading.late_problems(), *overlay.problems())

    return replace(reading, blocks=blocks, repository=sources.repository, late_problems=problems)


def _counterparts(reading: Reading, sources: Sources) -> Counterparts:
    from tfcheck.terraform.hcl.counterpart import Counterparts  # noqa: PLC0415 - most of the language hangs on it

    return Counterparts(sources.directory, sources.repository, sources.others, reading.variables, lookup(reading.text))


@dataclass(frozen=True, slots=True)
class _Overlay:
    """The sources of a plan, and what they say otherwise: blocks that they do not have, places of other values."""

    plan: str
    headers: Mapping[tuple[str, ...], Headers]
    counterparts: Counterparts
    missing: set[str] = field(default_factory=set)
    different: dict[SourceLocation, None] = field(default_factory=dict)

    def block(self, planned: Block) -> Block:
        """The block with the places of its counterpart, whose attributes serve where the plan does not know its own."""
        placed = _placed(planned, self.headers)
        find = cache(lambda: self._counterpart(planned.resource.address))

        @cache
        def attribute(name: str) -> Node:
            node, written = planned.attribute(name), find()
            if written is None:
                return node
            if name in JOINING and isinstance(node.value, Unknown) and planned.references(name):
                # What the plan says of where it leads is as good as a value, and decides.
                return replace(node, location=written.attribute(name).location)
            return merged(node, written.attribute(name), self._differ)

        def references(name: str) -> tuple[str, ...]:
            told, written = planned.references(name), find()
            # A plan does not say what local values are made of.
            return told or (written.references(name) if written is not None else ())

        return replace(placed, attribute=attribute, references=references)

    def _counterpart(self, address_: str) -> Block | None:
        written = self.counterparts.of(address_)
        if written is None and self.counterparts.has_module(address_):
            self.missing.add(address.without_keys(address_))
        return written

    def _differ(self, place: SourceLocation) -> None:
        self.different[place] = None

    def problems(self) -> Iterator[Problem]:
        """What could not be read of the sources, and that they are not those of the plan."""
        yield from self.counterparts.problems()
        if self.missing:
            told = _told(sorted(self.missing))
            yield Problem("warning", self.plan, f"the sources do not declare {told}: are they those of the plan?")
        if self.different:
            places = [f"{one.path}:{one.region.start_line}" for one in self.different if one.region is not None]
            told = _told(list(dict.fromkeys(places)))
            message = (
                f"the sources say something else than the plan at {told}: are they those of the plan? Its values count"
            )
            yield Problem("warning", self.plan, message)


def _told(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    return ", ".join(names[:_MOST_TOLD]) + more


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
