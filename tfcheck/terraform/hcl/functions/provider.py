"""Functions of the provider that is built into Terraform: `provider::terraform::encode_expr` and its like.

A module has to require it, and may do so by another name: `provider::tf::encode_expr`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import operators, scan, syntax, text
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.conversion import convert
from tfcheck.terraform.hcl.functions import hcltext
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated
from tfcheck.terraform.hcl.types import ANY, STRING
from tfcheck.terraform.hcl.values import (
    NULL,
    EvaluationFault,
    Value,
    boolean,
    mapping,
    number,
    sequence,
    string,
)

_NAME = "terraform"
_SOURCE = "terraform.io/builtin/terraform"
_MOST_CHARACTERS = 1_000_000
_NOT_READ = "a tfvars file that Terraform may not read"
_ESCAPES = re.compile(r'(?:[^\\]|\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))*+')
_REMARK = r"(?:#|//)[^\n]*\n"
_SEPARATOR = re.compile(rf"[ \t]*(?:,|\r?\n|{_REMARK})(?:\s|{_REMARK}|/\*[^*]*+\*++(?:[^*/][^*]*+\*++)*+/)*+")


def find(name: str, required: Mapping[str, str]) -> Function | None:
    """The function, where the name that it is called by stands for the built-in provider among those required."""
    _, local, own = (*name.split("::", 2), "", "")[:3]
    source = required.get(local)
    built_in = source is not None and (source.lower() == _SOURCE or (not source and local == _NAME))
    return FUNCTIONS.get(own) if built_in else None


def required(blocks: Iterable[tree.Block]) -> dict[str, str]:
    """The sources in a module's `required_providers` blocks, by local name; empty where none is written or is none."""
    bodies = [block.body for block in blocks if block.type == "required_providers"]
    return {name: _source(one.expression) for body in bodies for name, one in body.attributes.items()}


def _source(expression: tree.Expression) -> str:
    items = expression.items if isinstance(expression, tree.Object) else ()
    sources = [item.value for item in items if _written(item.key) == "source"]
    return _written(sources[-1]) if sources else ""


def _written(expression: tree.Expression) -> str:
    """A bare name or a string as it is written."""
    if isinstance(expression, tree.Template):
        return expression.literal or "?"
    return str(expression.value) if isinstance(expression, tree.Literal) else "?"


def _encode_expression(value: Value) -> Value:
    return string(hcltext.expression(value))


def _encode_variables(values: Value) -> Value:
    """A tfvars file with a value for each member."""
    members = values.content
    if not isinstance(members, Mapping):
        raise EvaluationFault("an object or a map is required")
    if not all(map(hcltext.is_identifier, members)):
        raise EvaluationFault("a key is no name that a variable can have")
    return string(hcltext.attributes(members))


def _decode_variables(written: Value) -> Value:
    """The values in a tfvars file, as an object."""
    source = text.as_text(written) or ""
    if len(source) > _MOST_CHARACTERS:
        raise NotEvaluated("a tfvars file of more than 1 MB")
    scanned = scan.scan(source)
    names = [attribute.name for attribute in scanned.attributes]
    if scanned.faults or scanned.blocks or len(set(names)) < len(names):
        raise EvaluationFault("it is not the text of a tfvars file")
    try:
        return mapping({one.name: _constant(_parsed(source, one), source) for one in scanned.attributes})
    except syntax.SyntaxFault:
        raise EvaluationFault("it is not the text of a tfvars file") from None


def _parsed(source: str, attribute: scan.AttributeSpan) -> tree.Expression:
    return syntax.parse_expression(source, attribute.value, attribute.end)


def _constant(expression: tree.Expression, source: str) -> Value:
    """The value of a constant. Raises EvaluationFault for references and calls, NotEvaluated for calculations."""
    match expression:
        case tree.Literal(value=value):
            return _literal(value)
        case tree.Template(literal=str(literal)):
            _check_template(expression, source)
            return string(literal)
        case tree.Parentheses(expression=inner):
            return _constant(inner, source)
        case tree.Unary(operator=operator, operand=operand):
            return operators.unary(operator, _constant(operand, source))
        case tree.Tuple(items=elements):
            return sequence(_constant(one, source) for one in elements)
        case tree.Object(items=items):
            _check_separators(items, source)
            return mapping({_key(item.key, source): _constant(item.value, source) for item in items})
        case tree.Call() | tree.Variable() | tree.Traversal(source=tree.Variable()):
            raise EvaluationFault("a tfvars file holds no references and calls no functions")
    raise NotEvaluated("a calculation in a tfvars file")


def _check_template(template: tree.Template, source: str) -> None:
    """Refuse what Terraform's parser does not read, but this one does: other escapes, a heredoc in the last line."""
    if template.heredoc:
        read = "\n" in source[template.end - 1 :]
    else:
        read = _ESCAPES.fullmatch(source, template.start, template.end) is not None
    if not read:
        raise NotEvaluated(_NOT_READ)


def _check_separators(items: Sequence[tree.ObjectItem], source: str) -> None:
    """Refuse members that are separated by blanks alone, or by a line break and a comma."""
    if not all(_SEPARATOR.fullmatch(source, one.end, other.start) for one, other in pairwise(items)):
        raise NotEvaluated(_NOT_READ)


def _literal(value: object) -> Value:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return boolean(value)
    if isinstance(value, str):
        return string(value)
    try:
        return number(numbers.parse(str(value)) or 0)
    except OverflowError:
        raise EvaluationFault("the number is out of bounds", limit=True) from None


def _key(expression: tree.Expression, source: str) -> str:
    """A bare name stands for itself, whatever it is."""
    if isinstance(expression, tree.Literal) and (expression.value is None or isinstance(expression.value, bool)):
        return {None: "null", True: "true", False: "false"}[expression.value]
    key = _constant(expression, source)
    if key.content is None:
        raise EvaluationFault("a key must not be null")
    return text.as_text(convert(key, STRING)) or ""


FUNCTIONS: dict[str, Function] = {
    "decode_tfvars": Function(_decode_variables, (STRING,)),
    "encode_expr": Function(_encode_expression, (ANY,), returns=STRING),
    "encode_tfvars": Function(_encode_variables, (ANY,), returns=STRING),
}
