"""Where the values of a root module's variables come from, and which of them wins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tfcheck.errors import InputError, Problem, UsageError
from tfcheck.terraform.block import Options
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.tfvars import given
from tfcheck.terraform.hcl.values import EvaluationFault, Value

# Each is given its own word, in Terraform's order: what comes later wins.
ORDER = [
    "environment",
    "terraform.tfvars",
    "terraform.tfvars.json",
    "a.auto.tfvars",
    "b.auto.tfvars.json",
    "c.auto.tfvars",
    "options",
]


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (root / name).write_text(content, encoding="utf-8")


def read(root: Path, options: Options | None = None) -> tuple[dict[str, Value], list[Problem]]:
    problems: list[Problem] = []
    found = given(root, root, options or Options(), problems)
    return {name: value() for name, value in found.items()}, problems


def plain(value: Value) -> object:
    if isinstance(value.content, tuple):
        return [plain(one) for one in value.content]
    if isinstance(value.content, Mapping):
        return {name: plain(one) for name, one in value.content.items()}
    known = text.as_text(value)
    return value.content if known is None else known


@pytest.mark.parametrize("last", range(1, len(ORDER) + 1), ids=ORDER)
def test_what_comes_later_wins(tmp_path: Path, last: int) -> None:
    present = ORDER[:last]
    for name in present:
        if name.endswith(".json"):
            write(tmp_path, {name: f'{{"v": "{name}"}}'})
        elif name.endswith(".tfvars"):
            write(tmp_path, {name: f'v = "{name}"'})
    environment = {"TF_VAR_v": "environment"}
    variables = (("var", "v=options"),) if "options" in present else ()
    values, problems = read(tmp_path, Options(variables, environment))
    assert plain(values["v"]) == ORDER[last - 1]
    assert problems == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ((("var", "v=1"), ("var", "v=2")), "2"),
        ((("var", "v=1"), ("file", "x.tfvars")), "file"),
        ((("file", "x.tfvars"), ("var", "v=1")), "1"),
        ((("file", "x.tfvars"), ("file", "y.tfvars.json")), "json"),
        ((("file", "y.tfvars.json"), ("file", "x.tfvars")), "file"),
    ],
)
def test_options_count_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: tuple[tuple[str, str], ...], expected: str
) -> None:
    write(tmp_path, {"x.tfvars": 'v = "file"', "y.tfvars.json": '{"v": "json"}'})
    monkeypatch.chdir(tmp_path)
    values, _ = read(tmp_path, Options(variables))
    assert plain(values["v"]) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a word", "a word"),
        ("true", "true"),
        ("1", "1"),
        ("", ""),
        ("a=b", "a=b"),
        ('["a", "b"]', ["a", "b"]),
        ('{ a = "b", c = [true] }', {"a": "b", "c": [True]}),
        ('{"a": 1}', {"a": 1}),
        ("[unfinished", "[unfinished"),
        ("[var.other]", "[var.other]"),
    ],
)
def test_a_value_given_as_text(tmp_path: Path, written: str, expected: object) -> None:
    for options in (Options((("var", f"v={written}"),)), Options(environment={"TF_VAR_v": written})):
        values, _ = read(tmp_path, options)
        assert plain(values["v"]) == expected


def test_values_of_every_kind_with_their_places(tmp_path: Path) -> None:
    write(tmp_path, {
        "terraform.tfvars": 'a = 1\nb = ["x", true]\n# c = 2\nd = {\n  e = null\n}\nf = <<EOT\ntext\nEOT\n',
        "terraform.tfvars.json": '{"g": 1.5, "h": [null, {"i": "${not a template"}]}',
    })  # fmt: skip
    values, problems = read(tmp_path)
    assert problems == []
    assert {name: plain(value) for name, value in values.items() if name != "g"} == {
        "a": 1, "b": ["x", True], "d": {"e": None}, "f": "text\n", "h": [None, {"i": "${not a template"}],
    }  # fmt: skip
    location = values["b"].location
    assert location is not None
    assert location.region is not None
    assert (location.path, location.region.start_line) == ("terraform.tfvars", 2)


@pytest.mark.parametrize("name", ["--var", "novalue", ""])
def test_an_option_without_a_value(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="NAME=VALUE"):
        read(tmp_path, Options((("var", name),)))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path, Options((("file", str(tmp_path / "none.tfvars")),)))


@pytest.mark.parametrize(("name", "content"), [("x.tfvars", "v = {"), ("x.tfvars.json", "{"), ("x.tfvars.json", "[]")])
def test_a_named_file_that_cannot_be_read(tmp_path: Path, name: str, content: str) -> None:
    write(tmp_path, {name: content})
    with pytest.raises(InputError, match=name):
        read(tmp_path, Options((("file", str(tmp_path / name)),)))


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [("terraform.tfvars", "ok = 1\nv = {\n", 2), ("x.auto.tfvars.json", "{", 1), ("x.auto.tfvars.json", "3", None)],
)
def test_a_damaged_file_beside_the_configuration(tmp_path: Path, name: str, content: str, line: int | None) -> None:
    write(tmp_path, {name: content})
    _, problems = read(tmp_path)
    assert [(one.level, one.path, one.line) for one in problems] == [("error", name, line)]


def test_a_value_that_cannot_be_parsed_is_told_at_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"terraform.tfvars": "ok = 1\nv = 1 +* 2\n"})
    problems: list[Problem] = []
    found = given(tmp_path, tmp_path, Options(), problems)
    with pytest.raises(EvaluationFault):
        found["v"]()
    assert [(one.path, one.line) for one in problems] == [("terraform.tfvars", 2)]
    assert plain(found["ok"]()) == 1


def test_other_tfvars_files_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"prod.tfvars": 'v = "x"', "auto.tfvars": 'v = "y"'})
    assert read(tmp_path) == ({}, [])
