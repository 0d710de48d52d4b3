"""How much a run may make, since what is judged may be hostile. What passes a bound is told, and never judged as good.

A step is one expression evaluated, or one item that a loop goes through: a few microseconds.
"""

from __future__ import annotations

from tfcheck.limits import most
from tfcheck.records import dataclass, field

# Of each root module, and how many times that all of them may take together.
MOST_ROOTS = most("ROOTS")
MOST_LEVELS = most("MODULE_LEVELS")
MOST_MODULES = most("MODULES")
MOST_RESOURCES = most("RESOURCES")
MOST_INSTANCES = most("INSTANCES")

# Evaluating.
MOST_STEPS = most("STEPS")
MOST_STEPS_AT_ONCE = MOST_STEPS * 2 // 5
MOST_VALUES = most("VALUES")
MOST_EXPRESSION_LEVELS = 250
MOST_CHARACTERS = most("CHARACTERS")
MOST_OPEN_ELEMENTS = 1000
MOST_PATTERN_CHARACTERS = 10_000
MOST_MATCHES = 100_000
MOST_SECONDS_IN_PATTERNS = 1.0
MOST_FILE_BYTES = most("FILE_BYTES")
MOST_FILES = most("FILES")

# Reading: bytes of all files of one directory, tokens of one block, sequences and pieces of one template, values of one
# file in JSON, damaged places of one file, problems of one directory.
MOST_DIRECTORY_BYTES = 2**26
MOST_SOURCES_BYTES = most("SOURCES_BYTES")
MOST_TOKENS = 250_000
MOST_SEQUENCES = 50_000
MOST_TEMPLATE_PIECES = 250_000
MOST_JSON_VALUES = 500_000
MOST_JSON_LEVELS = 100
MOST_FAULTS = 100
MOST_PROBLEMS = 1000
MOST_REFERENCE_STEPS = 1000
LARGEST_EXPONENT = 4096


@dataclass(slots=True)
class Pool:
    """What is left for all root modules of a run together, of which a repository may hold any number."""

    steps: int = MOST_ROOTS * MOST_STEPS
    values: int = MOST_ROOTS * MOST_VALUES
    modules: int = MOST_ROOTS * MOST_MODULES
    resources: int = MOST_ROOTS * MOST_RESOURCES
    source_bytes: int = MOST_SOURCES_BYTES


@dataclass(slots=True)
class Tally:
    """How many instances of modules and of resources one root module has made so far."""

    modules: int = 0
    resources: int = 0
    pool: Pool = field(default_factory=Pool)

    def add_module(self) -> str | None:
        """Counts one; the limit, by its name, that is passed with it."""
        self.modules += 1
        self.pool.modules -= 1
        return "MODULES" if self.modules > MOST_MODULES else "ROOTS" if self.pool.modules < 0 else None

    def add_resources(self, count: int) -> str | None:
        """The same for so many resources."""
        self.resources += count
        self.pool.resources -= count
        return "RESOURCES" if self.resources > MOST_RESOURCES else "ROOTS" if self.pool.resources < 0 else None

    @property
    def exhausted(self) -> bool:
        """Is it enough? What is left is not judged then."""
        here = self.modules > MOST_MODULES or self.resources > MOST_RESOURCES
        return here or min(self.pool.modules, self.pool.resources) < 0
