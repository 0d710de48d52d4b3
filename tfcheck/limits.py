"""How much a run reads at most, since what is judged may be hostile: by name, and TFCHECK_MAX_NAME raises one.

They come from the environment, which the workflow sets: who sends a pull request may change every file that is read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from tfcheck.errors import UsageError

PREFIX = "TFCHECK_MAX_"
LIMITS: Mapping[str, int] = {
    "PLAN_BYTES": 2**31,
    "UNZIPPED_BYTES": 2**30,
    "SOURCE_BYTES": 2**26,
    "SOURCES_BYTES": 2**29,
    "CONFIG_BYTES": 2**20,
    "MODULES_BYTES": 2**22,
    "ZIP_MEMBERS": 100_000,
    "ZIP_MEMBER_BYTES": 2**24,
    "ZIP_BYTES": 2**28,
    "ROOTS": 10,
    "MODULE_LEVELS": 30,
    "MODULES": 3_000,
    "RESOURCES": 20_000,
    "INSTANCES": 10_000,
    "STEPS": 500_000,
    "VALUES": 100_000,
    "CHARACTERS": 4_000_000,
    "FILE_BYTES": 1_000_000,
    "FILES": 10_000,
}


def most(name: str) -> int:
    """The limit of this name: what the environment says, else that of the table."""
    given = os.environ.get(f"{PREFIX}{name}", "")
    return int(given) if _is_number(given) else LIMITS[name]


def checked(environment: Mapping[str, str]) -> None:
    """Raises UsageError for a limit that there is not, or that is no number."""
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable.removeprefix(PREFIX) not in LIMITS:
            known = ", ".join(PREFIX + name for name in LIMITS)
            raise UsageError(f"{variable}: there is no such limit, only {known}")
        if not _is_number(value):
            raise UsageError(f"{variable}: is to be a whole number from 1")


def more(name: str) -> str:
    """The end of a sentence on what passed a limit: what raises it."""
    return f": {PREFIX}{name}, which is {most(name):,}, allows more in the environment"


def size(number: int) -> str:
    """A number of bytes in words: 5 bytes, 2 KiB, 300 MiB."""
    for exponent, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if number >= 1 << exponent:
            return f"{number / (1 << exponent):.1f}".removesuffix(".0") + f" {unit}"
    return f"{number} bytes"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) > 0
