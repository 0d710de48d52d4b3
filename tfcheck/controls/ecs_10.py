"""ECS.10: Fargate services run on the latest platform version."""

import re

from tfcheck.control import Control, Note, Severity
from tfcheck.inputs import Service
from tfcheck.values import Field, Truth, some

LATEST_LINUX, LATEST_WINDOWS = "1.4.0", "1.0.0"
_WINDOWS = re.compile(r"WINDOWS.*", re.DOTALL)


def applies(service: Service) -> Truth:
    """Only Fargate services are judged; with an external controller the task set has the platform version."""
    return ~service.deployment_controller.equals("EXTERNAL") & (
        service.launch_type.equals("FARGATE") | _runs_on_fargate_capacity(service)
    )


def complies(service: Service) -> Truth:
    """Its platform version is the latest of its operating system; not set, it is LATEST."""
    version, family = service.platform_version, service.operating_system_family
    on_latest_linux = version.equals(LATEST_LINUX) & ~family.matches(_WINDOWS)
    on_latest_windows = version.equals(LATEST_WINDOWS) & family.matches(_WINDOWS, absent=None)
    return version.one_of("LATEST", "", absent=True) | on_latest_linux | on_latest_windows


def _runs_on_fargate_capacity(service: Service) -> Truth:
    """Without a launch type the service's own strategy decides and, where it has none, its cluster's default one."""
    own = service.capacity_providers
    clusters = ~own.is_not_empty() & some(service.cluster_capacity_providers, _is_fargate)
    return service.launch_type.one_of("", absent=True) & (some(own, _is_fargate) | clusters)


def _is_fargate(capacity_provider: Field[str]) -> Truth:
    return capacity_provider.one_of("FARGATE", "FARGATE_SPOT")


CONTROL = Control(
    id="ECS.10",
    title="ECS Fargate services should run on the latest Fargate platform version",
    severity=Severity.MEDIUM,
    category="Identify > Vulnerability, patch, and version management",
    config_rule="ecs-fargate-latest-platform-version",
    managed_rule=True,
    aws_type="AWS::ECS::Service",
    judges=Service,
    requirements=(
        *(f"NIST.800-53.r5 SI-2{part}" for part in ("", "(2)", "(4)", "(5)")),
        "PCI DSS v4.0.1/6.3.3",
    ),
    standards=("fsbp", "nist-800-53-r5", "pci-dss-4.0.1"),
    description="""\
A Fargate service fails when its platform version is older than the latest one of its operating system, which is 1.4.0
for Linux and 1.0.0 for Windows. `LATEST`, the default, passes. Services on EC2 and external instances are not judged.

Old platform versions get no security updates.""",
    failure="The Fargate service runs on an old platform version",
    remediation='Remove platform_version, or set it to "LATEST".',
    example="""\
resource "aws_ecs_service" "app" {
  # ...
  launch_type      = "FARGATE"
  platform_version = "LATEST"
}""",
    applies=applies,
    complies=complies,
    notes=(
        Note(
            "It runs on Fargate by its capacity providers; AWS describes the control for the launch type only, so "
            "Security Hub may report nothing.",
            _runs_on_fargate_capacity,
        ),
    ),
)
