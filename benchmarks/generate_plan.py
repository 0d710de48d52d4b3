"""Large plans for measuring: `python benchmarks/generate_plan.py COUNT FILE`.

A plan that real terraform made is called over and over as a module: its rows, its planned values and its configuration.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = """\
variable "copies" {
  type = set(string)
}

module "copy" {
  source   = "./copy"
  for_each = var.copies
}
"""
BASE = Path(__file__).parent.parent / "testdata" / "plans" / "joins" / "plan.json"
# planned_values, root_module, child_modules, a module: no text is longer than one of these.
DEPTH = 4


def generate(count: int) -> dict[str, Any]:
    """A plan with that many ECS resources."""
    base: dict[str, Any] = json.loads(BASE.read_text())
    rows = [row for row in base["resource_changes"] if row["type"].startswith("aws_ecs_")]
    values = base["planned_values"]["root_module"]
    copies = [f'module.copy["{number}"]' for number in range(-(-count // len(rows)))]
    root = base["configuration"]["root_module"]
    call = {"source": "./copy", "for_each_expression": {"references": ["var.copies"]}, "module": root}
    return base | {
        "resource_changes": [inside(module, row) for module in copies for row in rows][:count],
        "planned_values": {"root_module": {"child_modules": [child(module, values) for module in copies]}},
        "configuration": base["configuration"] | {"root_module": {"module_calls": {"copy": call}}},
    }


def write(count: int, path: Path) -> None:
    """Writes that plan, piece by piece: the JSON of 100,000 resources has a quarter of a gigabyte."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(encoded(generate(count), DEPTH))


def encoded(value: Any, depth: int) -> Iterator[str]:
    """The JSON of a value, in the pieces that it has down to a depth."""
    if not depth or not value or not isinstance(value, (dict, list)):
        yield json.dumps(value, separators=(",", ":"))
    elif isinstance(value, dict):
        for place, (key, one) in enumerate(value.items()):
            yield f"{',' if place else '{'}{json.dumps(key)}:"
            yield from encoded(one, depth - 1)
        yield "}"
    else:
        for place, one in enumerate(value):
            yield "," if place else "["
            yield from encoded(one, depth - 1)
        yield "]"


def with_sources(count: int, directory: Path) -> None:
    """Writes plan.json and the configuration that it would be made of."""
    document = generate(count)
    copies = sorted({row["module_address"].split('"')[1] for row in document["resource_changes"]})
    variable = {"copies": {"value": copies}}
    (directory / "copy").mkdir(parents=True)
    (directory / "plan.json").write_text(json.dumps(document | {"variables": variable}, separators=(",", ":")))
    (directory / "copy" / "main.tf").write_text(BASE.with_name("main.tf").read_text())
    (directory / "main.tf").write_text(ROOT)
    (directory / "terraform.tfvars").write_text(f"copies = {json.dumps(copies)}\n")


def inside(module: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row as a resource of that module."""
    return row | {"address": f"{module}.{row['address']}", "module_address": module}


def child(module: str, values: dict[str, Any]) -> dict[str, Any]:
    """The planned values as those of that module."""
    rows = [row | {"address": f"{module}.{row['address']}"} for row in values["resources"]]
    return {"address": module, "resources": rows}


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
