"""What an expression is evaluated in: its file, what its names mean, the files it may read, and its bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tfcheck.limits import more
from tfcheck.records import dataclass, field, replace
from tfcheck.terraform.hcl.bounds import MOST_EXPRESSION_LEVELS, MOST_STEPS, MOST_STEPS_AT_ONCE, MOST_VALUES, Pool
from tfcheck.terraform.hcl.functions.files import Files
from tfcheck.terraform.hcl.values import EvaluationFault, Source, Value
from tfcheck.values import SourceLocation

# A reference's root and the names after it that belong to it: ("var", ("image",)), ("aws_ecs_cluster", ("main",)),
# ("data", ("aws_region", "current")), ("self", ()). Raises EvaluationFault where nothing has that name.
Resolve = Callable[[str, tuple[str, ...]], Value]


@dataclass(slots=True)
class Budget:
    """How much may still be evaluated; one for a whole run, since values are evaluated on demand from one another.

    reserve: what the expression under way must leave to others: one alone cannot keep all others from a verdict.
    values: how many may still be judged. pool: what is left for all root modules; shared: the steps when it was last
    told.
    """

    steps: int = MOST_STEPS
    values: int = MOST_VALUES
    level: int = 0
    reserve: int = 0
    pool: Pool = field(default_factory=Pool)
    shared: int = field(init=False)

    def __post_init__(self) -> None:
        self.shared = self.steps

    def enter(self) -> None:
        """Begin an expression. Raises EvaluationFault where it is nested too deeply, or too much was evaluated."""
        if self.level >= MOST_EXPRESSION_LEVELS:
            raise EvaluationFault("it is nested too deeply", limit=True)
        if self.level == 0:
            self._share()
            self.reserve = max(self.steps - MOST_STEPS_AT_ONCE, 0)
        self.spend(1)
        self.level += 1

    def _share(self) -> None:
        """Count what was spent here for all. Raises EvaluationFault where all together spent too much."""
        self.pool.steps -= self.shared - self.steps
        self.shared = self.steps
        if self.pool.steps < 0:
            raise EvaluationFault(f"evaluating all root modules takes too much work{more('ROOTS')}", limit=True)

    def leave(self) -> None:
        """End an expression."""
        self.level -= 1

    def spend(self, steps: int) -> None:
        """Count work that was done. Raises EvaluationFault where it was too much."""
        self.steps -= steps
        if self.steps < self.reserve:
            raise EvaluationFault(f"evaluating takes too much work{more('STEPS')}", limit=True)

    def hand_over(self, values: int) -> None:
        """Count values that are going to be judged. Raises EvaluationFault where they are too many."""
        self.values -= values
        self.pool.values -= values
        if self.values < 0 or self.pool.values < 0:
            limit = "VALUES" if self.values < 0 else "ROOTS"
            raise EvaluationFault(f"there is too much to judge{more(limit)}", limit=True)


def refuse(root: str, names: tuple[str, ...]) -> Value:
    """Resolves nothing."""
    raise EvaluationFault("there is nothing of this name")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is evaluated.

    source: the file into which its offsets count, None where places do not matter. resolve: what references stand for.
    names: the variables of `for` and of templates, and the iterators of dynamic blocks; they hide references. files:
    None where no file may be read. required: gives the sources of its required providers, by local name.
    """

    source: Source | None = None
    resolve: Resolve = refuse
    names: Mapping[str, Value] = field(default_factory=dict)
    files: Files | None = None
    budget: Budget = field(default_factory=Budget)
    required: Callable[[], Mapping[str, str]] | None = None

    def location(self, start: int, end: int) -> SourceLocation | None:
        """The place of a part of the file."""
        return None if self.source is None else self.source.location(start, end)

    def binding(self, **names: Value) -> Scope:
        """The same scope with further variables."""
        return replace(self, names={**self.names, **names})
