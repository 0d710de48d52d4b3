"""ECS.2: no public IP addresses for services."""

import re

from tfcheck.control import Control, Settings, Severity
from tfcheck.controls import common
from tfcheck.inputs import Service
from tfcheck.values import Truth, some

_SERVICE_ARN = r"(?s)(?P<head>.*):service/(?P<cluster>[^/]+/)?(?P<name>[^/]+)"


def applies(service: Service) -> Truth:
    """Only a service with a network configuration is judged."""
    return service.network_configuration.is_not_empty()


def complies(service: Service, settings: Settings) -> Truth:
    """Its tasks get no public IP address, or it is exempt."""
    private = ~some(service.network_configuration, common.assigns_public_ip)
    if not settings.exempt_ecs_service_arns:
        return private
    return private | service.arn.matches(_exempt(settings.exempt_ecs_service_arns))


def _exempt(arns: tuple[str, ...]) -> re.Pattern[str]:
    """Each ARN in full, and its tail for services whose ARN is not known yet; old ARNs do not name the cluster."""
    alternatives = [re.escape(arn) for arn in arns]
    for arn in arns:
        if parts := re.fullmatch(_SERVICE_ARN, arn):
            cluster = re.escape(parts["cluster"]) if parts["cluster"] else "(?:[^/]+/)?"
            alternatives.append(f"service/{cluster}{re.escape(parts['name'])}")
    return re.compile("|".join(alternatives), re.DOTALL)


def control(settings: Settings) -> Control[Service]:
    """The control, with its exempt services."""
    return Control(
        id="ECS.2",
        title="ECS services should not have public IP addresses assigned to them automatically",
        severity=Severity.HIGH,
        category="Protect > Secure network configuration > Resources not publicly accessible",
        config_rule="ecs-service-assign-public-ip-disabled",
        managed_rule=False,
        aws_type="AWS::ECS::Service",
        judges=Service,
        requirements=(
            "NIST.800-53.r5 AC-21",
            "NIST.800-53.r5 AC-3",
            "NIST.800-53.r5 AC-3(7)",
            "NIST.800-53.r5 AC-4",
            "NIST.800-53.r5 AC-4(21)",
            "NIST.800-53.r5 AC-6",
            *(f"NIST.800-53.r5 SC-7{part}" for part in ("", "(11)", "(16)", "(20)", "(21)", "(3)", "(4)", "(9)")),
            "PCI DSS v4.0.1/1.4.4",
        ),
        standards=("fsbp", "nist-800-53-r5", "pci-dss-4.0.1"),
        description="""\
A service fails when its network configuration assigns public IP addresses to its tasks. The default is not to. A
service without a network configuration (network mode bridge or host) is not judged, and the subnet's own setting is
not looked at.

A task with a public address can be reached from the internet as far as its security groups let it.""",
        failure="The service gives its tasks public IP addresses",
        remediation="Set assign_public_ip = false and place the tasks in private subnets behind a load balancer.",
        example="""\
resource "aws_ecs_service" "app" {
  # ...
  network_configuration {
    subnets          = var.private_subnet_ids
    assign_public_ip = false
  }
}""",
        applies=applies,
        complies=lambda service: complies(service, settings),
    )
