"""The configuration that a binary plan holds, laid out in a directory of its own so that it can be read as sources."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

from tfcheck.records import dataclass
from tfcheck.terraform.hcl import project
from tfcheck.terraform.planfile import Snapshot, SnapshotModule


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a snapshot was laid out: its root module, the repository around it, and all modules by key (`a.b`)."""

    root: Path
    repository: Path
    modules: dict[str, Path]


def lay_out(snapshot: Snapshot, ran_in: Path, scratch: Path) -> Layout:
    """Writes the files below the scratch directory, as they stand in the repository around the plan's directory.

    Places in them are told only where the repository has the same files, byte for byte: else the plan was made
    somewhere else, and all of it goes where no place is told.
    """
    home = project.repository(ran_in)
    inside = Path() if ran_in == home else ran_in.relative_to(home)
    same = all(_is_same(module, ran_in, home) for module in snapshot.modules.values())
    scratch = scratch.resolve()
    root = scratch / inside if same else scratch / project.HIDDEN / "plan"
    (scratch / ".git").mkdir(parents=True)
    modules: dict[str, Path] = {}
    for key, module in snapshot.modules.items():
        directory = _below(scratch, root, module.directory) or scratch / project.HIDDEN / f"module{len(modules)}"
        _write(directory, module)
        modules[key] = directory
    rows = [{"Key": key, "Source": "", "Dir": str(directory)} for key, directory in modules.items()]
    (root / project.MODULES_FILE).parent.mkdir(parents=True, exist_ok=True)
    (root / project.MODULES_FILE).write_text(json.dumps({"Modules": rows}), encoding="utf-8")
    return Layout(root, scratch, modules)


def _is_same(module: SnapshotModule, ran_in: Path, home: Path) -> bool:
    """Are the module's files those of the repository? Those of installed modules and of others are of no matter."""
    if module.directory is None or project.HIDDEN in PurePosixPath(module.directory).parts:
        return True
    if not Path(os.path.realpath(ran_in / module.directory)).is_relative_to(home):
        return True
    return all(project.text(ran_in / module.directory / name) == text for name, text in module.files.items())


def _below(scratch: Path, root: Path, directory: str | None) -> Path | None:
    """The module's directory below the scratch one; None where it would be outside."""
    if directory is None:
        return None
    found = (root / PurePosixPath(directory)).resolve()
    return found if found.is_relative_to(scratch) else None


def _write(directory: Path, module: SnapshotModule) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in module.files.items():
        (directory / PurePosixPath(name).name).write_text(text, encoding="utf-8")
