"""ECS.3: the host's process namespace is not shared."""

from tfcheck.control import Control, Severity
from tfcheck.inputs import TaskDefinition
from tfcheck.values import TRUE, Truth


def applies(task: TaskDefinition) -> Truth:
    """Every task definition is judged."""
    return TRUE


def complies(task: TaskDefinition) -> Truth:
    """The task does not share the processes of its host; not set, each container has its own."""
    return ~task.pid_mode.equals("host")


CONTROL = Control(
    id="ECS.3",
    title="ECS task definitions should not share the host's process namespace",
    severity=Severity.HIGH,
    category="Identify > Resource configuration",
    config_rule="ecs-task-definition-pid-mode-check",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=("NIST.800-53.r5 CA-9(1)", "NIST.800-53.r5 CM-2"),
    standards=("fsbp", "nist-800-53-r5"),
    description="""\
A task definition fails when its `pid_mode` is `host`. It is an argument of the task definition, not of a container.

In the host's process namespace a container sees every process of its instance and its environment, and can
signal it.""",
    failure="The task shares the process namespace of its host",
    remediation='Remove pid_mode, or set it to "task".',
    example="""\
resource "aws_ecs_task_definition" "app" {
  family   = "app"
  pid_mode = "task"
  # ...
}""",
    applies=applies,
    complies=complies,
)
