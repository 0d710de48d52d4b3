"""Types of values, which of them convert into which, and the one type that several unify to.

As go-cty (the library under Terraform) decides it: `convert.Unify` and `convert.GetConversion`, both in their unsafe
form, in which a string may turn out to be a number. `ANY` is the type of what is not known, and of a bare `null`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from tfcheck.records import dataclass


@dataclass(frozen=True, slots=True)
class Primitive:
    """string, number, bool, or any."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    """Elements of one type, in an order."""

    element: Type


@dataclass(frozen=True, slots=True)
class SetType:
    """Distinct elements of one type."""

    element: Type


@dataclass(frozen=True, slots=True)
class MapType:
    """Elements of one type, each under a key."""

    element: Type


@dataclass(frozen=True, slots=True)
class TupleType:
    """So many elements, each of its own type."""

    elements: tuple[Type, ...]


@dataclass(frozen=True)
class ObjectType:
    """Attributes in the order of their names, each of its own type; a target's `optional` ones may be missing."""

    attributes: tuple[tuple[str, Type], ...]
    optional: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, Type]:
        """The same attributes, to look one up."""
        return dict(self.attributes)


Type = Primitive | ListType | SetType | MapType | TupleType | ObjectType

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
ANY = Primitive("any")


def object_type(attributes: dict[str, Type], optional: frozenset[str] = frozenset()) -> ObjectType:
    """An object type, its attributes sorted."""
    return ObjectType(tuple(sorted(attributes.items())), optional)


def name(type_: Type) -> str:
    """How messages call a type."""
    if isinstance(type_, Primitive):
        return type_.name
    return _NAMES[type(type_)]


_NAMES: dict[type, str] = {ListType: "list", SetType: "set", MapType: "map", TupleType: "tuple", ObjectType: "object"}


def concrete(type_: Type) -> Type:
    """A target's type as values have it: no attribute is optional any more."""
    match type_:
        case ListType(element):
            return ListType(concrete(element))
        case SetType(element):
            return SetType(concrete(element))
        case MapType(element):
            return MapType(concrete(element))
        case TupleType(elements):
            return TupleType(tuple(concrete(element) for element in elements))
        case ObjectType(attributes):
            return ObjectType(tuple((key, concrete(attribute)) for key, attribute in attributes))
    return type_


def element_types(type_: Type) -> tuple[Type, ...]:
    """The types of all elements or attributes of a compound type."""
    match type_:
        case ListType(element) | SetType(element) | MapType(element):
            return (element,)
        case TupleType(elements):
            return elements
        case ObjectType(attributes):
            return tuple(attribute for _, attribute in attributes)
    return ()


def convertible(source: Type, target: Type, safe: bool = False) -> bool:  # noqa: C901
    """Can a value of the one type be asked to become the other? `safe`: without a chance to fail."""
    if target in (source, ANY):
        return True
    if source == ANY:
        return not safe
    if isinstance(source, Primitive) and isinstance(target, Primitive):
        return target == STRING or (source == STRING and not safe)
    match source, target:
        case (ListType() | SetType(), ListType()) | (SetType(), SetType()) | (MapType(), MapType()):
            return convertible(element_types(source)[0], element_types(target)[0], safe)
        case (ListType(), SetType()):
            return not safe and convertible(source.element, target.element)
        case (TupleType(), ListType() | SetType()):
            return not _is_mixed(source, target.element) and _all_become(source.elements, target.element, safe)
        case (ObjectType(), MapType()):
            return _all_become(element_types(source), target.element, safe)
        case (TupleType(), TupleType()):
            return len(source.elements) == len(target.elements) and all(
                convertible(one, other, safe) for one, other in zip(source.elements, target.elements, strict=True)
            )
        case (ObjectType(), ObjectType()):
            return _object_becomes(source, target, safe)
        case (MapType(), ObjectType()):
            return not safe and all(
                key in target.optional or convertible(source.element, attribute) for key, attribute in target.attributes
            )
    return False


def _is_mixed(source: TupleType, element: Type) -> bool:
    """Is there nothing but `any` that its elements have in common? No list of anything is made of such; a map is."""
    mixed = element == ANY and any(one != ANY for one in source.elements)
    return mixed and unify(source.elements) == ANY


def _all_become(sources: tuple[Type, ...], element: Type, safe: bool) -> bool:
    if element == ANY and sources:
        unified = unify(sources)
        if unified is None:
            return False
        element = unified
    return all(convertible(source, element, safe) for source in sources)


