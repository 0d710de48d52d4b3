"""ECS.8: no AWS credentials in environment variables."""

from tfcheck.control import Control, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskDefinition
from tfcheck.values import Truth, some

SECRET_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA")


def applies(task: TaskDefinition) -> Truth:
    """Every task definition with containers is judged."""
    return common.has_containers(task)


def complies(task: TaskDefinition) -> Truth:
    """No container has an environment variable with the name of a credential, whatever its value."""
    return ~some(task.containers, lambda container: container.environment.has_one_of(*SECRET_KEYS))


CONTROL = Control(
    id="ECS.8",
    title="Secrets should not be passed as container environment variables",
    severity=Severity.HIGH,
    category="Protect > Secure development > Credentials not hard-coded",
    config_rule="ecs-no-environment-secrets",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=("NIST.800-53.r5 CA-9(1)", "NIST.800-53.r5 CM-2", "PCI DSS v4.0.1/8.6.2"),
    standards=("fsbp", "nist-800-53-r5", "pci-dss-4.0.1"),
    description="""\
A task definition fails when one of its containers has an environment variable named `AWS_ACCESS_KEY_ID`,
`AWS_SECRET_ACCESS_KEY` or `ECS_ENGINE_AUTH_DATA`, in exactly that case. Its value does not matter. Names in `secrets`
are the remedy and pass; `environmentFiles` are not looked at.

Environment variables are readable by whoever may describe the task definition, and end up in logs and state files.""",
    failure="A container gets a credential as an environment variable",
    remediation="Use a task role for AWS credentials, and the container's secrets for others.",
    example="""\
container_definitions = jsonencode([
  {
    name  = "app"
    image = "nginx"
    secrets = [
      { name = "ECS_ENGINE_AUTH_DATA", valueFrom = aws_secretsmanager_secret.registry.arn },
    ]
  },
])""",
    applies=applies,
    complies=complies,
)
