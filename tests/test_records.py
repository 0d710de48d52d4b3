"""Records are dataclasses which mypy holds to be frozen, and which can be hashed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tfcheck.records import dataclass

ASSIGNS = """
from tfcheck.values import Unknown

Unknown("x").reason = "y"
"""


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class Only:
    field: object


def test_records_are_equal_and_hashed_by_their_fields() -> None:
    assert Record("a") == Record("a", 1)
    assert len({Record("a"), Record("a"), Record("b")}) == 2
    assert repr(Record("a")) == "Record(name='a', number=1)"


def test_nested_records_are_compared_and_hashed_once_a_level() -> None:
    def nested() -> object:
        made: object = Record("a")
        for _ in range(200):
            made = Only(made)
        return made

    assert nested() == nested()
    assert hash(nested()) == hash(nested())
    assert Only(1) != Only(2)


def test_the_type_checker_refuses_to_change_one(tmp_path: Path) -> None:
    file = tmp_path / "assigns.py"
    file.write_text(ASSIGNS)
    root = Path(__file__).parent.parent
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert ended.returncode == 1
    assert 'Property "reason" defined in "Unknown" is read-only' in ended.stdout
