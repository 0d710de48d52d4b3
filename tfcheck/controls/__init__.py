"""The catalogue: every control of Security Hub for Amazon ECS, in one explicit list."""

from __future__ import annotations

from typing import Any

from tfcheck.control import Control, Settings
from tfcheck.controls import (
    ecs_1,
    ecs_2,
    ecs_3,
    ecs_4,
    ecs_5,
    ecs_8,
    ecs_9,
    ecs_10,
    ecs_12,
    ecs_13,
    ecs_14,
    ecs_15,
    ecs_16,
    ecs_17,
    ecs_18,
    ecs_19,
    ecs_20,
    ecs_21,
)


def catalogue(settings: Settings) -> tuple[Control[Any], ...]:
    """All controls, ordered by number. Security Hub has no ECS.6, ECS.7 and ECS.11."""
    return (
        ecs_1.CONTROL,
        ecs_2.control(settings),
        ecs_3.CONTROL,
        ecs_4.CONTROL,
        ecs_5.CONTROL,
        ecs_8.CONTROL,
        ecs_9.CONTROL,
        ecs_10.CONTROL,
        ecs_12.control(settings),
        ecs_13.control(settings),
        ecs_14.control(settings),
        ecs_15.control(settings),
        ecs_16.CONTROL,
        ecs_17.CONTROL,
        ecs_18.CONTROL,
        ecs_19.CONTROL,
        ecs_20.CONTROL,
        ecs_21.CONTROL,
    )
