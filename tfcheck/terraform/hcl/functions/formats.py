"""format and formatlist: verbs as in Go's fmt, `%[2]s` included."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tfcheck.records import dataclass
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import is_certain
from tfcheck.terraform.hcl.functions.signature import Function
from tfcheck.terraform.hcl.functions.strings import characters
from tfcheck.terraform.hcl.number import Number
from tfcheck.terraform.hcl.types import ANY, BOOL, NUMBER, STRING, ListType
from tfcheck.terraform.hcl.values import (
    EvaluationFault,
    Literal,
    Value,
    encoded,
    list_of,
    unknown,
    unknown_from,
)
from tfcheck.values import Unknown

_UNTYPED = "a null of no type"
_VERB = re.compile(r"%(?:%|([-+ 0#]*)(?:([1-9]\d*))?(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z]))")
_MOST_WIDTH = 10_000


@dataclass(frozen=True, slots=True)
class _Verb:
    """`%-8.3s`: flags, width and precision, and the letter."""

    flags: str
    width: int
    precision: int | None
    letter: str

    def padded(self, written: str) -> str:
        """Strings and the like: zeros may stand for blanks."""
        missing = max(self.width - len(characters(written)), 0)
        fill = ("0" if "0" in self.flags else " ") * missing
        return written + fill if "-" in self.flags else fill + written

    def signed(self, digits: str, negative: bool) -> str:
        """Numbers: zeros go between the sign and the digits."""
        sign = "-" if negative else "+" if "+" in self.flags else " " if " " in self.flags else ""
        if "0" in self.flags and "-" not in self.flags:
            digits = digits.rjust(self.width - len(sign), "0")
        written = sign + digits
        return written.ljust(self.width) if "-" in self.flags else written.rjust(self.width)


def _integer(verb: _Verb, value: Value) -> str:
    content = _number(value)
    if not isinstance(content, int):
        raise EvaluationFault("the format wants a whole number")
    digits = format(abs(content), verb.letter)
    if verb.precision is not None:
        digits = digits.rjust(verb.precision, "0")
    mark = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb.letter, "") if "#" in verb.flags else ""
    return verb.signed(mark + digits, content < 0)


def _fixed(verb: _Verb, value: Value) -> str:
    content = _number(value)
    return verb.signed(
        numbers.fixed(numbers.magnitude(content), 6 if verb.precision is None else verb.precision), content < 0
    )


def _exponential(verb: _Verb, value: Value) -> str:
    content = _number(value)
    digits, point = _significant(content, 6 if verb.precision is None else verb.precision)
    return verb.signed(_with_exponent(digits, point, verb.letter), content < 0)


def _significant(content: Number, places: int) -> tuple[str, int]:
    return numbers.significant(numbers.magnitude(content), places + 1) if content else ("0" * (places + 1), 1)


def _general(verb: _Verb, value: Value) -> str:
    content = _number(value)
    return verb.signed(_shortest(numbers.magnitude(content), verb.precision, verb.letter), content < 0)


def _shortest(content: Number, precision: int | None, letter: str = "g") -> str:
    """An exponent where it is below -4, or where the digits do not reach it."""
    if not content:
        return "0"
    if precision is None:
        digits, point = numbers.shortest(content)
        bound = 21 if letter == "v" else 6
    else:
        digits, point = numbers.significant(content, precision or 1)
        bound = precision or 1
        if bound > len(digits) >= point:
            bound = len(digits)
        digits = digits.rstrip("0") or "0"
    if point - 1 < -4 or point - 1 >= bound:
        return _with_exponent(digits, point, "E" if letter == "G" else "e")
    return _positional(digits, point)


def _positional(digits: str, point: int) -> str:
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    whole = digits[:point].ljust(point, "0")
    return f"{whole}.{digits[point:]}" if len(digits) > point else whole


def _with_exponent(digits: str, point: int, letter: str) -> str:
    exponent = point - 1
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02}"


def _truth(verb: _Verb, value: Value) -> str:
    return "true" if convert(value, BOOL).content is True else "false"


def _string(verb: _Verb, value: Value) -> str:
    written = text.as_text(convert(value, STRING)) or ""
    if verb.precision:
        written = "".join(characters(written)[: verb.precision])
    return verb.padded(text.json_text(Value(written, STRING)) if verb.letter == "q" else written)


def _as_it_is(verb: _Verb, value: Value) -> str:
    content = value.content
    known = text.as_text(value)
    if "#" not in verb.flags and known is not None:
        return verb.padded(known)
    if "#" not in verb.flags and isinstance(content, Number) and not isinstance(content, bool):
        sign = "-" if content < 0 or content is numbers.NEGATIVE_ZERO else ""
        return verb.padded(sign + _shortest(numbers.magnitude(content), None))
    return verb.padded(text.json_text(value))


def _number(value: Value) -> Number:
    content = convert(value, NUMBER).content
    return content if isinstance(content, Number) else 0


_VERBS: dict[str, Callable[[_Verb, Value], str]] = {
    "v": _as_it_is,
    "t": _truth,
    **dict.fromkeys("bdoxX", _integer),
    **dict.fromkeys("eE", _exponential),
    "f": _fixed,
    **dict.fromkeys("gG", _general),
    **dict.fromkeys("sq", _string),
}


def _format(pattern: Value, *arguments: Value) -> Value:
    written = text.as_text(pattern)
    if written is None:
        return unknown_from(pattern, type_=STRING)
    return text.concatenate(_parts(written, arguments))


def _parts(pattern: str, arguments: Sequence[Value]) -> list[text.Part]:
    parts: list[text.Part] = []
    end = place = most = 0
    for match in _VERB.finditer(pattern):
        between = pattern[end : match.start()]
        end = match.end()
        parts.append(Literal(between))
        if "%" in between:
            raise EvaluationFault("the format has an invalid verb")
        if match[0] == "%%":
            parts.append(Literal("%"))
            continue
        place = int(match[4]) if match[4] else place + 1
        most = max(most, place)
        if not 1 <= place <= len(arguments):
            raise EvaluationFault("the format wants more arguments")
        verb = _Verb(match[1], int(match[2] or 0), None if match[3] is None else int(match[3]), match[5])
        parts.append(_part(verb, arguments[place - 1]))
    if "%" in pattern[end:]:
        raise EvaluationFault("the format has an invalid verb")
    if most < len(arguments):
        raise EvaluationFault("the format wants fewer arguments")
    return [*parts, Literal(pattern[end:])]


def _part(verb: _Verb, argument: Value) -> text.Part:
    if verb.letter not in _VERBS or verb.width > _MOST_WIDTH or (verb.precision or 0) > _MOST_WIDTH:
        raise EvaluationFault("the format has an invalid verb")
    if argument.content is None and argument.type == ANY:
        return unknown(_UNTYPED, type_=STRING)
    if argument.content is None and verb.letter != "v":
        raise EvaluationFault("the format wants a value that is not null")
    if argument.known:
        return Literal(_VERBS[verb.letter](verb, argument))
    plain = not verb.width and verb.precision is None
    if verb.letter == "s" and plain and not isinstance(argument.content, Unknown):
        return convert(argument, STRING)
    if verb.letter == "v" and plain and isinstance(argument.content, tuple | dict):
        return encoded(argument)
    return unknown_from(argument, type_=STRING)


def _format_list(pattern: Value, *arguments: Value) -> Value:
    """One string for each place of the lists among the arguments; the others count for every place."""
    lengths: set[int] = set()
    for argument in arguments:
        if isinstance(argument.content, tuple):
            if not is_certain(argument):
                return unknown_from(argument, type_=ListType(STRING))
            lengths.add(len(argument.content))
        elif isinstance(argument.content, Unknown) and argument.type not in (STRING, NUMBER, BOOL):
            return unknown_from(argument, type_=ListType(STRING))
    if len(lengths) > 1:
        raise EvaluationFault("the lists must be of one length")
    count = lengths.pop() if lengths else 1
    rows = [[_at(argument, place) for argument in arguments] for place in range(count)]
    made = [_format(pattern, *row) for row in rows]
    if any(one.content is None and one.type == ANY for row in rows for one in row):
        # Terraform may refuse it, and so the whole.
        return unknown(_UNTYPED, type_=ListType(STRING)).mark(any(one.marked for one in arguments))
    return list_of(made, STRING)


def _at(argument: Value, place: int) -> Value:
    return argument.content[place] if isinstance(argument.content, tuple) else argument


FUNCTIONS = {
    "format": Function(_format, (STRING,), ANY, returns=STRING, nullable=1, partial=True),
    "formatlist": Function(_format_list, (STRING,), ANY, returns=ListType(STRING), nullable=1, partial=True),
}
