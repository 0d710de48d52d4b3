"""Powers and logarithms to the last bit as Go computes them, by FreeBSD's algorithms."""

from __future__ import annotations

import math

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


def logarithm(value: float) -> float:
    """The natural logarithm. Raises ValueError where there is none."""
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


def power(base: float, exponent: float) -> float:
    """A whole power, or the power of a half. Raises ValueError or OverflowError where it is no number."""
    times = abs(exponent)
    if base == 0 or times == 0.5 or times >= 1 << 62:
        return math.pow(base, exponent)
    result, scale = _whole_power(base, int(times), 1.0)
    return math.ldexp(1 / result, -scale) if exponent < 0 else math.ldexp(result, scale)


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
