"""What resources say of one another, those of hashicorp/aws and those of awscc.

A service's cluster and task definition; tags, default strategies and account defaults that are resources of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tfcheck.inputs import Judged, Tags
from tfcheck.records import dataclass, field
from tfcheck.terraform.block import Block, Node
from tfcheck.terraform.join import Attached, Index, agreed, attach, index
from tfcheck.terraform.tags import tags
from tfcheck.values import Field, Items, Unknown

CLUSTERS = ("aws_ecs_cluster", "awscc_ecs_cluster")
SERVICES = ("aws_ecs_service", "awscc_ecs_service")
TASK_DEFINITIONS = ("aws_ecs_task_definition", "awscc_ecs_task_definition")
CAPACITY_PROVIDERS = ("aws_ecs_capacity_provider", "awscc_ecs_capacity_provider")

# The attributes by which the joins below find what a resource belongs to.
JOINING = ("cluster", "cluster_name", "resource_arn", "task_definition")
_FAMILY = "task_definition.runtime_platform.operating_system_family"
_STRATEGY = "cluster.default_capacity_provider_strategy"
_DEFAULT_CLUSTER = "default"
_OWN_NAMES = {"awscc_ecs_cluster": "cluster_name", "awscc_ecs_service": "service_name"}
_ACCOUNT_DEFAULT = "aws_ecs_account_setting_default[containerInsights].value"


@dataclass(frozen=True, slots=True)
class Links:
    """All blocks, with what some of them say of others.

    families, defaults: those of task definitions, and the strategies of clusters, that were already asked for.
    """

    index: Index
    extra_tags: Attached
    strategies: Attached
    families: dict[str, Field[str]] = field(default_factory=dict)
    defaults: dict[str, Items[Field[str]]] = field(default_factory=dict)

    def tags(self, block: Block) -> Tags:
        """The tags of a resource, with those of aws_ecs_tag."""
        extra, perhaps = self.extra_tags.to(block)
        return tags(block, [one.attribute("key") for one in extra], perhaps)

    def operating_system_family(self, service: Block) -> Field[str]:
        """The family of the service's task definition, LINUX where that sets none.

        Absent where that is known to be another one than those in sight; unknown where it could be any.
        """
        node = service.attribute("task_definition")
        found = self.index.referred(service, "task_definition", TASK_DEFINITIONS)
        families = [self._family(task) for task in found]
        values = ["LINUX" if family.value is None else family.value for family in families]
        sensitive = any(family.sensitive for family in families)
        elsewhere = node.value if isinstance(node.value, Unknown) else None
        return Field(_FAMILY, agreed(values) if values else elsewhere, node.location, sensitive)

    def _family(self, task: Block) -> Field[str]:
        if task.resource.address not in self.families:
            self.families[task.resource.address] = operating_system_family(task)
        return self.families[task.resource.address]

    def cluster_capacity_providers(self, service: Block) -> Items[Field[str]]:
        """The capacity providers of the default strategy of the service's cluster."""
        several = [self._default_strategy(cluster) for cluster in self._clusters(service)]
        if not several:
            elsewhere = self.strategies.elsewhere.get(str(self.cluster_name(service).value))
            why = None if elsewhere else Unknown("the cluster is none of those in sight")
            return _strategy(elsewhere or [], why)
        if len(several) > 1 and len({(tuple([one.value for one in each.items]), each.unknown) for each in several}) > 1:
            return Items(_STRATEGY, (), Unknown("it is not known which cluster is meant"))
        return several[0]

    def cluster_name(self, service: Block) -> Node:
        """The name of the service's cluster, as far as it is known; without one it is in the cluster `default`."""
        node = service.attribute("cluster").as_written()
        if node.value is None:
            return Node(_DEFAULT_CLUSTER)
        clusters = self._clusters(service)
        named = own_name(clusters[0]) if len(clusters) == 1 else node
        value = named.value.rpartition("/")[2] if isinstance(named.value, str) else named.value
        return Node(value, node.location, node.sensitive or named.sensitive)

    def _clusters(self, service: Block) -> tuple[Block, ...]:
        if service.attribute("cluster").as_written().value is None:
            return self.index.named(_DEFAULT_CLUSTER, CLUSTERS)
        return self.index.referred(service, "cluster", CLUSTERS)

    def _default_strategy(self, cluster: Block) -> Items[Field[str]]:
        """What other resources and, in awscc, the cluster itself say."""
        name = cluster.resource.address
        if name not in self.defaults:
            strategies, perhaps = self.strategies.to(cluster)
            self.defaults[name] = _strategy([*strategies, cluster], perhaps)
        return self.defaults[name]

    def account_container_insights(self, cluster: Block) -> Field[str]:
        """The account's default that the same provider configuration sets in the cluster's region."""
        certain, perhaps = [], []
        sensitive = False
        for setting in self.index.of_type("aws_ecs_account_setting_default"):
            name, value = setting.attribute("name").value, setting.attribute("value").text("")
            regions = [block.attribute("region").value for block in (setting, cluster)]
            known = all(region is None or isinstance(region, str) for region in regions)
            if setting.provider.key != cluster.provider.key or (known and regions[0] != regions[1]):
                continue
            if name == "containerInsights" and known:
                certain.append(value.value)
            elif name == "containerInsights" or not isinstance(name, str):
                perhaps.append(value.value)
            sensitive = sensitive or value.sensitive
        values = [*certain, *perhaps, *(() if certain else (None,))]
        return Field(_ACCOUNT_DEFAULT, agreed(values), None, sensitive)


