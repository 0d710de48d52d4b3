"""ECS.21: Windows containers do not run as the administrator."""

import re

from tfcheck.control import Control, Note, Severity
from tfcheck.controls import common
from tfcheck.inputs import Container, TaskDefinition
from tfcheck.values import Truth, some

# User names of Windows ignore case; AWS's page spells this one in lower case.
_ADMINISTRATOR_OR_EMPTY = re.compile(r"|containeradministrator", re.IGNORECASE)


def applies(task: TaskDefinition) -> Truth:
    """Every task definition with containers is judged but those of Linux: where no family is configured, too."""
    return ~task.operating_system_family.equals("LINUX") & common.has_containers(task)


def complies(task: TaskDefinition) -> Truth:
    """No container runs as the administrator; not set, the user counts as such."""
    return ~some(task.containers, _runs_as_administrator)


def _runs_as_administrator(container: Container) -> Truth:
    return container.user.matches(_ADMINISTRATOR_OR_EMPTY, absent=True)


CONTROL = Control(
    id="ECS.21",
    title="ECS Task Definitions should configure non-administrator users in Windows container definitions",
    severity=Severity.MEDIUM,
    category="Protect > Secure access management > Root user access restrictions",
    config_rule="ecs-task-definition-windows-user-non-admin",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=(),
    standards=("fsbp",),
    description="""\
A task definition fails when one of its containers has no `user`, an empty one, or `containeradministrator`. Task
definitions without an operating system family are judged like those of Windows Server: set the family of Linux tasks
to `LINUX` to take them out of this control.

The administrator of a container can change everything in it, and more of its host than other users can.""",
    failure="A container of Windows, or of no configured operating system family, may run as the administrator",
    remediation="Set user to one other than containeradministrator in every container.",
    example="""\
resource "aws_ecs_task_definition" "app" {
  # ...
  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2022_CORE"
  }
  container_definitions = jsonencode([
    {
      name  = "app"
      image = "mcr.microsoft.com/windows/servercore/iis"
      user  = "ContainerUser"
    },
  ])
}""",
    applies=applies,
    complies=complies,
    notes=(
        Note(
            'For a Linux task, runtime_platform { operating_system_family = "LINUX" } takes it out of ECS.21.',
            lambda task: task.operating_system_family.is_absent(),
        ),
    ),
)
