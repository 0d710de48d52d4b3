"""The table of functions, and those that read files; what each of them gives is recorded in testdata/hcl."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA
from terraform.hcl.test_evaluate import RECORDER, fits, recorded_scope, value_of

from tfcheck.terraform.hcl import functions, scan, syntax, text
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.functions import FUNCTIONS, find, provider, tofu, yaml
from tfcheck.terraform.hcl.functions.files import FILE_FUNCTIONS, Files
from tfcheck.terraform.hcl.functions.provider import required
from tfcheck.terraform.hcl.nodes import to_node
from tfcheck.terraform.hcl.scope import Scope
from tfcheck.terraform.hcl.special import FORMS
from tfcheck.terraform.hcl.values import EvaluationFault, Value, mapping, sequence, string, unknown
from tfcheck.values import Unknown

# Every function of Terraform 1.11 that is not evaluated, and why.
LEFT_OUT = {
    "abspath": "where the configuration lies on a machine is no part of it",
    "base64gzip": "its bytes are those of Go's compressor",
    "bcrypt": "it is another one each time",
    "plantimestamp": "it is the time",
    "rsadecrypt": "keys are none of this program's business",
    "timestamp": "it is the time",
    "type": "it is there in the console only",
    "uuid": "it is another one each time",
}
RECORDS = [*sorted((TESTDATA / "hcl").glob("expressions*.json")), TESTDATA / "hcl" / "provider_functions.json"]
NAMES = TESTDATA / "hcl" / "functions.json"
EVALUATED = {*FUNCTIONS, *FILE_FUNCTIONS, *FORMS}


def value(source: str, root: Path | None = None, base: Path | None = None, **names: Value) -> Value:
    files = None if root is None else Files(base or root, root)
    return evaluate(syntax.parse_expression(source), Scope(files=files, names=names))


def test_every_function_of_terraform_is_evaluated_or_left_out() -> None:
    names = set(json.loads(NAMES.read_text(encoding="utf-8"))["functions"])
    assert names - EVALUATED == LEFT_OUT.keys() - {"type"}
    assert EVALUATED - names == {*tofu.FUNCTIONS, "list", "map"}
    assert not EVALUATED & LEFT_OUT.keys()


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_names_are_those_that_terraform_has_now(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(RECORDER), "--functions", str(tmp_path / "names")], check=True)
    assert (tmp_path / "names").read_text() == NAMES.read_text()


def test_every_function_is_recorded_three_times() -> None:
    counts = Counter(
        name
        for path in RECORDS
        for expression in json.loads(path.read_text(encoding="utf-8"))["expressions"]
        for name in set(re.findall(r"(\w+)\(", expression))
    )
    expected = {*EVALUATED, *provider.FUNCTIONS} - {*tofu.FUNCTIONS, "list", "map"}
    assert {name for name in expected if counts[name] < 3} == set()


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
        ('urldecode("abc123-_")', "abc123-_"),
        ('urldecode("a%3Ab%40c%3Fd%3De%26f%2B")', "a:b@c?d=e&f+"),
        ('urldecode("%E4%B8%96")', "世"),
        ('urldecode("a% b")', None),
        ('urldecode("a%2 b")', None),
        ('urldecode("a%00b")', "a\0b"),
        ('cidrcontains("192.168.2.0/20", "192.168.2.0/22")', True),
        ('cidrcontains("192.168.2.0/20", "192.126.2.0/18")', False),
        ('cidrcontains("192.168.2.0/20", "192.168.0.0/19")', False),
        ('cidrcontains("010.0.0.0/8", "10.0.0.001")', True),
        ('cidrcontains("fe80::/48", "fe80::1")', True),
        ('cidrcontains("fe80::/48", "fe81::1")', False),
        ('cidrcontains("fe80::/48", "10.0.0.1")', None),
        ('cidrcontains("10.0.0.0/8", "fe80::/24")', None),
        ('cidrcontains("10.0.0.0", "10.0.0.0")', None),
        ('cidrcontains("10.0.0.0/33", "10.0.0.0")', None),
        ('cidrcontains("10.0.0.0/8", "nowhere")', None),
        ('base64gunzip("hello")', None),
        ('core::urldecode("%20")', " "),
    ],
)
def test_functions_that_only_opentofu_has(source: str, expected: object) -> None:
    if expected is None:
        with pytest.raises(EvaluationFault):
            value(source)
    else:
        assert value(source).content == expected


def test_opentofu_has_no_other_functions() -> None:
    """Its 1.11 has those of Terraform 1.11 and these; `convert` and `assume...` are 1.13's."""
    assert set(tofu.FUNCTIONS) == {"base64gunzip", "cidrcontains", "urldecode"}


@pytest.mark.parametrize(
    "source",
    ['urldecode("%ff")', 'cidrcontains("::ffff:10.0.0.0/120", "10.0.0.1")', 'base64gunzip("{packed}{packed}")'],
    ids=["no text", "an address in an address", "two members"],
)
def test_what_opentofu_makes_of_doubtful_texts_is_unknown(source: str) -> None:
    packed = base64.b64encode(gzip.compress(b"abc", mtime=0) * 2).decode()
    assert isinstance(value(source.replace("{packed}{packed}", packed)).content, Unknown)


def test_gzipped_text_is_unzipped() -> None:
    packed = base64.b64encode(gzip.compress("hé".encode())).decode()
    assert value(f'base64gunzip("{packed}")').content == "hé"


def test_yaml_is_unknown_where_pyyaml_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    yaml._library.cache_clear()
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert value('yamldecode("a: 1")').content == Unknown("YAML is read where tfcheck[yaml] is installed")
    yaml._library.cache_clear()


