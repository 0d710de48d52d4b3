"""Functions that only OpenTofu has; to Terraform a call of one is an error, so that no configuration means both."""

from __future__ import annotations

import binascii
import re
import zlib
from base64 import b64decode
from ipaddress import ip_address, ip_network
from urllib.parse import unquote_to_bytes

from tfcheck.terraform.hcl.functions.signature import of_string, plain
from tfcheck.terraform.hcl.types import BOOL, STRING
from tfcheck.terraform.hcl.values import EvaluationFault

_MOST_BYTES = 4_000_000
_ESCAPES = re.compile(r"(?:[^%]|%[0-9a-fA-F]{2})*+")


def _unzipped(written: str) -> str:
    """The text of gzipped bytes in base64."""
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(b64decode(written, validate=True), _MOST_BYTES)
        if stream.unconsumed_tail:
            raise EvaluationFault("the text is too large", limit=True)
        decoded = content.decode()
    except (binascii.Error, ValueError, zlib.error):
        raise EvaluationFault("it is no gzipped text in base64") from None
    if not stream.eof:
        raise EvaluationFault("it is no gzipped text in base64")
    return decoded


def _contains(outer: str, inner: str) -> bool:
    """Is an address, or a whole range, inside a range?"""
    try:
        network = ip_network(outer, strict=False)
        other = ip_network(inner, strict=False) if "/" in inner else ip_network(ip_address(inner))
    except ValueError:
        raise EvaluationFault("it is no address or range") from None
    if "/" not in outer or network.version != other.version:
        raise EvaluationFault("it is no address or range of the same kind")
    return other.network_address in network and other.broadcast_address in network


def _decoded(written: str) -> str:
    if not _ESCAPES.fullmatch(written):
        raise EvaluationFault("an escape is not complete")
    try:
        return unquote_to_bytes(written.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise EvaluationFault("the decoded bytes are no text") from None


FUNCTIONS = {
    "base64gunzip": of_string(_unzipped),
    "cidrcontains": plain(_contains, (STRING, STRING), BOOL),
    "urldecode": of_string(_decoded),
}
