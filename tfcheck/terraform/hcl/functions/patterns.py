"""Functions with regular expressions: regex, regexall, replace.

Terraform's are RE2's. They are run by the `regex` module, with a time limit; what RE2 does not have is refused here
too, and what cannot be translated gives an unknown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from tfcheck.records import dataclass
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.bounds import (
    MOST_CHARACTERS,
    MOST_MATCHES,
    MOST_PATTERN_CHARACTERS,
    MOST_SECONDS_IN_PATTERNS,
)
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated
from tfcheck.terraform.hcl.types import ANY, STRING, ListType, TupleType, Type, object_type
from tfcheck.terraform.hcl.values import (
    EvaluationFault,
    Value,
    list_of,
    mapping,
    null,
    sequence,
    string,
)

if TYPE_CHECKING:
    import regex

_MOST_COPIES = 1000  # as RE2 has it, of what is repeated inside of repetitions
_MOST_SIZE = 100_000
_BRIEF = 0.01
_TOKEN = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)"
    r"|(?P<class>\[\^?\]?(?:\[:\^?\w+:\]|\\[pP]\{\^?\w+\}|\\.|[^\]\\])*+\])"
    r"|(?P<escape>\\[pP](?:\{\^?\w+\}|[A-Z])|\\.)"
    r"|(?P<group>\(\?(?:P?<\w+>|[a-zA-Z]*-?[a-zA-Z]*[:)])?)"
    r"|(?P<end>\$)"
    r"|(?P<repeated>(?:[*+?]|\{\d+(?:,\d*)?\})[*+?]*)",
    re.DOTALL,
)
_SHAPE = re.compile(rf"{_TOKEN.pattern}|(?P<close>\))|(?P<plain>.)", re.DOTALL)
_UNGREEDY = re.compile(r"\(\?[a-zA-Z]*U")
_OTHER_FLAGS = re.compile(r"\(\?[imsU]*-?[imsU]*[^imsU:)P<-]")
_UNKNOWN_TO_RE2 = re.compile(r"\\[1-9ZkKGRX]")
# RE2's classes hold ASCII only.
_WORD = "0-9A-Za-z_"
_CLASSES = {"\\d": "0-9", "\\w": _WORD, "\\s": r"\t\n\f\r\x20"}
_NEGATED = {"\\D": "[^0-9]", "\\W": f"[^{_WORD}]", "\\S": r"[^\t\n\f\r\x20]"}
_BOUNDARY = f"(?:(?<![{_WORD}])(?=[{_WORD}])|(?<=[{_WORD}])(?![{_WORD}]))"
_NO_BOUNDARY = f"(?:(?<![{_WORD}])(?![{_WORD}])|(?<=[{_WORD}])(?=[{_WORD}]))"
_POSITIONS = {"\\z": "\\Z", "\\b": _BOUNDARY, "\\B": _NO_BOUNDARY}
_NAMED = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "space": r"\t\n\v\f\r\x20",
    "upper": "A-Z",
    "word": _WORD,
    "xdigit": "0-9A-Fa-f",
}
_IN_CLASS = re.compile(r"\[:(\^?\w+):\]|\\[pP][A-Z]|\\.", re.DOTALL)
_REFERENCE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})", re.ASCII)


def _translated(pattern: str) -> str:
    """The pattern in the words of the `regex` module. Raises EvaluationFault where RE2 has no such thing."""
    many_lines = re.search(r"\(\?[a-zA-Z]*m", pattern) is not None

    def token(match: re.Match[str]) -> str:
        written = match[0]
        match match.lastgroup:
            case "quoted":
                return re.escape(match["quoted"])
            case "class":
                return _IN_CLASS.sub(_in_class, written)
            case "escape":
                return _escape(written)
            case "end":
                return written if many_lines else "\\Z"
        if match.lastgroup == "group" and _UNGREEDY.match(written):
            raise NotEvaluated("a pattern that is not supported")
        if written == "(?" or (match.lastgroup == "group" and _OTHER_FLAGS.match(written)):
            raise EvaluationFault("the pattern holds what regular expressions of Terraform's do not have")
        if match.lastgroup == "repeated" and _repeats_twice(written):
            raise EvaluationFault("the pattern repeats a repetition")
        return written

    return _TOKEN.sub(token, pattern)


def _escape(written: str) -> str:
    if _UNKNOWN_TO_RE2.match(written):
        raise EvaluationFault("the pattern holds what regular expressions of Terraform's do not have")
    if written in _CLASSES:
        return f"[{_CLASSES[written]}]"
    return _NEGATED.get(written) or _POSITIONS.get(written) or _property(written)


def _property(written: str) -> str:
    r"""`\pL` as `\p{L}`."""
    return f"{written[:2]}{{{written[2]}}}" if len(written) == 3 else written


def _in_class(match: re.Match[str]) -> str:
    written = match[0]
    if match[1] in _NAMED:
        return _NAMED[match[1]]
    if match[1] or written in _NEGATED:
        raise NotEvaluated("a pattern that is not supported")
    return _CLASSES.get(written) or _property(written)


def _repeats_twice(repeated: str) -> bool:
    first = re.match(r"[*+?]|\{[^}]*\}", repeated)
    return first is not None and repeated[first.end() :] not in ("", "?")


@dataclass(slots=True)
class _Group:
    """An open group of a pattern: the most copies that repetitions make of anything in it, how many parts they come to.

    last: those two of the part that was read last, which a repetition repeats.
    """

    copies: int = 1
    size: int = 0
    last: tuple[int, int] = (1, 0)

    def add(self, copies: int, size: int) -> None:
        """Put in another part."""
        self.copies, self.size, self.last = max(self.copies, copies), self.size + size, (copies, size)

    def repeat(self, times: int) -> None:
        """Repeat the last part."""
        copies, size = self.last
        self.size -= size
        self.add(copies * max(times, 1), size * max(times, 1))


def _check_size(pattern: str) -> None:
    """Raises EvaluationFault where RE2 refuses so many copies, NotEvaluated where it is only long."""
    if len(pattern) > MOST_PATTERN_CHARACTERS:
        raise NotEvaluated(f"a pattern of more than {MOST_PATTERN_CHARACTERS} characters")
    opened = [_Group()]
    for token in _SHAPE.finditer(pattern):
        if token.lastgroup in ("group", "plain") and token[0][0] == "(" and token[0][-1] != ")":
            opened.append(_Group())
        elif token.lastgroup == "close" and len(opened) > 1:
            closed = opened.pop()
            opened[-1].add(closed.copies, closed.size)
        elif token.lastgroup == "repeated":
            counts = re.findall(r"\d+", token[0])
            opened[-1].repeat(min(int(counts[-1][:9]), 10**9) if counts else 1)
        else:
            opened[-1].add(1, 1)
        if opened[-1].copies > _MOST_COPIES:
            raise EvaluationFault(f"the pattern repeats something more than {_MOST_COPIES} times")
    if opened[0].size > _MOST_SIZE:
        raise NotEvaluated("a pattern that repeats too much")


@dataclass(slots=True)
class _Clock:
    """How many seconds patterns may still take, all together, in this process."""

    left: float = MOST_SECONDS_IN_PATTERNS


@cache
def _clock() -> _Clock:
    return _Clock()


def _compiled(pattern: str) -> regex.Pattern[str]:
    import regex  # noqa: PLC0415

    _check_size(pattern)
    try:
        return regex.compile(_translated(pattern))
    except regex.error:
        raise EvaluationFault("the pattern is no regular expression") from None


def _matches(pattern: regex.Pattern[str], subject: str) -> Iterator[regex.Match[str]]:
    """The matches one after the other; as in Go, an empty one right after another match does not count."""
    end, characters = -1, 0
    clock, began = _clock(), time.monotonic()
    try:
        for count, match in enumerate(pattern.finditer(subject, timeout=max(clock.left, _BRIEF))):
            characters += len(match[0]) * (1 + pattern.groups)
            if count > MOST_MATCHES or characters > MOST_CHARACTERS:
                raise NotEvaluated("the pattern matches too much")
            if match.start() == match.end() == end:
                continue
            end = match.end()
            yield match
    except TimeoutError:
        raise NotEvaluated("the pattern takes too long") from None
    finally:
        spent = time.monotonic() - began
        clock.left -= spent if spent > _BRIEF else 0


def _result_type(pattern: regex.Pattern[str]) -> Type:
    named, count = pattern.groupindex, pattern.groups
    if named and len(named) != count:
        raise EvaluationFault("the pattern has named and unnamed groups")
    if named:
        return object_type(dict.fromkeys(named, STRING))
    return TupleType((STRING,) * count) if count else STRING


def _result(match: regex.Match[str]) -> Value:
    if match.re.groupindex:
        return mapping({name: _captured(match[name]) for name in match.re.groupindex})
    if match.re.groups:
        return sequence(_captured(one) for one in match.groups())
    return string(match[0])


def _captured(group: str | None) -> Value:
    return null(STRING) if group is None else string(group)


def _first_match(pattern: Value, subject: Value) -> Value:
    compiled = _compiled(text.as_text(pattern) or "")
    _result_type(compiled)
    match = next(_matches(compiled, text.as_text(subject) or ""), None)
    if match is None:
        raise EvaluationFault("the pattern does not match")
    return _result(match)


def _all_matches(pattern: Value, subject: Value) -> Value:
    compiled = _compiled(text.as_text(pattern) or "")
    element = _result_type(compiled)
    return list_of([_result(match) for match in _matches(compiled, text.as_text(subject) or "")], element)


def _replace(subject: Value, wanted: Value, replacement: Value) -> Value:
    written, search, new = text.as_text(subject) or "", text.as_text(wanted) or "", text.as_text(replacement) or ""
    if len(search) < 2 or search[0] != "/" or search[-1] != "/":
        if written.count(search) * len(new) > MOST_CHARACTERS:
            raise EvaluationFault("the value is too large", limit=True)
        return string(written.replace(search, new))
    compiled = _compiled(search[1:-1])
    references = len(_REFERENCE.findall(new))
    result: list[str] = []
    end = characters = 0
    for match in _matches(compiled, written):
        characters += len(new) + references * len(match[0])
        if characters > MOST_CHARACTERS:
            raise EvaluationFault("the value is too large", limit=True)
        result.extend((written[end : match.start()], _expanded(new, match)))
        end = match.end()
    return string("".join(result) + written[end:])


def _expanded(replacement: str, match: regex.Match[str]) -> str:
    """`$1`, `${1}` and `${name}` as what the group matched; a group that there is not matched nothing."""

    def group(reference: re.Match[str]) -> str:
        if reference[1]:
            return "$"
        name: str = reference[2] or reference[3]
        try:
            return str(match[int(name) if name.isdigit() else name] or "")
        except IndexError:
            return ""

    return _REFERENCE.sub(group, replacement)


FUNCTIONS = {
    "regex": Function(_first_match, (STRING, STRING), returns=ANY),
    "regexall": Function(_all_matches, (STRING, STRING), returns=ListType(ANY)),
    "replace": Function(_replace, (STRING, STRING, STRING), returns=STRING),
}
