"""The operators of expressions on values, with Kleene's rules for what is not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl.choices import choose, for_each_arm
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import equal
from tfcheck.terraform.hcl.number import Number
from tfcheck.terraform.hcl.types import BOOL, NUMBER, Type
from tfcheck.terraform.hcl.values import EvaluationFault, Value, boolean, number, unknown, unknown_from
from tfcheck.values import Unknown

_FEWEST_BITS = 53
Operand = Callable[[], Value]


def unary(operator: str, operand: Value) -> Value:
    """`-operand` or `!operand`. Raises EvaluationFault."""
    return for_each_arm([operand], lambda arms: _unary(operator, arms[0]))


def _unary(operator: str, operand: Value) -> Value:
    content = _operand(operand, BOOL if operator == "!" else NUMBER)
    if content is None:
        return unknown_from(operand, type_=BOOL if operator == "!" else NUMBER)
    return (boolean(not content) if operator == "!" else number(numbers.negative(content))).mark(operand.sensitive)


def logical(operator: str, left: Value, right: Operand, skip: Callable[[], None]) -> Value:
    """`&&` or `||`: decided by either side, whatever the other is; a left side that decides hides what is wrong right.

    skip: called instead of `right` where that is not evaluated.

    Terraform does so from 1.12 on; before, it says more often that it does not know, or that something is wrong.
    """
    deciding = operator == "||"
    first = for_each_arm([left], lambda arms: _flag(arms[0]))
    if first.content is deciding:
        skip()
        return first
    second = for_each_arm([right()], lambda arms: _flag(arms[0]))
    sensitive = first.sensitive or second.sensitive
    if second.content is deciding:
        return second.mark(sensitive)
    if isinstance(first.content, bool) and isinstance(second.content, bool):
        return boolean(not deciding).mark(sensitive)
    return unknown_from(first, second, type_=BOOL).mark(sensitive)


def _flag(value: Value) -> Value:
    content = _operand(value, BOOL)
    return (unknown_from(value, type_=BOOL) if content is None else boolean(bool(content))).mark(value.sensitive)


def binary(operator: str, left: Value, right: Value, exact: bool = True) -> Value:
    """Every other operator on two values; exact: one of them has all 512 bits of a number. Raises EvaluationFault."""
    if operator in ("==", "!="):
        answer = equal(left, right)
        result = unknown_from(left, right, type_=BOOL) if answer is None else boolean(answer is (operator == "=="))
        return result.mark(left.marked or right.marked)
    return for_each_arm([left, right], lambda arms: _numeric(operator, arms, exact))


def _numeric(operator: str, operands: Sequence[Value], exact: bool) -> Value:
    operation = _COMPARISONS.get(operator) or _ARITHMETIC[operator]
    first, second = (_operand(one, NUMBER) for one in operands)
    if first is None or second is None:
        result = unknown_from(*operands, type_=BOOL if operator in _COMPARISONS else NUMBER)
    elif operator in _COMPARISONS:
        result = boolean(bool(operation(first, second)))
    elif second == 0 and operator == "/":
        result = _by_zero(first)
    else:
        result = _rounded(operation(first, second), exact)
    return result.mark(any(one.sensitive for one in operands))


def _rounded(result: Number, exact: bool) -> Value:
    """Numbers that functions computed have 64 or 53 bits in Terraform, and so has what comes of two such."""
    if exact or (isinstance(result, int) and result.bit_length() <= _FEWEST_BITS):
        return number(result)
    arms = [number(numbers.rounded(result, bits)) for bits in (numbers.PRECISION, 64, _FEWEST_BITS)]
    return choose(arms, Unknown("with how many bits a number was computed"))


def _by_zero(dividend: Number) -> Value:
    """Terraform has an infinity, which it can neither print nor store."""
    if dividend == 0:
        raise EvaluationFault("zero divided by zero")
    return unknown("a number divided by zero", type_=NUMBER)


def _operand(value: Value, type_: Type) -> Number | None:
    """The number or boolean, None where it is not known. Raises EvaluationFault."""
    if value.content is None:
        raise EvaluationFault("an operand must not be null")
    content = convert(value, type_).content
    return content if isinstance(content, Number) else None


def _times(one: Number, other: Number) -> Number:
    return one * other if one and other else _zero(one, other)


def _zero(one: Number, other: Number) -> Number:
    """The zero that has the sign of a product or quotient of these."""
    negative = [value < 0 or value is numbers.NEGATIVE_ZERO for value in (one, other)]
    return numbers.NEGATIVE_ZERO if negative[0] != negative[1] else 0


def _quotient(dividend: Number, divisor: Number) -> Number:
    return numbers.normal(Fraction(dividend) / Fraction(divisor)) if dividend else _zero(dividend, divisor)


def _remainder(dividend: Number, divisor: Number) -> Number:
    """With the sign of the dividend, which is left over where the divisor is zero; each step is rounded."""
    if divisor == 0:
        return dividend
    times = math.trunc(numbers.rounded(_quotient(dividend, divisor)))
    return numbers.normal(Fraction(dividend) - numbers.rounded(numbers.normal(Fraction(times * divisor))))


_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": _times,
    "/": _quotient,
    "%": _remainder,
}
_COMPARISONS: dict[str, Callable[[Number, Number], Number]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}
