"""The twin in JSON of a file in HCL, for tests: same blocks, expressions as `${...}` strings."""

from __future__ import annotations

import json
from typing import Any

from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.scan import scan
from tfcheck.terraform.hcl.syntax import parse_body

_BARE = (
    "configuration_aliases",
    "provider",
    "depends_on",
    "providers",
    "ignore_changes",
    "replace_triggered_by",
    "type",
    "iterator",
)


def twin(text: str) -> str:
    """The text of the .tf.json file that says the same as a .tf file."""
    root: dict[str, Any] = {}
    for span in scan(text).blocks:
        level = root
        names = (span.type, *span.labels)
        for name in names[:-1]:
            level = level.setdefault(name, {})
        made = _body(text, parse_body(text, span), span.type)
        if names[-1] in level:
            one = level[names[-1]]
            level[names[-1]] = [*(one if isinstance(one, list) else [one]), made]
        else:
            level[names[-1]] = made
    return json.dumps(root, indent=2)


def _body(text: str, body: tree.Body, kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {"//": "made by the tests"} if kind == "resource" else {}
    for name, one in body.attributes.items():
        variable = kind == "variable"
        bare = variable or (name in _BARE and name != "type") or kind in ("moved", "import", "removed")
        made[name] = _expression(text, one.expression, bare)
    for block in body.blocks:
        inner = _body(text, block.body, "")
        if block.type == "dynamic":
            made.setdefault("dynamic", {}).setdefault(block.labels[0], []).append(inner)
        elif block.labels:
            made.setdefault(block.type, {})[block.labels[0]] = inner
        else:
            made.setdefault(block.type, []).append(inner)
    return made


def _expression(text: str, one: tree.Expression, bare: bool) -> Any:
    written = text[one.start : one.end]
    match one:
        case tree.Literal(value=value) if not isinstance(value, str):
            return json.loads(written) if value is not None else None
        case tree.Template() if one.literal is not None and not one.heredoc:
            return one.literal if bare else _escaped(one.literal)
        case tree.Tuple(items=items):
            return [_expression(text, item, bare) for item in items]
        case tree.Object(items=items) if bare:
            return {text[one.key.start : one.key.end]: _expression(text, one.value, bare) for one in items}
        case tree.Object(items=items) if all(_plain(item.key) is not None for item in items):
            return {
                _escaped(_plain(item.key)): _expression(text, item.value, _plain(item.key) in _BARE[:1])
                for item in items
            }
    if bare:
        return written
    line_break = "\n" if isinstance(one, tree.Template) and one.heredoc else ""
    return "${" + written + line_break + "}"


def _escaped(literal: str) -> str:
    return literal.replace("${", "$${").replace("%{", "%%{")


def _plain(key: tree.Expression) -> Any:
    if isinstance(key, tree.Literal):
        return key.value if isinstance(key.value, str) else None
    return key.literal if isinstance(key, tree.Template) else None
