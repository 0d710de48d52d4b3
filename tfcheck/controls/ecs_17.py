"""ECS.17: no host network mode."""

from tfcheck.control import Control, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskDefinition
from tfcheck.values import TRUE, Truth


def applies(task: TaskDefinition) -> Truth:
    """Every task definition is judged."""
    return TRUE


def complies(task: TaskDefinition) -> Truth:
    """The task is not on the network of its host; not set, the mode is bridge."""
    return ~task.network_mode.equals("host")


CONTROL = Control(
    id="ECS.17",
    title="ECS task definitions should not use host network mode",
    severity=Severity.MEDIUM,
    category="Protect > Secure network configuration",
    config_rule="ecs-task-definition-network-mode-not-host",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=common.NIST_ACCESS_CONTROL,
    standards=("nist-800-53-r5",),
    description="""\
A task definition fails when its `network_mode` is `host`. Any other mode passes, and so does none, for which Amazon
ECS takes `bridge`.

On the network of its host a container reaches the services that listen on the host's loopback interface, and the
ports of all other containers there.""",
    failure="The task is on the network of its host",
    remediation='Set network_mode = "awsvpc", or "bridge" on EC2.',
    example="""\
resource "aws_ecs_task_definition" "app" {
  family       = "app"
  network_mode = "awsvpc"
  # ...
}""",
    applies=applies,
    complies=complies,
)
