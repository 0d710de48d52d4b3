"""The table of functions, and those that read files; what each of them gives is recorded in testdata/hcl."""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import TESTDATA

from tfcheck.terraform.hcl import syntax, text
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.functions import FUNCTIONS, find, tofu, yaml
from tfcheck.terraform.hcl.functions.files import FILE_FUNCTIONS, Files
from tfcheck.terraform.hcl.nodes import to_node
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.special import FORMS
from tfcheck.terraform.hcl.values import EvaluationFault, Value, unknown
from tfcheck.values import Unknown

# Every function of Terraform 1.11 that is not evaluated: what it gives is not decided by its arguments, or is Go's own.
LEFT_OUT = {
    *("abspath", "base64gzip", "bcrypt", "plantimestamp", "rsadecrypt", "timestamp", "type", "uuid"),
    "yamlencode",
}


def value(source: str, root: Path | None = None, base: Path | None = None, **names: Value) -> Value:
    files = None if root is None else Files(base or root, root)
    return evaluate(syntax.parse_expression(source), Scope(files=files, names=names))


def test_every_function_is_recorded() -> None:
    recorded = " ".join(
        expression
        for path in (TESTDATA / "hcl").glob("expressions*.json")
        for expression in json.loads(path.read_text(encoding="utf-8"))["expressions"]
    )
    called = set(re.findall(r"(\w+)\(", recorded))
    assert {*FUNCTIONS, *FORMS} - called - {*tofu.FUNCTIONS} == {"templatestring"} - called
    assert not set(FUNCTIONS) & LEFT_OUT


def test_every_function_is_recorded_three_times() -> None:
    counts = Counter(
        name
        for path in (TESTDATA / "hcl").glob("expressions*.json")
        for expression in json.loads(path.read_text(encoding="utf-8"))["expressions"]
        for name in set(re.findall(r"(\w+)\(", expression))
    )
    assert {name for name in {*FUNCTIONS, *FORMS} - {*tofu.FUNCTIONS, "list", "map"} if counts[name] < 3} == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('base64gunzip("H4sIAAAAAAAC/8tIBQCsKpPYAgAAAA==")', None),
        ('base64gunzip("aGk=")', None),
        ('cidrcontains("10.0.0.0/8", "10.1.0.0/16")', True),
        ('cidrcontains("10.1.0.0/16", "10.0.0.0/8")', False),
        ('cidrcontains("10.0.0.0/8", "10.255.255.255")', True),
        ('cidrcontains("10.0.0.0/8", "fd00::1")', None),
        ('urldecode("a+b%20%C3%A9")', "a b é"),
        ('urldecode("%zz")', None),
        ('urldecode("")', ""),
    ],
)
def test_functions_that_only_opentofu_has(source: str, expected: object) -> None:
    if expected is None:
        with pytest.raises(EvaluationFault):
            value(source)
    else:
        assert value(source).content == expected


def test_gzipped_text_is_unzipped() -> None:
    packed = base64.b64encode(gzip.compress("hé".encode())).decode()
    assert value(f'base64gunzip("{packed}")').content == "hé"


def test_yaml_is_unknown_where_pyyaml_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    yaml._library.cache_clear()
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert value('yamldecode("a: 1")').content == Unknown("YAML is read where tfcheck[yaml] is installed")
    yaml._library.cache_clear()


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_other_functions_are_unknown_by_name(name: str) -> None:
    assert find(name, None) is None
    made = value(f"{name}()")
    assert made.content == Unknown(f"the function {name} is not evaluated")


def test_provider_functions_are_unknown_and_depend_on_their_arguments() -> None:
    made = value("provider::aws::arn_parse(x)", x=unknown("known after apply", "a.b"))
    assert isinstance(made.content, Unknown)
    assert made.content.references == ("a.b",)


def test_files_are_not_read_where_that_is_not_allowed() -> None:
    for name in FILE_FUNCTIONS:
        assert isinstance(value(f'{name}("x", "y")').content, Unknown)
    assert isinstance(value('templatefile("x", {})').content, Unknown)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "modules" / "web").mkdir(parents=True)
    (root / "a.txt").write_text("héllo\n")
    (root / "modules" / "web" / "c.json").write_text('[\n  {"name": "app"}\n]\n')
    (root / "t.tftpl").write_text(
        '[\n%{ for n in names ~}\n  {"name": "${n}", "image": "${image}"},\n%{ endfor ~}\n  {}\n]\n'
    )
    (root / "bytes").write_bytes(b"\xff\xfe")
    (root / "big").write_bytes(b"x" * 1_000_001)
    (tmp_path / "secret").write_text("secret")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "inner").symlink_to(root / "a.txt")
    return root


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('file("a.txt")', "héllo\n"),
        ('file("./modules/../a.txt")', "héllo\n"),
        ('file("inner")', "héllo\n"),
        ('filebase64("bytes")', "//4="),
        ('fileexists("a.txt")', True),
        ('fileexists("b.txt")', False),
        ('join(",", fileset(".", "**/*.json"))', "modules/web/c.json"),
        ('join(",", fileset("modules", "*/c.json"))', "web/c.json"),
        ('join(",", fileset(".", "*.txt"))', "a.txt"),
        ('join(",", fileset(".", "a.???"))', "a.txt"),
        ('try(file("b.txt"), "none")', "none"),
    ],
)
def test_files_below_the_root_are_read(source: str, expected: object, tree: Path) -> None:
    made = value(source, tree)
    assert (made.content if isinstance(made.content, bool) else text.as_text(made)) == expected


