"""What the targets share: files laid out in a directory of their own, whole runs, and what is so of every report."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.errors import TfcheckError
from tfcheck.findings import Report
from tfcheck.ignores import Terms
from tfcheck.reporters import REPORTERS, Style, reporter
from tfcheck.run import Outcome, Request, run
from tfcheck.terraform.block import Options

CONTROLS = catalogue(Settings(required_tag_keys=("team",)))
IDS = [one.id for one in CONTROLS]
TERMS = Terms(date(2026, 1, 1), IDS, IDS)
MARK = "s3cr3t"
MOST_SECONDS = 2.0
_IN_MEMORY = Path("/dev/shm")  # noqa: S108
# C0 and C1 controls but for the line end, and what turns the direction of text.
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_PART = rb"\.?[A-Za-z0-9_-][\w.-]*"
_NAME = re.compile(rb"^=== (%b(?:/%b)*)\n" % (_PART, _PART), re.MULTILINE | re.ASCII)


class Hang(BaseException):
    """An input took too long."""


@contextmanager
def limited(seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Raises Hang in what takes longer, counted in this process's own time."""

    def end(*_: object) -> None:
        raise Hang(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def text_of(data: bytes) -> str:
    """As files are read."""
    return data.decode("utf-8", "replace")


def sections(data: bytes, first: str = "main.tf") -> dict[str, bytes]:
    """The files that an input stands for: a line `=== NAME` starts each; what is before the first is called so."""
    start, *parts = _NAME.split(data)
    named = dict(zip((one.decode() for one in parts[::2]), parts[1::2], strict=True))
    return {first: start, **named} if start.strip() else named


@contextmanager
def laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A repository with these files, of a new name each time, since tfcheck keeps what it found out of directories."""
    base = Path(tempfile.mkdtemp(prefix="fuzz-", dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None))
    root = base / "repository"
    try:
        (root / ".git").mkdir(parents=True)
        for name, content in files.items():
            try:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(content)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                continue
            except OSError:  # a name that is too long
                continue
        yield root
    finally:
        shutil.rmtree(base, ignore_errors=True)


@dataclass(frozen=True)
class Done:
    """A report, and what each format makes of it."""

    report: Report
    texts: dict[str, str]


def judged(*paths: Path | str, secret: str | None = None, **more: Any) -> Done | None:
    """The report on these inputs, after all that must be so of it in every format; None where the run was refused.

    secret: what must be in no output, beside what the environment holds.
    """
    os.environ["AWS_SECRET_ACCESS_KEY"] = secret_of_process = f"{MARK}-of-the-environment"
    request = Request(
        paths=tuple(map(str, paths)),
        controls=CONTROLS,
        options=more.pop("options", Options()),
        ignores=more.pop("ignores", ()),
        terms=TERMS,
        scratch=more.pop("scratch", Path),
        **more,
    )
    try:
        outcome = run(request)
    except TfcheckError as error:
        check_message(error)
        return None
    done = Done(outcome.report, rendered(outcome))
    told = [*done.texts.values(), *(one.message for one in outcome.report.problems)]
    for hidden in (secret_of_process, secret):
        assert hidden is None or not any(hidden in one for one in told), "a secret is told"
    return done


def check_message(error: TfcheckError, *starts: str) -> None:
    """A message says something, and begins with one of these if there are any."""
    assert str(error).strip()
    assert not starts or str(error).startswith(starts)


def rendered(outcome: Outcome) -> dict[str, str]:
    """The report in all formats, each of which must be what it claims to be."""
    texts: dict[str, str] = {}
    for name in REPORTERS:
        for shown in (False, True) if name in ("table", "markdown") else (True,):
            made = reporter(name)(outcome.report, Style(show_passed=shown, read_source=outcome.read_source))
            text = made.encode("utf-8", "replace").decode()  # as it is written
            found = RAW.search(text)
            assert found is None, f"{name} holds {found[0]!r}"
            texts[name] = texts.get(name, "") + text
        if name in ("json", "sarif", "gitlab") and (texts[name] or name != "sarif"):  # none where nothing has a place
            for one in strings(json.loads(texts[name], parse_constant=_refused)):
                assert not RAW.search(one), f"a string of {name} holds {one!r}"
        if name == "junit":
            ET.fromstring(texts[name])  # noqa: S314
    return texts


def _refused(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def strings(value: object) -> Iterator[str]:
    """All texts in a document, in which tabs may be."""
    if isinstance(value, str):
        yield value.replace("\t", " ")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)
