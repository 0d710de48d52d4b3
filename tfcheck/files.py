"""Reading files that others wrote: only so many bytes, and none that a link outside of the repository leads to."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tfcheck.limits import PREFIX, most, size

_PIECE = 2**20


class Refused(OSError):
    """A file that is there and not read; `strerror` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EPERM, why)


def read_inside(file: Path, limit: str, root: Callable[[], Path]) -> bytes:
    """What a file that was found holds. root: the resolved directory that it must not lead out of if it is a link.

    limit: by its name in LIMITS. Only ordinary files are read: anything else may never end. Raises OSError, and Refused
    for what is not read although it is there.
    """
    status = file.lstat()
    if stat.S_ISLNK(status.st_mode):
        if not is_inside(file, root()):
            raise Refused("is a link that leads out of the repository")
        status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused("is no ordinary file")
    if status.st_size > most(limit):
        raise too_large(status.st_size, limit)
    return file.read_bytes()


def read(file: Path, limit: str) -> bytes:
    """What a file that somebody named holds, which may be a pipe. Raises OSError."""
    with file.open("rb") as stream:
        status = os.fstat(stream.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size:
            if status.st_size > most(limit):
                raise too_large(status.st_size, limit)
            return stream.read()
        return pieces(stream, limit)


def pieces(stream: IO[bytes], limit: str) -> bytes:
    """What a stream of unknown length holds. Raises Refused where that is too much."""
    found: list[bytes] = []
    left = most(limit)
    while piece := stream.read(_PIECE):
        found.append(piece)
        left -= len(piece)
        if left < 0:
            raise too_large(None, limit)
    return b"".join(found)


def is_inside(file: Path, root: Path) -> bool:
    """Is it below a resolved directory, links resolved?"""
    return Path(os.path.realpath(file)).is_relative_to(root)


def too_large(length: int | None, limit: str) -> Refused:
    """Why so many bytes are not read, and what raises the limit. length: None where it was not counted to the end."""
    has = "is endless, or" if length is None else f"has {size(length)},"
    return Refused(f"{has} more than {size(most(limit))}: {PREFIX}{limit}=BYTES in the environment allows more")


def mark(file: Path) -> tuple[int, ...] | None:
    """What tells whether a file was changed since; None for what cannot be read twice, such as a pipe."""
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None
