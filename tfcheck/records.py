"""Dataclasses that cost little to define, and are frozen for the type checker only.

A run defines a hundred classes and makes instances of half of them. The standard library compiles up to five methods
for each at once, which took a quarter of the time in which a small plan is checked; here a class gets one of each that
serves all, and the one that must be compiled, `__init__`, when its first instance is made. Freezing at run time would
triple what an instance costs; mypy refuses every assignment anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    from operator import attrgetter
    from reprlib import recursive_repr

    def dataclass(class_: type | None = None, /, *, frozen: bool = False, eq: bool = True, slots: bool = False) -> Any:
        """The standard library's, whose `frozen` only means that instances can be hashed."""

        def decorate(plain: type) -> type:
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(plain)
            made.__init__ = _first_init(made)
            made.__repr__ = _repr
            if eq:
                made.__eq__, made.__hash__ = _comparison(made, frozen)
            return made

        return decorate if class_ is None else decorate(class_)

    def _first_init(class_: type) -> Any:
        """An `__init__` that puts the real one in its place."""

        def first(self: Any, *arguments: Any, **named: Any) -> None:
            class_.__init__ = _init(class_)
            class_.__init__(self, *arguments, **named)

        return first

    def _init(class_: type) -> Any:
        """The `__init__` that the standard library makes, for a class of the same fields."""
        fields = {one.name: one for one in dataclasses.fields(class_)}
        members = {"__annotations__": {name: one.type for name, one in fields.items()}, **fields}
        if hasattr(class_, "__post_init__"):
            members["__post_init__"] = class_.__post_init__
        return dataclasses.dataclass(repr=False, eq=False)(type(class_.__name__, (), members)).__init__

    def _comparison(class_: type, frozen: bool) -> tuple[Any, Any]:
        """`__eq__` and `__hash__` by the fields that count; instances that may change have no hash."""
        names = [one.name for one in dataclasses.fields(class_) if one.compare]
        key = attrgetter(*names) if names else type

        def equals(self: Any, other: object) -> Any:
            return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

        def hashed(self: Any) -> int:
            return hash(key(self))

        return equals, hashed if frozen else None

    @recursive_repr()
    def _repr(self: Any) -> str:
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"


__all__ = ["dataclass"]
