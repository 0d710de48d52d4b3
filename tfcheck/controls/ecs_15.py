"""ECS.15: task definitions are tagged."""

from tfcheck.control import Control, Settings, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskDefinition
from tfcheck.values import TRUE, Truth


def applies(task: TaskDefinition) -> Truth:
    """Every task definition is judged."""
    return TRUE


def complies(task: TaskDefinition, settings: Settings) -> Truth:
    """It has the required tag keys or, where none is required, a tag of the user's own."""
    return common.is_tagged(task.tags, settings)


def control(settings: Settings) -> Control[TaskDefinition]:
    """The control, with the tag keys it requires."""
    return Control(
        id="ECS.15",
        title="ECS task definitions should be tagged",
        severity=Severity.LOW,
        category="Identify > Inventory > Tagging",
        config_rule="tagged-ecs-taskdefinition",
        managed_rule=False,
        aws_type="AWS::ECS::TaskDefinition",
        judges=TaskDefinition,
        requirements=(),
        standards=("tagging",),
        description=common.TAGGING_DESCRIPTION.format(one="task definition"),
        failure="The task definition lacks a tag",
        remediation="Add the tag to tags, or to the provider's default_tags.",
        example="""\
resource "aws_ecs_task_definition" "app" {
  # ...
  tags = {
    Owner = "platform-team"
  }
}""",
        applies=applies,
        complies=lambda task: complies(task, settings),
    )
