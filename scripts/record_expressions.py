"""Record what terraform itself makes of the expressions in testdata/hcl/expressions*.json.

    python scripts/record_expressions.py FILE ...          # keeps the expressions, renews what terraform says of them
    python scripts/record_expressions.py --functions FILE  # the names of all functions that terraform has

A file holds a `context`, the configuration in which its expressions stand, and `expressions`: for each one the value as
compact JSON and its type, and `unknown` where parts of it are not known when planning; or `error`. An expression whose
record is null is new. Needs terraform in the PATH and nothing else: no provider, no network, no account.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

_ROUNDS = 40
_OUTPUT = 'output "{name}" {{\n  sensitive = true\n  value     = (\n{expression}\n  )\n}}\n'


def record(context: str, expressions: list[str]) -> dict[str, Any]:
    """What terraform says of each expression, in one plan for all that are valid."""
    records: dict[str, Any] = {}
    names = {f"e{place}": expression for place, expression in enumerate(expressions)}
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "context.tf").write_text(context, encoding="utf-8")
        _write(root, names)
        _terraform(root, "init", "-input=false", "-backend=false")
        _drop_invalid(root, names, records)
        _plan(root, names, records)
    return {expression: records.get(expression, {"error": True}) for expression in expressions}


def _write(root: Path, names: dict[str, str]) -> None:
    for old in root.glob("e*.tf"):
        old.unlink()
    for name, expression in names.items():
        (root / f"{name}.tf").write_text(_OUTPUT.format(name=name, expression=expression), encoding="utf-8")


def _terraform(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    command = ["terraform", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False).stdout


def _drop(names: dict[str, str], records: dict[str, Any], files: Iterable[str]) -> bool:
    """Take the expressions in these files for errors; whether there were any."""
    faulty = {Path(file).stem for file in files} & names.keys()
    for name in faulty:
        records[names.pop(name)] = {"error": True}
    return bool(faulty)


def _drop_invalid(root: Path, names: dict[str, str], records: dict[str, Any]) -> None:
    for _ in range(_ROUNDS):
        report = json.loads(_terraform(root, "validate", "-json"))
        errors = [one for one in report["diagnostics"] if one["severity"] == "error"]
        if not _drop(names, records, ((one.get("range") or {}).get("filename", "") for one in errors)):
            return
        _write(root, names)


def _plan(root: Path, names: dict[str, str], records: dict[str, Any]) -> None:
    for _ in range(_ROUNDS):
        lines = _terraform(root, "plan", "-json", "-input=false", "-lock=false", "-out=plan").splitlines()
        diagnostics = [one["diagnostic"] for one in map(json.loads, lines) if "diagnostic" in one]
        errors = [one for one in diagnostics if one["severity"] == "error"]
        infinite = re.findall(r'serializing output value "(\w+)"', json.dumps(errors).replace("\\", ""))
        faulty = [(one.get("range") or {}).get("filename", "") for one in errors]
        if not _drop(names, records, [*faulty, *infinite]):
            break
        _write(root, names)
    shown = _terraform(root, "show", "-json", "plan") if names else "{}"
    if not shown.strip():
        _halve(root, names, records)
        return
    plan = json.loads(shown, parse_float=Decimal)
    outputs, changes = plan.get("planned_values", {}).get("outputs", {}), plan.get("output_changes", {})
    for name, expression in names.items():
        records[expression] = _one(outputs.get(name, {}), changes.get(name, {}))


def _halve(root: Path, names: dict[str, str], records: dict[str, Any]) -> None:
    """Find the expression whose value terraform can plan but not show: an error of it."""
    if len(names) == 1:
        _drop(names, records, list(names))
        return
    every = list(names.items())
    for half in (every[: len(every) // 2], every[len(every) // 2 :]):
        some = dict(half)
        _write(root, some)
        _plan(root, some, records)


def _one(output: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    unknown = change.get("after_unknown", False)
    found: dict[str, Any] = {} if unknown is True else {"value": compact(output.get("value", change.get("after")))}
    if "type" in output:
        found["type"] = output["type"]
    if unknown:
        found["unknown"] = unknown
    return found


def compact(value: Any) -> str:
    """JSON without blanks, keys sorted, numbers as they are."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{compact(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def functions() -> list[str]:
    """The names of terraform's functions, without those that are the same again in the namespace `core`."""
    with tempfile.TemporaryDirectory() as directory:
        signatures = json.loads(_terraform(Path(directory), "metadata", "functions", "-json"))["function_signatures"]
    return sorted(name for name in signatures if name.removeprefix("core::") == name or name[6:] not in signatures)


def main() -> None:
    """Renew the files named on the command line."""
    if sys.argv[1:2] == ["--functions"]:
        text = json.dumps({"functions": functions()}, indent=1) + "\n"
        Path(sys.argv[2]).write_text(text, encoding="utf-8")
        return
    for name in sys.argv[1:]:
        path = Path(name)
        document = json.loads(path.read_text(encoding="utf-8"))
        document["expressions"] = record(document["context"], list(document["expressions"]))
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
