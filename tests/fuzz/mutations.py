"""Inputs made out of others at random: bytes, words of the language, members of JSON, files of a zip."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from fuzz.harness import sections

WORDS = (
    *("{", "}", "[", "]", "(", ")", '"', "\\", "=", "==", ",", ":", "?", "!", "-", "*", "/", "%", "&&", "||", "=>"),
    *("${", "%{", "$${", "~}", '"${', '}"', "%{ if true }", "%{ endif }", "%{ for x in y }", "%{ endfor }", "..."),
    *("/*", "*/", "#", "//", "<<EOT\n", "<<-EOT\n", "\nEOT\n", "\n", "\r\n", "\r", "\t", "\x00", "\x1b[31m", " "),
    *("\ufeff", "\xa0", "\u2028", "\u202e", "é", "e\u0301", "\U0001f600", "\\u00e9", "\\ud800", "\\x", "1e999", "1e"),
    *("null", "true", "false", "for", "if", "in", "each.value", "each.key", "count.index", "var.u", "local.a"),
    *(
        "[*]",
        ".*",
        ".0",
        '[""]',
        '["a"]',
        "[0]",
        "-1",
        "0",
        "9" * 400,
        "0.1",
        '""',
        "[]",
        "{}",
        "var.s",
        "var.m",
        "var.hidden",
    ),
    *(
        "try(",
        "can(",
        "jsonencode(",
        "jsondecode(",
        "concat(",
        "merge(",
        "format(",
        "formatlist(",
        "replace(",
        "regex(",
    ),
    *("flatten(", "lookup(", "toset(", "tolist(", "tomap(", "zipmap(", "setproduct(", "range(", "sensitive("),
    *(
        "yamldecode(",
        "templatestring(",
        "file(",
        "element(",
        "slice(",
        "coalesce(",
        "dynamic",
        "for_each = ",
        "count = ",
    ),
    *(
        "# tfcheck:ignore ECS.5 why\n",
        "tfcheck:ignore",
        "until=2027-01-31",
        "lifecycle",
        '"aws_ecs_service"',
        "module.x",
    ),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1e308, 10**400, float("inf"), float("nan"), 0.5, "", "a", [], {}, [None], [{}]),
    *("\x1b[31m", "\r\n::error::x", "\u202e", "\ud800", "x" * 3000, '["a"]', "true", "[", '[{"name": "a"}]', "host"),
    *("module.x", "aws_ecs_cluster.a", 'a["\\q"]', "a[99999999999999999999]", "..", "/etc", "C:\\x"),
    *({"references": ["a"]}, {"constant_value": 1}),
)
_TOKEN = re.compile(r'[A-Za-z_][\w-]*|\d+|"[^"\n]*"|[^\w\s]', re.ASCII)

Mutation = Callable[[Random, bytes], bytes]


def of_text(chance: Random, data: bytes) -> bytes:
    """With characters, words, lines or tokens changed."""
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(_EDITS)(chance, text)
    return text.encode("utf-8", "surrogatepass") if not _has_escapes(text) else text.encode("utf-8", "surrogateescape")


def _has_escapes(text: str) -> bool:
    return any("\udc80" <= one <= "\udcff" for one in text) and not any("\ud800" <= one <= "\udbff" for one in text)


def _cut(chance: Random, text: str) -> tuple[int, int]:
    start = chance.randrange(len(text) + 1)
    return start, min(len(text), start + chance.choice((1, 1, 2, 5, 20, 100)))


def _deleted(chance: Random, text: str) -> str:
    start, end = _cut(chance, text)
    return text[:start] + text[end:]


def _inserted(chance: Random, text: str) -> str:
    start = chance.randrange(len(text) + 1)
    return text[:start] + chance.choice(WORDS) * chance.choice((1, 1, 1, 1, 2, 200)) + text[start:]


def _replaced(chance: Random, text: str) -> str:
    start, end = _cut(chance, text)
    return text[:start] + chance.choice(WORDS) + text[end:]


def _doubled(chance: Random, text: str) -> str:
    start, end = _cut(chance, text)
    return text[:end] + text[start:end] * chance.choice((1, 1, 30)) + text[end:]


def _lines_swapped(chance: Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _token_replaced(chance: Random, text: str) -> str:
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return text
    one = chance.choice(tokens)
    other = chance.choice(tokens)[0] if chance.random() < 0.6 else chance.choice(WORDS)
    return text[: one.start()] + other + text[one.end() :]


def _spliced(chance: Random, text: str) -> str:
    """With a stretch of it written once more, somewhere else."""
    start, end = _cut(chance, text)
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[start:end] + text[at:]


_EDITS = (
    *(_deleted, _inserted, _replaced, _doubled, _lines_swapped, _spliced),
    *(_token_replaced, _token_replaced, _token_replaced),
)


def of_json(chance: Random, data: bytes) -> bytes:
    """With members of the document changed; as a text now and then, or where it is no JSON."""
    if chance.random() < 0.15:
        return of_text(chance, data)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return of_text(chance, data)
    if not isinstance(document, (dict, list)):
        return of_text(chance, data)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        _change(chance, document)
    with suppress(ValueError, RecursionError):
        return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    return data


def _slots(value: Any) -> list[tuple[Any, Any]]:
    """Every list or object in a document with each place in it."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting and len(found) < 20_000:
        one = waiting.pop()
        places = list(one) if isinstance(one, dict) else list(range(len(one))) if isinstance(one, list) else []
        found += [(one, place) for place in places]
        waiting += [one[place] for place in places]
    return found


