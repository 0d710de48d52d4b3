"""Powers and logarithms to the last bit as Go computes them on amd64: FreeBSD's algorithms, and SLEEF's for `exp`."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from fractions import Fraction

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_L1 = 6.666666666666735130e-01
_L2 = 3.999999999940941908e-01
_L3 = 2.857142874366239149e-01
_L4 = 2.222219843214978396e-01
_L5 = 1.818357216161805012e-01
_L6 = 1.531383769920937332e-01
_L7 = 1.479819860511658591e-01
_MOST_EXPONENT = 1 << 12
_LOG2_E = 1.4426950408889634073599246810018920
_LN2_UPPER = 0.69314718055966295651160180568695068359375
_LN2_LOWER = 0.28235290563031577122588448175013436025525412068e-12
_TAYLOR = (
    *(2.4801587301587301587e-5, 1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3),
    *(4.1666666666666666667e-2, 1.6666666666666666667e-1, 0.5, 1.0),
)


def logarithm(value: float) -> float | None:
    """The natural logarithm, None where processors differ in it. Raises ValueError where there is none."""
    if 0 < value < sys.float_info.min:
        return None
    if value == 0:
        return -math.inf
    if value < 0 or not math.isfinite(value):
        return math.log(value)
    mantissa, exponent = math.frexp(value)
    if mantissa < math.sqrt(2) / 2:
        mantissa, exponent = mantissa * 2, exponent - 1
    f = mantissa - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_L1 + s4 * (_L3 + s4 * (_L5 + s4 * _L7)))
    even = s4 * (_L2 + s4 * (_L4 + s4 * _L6))
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + (odd + even)) + exponent * _LN2_LOW)) - f)


def power(base: float, exponent: float) -> float | None:
    """A power; None where processors differ in it. Raises ValueError or OverflowError where it is none."""
    times = abs(exponent)
    if base == 0 or times >= 1 << 62:
        return math.pow(base, exponent)
    if times == 0.5:
        return math.sqrt(base) if exponent > 0 else 1 / math.sqrt(base)
    fraction, whole = math.modf(times)
    if fraction > 0.5:
        fraction, whole = fraction - 1, whole + 1
    exponent_of_e = logarithm(base) if fraction else 0.0
    of_fraction = None if exponent_of_e is None else exponential(fraction * exponent_of_e)
    if of_fraction is None:
        return None
    result, scale = _whole_power(base, int(whole), of_fraction)
    return math.ldexp(1 / result, -scale) if exponent < 0 else math.ldexp(result, scale)


def exponential(value: float) -> float | None:
    """The power of e, less than 700 either way; None where fused multiplication changes it."""
    fused, separate = _exponential(value, _fused), _exponential(value, _separate)
    return fused if fused == separate else None


def _exponential(value: float, add_product: Callable[[float, float, float], float]) -> float:
    """By the Taylor series of a sixteenth of what is left over a whole power of two."""
    exponent = round(_LOG2_E * value)
    rest = add_product(-_LN2_UPPER, exponent, value)
    rest = add_product(-_LN2_LOWER, exponent, rest) * 0.0625
    series = _TAYLOR[0]
    for coefficient in _TAYLOR[1:]:
        series = add_product(series, rest, coefficient)
    rest *= series
    for _ in range(3):
        rest *= rest + 2
    return math.ldexp(add_product(rest, rest + 2, 1.0), exponent)


def _fused(one: float, other: float, added: float) -> float:
    return float(Fraction(one) * Fraction(other) + Fraction(added))


def _separate(one: float, other: float, added: float) -> float:
    return one * other + added


def _whole_power(base: float, times: int, result: float) -> tuple[float, int]:
    """The result times the base to a whole power, and its exponent of two."""
    mantissa, exponent = math.frexp(base)
    scale = 0
    while times:
        if abs(exponent) > _MOST_EXPONENT:
            scale += exponent
            break
        if times & 1:
            result, scale = result * mantissa, scale + exponent
        mantissa, exponent = mantissa * mantissa, exponent * 2
        if mantissa < 0.5:
            mantissa, exponent = mantissa * 2, exponent - 1
        times >>= 1
    return result, scale
