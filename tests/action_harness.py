"""Runs the steps of action.yml as GitHub's runner does, for as much of it as the action uses.

Expressions, conditions, continue-on-error, outputs, the summary, and a log in which workflow commands are obeyed. What
`install` and `uses` steps do is given by the test.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))

# The environment less what a runner around these tests has put into it.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("ACTIONS_", "GITHUB_", "RUNNER_", "TFCHECK_"))
}

# A step's end: "success", "failure" or "skipped", and its outputs.
Ended = tuple[str, dict[str, str]]
StandIn = Callable[[Mapping[str, str]], Ended]

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_WORD = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][\w-]*(?:\.[\w-]+)*|\(\)|[=!]=|&&|\|\||[!()]|\s+")
_COMMAND = re.compile(r"\s*::(?P<name>[^\s:]+)(?: (?P<properties>.*?))?::(?P<text>.*)")
_OPERATORS = {"&&": "and", "||": "or", "!": "not"}


@dataclass(frozen=True)
class Command:
    """A workflow command of the log that was obeyed, with its text and properties as they are meant."""

    name: str
    text: str
    properties: dict[str, str]


@dataclass
class Job:
    """The job around the action. environment: of every step; stand_ins: by the id of a step."""

    workspace: Path
    temp: Path
    stand_ins: Mapping[str, StandIn]
    environment: Mapping[str, str] = field(default_factory=dict)
    github: Mapping[str, str] = field(default_factory=lambda: {"token": "secret"})
    log: str = ""

    @property
    def summary(self) -> str:
        file = self.temp / "summary"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @property
    def commands(self) -> list[Command]:
        return obeyed(self.log)


@dataclass(frozen=True)
class Use:
    """One use of the action: how it ended, its outputs, and how each step did."""

    outcome: str
    outputs: dict[str, str]
    steps: dict[str, str]


def use(job: Job, **given: str) -> Use:
    """The action with these inputs, `_` in names for `-`."""
    inputs = {name: _filled(str(one["default"]), {"github": job.github}) for name, one in ACTION["inputs"].items()}
    inputs |= {name.replace("_", "-"): value for name, value in given.items()}
    contexts: dict[str, Any] = {"inputs": inputs, "github": job.github, "steps": {}}
    failed = False
    outcomes = {}
    for step in ACTION["runs"]["steps"]:
        name = step.get("id", step["name"])
        condition = step.get("if", "success()")
        ready = "always()" in condition or not failed
        outcome, outputs = _run(step, job, contexts) if ready and _value(condition, contexts) else ("skipped", {})
        contexts["steps"][name] = {"outcome": outcome, "outputs": outputs}
        outcomes[name] = outcome
        failed = failed or (outcome == "failure" and not step.get("continue-on-error"))
    outputs = {name: _filled(one["value"], contexts) for name, one in ACTION["outputs"].items()}
    return Use("failure" if failed else "success", outputs, outcomes)


def _run(step: Mapping[str, Any], job: Job, contexts: Mapping[str, Any]) -> Ended:
    if step.get("id") in job.stand_ins:
        return job.stand_ins[step["id"]]({key: _filled(one, contexts) for key, one in step.get("with", {}).items()})
    assert step["shell"] == "bash"
    output = job.temp / "output"
    output.write_text("", encoding="utf-8")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=job.workspace,
        env={
            **ENVIRONMENT,
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(job.workspace),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(job.temp / "summary"),
            "RUNNER_TEMP": str(job.temp),
            **job.environment,
            **{key: _filled(one, contexts) for key, one in step.get("env", {}).items()},
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    job.log += done.stdout
    return "success" if done.returncode == 0 else "failure", _outputs(output.read_text(encoding="utf-8"))


def _outputs(text: str) -> dict[str, str]:
    """What a step wrote to GITHUB_OUTPUT."""
    found = {}
    lines = iter(text.split("\n"))
    for line in lines:
        name, heredoc, mark = line.partition("<<")
        if heredoc:
            value = []
            while (part := next(lines)) != mark:
                value.append(part)
            found[name] = "\n".join(value)
        elif line:
            name, _, found[name] = line.partition("=")
    return found


def obeyed(log: str) -> list[Command]:
    """The workflow commands in a log, less those between `stop-commands` and its token."""
    commands: list[Command] = []
    token: str | None = None
    for line in log.splitlines():
        found = _COMMAND.match(line)
        if token is not None:
            token = None if found is not None and found["name"] == token else token
        elif found is not None and found["name"] == "stop-commands":
            token = found["text"]
        elif found is not None:
            pairs = (one.partition("=") for one in (found["properties"] or "").split(",") if one)
            commands.append(
                Command(found["name"], _meant(found["text"]), {key: _meant(value) for key, _, value in pairs})
            )
        else:
            assert not line.lstrip().startswith("##["), line
    assert token is None, "the log takes no commands any more"
    return commands


def _meant(text: str) -> str:
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def _filled(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with its expressions replaced by their values."""
    return _EXPRESSION.sub(lambda found: str(_value(found[1], contexts)), str(text))


def _value(expression: str, contexts: Mapping[str, Any]) -> Any:
    """The value of an expression: names, strings, comparisons and logic, whose meaning Python shares."""
    words = []
    for word in _WORD.findall(expression):
        if word.startswith("'") or word.isspace() or word in {"==", "!=", "(", ")"}:
            words.append(word)
        elif word in {"always", "success"}:
            words.append("True")
        elif word != "()":
            words.append(_OPERATORS.get(word) or repr(_looked_up(word, contexts)))
    return eval("".join(f" {word} " for word in words).strip(), {"__builtins__": {}})  # noqa: S307 - of our own action.yml


def _looked_up(name: str, contexts: Mapping[str, Any]) -> str:
    value: Any = contexts
    for part in name.split("."):
        value = value.get(part, {})
    return value if isinstance(value, str) else ""
