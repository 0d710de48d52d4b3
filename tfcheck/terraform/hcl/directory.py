"""What one module's files say: blocks by kind and name, parsed when something asks for them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path, PurePath
from typing import TypeAlias

from tfcheck import files
from tfcheck.errors import Problem
from tfcheck.limits import more, size
from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import jsonsyntax, project, scan
from tfcheck.terraform.hcl.bounds import MOST_DIRECTORY_BYTES, MOST_PROBLEMS, Pool
from tfcheck.terraform.hcl.functions import provider
from tfcheck.terraform.hcl.headers import first_line
from tfcheck.terraform.hcl.jsonbody import body_of
from tfcheck.terraform.hcl.syntax import parse_body
from tfcheck.terraform.hcl.syntax_tree import Attribute, Block, Body, SyntaxFault
from tfcheck.terraform.hcl.values import Source
from tfcheck.terraform.plan import ECS_TYPES
from tfcheck.values import SourceLocation

# Blocks of these kinds say nothing that matters for what a resource is going to be.
_LABELS = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "module": 1,
    "output": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}
# What every file with a module call or an ECS resource has in it; types and kinds may be written with escapes.
_TELLING = re.compile(r"_ecs_|module|\\[uU]")

_Definitions: TypeAlias = "dict[tuple[str, ...], list[Definition]]"


@dataclass(frozen=True, slots=True)
class Definition:
    """A top-level block of a file, not parsed yet; `is_override` where it stands in an override file.

    parse: its body. Raises SyntaxFault.
    """

    source: Source
    span: scan.BlockSpan
    is_override: bool
    parse: Callable[[], Body]

    @property
    def header(self) -> SourceLocation | None:
        """The place of its header, if it may be told."""
        if not self.source.placed:
            return None
        return SourceLocation(self.source.path, first_line(self.source.text, self.span, self.source.lines))


@dataclass(frozen=True, slots=True)
class Written:
    """The body of a block, override files merged into it: every part with the file in which it stands."""

    header: SourceLocation | None
    attributes: Mapping[str, tuple[Source, Attribute]] = field(default_factory=dict)
    blocks: tuple[tuple[Source, Block], ...] = ()


@dataclass(eq=False)
class Directory:
    """A module's directory. problems: what could not be read in it, known after what asks for its blocks has run.

    sources: its files, override files last. One that can hold neither a module call nor an ECS resource is only looked
    into when something else is asked for, which in most directories of most repositories never happens.
    """

    path: Path
    sources: list[Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _told: set[Problem] = field(default_factory=set)
    _scanned: dict[str, list[Definition]] = field(default_factory=dict)
    _written: dict[tuple[str, ...], list[Written]] = field(default_factory=dict)

    @cached_property
    def _telling(self) -> _Definitions:
        return self._definitions([source for source in self.sources if _TELLING.search(source.text)])

    @cached_property
    def _all(self) -> _Definitions:
        return self._definitions(self.sources)

    def _definitions(self, sources: Iterable[Source]) -> _Definitions:
        found: _Definitions = {}
        for source in sources:
            if source.path not in self._scanned:
                self._scanned[source.path] = list(_scanned(source, self))
            for one in self._scanned[source.path]:
                found.setdefault((one.span.type, *one.span.labels), []).append(one)
        return found

    def definitions(self, *key: str) -> list[Definition]:
        """The blocks of this kind and these labels, those of override files last."""
        told = key[0] == "module" or (key[0] == "resource" and key[1].startswith(ECS_TYPES))
        return (self._telling if told else self._all).get(key, [])

    def calls(self) -> list[str]:
        """The names of all module calls, in the order of the files."""
        return [key[1] for key in self._telling if key[0] == "module"]

    def ecs_resources(self) -> list[tuple[str, str]]:
        """The types and names of all ECS resources, in the order of the files."""
        found = [key for key in self._telling if key[0] == "resource"]
        return [(type_, name) for _, type_, name in found if type_.startswith(ECS_TYPES)]

    def names(self, kind: str) -> list[str]:
        """The names of all blocks of a kind that have one label, in the order of the files."""
        return [key[1] for key in self._all if key[0] == kind]

    def has(self, *key: str) -> bool:
        """Is there a block of this kind and these labels?"""
        return bool(self.definitions(*key))

    def one(self, *key: str) -> Written | None:
        """The block of this kind and these labels; None where there is none that can be read."""
        found = self.all(*key)
        return found[0] if found else None

    def all(self, *key: str) -> list[Written]:
        """All blocks of this kind and these labels: several `locals`, or a provider with its aliases."""
        if key not in self._written:
            self._written[key] = self._merged(self.definitions(*key))
        return self._written[key]

    def required(self) -> Mapping[str, str]:
        """The sources of the providers that the module requires, by local name."""
        return provider.required(block for one in self.all("terraform") for _, block in one.blocks)

    def _merged(self, definitions: list[Definition]) -> list[Written]:
        made = [self._parsed(one) for one in definitions if not one.is_override]
        for override in (self._parsed(one) for one in definitions if one.is_override):
            made = [_overridden(base, override) for base in made]
        return [one for one in made if one is not None]

    def _parsed(self, definition: Definition) -> Written | None:
        source, span = definition.source, definition.span
        try:
            body = definition.parse()
        except SyntaxFault as fault:
            what = " ".join((span.type, *span.labels))
            self.report("error", source, fault.offset, f"{fault.message}: the block {what} is not read")
            return None
        for duplicate in body.duplicates:
            self.report("warning", source, duplicate.start, f"{duplicate.name} is set twice: the first one counts")
        return _written(definition.header, source, body)

    def report(self, level: str, source: Source, offset: int, message: str) -> None:
        """Adds a problem at a place, once."""
        line, column = source.lines.position(offset)
        problem = Problem("error" if level == "error" else "warning", source.path, message, line, column)
        if problem in self._told or len(self._told) > MOST_PROBLEMS:
            return
        self._told.add(problem)
        if len(self._told) > MOST_PROBLEMS:
            message = f"there are more than {MOST_PROBLEMS} problems in this directory: further ones are not told"
            problem = Problem("error", source.path, message, line, column)
        self.problems.append(problem)


def read(path: Path, repository: Path, pool: Pool | None = None) -> Directory:
    """The files of a directory. One that cannot be read is a problem and, later, what is damaged in others.

    pool: what is left for all directories of a run.
    """
    directory, left, pool = Directory(path), MOST_DIRECTORY_BYTES, pool or Pool()
    for file in project.files(path):
        shown = project.path_in(repository, file)
        try:
            content = files.read_inside(file, "SOURCE_BYTES", lambda: repository)
            left -= len(content)
            pool.source_bytes -= len(content)
            if left < 0:
                raise files.Refused(f"this directory's files have more than {size(MOST_DIRECTORY_BYTES)} together")
            if pool.source_bytes < 0:
                raise files.Refused(f"all files together have too many bytes{more('SOURCES_BYTES')}")
        except OSError as fault:
            message = f"is not read: {fault.strerror}"
            directory.problems.append(Problem("error", named(file, repository), message))
            continue
        text = content.decode("utf-8", "replace")
        source = Source(shown or _outside(repository, file), text, placed=shown is not None)
        _note_encoding(directory, source, content)
        directory.sources.append(source)
    return directory


def _scanned(source: Source, directory: Directory) -> Iterator[Definition]:
    name = PurePath(source.path).name
    is_override = project.is_override(name)
    found = _in_json(source, directory) if project.is_json(name) else _in_hcl(source, directory)
    for span, parse in found:
        yield Definition(source, span, is_override, parse)


def _in_hcl(source: Source, directory: Directory) -> Iterator[tuple[scan.BlockSpan, Callable[[], Body]]]:
    found = scan.scan(source.text)
    for fault in found.faults:
        directory.report("error", source, fault.offset, f"{fault.message}: what it belongs to is not read")
    for span in found.blocks:
        if _LABELS.get(span.type) == len(span.labels):
            yield span, partial(parse_body, source.text, span)


def _in_json(source: Source, directory: Directory) -> Iterator[tuple[scan.BlockSpan, Callable[[], Body]]]:
    found = jsonsyntax.read(source.text, _LABELS)
    for fault in found.faults:
        directory.report("error", source, fault.offset, f"{fault.message}: what it belongs to is not read")
    for entry in found.entries:
        yield entry.span, partial(body_of, entry)


def _note_encoding(directory: Directory, source: Source, content: bytes) -> None:
    """Says where a file is not UTF-8, which terraform refuses outside of comments."""
    if "\ufffd" not in source.text:
        return
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        offset = len(content[: fault.start].decode())
        directory.report("warning", source, offset, "it is not UTF-8 here: what this is part of may be misread")


def named(file: Path, repository: Path) -> str:
    """The path of a file that is not read, of a link its own: told, though nothing is placed in it."""
    parent = project.path_in(repository, file.parent)
    return _outside(repository, file) if parent is None else PurePath(parent, file.name).as_posix()


def _outside(repository: Path, file: Path) -> str:
    """The path of a file below a .terraform directory, or outside of the repository: told, but never as a place."""
    return PurePath(os.path.relpath(file, repository)).as_posix()


def _written(header: SourceLocation | None, source: Source, body: Body) -> Written:
    attributes = {name: (source, attribute) for name, attribute in body.attributes.items()}
    return Written(header, attributes, tuple((source, block) for block in body.blocks))


def _overridden(base: Written | None, override: Written | None) -> Written | None:
    """The base with the other's attributes, and its nested blocks of a type in place of all of that type."""
    if base is None or override is None:
        return base
    replaced = {kind(block) for _, block in override.blocks}
    kept = tuple(one for one in base.blocks if kind(one[1]) not in replaced)
    return Written(base.header, {**base.attributes, **override.attributes}, (*kept, *override.blocks))


def kind(block: Block) -> str:
    """The type of a nested block, or of those that a dynamic one makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
