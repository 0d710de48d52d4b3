"""Values of a TOML file, each asked for by its key: what they are, or an error that names the key in full."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from tfcheck.errors import UsageError
from tfcheck.ignores import parse_date
from tfcheck.records import dataclass, replace
from tfcheck.terraform.hcl.project import repository

T = TypeVar("T")
_BARE = r"[A-Za-z0-9_-]+"
# `bash show` would run a file of the repository.
_PROGRAM = r"(?a)(?:terraform|tofu)(?:[-_]?v?\d[\w.-]*)?(?:\.exe)?"
_REPORTS = (".json", ".sarif", ".txt", ".md", ".xml", ".html", ".log")
_SOURCE = r"(?i)\.(?:tf|tofu|tfvars|tfstate)(?:\.json)?$|^package(?:-lock)?\.json$"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, in full and its last part. directory: that of the file; start: the working directory; both absolute."""

    directory: Path
    start: Path
    name: str = ""
    part: str = ""

    def inside(self, part: str) -> Key:
        """The key of a member: `controls."ECS.13".severity`."""
        quoted = part if re.fullmatch(_BARE, part) else f'"{part}"'
        return replace(self, name=f"{self.name}.{quoted}" if self.name else quoted, part=part)

    def wrong(self, told: str) -> NoReturn:
        """Raises UsageError."""
        raise UsageError(f"{self.name}: {told}")

    def unknown(self, known: Iterable[str]) -> NoReturn:
        """Raises UsageError with the nearest of the names that could be meant."""
        from difflib import get_close_matches  # noqa: PLC0415

        names = {name.casefold(): name for name in known}
        close = get_close_matches(self.part.casefold(), names, 1)
        self.wrong("there is no such key" + (f": do you mean {names[close[0]]}?" if close else ""))


Reader = Callable[[Key, object], Any]


def members(key: Key, value: object, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The members of a table, each read by the reader of its name."""
    return {name: readers[name](one, member) for name, one, member in _named(key, value, readers)}


def _named(key: Key, value: object, known: Iterable[str]) -> Iterable[tuple[str, Key, object]]:
    for name, member in table(key, value).items():
        if name not in known:
            key.inside(name).unknown(known)
        yield name, key.inside(name), member


def table(key: Key, value: object) -> dict[str, object]:
    """A table, whatever is in it."""
    return value if isinstance(value, dict) else key.wrong("is to be a table")


def flag(key: Key, value: object) -> bool:
    """True or false."""
    return value if isinstance(value, bool) else key.wrong("is to be true or false")


def string(key: Key, value: object) -> str:
    """A string that is not empty."""
    if not isinstance(value, str):
        key.wrong("is to be a string")
    return value if value.strip() else key.wrong("is empty")


def strings(key: Key, value: object) -> tuple[str, ...]:
    """A list of strings, which may be empty."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return key.wrong("is to be a list of strings")


def ids(key: Key, value: object) -> tuple[str, ...]:
    """A list of ids of controls, in upper case."""
    return tuple(one.upper() for one in strings(key, value))


def one_or_more_ids(key: Key, value: object) -> tuple[str, ...]:
    """The same, or a single one."""
    found = ids(key, [value] if isinstance(value, str) else value)
    return found if found and all(found) else key.wrong("names no control")


def one_of(*known: str) -> Reader:
    """A reader of one of these words, in any case."""

    def read(key: Key, value: object) -> str:
        word = string(key, value)
        found = next((one for one in known if one.casefold() == word.casefold()), None)
        return found if found is not None else key.wrong(f"{word!r} is none of {', '.join(known)}")

    return read


def day(key: Key, value: object) -> date:
    """A date, as TOML's or in a string."""
    if isinstance(value, str):
        value = parse_date(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return key.wrong("is to be a date, like 2027-01-31")


def path(key: Key, value: object) -> Path:
    """A path, told from the working directory."""
    text = string(key, value)
    return _from_start(key, text) if "\0" not in text else key.wrong("is no path: it holds a NUL character")


def _from_start(key: Key, text: str) -> Path:
    if Path(text).is_absolute():
        return Path(text)
    try:
        return Path(os.path.relpath(key.directory / text, key.start))
    except ValueError:  # another drive
        return key.directory / text


def read(key: Key, value: object) -> Path:
    """The path of what is read: in the repository, since a file of others may say it."""
    told = path(key, value)
    if not _is_below(key.start / told, repository(key.directory.resolve())):
        key.wrong("is to be in the repository; options may name any file")
    return told


def all_read(key: Key, value: object) -> tuple[str, ...]:
    """A list of such paths."""
    return tuple(str(read(key, one)) for one in strings(key, value))


def written(key: Key, value: object) -> Path:
    """The path of a file to write: below the file's directory, since a file of others may say it, and like a report."""
    told = path(key, value)
    found = Path(os.path.realpath(key.start / told))
    if not _is_below(found, key.directory.resolve()):
        key.wrong("is to be below the directory of this file; options may name any file")
    inner = found.relative_to(key.directory.resolve())
    if any(one.startswith(".") for one in inner.parts):
        key.wrong("is not to be hidden, or in a hidden directory; options may name any file")
    if re.search(_SOURCE, inner.name) or (inner.suffix.lower() not in _REPORTS and os.path.lexists(found)):
        key.wrong(f"is there, and no report: those end in {', '.join(_REPORTS)}; options may name any file")
    return told


def _is_below(file: Path, directory: Path) -> bool:
    try:
        return file.resolve().is_relative_to(directory)
    except (OSError, ValueError, RuntimeError):
        return False


def program(key: Key, value: object) -> str:
    """The name of a program on PATH that is Terraform: with any other, a file of others would run what it likes."""
    name = string(key, value)
    if not re.fullmatch(_PROGRAM, name):
        key.wrong("is to be terraform or tofu, as found on PATH; --terraform takes any program")
    return name
