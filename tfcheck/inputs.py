"""What the controls judge, in the words of the ECS API: frozen records whose every field may be unknown.

Adapters make them out of Terraform's blocks. Paths of the fields are those of the Terraform attribute, as a reader of
the configuration would write them; containers stand in them by their name.
"""

from __future__ import annotations

from collections.abc import Iterable

from tfcheck.records import dataclass
from tfcheck.values import Field, Items, SourceLocation, Truth, Unknown, some


@dataclass(frozen=True, slots=True)
class Resource:
    """Which resource instance is judged: what every report names.

    `change` is create, update, replace or no-op in a plan, None elsewhere. `previous_address` is set where it moved.
    """

    address: str
    type: str
    location: SourceLocation | None = None
    change: str | None = None
    previous_address: str | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """The tag keys of a resource: those known to be there and, where `unknown` says why, perhaps more.

    nameless: there is one more, of the user's, but which one is not known.
    """

    keys: Field[frozenset[str]]
    unknown: Unknown | None = None
    nameless: bool = False

    def has(self, key: str) -> Truth:
        """Is there a tag of this key (case-sensitive)?"""
        return self._truth(key in self._known)

    def has_user_key(self) -> Truth:
        """Is there a tag that AWS did not set itself (its own begin with `aws:`)?"""
        return self._truth(self.nameless or any(not key.startswith("aws:") for key in self._known))

    @property
    def _known(self) -> frozenset[str]:
        return self.keys.value if isinstance(self.keys.value, frozenset) else frozenset()

    def _truth(self, found: bool) -> Truth:
        if self.unknown is None or (found and self._known):
            return Truth(found, (self.keys,))
        unknown: Field[str] = Field(self.keys.path, self.unknown, self.keys.location, self.keys.sensitive)
        return Truth(True if found else None, (unknown,))


@dataclass(frozen=True, slots=True)
class Environment:
    """The names of a container's environment variables, never their values.

    names: all of them, each once, where nothing else is to tell than they. variables: else each by itself; its path and
    its place are those of the whole list.
    """

    names: tuple[str, ...]
    variables: Items[Field[str]]

    def has_one_of(self, *wanted: str) -> Truth:
        """Is there a variable of one of these names (case-sensitive)?"""
        if self.names:
            found = [self._named(name) for name in self.names if name in wanted]
            return Truth(True, tuple(found)) if found else Truth(False, (self._all(self.names),))
        among = some(self.variables, lambda name: name.one_of(*wanted))
        known = [one.value for one in self.variables.items if isinstance(one.value, str)]
        is_whole = self.variables.unknown is None and len(known) == len(self.variables.items) > 0
        return Truth(False, (self._all(known),)) if among.state is False and is_whole else among

    def _named(self, name: str) -> Field[str]:
        listed = self.variables
        return Field(f"{listed.path}[{name}].name", name, listed.location, listed.sensitive, listed.origins)

    def _all(self, names: Iterable[str]) -> Field[frozenset[str]]:
        """All names as one piece of evidence."""
        listed = self.variables
        sensitive = listed.sensitive or any(one.sensitive for one in listed.items)
        return Field(listed.path, frozenset(names), listed.location, sensitive, listed.origins)


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a task definition."""

    path: str
    user: Field[str]
    privileged: Field[bool]
    readonly_root_filesystem: Field[bool]
    environment: Environment
    log_driver: Field[str]


@dataclass(frozen=True, slots=True)
class EfsVolume:
    """The EFS configuration of a task definition's volume; transit_encryption is ENABLED, DISABLED or absent."""

    transit_encryption: Field[str]


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """AWS::ECS::TaskDefinition; network_mode absent is `bridge`, operating_system_family absent is not configured."""

    resource: Resource
    network_mode: Field[str]
    pid_mode: Field[str]
    operating_system_family: Field[str]
    containers: Items[Container]
    efs_volumes: Items[EfsVolume]
    tags: Tags


@dataclass(frozen=True, slots=True)
class NetworkConfiguration:
    """The awsvpc configuration of a service or task set.

    assign_public_ip is true or false in hashicorp/aws, "ENABLED" or "DISABLED" in the API and awscc; absent is off.
    """

    assign_public_ip: Field[bool | str]


@dataclass(frozen=True, slots=True)
class Service:
    """AWS::ECS::Service, with what the controls need of its cluster and its task definition.

    arn: the ARN, or its tail `service/CLUSTER/NAME` where the rest is not known before apply.
    capacity_providers: names in the service's own strategy; cluster_capacity_providers: in its cluster's default one.
    operating_system_family: the task definition's; "LINUX" where that sets none, absent where that is not in sight.
    """

    resource: Resource
    arn: Field[str]
    launch_type: Field[str]
    capacity_providers: Items[Field[str]]
    cluster_capacity_providers: Items[Field[str]]
    deployment_controller: Field[str]
    platform_version: Field[str]
    operating_system_family: Field[str]
    network_configuration: Items[NetworkConfiguration]
    tags: Tags


@dataclass(frozen=True, slots=True)
class TaskSet:
    """AWS::ECS::TaskSet."""

    resource: Resource
    network_configuration: Items[NetworkConfiguration]


@dataclass(frozen=True, slots=True)
class Cluster:
    """AWS::ECS::Cluster.

    container_insights: the value of its own setting of that name, absent where it has none;
    account_container_insights: the account's default that the configuration sets, absent where it sets none.
    """

    resource: Resource
    container_insights: Field[str]
    account_container_insights: Field[str]
    tags: Tags


@dataclass(frozen=True, slots=True)
class AutoScalingGroupProvider:
    """The Auto Scaling group of a capacity provider; both fields absent are DISABLED and ENABLED by default."""

    managed_termination_protection: Field[str]
    managed_scaling_status: Field[str]


@dataclass(frozen=True, slots=True)
class CapacityProvider:
    """AWS::ECS::CapacityProvider; without an Auto Scaling group it is one of managed instances."""

    resource: Resource
    auto_scaling_group_provider: Items[AutoScalingGroupProvider]


Judged = TaskDefinition | Service | TaskSet | Cluster | CapacityProvider
