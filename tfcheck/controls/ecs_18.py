"""ECS.18: EFS volumes are encrypted in transit."""

from tfcheck.control import Control, Severity
from tfcheck.inputs import TaskDefinition
from tfcheck.values import Truth, every


def applies(task: TaskDefinition) -> Truth:
    """Only a task definition with an EFS volume is judged."""
    return task.efs_volumes.is_not_empty()


def complies(task: TaskDefinition) -> Truth:
    """Every EFS volume is encrypted in transit; not set, it is not."""
    return every(task.efs_volumes, lambda volume: volume.transit_encryption.equals("ENABLED"))


CONTROL = Control(
    id="ECS.18",
    title="ECS Task Definitions should use in-transit encryption for EFS volumes",
    severity=Severity.MEDIUM,
    category="Protect > Encryption of data-in-transit",
    config_rule="ecs-task-definition-efs-encryption-enabled",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=(),
    standards=("fsbp",),
    description="""\
A task definition fails when one of its EFS volumes does not have `transit_encryption` set to `ENABLED`. The default
is `DISABLED`. A task definition without an EFS volume is not judged, and volumes of other kinds are not looked at.

Without it, whatever the task reads and writes crosses the network in clear.""",
    failure="An EFS volume is not encrypted in transit",
    remediation='Set transit_encryption = "ENABLED" in every efs_volume_configuration.',
    example="""\
resource "aws_ecs_task_definition" "app" {
  # ...
  volume {
    name = "data"
    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.data.id
      transit_encryption = "ENABLED"
    }
  }
}""",
    applies=applies,
    complies=complies,
)
