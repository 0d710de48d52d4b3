"""Where a configuration is: its repository, the directories of its modules, and their files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from tfcheck import files as reading
from tfcheck.terraform.block import Module

MODULES_FILE = Path(".terraform", "modules", "modules.json")
_SELECTED_WORKSPACE = Path(".terraform", "environment")
HIDDEN = ".terraform"
_LOCAL = ("./", "../")
_WORKSPACE = re.compile(r"[\w.~%!$&'()*+,;=:@-]{1,90}", re.ASCII)
_JSON = (".tf.json", ".tofu.json")
_SUFFIXES = (".tf", ".tofu", *_JSON)


def repository(directory: Path) -> Path:
    """The nearest directory around a resolved one that holds .git, a directory or a file; else the directory itself."""
    return next((one for one in (directory, *directory.parents) if (one / ".git").exists()), directory)


def boundary(directory: Path) -> Path:
    """What module sources must not lead out of: the repository; without one the working directory, if it is around."""
    root = repository(directory)
    if (root / ".git").exists():
        return root
    try:
        working = Path.cwd()
    except OSError:
        return root
    return working if directory.is_relative_to(working) else root


def path_in(root: Path, file: Path) -> str | None:
    """A file's path from the repository's root, links resolved; None outside of it and below a .terraform directory."""
    if file.name in ("", "..") or file.is_symlink():
        return _resolved_in(root, file)
    directory = _directory_in(root, file.parent)
    return None if directory is None else (directory / file.name).as_posix()


def _resolved_in(root: Path, path: Path) -> str | None:
    try:
        relative = path.resolve().relative_to(root)
    except (OSError, ValueError, RuntimeError):
        return None
    return None if HIDDEN in relative.parts else relative.as_posix()


@cache
def _directory_in(root: Path, directory: Path) -> PurePosixPath | None:
    """The same for a directory, of which there are fewer: to resolve a path takes longer than to read its file."""
    found = _resolved_in(root, directory)
    return None if found is None else PurePosixPath(found)


def text(file: Path, root: Path | None = None, limit: str = "SOURCE_BYTES") -> str | None:
    """The text of a file, what is not UTF-8 in it replaced; None where it cannot be read, or leads out of the root.

    root: a resolved directory; by default the repository around the file, whose directory is resolved. limit: how large
    it may be, by its name in LIMITS.
    """
    if root is not None and not reading.is_inside(file, root):
        return None
    try:
        found = reading.read_inside(file, limit, lambda: root or repository(file.parent.resolve()))
        return found.decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def files(directory: Path) -> list[Path]:
    """The files of a module: override files last, a .tofu file in place of the .tf file of its name, JSON or not."""
    try:
        names = {file.name for file in directory.iterdir() if file.name.endswith(_SUFFIXES) and file.name[0] != "."}
    except (OSError, ValueError):
        return []
    kept = sorted(name for name in names if _in_tofu(name) == name or _in_tofu(name) not in names)
    return [directory / name for name in sorted(kept, key=is_override)]


def is_json(name: str) -> bool:
    """Is it the name of a file with configuration in JSON?"""
    return name.endswith(_JSON)


def is_override(name: str) -> bool:
    """Is what this file holds merged into blocks of other files?"""
    stem = name.removesuffix(".json").rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _in_tofu(name: str) -> str:
    """The name of the file that OpenTofu takes in place of this one."""
    stem, tf, json_ = name.removesuffix(".json"), ".tf", ".json" if is_json(name) else ""
    return f"{stem.removesuffix(tf)}.tofu{json_}" if stem.endswith(tf) else name


def directories(root: Path, module: Module) -> dict[tuple[str, ...], Path]:
    """The directory of every module, by the names of the calls from the root; those not found are left out.

    Local sources are followed as written, all others through what `terraform init` noted in .terraform/modules.
    """
    modules, limit = installed(root), boundary(root)
    found: dict[tuple[str, ...], Path] = {(): root}
    waiting: list[tuple[tuple[str, ...], Module]] = [((), module)]
    while waiting:
        path, current = waiting.pop()
        for name, call in current.calls.items():
            inner = (*path, name)
            directory = called(root, found.get(path), call.source, modules.get(".".join(inner)), limit)
            if directory is not None:
                found[inner] = directory
            waiting.append((inner, call.module))
    return found


def called(root: Path, parent: Path | None, source: str, installed: str | None, limit: Path) -> Path | None:
    """The directory of a module call, by its source and by where it is installed; None where it is not known.

    limit: the directory that it must not lead out of, links resolved.
    """
    if source.startswith(_LOCAL) and parent is not None:
        found = parent / PurePosixPath(source)
    elif installed is not None:
        found = root / PurePosixPath(installed.replace("\\", "/"))
    else:
        return None
    try:
        return found if reading.is_inside(found, limit) and ".git" not in found.parts else None
    except (OSError, ValueError):
        return None


def workspace(root: Path, environment: Mapping[str, str]) -> str | None:
    """The workspace that is selected, as Terraform looks for it; None where nothing says which."""
    selected = environment.get("TF_WORKSPACE") or (text(root / _SELECTED_WORKSPACE, repository(root)) or "").strip()
    return selected if _WORKSPACE.fullmatch(selected) else None


def installed(root: Path) -> dict[str, str]:
    """Directories relative to the root by module key (`a.b`), as `terraform init` wrote them; none where it did not."""
    try:
        document: Any = json.loads(text(root / MODULES_FILE, repository(root), "MODULES_BYTES") or "{}")
    except (ValueError, RecursionError):
        return {}
    rows = document.get("Modules") if isinstance(document, dict) else None
    return {
        str(row["Key"]): str(row["Dir"])
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and "Key" in row and "Dir" in row
    }
