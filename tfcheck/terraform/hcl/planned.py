"""What a plan knows of a resource or data source, as the value of a reference to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial

from tfcheck.records import replace
from tfcheck.terraform.address import key_value, without_own_key
from tfcheck.terraform.hcl.tfvars import of_json
from tfcheck.terraform.hcl.values import NULL, Value, mapping, sequence
from tfcheck.terraform.lookup import Lookup
from tfcheck.values import Unknown


class Both(Mapping[str, Value]):
    """The attributes of a resource: what is written of it where that is known, else what the plan knows."""

    def __init__(self, written: Mapping[str, Value], planned: Mapping[str, Value]) -> None:
        self.written = written
        self.planned = planned

    def __getitem__(self, name: str) -> Value:
        written = self.written.get(name)
        if written is not None and written.known:
            return written
        return self.planned[name] if name in self.planned or written is None else written

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.written), **dict.fromkeys(self.planned)})

    def __len__(self) -> int:
        return len(set(self))


def planned(lookup: Lookup) -> Callable[[str, Value], Value]:
    """Completes the value of a reference to an address with what the plan knows of that."""
    known = cache(partial(_known, lookup))

    def complete(address: str, written: Value) -> Value:
        if isinstance(written.content, Unknown):
            return known(address) or written
        if not isinstance(written.content, Mapping) or isinstance(written.content, (dict, Both)):
            return written
        one = known(address)
        if one is None or not isinstance(one.content, Mapping):
            return written
        return replace(written, content=Both(written.content, one.content))

    return complete


def _known(lookup: Lookup, address: str) -> Value | None:
    """The instance at an address, or all of them; None where the plan has none."""
    block = without_own_key(address)
    found = lookup(block)
    key = address.removeprefix(block)
    if key in found:
        one = found[key]
        return _value(address, one.values, one.unknown, one.sensitive)
    if key or not found:
        return None
    made = {key_value(name): _known(lookup, f"{address}{name}") or NULL for name in found}
    if all(isinstance(name, int) for name in made):
        return sequence([made[place] for place in sorted(made)])
    return mapping({str(name): one for name, one in made.items()})


def _value(address: str, value: object, unknown: object, sensitive: object) -> Value:
    """The value with what the marks say of each part; where their shape does not fit, of the whole."""
    if unknown is True or (unknown and not isinstance(value, (dict, list))):
        return Value(Unknown(f"known after apply: {address}", (address,))).mark(bool(sensitive))
    marked = sensitive is True or bool(sensitive and not isinstance(value, (dict, list)))
    if isinstance(value, dict):
        names = {**dict.fromkeys(value), **dict.fromkeys(unknown if isinstance(unknown, Mapping) else ())}
        members = {
            name: _value(f"{address}.{name}", value.get(name), _member(unknown, name), _member(sensitive, name))
            for name in names
        }
        return mapping(members).mark(marked)
    if isinstance(value, list):
        parts = [
            _value(f"{address}[{at}]", one, _member(unknown, at), _member(sensitive, at))
            for at, one in enumerate(value)
        ]
        return sequence(parts).mark(marked)
    return of_json(value).mark(marked)


def _member(marks: object, at: str | int) -> object:
    if isinstance(marks, Mapping):
        return marks.get(at)
    if isinstance(marks, Sequence) and not isinstance(marks, str):
        return marks[at] if isinstance(at, int) and at < len(marks) else None
    return marks
