"""ECS.9: containers have a log configuration."""

import re

from tfcheck.control import Control, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskDefinition
from tfcheck.values import Truth, every

_BLANK = re.compile(r"\s*")


def applies(task: TaskDefinition) -> Truth:
    """Every task definition with containers is judged."""
    return common.has_containers(task)


def complies(task: TaskDefinition) -> Truth:
    """Every container names a log driver: sidecars and log routers too."""
    return every(task.containers, lambda container: ~container.log_driver.matches(_BLANK, absent=True))


CONTROL = Control(
    id="ECS.9",
    title="ECS task definitions should have a logging configuration",
    severity=Severity.HIGH,
    category="Identify > Logging",
    config_rule="ecs-task-definition-log-configuration",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=(
        "NIST.800-53.r5 AC-4(26)",
        *(f"NIST.800-53.r5 AU-{part}" for part in ("10", "12", "2", "3", "6(3)", "6(4)")),
        "NIST.800-53.r5 CA-7",
        "NIST.800-53.r5 SC-7(9)",
        "NIST.800-53.r5 SI-7(8)",
    ),
    standards=("fsbp", "nist-800-53-r5"),
    description="""\
A task definition fails when one of its containers has no `logConfiguration`, or one whose `logDriver` is not set or
empty. Which driver it is, and with which options, does not matter. Sidecars and FireLens log routers are no
exception.

Without logs nobody can tell what a task did after it has stopped.""",
    failure="A container has no log configuration",
    remediation="Give every container a logConfiguration with a logDriver.",
    example="""\
container_definitions = jsonencode([
  {
    name  = "app"
    image = "nginx"
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = "/ecs/app"
        awslogs-region        = "eu-west-1"
        awslogs-stream-prefix = "app"
      }
    }
  },
])""",
    applies=applies,
    complies=complies,
)
