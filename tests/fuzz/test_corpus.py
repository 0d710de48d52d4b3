"""Every target holds on the corpus, and on inputs made out of it at random: the same ones each time.

TFCHECK_FUZZ=5000 asks for so many inputs of each target, TFCHECK_SEED=7 for others.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from conftest import TESTDATA
from fuzz.harness import limited
from fuzz.targets import TARGETS

COUNT = int(os.environ.get("TFCHECK_FUZZ", "0"))
SEED = os.environ.get("TFCHECK_SEED", "1")
CORPUS = TESTDATA / "fuzz"
# How many of what takes long, and of what does not.
COUNTS = {
    "plan": 40,
    "directory": 40,
    "overlay": 30,
    "ignores": 30,
    "configuration": 60,
    "baseline": 40,
    "tfvars": 30,
    "expression": 200,
    "planfile": 150,
}
OF_OTHERS = 300
MOST_CHANGES = 4


def files(name: str) -> list[Path]:
    return sorted((CORPUS / name).iterdir())


def cases() -> list[object]:
    return [pytest.param(name, file, id=f"{name}-{file.name}") for name in TARGETS for file in files(name)]


@pytest.mark.parametrize(("name", "file"), cases())
def test_what_once_failed_or_is_typical(name: str, file: Path) -> None:
    with limited():
        TARGETS[name].try_one(file.read_bytes())


@pytest.mark.parametrize("name", list(TARGETS))
def test_inputs_made_at_random(name: str) -> None:
    target, seeds = TARGETS[name], files(name)
    for number in range(COUNT or COUNTS.get(name, OF_OTHERS)):
        chance = Random(f"{SEED} {name} {number}")  # noqa: S311
        data = chance.choice(seeds).read_bytes()
        for _ in range(chance.randint(1, MOST_CHANGES)):
            data = target.mutate(chance, data)
        try:
            with limited():
                target.try_one(data)
        except BaseException as error:
            error.add_note(f"input {number} of {name}, seed {SEED}: {data[:2000]!r}")
            raise


def test_everything_in_the_corpus_is_tried() -> None:
    assert {one.name for one in CORPUS.iterdir() if one.is_dir()} == set(TARGETS)
    assert sum(one.stat().st_size for one in CORPUS.rglob("*") if one.is_file()) < 300_000
