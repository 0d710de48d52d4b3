"""Steps into a value put together: references and splats."""

from __future__ import annotations

from tfcheck.records import dataclass
from tfcheck.terraform.hcl.bounds import MOST_REFERENCE_STEPS
from tfcheck.terraform.hcl.syntax_tree import (
    MOST_LEVELS,
    Expression,
    IndexStep,
    Splat,
    SplatItem,
    Step,
    SyntaxFault,
    Traversal,
)


@dataclass(frozen=True, slots=True)
class SplatMarker:
    """`[*]` (full) or `.*`, with the steps right after it; the place is that of the marker alone."""

    steps: tuple[Step, ...]
    full: bool
    start: int
    end: int


def extended(source: Expression, steps: tuple[Step, ...]) -> Expression:
    """The source with further steps into it. Raises SyntaxFault where they become too many."""
    if not steps:
        return source
    if not isinstance(source, Traversal):
        return Traversal(source, steps, source.start, steps[-1].end)
    if len(source.steps) >= MOST_REFERENCE_STEPS:
        raise SyntaxFault("a reference has too many steps", source.start)
    return Traversal(source.source, (*source.steps, *steps), source.start, steps[-1].end)


def splat(source: Expression, marker: SplatMarker) -> Expression:
    """The source with a splat behind it. Raises SyntaxFault where too many follow one another.

    Everything after a full splat belongs to its items: `x[*].y[*].z` is `x[*]` of `.y[*].z`.
    """
    around: list[Splat] = []
    while isinstance(source, Splat) and source.full:
        around.append(source)
        source = source.each
    if len(around) > MOST_LEVELS:
        raise SyntaxFault("splats are nested too deeply", marker.start)
    inside, outside = _shared(marker)
    each = extended(SplatItem(marker.start, marker.end), inside)
    built = extended(Splat(source, each, marker.full, source.start, each.end), outside)
    for one in reversed(around):
        built = Splat(one.source, built, True, one.start, built.end)
    return built


def _shared(marker: SplatMarker) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps into each item, and those into the list of the results: after `.*`, from the first bracket on."""
    if marker.full:
        return marker.steps, ()
    bracketed = (index for index, step in enumerate(marker.steps) if isinstance(step, IndexStep) and not step.legacy)
    index = next(bracketed, len(marker.steps))
    return marker.steps[:index], marker.steps[index:]
