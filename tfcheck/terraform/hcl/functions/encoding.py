"""Functions that encode, decode and hash."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from collections.abc import Callable
from urllib.parse import quote_plus

from tfcheck.terraform.hcl import jsontext, text
from tfcheck.terraform.hcl import types as t
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated, of_string, plain
from tfcheck.terraform.hcl.types import ANY, STRING
from tfcheck.terraform.hcl.values import EvaluationFault, Value, encoded, list_of, mapping, string

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}
_FIELD = re.compile(r'(?:"((?:[^"]|"")*+)"|([^",\n]*+))(,|\n|\Z)')
_ENCODINGS = ("UTF-8", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "US-ASCII", "Windows-1252")


def base64_of(content: bytes) -> str:
    """In standard base64."""
    return base64.b64encode(content).decode()


def bytes_of(written: str) -> bytes:
    """What standard base64 stands for, line breaks in it ignored. Raises EvaluationFault."""
    try:
        return base64.b64decode(written.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise EvaluationFault("it is not base64") from None


def _decoded(written: str) -> str:
    try:
        return bytes_of(written).decode()
    except UnicodeDecodeError:
        raise EvaluationFault("the decoded bytes are no text") from None


def _encoding(name: str) -> str:
    known = [one for one in _ENCODINGS if one.lower() == name.lower()]
    if not known:
        raise NotEvaluated("an encoding that is not supported")
    return known[0]


def _encode_text(written: str, encoding: str) -> str:
    try:
        return base64_of(written.encode(_encoding(encoding)))
    except UnicodeEncodeError:
        raise EvaluationFault("the text has characters that the encoding lacks") from None


def _decode_text(written: str, encoding: str) -> str:
    try:
        return bytes_of(written).decode(_encoding(encoding))
    except UnicodeDecodeError:
        raise EvaluationFault("the bytes are no text in this encoding") from None


def _rows(value: Value) -> Value:
    """The rows of a CSV text as objects, their keys from its first row."""
    rows = _records(text.as_text(value) or "")
    if not rows:
        raise EvaluationFault("CSV without a header")
    header, *records = rows
    if len(set(header)) < len(header) or any(len(row) != len(header) for row in records):
        raise EvaluationFault("CSV whose rows do not fit its header")
    objects = [mapping({key: string(cell) for key, cell in zip(header, row, strict=True)}) for row in records]
    return list_of(objects, t.object_type(dict.fromkeys(header, STRING)))


def _records(written: str) -> list[list[str]]:
    """The rows of CSV as Go reads it, without empty lines. Raises EvaluationFault."""
    written = written.replace("\r\n", "\n").removesuffix("\r")
    rows: list[list[str]] = []
    row: list[str] = []
    place = 0
    while place < len(written) or row:
        if not row and written.startswith("\n", place):
            place += 1
            continue
        match = _FIELD.match(written, place)
        if match is None:
            raise EvaluationFault("it is not CSV")
        row.append(match[2] if match[1] is None else match[1].replace('""', '"'))
        place = match.end()
        if match[3] != ",":
            rows.append(row)
            row = []
    return rows


def _uuid(namespace: str, name: str) -> str:
    try:
        space = _NAMESPACES[namespace] if namespace in _NAMESPACES else uuid.UUID(namespace)
    except ValueError:
        raise EvaluationFault("no such namespace") from None
    return str(uuid.uuid5(space, name))


def hash_of(algorithm: str, in_base64: bool = False) -> Callable[[bytes], str]:
    """A digest in hexadecimal digits or in base64."""

    def digest(content: bytes) -> str:
        hashed = hashlib.new(algorithm, content, usedforsecurity=False)
        return base64_of(hashed.digest()) if in_base64 else hashed.hexdigest()

    return digest


def _hash(algorithm: str, in_base64: bool = False) -> Function:
    digest = hash_of(algorithm, in_base64)
    return of_string(lambda written: digest(written.encode()))


FUNCTIONS = {
    "base64decode": of_string(_decoded),
    "base64encode": of_string(lambda written: base64_of(written.encode())),
    "base64sha256": _hash("sha256", in_base64=True),
    "base64sha512": _hash("sha512", in_base64=True),
    "csvdecode": Function(_rows, (STRING,)),
    "jsondecode": Function(jsontext.decode, (STRING,), partial=True),
    "jsonencode": Function(encoded, (ANY,), returns=STRING, nullable=0, partial=True, marks="outer"),
    "md5": _hash("md5"),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "textdecodebase64": plain(_decode_text, (STRING, STRING), STRING),
    "textencodebase64": plain(_encode_text, (STRING, STRING), STRING),
    "urlencode": of_string(quote_plus),
    "uuidv5": plain(_uuid, (STRING, STRING), STRING),
}
