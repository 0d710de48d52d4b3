"""Sources damaged at random: what cannot be read is told with its place, and all else is judged as before.

TFCHECK_DAMAGED=5000 asks for so many examples of each kind, TFCHECK_SEED=7 for others.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import TESTDATA, Run
from terraform.hcl.json_twin import twin
from terraform.hcl.test_configuration import Judged
from terraform.hcl.test_whole_modules import CASES

from tfcheck.errors import Problem
from tfcheck.terraform.block import Options
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.project import is_override
from tfcheck.terraform.hcl.scan import scan
from tfcheck.terraform.hcl.syntax import children, parse_body
from tfcheck.terraform.read import read_configuration

COUNT = int(os.environ.get("TFCHECK_DAMAGED", "60"))
SEED = os.environ.get("TFCHECK_SEED", "1")
DIRECTORIES = [*CASES, *sorted(one for one in (TESTDATA / "hcl" / "tricky").iterdir() if one.is_dir())]
MOST_CHARACTERS = 20_000

# A block that needs nothing of what is around it, and its verdicts.
WATCHED = """resource "aws_ecs_task_definition" "watched_%s" {
  family       = "watched"
  network_mode = "awsvpc"
  tags         = { team = "a" }

  container_definitions = <<-WATCHED
    [{"name": "a", "image": "a", "privileged": true, "readonlyRootFilesystem": true}]
  WATCHED
}
"""
VERDICTS = {"ECS.4": "FAILED", "ECS.5": "PASSED", "ECS.15": "PASSED"}
BEFORE, AFTER, ELSEWHERE = (f"aws_ecs_task_definition.watched_{name}" for name in ("before", "after", "elsewhere"))

PIECES = (
    *("{", "}", "[", "]", "(", ")", '"', "'", "`", "\\", "=", "==", ",", ":", "?", "!", "-", "+", "*", "%", "&", "|"),
    *("${", "%{", "$${", "~}", '"${', '}"', "%{ if true }", "%{ endif }", "%{ for x in y }", "...", ".", "::", "=>"),
    *("/*", "*/", "#", "//", "<<EOT\n", "<<-EOT\n", "\nEOT\n", "<<", "\n", "\r\n", "\r", "\t", "\x00", "\x1b[31m"),
    *("\ufeff", "\xa0", "\u2028", "\u200b", "é", "e\u0301", "\U0001f600", "\\u12", "\\ud800", "\\x", "0x1", "1e999"),
    *(
        "null",
        "true",
        "for",
        "if",
        "in",
        "each.value",
        "count.index",
        "var.x",
        "[*]",
        ".*",
        ".0",
        "[",
        '""',
        "lifecycle",
    ),
)
BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xff\xfe", b"\xef\xbb\xbf")

Damage = Callable[[random.Random, str], str]


def chances(*what: object) -> random.Random:
    """The same for the same example and seed."""
    return random.Random(f"{SEED} {what}")  # noqa: S311


def cut(chance: random.Random, text: str) -> tuple[int, int]:
    start = chance.randrange(len(text) + 1)
    return start, min(len(text), start + chance.choice((1, 1, 1, 2, 5, 20, 100)))


def deleted(chance: random.Random, text: str) -> str:
    start, end = cut(chance, text)
    return text[:start] + text[end:]


def replaced(chance: random.Random, text: str) -> str:
    start, end = cut(chance, text)
    return text[:start] + chance.choice(PIECES) + text[end:]


def inserted(chance: random.Random, text: str) -> str:
    start = chance.randrange(len(text) + 1)
    return text[:start] + chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 300)) + text[start:]


def doubled(chance: random.Random, text: str) -> str:
    start, end = cut(chance, text)
    return text[:end] + text[start:end] * chance.choice((1, 1, 50)) + text[end:]


def mark_removed(chance: random.Random, text: str) -> str:
    places = [one.start() for one in re.finditer(r"[{}\[\]()\"=,:]", text)]
    at = chance.choice(places or [0])
    return text[:at] + text[at + 1 :]


def lines_swapped(chance: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def lines_moved(chance: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    start = chance.randrange(len(lines) + 1)
    return "".join(lines[start:] + lines[:start])


def truncated(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def block_doubled(chance: random.Random, text: str) -> str:
    spans = scan(text).blocks
    if not spans:
        return text + text
    span = chance.choice(spans)
    return text + "\n" + text[span.start : span.end] + "\n"


def other_line_ends(chance: random.Random, text: str) -> str:
    return text.replace("\n", chance.choice(("\r\n", "\r", "\n\n", "\u2028")))


DAMAGES: tuple[Damage, ...] = (
    *(deleted, replaced, inserted, doubled, mark_removed, lines_swapped, lines_moved, truncated),
    *(block_doubled, other_line_ends),
)


def sources(directory: Path) -> dict[str, str]:
    """The files of a configuration by their paths."""
    found = sorted(one for one in directory.rglob("*") if one.is_file() and "before" not in one.parts)
    texts = {one.relative_to(directory).as_posix(): one for one in found if one.name != "plan.json"}
    return {name: one.read_text(encoding="utf-8", errors="replace") for name, one in texts.items()}


def write(directory: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


def judged(directory: Path) -> Judged:
    return Judged(read_configuration(str(directory), Options()))


def misplaced(problems: list[Problem], directory: Path) -> Iterator[str]:
    """Problems that lead to no place: their file is not there, or has no such line."""
    for one in problems:
        path = directory / one.path
        if not path.is_file():
            yield f"{one.path}: {one.message}"
            continue
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
        if one.line is not None and not 1 <= one.line <= len(lines):
            yield f"{one.path}:{one.line}: {one.message}"
        elif one.line is not None and not 1 <= (one.column or 1) <= len(lines[one.line - 1]) + 1:
            yield f"{one.path}:{one.line}:{one.column}: {one.message}"


def errors(found: Judged, path: str) -> list[Problem]:
    return [one for one in found.problems if one.level == "error" and one.path == path]


def kept(found: Judged, address: str) -> bool:
    """Are the verdicts of a watched block what they are without any damage?"""
    return all(
        (one := found.findings.get((address, control))) is not None and one.status.value == status
        for control, status in VERDICTS.items()
    )


def damaged_bytes(chance: random.Random, text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        at = chance.randrange(len(data) + 1)
        return data[:at] + chance.choice(BYTES) + data[at:]
    return data


def made(chance: random.Random, in_json: bool) -> tuple[dict[str, str], str] | None:
    """A configuration, and the file of it that is to be damaged; None where it has none that fits."""
    files = sources(chance.choice(DIRECTORIES))
    names = [
        name
        for name, text in files.items()
        if name.endswith(".tf") and not is_override(name.rpartition("/")[2]) and len(text) < MOST_CHARACTERS
    ]
    if not names:
        return None
    name = chance.choice(names)
    if not in_json:
        return files, name
    files[f"{name}.json"] = twin(files.pop(name))
    return files, f"{name}.json"


def wrong(chance: random.Random, directory: Path, in_json: bool) -> Iterator[str]:
    """What is wrong with what is said of one configuration that was damaged at random."""
    chosen = made(chance, in_json)
    if chosen is None:
        return
    files, name = chosen
    text = files.pop(name)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        text = chance.choice(DAMAGES)(chance, text)
    first, last = ("", "") if in_json else (WATCHED % "before", "\n" + WATCHED % "after")
    elsewhere = f"{name.rpartition('/')[0]}/elsewhere.tf".lstrip("/")
    content = first.encode() + damaged_bytes(chance, text) + last.encode()
    write(directory, {**files, name: content, elsewhere: WATCHED % "elsewhere"})
    found = judged(directory)
    yield from misplaced(found.problems, directory)
    root = [address for address in found.addresses() if address.startswith("aws_ecs_task_definition.watched")]
    if "/" in name and not root:
        return
    if not kept(found, ELSEWHERE):
        yield f"{elsewhere} is lost"
    if not in_json and not kept(found, BEFORE):
        yield "what stands before the damage is lost"
    if not in_json and not kept(found, AFTER) and not errors(found, name):
        yield "what stands after the damage is lost, and nothing says so"


@pytest.mark.parametrize("in_json", [False, True], ids=["hcl", "json"])
def test_damage_is_told_and_costs_nothing_else(tmp_path: Path, in_json: bool) -> None:
    found: dict[str, list[str]] = {}
    for number in range(COUNT):
        directory = tmp_path / str(number)
        said = [*wrong(chances("damaged", in_json, number), directory, in_json)]
        if said:
            found[str(directory)] = said
    assert found == {}


# -- what certainly does not parse -------------------------------------------------------------------------------------


def marks(node: Any) -> Iterator[int]:
    """The offsets of all brackets of a tree."""
    if isinstance(node, tree.Body):
        yield from (node.start - 1, node.end)
        yield from (at for one in node.attributes.values() for at in marks(one.expression))
        yield from (at for block in node.blocks for at in marks(block.body))
        return
    if isinstance(node, (tree.Tuple, tree.Object, tree.Parentheses, tree.For)):
        yield from (node.start, node.end - 1)
    elif isinstance(node, tree.Call):
        yield node.end - 1
    yield from (at for below in children(node) for at in marks(below))


def test_a_missing_bracket_is_an_error_and_never_a_pass(tmp_path: Path) -> None:
    """Of an ECS resource or module call; the brackets of blocks that say nothing about those are not looked at."""
    found: list[str] = []
    for number in range(COUNT):
        chance, directory = chances("bracket", number), tmp_path / str(number)
        files = sources(chance.choice(DIRECTORIES))
        name, text = "main.tf", files.get("main.tf", "")
        spans = [one for one in scan(text).blocks if one.labels and one.labels[0].startswith("aws_ecs_") and
                 one.type == "resource"]  # fmt: skip
        if not spans:
            continue
        span = chance.choice(spans)
        at = chance.choice(list(marks(parse_body(text, span))))
        write(directory, {**files, name: text[:at] + text[at + 1 :]})
        said = judged(directory)
        if not errors(said, name):
            found.append(f"{directory}: {text[at]} at {at}")
        address = ".".join(span.labels)
        passed = [one for (of, _), one in said.findings.items() if of == address and one.status.value == "PASSED"]
        if passed and "for_each" not in text[span.start : span.end] and not errors(said, name):
            found.append(f"{directory}: {address} passed")
    assert found == []


@pytest.mark.parametrize("damage", ['"', "{", "]", "/*", "<<EOT\n", "\x00"])
def test_an_error_is_never_exit_0(run: Callable[..., Run], tmp_path: Path, damage: str) -> None:
    write(tmp_path, {"main.tf": f'resource "aws_ecs_cluster" "c" {{\n  name = {damage}\n}}\n'})
    assert run(tmp_path, "--fail-on", "never").code == 2


# -- tfvars ------------------------------------------------------------------------------------------------------------

VALUES = 'a = "x"\nb = ["y", {\n  c = 1.5\n}]\nd = <<EOT\n  text\nEOT\ne = null # done\n'
IN_JSON = '{"a": "x", "b": ["y", {"c": 1.5}],\n "d": "text\\n", "e": null}'


@pytest.mark.parametrize(("name", "text"), [("terraform.tfvars", VALUES), ("a.auto.tfvars.json", IN_JSON)])
def test_damaged_values_cost_only_what_depends_on_them(tmp_path: Path, name: str, text: str) -> None:
    variables = "".join(f'variable "{one}" {{\n  default = null\n}}\n' for one in "abde")
    user = 'resource "aws_ecs_cluster" "c" {\n  name = jsonencode([var.a, var.b, var.d, var.e])\n}\n'
    found: list[str] = []
    for number in range(COUNT):
        chance, directory = chances(name, number), tmp_path / str(number)
        damaged = damaged_bytes(chance, chance.choice(DAMAGES)(chance, text))
        write(directory, {"main.tf": variables + user, "elsewhere.tf": WATCHED % "elsewhere", name: damaged})
        said = judged(directory)
        found += [f"{directory}: {one}" for one in misplaced(said.problems, directory)]
        if not kept(said, ELSEWHERE):
            found.append(f"{directory}: elsewhere.tf is lost")
    assert found == []
