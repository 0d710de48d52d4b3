"""Dataclasses that cost little to define, and are frozen for the type checker only.

A run defines a hundred classes and makes instances of half of them. The standard library compiles up to five methods
for each at once and looks at every annotation, which took a third of the time in which a small plan is checked; here a
class gets one of each method that serves all, and the one that must be compiled, `__init__`, when its first instance
is made. Freezing at run time would triple what an instance costs; mypy refuses every assignment anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, replace
else:
    from collections.abc import Callable
    from operator import attrgetter
    from reprlib import recursive_repr

    _MISSING = object()
    _FIELDS = "__record_fields__"

    class _Field:
        """One field: the arguments of `field`, and its name in its class."""

        __slots__ = ("compare", "default", "factory", "init", "name", "repr")

        def __init__(self, default: Any, factory: Any, init: bool, repr_: bool, compare: bool) -> None:
            self.name = ""
            self.default, self.factory = default, factory
            self.init, self.repr, self.compare = init, repr_, compare

        def parameter(self) -> str:
            """In the parameters of `__init__`."""
            has_default = self.default is not _MISSING or self.factory is not _MISSING
            return f"{self.name}=_default_{self.name}" if has_default else self.name

        def assignment(self) -> str:
            """In the body of `__init__`; empty where that leaves it to others."""
            if self.factory is not _MISSING and self.init:
                return f"self.{self.name} = _factory_{self.name}() if {self.name} is _missing else {self.name}"
            if self.factory is not _MISSING:
                return f"self.{self.name} = _factory_{self.name}()"
            if self.init:
                return f"self.{self.name} = {self.name}"
            return "" if self.default is _MISSING else f"self.{self.name} = _default_{self.name}"

    def field(
        *,
        default: Any = _MISSING,
        default_factory: Any = _MISSING,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - as the standard library has it
        compare: bool = True,
    ) -> Any:
        """The standard library's, as far as it is used here."""
        return _Field(default, default_factory, init, repr, compare)

    def fields(record: Any) -> tuple[_Field, ...]:
        """Those of a record or its class, in their order; each has a `name`."""
        return tuple(getattr(record, _FIELDS).values())

    def replace(record: Any, /, **changes: Any) -> Any:
        """The same record with some fields changed."""
        given = {name: getattr(record, name) for name, one in getattr(record, _FIELDS).items() if one.init}
        return record.__class__(**{**given, **changes})

    def dataclass(class_: type | None = None, /, *, frozen: bool = False, eq: bool = True, slots: bool = False) -> Any:
        """The standard library's, whose `frozen` only means that instances can be hashed."""

        def decorate(plain: type) -> type:
            own = dict(_own_fields(plain))
            inherited = getattr(plain, _FIELDS, {})
            every = {**inherited, **own}
            made = _with_slots(plain, own, inherited) if slots else plain
            setattr(made, _FIELDS, every)
            made.__match_args__ = tuple([name for name, one in every.items() if one.init])
            made.__init__ = _first_init(made)
            made.__repr__ = _repr
            if eq:
                made.__eq__, made.__hash__ = _comparison([name for name, one in every.items() if one.compare], frozen)
            return made

        return decorate if class_ is None else decorate(class_)

    def _own_fields(class_: type) -> Any:
        """Those that the class itself declares, by name; what is left of their defaults in it goes."""
        for name in class_.__annotations__:
            default = class_.__dict__.get(name, _MISSING)
            one = default if isinstance(default, _Field) else _Field(default, _MISSING, True, True, True)
            one.name = name
            if one is default:
                delattr(class_, name)
            yield name, one

    def _with_slots(plain: type, own: Any, inherited: Any) -> type:
        """The class once more: slots must be there when it is made."""
        gone = (*own, "__dict__", "__weakref__")
        members = {name: one for name, one in plain.__dict__.items() if name not in gone}
        members["__slots__"] = tuple([name for name in own if name not in inherited])
        made = type(plain)(plain.__name__, plain.__bases__, members)
        made.__qualname__ = plain.__qualname__
        return made

    def _first_init(class_: type) -> Callable[..., None]:
        """An `__init__` that puts the real one in its place."""

        def first(self: Any, *arguments: Any, **named: Any) -> None:
            class_.__init__ = _init(class_)
            class_.__init__(self, *arguments, **named)

        return first

    def _init(class_: type) -> Callable[..., None]:
        """An `__init__` that takes each field in its order and assigns it."""
        every = getattr(class_, _FIELDS).values()
        parameters = ", ".join(["self", *(one.parameter() for one in every if one.init)])
        body = [line for one in every if (line := one.assignment())]
        if hasattr(class_, "__post_init__"):
            body.append("self.__post_init__()")
        names: dict[str, Any] = {"_missing": _MISSING}
        names |= {f"_default_{one.name}": one.default for one in every}
        names |= {f"_factory_{one.name}": one.factory for one in every}
        exec(f"def __init__({parameters}):\n " + "\n ".join(body or ["pass"]), names)  # noqa: S102 - names of fields
        made = names["__init__"]
        made.__qualname__ = f"{class_.__qualname__}.__init__"
        return made

    def _comparison(names: list[str], frozen: bool) -> tuple[Any, Any]:
        """`__eq__` and `__hash__` by the fields that count; instances that may change have no hash."""
        key = attrgetter(*names) if names else type

        def equals(self: Any, other: object) -> Any:
            return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

        def hashed(self: Any) -> int:
            return hash(key(self))

        return equals, hashed if frozen else None

    @recursive_repr()
    def _repr(self: Any) -> str:
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"


__all__ = ["dataclass", "field", "fields", "replace"]
