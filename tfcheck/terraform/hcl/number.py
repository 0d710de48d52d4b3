"""Numbers as Terraform has them: binary floating point of 512 bits, printed as the shortest decimal that reads back.

A whole number is an int, every other one a Fraction; arithmetic is exact and then rounded, as Go's big.Float does it.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction

Number = int | Fraction

PRECISION = 512


class Double(Fraction):
    """A number of 53 bits, which is printed with as few digits as tell it apart from its neighbours."""


class _NegativeZero(int):
    """Zero, but printed with its sign."""


NEGATIVE_ZERO = _NegativeZero()
_MOST_DIGITS = 160
_MOST_EXPONENT = 5_000
_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?", re.ASCII)


def rounded(value: Number, precision: int = PRECISION) -> Number:
    """The nearest number of 512 significant bits, ties to even. Raises OverflowError where it is out of all bounds."""
    if isinstance(value, int) and value.bit_length() <= precision:
        return value
    if isinstance(value, Double):
        return value
    fraction = Fraction(value)
    numerator, denominator = abs(fraction.numerator), fraction.denominator
    if max(numerator.bit_length(), denominator.bit_length()) > 20 * _MOST_EXPONENT:
        raise OverflowError
    shift = precision - numerator.bit_length() + denominator.bit_length()
    if _scaled(numerator, denominator, shift)[0].bit_length() > precision:
        shift -= 1
    quotient, rest, divisor = _scaled(numerator, denominator, shift)
    if 2 * rest > divisor or (2 * rest == divisor and quotient & 1):
        quotient += 1
    sign = -1 if fraction < 0 else 1
    return normal(Fraction(sign * quotient << max(-shift, 0), 1 << max(shift, 0)))


def magnitude(value: Number) -> Number:
    """Without its sign."""
    if isinstance(value, Double):
        return Double(abs(value))
    return -value if value < 0 else value


def negative(value: Number) -> Number:
    """With the other sign."""
    if isinstance(value, Double):
        return Double(-Fraction(value))
    return -value if value or value is NEGATIVE_ZERO else NEGATIVE_ZERO


def normal(value: Number) -> Number:
    """A whole number as an int."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def parse(text: str) -> Number | None:
    """The number that a decimal text stands for, None where it is none. Raises OverflowError as `rounded` does."""
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None
    places, exponent = len(match[3] or ""), int(match[4] or 0)
    if abs(exponent) > _MOST_EXPONENT or len(text) > _MOST_EXPONENT:
        raise OverflowError
    digits = int(match[2] + (match[3] or ""))
    value = Fraction(-digits if match[1] == "-" else digits) * Fraction(10) ** (exponent - places)
    return rounded(normal(value))


def text(value: Number) -> str:
    """The shortest decimal without an exponent that reads back as this number (Go's `Text('f', -1)`)."""
    if isinstance(value, int) and value.bit_length() <= PRECISION:
        return "-0" if value is NEGATIVE_ZERO else str(value)
    sign = "-" if value < 0 else ""
    digits, point = shortest(magnitude(value))
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


def shortest(value: Number) -> tuple[str, int]:
    """The fewest digits that read back as this positive number, and the place of the point before or after them."""
    if isinstance(value, Double):
        written = Decimal(repr(float(value))).normalize().as_tuple()
        return "".join(map(str, written.digits)), len(written.digits) + int(written.exponent)
    low, high = 1, _MOST_DIGITS
    while low < high:
        middle = (low + high) // 2
        digits, point = significant(value, middle)
        if rounded(normal(Fraction(int(digits)) * Fraction(10) ** (point - len(digits)))) == value:
            high = middle
        else:
            low = middle + 1
    digits, point = significant(value, low)
    return digits.rstrip("0") or "0", point


def significant(value: Number, count: int) -> tuple[str, int]:
    """A positive number rounded to so many decimal digits, ties to even, and the place of the point."""
    fraction = Fraction(value)
    point = len(str(fraction.numerator)) - len(str(fraction.denominator)) + 1
    if fraction < Fraction(10) ** (point - 1):
        point -= 1
    digits = str(round(fraction * Fraction(10) ** (count - point)))
    return (digits[:count], point + 1) if len(digits) > count else (digits, point)


def fixed(value: Number, places: int) -> str:
    """Rounded to so many decimal places, as `%.2f` does."""
    scaled = round(Fraction(magnitude(value)) * 10**places)
    digits = str(scaled).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def from_float(value: float) -> Number | None:
    """A number computed in double precision, None for infinity and not-a-number."""
    if not math.isfinite(value):
        return None
    if not value.is_integer():
        return Double(value)
    if value == 0 and math.copysign(1, value) < 0:
        return NEGATIVE_ZERO
    return int(value) if abs(value) < 1 << 53 else parse(repr(value))


def _scaled(numerator: int, denominator: int, shift: int) -> tuple[int, int, int]:
    """What `numerator * 2**shift / denominator` comes to: quotient, remainder, and the divisor that was used."""
    divisor = denominator << max(-shift, 0)
    quotient, rest = divmod(numerator << max(shift, 0), divisor)
    return quotient, rest, divisor
