"""What all modules of one evaluation share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl.bounds import Tally
from tfcheck.terraform.hcl.directory import Directory
from tfcheck.terraform.hcl.functions.files import Files
from tfcheck.terraform.hcl.scope import Budget
from tfcheck.terraform.hcl.values import Value


@dataclass(frozen=True, slots=True)
class Run:
    """What all modules of a run share.

    open_directory: the module of a path, read once. find: the directory of a call, by the directory of its module, the
    names of the calls from the root, and the source; None where it is not there. given: values of the root's variables.
    files: those that functions may read. missing: the level of the problem that a module which is not there is.
    planned: a reference's value with what a plan knows of the resource or data source at that address.
    """

    root: Path
    repository: Path
    open_directory: Callable[[Path], Directory]
    find: Callable[[Path, tuple[str, ...], str], Path | None]
    given: Mapping[str, Callable[[], Value]]
    files: Files
    missing: str = "error"
    workspace: str | None = None
    planned: Callable[[str, Value], Value] = lambda _, written: written
    budget: Budget = field(default_factory=Budget)
    tally: Tally = field(default_factory=Tally)
