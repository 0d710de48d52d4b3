"""Records are dataclasses which mypy holds to be frozen, and which can be hashed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tfcheck.records import dataclass, field, fields, replace

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


@dataclass(slots=True)
class Every:
    """One field of every kind; their names are those that `__init__` could mistake for its own."""

    missing: int
    made: list[int] = field(default_factory=list)
    default: str = field(default="d", compare=False)
    hidden: str = field(default="h", repr=False)
    later: int = field(init=False, compare=False)
    own: list[int] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.later = self.missing + 1


@dataclass(slots=True)
class More(Every):
    further: bool = False


def test_fields_have_their_defaults() -> None:
    one, other = Every(1), Every(1, default="x")
    assert (one.made, one.default, one.hidden, one.later, one.own) == ([], "d", "h", 2, [])
    assert one == other
    assert one.made is not other.made
    assert Every(1, [2]).made == [2]
    assert repr(one) == "Every(missing=1, made=[], default='d', later=2, own=[])"


def test_a_record_of_another_class_is_never_equal() -> None:
    assert More(1) != Every(1)
    assert More(1, further=True) != More(1)
    assert [one.name for one in fields(More)] == ["missing", "made", "default", "hidden", "later", "own", "further"]


def test_records_that_may_change_have_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Every(1))


def test_replace_changes_what_it_is_given_and_computes_the_rest_again() -> None:
    one = replace(More(1, [3], further=True), missing=5)
    assert (one.missing, one.made, one.later, one.further) == (5, [3], 6, True)
    with pytest.raises(TypeError, match="unknown"):
        replace(one, unknown=1)  # type: ignore[call-arg]


def test_records_have_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        Every(1).other = 1  # type: ignore[attr-defined]


def test_the_wrong_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'missing'"):
        Every()  # type: ignore[call-arg]


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
