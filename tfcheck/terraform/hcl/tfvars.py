"""Values of a root module's variables: environment, tfvars files and options, in Terraform's order."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tfcheck import files
from tfcheck.errors import InputError, Problem, UsageError
from tfcheck.terraform.block import Options
from tfcheck.terraform.hcl import number as numbers
from tfcheck.terraform.hcl import project, scan
from tfcheck.terraform.hcl.directory import named
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.syntax import parse_expression
from tfcheck.terraform.hcl.syntax_tree import SyntaxFault
from tfcheck.terraform.hcl.values import (
    NULL,
    EvaluationFault,
    Source,
    Value,
    boolean,
    mapping,
    number,
    sequence,
    string,
)

Given = dict[str, Callable[[], Value]]


def given(root: Path, repository: Path, options: Options, problems: list[Problem]) -> Given:
    """The values by name; what comes later wins.

    Raises UsageError for an option that is none, InputError for a file that was named and cannot be read; what is wrong
    with a file that was found beside the configuration is a problem.
    """
    found: Given = {}
    for name, text in options.environment.items():
        if name.startswith("TF_VAR_"):
            found[name.removeprefix("TF_VAR_")] = _of_text(text)
    for file in _found(root):
        _add(
            file, repository, found, problems, lambda file: files.read_inside(file, "SOURCE_BYTES", lambda: repository)
        )
    for kind, value in options.variables:
        if kind == "file":
            _add_given(Path(value), repository, found)
        else:
            name, equals, text = value.partition("=")
            if not equals:
                raise UsageError(f"--var {value}: is to be NAME=VALUE")
            found[name.strip()] = _of_text(text)
    return found


def _found(root: Path) -> Iterator[Path]:
    """terraform.tfvars, terraform.tfvars.json, then *.auto.tfvars and *.auto.tfvars.json by name."""
    names = ["terraform.tfvars", "terraform.tfvars.json"]
    automatic = [*root.glob("*.auto.tfvars"), *root.glob("*.auto.tfvars.json")]
    yield from (root / name for name in names if os.path.lexists(root / name))
    yield from sorted(automatic, key=lambda file: file.name)


def _add(file: Path, repository: Path, found: Given, problems: list[Problem], read: Callable[[Path], bytes]) -> None:
    inside = project.path_in(repository, file)
    shown = inside or file.name
    try:
        text = read(file).decode("utf-8", "replace")
    except OSError as fault:
        problems.append(Problem("error", named(file, repository), f"is not read: {fault.strerror}"))
        return
    if file.name.endswith(".json"):
        _add_json(shown, text, found, problems)
    else:
        _add_hcl(Source(shown, text, placed=inside is not None), found, problems)


def _add_given(file: Path, repository: Path, found: Given) -> None:
    problems: list[Problem] = []
    if not file.exists():
        raise InputError(f"{file}: there is no such file")
    _add(file, repository, found, problems, lambda file: files.read(file, "SOURCE_BYTES"))
    for problem in problems:
        line = "" if problem.line is None else f"line {problem.line}: "
        raise InputError(f"{file}: {line}{problem.message}")


def _add_hcl(source: Source, found: Given, problems: list[Problem]) -> None:
    scanned = scan.scan(source.text)
    for fault in scanned.faults:
        line, column = source.lines.position(fault.offset)
        problems.append(Problem("error", source.path, f"{fault.message}: it is not read", line, column))
    for attribute in scanned.attributes:
        found[attribute.name] = _of_attribute(source, attribute, problems)


def _of_attribute(source: Source, span: scan.AttributeSpan, problems: list[Problem]) -> Callable[[], Value]:
    def value() -> Value:
        try:
            expression = parse_expression(source.text, span.value, span.end)
            return evaluate(expression, Scope(source)).at(source.location(span.start, expression.end))
        except SyntaxFault as fault:
            line, column = source.lines.position(fault.offset)
            problems.append(Problem("error", source.path, f"{span.name} cannot be read: {fault.message}", line, column))
            raise EvaluationFault(f"the value given to {span.name} cannot be read") from None

    return value


def _add_json(path: str, text: str, found: Given, problems: list[Problem]) -> None:
    try:
        document = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number)
        values = {name: of_json(value) for name, value in document.items()} if isinstance(document, dict) else {}
    except json.JSONDecodeError as fault:
        message = "is not JSON: it is not read"
        problems.append(Problem("error", path, message, fault.lineno, fault.colno))
        return
    except OverflowError:
        problems.append(Problem("error", path, "holds a number that is out of bounds: it is not read"))
        return
    except (RecursionError, EvaluationFault):
        problems.append(Problem("error", path, "is too large or nested too deeply: it is not read"))
        return
    if not isinstance(document, dict):
        problems.append(Problem("error", path, "is to be an object: it is not read"))
        return
    found.update({name: _constant(value) for name, value in values.items()})


def _number(written: str) -> numbers.Number:
    """Raises OverflowError where it is out of bounds, and for NaN and the infinities, which are no JSON."""
    found = numbers.parse(written)
    if found is None:
        raise OverflowError
    return found


def of_json(value: object) -> Value:
    """The value of what a JSON document holds."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return boolean(value)
    if isinstance(value, numbers.Number):
        return number(value)
    if isinstance(value, list):
        return sequence(of_json(one) for one in value)
    if isinstance(value, dict):
        return mapping({name: of_json(one) for name, one in value.items()})
    return string(str(value))


def _constant(value: Value) -> Callable[[], Value]:
    return lambda: value


def _of_text(text: str) -> Callable[[], Value]:
    """A value given as text: a string as it is, or an expression where that is what the variable's type needs."""

    def value() -> Value:
        if text.lstrip()[:1] not in ("[", "{"):
            return string(text)
        try:
            return evaluate(parse_expression(text), Scope())
        except (SyntaxFault, EvaluationFault):
            return string(text)

    return value
