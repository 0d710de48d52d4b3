"""Kleene's laws, what stays as evidence, and the questions that fields answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfcheck.values import Evidence, Field, Items, OneOf, Truth, Unknown, every, some

WHY = Unknown("known after apply")
STATES = (True, False, None)

_numbers = count()


def truth(state: bool | None, pieces: int = 1) -> Truth:
    """A truth with evidence of its own."""
    return Truth(state, tuple(Field(f"evidence {next(_numbers)}", state) for _ in range(pieces)))


truths = st.builds(truth, st.sampled_from(STATES), st.integers(0, 3))


def conjunction(*states: bool | None) -> bool | None:
    return False if False in states else None if None in states else True


def disjunction(*states: bool | None) -> bool | None:
    return True if True in states else None if None in states else False


@pytest.mark.parametrize("left", STATES)
@pytest.mark.parametrize("right", STATES)
def test_operators_follow_kleenes_tables(left: bool | None, right: bool | None) -> None:
    assert (truth(left) & truth(right)).state is conjunction(left, right)
    assert (truth(left) | truth(right)).state is disjunction(left, right)


@pytest.mark.parametrize(("state", "opposite"), [(True, False), (False, True), (None, None)])
def test_negation_turns_what_is_known_and_keeps_the_evidence(state: bool | None, opposite: bool | None) -> None:
    one = truth(state, 2)
    assert ~one == Truth(opposite, one.evidence)


@given(truths, truths)
def test_commutative(one: Truth, other: Truth) -> None:
    assert same(one & other, other & one)
    assert same(one | other, other | one)


def same(one: Truth, other: Truth) -> bool:
    """The same state by the same evidence, in whatever order."""
    return one.state is other.state and sorted(paths(one)) == sorted(paths(other))


def paths(one: Truth) -> list[str]:
    return [evidence.path for evidence in one.evidence]


@given(truths, truths, truths)
def test_associative(one: Truth, other: Truth, third: Truth) -> None:
    assert (one & other) & third == one & (other & third)
    assert (one | other) | third == one | (other | third)


@given(truths, truths)
def test_de_morgan(one: Truth, other: Truth) -> None:
    assert ~(one & other) == ~one | ~other
    assert ~(one | other) == ~one & ~other


@given(truths)
def test_double_negation(one: Truth) -> None:
    assert ~~one == one


@given(truths, truths)
def test_absorption(one: Truth, other: Truth) -> None:
    assert (one & (one | other)).state is one.state
    assert (one | (one & other)).state is one.state


@given(truths, truths, truths)
def test_distributive(one: Truth, other: Truth, third: Truth) -> None:
    assert (one & (other | third)).state is ((one & other) | (one & third)).state
    assert (one | (other & third)).state is ((one | other) & (one | third)).state


@given(truths)
def test_idempotent_and_neutral(one: Truth) -> None:
    assert (one & one).state is (one | one).state is one.state
    assert (one & Truth(True)).state is (one | Truth(False)).state is one.state


@pytest.mark.parametrize("fold", [every, some], ids=["every", "some"])
@given(answers=st.lists(truths))
def test_all_that_has_the_deciding_state_stays_as_evidence(fold: Callable[..., Truth], answers: list[Truth]) -> None:
    items = Items("items", tuple(answers))
    result = fold(items, lambda answer: answer)
    if answers:
        deciding = [one for answer in answers if answer.state is result.state for one in answer.evidence]
        assert list(result.evidence) == deciding
    else:
        assert result.evidence == (items,)


@given(st.lists(truths), st.booleans())
def test_every_and_some_are_conjunction_and_disjunction(answers: list[Truth], missing: bool) -> None:
    items = Items("items", tuple(answers), WHY if missing else None)
    states = [answer.state for answer in answers] + [None] * missing
    assert every(items, lambda answer: answer).state is conjunction(*states)
    assert some(items, lambda answer: answer).state is disjunction(*states)


@given(truths, truths)
def test_operators_keep_all_the_evidence_of_the_deciding_state(one: Truth, other: Truth) -> None:
    for result in (one & other, one | other):
        assert result.evidence == tuple(
            evidence for operand in (one, other) if operand.state is result.state for evidence in operand.evidence
        )


@pytest.mark.parametrize(
    ("fold", "items", "state", "evidence"),
    [
        pytest.param(every, (), None, ["list"], id="every-of-nothing-known"),
        pytest.param(some, (), None, ["list"], id="some-of-nothing-known"),
        pytest.param(every, (True,), None, ["list"], id="every-where-a-missing-item-could-make-it-false"),
        pytest.param(every, (False,), False, ["0"], id="every-where-a-known-item-makes-it-false"),
        pytest.param(every, (None, True), None, ["0", "list"], id="every-tells-all-that-is-not-known"),
        pytest.param(some, (False,), None, ["list"], id="some-where-a-missing-item-could-make-it-true"),
        pytest.param(some, (False, True, True), True, ["1", "2"], id="some-where-known-items-make-it-true"),
        pytest.param(some, (None, False), None, ["0", "list"], id="some-tells-all-that-is-not-known"),
    ],
)
def test_lists_of_which_items_are_missing(
    fold: Callable[..., Truth], items: tuple[bool | None, ...], state: bool | None, evidence: list[str]
) -> None:
    answers = tuple(Truth(one, (Field(str(place), one),)) for place, one in enumerate(items))
    result = fold(Items("list", answers, WHY), lambda answer: answer)
    assert (result.state, paths(result)) == (state, evidence)


@pytest.mark.parametrize(
    ("items", "state", "evidence"),
    [
        pytest.param(Items("list", (1,)), True, (), id="one"),
        pytest.param(Items("list", (1,), WHY), True, (), id="one-and-perhaps-more"),
        pytest.param(Items("list"), False, ("list",), id="none"),
        pytest.param(Items("list", (), WHY), None, ("list",), id="not-known"),
    ],
)
def test_is_not_empty(items: Items[int], state: bool | None, evidence: tuple[str, ...]) -> None:
    result = items.is_not_empty()
    assert (result.state, tuple(paths(result))) == (state, evidence)


def test_lists_tell_as_evidence_what_is_missing() -> None:
    empty: Items[int] = Items("list")
    unknown: Items[int] = Items("list", (), WHY)
    assert empty.value == ()
    assert unknown.value is WHY


def one_of(*values: object) -> OneOf[object]:
    return OneOf(values, WHY)


@pytest.mark.parametrize(
    ("value", "equal", "absent"),
    [
        pytest.param("host", True, False, id="equal"),
        pytest.param("bridge", False, False, id="another"),
        pytest.param("HOST", False, False, id="case-counts"),
        pytest.param(None, False, True, id="absent"),
        pytest.param(WHY, None, None, id="unknown"),
        pytest.param(one_of("host", "host"), True, False, id="all-arms"),
        pytest.param(one_of("host", "bridge"), None, False, id="some-arms"),
        pytest.param(one_of("none", "bridge"), False, False, id="no-arm"),
        pytest.param(one_of("host", None), None, None, id="an-arm-is-absent"),
        pytest.param(one_of("bridge", None), False, None, id="no-arm-and-one-is-absent"),
        pytest.param(one_of(None, None), False, True, id="all-arms-are-absent"),
    ],
)
def test_equals_and_is_absent(value: object, equal: bool | None, absent: bool | None) -> None:
    field = Field("network_mode", value)
    assert field.equals("host") == Truth(equal, (field,))
    assert field.is_absent() == Truth(absent, (field,))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, 1), (1, True), (False, 0), (1, 1.0), ("true", True), ("1", 1), (None, "")],
    ids=repr,
)
def test_values_of_different_types_are_different(value: object, expected: object) -> None:
    assert Field("privileged", value).equals(expected).state is False


@pytest.mark.parametrize(
    ("value", "absent", "state"),
    [
        pytest.param("LATEST", False, True, id="one"),
        pytest.param("1.4.0", False, True, id="the-other"),
        pytest.param("1.3.0", True, False, id="none-of-them"),
        pytest.param(None, False, False, id="absent-counts-as-no"),
        pytest.param(None, True, True, id="absent-counts-as-yes"),
        pytest.param(None, None, None, id="absent-counts-as-unknown"),
        pytest.param(WHY, True, None, id="unknown-is-not-absent"),
        pytest.param(one_of("LATEST", None), True, True, id="absent-and-present-arms-agree"),
        pytest.param(one_of("1.3.0", None), True, None, id="absent-and-present-arms-differ"),
        pytest.param(one_of("LATEST", None), None, None, id="an-arm-is-unknown"),
        pytest.param(one_of("LATEST", "1.4.0"), False, True, id="different-arms-same-answer"),
    ],
)
def test_one_of(value: object, absent: bool | None, state: bool | None) -> None:
    field = Field("platform_version", value)
    assert field.one_of("LATEST", "1.4.0", absent=absent) == Truth(state, (field,))


@pytest.mark.parametrize(
    ("value", "absent", "state"),
    [
        pytest.param("root:app", False, True, id="match"),
        pytest.param("rooted", False, False, id="the-whole-string-counts"),
        pytest.param("root:a\nb", False, False, id="a-dot-is-no-line-end"),
        pytest.param(0, False, False, id="no-string"),
        pytest.param(None, True, True, id="absent-counts-as-yes"),
        pytest.param(None, None, None, id="absent-counts-as-unknown"),
        pytest.param(WHY, True, None, id="unknown"),
        pytest.param(one_of("root", "root:x"), False, True, id="all-arms"),
        pytest.param(one_of("root", "app"), False, None, id="some-arms"),
    ],
)
def test_matches(value: object, absent: bool | None, state: bool | None) -> None:
    field = Field("user", value)
    assert field.matches(re.compile("root(:.*)?"), absent=absent) == Truth(state, (field,))


@pytest.mark.parametrize(
    "value", [truth(True), truth(None), WHY, one_of(True, True)], ids=lambda one: type(one).__name__
)
def test_what_may_be_unknown_has_no_bool(value: object) -> None:
    with pytest.raises(TypeError):
        bool(value)


def test_evidence_is_what_fields_and_lists_have_in_common() -> None:
    items: Items[int] = Items("list", (), WHY)
    evidence: list[Evidence] = [Field("field", 1, sensitive=True), items]
    assert [(one.path, one.value, one.location, one.sensitive) for one in evidence] == [
        ("field", 1, None, True),
        ("list", WHY, None, False),
    ]
