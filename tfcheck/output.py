"""Writing: reports to files, whole or not at all, and to the standard streams, whatever those are."""

from __future__ import annotations

import errno
import os
import stat
import sys
from io import StringIO
from pathlib import Path

import click

from tfcheck.errors import TfcheckError
from tfcheck.messages import clean, inert

_MOST_LINKS = 40
_MOST_FRAMES = -20
_MOST_SAID = 2000
_DEVICES = ("/dev/", "/proc/")


class ClosedPipe(Exception):
    """Who reads standard output has gone: `tfcheck | head`."""


def write(text: str, output: Path | None) -> None:
    """The text to a file, or to standard output. Raises TfcheckError that names it, and ClosedPipe."""
    data = text.encode("utf-8", "replace")
    name = "standard output" if output is None else str(output)
    try:
        if output is None:
            _to_standard_output(data)
        else:
            _to_file(data, output)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise TfcheckError(f"{name}: cannot be written: {why}") from error


def say(text: str) -> None:
    """A line on standard error, which nothing in it can act on; nothing where there is no such stream."""
    try:
        click.echo(inert(f"tfcheck: {clean(_clipped(text))}"), err=True)
    except (OSError, ValueError):
        _to_nowhere(2)


def _clipped(text: str) -> str:
    """The text without its middle where it quotes more than anybody reads."""
    return text if len(text) <= _MOST_SAID else f"{text[: _MOST_SAID // 2]} … {text[-_MOST_SAID // 2 :]}"


def say_fault(error: Exception) -> None:
    """Where tfcheck itself went wrong, on standard error; not the error's message, which may hold a value."""
    import traceback  # noqa: PLC0415

    for line in "".join(traceback.format_tb(error.__traceback__, limit=_MOST_FRAMES)).splitlines():
        say(line)
    say(f"{type(error).__name__}: this is a fault of tfcheck, and nothing was reported: please report the lines above")


def show(error: click.ClickException) -> None:
    """What click says of wrong options, which may be the names of files."""
    told = StringIO()
    error.show(told)
    try:
        click.echo(inert("\n".join(map(clean, told.getvalue().split("\n")))), err=True, nl=False)
    except (OSError, ValueError):
        _to_nowhere(2)


def close() -> None:
    """What is in the streams' buffers is given up, so that the end of the program does not stumble over it."""
    for number in (1, 2):
        _to_nowhere(number)


def _to_standard_output(data: bytes) -> None:
    stream = sys.stdout
    if stream is None:
        raise OSError(errno.EBADF, "it is closed")
    try:
        stream.flush()
        left = memoryview(data)
        while left:
            # With PYTHONUNBUFFERED there is no buffer that would go on where only a part was written.
            written = stream.buffer.write(left)
            if not written:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            left = left[written:]
        stream.buffer.flush()
    except BrokenPipeError:
        _to_nowhere(1)
        raise ClosedPipe from None
    except OSError:
        _to_nowhere(1)
        raise


def _to_nowhere(number: int) -> None:
    """Turns a stream to the null device: Python writes what is left in its buffer once more when it ends."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)
    except OSError:
        pass


def _to_file(data: bytes, output: Path) -> None:
    target = _target(output)
    try:
        status = target.stat()
    except FileNotFoundError:
        status = None
    if str(target).startswith(_DEVICES) or not (status is None or stat.S_ISREG(status.st_mode)):
        # What is no file cannot be replaced, and what a descriptor leads to has a reader of its own.
        with target.open("ab", buffering=0) as stream:
            _write_all(stream.fileno(), data)
        return
    _replace(data, target, 0o666 & ~_mask() if status is None else stat.S_IMODE(status.st_mode))


def _target(output: Path) -> Path:
    """What the path leads to, links followed; devices stay as they are named."""
    target = output.absolute()
    for _ in range(_MOST_LINKS):
        if str(target).startswith(_DEVICES) or not target.is_symlink():
            return target
        target = target.parent / target.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _replace(data: bytes, target: Path, mode: int) -> None:
    """Puts a new file in the place of the old one, if any, when all of it was written."""
    beside = target.with_name(f".{target.name[:200]}.{os.getpid()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(beside, flags, 0o600)
    try:
        try:
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)
        beside.chmod(mode)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
