"""Functions on points in time. None reads a clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from tfcheck.terraform.hcl.functions.signature import plain
from tfcheck.terraform.hcl.types import NUMBER, STRING
from tfcheck.terraform.hcl.values import EvaluationFault

_TIMESTAMP = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DURATION = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|[+-]?0", re.ASCII)
_STEP = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_SECONDS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "μs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
}
_TOKEN = re.compile(r"'(?:[^']|'')*'|'|([A-Za-z])\1*|[^A-Za-z']+")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _parsed(written: str) -> datetime:
    if _TIMESTAMP.fullmatch(written) is None:
        raise EvaluationFault("it is no RFC 3339 timestamp")
    try:
        return datetime.fromisoformat(re.sub(r"\.\d+", "", written))
    except ValueError:
        raise EvaluationFault("it is no RFC 3339 timestamp") from None


def _zone(moment: datetime, colon: bool) -> str:
    offset = moment.strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}" if colon else offset[:5]


def _spelled(moment: datetime) -> str:
    zone = _zone(moment, colon=True)
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + ("Z" if zone == "+00:00" else zone)


_VERBS: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "MMMM": lambda moment: _MONTHS[moment.month - 1],
    "MMM": lambda moment: _MONTHS[moment.month - 1][:3],
    "MM": lambda moment: f"{moment.month:02}",
    "M": lambda moment: str(moment.month),
    "DD": lambda moment: f"{moment.day:02}",
    "D": lambda moment: str(moment.day),
    "EEEE": lambda moment: _DAYS[moment.weekday()],
    "EEE": lambda moment: _DAYS[moment.weekday()][:3],
    "hh": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: str(moment.hour),
    "HH": lambda moment: f"{moment.hour % 12 or 12:02}",
    "H": lambda moment: str(moment.hour % 12 or 12),
    "AA": lambda moment: "AM" if moment.hour < 12 else "PM",
    "aa": lambda moment: "am" if moment.hour < 12 else "pm",
    "mm": lambda moment: f"{moment.minute:02}",
    "m": lambda moment: str(moment.minute),
    "ss": lambda moment: f"{moment.second:02}",
    "s": lambda moment: str(moment.second),
    "ZZZZZ": lambda moment: _zone(moment, colon=True),
    "ZZZZ": lambda moment: _zone(moment, colon=False),
    "ZZZ": lambda moment: "UTC" if moment.utcoffset() == timedelta() else _zone(moment, colon=False),
    "Z": lambda moment: "Z" if moment.utcoffset() == timedelta() else _zone(moment, colon=True),
}


def _format(pattern: str, written: str) -> str:
    moment = _parsed(written)
    result: list[str] = []
    for match in _TOKEN.finditer(pattern):
        part = match[0]
        if part.startswith("'"):
            if part == "'":
                raise EvaluationFault("a literal is not closed")
            result.append("'" if part == "''" else part[1:-1].replace("''", "'"))
        elif match[1] is None:
            result.append(part)
        elif part in _VERBS:
            result.append(_VERBS[part](moment))
        else:
            raise EvaluationFault("no such verb in a date format")
    return "".join(result)


def _add(written: str, duration: str) -> str:
    moment = _parsed(written)
    if _DURATION.fullmatch(duration) is None:
        raise EvaluationFault("it is no duration")
    seconds = sum((Decimal(count) * _SECONDS[unit] for count, unit in _STEP.findall(duration)), Decimal(0))
    try:
        return _spelled(moment + timedelta(seconds=int(-seconds if duration.startswith("-") else seconds)))
    except OverflowError:
        raise EvaluationFault("the time is out of bounds") from None


def _compare(one: str, other: str) -> int:
    first, second = _parsed(one), _parsed(other)
    return (first > second) - (first < second)


FUNCTIONS = {
    "formatdate": plain(_format, (STRING, STRING), STRING),
    "timeadd": plain(_add, (STRING, STRING), STRING),
    "timecmp": plain(_compare, (STRING, STRING), NUMBER),
}
