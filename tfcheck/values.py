"""What is known of a value, where it stands, and Kleene's three-valued logic over it.

Nothing here knows Terraform or AWS. An unknown is a value of its own: asking for its `bool()` raises, so that it cannot
turn into a pass by accident.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from tfcheck.records import dataclass

T = TypeVar("T")


class Region(NamedTuple):
    """A stretch of text as SARIF counts it: lines and columns from 1, columns in code points, the end exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class SourceLocation(NamedTuple):
    """A place in a file: `path` is relative to the repository root and separated by `/`."""

    path: str
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be known yet: why, and the references it depends on."""

    reason: str
    references: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")


@dataclass(frozen=True, slots=True)
class OneOf(Generic[T]):
    """A value that is certainly one of a few, `unknown` telling why it is not known which; None stands for not set."""

    values: tuple[T | None, ...]
    unknown: Unknown

    def __bool__(self) -> bool:
        raise TypeError("which of several values it is, is not known")


class Evidence(Protocol):
    """What a truth was decided by: a field, or a list that was empty or not fully known."""

    @property
    def path(self) -> str:
        """The attribute's path."""

    @property
    def value(self) -> object:
        """What it is: a value, None for not set, an Unknown, a OneOf, or an empty tuple for an empty list."""

    @property
    def location(self) -> SourceLocation | None:
        """Where it was written."""

    @property
    def sensitive(self) -> bool:
        """Must its value not be shown?"""

    @property
    def origins(self) -> tuple[SourceLocation, ...]:
        """Where its value comes from, the nearest first: a module's argument, a variable's default, a tfvars file."""


@dataclass(frozen=True, slots=True)
class Truth:
    """True, False or unknown (None), with everything that decided it.

    Operators do not short-circuit: all operands that had the deciding state stay in the evidence. undecided: that of
    the items of a list which are not known, although others decided.
    """

    state: bool | None
    evidence: tuple[Evidence, ...] = ()
    undecided: tuple[Evidence, ...] = ()

    def __and__(self, other: Truth) -> Truth:
        return self._with(other, absorbing=False)

    def __or__(self, other: Truth) -> Truth:
        return self._with(other, absorbing=True)

    def __invert__(self) -> Truth:
        return Truth(None if self.state is None else not self.state, self.evidence, self.undecided)

    def __bool__(self) -> bool:
        raise TypeError("a Truth may be unknown: look at its state")

    def _with(self, other: Truth, absorbing: bool) -> Truth:
        """Kleene's conjunction (absorbing False) or disjunction (absorbing True)."""
        if self.state is other.state:
            return Truth(self.state, self.evidence + other.evidence, self.undecided + other.undecided)
        if self.state is absorbing or (self.state is None and other.state is not absorbing):
            return self
        return other


