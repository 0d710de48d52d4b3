"""ECS.12: clusters use Container Insights."""

from tfcheck.control import Control, Note, Settings, Severity
from tfcheck.inputs import Cluster
from tfcheck.values import TRUE, Field, Truth

_ON = ("enabled", "enhanced")


def applies(cluster: Cluster) -> Truth:
    """Every cluster is judged."""
    return TRUE


def complies(cluster: Cluster, settings: Settings) -> Truth:
    """Container Insights is on, by the cluster's own setting or, where it has none, by the account's default."""
    default = _account_default(cluster, settings).one_of(*_ON)
    own = cluster.container_insights.one_of(*_ON, absent=default.state)
    may_be_absent = cluster.container_insights.is_absent().state is not False
    return Truth(own.state, own.evidence + default.evidence if may_be_absent else own.evidence)


def _account_default(cluster: Cluster, settings: Settings) -> Field[str]:
    configured = cluster.account_container_insights
    if configured.value is None and settings.account_container_insights is not None:
        return Field(configured.path, settings.account_container_insights)
    return configured


def control(settings: Settings) -> Control[Cluster]:
    """The control, with the account's default."""
    return Control(
        id="ECS.12",
        title="ECS clusters should use Container Insights",
        severity=Severity.MEDIUM,
        category="Identify > Logging",
        config_rule="ecs-container-insights-enabled",
        managed_rule=True,
        aws_type="AWS::ECS::Cluster",
        judges=Cluster,
        requirements=tuple(f"NIST.800-53.r5 {control}" for control in ("AU-6(3)", "AU-6(4)", "CA-7", "SI-2")),
        standards=("fsbp", "nist-800-53-r5"),
        description="""\
A cluster fails when its setting `containerInsights` is neither `enabled` nor `enhanced`, in lower case. A cluster
without the setting takes the account's default, which is disabled unless somebody changed it: with
aws_ecs_account_setting_default in the same configuration, or outside it, which `account_container_insights` in
tfcheck.toml says.

Container Insights shows the load of clusters, services and tasks, and what made a container stop.""",
        failure="The cluster does not use Container Insights",
        remediation='Add a setting block with name = "containerInsights" and value = "enabled".',
        example="""\
resource "aws_ecs_cluster" "app" {
  name = "app"
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}""",
        applies=applies,
        complies=lambda cluster: complies(cluster, settings),
        notes=(
            Note(
                "AWS's page of the control does not mention 'enhanced', the newer form of Container Insights.",
                lambda cluster: cluster.container_insights.equals("enhanced"),
            ),
        ),
    )
