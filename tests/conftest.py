"""What several test modules share: where the test data is, and the command line run inside the process."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tfcheck import cli

TESTDATA = Path(__file__).parent.parent / "testdata"


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Run]:
    """Runs `tfcheck ARGUMENTS` in this process."""

    def run(*arguments: str | Path, stdin: bytes | None = None) -> Run:
        before = sys.stdin
        if stdin is not None:
            sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
        code: object = None
        try:
            cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
        finally:
            sys.stdin = before
        out, err = capfdbinary.readouterr()
        return Run(code if isinstance(code, int) else 0, out.decode("utf-8", "surrogatepass"), err.decode("utf-8"))

    return run


def assert_golden(path: Path, text: str) -> None:
    """The text equals the file's; with TFCHECK_REWRITE=1 it is written there instead."""
    if os.environ.get("TFCHECK_REWRITE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} differs: TFCHECK_REWRITE=1 pytest rewrites it"
