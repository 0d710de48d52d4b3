"""Functions that convert and mark values."""

from __future__ import annotations

from tfcheck.records import replace
from tfcheck.terraform.hcl.access import is_text
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.functions.signature import Function
from tfcheck.terraform.hcl.types import ANY, BOOL, NUMBER, STRING, ListType, MapType, SetType, Type
from tfcheck.terraform.hcl.values import EvaluationFault, Value, boolean, unknown_from
from tfcheck.values import Unknown


def _to(type_: Type) -> Function:
    return Function(lambda value: convert(value, type_), (ANY,), nullable=0, partial=True, marks="own")


def _nonsensitive(value: Value) -> Value:
    return replace(value, sensitive=False)


def _is_sensitive(value: Value) -> Value:
    if value.sensitive or (is_text(value) and value.marked):
        return boolean(True)
    return unknown_from(value, type_=BOOL) if isinstance(value.content, Unknown) else boolean(False)


def _removed(*_: Value) -> Value:
    raise EvaluationFault("this function is no longer part of Terraform")


FUNCTIONS = {
    "ephemeralasnull": Function(lambda value: value, (ANY,), nullable=0, partial=True, marks="own"),
    "issensitive": Function(_is_sensitive, (ANY,), nullable=0, partial=True, marks="own"),
    "list": Function(_removed, (), ANY, nullable=0, partial=True),
    "map": Function(_removed, (), ANY, nullable=0, partial=True),
    "nonsensitive": Function(_nonsensitive, (ANY,), nullable=0, partial=True, marks="own"),
    "sensitive": Function(lambda value: value.mark(), (ANY,), nullable=0, partial=True, marks="own"),
    "tobool": _to(BOOL),
    "tolist": _to(ListType(ANY)),
    "tomap": _to(MapType(ANY)),
    "tonumber": _to(NUMBER),
    "toset": _to(SetType(ANY)),
    "tostring": _to(STRING),
}
