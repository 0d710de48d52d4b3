"""What goes wrong: errors that end a run, and problems that are reported beside the findings."""

from __future__ import annotations

from typing import Literal

from tfcheck.records import dataclass


class TfcheckError(Exception):
    """Ends the run with exit code 2; its message starts with the file and says what to do."""


class UsageError(TfcheckError):
    """Options or configuration that cannot be meant so."""


class InputError(TfcheckError):
    """An input that cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read or does not fit, beside which the rest is still judged.

    `error`: something that could hold ECS resources was not read, the run exits 2. `warning`: worth knowing.
    `line` and `column` count from 1; None where there is no such place.
    """

    level: Literal["error", "warning"]
    path: str
    message: str
    line: int | None = None
    column: int | None = None
