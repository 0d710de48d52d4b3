"""Where the modules of a configuration are: directories by the path of the calls that lead to them."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

from tfcheck.terraform.block import Module

MODULES_FILE = Path(".terraform", "modules", "modules.json")
_LOCAL = ("./", "../")


def directories(root: Path, module: Module) -> dict[tuple[str, ...], Path]:
    """The directory of every module, by the names of the calls from the root; those not found are left out.

    Local sources are followed as written, all others through what `terraform init` noted in .terraform/modules.
    """
    installed = _installed(root)
    found: dict[tuple[str, ...], Path] = {(): root}
    waiting: list[tuple[tuple[str, ...], Module]] = [((), module)]
    while waiting:
        path, current = waiting.pop()
        for name, call in current.calls.items():
            inner = (*path, name)
            directory = _directory(root, found.get(path), call.source, installed.get(".".join(inner)))
            if directory is not None:
                found[inner] = directory
            waiting.append((inner, call.module))
    return found


def _directory(root: Path, parent: Path | None, source: str, installed: str | None) -> Path | None:
    if source.startswith(_LOCAL) and parent is not None:
        return parent / PurePosixPath(source)
    return None if installed is None else root / PurePosixPath(installed.replace("\\", "/"))


def _installed(root: Path) -> dict[str, str]:
    """Directories relative to the root by module key (`a.b`), as `terraform init` wrote them; none where it did not."""
    try:
        document: Any = json.loads((root / MODULES_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    rows = document.get("Modules") if isinstance(document, dict) else None
    return {
        str(row["Key"]): str(row["Dir"])
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and "Key" in row and "Dir" in row
    }
