"""Functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.functions import golang
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated, plain, plain_of, whole
from tfcheck.terraform.hcl.number import Number
from tfcheck.terraform.hcl.types import ANY, NUMBER, STRING, ListType
from tfcheck.terraform.hcl.values import EvaluationFault, Value, number

_MOST_NUMBERS = 1024
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _largest(*values: Number) -> Number:
    if not values:
        raise EvaluationFault("at least one number is required")
    return max(values)


def _smallest(*values: Number) -> Number:
    if not values:
        raise EvaluationFault("at least one number is required")
    return min(values)


def _signum(value: Number) -> int:
    whole(value)
    return (value > 0) - (value < 0)


def _power(base: Number, exponent: Number) -> Number:
    try:
        result = golang.power(float(base), float(exponent))
    except (OverflowError, ValueError):
        raise EvaluationFault("the result is no number") from None
    if result is None:
        raise NotEvaluated("a power that processors differ in")
    return _of_float(result)


def _logarithm(value: Number, base: Number) -> Number:
    try:
        dividend, divisor = golang.logarithm(float(value)), golang.logarithm(float(base))
        if dividend is None or divisor is None:
            raise NotEvaluated("a logarithm that processors differ in")
        result = dividend / divisor if divisor or not dividend else math.inf
    except (OverflowError, ValueError, ZeroDivisionError):
        raise EvaluationFault("the result is no number") from None
    return _of_float(result)


def _of_float(value: float) -> Number:
    result = numbers.from_float(value)
    if result is None and not math.isnan(value):
        raise NotEvaluated("a number divided by zero")
    if result is None:
        raise EvaluationFault("the result is no number")
    return result


def _integer(written: str, base: Number) -> int:
    radix = whole(base)
    if not 2 <= radix <= 62:
        raise EvaluationFault("the base must be from 2 to 62")
    digits = written[1:] if written[:1] in ("+", "-") else written
    if radix <= 36:
        digits = digits.lower()
    total = 0
    for digit in digits:
        place = _DIGITS.find(digit)
        if not 0 <= place < radix:
            raise EvaluationFault("no whole number of this base")
        total = total * radix + place
    if not digits:
        raise EvaluationFault("no whole number of this base")
    return -total if written.startswith("-") else total


def _parse_integer(written: Value, base: Value) -> Value:
    if written.type != STRING:
        raise EvaluationFault("a string is required")
    if written.size > 1000:  # of 64 characters each
        raise EvaluationFault("the number is out of bounds", limit=True)
    return number(_integer(str(plain_of(written)), base.content if isinstance(base.content, Number) else 0))


def _range(*limits: Number) -> Sequence[Number]:
    """Numbers from a start up or down to an end, which is not among them."""
    if not 1 <= len(limits) <= 3:
        raise EvaluationFault("one to three numbers are required")
    start, end = (0, limits[0]) if len(limits) == 1 else limits[:2]
    step = limits[2] if len(limits) == 3 else (-1 if end < start else 1)
    if start == end:
        return []
    if (end - start) * step <= 0:
        raise EvaluationFault("the end cannot be reached with this step")
    count = math.ceil(Fraction(end - start) / Fraction(step))
    if count > _MOST_NUMBERS:
        raise EvaluationFault(f"more than {_MOST_NUMBERS} numbers")
    values = [start]
    for _ in range(count - 1):
        values.append(numbers.rounded(values[-1] + step))
    return values[:count]


def _sum(values: Value) -> Value:
    elements = values.content
    if not isinstance(elements, tuple) or not elements:
        raise EvaluationFault("a list of numbers is required, which is not empty")
    total: Number = 0
    for element in elements:
        if element.content is None:
            raise EvaluationFault("null is no number")
        content = convert(element, NUMBER).content
        total = numbers.rounded(total + content) if isinstance(content, Number) else total
    return number(total)


FUNCTIONS = {
    "abs": plain(abs, (NUMBER,), NUMBER),
    "ceil": plain(math.ceil, (NUMBER,), NUMBER),
    "floor": plain(math.floor, (NUMBER,), NUMBER),
    "log": plain(_logarithm, (NUMBER, NUMBER), NUMBER),
    "max": plain(_largest, (), NUMBER, more=NUMBER),
    "min": plain(_smallest, (), NUMBER, more=NUMBER),
    "parseint": Function(_parse_integer, (ANY, NUMBER), returns=NUMBER),
    "pow": plain(_power, (NUMBER, NUMBER), NUMBER),
    "range": plain(_range, (), ListType(NUMBER), more=NUMBER),
    "signum": plain(_signum, (NUMBER,), NUMBER),
    "sum": Function(_sum, (ANY,), returns=NUMBER),
}
