"""Whatever the sources are, they change no verdict that the plan alone decides: they only add to what it knows."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TESTDATA

from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.findings import Status, check
from tfcheck.terraform import overlay
from tfcheck.terraform.adapt import adapt
from tfcheck.terraform.block import Reading
from tfcheck.terraform.read import read

CASES = sorted(path.parent for path in TESTDATA.glob("*/*/plan.json") if (path.parent / "main.tf").exists())
CONTROLS = catalogue(Settings())
DECIDED = (Status.FAILED, Status.PASSED, Status.NOT_APPLICABLE)
# What a stranger would write in place of what the plan was made from, so that nothing fails.
OPPOSITES = {
    "true": "false",
    "false": "true",
    '"root"': '"1000"',
    '"host"': '"awsvpc"',
    '"disabled"': '"enabled"',
    '"DISABLED"': '"ENABLED"',
    '"1.3.0"': '"LATEST"',
    "privileged": "readonlyRootFilesystem",
    "AWS_SECRET_ACCESS_KEY": "COLOR",
    "user": "image",
    "count": "for_each",
}

Verdicts = dict[tuple[str, str], Status]
Change = Callable[[str, random.Random], str]


def verdicts(reading: Reading) -> Verdicts:
    return {(one.resource.address, one.control.id): one.status for one in check(CONTROLS, adapt(reading.blocks))}


def opposite(text: str, _: random.Random) -> str:
    pattern = "|".join(re.escape(word) for word in OPPOSITES)
    return re.sub(pattern, lambda found: OPPOSITES[found[0]], text)


def half(text: str, chance: random.Random) -> str:
    """Half of the top-level blocks."""
    blocks = re.split(r"^(?=\w)", text, flags=re.MULTILINE)
    return "".join(block for block in blocks if chance.random() < 0.5)


def thinned(text: str, chance: random.Random) -> str:
    """Without a third of the lines that set something."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if "=" not in line or chance.random() < 0.66)


def moved(text: str, chance: random.Random) -> str:
    """With the values of attributes exchanged."""
    values = re.findall(r"= (\S.*)$", text, flags=re.MULTILINE)
    return re.sub(r"= (\S.*)$", lambda _: f"= {chance.choice(values)}", text, flags=re.MULTILINE)


def written_without_meaning(text: str, _: random.Random) -> str:
    return re.sub(r"= .*$", "= null", text, flags=re.MULTILINE)


CHANGES: list[Change] = [opposite, half, thinned, moved, written_without_meaning]


def worse(alone: Verdicts, given: Verdicts) -> dict[tuple[str, str], tuple[Status, Status]]:
    """What the sources change. That a control does not apply may become known of what passes, and the other way."""
    well = (Status.PASSED, Status.NOT_APPLICABLE)
    return {
        key: (status, given[key])
        for key, status in alone.items()
        if given[key] is not status and not (status in well and given[key] in well)
    }


def decided_alone(plan: Path) -> Verdicts:
    return {key: status for key, status in verdicts(read(str(plan))).items() if status in DECIDED}


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_changed_sources_change_no_verdict_of_the_plan(case: Path, tmp_path: Path) -> None:
    plan = case / "plan.json"
    expected = decided_alone(plan)
    for change in CHANGES:
        directory = tmp_path / change.__name__
        shutil.copytree(case, directory)
        chance = random.Random(case.name)  # noqa: S311 - the same damage in every run
        for file in sorted(directory.rglob("*.tf")):
            file.write_text(change(file.read_text(), chance))
        reading = read(str(plan))
        sources = overlay.find(reading, str(plan), directory)
        assert sources is not None
        given = verdicts(overlay.joined(reading, sources))
        assert worse(expected, given) == {}, change


def test_sources_of_another_configuration_change_no_verdict(tmp_path: Path) -> None:
    for place, case in enumerate(CASES):
        plan = case / "plan.json"
        reading, other = read(str(plan)), CASES[(place + 7) % len(CASES)]
        sources = overlay.find(reading, str(plan), other)
        assert sources is not None
        given = verdicts(overlay.joined(reading, sources))
        expected = decided_alone(plan)
        assert worse(expected, given) == {}, case
