"""Speed as ratios within one run, of the tfcheck that this Python has: `python benchmarks/run.py [SMALL LARGE STACKS]`.

SMALL and LARGE are plans, STACKS a directory of directories of HCL; without them, generated ones: 10 and 20,000 ECS
resources, 550 files in 50 stacks.

The yardsticks are the least that any tool in Python could take: to load the same JSON, to parse the same HCL with
python-hcl2 (its tables built before), and to import the libraries. Ratios hold on any machine, seconds do not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from generate_hcl import generate as generate_hcl
from generate_plan import generate as generate_plan

SMALL, LARGE = 10, 20_000
RUNS_OF_SMALL, RUNS_OF_LARGE = 21, 3
IMPORTS = "import click, tabulate"
PARSES = """
import resource, sys, hcl2
from pathlib import Path
texts = [path.read_text() for path in sorted(Path(sys.argv[1]).rglob("*.tf"))]
hcl2.loads("a = 1\\n")
before = resource.getrusage(resource.RUSAGE_SELF)
for text in texts:
    hcl2.loads(text)
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024)
"""


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


def parsing(stacks: Path, runs: int) -> Cost:
    """What python-hcl2 takes to parse every file, without its start and without reading them."""
    command = [sys.executable, "-c", PARSES, str(stacks)]
    told = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(runs)]
    return min((Cost(*map(float, one.split())) for one in told), key=lambda cost: cost.cpu)


def main(small: Path, large: Path, stacks: Path, directory: Path) -> None:
    """Prints a line for each of the two plans, for all stacks and for one of them."""
    python, tfcheck = [sys.executable, "-c"], [sys.executable, "-m", "tfcheck"]
    report = ["--output", str(directory / "report.txt")]
    base = measure([*python, f"import json; json.load(open({str(large)!r}))"], RUNS_OF_LARGE)
    told(f"{large.name}, json.load", base, measure([*tfcheck, str(large), *report], RUNS_OF_LARGE))
    base = measure([*python, IMPORTS], RUNS_OF_SMALL)
    told(f"{small.name}, {IMPORTS}", base, measure([*tfcheck, str(small), *report], RUNS_OF_SMALL))
    base = parsing(stacks, RUNS_OF_LARGE)
    told(f"{stacks.name}, hcl2.loads", base, measure([*tfcheck, str(stacks), *report], RUNS_OF_LARGE))
    one = min(path for path in stacks.iterdir() if path.is_dir())
    base = measure([*python, IMPORTS], RUNS_OF_SMALL)
    told(f"{one.name}, {IMPORTS}", base, measure([*tfcheck, str(one), *report], RUNS_OF_SMALL))


def generated(count: int, path: Path) -> Path:
    """A plan of that many resources, written there."""
    path.write_text(json.dumps(generate_plan(count), separators=(",", ":")))
    return path


def generated_stacks(path: Path) -> Path:
    """A directory of stacks, written there."""
    generate_hcl(path)
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
        small, large, stacks = (
            map(Path, sys.argv[1:4])
            if sys.argv[1:]
            else (
                generated(SMALL, here / "small.json"),
                generated(LARGE, here / "large.json"),
                generated_stacks(here / "stacks"),
            )
        )
        main(small, large, stacks, here)
