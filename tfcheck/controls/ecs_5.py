"""ECS.5: root file systems of containers are read-only."""

from tfcheck.control import Control, Severity
from tfcheck.controls import common
from tfcheck.inputs import TaskDefinition
from tfcheck.values import Truth, every


def applies(task: TaskDefinition) -> Truth:
    """Every task definition with containers is judged but those of Windows, which knows no read-only root."""
    return ~common.is_windows(task) & common.has_containers(task)


def complies(task: TaskDefinition) -> Truth:
    """Every container's root file system is read-only; not set, it is writable."""
    return every(task.containers, lambda container: container.readonly_root_filesystem.equals(True))


CONTROL = Control(
    id="ECS.5",
    title="ECS task definitions should configure containers to be limited to read-only access to root filesystems",
    severity=Severity.HIGH,
    category="Protect > Secure access management",
    config_rule="ecs-containers-readonly-access",
    managed_rule=True,
    aws_type="AWS::ECS::TaskDefinition",
    judges=TaskDefinition,
    requirements=common.NIST_ACCESS_CONTROL,
    standards=("fsbp", "nist-800-53-r5"),
    description="""\
A task definition fails when one of its containers has `readonlyRootFilesystem` set to false or not set. Task
definitions whose operating system family is one of Windows Server are not judged.

A process that can write to its root file system can change the program that it runs.""",
    failure="A container has a writable root file system",
    remediation="Set readonlyRootFilesystem = true, and mount a volume where the application must write.",
    example="""\
container_definitions = jsonencode([
  {
    name                   = "app"
    image                  = "nginx"
    readonlyRootFilesystem = true
  },
])""",
    applies=applies,
    complies=complies,
)
