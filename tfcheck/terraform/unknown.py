"""One attribute of a planned resource: its value, with what `after_unknown` and `after_sensitive` say of each part.

`after` alone cannot be read: what is unknown is left out of objects and is null in lists. Marks have the shape of the
value, true where a part is unknown (or sensitive); where their shape does not fit, the whole part counts as marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfcheck.records import dataclass, field
from tfcheck.terraform import configuration as config
from tfcheck.terraform.block import Node
from tfcheck.values import Unknown

_NOT_WRITTEN = object()
_COMPUTED = Unknown("known after apply")
_ABSENT = Node(None)


@dataclass(frozen=True, slots=True)
class _Body:
    """The configuration of one nested block: expressions by name."""

    expressions: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Planned:
    """A row's change, and what the configuration says of it.

    after: the values; unknown, sensitive: their marks. expressions: what was written, None where the configuration does
    not have the resource. why: why the value of an expression is not known, and whether all that it refers to is. made:
    the nodes that were already asked for.
    """

    after: Mapping[str, Any]
    unknown: object
    sensitive: object
    expressions: Mapping[str, Any] | None = None
    why: Callable[[Mapping[str, Any]], tuple[Unknown, bool]] = lambda written: (config.unknown(written), False)
    made: dict[str, Node] = field(default_factory=dict)

    def attribute(self, name: str) -> Node:
        """The node of an attribute or nested block."""
        if name not in self.made:
            self.made[name] = self._attribute(name)
        return self.made[name]

    def _attribute(self, name: str) -> Node:
        value = self.after.get(name)
        # Nearly all marks are objects.
        unknown = self.unknown.get(name) if isinstance(self.unknown, dict) else _member(self.unknown, name)
        sensitive = self.sensitive.get(name) if isinstance(self.sensitive, dict) else _member(self.sensitive, name)
        if not unknown and not sensitive:
            return _ABSENT if value is None else Node(value)
        written = None if self.expressions is None else self.expressions.get(name, _NOT_WRITTEN)
        try:
            merged = self._merge(value, unknown, sensitive, written)
        except RecursionError:
            merged = Unknown("it is nested too deeply")
        return merged if isinstance(merged, Node) else Node(merged)

    def _merge(self, value: object, unknown: object, sensitive: object, written: object) -> object:
        """The value with Unknown in the places of the unknown marks, and nodes in those of the sensitive ones."""
        if unknown is not True:
            if not _any(unknown) and not _any(sensitive):
                return value
            if _fits(unknown, value) and _fits(sensitive, value):
                if isinstance(value, dict):
                    names = [*value, *(name for name in config.mapping(unknown) if name not in value)]
                    return {name: self._part(value.get(name), unknown, sensitive, written, name) for name in names}
                if isinstance(value, list):
                    return [self._part(item, unknown, sensitive, written, at) for at, item in enumerate(value)]
            if not _any(unknown):
                return Node(value, sensitive=True)
        reason, omitted = self.why(written) if isinstance(written, dict) else (_COMPUTED, written is _NOT_WRITTEN)
        return Node(reason, sensitive=_any(sensitive), omitted=omitted)

    def _part(self, value: object, unknown: object, sensitive: object, written: object, at: str | int) -> object:
        # A block that is there without having been written is a dynamic one: nothing is told of its body.
        inner = None if written is _NOT_WRITTEN else written
        if isinstance(written, _Body):
            inner = written.expressions.get(str(at), _NOT_WRITTEN)
        elif isinstance(written, list):
            inner = _Body(written[0]) if len(written) == 1 and at == 0 and isinstance(written[0], dict) else None
        return self._merge(value, _member(unknown, at), _member(sensitive, at), inner)


def _any(marks: object) -> bool:
    """Is a mark set anywhere in them?"""
    inner = marks.values() if isinstance(marks, dict) else marks if isinstance(marks, list) else None
    if inner is None:
        return bool(marks)
    # Nearly all marks are empty, and there are many.
    return any(map(_any, filter(None, inner)))


def _fits(marks: object, value: object) -> bool:
    """Can the marks be laid over the value, part by part?"""
    if isinstance(marks, dict):
        return isinstance(value, dict)
    if isinstance(marks, list):
        return isinstance(value, list) and len(marks) <= len(value)
    return not marks


def _member(marks: object, at: str | int) -> object:
    """The marks of one part; a mark on the whole counts for every part."""
    if isinstance(marks, dict):
        return marks.get(at)
    if isinstance(marks, Sequence) and not isinstance(marks, str):
        return marks[at] if isinstance(at, int) and at < len(marks) else None
    return marks
