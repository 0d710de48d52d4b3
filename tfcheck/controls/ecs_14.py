"""ECS.14: clusters are tagged."""

from tfcheck.control import Control, Settings, Severity
from tfcheck.controls import common
from tfcheck.inputs import Cluster
from tfcheck.values import TRUE, Truth


def applies(cluster: Cluster) -> Truth:
    """Every cluster is judged."""
    return TRUE


def complies(cluster: Cluster, settings: Settings) -> Truth:
    """It has the required tag keys or, where none is required, a tag of the user's own."""
    return common.is_tagged(cluster.tags, settings)


def control(settings: Settings) -> Control[Cluster]:
    """The control, with the tag keys it requires."""
    return Control(
        id="ECS.14",
        title="ECS clusters should be tagged",
        severity=Severity.LOW,
        category="Identify > Inventory > Tagging",
        config_rule="tagged-ecs-cluster",
        managed_rule=False,
        aws_type="AWS::ECS::Cluster",
        judges=Cluster,
        requirements=(),
        standards=("tagging",),
        description=common.TAGGING_DESCRIPTION.format(one="cluster"),
        failure="The cluster lacks a tag",
        remediation="Add the tag to tags, or to the provider's default_tags.",
        example="""\
resource "aws_ecs_cluster" "app" {
  # ...
  tags = {
    Owner = "platform-team"
  }
}""",
        applies=applies,
        complies=lambda cluster: complies(cluster, settings),
    )