# Of what is so without anything that decided it.
TRUE = Truth(True)


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One value of a resource, by its attribute path; None is known to be absent (not set, or null)."""

    path: str
    value: T | OneOf[T] | Unknown | None
    location: SourceLocation | None = None
    sensitive: bool = False
    origins: tuple[SourceLocation, ...] = ()

    def equals(self, expected: T) -> Truth:
        """Is it set to exactly this value?"""
        return self.one_of(expected)

    def one_of(self, *expected: T, absent: bool | None = False) -> Truth:
        """Is it one of these values (types count: True is not 1)? `absent` is the answer where it is not set."""
        value = self.value
        if value is None:
            return Truth(absent, (self,))
        if isinstance(value, (Unknown, OneOf)):
            return self._ask(lambda one: absent if one is None else _is_among(one, expected))
        return Truth(_is_among(value, expected), (self,))

    def is_absent(self) -> Truth:
        """Is it not set at all?"""
        return self._ask(lambda value: value is None)

    def matches(self, pattern: re.Pattern[str], absent: bool | None = False) -> Truth:
        """Is it a string that the whole pattern matches? `absent` answers where it is not set, None for unknown."""
        value = self.value
        if isinstance(value, str):
            return Truth(pattern.fullmatch(value) is not None, (self,))

        def question(one: T | None) -> bool | None:
            if one is None:
                return absent
            return isinstance(one, str) and pattern.fullmatch(one) is not None

        return self._ask(question)

    def _ask(self, question: Callable[[T | None], bool | None]) -> Truth:
        value = self.value
        if isinstance(value, Unknown):
            return Truth(None, (self,))
        if isinstance(value, OneOf):
            answers = {question(one) for one in value.values}
            return Truth(answers.pop() if len(answers) == 1 else None, (self,))
        return Truth(question(value), (self,))


@dataclass(frozen=True, slots=True)
class Items(Generic[T]):
    """A list of which some items may not be known: these, and, where `unknown` says why, perhaps more.

    perhaps: the only ones that those may be; None where they may be any. arms: the lists of which it is one, if those
    are known. It serves as evidence itself: where it was empty, or where what is missing from it decided.
    """

    path: str
    items: tuple[T, ...] = ()
    unknown: Unknown | None = None
    location: SourceLocation | None = None
    sensitive: bool = False
    origins: tuple[SourceLocation, ...] = ()
    perhaps: tuple[T, ...] | None = None
    arms: tuple[Items[T], ...] = ()

    @property
    def value(self) -> object:
        """For evidence: why it is not fully known, else an empty list."""
        return () if self.unknown is None else self.unknown

    def is_not_empty(self) -> Truth:
        """Is there at least one item?"""
        if self.items:
            return TRUE
        return Truth(False if self.unknown is None or self.perhaps == () else None, (self,))


def every(items: Items[T], question: Callable[[T], Truth]) -> Truth:
    """Is it true of all items? True of an empty list; unknown where a missing item could make it false."""
    return _ask_all(items, question, absorbing=False)


def some(items: Items[T], question: Callable[[T], Truth]) -> Truth:
    """Is it true of at least one item? False of an empty list; unknown where a missing item could make it true."""
    return _ask_all(items, question, absorbing=True)


def _ask_all(items: Items[T], question: Callable[[T], Truth], absorbing: bool) -> Truth:
    together = _ask_together(items, question, absorbing)
    if together.state is not None or not items.arms:
        return together
    answers = [_ask_together(arm, question, absorbing) for arm in items.arms]
    if answers[0].state is not None and all(answer.state is answers[0].state for answer in answers):
        return Truth(answers[0].state, tuple(one for answer in answers for one in answer.evidence))
    return together


def _ask_together(items: Items[T], question: Callable[[T], Truth], absorbing: bool) -> Truth:
    truths = [question(item) for item in items.items]
    if items.unknown is not None:
        truths += _of_the_missing(items, items.unknown, question, absorbing)
    if len(truths) == 1:
        return truths[0]
    if not truths:
        return Truth(not absorbing, (items,))
    answer = _fold(truths, absorbing)
    if answer.state is not absorbing:
        return answer
    unknown = [one for truth in truths if truth.state is None for one in truth.evidence]
    return Truth(absorbing, answer.evidence, (*answer.undecided, *unknown)) if unknown else answer


def _of_the_missing(items: Items[T], why: Unknown, question: Callable[[T], Truth], absorbing: bool) -> list[Truth]:
    """The answers of the items that may yet be there."""
    if items.perhaps is None:
        return [Truth(None, (items,))]
    return [_if_there(question(item), why, absorbing) for item in items.perhaps]


def _if_there(truth: Truth, why: Unknown, absorbing: bool) -> Truth:
    """The answer of an item that may be there: what would decide is as unknown as that."""
    if truth.state is not absorbing:
        return truth
    evidence: list[Field[object]] = [
        Field(one.path, why, one.location, one.sensitive, one.origins) for one in truth.evidence
    ]
    return Truth(None, tuple(evidence), truth.undecided)


def _is_among(value: object, expected: tuple[object, ...]) -> bool:
    return value in expected and any(type(value) is type(one) and value == one for one in expected)


def _fold(truths: Sequence[Truth], absorbing: bool) -> Truth:
    """Kleene's conjunction (absorbing False) or disjunction (absorbing True)."""
    deciding = [truth for truth in truths if truth.state is absorbing]
    deciding = deciding or [truth for truth in truths if truth.state is None] or [*truths]
    if len(deciding) == 1:
        return deciding[0]
    evidence: list[Evidence] = []
    undecided: list[Evidence] = []
    for truth in deciding:
        evidence += truth.evidence
        undecided += truth.undecided
    return Truth(deciding[0].state, tuple(evidence), tuple(undecided))
