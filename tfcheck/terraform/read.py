"""Which kind of input is this path? Reads it and hands its blocks over."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tfcheck import files, limits
from tfcheck.errors import InputError
from tfcheck.records import replace
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
_MEMORY = "give it more, or plan the resources in smaller root modules"
_DOCUMENT_LINE = r'(?m)^\{"format_version"'
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
    try:
        return _read(path, name, terraform, directory)
    except MemoryError:
        raise InputError(f"{name}: {_size(path)} takes more memory than there is: {_MEMORY}") from None


def _read(path: str, name: str, terraform: str | None, directory: Path | None) -> Reading:
    mark = None if path == "-" else files.mark(Path(path))
    data = _bytes(path, name)
    binary = data[:2] == b"PK"
    if binary and mark is None:
        raise InputError(f"{name}: is a binary plan in a pipe: give its path, or {_SHOW}")
    if binary:
        data = _shown(path, terraform, directory)
    document = _document(name, _text(name, data))
    _refuse_other_kinds(name, document)
    if _is_state(document):
        return read_state(name, document)
    reading = read_plan(name, document)
    reading = replace(reading, text=_again(path, name, data if binary or mark is None else None, mark))
    return replace(reading, source=replace(reading.source, kind="planfile")) if binary else reading


def _size(path: str) -> str:
    """What it has, in words, as far as that is known."""
    file = Path(path)
    return f"has {limits.size(file.stat().st_size)} and" if path != "-" and files.mark(file) is not None else "it"


def _again(path: str, name: str, data: bytes | None, mark: tuple[int, ...] | None) -> Callable[[], str]:
    """The text of a plan once more; data None: from its file, which saves the memory that they take.

    Raises InputError where the file was changed meanwhile.
    """
    if data is not None:
        return lambda: _text(name, data)

    def text() -> str:
        again = _bytes(path, name)
        if files.mark(Path(path)) != mark:
            raise InputError(f"{name}: was changed while it was read: run tfcheck again when it is complete")
        return _text(name, again)

    return text


def _shown(path: str, terraform: str | None, directory: Path | None) -> bytes:
    from tfcheck.terraform import planfile  # noqa: PLC0415

    return planfile.show(path, terraform, directory)


def _is_state(document: Mapping[str, Any]) -> bool:
    return not {"planned_values", "resource_changes", "configuration"} & document.keys()


def _bytes(path: str, name: str) -> bytes:
    try:
        data = _standard_input() if path == "-" else files.read(Path(path), "PLAN_BYTES")
    except IsADirectoryError as error:
        raise InputError(f"{name}: is a directory, not a plan: {_SHOW}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return _unzipped(name, data) if data[:2] == b"\x1f\x8b" else data


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return files.pieces(sys.stdin.buffer, "PLAN_BYTES")


def _unzipped(name: str, data: bytes) -> bytes:
    import zlib  # noqa: PLC0415

    stream, most = zlib.decompressobj(wbits=31), limits.most("UNZIPPED_BYTES")
    try:
        text = stream.decompress(data, most)
    except zlib.error as error:
        raise InputError(f"{name}: is gzip, but damaged: make it again") from error
    if not stream.eof:
        raise InputError(
            f"{name}: is gzip, but truncated, or larger than {limits.size(most)}: make it again, or allow more with "
            f"{limits.PREFIX}UNZIPPED_BYTES=BYTES in the environment"
        )
    return text


def _text(name: str, data: bytes) -> str:
    if not data or data.isspace():
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
    line = re.search(_DOCUMENT_LINE, text)
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
