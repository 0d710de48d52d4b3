"""ECS.1: no unprivileged root user on the host's network."""

from tfcheck.control import Control, Note, Severity
from tfcheck.controls import common
from tfcheck.inputs import Container, TaskDefinition
from tfcheck.values import Truth, some


def applies(task: TaskDefinition) -> Truth:
    """Only a task definition on the host's network, with containers, is judged."""
    return task.network_mode.equals("host") & common.has_containers(task)


def complies(task: TaskDefinition) -> Truth:
    """No container runs as root without having been made privileged on purpose."""
    return ~some(task.containers, _runs_as_unprivileged_root)


def _runs_as_unprivileged_root(container: Container) -> Truth:
    return ~container.privileged.equals(True) & common.runs_as_root(container)


CONTROL = Control(
    id="ECS.1",
    title="Amazon ECS task definitions should have secure networking modes and user definitions",
    severity=Severity.HIGH,
    category="Protect > Secure access management",
    config_rule="ecs-task-definition-user-for-host-mode-check",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=common.NIST_ACCESS_CONTROL,
    standards=("nist-800-53-r5",),
    status="retired by AWS in March 2026, replaced by ECS.4, ECS.17, ECS.20 and ECS.21",
    description="""\
A task definition whose network mode is `host` fails when one of its containers runs as root without having been made
privileged on purpose: `privileged` is false or not set, and `user` is not set, empty, or root.

On the host's network a container reaches every interface and every loopback service of its instance. A root user that
nobody asked for turns that into control over the instance.""",
    failure="A container on the host's network runs as root without being privileged on purpose",
    remediation="Use the network mode awsvpc, or give every container a user other than root.",
    example="""\
resource "aws_ecs_task_definition" "app" {
  family       = "app"
  network_mode = "awsvpc"
  container_definitions = jsonencode([
    {
      name  = "app"
      image = "nginx"
      user  = "1000"
    },
  ])
}""",
    applies=applies,
    complies=complies,
    notes=(Note(common.GROUP_FORM_NOTE, common.has_root_with_group),),
)
