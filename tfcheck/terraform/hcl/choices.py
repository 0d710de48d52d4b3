"""Operations on values of which one is a Choice: done for every arm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from tfcheck.terraform.hcl.values import Choice, EvaluationFault, Value, choose, unknown_from, why_unknown

_MOST_COMBINATIONS = 16


def for_each_arm(arguments: Sequence[Value], operation: Callable[[Sequence[Value]], Value]) -> Value:
    """The result of an operation whose arguments may be Choices: a Choice of its results, or the one that all agree on.

    Raises the EvaluationFault of the operation where it fails for every arm; where it fails for some, the result is
    unknown, since `try` could make anything of it.
    """
    arms = [value.content.arms if isinstance(value.content, Choice) else (value,) for value in arguments]
    count = 1
    for one in arms:
        count *= len(one)
    if count == 1:
        return operation(arguments)
    chosen = [value for value in arguments if isinstance(value.content, Choice)]
    if count > _MOST_COMBINATIONS:
        return operation([unknown_from(v, type_=v.type) if isinstance(v.content, Choice) else v for v in arguments])
    results: list[Value] = []
    faults: list[EvaluationFault] = []
    for combination in product(*arms):
        try:
            results.append(operation(combination))
        except EvaluationFault as fault:
            if fault.limit:
                raise
            faults.append(fault)
    if not results:
        raise faults[0]
    if faults:
        return unknown_from(*chosen)
    return choose(results, why_unknown(*chosen)).mark(any(value.sensitive for value in chosen))
