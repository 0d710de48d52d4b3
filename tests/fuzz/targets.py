"""The targets: by name, what is tried, and how its inputs are changed.

`python tests/fuzz/run.py TARGET SECONDS` tries one for long, with atheris; test_corpus.py tries all for a moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fuzz import language, mutations, wholes


@dataclass(frozen=True)
class Target:
    """A function that asserts what must be so of an input, and what makes other inputs out of one."""

    try_one: Callable[[bytes], None]
    mutate: mutations.Mutation


TARGETS = {
    "plan": Target(wholes.plans, mutations.of_json),
    "directory": Target(wholes.directories, mutations.of_files),
    "overlay": Target(wholes.overlays, mutations.of_files),
    "scan": Target(language.scanned, mutations.of_text),
    "syntax": Target(language.parsed, mutations.of_text),
    "json": Target(language.in_json, mutations.of_json),
    "expression": Target(language.expressions, mutations.of_text),
    "template": Target(language.templates, mutations.of_text),
    "address": Target(language.addresses, mutations.of_text),
    "ignores": Target(wholes.ignores, mutations.of_text),
    "planfile": Target(wholes.planfiles, mutations.of_zip),
    "configuration": Target(wholes.configurations, mutations.of_text),
    "baseline": Target(wholes.baselines, mutations.of_json),
    "tfvars": Target(wholes.tfvars, mutations.of_text),
}