def _object_becomes(source: ObjectType, target: ObjectType, safe: bool) -> bool:
    for key, attribute in target.attributes:
        if key not in source.by_name:
            if key not in target.optional:
                return False
        elif not convertible(source.by_name[key], attribute, safe):
            return False
    return True


def unify(types: Sequence[Type]) -> Type | None:
    """The one type that values of all these types are converted to, None where there is none."""
    distinct = tuple(dict.fromkeys(types))
    if len(distinct) <= 1:
        return distinct[0] if distinct else None
    kinds = {type(one) for one in distinct if one != ANY}
    if kinds in ({MapType, ObjectType}, {ListType, TupleType}):
        unified = _unify_as_collections(distinct, MapType if MapType in kinds else ListType)
        return _unify_in_general(distinct) if unified is None else unified
    if ObjectType in kinds and TupleType in kinds:
        return None
    if len(kinds) == 1 and Primitive not in kinds:
        return ANY if ANY in distinct else _unify_of_one_kind(distinct)
    return _unify_in_general(distinct)


def _unify_of_one_kind(types: tuple[Type, ...]) -> Type | None:
    first = types[0]
    if isinstance(first, ObjectType):
        return _unify_objects([one for one in types if isinstance(one, ObjectType)])
    if isinstance(first, TupleType):
        return _unify_tuples([one for one in types if isinstance(one, TupleType)])
    element = unify([element_types(one)[0] for one in types])
    if element is None:
        return None
    if isinstance(first, MapType):
        return MapType(element)
    return ListType(element) if isinstance(first, ListType) else SetType(element)


def _unify_objects(types: list[ObjectType]) -> Type | None:
    names = [key for key, _ in types[0].attributes]
    if any([key for key, _ in one.attributes] != names for one in types):
        return _unify_elements(types, MapType)
    unified = [(key, unify([one.by_name[key] for one in types])) for key in names]
    known = tuple((key, attribute) for key, attribute in unified if attribute is not None)
    return ObjectType(known) if len(known) == len(unified) else None


def _unify_tuples(types: list[TupleType]) -> Type | None:
    if len({len(one.elements) for one in types}) > 1:
        return _unify_elements(types, ListType)
    unified = [unify(column) for column in zip(*(one.elements for one in types), strict=True)]
    known = tuple(element for element in unified if element is not None)
    return TupleType(known) if len(known) == len(unified) else None


def _unify_elements(types: Sequence[Type], kind: type[MapType | ListType]) -> Type | None:
    """One collection type for all of these, if their elements agree on one."""
    elements = [element for one in types for element in element_types(one)]
    element = unify(elements)
    if element is None or any(not convertible(one, kind(element)) for one in types):
        return None
    return kind(element)


def _unify_as_collections(types: tuple[Type, ...], kind: type[MapType | ListType]) -> Type | None:
    """Objects beside maps count as maps, tuples beside lists as lists."""
    collection = _unify_elements([one for one in types if not isinstance(one, (kind, Primitive))], kind)
    if collection is None:
        return None
    unified = unify([one if isinstance(one, (kind, Primitive)) else collection for one in types])
    return unified if isinstance(unified, kind) else None


def _unify_in_general(types: tuple[Type, ...]) -> Type | None:
    """The first of these types, the more general before the others, that all the others convert into."""
    for candidate in _by_generality(types):
        if all(convertible(one, candidate) for one in types):
            return candidate
    return None


def _by_generality(types: tuple[Type, ...]) -> list[Type]:
    """Sorted topologically, those of equal rank in the given order (cty's sortTypes)."""
    places = range(len(types))
    below = [[other for other in places if _compare(types[place], types[other]) < 0] for place in places]
    above = [sum(place in lower for lower in below) for place in places]
    queue = [place for place in places if not above[place]]
    for place in queue:
        for other in below[place]:
            above[other] -= 1
            if not above[other]:
                queue.append(other)
    return [types[place] for place in queue]


def _compare(one: Type, other: Type) -> int:
    """Negative where the first is the more general type, positive where the second is, else 0."""
    if one == other:
        return 0
    if ANY in (one, other):
        return 1 if one == ANY else -1
    if isinstance(one, Primitive) and isinstance(other, Primitive):
        return (one != STRING) - (other != STRING)
    match one, other:
        case (ListType(), ListType()) | (SetType(), SetType()) | (MapType(), MapType()):
            return _compare(element_types(one)[0], element_types(other)[0])
        case (ListType(), TupleType() | SetType()) | (MapType(), ObjectType()) | (TupleType(), SetType()):
            return -1
        case (TupleType() | SetType(), ListType()) | (ObjectType(), MapType()) | (SetType(), TupleType()):
            return 1
    return 0
