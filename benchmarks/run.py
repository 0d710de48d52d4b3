"""Speed as ratios within one run: `python benchmarks/run.py [SMALL LARGE]`, with the tfcheck that this Python has.

SMALL and LARGE are plans; without them, generated ones of 10 and of 20,000 ECS resources.

The yardsticks are the least that any tool in Python could take: to load the same JSON, and to import the libraries.
Ratios hold on any machine, seconds do not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from generate_plan import generate

SMALL, LARGE = 10, 20_000
RUNS_OF_SMALL, RUNS_OF_LARGE = 21, 3


@dataclass(frozen=True)
class Cost:
    """CPU time in seconds, peak memory in MiB."""

    cpu: float
    memory: float


def measure(command: list[str], runs: int) -> Cost:
    """The median of several runs, each in a process of its own."""
    costs = sorted((one_run(command) for _ in range(runs)), key=lambda cost: cost.cpu)
    return costs[len(costs) // 2]


def one_run(command: list[str]) -> Cost:
    """One run, measured by a parent of its own: peak memory is told of all children together."""
    script = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
    )
    told = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=True)
    cpu, memory = map(float, told.stdout.split())
    return Cost(cpu, memory)


def main(small: Path, large: Path, directory: Path) -> None:
    """Prints a line for each of the two plans."""
    python, tfcheck = [sys.executable, "-c"], [sys.executable, "-m", "tfcheck"]
    report = ["--output", str(directory / "report.txt")]
    base = measure([*python, f"import json; json.load(open({str(large)!r}))"], RUNS_OF_LARGE)
    told(f"{large.name}, json.load", base, measure([*tfcheck, str(large), *report], RUNS_OF_LARGE))
    base = measure([*python, "import click, tabulate"], RUNS_OF_SMALL)
    told(f"{small.name}, import click, tabulate", base, measure([*tfcheck, str(small), *report], RUNS_OF_SMALL))


def generated(count: int, path: Path) -> Path:
    """A plan of that many resources, written there."""
    path.write_text(json.dumps(generate(count), separators=(",", ":")))
    return path


def told(name: str, base: Cost, ours: Cost) -> None:
    """One line: the yardstick, ours, and the ratios."""
    print(
        f"{name}: {base.cpu:.3f} s, {base.memory:.0f} MiB; tfcheck: {ours.cpu:.3f} s, {ours.memory:.0f} MiB; "
        f"CPU x {ours.cpu / base.cpu:.2f}, memory x {ours.memory / base.memory:.2f}"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        given = [Path(path) for path in sys.argv[1:3]]
        small, large = given or (generated(SMALL, here / "small.json"), generated(LARGE, here / "large.json"))
        main(small, large, here)
