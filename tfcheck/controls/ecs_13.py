"""ECS.13: services are tagged."""

from tfcheck.control import Control, Settings, Severity
from tfcheck.controls import common
from tfcheck.inputs import Service
from tfcheck.values import TRUE, Truth


def applies(service: Service) -> Truth:
    """Every service is judged."""
    return TRUE


def complies(service: Service, settings: Settings) -> Truth:
    """It has the required tag keys or, where none is required, a tag of the user's own."""
    return common.is_tagged(service.tags, settings)


def control(settings: Settings) -> Control[Service]:
    """The control, with the tag keys it requires."""
    return Control(
        id="ECS.13",
        title="ECS services should be tagged",
        severity=Severity.LOW,
        category="Identify > Inventory > Tagging",
        config_rule="tagged-ecs-service",
        managed_rule=False,
        aws_type="AWS::ECS::Service",
        judges=Service,
        requirements=(),
        standards=("tagging",),
        description=common.TAGGING_DESCRIPTION.format(one="service"),
        failure="The service lacks a tag",
        remediation="Add the tag to tags, or to the provider's default_tags.",
        example="""\
resource "aws_ecs_service" "app" {
  # ...
  tags = {
    Owner = "platform-team"
  }
}""",
        applies=applies,
        complies=lambda service: complies(service, settings),
    )
