"""How much a run may make, since what is judged may be hostile. What passes a bound is told, and never judged as good.

A step is one expression evaluated, or one item that a loop goes through: a few microseconds.
"""

from __future__ import annotations

from tfcheck.limits import most
from tfcheck.records import dataclass

# Modules and resources.
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
class Tally:
    """How many instances of modules and of resources a run has made so far."""

    modules: int = 0
    resources: int = 0

    @property
    def exhausted(self) -> bool:
        """Is it enough? What is left is not judged then."""
        return self.modules > MOST_MODULES or self.resources > MOST_RESOURCES
