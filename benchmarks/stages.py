"""What the time of a run consists of: `python benchmarks/stages.py PLAN`."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

from comparing import table

RUNS = 15
# CPU time since the process began, at each step that tfcheck itself tells of, and at two that it does not.
SCRIPT = """
import time
marks = [("the interpreter", time.process_time())]
def mark(name):
    marks.append((name, time.process_time()))
import gc
gc.disable()
import click
mark("import click")
import json, os, sys
import tfcheck.cli as cli
from tfcheck.__main__ import run
mark("import tfcheck")
from tfcheck import changes
from tfcheck.terraform import read
class Marks:
    parts = iter(("options, configuration, list of controls", "reading: rows to blocks", "deciding: controls"))
    def step(self, label):
        mark(next(self.parts))
    def end(self):
        pass
def document(*words, made=read._document):
    result = made(*words)
    mark("reading: file and JSON")
    return result
def adapt(blocks, made=changes.adapt):
    mark("deciding: controls")
    result = list(made(blocks))
    mark("deciding: blocks to inputs")
    return result
def leave(code, end=os._exit):
    mark("reporting")
    print(json.dumps(marks), flush=True)
    end(code)
cli.Progress, read._document, changes.adapt, os._exit = Marks, document, adapt, leave
sys.argv[1:] = [sys.argv[1], "--output", sys.argv[2]]
run()
"""
PARTS = (
    "the interpreter",
    "import click",
    "import tfcheck",
    "options, configuration, list of controls",
    "reading: file and JSON",
    "reading: rows to blocks",
    "deciding: blocks to inputs",
    "deciding: controls",
    "reporting",
    "the end of the process",
)


def stages(plan: Path, directory: Path, runs: int = RUNS) -> dict[str, float]:
    """Seconds of CPU for each part of a run: medians."""
    told = [one_run(plan, directory) for _ in range(runs)]
    return {part: median(one[part] for one in told) for part in PARTS}


def one_run(plan: Path, directory: Path) -> dict[str, float]:
    """Seconds of CPU for each part of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "-c", SCRIPT, str(plan), str(directory / "stages.txt")]
    done = subprocess.run(words, cwd=directory, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return parts([*json.loads(done.stdout), (PARTS[-1], whole)])


def parts(marks: list[tuple[str, float]]) -> dict[str, float]:
    """What passed up to each mark since the one before; marks of one name together."""
    found: dict[str, float] = {}
    before = 0.0
    for name, time in marks:
        found[name] = found.get(name, 0.0) + time - before
        before = time
    return found


def stage_table(found: dict[str, float]) -> str:
    """The parts of a run, in milliseconds and as shares."""
    whole = sum(found.values())
    rows = [(name, f"{time * 1_000:.1f} ms", f"{time / whole:.0%}") for name, time in found.items()]
    return table(("part", "CPU", "share"), [*rows, ("together", f"{whole * 1_000:.1f} ms", "100%")])


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        print(stage_table(stages(Path(sys.argv[1]).resolve(), Path(name))))
