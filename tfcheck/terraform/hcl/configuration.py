"""A directory of HCL -> blocks: its root modules, each with what it calls."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tfcheck.errors import InputError, Problem
from tfcheck.records import dataclass
from tfcheck.terraform.block import Block, Options, Reading, Source
from tfcheck.terraform.hcl import project, tfvars
from tfcheck.terraform.hcl.bounds import Pool, Tally
from tfcheck.terraform.hcl.directory import Directory, read
from tfcheck.terraform.hcl.functions.files import Files
from tfcheck.terraform.hcl.module import Module
from tfcheck.terraform.hcl.resources import blocks
from tfcheck.terraform.hcl.run import Run
from tfcheck.terraform.hcl.scope import Budget
from tfcheck.terraform.hcl.syntax_tree import Template

_LEFT_OUT = frozenset({".terraform", ".git", "node_modules"})


def read_directory(path: str, options: Options) -> list[Reading]:
    """A reading of each root module: the directory itself, and all below it that no other root leads to.

    Raises InputError where there is no configuration at all.
    """
    top = Path(path).resolve()
    repository = project.repository(top)
    pool = Pool()
    open_directory = cache(lambda directory: read(directory, repository, pool))
    found = [directory for directory in _below(top) if project.files(directory)]
    if not found:
        raise InputError(
            f"{path}: holds no Terraform files: give a directory of .tf or .tf.json files, or a plan in JSON"
        )
    project_ = _Project(path, top, repository, open_directory, options, pool)
    readings = {root: project_.reading(root) for root in _roots(top, found, open_directory)}
    uses = Counter(directory for _, used in readings.values() for directory in used)
    for root in list(readings):
        # A call whose source is no literal shows only when it is read.
        if root != top and uses[root] > 1:
            uses.subtract(readings.pop(root)[1])
    return [reading for reading, _ in readings.values()]


def _roots(top: Path, found: list[Path], open_directory: Callable[[Path], Directory]) -> list[Path]:
    """The top, what no call leads to, and of modules that only call each other in a circle the first."""
    calls = {directory: set(_calls(open_directory(directory))) for directory in found}
    called = {inner for each in calls.values() for inner in each}
    roots = [directory for directory in found if directory == top or directory not in called]
    reached: set[Path] = set()
    for directory in (*roots, *found):
        if directory in reached:
            continue
        if directory in called and directory != top:
            roots.append(directory)
        waiting = [directory]
        while waiting:
            current = waiting.pop()
            if current not in reached:
                reached.add(current)
                waiting.extend(calls.get(current, ()))
    return roots


def _below(top: Path) -> Iterator[Path]:
    for directory, names, _ in os.walk(top):
        names[:] = sorted(name for name in names if name not in _LEFT_OUT and not name.startswith("."))
        yield Path(directory)


def _calls(directory: Directory) -> Iterator[Path]:
    """The directories that a module's calls with a local source lead to."""
    for name in directory.calls():
        written = directory.one("module", name)
        if written is not None and "source" in written.attributes:
            expression = written.attributes["source"][1].expression
            literal = expression.literal if isinstance(expression, Template) else None
            if literal is not None and literal.startswith(("./", "../")):
                with suppress(OSError, ValueError, RuntimeError):
                    yield (directory.path / literal).resolve()


@dataclass(frozen=True, slots=True)
class _Project:
    """What the roots of one directory share. shown: that directory as it was given."""

    shown: str
    top: Path
    repository: Path
    open_directory: Callable[[Path], Directory]
    options: Options
    pool: Pool

    def reading(self, root: Path) -> tuple[Reading, Collection[Path]]:
        """What a root module says, with all that it calls, and the directories that were read for it."""
        problems: list[Problem] = []
        used: dict[Path, Directory] = {}

        def opened(directory: Path) -> Directory:
            return used.setdefault(directory, self.open_directory(directory))

        given = tfvars.given(root, self.repository, self.options, problems)
        workspace = project.workspace(root, self.options.environment)
        files, missing = Files(root, self.repository), self.options.missing_modules
        find = finder(root, project.boundary(self.top))
        budget, tally = Budget(pool=self.pool), Tally(pool=self.pool)
        run = Run(root, self.repository, opened, find, given, files, missing, workspace, budget=budget, tally=tally)
        made: tuple[Block, ...] = tuple(blocks(Module(run, opened(root))))
        shown = self.shown if root == self.top else os.path.join(self.shown, root.relative_to(self.top))  # noqa: PTH118

        def all_problems() -> tuple[Problem, ...]:
            return tuple(dict.fromkeys([*problems, *(one for each in used.values() for one in each.problems)]))

        source = Source(shown, "directory", None)
        return Reading(source, made, late_problems=all_problems, repository=self.repository), used.keys()


def finder(
    root: Path, limit: Path, others: Mapping[str, Path] = MappingProxyType({})
) -> Callable[[Path, tuple[str, ...], str], Path | None]:
    """What finds the directory of a call that stands in a root or somewhere below it.

    limit: the directory that no call leads out of. others: directories by module key (`a.b`), for modules that are not
    there.
    """
    modules = project.installed(root)

    def find(parent: Path, calls: tuple[str, ...], source: str) -> Path | None:
        called = project.called(root, parent, source, modules.get(".".join(calls)), limit)
        try:
            directory = None if called is None else called.resolve()
        except (OSError, ValueError, RuntimeError):  # a NUL in it, a circle of links, or a name that is too long
            directory = None
        found = directory is not None and project.files(directory)
        return directory if found else others.get(".".join(calls))

    return find