@pytest.mark.parametrize("source", ["pow(0.3, 3.3)", "log(1e-320, 10)", "pow(1e-320, 0.3)"])
def test_what_processors_do_not_agree_on_is_unknown(source: str) -> None:
    assert isinstance(value(source).content, Unknown)


@pytest.fixture
def _with_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every module requires the providers of the record's context."""
    context = json.loads(RECORDS[-1].read_text(encoding="utf-8"))["context"]
    blocks = syntax.parse_body(context, scan.scan(context).blocks[0]).blocks
    monkeypatch.setattr(functions, "find", lambda name, allowed, *_: find(name, allowed, lambda: required(blocks)))


def provider_cases() -> list[Any]:
    document = json.loads(RECORDS[-1].read_text(encoding="utf-8"))
    return [
        pytest.param(document["context"], expression, record, id=expression)
        for expression, record in document["expressions"].items()
    ]


@pytest.mark.usefixtures("_with_provider")
@pytest.mark.parametrize(("context", "expression", "record"), provider_cases())
def test_the_built_in_provider_gives_what_terraform_says(
    context: str, expression: str, record: Mapping[str, Any], tmp_path: Path
) -> None:
    scope = recorded_scope(context, tmp_path)
    if record.get("error"):
        with suppress(EvaluationFault, syntax.SyntaxFault):
            assert isinstance(value_of(expression, scope).content, Unknown)
        return
    made = value_of(expression, scope)
    if record.get("unknown"):
        assert not made.known
        return
    assert made.known
    assert fits(made, json.loads(record["value"], parse_float=Decimal, parse_int=Decimal), False)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_record_of_the_built_in_provider_is_what_terraform_says_now(tmp_path: Path) -> None:
    copy = tmp_path / RECORDS[-1].name
    shutil.copy(RECORDS[-1], copy)
    subprocess.run([sys.executable, str(RECORDER), str(copy)], check=True)
    assert json.loads(copy.read_text(encoding="utf-8")) == json.loads(RECORDS[-1].read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("written", "name", "found"),
    [
        ("", "terraform", False),
        ("terraform = {}", "terraform", True),
        ('terraform = { version = "1" }', "terraform", True),
        ('terraform = { source = "terraform.io/builtin/terraform" }', "terraform", True),
        ('terraform = { "source" = "Terraform.io/BuiltIn/terraform" }', "terraform", True),
        ('terraform = { source = "hashicorp/terraform" }', "terraform", False),
        ('terraform = { source = "x-${1}" }', "terraform", False),
        ('tf = { source = "terraform.io/builtin/terraform" }', "tf", True),
        ('tf = { source = "terraform.io/builtin/terraform" }', "terraform", False),
        ("tf = {}", "tf", False),
        ('aws = "~> 5.0"', "aws", False),
    ],
)
def test_a_provider_is_the_built_in_one_by_its_source(written: str, name: str, found: bool) -> None:
    source = f"terraform {{\n  required_providers {{\n    {written}\n  }}\n}}\n"
    declared = required(syntax.parse_body(source, scan.scan(source).blocks[0]).blocks)
    for own in provider.FUNCTIONS:
        assert (find(f"provider::{name}::{own}", None, lambda: declared) is not None) is found
    assert find(f"provider::{name}::other", None, lambda: declared) is None


def test_a_module_whose_providers_are_not_known_has_none() -> None:
    assert find("provider::terraform::encode_expr", None) is None


@pytest.mark.usefixtures("_with_provider")
@pytest.mark.parametrize("written", ["a = 1 + 1", "a = [for x in [1] : x]", 'a = "${1}"', "a = true ? 1 : 2"])
def test_calculations_in_tfvars_are_unknown(written: str) -> None:
    made = value("provider::terraform::decode_tfvars(x)", x=string(written))
    assert made.content == Unknown("a calculation in a tfvars file")


@pytest.mark.parametrize("other", ["x", "[x]", '[for v in x : v if v != ""]', "toset(x)"])
def test_numbers_beside_elements_of_a_type_that_is_not_known_may_become_strings(other: str) -> None:
    made = value(f"setunion([1, 2], {other})", x=unknown("known after apply"))
    assert isinstance(made.content, tuple)
    assert not any(one.known for one in made.content)


ENCODERS = ("yamlencode", "provider::terraform::encode_expr", "provider::terraform::encode_tfvars")


@pytest.mark.usefixtures("_with_provider")
@pytest.mark.parametrize("encode", ENCODERS)
def test_an_encoded_value_is_sensitive_where_a_part_of_it_is(encode: str) -> None:
    assert value(f"{encode}({{ a = [x] }})", x=string("secret").mark()).sensitive
    assert not value(f"{encode}({{ a = [x] }})", x=string("open")).sensitive


@pytest.mark.usefixtures("_with_provider")
@pytest.mark.parametrize("encode", ENCODERS)
@pytest.mark.parametrize("kind", ["long", "wide", "deep", "spaces", "breaks", "aligned", "mark"])
def test_what_is_too_large_to_be_written_is_unknown(encode: str, kind: str) -> None:
    nested = string("x")
    for _ in range(200):
        nested = sequence([nested])
    names = ["k" * 10_000, *(f"k{place}" for place in range(1000))]
    large = {
        "long": string("x" * 3_000_000),
        "wide": sequence([string("abcdefghij" * 2)] * 90_000),
        "deep": nested,
        "spaces": string(" " * 1_500_000),
        "breaks": string("\n" * 1_500_000),
        "aligned": mapping(dict.fromkeys(names, sequence([string("x" * 1_000)]))),
        "mark": string("\ufeff" + "x" * 1_500_000),
    }[kind]
    assert isinstance(value(f"{encode}({{ a = x }})", x=large).content, Unknown)


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
