"""ECS.4: containers are not privileged."""

from tfcheck.control import Control, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskDefinition
from tfcheck.values import Truth, some


def applies(task: TaskDefinition) -> Truth:
    """Every task definition with containers is judged, Windows and Fargate too."""
    return common.has_containers(task)


def complies(task: TaskDefinition) -> Truth:
    """No container is privileged."""
    return ~some(task.containers, lambda container: container.privileged.equals(True))


CONTROL = Control(
    id="ECS.4",
    title="ECS containers should run as non-privileged",
    severity=Severity.HIGH,
    category="Protect > Secure access management > Root user access restrictions",
    config_rule="ecs-containers-nonprivileged",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=common.NIST_ACCESS_CONTROL,
    standards=("fsbp", "nist-800-53-r5"),
    description="""\
A task definition fails when one of its containers has `privileged` set to true.

A privileged container has the rights of root on its container instance: it can reach every device and leave its
container.""",
    failure="A container is privileged",
    remediation="Remove privileged, and add the single Linux capabilities that the container needs instead.",
    example="""\
container_definitions = jsonencode([
  {
    name       = "app"
    image      = "nginx"
    privileged = false
  },
])""",
    applies=applies,
    complies=complies,
)
