"""What commands cost: CPU time and peak memory, of several in turn."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TIME_LIMIT = 600
# Runs a command and tells what it and what it waited for used. Its own memory is small: Linux counts that of a parent
# into the peak of the process that it starts.
PARENT = """
import os, signal, sys
seconds, directory, *command = sys.argv[1:]
os.chdir(directory)
null = os.open(os.devnull, os.O_RDWR)
to_null = [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)]
pid = os.posix_spawnp(command[0], command, os.environ, file_actions=to_null, setpgroup=0)
ended = False
def end(*_):
    global ended
    ended = True
    os.killpg(pid, signal.SIGKILL)
signal.signal(signal.SIGALRM, end)
signal.alarm(int(seconds))
_, status, used = os.wait4(pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), int(ended))
"""
# The same for a command that measures itself, and prints it.
SMALL = """
import os, sys
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
sys.exit(os.waitstatus_to_exitcode(os.wait4(pid, 0)[1]))
"""


class Failure(Exception):
    """A command did not do what it was to do."""


@dataclass(frozen=True, slots=True)
class Command:
    """Words that a user would type; exits: its codes when it did its work.

    tells: prints CPU time and peak memory itself, since only a part of what it does counts.
    """

    words: tuple[str, ...]
    exits: tuple[int, ...] = (0,)
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time in seconds, user and system: the median of the runs and the least; peak memory in MiB.

    whole: it was not ended for taking too long; else it costs at least this.
    """

    cpu: float
    least: float
    memory: float
    whole: bool = True


def in_turn(
    commands: Mapping[str, Command], runs: int, budget: float, directory: Path, seconds: int = TIME_LIMIT
) -> dict[str, Cost]:
    """What each costs. They run in turn, so that what else the machine does meets all alike.

    runs: how often at most; budget: what took so many seconds of CPU in all its runs is not run again. seconds: when
    a run is ended. A command that fails is told of, and left out.
    """
    told: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name in list(told):
            if sum(one.cpu for one in told[name]) < budget and all(one.whole for one in told[name]):
                try:
                    told[name].append(one_run(commands[name], directory, seconds))
                except Failure as error:
                    print(f"left out: {name}: {error}", file=sys.stderr)
                    del told[name]
    return {name: together(costs) for name, costs in told.items()}


def together(costs: Sequence[Cost]) -> Cost:
    """One cost of several runs."""
    return Cost(
        cpu=median(one.cpu for one in costs),
        least=min(one.least for one in costs),
        memory=median(one.memory for one in costs),
        whole=all(one.whole for one in costs),
    )


def one_run(command: Command, directory: Path, seconds: int) -> Cost:
    """What one run costs, in an empty directory. Raises Failure where it did not do its work."""
    parent = (SMALL,) if command.tells else (PARENT, str(seconds), str(directory))
    words = (sys.executable, "-I", "-S", "-c", *parent, *command.words)
    done = subprocess.run(words, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(command.words)}: {done.stderr.strip()}")
    cpu, memory, code, ended = (float(word) for word in (*done.stdout.split(), "0", "0")[:4])
    if not ended and code not in command.exits:
        raise Failure(f"exit {code:.0f}: {' '.join(command.words)}")
    return Cost(cpu, cpu, memory, whole=not ended)
