"""Entries by which failures are accepted, `tfcheck:ignore` comments and [[ignore]] tables, and which of them count."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from functools import lru_cache

from tfcheck.errors import Problem, UsageError
from tfcheck.findings import Suppression
from tfcheck.records import dataclass, replace
from tfcheck.terraform import address
from tfcheck.values import Region

MARKER = "tfcheck:ignore"
_FORM = f"write `{MARKER} ECS.5 REASON`"

_ID = r"[A-Za-z][A-Za-z_]*[._-]?\d+(?!\w|\.\w)"
# After a blank only what cannot be a word of the reason.
_IDS = rf"{_ID}(?:[ \t]*,[ \t]*{_ID}|[ \t]+(?i:ECS[._-]?\d+)(?!\w|\.\w))*"
_UNTIL = r"(?i)\buntil[ \t]*=[ \t]*([^\s,;)]*)"
_ISO_DATE = r"(?a)\d{4}-\d\d-\d\d"


@dataclass(frozen=True, slots=True)
class Ignore:
    """An [[ignore]] table: the ids of its controls, and globs for addresses and paths, of which it has at least one.

    until: the last day on which it counts. file, line: where it stands; the line is None where that is not known.
    """

    controls: tuple[str, ...]
    reason: str
    address: str | None
    path: str | None
    until: date | None
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Terms:
    """By what entries are judged: the day, the ids of all controls that there are, and of those that ran."""

    today: date
    known: Sequence[str]
    ran: Collection[str]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A comment, with what it covers and its column, or an [[ignore]] table; each is equal only to itself."""

    controls: tuple[str, ...]
    suppression: Suppression
    column: int | None = None
    covers: Region | None = None
    ignore: Ignore | None = None

    def name(self, controls: Sequence[str]) -> str:
        """What it is called in a message about some of its controls."""
        told = ",".join(controls)
        if self.ignore is None:
            return f"{MARKER} {told}".rstrip()
        scope = (("address", self.ignore.address), ("path", self.ignore.path))
        where = " and ".join(f"{key} {value!r}" for key, value in scope if value is not None)
        return " ".join(("[[ignore]]", *((f"of {told}",) if told else ()), f"for {where}"))

    def warning(self, message: str) -> Problem:
        """A problem at its place."""
        return Problem("warning", self.suppression.path, message, self.suppression.line, self.column)


