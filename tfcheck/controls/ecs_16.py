"""ECS.16: no public IP addresses for task sets."""

from tfcheck.control import Control, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskSet
from tfcheck.values import Truth, some


def applies(task_set: TaskSet) -> Truth:
    """Only a task set with a network configuration is judged."""
    return task_set.network_configuration.is_not_empty()


def complies(task_set: TaskSet) -> Truth:
    """Its tasks get no public IP address."""
    return ~some(task_set.network_configuration, common.assigns_public_ip)


CONTROL = Control(
    id="ECS.16",
    title="ECS task sets should not automatically assign public IP addresses",
    severity=Severity.HIGH,
    category="Protect > Secure network configuration > Resources not publicly accessible",
    config_rule="ecs-taskset-assign-public-ip-disabled",
    managed_rule=False,
    aws_type="AWS::ECS::TaskSet",
    judges=TaskSet,
    requirements=("PCI DSS v4.0.1/1.4.4",),
    standards=("fsbp", "pci-dss-4.0.1"),
    description="""\
A task set fails when its network configuration assigns public IP addresses to its tasks. The default is not to. A
task set without a network configuration is not judged.

A task with a public address can be reached from the internet as far as its security groups let it.""",
    failure="The task set gives its tasks public IP addresses",
    remediation="Set assign_public_ip = false and place the tasks in private subnets behind a load balancer.",
    example="""\
resource "aws_ecs_task_set" "app" {
  # ...
  network_configuration {
    subnets          = var.private_subnet_ids
    assign_public_ip = false
  }
}""",
    applies=applies,
    complies=complies,
)