Adapter = Callable[[Block, Links], Judged]


def links(blocks: Iterable[Block]) -> Links:
    """Joins the blocks of a plan, a state or a configuration."""
    found = index(blocks, _names)
    taggable = (*CLUSTERS, *SERVICES, *TASK_DEFINITIONS, *CAPACITY_PROVIDERS)
    strategies = {
        "aws_ecs_cluster_capacity_providers": "cluster_name",
        "awscc_ecs_cluster_capacity_provider_associations": "cluster",
    }
    return Links(found, attach(found, {"aws_ecs_tag": "resource_arn"}, taggable), attach(found, strategies, CLUSTERS))


def operating_system_family(task: Block) -> Field[str]:
    """The family of a task definition's runtime platform."""
    platforms = task.attribute("runtime_platform")
    path = "runtime_platform.operating_system_family"
    if platforms.missing() is not None:
        return Field(path, platforms.missing(), platforms.location, platforms.sensitive)
    first = next(iter(platforms.elements()), Node(None, platforms.location, platforms.sensitive))
    return first.member("operating_system_family").text(path)


def capacity_providers(strategy: Node, path: str) -> Items[Field[str]]:
    """The capacity providers that the blocks of a strategy name."""
    return strategy.items(path, lambda item, place: item.member("capacity_provider").text(f"{place}.capacity_provider"))


def _strategy(strategies: list[Block], perhaps: Unknown | None) -> Items[Field[str]]:
    """The capacity providers of a cluster's default strategy, out of the resources that set it."""
    made = [capacity_providers(one.attribute("default_capacity_provider_strategy"), _STRATEGY) for one in strategies]
    unknown = next((items.unknown for items in made if items.unknown is not None), perhaps)
    return Items(_STRATEGY, tuple(field for items in made for field in items.items), unknown)


def _names(block: Block) -> Iterator[str]:
    """What others call a block: its name, and the tail of its ARN where that is another."""
    if block.resource.type in TASK_DEFINITIONS:
        family, revision = block.attribute("family").value, block.attribute("revision").value
        if isinstance(family, str) and isinstance(revision, int):
            yield f"{family}:{revision}"
        return
    name, cluster = own_name(block).value, block.attribute("cluster").value
    if isinstance(name, str):
        yield name
        if block.resource.type in SERVICES and isinstance(cluster, str):
            yield f"{cluster.rpartition('/')[2]}/{name}"


def own_name(block: Block) -> Node:
    """The name of a cluster, service or capacity provider; awscc says of what it is the name."""
    return block.attribute(_OWN_NAMES.get(block.resource.type, "name"))
