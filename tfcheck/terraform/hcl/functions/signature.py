"""What a function takes and gives, and how it is called: conversion of arguments, nulls, unknowns and marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from tfcheck.records import dataclass
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.choices import for_each_arm
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.equality import set_of
from tfcheck.terraform.hcl.types import ANY, BOOL, NUMBER, STRING, ListType, MapType, SetType, Type
from tfcheck.terraform.hcl.values import (
    EvaluationFault,
    Value,
    boolean,
    list_of,
    map_of,
    null,
    number,
    string,
    unknown,
    unknown_from,
)

Plain = object


class NotEvaluated(Exception):
    """Raised by functions for what Terraform would evaluate, and this program does not: the result is unknown."""


Marks = Literal["all", "outer", "own"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of Terraform's.

    run: gets the arguments, converted to the parameters' types. more: the type of any further arguments.
    nullable: from this argument on they may be null. partial: it is also called where arguments are not wholly known;
    else its result is then an unknown of the type `returns`. marks: the result is sensitive where an argument or a
    member of one is (all), or where an argument itself is (outer), or as `run` says (own).
    """

    run: Callable[..., Value]
    parameters: tuple[Type, ...] = ()
    more: Type | None = None
    returns: Type = ANY
    nullable: int | None = None
    partial: bool = False
    marks: Marks = "all"


def apply(function: Function, arguments: Sequence[Value]) -> Value:
    """The result of a call. Raises EvaluationFault where Terraform would refuse it."""
    count = len(function.parameters)
    if len(arguments) < count or (len(arguments) > count and function.more is None):
        raise EvaluationFault("the number of arguments is wrong")
    return for_each_arm(arguments, lambda arms: _apply(function, arms))


def _apply(function: Function, arguments: Sequence[Value]) -> Value:
    more = function.more or ANY
    types = (*function.parameters, *(more for _ in arguments[len(function.parameters) :]))
    converted = []
    for place, (argument, type_) in enumerate(zip(arguments, types, strict=True)):
        if argument.content is None and (function.nullable is None or place < function.nullable):
            raise EvaluationFault("an argument must not be null")
        converted.append(convert(argument, type_))
    if not function.partial and not all(argument.known for argument in converted):
        return unknown_from(*converted, type_=function.returns)
    try:
        result = function.run(*converted)
    except NotEvaluated as reason:
        return unknown(str(reason), type_=function.returns).mark(any(one.marked for one in converted))
    if function.marks == "all":
        return result.mark(any(one.marked for one in converted))
    return result.mark(function.marks == "outer" and any(one.sensitive for one in converted))


def plain(run: Callable[..., Plain], parameters: tuple[Type, ...], returns: Type, more: Type | None = None) -> Function:
    """A function on plain Python values: str, int or Fraction, bool, None, lists and dictionaries of them."""

    def on_values(*arguments: Value) -> Value:
        return value_of(run(*(plain_of(argument) for argument in arguments)), returns)

    return Function(on_values, parameters, more, returns)


def of_string(run: Callable[[str], Plain], returns: Type = STRING) -> Function:
    """A function of one string."""
    return plain(run, (STRING,), returns)


def plain_of(value: Value) -> Plain:
    """A wholly known value in plain Python."""
    content = value.content
    if isinstance(content, tuple):
        return [plain_of(one) for one in content]
    if isinstance(content, Mapping):
        return {key: plain_of(one) for key, one in content.items()}
    if content is None or isinstance(content, (bool, numbers.Number)):
        return content
    return text.as_text(value)


def value_of(result: Plain, type_: Type) -> Value:
    """Plain Python as a value of this type."""
    if result is None:
        return null(type_)
    if type_ == BOOL:
        return boolean(bool(result))
    if isinstance(result, numbers.Number) and type_ == NUMBER:
        return number(result)
    if isinstance(result, str):
        return string(result)
    if isinstance(result, (list, tuple)) and isinstance(type_, (ListType, SetType)):
        elements = [value_of(one, type_.element) for one in result]
        return list_of(elements, type_.element) if isinstance(type_, ListType) else set_of(elements, type_.element)
    if isinstance(result, dict) and isinstance(type_, MapType):
        return map_of({key: value_of(one, type_.element) for key, one in result.items()}, type_.element)
    raise TypeError(f"{type(result).__name__} is not a {type_}")


def whole(value: numbers.Number, what: str = "a whole number is required") -> int:
    """A number that must be whole. Raises EvaluationFault."""
    if not isinstance(value, int):
        raise EvaluationFault(what)
    if value.bit_length() > 63:
        raise EvaluationFault("the number is too large")
    return value
