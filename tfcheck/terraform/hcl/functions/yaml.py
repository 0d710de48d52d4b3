"""YAML as Terraform reads it: `yes`, `y` and `on` are true, as in YAML 1.1. Unknown where PyYAML is not installed."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated
from tfcheck.terraform.hcl.types import STRING
from tfcheck.terraform.hcl.values import NULL, EvaluationFault, Value, boolean, mapping, number, sequence, string

_NEEDED = "YAML is read where tfcheck[yaml] is installed"
_MOST_CHARACTERS = 1_000_000
_MOST_NODES = 100_000
_TAGS = "tag:yaml.org,2002:"
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL),
    **dict.fromkeys(["true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"], boolean(True)),
    **dict.fromkeys(["false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF"], boolean(False)),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", re.ASCII)
# What may be a number in one of YAML's other spellings, a date or a merge: not read.
_DOUBTFUL = re.compile(
    r"[-+]?[.]?[0-9][0-9a-fA-FxXoO_.:eE+\-TtZ ]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|<<|=", re.ASCII
)


def _decode(written: Value) -> Value:
    """The value of one document. Raises EvaluationFault where there is none, NotEvaluated for what is not read."""
    yaml = _library()
    source = text.as_text(written) or ""
    if len(source) > _MOST_CHARACTERS:
        raise NotEvaluated("YAML of more than 1 MB")
    try:
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        # The two libraries do not refuse quite the same.
        raise NotEvaluated("YAML that is not understood") from None
    if node is None:
        raise EvaluationFault("YAML without a document")
    return _Reader(yaml).value(node)


@cache
def _library() -> Any:
    try:
        return import_module("yaml")
    except ImportError:
        raise NotEvaluated(_NEEDED) from None


class _Reader:
    """Reads nodes, counting them: an alias is read as often as it is used."""

    def __init__(self, yaml: Any) -> None:
        self.implied = yaml.SafeLoader("").resolve
        self.scalar = yaml.ScalarNode
        self.left = _MOST_NODES
        self.open: set[int] = set()

    def value(self, node: Any) -> Value:
        """The value of a node. Raises NotEvaluated for cycles and for too many nodes."""
        self.left -= 1
        if self.left < 0 or id(node) in self.open or len(self.open) > 100:
            raise NotEvaluated("YAML that is nested too deeply")
        if node.id == "scalar":
            return self.plain(node)
        if node.tag not in (f"{_TAGS}seq", f"{_TAGS}map"):
            raise NotEvaluated("a YAML tag")
        self.open.add(id(node))
        found = sequence(map(self.value, node.value)) if node.id == "sequence" else self.members(node.value)
        self.open.remove(id(node))
        return found

    def plain(self, node: Any) -> Value:
        """The value of a scalar; a tag that is not the one that its text implies is not read."""
        if node.tag != self.implied(self.scalar, node.value, (not node.style, bool(node.style))):
            raise NotEvaluated("a YAML tag")
        return string(node.value) if node.style else _plain(node.value)

    def members(self, pairs: list[tuple[Any, Any]]) -> Value:
        members: dict[str, Value] = {}
        for key, inner in pairs:
            name = self.plain(key).content if key.id == "scalar" and key.value != "<<" else None
            if not isinstance(name, str) or name in members:
                raise NotEvaluated("a YAML key that is no string, or there twice")
            members[name] = self.value(inner)
        return mapping(members)


def _plain(written: str) -> Value:
    """What stands without quotes."""
    if written in _WORDS:
        return _WORDS[written]
    if _INTEGER.fullmatch(written) or _DECIMAL.fullmatch(written):
        parsed = numbers.parse(written)
        return number(parsed or 0)
    if _DOUBTFUL.fullmatch(written):
        raise NotEvaluated("a YAML number or date that is not read")
    return string(written)


FUNCTIONS: dict[str, Function] = {"yamldecode": Function(_decode, (STRING,))}
