"""Functions on address ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from tfcheck.terraform.hcl.functions.signature import NotEvaluated, plain, whole
from tfcheck.terraform.hcl.number import Number
from tfcheck.terraform.hcl.types import NUMBER, STRING, ListType
from tfcheck.terraform.hcl.values import EvaluationFault

_Network = IPv4Network | IPv6Network
_LEADING_ZEROS = re.compile(r"(?<![\w:.])0+(?=\d)|(?<=\.)0+(?=\d)")


def address_range(prefix: str) -> _Network:
    """The range that CIDR notation stands for. Raises EvaluationFault."""
    address, slash, length = prefix.partition("/")
    if ":" not in address:
        # Terraform reads octets with leading zeros as decimal numbers.
        address = _LEADING_ZEROS.sub("", address)
    if not slash or not (length.isascii() and length.isdigit()):
        raise EvaluationFault("it is no address range")
    try:
        return ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        raise EvaluationFault("it is no address range") from None


def _host(prefix: str, place: Number) -> str:
    network, offset = address_range(prefix), whole(place)
    size = network.num_addresses
    if not -size <= offset < size:
        raise EvaluationFault("the range has no such host")
    return _spelled(network.network_address + (offset if offset >= 0 else size + offset))


def _spelled(address: IPv4Address | IPv6Address) -> str:
    """As Go spells it, but for IPv4 addresses inside IPv6. Raises NotEvaluated for those."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        raise NotEvaluated("an IPv4 address within IPv6")
    return str(address)


def _netmask(prefix: str) -> str:
    network = address_range(prefix)
    if isinstance(network, IPv6Network):
        raise EvaluationFault("IPv6 ranges have no netmask")
    return str(network.netmask)


def _subnet(prefix: str, bits: Number, place: Number) -> str:
    """The network with this number; negative ones are put into the address as go-cidr does it."""
    network, more, index = address_range(prefix), whole(bits), whole(place)
    length = network.prefixlen + more
    if length < 0:
        raise NotEvaluated("a range wider than all addresses")
    if length > network.max_prefixlen or (more >= 0 and abs(index) >= 1 << more):
        raise EvaluationFault("the range has no such subnet")
    start = abs(int(network.network_address) | index << (network.max_prefixlen - length))
    if start >= 1 << network.max_prefixlen:
        raise EvaluationFault("the range has no such subnet")
    return f"{_spelled(type(network.network_address)(start))}/{length}"


def _subnets(prefix: str, *lengths: Number) -> Sequence[str]:
    network = address_range(prefix)
    if lengths and not int(network.network_address):
        # Terraform starts from the subnet before the first one, which it cannot step over from here.
        raise EvaluationFault("subnets of a range that begins at zero")
    offset = 0
    result: list[str] = []
    for bits in lengths:
        more = whole(bits)
        length = network.prefixlen + more
        if not 1 <= more <= 32 or length > network.max_prefixlen:
            raise EvaluationFault("a subnet is longer than the range allows")
        step = 1 << (network.max_prefixlen - length)
        offset = -(-offset // step) * step
        if offset + step > network.num_addresses:
            raise EvaluationFault("the range is too small")
        result.append(f"{_spelled(network.network_address + offset)}/{length}")
        offset += step
    return result


FUNCTIONS = {
    "cidrhost": plain(_host, (STRING, NUMBER), STRING),
    "cidrnetmask": plain(_netmask, (STRING,), STRING),
    "cidrsubnet": plain(_subnet, (STRING, NUMBER, NUMBER), STRING),
    "cidrsubnets": plain(_subnets, (STRING,), ListType(STRING), more=NUMBER),
}
