"""Costs -> ratios, growth, goals, and their tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from measuring import Cost

TFCHECK, IMPORTS, JSON, HCL = "tfcheck", "import click, tabulate", "json.load", "hcl2.loads"
# Growth is linear when each further item costs at most this much more than it did at smaller sizes.
LINEAR = 1.2
Kind = Literal["plan", "hcl", "other"]
NONE = "–"


@dataclass(frozen=True, slots=True)
class Case:
    """An input and what each command took for it; items: resources of a plan, else files; size in bytes."""

    kind: Kind
    items: int
    size: int
    costs: dict[str, Cost]

    @property
    def name(self) -> str:
        """What it is called in a table."""
        what = {"plan": "resources", "hcl": "files", "other": "files without ECS"}[self.kind]
        return f"{self.items:,} {what if self.items > 1 else what.removesuffix('s')}"


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as much one takes as another: of the medians, of the least; exact: neither was ended early."""

    median: float
    least: float
    exact: bool = True

    def __str__(self) -> str:
        return f"{'' if self.exact else 'over '}{self.median:.2f} ({self.least:.2f})"


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to hold, what was measured, and whether it holds; met: None where it was not measured."""

    text: str
    measured: str
    met: bool | None


def ratio(case: Case, one: str, other: str) -> Ratio | None:
    """CPU time of one to that of another; None where either was not measured."""
    if one not in case.costs or other not in case.costs:
        return None
    a, b = case.costs[one], case.costs[other]
    return Ratio(a.cpu / b.cpu, a.least / b.least, exact=a.whole and b.whole)


def memory(case: Case, one: str, other: str) -> float | None:
    """Peak memory of one to that of another."""
    if one not in case.costs or other not in case.costs:
        return None
    return case.costs[one].memory / case.costs[other].memory


def further(smaller: Case, larger: Case) -> float:
    """Seconds of tfcheck for each item that the larger has more, of the least times."""
    more = larger.costs[TFCHECK].least - smaller.costs[TFCHECK].least
    return more / (larger.items - smaller.items)


def growth(cases: Sequence[Case]) -> float | None:
    """How many times as much a further item costs in the last step as in the one before, by size; None: too few."""
    if len(cases) < 3:
        return None
    first, middle, last = cases[-3:]
    return further(middle, last) / further(first, middle)


def of(cases: Iterable[Case], kind: Kind) -> list[Case]:
    """The cases of a kind, by size."""
    return sorted((one for one in cases if one.kind == kind), key=lambda one: one.items)


def goals(cases: Sequence[Case]) -> list[Goal]:
    """What was aimed at, and what came out."""
    plans, hcl, other = of(cases, "plan"), of(cases, "hcl"), of(cases, "other")
    steps = [one for one in plans if one.items in (1_000, 20_000, 100_000)]
    return [
        at_most("plan of 10 resources", plans, 10, IMPORTS, 1.6),
        at_most("plan of 1,000 resources", plans, 1_000, IMPORTS, 3.0),
        at_most("plan of 20,000 resources", plans, 20_000, JSON, 2.0),
        memory_at_most("plan of 20,000 resources", plans, 20_000, JSON, 1.1),
        linear(f"plans up to 100,000 resources: a further one at most {LINEAR} times as much", steps),
        at_most("HCL of one stack, 11 files", hcl, 11, IMPORTS, 2.5),
        at_most("HCL of 550 files", hcl, 550, HCL, 0.4),
        at_most("1,500 files without ECS", other, 1_500, IMPORTS, 4.0),
        *(at_least(f"plans of 1,000 and more, {peer}", plans, peer, 10.0, 1_000) for peer in ("checkov", "trivy")),
        *(at_least(f"HCL, {peer}", hcl, peer, 4.0, 1) for peer in ("checkov", "trivy")),
    ]


def at_most(text: str, cases: Sequence[Case], items: int, other: str, limit: float) -> Goal:
    """CPU time of tfcheck is at most that many times another's."""
    found = next((ratio(one, TFCHECK, other) for one in cases if one.items == items), None)
    goal = f"{text}: at most {limit} times {other}"
    return Goal(goal, NONE, None) if found is None else Goal(goal, str(found), found.median <= limit)