def _change(chance: Random, document: Any) -> None:
    slots = _slots(document)
    if not slots:
        return
    whole, place = chance.choice(slots)
    other, its = chance.choice(slots)
    match chance.randrange(7):
        case 0:
            del whole[place]
        case 1:
            whole[place] = chance.choice(VALUES)
        case 2:
            whole[place] = json.loads(json.dumps(other[its]))
        case 3 if isinstance(whole, list):
            whole.insert(place, json.loads(json.dumps(other[its])))
        case 4 if isinstance(whole, dict):
            whole[chance.choice((its, "a", "", "name")) if isinstance(its, str) else "x"] = whole.pop(place)
        case _:
            whole[place] = _changed(chance, whole[place])


def _changed(chance: Random, value: Any) -> Any:
    if not isinstance(value, str):
        return [value] if chance.random() < 0.5 else chance.choice(VALUES)
    if value[:1] in ("[", "{"):
        return of_json(chance, value.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
    return of_text(chance, value.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def of_files(chance: Random, data: bytes) -> bytes:
    """One of several files changed, as its name says what it is."""
    files = sections(data)
    if len(files) < 2 or chance.random() < 0.05:
        return of_text(chance, data)
    name = chance.choice(sorted(files))
    files[name] = (of_json if name.endswith(".json") else of_text)(chance, files[name])
    return joined(files)


def joined(files: dict[str, bytes]) -> bytes:
    """The input that stands for these files."""
    return b"".join(b"=== %s\n%s\n" % (name.encode(), text.removesuffix(b"\n")) for name, text in files.items())


def of_zip(chance: Random, data: bytes) -> bytes:
    """With a member changed, renamed, doubled or left out; or some of its bytes."""
    if chance.random() < 0.3:
        return of_bytes(chance, data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except Exception:  # noqa: BLE001 - what zipfile raises for damage is no short list
        return of_bytes(chance, data)
    if members:
        place = chance.randrange(len(members))
        name, content = members[place]
        match chance.randrange(5):
            case 0:
                members.append((of_text(chance, name.encode()).decode("utf-8", "replace"), content))
            case 1:
                del members[place]
            case 2:
                members[place] = (chance.choice(members)[0], content)
            case _:
                members[place] = (name, (of_json if name.endswith(".json") else of_text)(chance, content))
    return zipped(members, chance)


def zipped(members: list[tuple[str, bytes]], chance: Random) -> bytes:
    """A zip of these, names that occur twice too."""
    made = io.BytesIO()
    method = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(made, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name[:5000].encode("utf-8", "replace").decode() or "x"), content)
    return made.getvalue()


def of_bytes(chance: Random, data: bytes) -> bytes:
    """With bytes changed, left out or doubled."""
    found = bytearray(data or b"x")
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(4):
            case 0:
                del found[at : at + chance.choice((1, 2, 4, 50))]
            case 1:
                found[at:at] = bytes([chance.randrange(256)])
            case 2:
                found[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x01\0\0\0"))
            case _:
                found[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(found)
