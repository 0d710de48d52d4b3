"""The pages that are generated out of the catalogue, and what the catalogue promises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from conftest import TESTDATA, Run, assert_golden

from tfcheck.control import STANDARDS, Control, Settings
from tfcheck.controls import catalogue
from tfcheck.explain import page

CONTROLS = catalogue(Settings())
DOCS = TESTDATA.parent / "docs" / "controls"
README = (TESTDATA.parent / "README.md").read_text()
BY_ID = pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)


@BY_ID
def test_page_is_fresh(control: Control[Any]) -> None:
    assert_golden(DOCS / f"{control.id}.md", page(control))


def test_there_is_a_page_for_each_control_and_no_other() -> None:
    assert {file.stem for file in DOCS.glob("*.md")} == {control.id for control in CONTROLS}


@BY_ID
def test_texts(control: Control[Any]) -> None:
    assert control.description.endswith(".")
    assert control.remediation.endswith(".")
    assert not control.failure.endswith(".")
    assert set(control.standards) <= set(STANDARDS)
    assert re.fullmatch(r"[a-z-]+", control.config_rule)
    assert len(control.description) <= 1024


def test_facts() -> None:
    """Against the facts as AWS's pages give them, kept apart from the code."""
    facts = json.loads((TESTDATA / "catalogue.json").read_text())
    given = {
        control.id: {
            "title": control.title,
            "severity": control.severity.value,
            "category": control.category,
            "aws_type": control.aws_type,
            "config_rule": control.config_rule,
            "config_rule_url": control.config_rule_url,
            "requirements": sorted(control.requirements),
            "standards": sorted(STANDARDS[key] for key in control.standards),
            "url": control.url,
        }
        for control in CONTROLS
    }
    assert given == facts


def test_explain(run: Callable[..., Run]) -> None:
    done = run("explain", "ecs.5")
    assert (done.code, done.out) == (0, (DOCS / "ECS.5.md").read_text())
    assert run("explain", "ECS.6").code == 2


def test_readme_shows_what_its_first_command_prints(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TESTDATA.parent)
    monkeypatch.setenv("COLUMNS", "110")
    first, second = re.findall(r"```sh\n(python3 -m venv .*)\n```", README)
    arguments = first.rpartition(".venv/bin/tfcheck ")[2].split()
    (shown,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    assert normal(run(*arguments).out) == normal(shown)
    assert second in (TESTDATA.parent / ".ci" / "run").read_text()


def normal(text: str) -> str:
    """Without the directory around the project, which a checkout inside another repository would show."""
    return re.sub(r"\S*testdata/", "testdata/", text)


def test_readme_lists_the_controls() -> None:
    for control in CONTROLS:
        assert f"| [{control.id}](docs/controls/{control.id}.md) | {control.severity.value.lower()} |" in README


@pytest.mark.parametrize(
    "word", ["--format", "--output", "--control", "--skip", "--standard", "--fail-on", "--source-dir"]
)
def test_readme_names_only_options_that_there_are(run: Callable[..., Run], word: str) -> None:
    shown = run("--help").out
    assert word in README
    assert all(option in shown for option in re.findall(r"`(--[a-z-]+)", README))


def test_list(run: Callable[..., Run]) -> None:
    listed = json.loads(run("list", "--format", "json").out)
    assert [one["id"] for one in listed] == [control.id for control in CONTROLS]
    table = run("list").out
    assert all(control.id in table for control in CONTROLS)
    assert "retired by AWS" in table
