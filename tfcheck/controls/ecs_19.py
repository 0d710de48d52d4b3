"""ECS.19: capacity providers protect instances from termination."""

from tfcheck.control import Control, Note, Severity
from tfcheck.inputs import CapacityProvider
from tfcheck.values import Truth, every, some


def applies(provider: CapacityProvider) -> Truth:
    """Only a capacity provider with an Auto Scaling group is judged."""
    return provider.auto_scaling_group_provider.is_not_empty()


def complies(provider: CapacityProvider) -> Truth:
    """Managed termination protection is on; not set, it is off."""
    return every(
        provider.auto_scaling_group_provider, lambda group: group.managed_termination_protection.equals("ENABLED")
    )


def _has_no_managed_scaling(provider: CapacityProvider) -> Truth:
    return some(provider.auto_scaling_group_provider, lambda group: group.managed_scaling_status.equals("DISABLED"))


CONTROL = Control(
    id="ECS.19",
    title="ECS capacity providers should have managed termination protection enabled",
    severity=Severity.MEDIUM,
    category="Protect > Data Protection",
    config_rule="ecs-capacity-provider-termination-check",
    managed_rule=True,
    aws_type="AWS::ECS::CapacityProvider",
    judges=CapacityProvider,
    requirements=(),
    standards=("fsbp",),
    description="""\
A capacity provider fails when `managed_termination_protection` of its Auto Scaling group is not `ENABLED`. The
default is `DISABLED`. A capacity provider of managed instances is not judged.

Without it, scaling in terminates instances whose tasks are still running.""",
    failure="The capacity provider does not protect instances with running tasks from termination",
    remediation=(
        'Set managed_termination_protection = "ENABLED", with managed scaling on and protect_from_scale_in = true '
        "in the Auto Scaling group."
    ),
    example="""\
resource "aws_ecs_capacity_provider" "app" {
  name = "app"
  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.app.arn
    managed_termination_protection = "ENABLED"
    managed_scaling {
      status = "ENABLED"
    }
  }
}""",
    applies=applies,
    complies=complies,
    notes=(Note("Termination protection does not work while managed scaling is disabled.", _has_no_managed_scaling),),
)
