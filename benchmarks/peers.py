"""Other tools that judge ECS in Terraform: how their users run them, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from measuring import Command

# The words for a plan and for a directory of HCL; None: the tool does not read that.
TOOLS: dict[str, dict[str, tuple[str, ...] | None]] = {
    "checkov": {
        "plan": ("--framework", "terraform_plan", "--skip-download", "--compact", "--file"),
        "hcl": ("--framework", "terraform", "--skip-download", "--compact", "--directory"),
    },
    "trivy": {
        "plan": ("config", "--skip-check-update", "--skip-version-check", "--disable-telemetry"),
        "hcl": ("config", "--skip-check-update", "--skip-version-check", "--disable-telemetry"),
    },
    "tf-nag": {"plan": ("scan", "--plan-json"), "hcl": None},
}


def found(given: Sequence[str]) -> dict[str, str]:
    """The program of each tool that is there: NAME=PROGRAM as given, else from PATH."""
    programs = dict(one.split("=", 1) for one in given)
    if unknown := programs.keys() - TOOLS:
        raise ValueError(f"{', '.join(sorted(unknown))}: not one of {', '.join(TOOLS)}")
    programs = {name: programs.get(name) or shutil.which(name) or "" for name in TOOLS}
    return {name: program for name, program in programs.items() if program}


def commands(programs: dict[str, str], kind: str, path: str) -> dict[str, Command]:
    """What each tool's user would type for that input; findings may be its exit 1."""
    words = {name: TOOLS[name][kind] for name in programs}
    return {
        name: Command((programs[name], *options, path), exits=(0, 1))
        for name, options in words.items()
        if options is not None
    }
