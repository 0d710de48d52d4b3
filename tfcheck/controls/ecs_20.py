"""ECS.20: Linux containers do not run as root."""

from tfcheck.control import Control, Note, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskDefinition
from tfcheck.values import Truth, some


def applies(task: TaskDefinition) -> Truth:
    """Every task definition with containers is judged but those of Windows: where no family is configured, too."""
    return ~common.is_windows(task) & common.has_containers(task)


def complies(task: TaskDefinition) -> Truth:
    """No container runs as root; not set, the user is root."""
    return ~some(task.containers, common.runs_as_root)


CONTROL = Control(
    id="ECS.20",
    title="ECS Task Definitions should configure non-root users in Linux container definitions",
    severity=Severity.MEDIUM,
    category="Protect > Secure access management > Root user access restrictions",
    config_rule="ecs-task-definition-linux-user-non-root",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=(),
    standards=("fsbp",),
    description="""\
A task definition fails when one of its containers has no `user`, an empty one, or root, by name (`root`) or by number
(`0`), with a group or without. Task definitions without an operating system family are judged like those of `LINUX`;
those of Windows Server are not judged. The user that the image itself sets is not seen by AWS and does not count.

A process that runs as root in its container is root on the host as soon as it leaves the container.""",
    failure="A container runs as root",
    remediation="Set user to one other than root in every container.",
    example="""\
container_definitions = jsonencode([
  {
    name  = "app"
    image = "nginx"
    user  = "1000:1000"
  },
])""",
    applies=applies,
    complies=complies,
    notes=(Note(common.GROUP_FORM_NOTE, common.has_root_with_group),),
)
