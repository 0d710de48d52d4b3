"""Make templates at random and record in `templates.jsonl` what terraform makes of them.

    python testdata/hcl/edge/record_templates.py

Each line holds a `quoted` string or heredoc, or a `file` for templatefile(), and its `value` in a scope of s = "S",
t = true and l = ["p", "q"], which the former find in `local`. Takes terraform; 1.11.4 made the record here.
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

RECORD = Path(__file__).with_name("templates.jsonl")
QUOTED, FILES = 160, 60
VARIABLES = 's = "S"\nt = true\nl = ["p", "q"]\n'
TEXTS = ("foo", "x y", " ", "", "$ ", "% ", "$5", "100% ", "$${a}", "%%{b}", "é", "a$$b", "$$${s}", "\\n")  # fmt: skip
BLANKS = ("", "", " ", "  ", "    ", "\t", "      ", "\u00a0 ")
EXPRESSIONS = ('"lit"', "1", "(s)", "s", '"a${s}b"')


class Writer:
    """Writes one template after the other; `prefix` leads to the variables."""

    def __init__(self, seed: int, prefix: str) -> None:
        self.choose = random.Random(seed)  # noqa: S311 - test data
        self.prefix = prefix

    def quoted(self) -> str:
        """A heredoc or a string in quotes."""
        if self.choose.random() < 0.3:
            text = self.block().replace("\\n", "").replace("\r\n", "\\n").replace("\n", "\\n").replace("\t", "\\t")
            return f'"{text}"'
        opening, indent = self.choose.choice(("<<EOT", "<<-EOT", "<<-EOT")), self.choose.choice(("", "  ", "\t"))
        return f"{opening}\n{self.block().rstrip()}\n{indent}EOT"

    def block(self, depth: int = 0) -> str:
        """A few lines, among them directives with a block between them."""
        lines = [
            self.directive(depth) if depth < 2 and self.choose.random() < 0.25 else self.line()
            for _ in range(self.choose.randint(1, 4))
        ]
        return self.choose.choice(("\n", "\n", "\n", "\r\n")).join(lines) + self.choose.choice(("\n", "\n", ""))

    def directive(self, depth: int) -> str:
        """An if or a for."""
        name, ending = self.choose.choice((("if", "endif"), ("for", "endfor")))
        loop = f"for {self.choose.choice(('v', 'k, v'))} in {self.prefix}l"
        condition = self.choose.choice(("true", "false", f"{self.prefix}t"))
        head = self.marker("%", loop if name == "for" else f"if {condition}")
        middle = self.marker("%", "else") + self.block(depth + 1) if name == "if" and self.flip() else ""
        return head + self.choose.choice(("\n", "\n", "")) + self.block(depth + 1) + middle + self.marker("%", ending)

    def line(self) -> str:
        """Text, blanks and interpolations."""
        pieces = (
            self.choose.choice((self.choose.choice(TEXTS), self.choose.choice(BLANKS), self.interpolation()))
            for _ in range(self.choose.randint(0, 3))
        )
        return self.choose.choice(BLANKS) + "".join(pieces)

    def interpolation(self) -> str:
        """`${}` with one of a few expressions."""
        expression = self.choose.choice(EXPRESSIONS)
        return self.marker("$", expression.replace("(s)", f"({self.prefix}s)").replace("{s}", f"{{{self.prefix}s}}"))

    def marker(self, sign: str, content: str) -> str:
        """A sequence with or without strip markers and blanks."""
        left, right = ("~" if self.flip() else "" for _ in range(2))
        content = f"{self.prefix}s" if content == "s" else content
        return self.choose.choice(BLANKS) * (sign == "%") + f"{sign}{{{left} {content} {right}}}"

    def flip(self) -> bool:
        """Heads or tails."""
        return self.choose.random() < 0.5


def cases() -> Iterator[dict[str, str]]:
    """The templates to be recorded."""
    quoted, files = Writer(1, "local."), Writer(2, "")
    yield from ({"quoted": quoted.quoted()} for _ in range(QUOTED))
    yield from ({"file": files.block()} for _ in range(FILES))


def evaluated(templates: list[dict[str, str]]) -> list[object]:
    """What terraform makes of each."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        expressions = []
        for number, template in enumerate(templates):
            if "file" in template:
                (directory / f"{number}.tftpl").write_bytes(template["file"].encode())
                expressions.append(f'templatefile("{number}.tftpl", local.scope)')
            else:
                expressions.append(template["quoted"])
        numbered = "".join(f"r{number} = {expression}\n" for number, expression in enumerate(expressions))
        listed = ", ".join(f"local.r{number}" for number in range(len(expressions)))
        source = f"locals {{\n{VARIABLES}scope = {{\n{VARIABLES}}}\n{numbered}all = [{listed}]\n}}\n"
        (directory / "main.tf").write_bytes(source.encode())
        done = subprocess.run(
            ["terraform", "console"],
            cwd=directory,
            input="jsonencode(local.all)\n",
            capture_output=True,
            text=True,
            check=True,
        )
        values: list[object] = json.loads(json.loads(done.stdout))
    return values


def main() -> None:
    """Write the record."""
    templates = list(cases())
    lines = [
        json.dumps(template | {"value": value}, ensure_ascii=False)
        for template, value in zip(templates, evaluated(templates), strict=True)
    ]
    RECORD.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
