"""Speed and memory of the tfcheck that this Python has, as ratios within one run.

`python benchmarks/run.py` generates plans, HCL and a repository without ECS, runs tfcheck and its yardsticks on them
in turn, and prints Markdown; `--into docs/performance.md` puts it there. The yardsticks are the least that any tool in
Python could take: to import the libraries, to load the same JSON, to parse the same HCL with python-hcl2 (its tables
built before); and the other tools that are installed. Ratios hold on any machine, seconds do not.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import generate_hcl
import generate_other
import generate_plan
import peers
from comparing import HCL, IMPORTS, JSON, TFCHECK, Case, Kind, cost_table, goal_table, goals, growth, peer_table
from measuring import Command, in_turn
from stages import stage_table, stages

PARTS = ("plans", "hcl", "other", "peers", "stages")
PLANS, QUICK_PLANS = (10, 100, 1_000, 10_000, 20_000, 100_000), (10, 1_000, 20_000)
# Stacks of eleven files each; 0 is one file.
STACKS, QUICK_STACKS = (0, 1, 10, 50, 100, 910), (1, 50)
PEER_PLANS, PEER_STACKS, LARGEST_PARSED = (1_000, 10_000), (1, 50), 50
FILES_OF_A_STACK, SERVICES_OF_A_STACK = 11, 10
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
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


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure, and how; directory: where the inputs are generated."""

    directory: Path
    only: tuple[str, ...]
    quick: bool
    runs: int
    budget: float
    programs: dict[str, str]
    plan_generator: str | None
    hcl_generator: str | None
    into: Path | None


def main(options: Options) -> None:
    """Prints the tables, each as soon as it is there, and puts them into the file that was named."""
    told: list[str] = []
    for text in sections(options):
        told.append(text)
        print(f"{text}\n", flush=True)
    if options.into is not None:
        page = options.into.read_text(encoding="utf-8")
        options.into.write_text(put(page, "\n\n".join(told)), encoding="utf-8")


def put(page: str, measured: str) -> str:
    """The page with what was measured between the two marks. Raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"no {BEGIN} with {END} behind it")
    return f"{before}{begin}\n\n{measured}\n\n{end}{after}"


def sections(options: Options) -> Iterator[str]:
    """What there is to say, in its order."""
    yield machine()
    measured: list[Case] = []
    for title, kind, cases in (
        ("Plans", "plan", plans(options)),
        ("HCL", "hcl", stacks(options)),
        ("A repository without ECS", "other", others(options)),
    ):
        found = [told(case) for case in cases if TFCHECK in case.costs]
        measured += found
        if found:
            yield f"### {title}\n\n{cost_table(found, JSON if kind == 'plan' else HCL)}"
        if (ratio := growth(found)) is not None:
            sizes = f"{found[-2].name} to {found[-1].name}"
            yield f"From {sizes}, each further one costs {ratio:.2f} times what it did before."
    if any(name in case.costs for case in measured for name in options.programs):
        yield f"### Other tools\n\n{versions(options.programs)}"
        yield peer_table(measured, list(options.programs))
    if "stages" in options.only:
        yield "### What the time consists of"
        for count, runs in ((10, options.runs), (20_000, 3)):
            parts = stages(plan_of(count, options), options.directory, runs)
            yield f"A plan of {count:,} resources:\n\n{stage_table(parts)}"
    yield f"### Goals\n\n{goal_table(goals(measured))}"


def plans(options: Options) -> Iterator[Case]:
    """Plans, by size."""
    wanted = set(PEER_PLANS[:1] if options.quick else PEER_PLANS) if "peers" in options.only else set()
    sizes = (QUICK_PLANS if options.quick else PLANS) if "plans" in options.only else ()
    for count in sorted({*sizes, *wanted}):
        path = plan_of(count, options)
        commands = {
            IMPORTS: python(IMPORTS),
            JSON: python("import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))", path),
            TFCHECK: tfcheck(path, options.directory),
        }
        with_peers = peers.commands(options.programs, "plan", str(path)) if count in wanted else {}
        yield case("plan", count, path, commands | with_peers, options)
        path.unlink()


def stacks(options: Options) -> Iterator[Case]:
    """Directories of root modules, by size."""
    wanted = set(PEER_STACKS) if "peers" in options.only else set()
    sizes = (QUICK_STACKS if options.quick else STACKS) if "hcl" in options.only else ()
    for count in sorted({*sizes, *wanted}):
        path = stacks_of(count, options)
        commands = {IMPORTS: python(IMPORTS), TFCHECK: tfcheck(path, options.directory)}
        if count <= LARGEST_PARSED:
            commands[HCL] = Command(python(PARSES, path).words, tells=True)
        with_peers = peers.commands(options.programs, "hcl", str(path)) if count in wanted else {}
        files = count * FILES_OF_A_STACK or 1
        yield case("hcl", files, path, commands | with_peers, options)


def others(options: Options) -> Iterator[Case]:
    """A repository without ECS."""
    if "other" in options.only:
        path = options.directory / "other"
        generate_other.generate(path)
        commands = {IMPORTS: python(IMPORTS), TFCHECK: tfcheck(path, options.directory, exits=(0,))}
        yield case("other", generate_other.FILES, path, commands, options)


def case(kind: Kind, items: int, path: Path, commands: dict[str, Command], options: Options) -> Case:
    """What each command costs for an input."""
    empty = options.directory / "empty"
    empty.mkdir(exist_ok=True)
    return Case(kind, items, size_of(path), in_turn(commands, options.runs, options.budget, empty))


def told(case: Case) -> Case:
    """The case, and a line on standard error that it is done."""
    print(f"measured: {case.name}", file=sys.stderr)
    return case


def plan_of(count: int, options: Options) -> Path:
    """A plan of that many resources."""
    path = options.directory / f"plan-{count}.json"
    if options.plan_generator is None:
        generate_plan.write(count, path)
    else:
        subprocess.run([sys.executable, options.plan_generator, str(count), str(path)], check=True)
    return path


def stacks_of(count: int, options: Options) -> Path:
    """A directory of that many stacks, or of one file."""
    path = options.directory / f"stacks-{count}"
    if options.hcl_generator is not None:
        services = str(count * SERVICES_OF_A_STACK or 1)
        subprocess.run([sys.executable, options.hcl_generator, str(path), services], check=True)
    elif count:
        generate_hcl.generate(path, count)
    else:
        generate_hcl.generate_one(path)
    return path


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files below a directory."""
    return sum(one.stat().st_size for one in ([path] if path.is_file() else path.rglob("*")) if one.is_file())


