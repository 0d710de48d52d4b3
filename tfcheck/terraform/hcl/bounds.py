"""How much a run may make, since what is judged may be hostile."""

from __future__ import annotations

from tfcheck.records import dataclass

MOST_LEVELS = 30
MOST_MODULES = 10_000
MOST_RESOURCES = 50_000


@dataclass(slots=True)
class Tally:
    """How many instances of modules and of resources a run has made so far."""

    modules: int = 0
    resources: int = 0

    @property
    def exhausted(self) -> bool:
        """Is it enough? What is left is not judged then."""
        return self.modules > MOST_MODULES or self.resources > MOST_RESOURCES
