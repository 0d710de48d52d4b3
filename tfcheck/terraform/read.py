"""Which kind of input is this path? Reads it and hands its blocks over."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tfcheck.errors import InputError
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.plan import ECS_TYPES, read_plan
from tfcheck.terraform.state import read_state

_SHOW = "run `terraform show -json PLANFILE > plan.json` and give that file"
_ENCODINGS = {
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb": "utf-8-sig",
    b"{\0": "utf-16-le",
    b"\0{": "utf-16-be",
}
_EMPTY_STATE = {"format_version", "terraform_version", "checks"}
_MAX_UNZIPPED = 2**30
_DOCUMENT_LINE = re.compile(r'^\{"format_version"', re.MULTILINE)
_VERSION = re.compile(r"([0-9]{1,9})\.[0-9]{1,9}")
_LEFT_OUT: dict[str, Any] = {"mode": "data"}


def is_configuration(path: str) -> bool:
    """Is it HCL: a directory, or one of its files?"""
    return path != "-" and (path.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")) or Path(path).is_dir())


def read_configuration(path: str, options: Options) -> list[Reading]:
    """The blocks of each root module of a directory, or of the one around a file. Raises InputError."""
    from tfcheck.terraform.hcl.configuration import read_directory  # noqa: PLC0415

    return read_directory(path if Path(path).is_dir() else str(Path(path).parent), options)


def read(path: str, terraform: str | None = None, directory: Path | None = None) -> Reading:
    """The blocks of a plan or state in JSON, or of a binary plan; `-` is standard input.

    terraform: the program that shows a binary plan, in place of that on PATH. directory: where it is run.
    Raises InputError, which says what to do.
    """
    name = "standard input" if path == "-" else path
    data = _bytes(path, name)
    binary = data[:2] == b"PK"
    if binary:
        data = _shown(path, terraform, directory)
    document = _document(name, _text(name, data))
    _refuse_other_kinds(name, document)
    if _is_state(document):
        return read_state(name, document)
    reading = read_plan(name, document)
    kept = data if binary or path == "-" else None
    reading = replace(reading, text=lambda: _text(name, _bytes(path, name) if kept is None else kept))
    return replace(reading, source=replace(reading.source, kind="planfile")) if binary else reading


def _shown(path: str, terraform: str | None, directory: Path | None) -> bytes:
    from tfcheck.terraform import planfile  # noqa: PLC0415

    if path == "-":
        raise InputError(f"standard input: is a binary plan: give its path, or {_SHOW}")
    return planfile.show(path, terraform, directory)


def _is_state(document: Mapping[str, Any]) -> bool:
    return not {"planned_values", "resource_changes", "configuration"} & document.keys()


def _bytes(path: str, name: str) -> bytes:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except IsADirectoryError as error:
        raise InputError(f"{name}: is a directory, not a plan: {_SHOW}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be read: {getattr(error, 'strerror', error)}") from error
    return _unzipped(name, data) if data[:2] == b"\x1f\x8b" else data


def _unzipped(name: str, data: bytes) -> bytes:
    import zlib  # noqa: PLC0415

    stream = zlib.decompressobj(wbits=31)
    try:
        text = stream.decompress(data, _MAX_UNZIPPED)
    except zlib.error as error:
        raise InputError(f"{name}: is gzip, but damaged: make it again") from error
    if not stream.eof:
        raise InputError(f"{name}: is gzip, but truncated or larger than 1 GiB: make it again")
    return text


def _text(name: str, data: bytes) -> str:
    if not data.strip():
        raise InputError(f"{name}: is empty: did `terraform show -json` fail? Then {_SHOW}")
    encoding = _ENCODINGS.get(data[:2], "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is not text in {error.encoding}: {_SHOW}") from error


def _document(name: str, text: str) -> dict[str, Any]:
    start = _start(text)
    # Rows of other types, and the second copy of every resource in planned_values, never take up memory.
    document, end = _parsed(name, text, start, _leave_out(values='"resource_changes"' in text))
    if isinstance(document, dict) and _is_state(document) and '"resource_changes"' in text:
        document, end = _parsed(name, text, start, _leave_out(values=False))
    if not isinstance(document, dict):
        raise InputError(f"{name}: is JSON, but no plan: {_SHOW}")
    if "@level" in document or "@message" in document:
        raise InputError(
            f"{name}: is the log of `plan -json`, which holds no values: save the plan with -out, then {_SHOW}"
        )
    if any(line and not line.isspace() and not line.startswith("::") for line in text[end:].split("\n")):
        raise InputError(f"{name}: has text after the end of the JSON: {_SHOW}")
    return document


def _start(text: str) -> int:
    """Where the document starts: wrappers of terraform print the command that they run in front of it."""
    if text.lstrip()[:1] == "{":
        return 0
    line = _DOCUMENT_LINE.search(text)
    return line.start() if line else 0


def _parsed(name: str, text: str, start: int, hook: Callable[[dict[str, Any]], Any]) -> tuple[Any, int]:
    try:
        return json.JSONDecoder(object_hook=hook).raw_decode(text, start or len(text) - len(text.lstrip()))
    except json.JSONDecodeError as error:
        if not text.rstrip().endswith("}") and text.lstrip().startswith("{"):
            raise InputError(f"{name}: is truncated: {_SHOW}") from error
        raise InputError(f"{name}: line {error.lineno}, column {error.colno}: is not JSON: {_SHOW}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: holds a number too long or is nested too deeply to be read: {_SHOW}") from error


def _leave_out(values: bool) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A hook for the JSON decoder that leaves out rows of other types and, if `values`, all copies of values."""

    def hook(row: dict[str, Any]) -> dict[str, Any]:
        if "type" in row and "mode" in row and "address" in row:
            copied = isinstance(row.get("values"), dict)
            if copied and values:
                return _LEFT_OUT
            known = copied or isinstance(row.get("change"), dict) or isinstance(row.get("expressions"), dict)
            kind = row["type"]
            if known and isinstance(kind, str) and not kind.startswith(ECS_TYPES):
                return _LEFT_OUT
        return row

    return hook


def _refuse_other_kinds(name: str, document: Mapping[str, Any]) -> None:
    if "encryption_version" in document or "remote_plan_format" in document:
        from tfcheck.terraform.planfile import refusal  # noqa: PLC0415

        if (why := refusal(document)) is not None:
            raise InputError(f"{name}: {why}")
    if "lineage" in document or ("serial" in document and "resources" in document):
        raise InputError(f"{name}: is a raw state file: run `terraform show -json > state.json` and give that file")
    version = document.get("format_version")
    if version is None:
        raise InputError(f"{name}: is JSON, but no plan and no state (it has no format_version): {_SHOW}")
    if _is_state(document) and "values" not in document and document.keys() - _EMPTY_STATE:
        raise InputError(f"{name}: is JSON of Terraform, but no plan and no state: {_SHOW}")
    match = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if match is None or int(match[1]) > 1:
        raise InputError(f"{name}: has format_version {version!r}, and only those below 2.0 are known: update tfcheck")