def tfcheck(path: Path, directory: Path, exits: tuple[int, ...] = (1,)) -> Command:
    """As it is installed beside this Python: the default table, into a file."""
    script = Path(sys.executable).with_name("tfcheck")
    words = (str(script),) if script.is_file() else (sys.executable, "-m", "tfcheck")
    return Command((*words, str(path), "--output", str(directory / "report.txt")), exits)


def python(script: str, *arguments: Path) -> Command:
    """A script of this Python."""
    return Command((sys.executable, "-c", script, *map(str, arguments)))


def machine() -> str:
    """What the numbers were measured with."""
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in ("tfcheck", "click", "python-hcl2", "lark"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}. Times are medians, in brackets the least."
    )


def processor() -> str:
    """What the processor calls itself."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    return next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), platform.machine())


def versions(programs: dict[str, str]) -> str:
    """The version of each peer, the last word of what it says."""
    said = {name: first_line([program, "--version"]) for name, program in programs.items()}
    return "; ".join(f"{name} {text.split()[-1] if text else '?'}" for name, text in said.items())


def first_line(words: list[str]) -> str:
    """The first line that a command prints."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return next(iter(done.stdout.splitlines()), "")


def options_of(directory: Path, words: Sequence[str] | None = None) -> Options:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add: Callable[..., object] = parser.add_argument
    add("--only", action="append", choices=PARTS, help="measure this part; repeatable; default: all")
    add("--quick", action="store_true", help="few sizes, of which none takes long")
    add("--runs", type=int, default=15, metavar="N", help="at most so many runs of each command (15)")
    add("--budget", type=float, default=15.0, metavar="SECONDS", help="no further run of what took so much CPU (15)")
    add("--peer", action="append", default=[], metavar="NAME=PROGRAM", help=f"of {', '.join(peers.TOOLS)}; else PATH's")
    add("--plan-generator", metavar="SCRIPT", help="called with COUNT FILE, in place of generate_plan.py")
    add("--hcl-generator", metavar="SCRIPT", help="called with DIRECTORY SERVICES, ten a stack")
    add("--into", type=Path, metavar="FILE", help="put the tables into this page, between its two marks")
    given = parser.parse_args(words)
    try:
        programs = peers.found(given.peer)
    except ValueError as error:
        parser.error(f"--peer: {error}")
    return Options(
        directory=directory,
        only=tuple(given.only or PARTS),
        quick=given.quick,
        runs=given.runs,
        budget=given.budget,
        programs=programs,
        plan_generator=given.plan_generator,
        hcl_generator=given.hcl_generator,
        into=given.into,
    )


if __name__ == "__main__":
    with TemporaryDirectory(prefix="tfcheck-benchmarks-") as name:
        main(options_of(Path(name)))
