"""Imports only point down: the floors of the design, and who may import what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tfcheck"
# The first prefix that fits decides; `controls` and `terraform` share a floor, and neither imports the other.
FLOORS = [
    ("tfcheck.__main__", 7),
    ("tfcheck.cli", 6),
    ("tfcheck.explain", 5),
    ("tfcheck.reporters", 5),
    ("tfcheck.config", 5),
    ("tfcheck.run", 5),
    ("tfcheck.tomlvalues", 5),
    ("tfcheck.loosened", 5),
    ("tfcheck.output", 5),
    ("tfcheck.progress", 5),
    ("tfcheck.messages", 4),
    ("tfcheck.findings", 4),
    ("tfcheck.suppressions", 4),
    ("tfcheck.ignores", 4),
    ("tfcheck.comments", 4),
    ("tfcheck.changes", 4),
    ("tfcheck.locate", 4),
    ("tfcheck.controls", 3),
    ("tfcheck.terraform.block", 2),
    ("tfcheck.terraform.address", 2),
    ("tfcheck.terraform", 3),
    ("tfcheck.control", 2),
    ("tfcheck.inputs", 1),
    ("tfcheck.values", 0),
    ("tfcheck.errors", 0),
    ("tfcheck.records", 0),
    ("tfcheck.limits", 0),
    ("tfcheck.files", 0),
]
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_MODULE, MAX_FUNCTION, MAX_CONTROL_MODULE, MAX_CONTROL_FUNCTION = 400, 30, 90, 15


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor(name: str) -> int | None:
    return next((one for prefix, one in FLOORS if name == prefix or name.startswith(f"{prefix}.")), None)


def imported(path: Path) -> Iterator[str]:
    """Everything that a module imports, late imports too, by full name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (
                    inner
                    if (PACKAGE.parent / Path(*inner.split("."))).with_suffix(".py").exists()
                    else node.module or ""
                )


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_down(path: Path) -> None:
    own = module_name(path)
    if own == "tfcheck":
        return
    assert floor(own) is not None, f"{own} is on no floor"
    for other in imported(path):
        theirs = floor(other)
        if theirs is None:
            continue
        assert theirs <= floor(own), f"{own} imports {other}, which is above it"  # type: ignore[operator]
        sides = {own.split(".")[1], other.split(".")[1]}
        assert sides != {"controls", "terraform"}, f"{own} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_only_the_grammar_knows_lark_and_hcl2(path: Path) -> None:
    if path.stem.startswith(("grammar", "syntax")):
        return
    assert not {name.partition(".")[0] for name in imported(path)} & {"lark", "hcl2"}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    if path.stem == "cli":
        return
    names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    assert not names & {"print", "exit", "quit"}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_modules_and_functions_are_small(path: Path) -> None:
    lines = path.read_text().count("\n")
    control = path.parent.name == "controls" and path.stem.startswith("ecs_")
    assert lines <= (MAX_CONTROL_MODULE if control else MAX_MODULE)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            if node.name == "control" and control:
                continue  # a control's texts
            most = MAX_CONTROL_FUNCTION if control else MAX_FUNCTION
            assert node.end_lineno - node.lineno < most, f"{node.name} is too long"
