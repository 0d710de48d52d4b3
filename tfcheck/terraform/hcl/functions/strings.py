"""Functions on strings. Characters are grapheme clusters, as in Terraform."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.equality import some
from tfcheck.terraform.hcl.functions.signature import Function, of_string, plain, whole
from tfcheck.terraform.hcl.number import Number
from tfcheck.terraform.hcl.types import BOOL, NUMBER, STRING, ListType
from tfcheck.terraform.hcl.values import (
    EvaluationFault,
    Literal,
    Value,
    boolean,
    string,
    unknown_from,
)

# As Go's unicode.IsSpace counts them.
_SPACES = " \t\n\v\f\r\x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
_MOST_SPACES = 10_000


def characters(written: str) -> Sequence[str]:
    """The characters as a reader counts them."""
    if written.isascii() and "\r\n" not in written:
        return written
    import regex  # noqa: PLC0415

    clusters: list[str] = regex.findall(r"\X", written)
    return clusters


def _lower(written: str) -> str:
    """Each code point by itself, as Go does it."""
    return written.lower() if written.isascii() else "".join(one.lower()[0] for one in written)


def _upper(written: str) -> str:
    """Each code point by itself: those that would become several have a title form, or stay."""
    if written.isascii():
        return written.upper()
    forms = ((one.upper(), one.title(), one) for one in written)
    return "".join(next(form for form in of_one if len(form) == 1) for of_one in forms)


def _by_stretch(change: Callable[[str], str]) -> Callable[[Value], Value]:
    """The change made to the known stretches of a string; its holes stay holes."""

    def changed(value: Value) -> Value:
        return text.concatenate(
            Literal(change(part.text)) if isinstance(part, Literal) else unknown_from(part, type_=STRING)
            for part in text.spelled_out(value)
        )

    return changed


def _title(written: str) -> str:
    result: list[str] = []
    for place, one in enumerate(written):
        result.append(_upper(one) if place == 0 or _separates(written[place - 1]) else one)
    return "".join(result)


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return character in _SPACES


def _substring(written: str, offset: Number, length: Number) -> str:
    start, count = whole(offset), whole(length)
    clusters = characters(written)
    if start < 0:
        # Terraform looks at a length of nothing only where the offset is not negative.
        start = max(start + len(clusters), 0)
        count = count or len(clusters)
    return "".join(clusters[start:] if count < 0 else clusters[start : start + count])


def _split(separator: str, written: str) -> Sequence[str]:
    return written.split(separator) if separator else list(written)


def _chomp(written: str) -> str:
    return written.rstrip("\r\n")


def _indent(spaces: Number, written: str) -> str:
    count = whole(spaces)
    if not 0 <= count <= _MOST_SPACES:
        raise EvaluationFault("the number of spaces is out of bounds")
    return written.replace("\n", "\n" + " " * count)


def _starts(value: Value, start: Value) -> Value:
    return _at_an_end(value, start, text.prefix, str.startswith)


def _ends(value: Value, end: Value) -> Value:
    return _at_an_end(value, end, text.suffix, str.endswith)


def _at_an_end(value: Value, end: Value, of: Callable[[Value], str], test: Callable[[str, str], bool]) -> Value:
    """Decided by what is known of the string at that end, where that is enough."""
    wanted, known = text.as_text(end), text.as_text(value)
    if wanted is not None and known is not None:
        return boolean(test(known, wanted))
    if wanted is not None and (test(of(value), wanted) or not test(wanted, of(value))):
        return boolean(test(of(value), wanted))
    return unknown_from(value, end, type_=BOOL)


def _contains(value: Value, part: Value) -> Value:
    wanted, known = text.as_text(part), text.as_text(value)
    if wanted is not None and known is not None:
        return boolean(wanted in known)
    stretches = [one.text for one in text.spelled_out(value) if isinstance(one, Literal)]
    if wanted is not None and some(wanted in stretch for stretch in stretches):
        return boolean(True)
    return unknown_from(value, part, type_=BOOL)


def _join(separator: Value, *lists: Value) -> Value:
    if not lists:
        raise EvaluationFault("at least one list is required")
    if any(not isinstance(one.content, tuple) or one.rest is not None for one in lists):
        return unknown_from(separator, *lists, type_=STRING)
    elements = [element for one in lists if isinstance(one.content, tuple) for element in one.content]
    if any(element.content is None for element in elements):
        raise EvaluationFault("null cannot be joined")
    parts: list[Value] = []
    for element in elements:
        parts.extend((separator, element) if parts else (element,))
    return text.concatenate(parts) if parts else string("")


FUNCTIONS = {
    "chomp": of_string(_chomp),
    "endswith": Function(_ends, (STRING, STRING), returns=BOOL, partial=True),
    "indent": plain(_indent, (NUMBER, STRING), STRING),
    "join": Function(_join, (STRING,), ListType(STRING), STRING, partial=True),
    "lower": Function(_by_stretch(_lower), (STRING,), returns=STRING, partial=True),
    "split": plain(_split, (STRING, STRING), ListType(STRING)),
    "startswith": Function(_starts, (STRING, STRING), returns=BOOL, partial=True),
    "strcontains": Function(_contains, (STRING, STRING), returns=BOOL, partial=True),
    "strrev": of_string(lambda written: "".join(reversed(characters(written)))),
    "substr": plain(_substring, (STRING, NUMBER, NUMBER), STRING),
    "title": of_string(_title),
    "trim": plain(str.strip, (STRING, STRING), STRING),
    "trimprefix": plain(str.removeprefix, (STRING, STRING), STRING),
    "trimspace": of_string(lambda written: written.strip(_SPACES)),
    "trimsuffix": plain(str.removesuffix, (STRING, STRING), STRING),
    "upper": Function(_by_stretch(_upper), (STRING,), returns=STRING, partial=True),
}