def test_a_hash_of_a_file_is_that_of_its_bytes(tree: Path) -> None:
    for name in ("md5", "sha1", "sha256", "sha512"):
        assert text.as_text(value(f'file{name}("a.txt")', tree)) == text.as_text(value(f'{name}("héllo\\n")'))
    for name in ("sha256", "sha512"):
        base64 = value(f'base64{name}("héllo\\n")')
        assert text.as_text(value(f'filebase64{name}("a.txt")', tree)) == text.as_text(base64)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "link", "~/x", "modules/../../secret", "big"])
def test_no_other_file_is_read(path: str, tree: Path) -> None:
    assert isinstance(value(f'file("{path}")', tree).content, Unknown)
    assert isinstance(value(f'templatefile("{path}", {{}})', tree).content, Unknown)


@pytest.mark.parametrize("source", ['file("none")', 'file("modules")', 'file("bytes")', 'templatefile("none", {})'])
def test_a_file_that_is_not_there_is_a_fault(source: str, tree: Path) -> None:
    with pytest.raises(EvaluationFault):
        value(source, tree)


def test_a_glob_that_is_not_supported_is_not_guessed(tree: Path) -> None:
    assert isinstance(value('fileset(".", "{a,b}.txt")', tree).content, Unknown)
    assert isinstance(value('fileset("..", "*")', tree).content, Unknown)
    assert isinstance(value('fileset(".", "../*")', tree).content, Unknown)


def test_json_files_keep_the_places_of_their_members(tree: Path) -> None:
    node = to_node(value('jsondecode(file("modules/web/c.json"))', tree))
    name = node.elements()[0].member("name")
    assert name.value == "app"
    assert name.location is not None
    assert name.location.region is not None
    assert (name.location.path, name.location.region.start_line) == ("modules/web/c.json", 2)


def test_paths_count_from_the_root_modules_directory(tree: Path) -> None:
    assert text.as_text(value('file("../../a.txt")', tree, base=tree / "modules" / "web")) == "héllo\n"


def test_template_files_are_decoded_around_what_is_not_known(tree: Path) -> None:
    source = 'jsondecode(templatefile("t.tftpl", { names = ["a", "b"], image = image }))'
    node = to_node(value(source, tree, image=unknown("known after apply", "a.b")))
    first, second, _ = node.elements()
    assert (first.member("name").value, second.member("name").value) == ("a", "b")
    assert isinstance(first.member("image").value, Unknown)
    location = second.member("name").location
    assert location is not None
    assert location.region is not None
    assert (location.path, location.region.start_line) == ("t.tftpl", 3)


def test_a_template_file_needs_all_its_variables(tree: Path) -> None:
    with pytest.raises(EvaluationFault) as raised:
        value('templatefile("t.tftpl", { names = ["a"] })', tree)
    assert raised.value.start == 0
    missing = value('templatefile("t.tftpl", x)', tree, x=unknown("known after apply"))
    assert not missing.known


def test_a_template_string_must_be_a_reference() -> None:
    template = value('"a-$${x}"')
    assert text.as_text(value("templatestring(t, { x = 1 })", t=template)) == "a-1"
    with pytest.raises(EvaluationFault):
        value('templatestring("a", {})')


@pytest.mark.parametrize(
    "source",
    ['regex("(a+)+$", "%s!")' % ("a" * 5000), 'replace("%s!", "/(a|aa)+$/", "")' % ("a" * 5000)],
    ids=["regex", "replace"],
)
def test_a_slow_pattern_is_given_up(source: str) -> None:
    try:
        made = value(source)
    except EvaluationFault:
        return
    assert made.known or isinstance(made.content, Unknown)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_calls_without_arguments_are_no_crash(name: str) -> None:
    for arguments in ("", "null", "x", "x, x", "x, x, x"):
        with suppress(EvaluationFault):
            value(f"{name}({arguments})", x=unknown("known after apply"))