def memory_at_most(text: str, cases: Sequence[Case], items: int, other: str, limit: float) -> Goal:
    """Peak memory of tfcheck is at most that many times another's."""
    found = next((memory(one, TFCHECK, other) for one in cases if one.items == items), None)
    goal = f"{text}: at most {limit} times the peak memory of {other}"
    return Goal(goal, NONE, None) if found is None else Goal(goal, f"{found:.2f}", found <= limit)


def at_least(text: str, cases: Sequence[Case], peer: str, limit: float, items: int) -> Goal:
    """A peer takes at least that many times the CPU time of tfcheck, for all inputs from a size on."""
    found = [one for one in (ratio(one, peer, TFCHECK) for one in cases if one.items >= items) if one is not None]
    goal = f"{text}: at least {limit:.0f} times tfcheck"
    if not found:
        return Goal(goal, NONE, None)
    worst = min(found, key=lambda one: one.median)
    return Goal(goal, str(worst), worst.median >= limit)


def linear(text: str, cases: Sequence[Case]) -> Goal:
    """A further item costs no more than it did."""
    found = growth(cases)
    return Goal(text, NONE, None) if found is None else Goal(text, f"{found:.2f}", found <= LINEAR)


def goal_table(found: Sequence[Goal]) -> str:
    """What was aimed at, and what came out."""
    met = {True: "met", False: "not met", None: "not measured"}
    return table(("goal", "measured", ""), [(one.text, one.measured, met[one.met]) for one in found])


def cost_table(cases: Sequence[Case], other: str) -> str:
    """What tfcheck takes for inputs of one kind, by size, beside the imports and another yardstick."""
    rows = []
    for place, case in enumerate(cases):
        cost = case.costs[TFCHECK]
        before = cases[place - 1] if place else None
        rows.append(
            (
                case.name,
                size(case.size),
                seconds(cost),
                f"{cost.memory:.0f} MiB",
                NONE if before is None else f"{further(before, case) * 1_000:.3f} ms",
                shown(ratio(case, TFCHECK, IMPORTS)),
                shown(ratio(case, TFCHECK, other)),
                NONE if (least := memory(case, TFCHECK, other)) is None else f"{least:.2f}",
            )
        )
    columns = ("input", "size", "CPU", "memory", "each further", "× imports", f"× {other}", f"memory × {other}")
    return table(columns, rows)


def peer_table(cases: Sequence[Case], peers: Sequence[str]) -> str:
    """What the peers take beside tfcheck: CPU time, peak memory, and how many times the CPU time of tfcheck."""
    rows = [
        (case.kind, case.name, brief(case, TFCHECK), *(brief(case, peer) for peer in peers))
        for case in cases
        if any(peer in case.costs for peer in peers)
    ]
    return table(("kind", "input", TFCHECK, *peers), rows)


def brief(case: Case, name: str) -> str:
    """CPU time, memory and ratio in one cell."""
    if name not in case.costs:
        return NONE
    cost = case.costs[name]
    told = f"{seconds(cost)}, {cost.memory:,.0f} MiB"
    return told if name == TFCHECK else f"{told}, × {ratio(case, name, TFCHECK)}"


def seconds(cost: Cost) -> str:
    """The median of CPU time, and the least."""
    return f"{'' if cost.whole else 'over '}{cost.cpu:.3f} ({cost.least:.3f}) s"


def size(number: int) -> str:
    """Bytes as people read them."""
    return f"{number / 1e6:.1f} MB" if number >= 1e5 else f"{number / 1e3:.1f} kB"


def shown(found: Ratio | None) -> str:
    """A ratio in a cell."""
    return NONE if found is None else str(found)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown: the first column to the left, numbers to the right."""
    rule = ["---", *("---:" for _ in columns[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, rule, *rows))
