"""Tries one target for long: `python tests/fuzz/run.py TARGET SECONDS`, with the development extra `fuzz`.

Every new way to fail is told once, and its input written beside the corpus, in testdata/fuzz/TARGET; exits 1 then.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

import atheris  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
with atheris.instrument_imports(include=["tfcheck"]):
    from fuzz.harness import limited
    from fuzz.targets import TARGETS, Target

MOST_BYTES = 64_000
# Instrumented code takes several times as long.
SLOWER = 5
OWN_MUTATIONS = 0.8


class Trial:
    """What was tried, and the ways in which it failed."""

    def __init__(self, name: str, seconds: float, found: str) -> None:
        self.found = found
        self.name, self.target, self.end = name, TARGETS[name], time.monotonic() + seconds
        self.count = 0
        self.failures: dict[str, Path] = {}

    def try_one(self, data: bytes) -> None:
        self.count += 1
        try:
            with limited(SLOWER * 2.0):
                self.target.try_one(data)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self.note(data, error)
        if time.monotonic() > self.end:
            tell(f"{self.name}: {self.count} inputs, {len(self.failures)} ways to fail")
            shutil.rmtree(self.found, ignore_errors=True)
            os._exit(1 if self.failures else 0)

    def note(self, data: bytes, error: BaseException) -> None:
        """Keeps the input of a failure that is new by its kind and place."""
        frames = traceback.extract_tb(error.__traceback__)
        inner = next((one for one in reversed(frames) if "/tfcheck/" in one.filename), frames[-1])
        place = f"{type(error).__name__} at {Path(inner.filename).name}:{inner.lineno}"
        key = f"{place} {str(error)[:20]}" if type(error) is AssertionError else place
        if key in self.failures:
            return
        file = ROOT / "testdata" / "fuzz" / self.name / f"new-{hashlib.sha256(data).hexdigest()[:8]}"
        file.write_bytes(data)
        self.failures[key] = file
        tell(f"{self.name}: {place}: {str(error)[:300]}\n  {file}")
        tell("".join(traceback.format_exception(error)[-12:]))


def tell(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def mutator(target: Target) -> object:
    """Most inputs are made as the target says, the others by atheris."""

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)  # noqa: S311
        if chance.random() < OWN_MUTATIONS:
            made = target.mutate(chance, bytes(data))
            return made if len(made) <= most else bytes(data)[:most]
        made_by_it: bytes = atheris.Mutate(data, most)
        return made_by_it

    return mutate


def main() -> None:
    """The target and the seconds come from the command line."""
    name, seconds = sys.argv[1], float(sys.argv[2])
    found = tempfile.mkdtemp(prefix="found-")
    trial = Trial(name, seconds, found)
    options = [f"-max_len={MOST_BYTES}", "-len_control=0", "-timeout=120", "-rss_limit_mb=4096"]
    atheris.Setup(
        [sys.argv[0], *options, *sys.argv[3:], found, str(ROOT / "testdata" / "fuzz" / name)],
        trial.try_one,
        custom_mutator=mutator(trial.target),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
