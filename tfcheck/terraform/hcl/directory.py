"""What one module's files say: blocks by kind and name, parsed when something asks for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import partial
from pathlib import Path, PurePath

from tfcheck.errors import Problem
from tfcheck.records import dataclass
from tfcheck.terraform.hcl import jsonsyntax, project, scan
from tfcheck.terraform.hcl.headers import first_line
from tfcheck.terraform.hcl.jsonbody import body_of
from tfcheck.terraform.hcl.syntax import parse_body
from tfcheck.terraform.hcl.syntax_tree import Attribute, Block, Body, SyntaxFault
from tfcheck.terraform.hcl.values import Source
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
    """A module's directory. problems: what could not be read in it, known after what asks for its blocks has run."""

    path: Path
    definitions: dict[tuple[str, ...], list[Definition]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _written: dict[tuple[str, ...], list[Written]] = field(default_factory=dict)

    def names(self, kind: str) -> Iterator[tuple[str, ...]]:
        """The labels of all blocks of a kind, in the order of the files."""
        yield from (key[1:] for key in self.definitions if key[0] == kind)

    def has(self, *key: str) -> bool:
        """Is there a block of this kind and these labels?"""
        return key in self.definitions

    def one(self, *key: str) -> Written | None:
        """The block of this kind and these labels; None where there is none that can be read."""
        found = self.all(*key)
        return found[0] if found else None

    def all(self, *key: str) -> list[Written]:
        """All blocks of this kind and these labels: several `locals`, or a provider with its aliases."""
        if key not in self._written:
            self._written[key] = self._merged(self.definitions.get(key, []))
        return self._written[key]

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
        if problem not in self.problems:
            self.problems.append(problem)


def read(path: Path, repository: Path) -> Directory:
    """The blocks of a directory's files. A file that is no text, and what is damaged in others, is a problem."""
    directory = Directory(path)
    for file in project.files(path):
        shown = project.path_in(repository, file)
        text = project.text(file)
        if text is None:
            directory.problems.append(Problem("error", shown or _outside(repository, file), "cannot be read"))
            continue
        source = Source(shown or _outside(repository, file), text, placed=shown is not None)
        in_json, is_override = project.is_json(file.name), project.is_override(file.name)
        found = _in_json(source, directory) if in_json else _in_hcl(source, directory)
        for span, parse in found:
            definition = Definition(source, span, is_override, parse)
            directory.definitions.setdefault((span.type, *span.labels), []).append(definition)
    return directory


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
