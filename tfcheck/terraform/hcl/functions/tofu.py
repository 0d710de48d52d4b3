"""Functions that only OpenTofu has; to Terraform a call of one is an error, so that no configuration means both."""

from __future__ import annotations

import re
import zlib
from ipaddress import IPv6Network
from urllib.parse import unquote_to_bytes

from tfcheck.terraform.hcl.functions.encoding import bytes_of
from tfcheck.terraform.hcl.functions.network import address_range
from tfcheck.terraform.hcl.functions.signature import NotEvaluated, of_string, plain
from tfcheck.terraform.hcl.types import BOOL, STRING
from tfcheck.terraform.hcl.values import EvaluationFault

_MOST_BYTES = 4_000_000
_ESCAPES = re.compile(r"(?:[^%]|%[0-9a-fA-F]{2})*+")


def _unzipped(written: str) -> str:
    """The text of gzipped bytes in base64."""
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(bytes_of(written), _MOST_BYTES)
    except zlib.error:
        raise EvaluationFault("it is no gzipped text") from None
    if stream.unconsumed_tail:
        raise EvaluationFault("the text is too large", limit=True)
    if not stream.eof:
        raise EvaluationFault("it is no gzipped text")
    if stream.unused_data:
        raise NotEvaluated("gzipped text in several parts")
    return _text(content)


def _text(content: bytes) -> str:
    """OpenTofu does not refuse bytes that are no text, but what becomes of them depends on what is done with them."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise NotEvaluated("bytes that are no text") from None


def _contains(outer: str, inner: str) -> bool:
    """Is an address, or a whole range, inside a range?"""
    network = address_range(outer)
    other = address_range(inner) if "/" in inner else address_range(f"{inner}/{128 if ':' in inner else 32}")
    if any(isinstance(one, IPv6Network) and one.network_address.ipv4_mapped is not None for one in (network, other)):
        raise NotEvaluated("an IPv4 address within IPv6")
    if network.version != other.version:
        raise EvaluationFault("it is no address or range of the same kind")
    return other.network_address in network and other.broadcast_address in network


def _decoded(written: str) -> str:
    if not _ESCAPES.fullmatch(written):
        raise EvaluationFault("an escape is not complete")
    return _text(unquote_to_bytes(written.replace("+", " ")))


FUNCTIONS = {
    "base64gunzip": of_string(_unzipped),
    "cidrcontains": plain(_contains, (STRING, STRING), BOOL),
    "urldecode": of_string(_decoded),
}