def from_tables(ignores: Iterable[Ignore], terms: Terms) -> tuple[list[Entry], list[Problem]]:
    """The [[ignore]] tables that count, and warnings of those that do not."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for one in ignores:
        suppression = Suppression(one.reason, one.until, one.file, one.line)
        _judge(Entry(one.controls, suppression, ignore=one), terms, entries, problems)
    return entries, problems


def from_comments(path: str, text: str, terms: Terms) -> tuple[list[Entry], list[Problem]]:
    """The comments of an HCL text that count, and warnings of those that do not."""
    from tfcheck.comments import comments  # noqa: PLC0415 - most texts have none

    entries: list[Entry] = []
    problems: list[Problem] = []
    for comment in comments(text, MARKER):
        parsed = parse(comment.words)
        if isinstance(parsed, str):
            problems.append(Problem("warning", path, parsed, comment.line, comment.column))
            continue
        ids, reason, until = parsed
        suppression = Suppression(reason, until, path, comment.line)
        _judge(Entry(ids, suppression, comment.column, comment.covers), terms, entries, problems)
    return entries, problems


def _judge(entry: Entry, terms: Terms, entries: list[Entry], problems: list[Problem]) -> None:
    """Add the entry, with those of its controls that there are, if it counts, and what is wrong with it."""
    for one in entry.controls:
        if one not in terms.known:
            told = f"{entry.name(())} names {one}, and there is no such control{_nearest(one, terms.known)}"
            problems.append(entry.warning(told))
    entry = replace(entry, controls=tuple(one for one in entry.controls if one in terms.known))
    until = entry.suppression.until
    if not entry.controls:
        return
    if until is not None and until < terms.today:
        told = "and does not count: mend what it covers, or give it another day"
        problems.append(entry.warning(f"{entry.name(entry.controls)} expired on {until}, {told}"))
    elif entry.ignore is None and entry.covers is None:
        told = "it belongs on the line that fails, or right above that line, its object or its block"
        problems.append(entry.warning(f"{entry.name(entry.controls)} stands above nothing: {told}"))
    else:
        entries.append(entry)


def _nearest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(name, known, 1)
    return f": do you mean {close[0]}?" if close else ""


def parse(words: str) -> tuple[tuple[str, ...], str, date | None] | str:
    """The ids, the reason and the last day in what follows the marker of a comment; else what is wrong with it."""
    head = re.match(_IDS, words.strip()) if words[:1].isspace() else None
    if head is None:
        return f"{MARKER} names no control, and does not count: {_FORM}"
    rest = words.strip()[head.end() :]
    ids = tuple(dict.fromkeys(one.upper() for one in re.findall(_ID, head[0])))
    days = [parse_date(match[1].rstrip(".")) for match in re.finditer(_UNTIL, rest)]
    name = f"{MARKER} {','.join(ids)}"
    if len(days) > 1 or None in days:
        return f"{name} does not count: its last day is to be written once, like until=2027-01-31"
    reason = " ".join(re.sub(_UNTIL, " ", rest).split()).strip(" ,;:–—-")
    if not re.search(r"\w", reason):
        return f"{name} has no reason, and does not count: {_FORM}"
    return ids, reason, days[0] if days else None


def parse_date(text: str) -> date | None:
    """The date that is written as 2027-01-31; None where it is written otherwise or does not exist."""
    try:
        return date.fromisoformat(text) if re.fullmatch(_ISO_DATE, text) else None
    except ValueError:
        return None


def today(environment: Mapping[str, str]) -> date:
    """The day by UTC, or that of SOURCE_DATE_EPOCH (seconds since 1970). Raises UsageError where that is no time."""
    epoch = environment.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH: {epoch!r} is no number of seconds since 1970") from None


def address_matches(pattern: str, name: str) -> bool:
    """Does the glob mean this address, or that of its block? `*` and `?` match anything, brackets themselves.

    So a pattern without instance keys means all instances.
    """
    glob = _address_glob(pattern)
    names = (name, address.without_own_key(name), address.without_keys(name)) if "[" in name else (name,)
    return any(glob.fullmatch(one) for one in names)


@lru_cache(maxsize=4096)
def path_matches(pattern: str, path: str) -> bool:
    """Does the glob mean the whole path? `*` and `?` match within a name, `**` across directories."""
    places: AbstractSet[int] = {0}
    for part in _path_parts(pattern):
        places = _after(part, path, places)
    return len(path) in places


@lru_cache(maxsize=256)
def _address_glob(pattern: str) -> re.Pattern[str]:
    # Atomic groups: whatever follows a star is taken where it first occurs, which no hostile glob can make slow.
    first, *others = (re.escape(one).replace(r"\?", ".") for one in re.split(r"\*+", pattern))
    inner = "".join(f"(?>.*?{one})" for one in others[:-1])
    return re.compile(f"{first}{inner}.*{others[-1]}" if others else first, re.DOTALL)


@lru_cache(maxsize=256)
def _path_parts(pattern: str) -> tuple[str, ...]:
    parts = re.split(r"((?:(?<=/)|^)\*\*/|\*\*|\*|\?)", pattern.removeprefix("./"))
    return tuple(filter(None, parts))


def _after(part: str, path: str, places: AbstractSet[int]) -> AbstractSet[int]:
    """The offsets at which a part of a glob may end, by those at which it may begin."""
    if not places:
        return places
    first = min(places)
    if part == "**":
        return {*range(first, len(path) + 1)}
    if part == "**/":
        return places | {place + 1 for place in range(first + 1, len(path)) if path[place] == "/"}
    if part == "?":
        return {place + 1 for place in places if path[place : place + 1] not in ("", "/")}
    if part != "*":
        return {place + len(part) for place in places if path.startswith(part, place)}
    found, inside = set[int](), False
    for place in range(first, len(path) + 1):
        inside = (inside and path[place - 1] != "/") or place in places
        if inside:
            found.add(place)
    return found
