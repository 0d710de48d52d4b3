"""Questions and texts that several controls share."""

from __future__ import annotations

import re

from tfcheck.control import Settings
from tfcheck.inputs import Container, NetworkConfiguration, Tags, TaskDefinition
from tfcheck.values import Items, Truth, every, some

NIST_ACCESS_CONTROL = (
    "NIST.800-53.r5 AC-2(1)",
    "NIST.800-53.r5 AC-3",
    "NIST.800-53.r5 AC-3(15)",
    "NIST.800-53.r5 AC-3(7)",
    "NIST.800-53.r5 AC-5",
    "NIST.800-53.r5 AC-6",
)

GROUP_FORM_NOTE = (
    "AWS's page names only 'root' and '0' as root users; AWS's own proactive rules count them with a group as root too."
)

TAGGING_DESCRIPTION = """\
A {one} fails when it lacks one of the required tag keys or, where none is required, when it has no tag at all. Keys
are case-sensitive, values do not matter, and tags that AWS sets itself (their keys begin with `aws:`) do not count.
Tags from the provider's `default_tags` and from aws_ecs_tag resources count. The keys that Security Hub requires in
your account are its parameter requiredTagKeys; give them with `--required-tag-keys`.

Tags tell who owns a {one}, what it is for, and who pays for it."""

_WINDOWS = re.compile(r"WINDOWS_SERVER.*", re.DOTALL)
_ROOT_OR_EMPTY = re.compile(r"|(root|0)(:.*)?", re.DOTALL)
_ROOT_WITH_GROUP = re.compile(r"(root|0):.*", re.DOTALL)


def has_containers(task: TaskDefinition) -> Truth:
    """Is there a container to judge?"""
    return task.containers.is_not_empty()


def is_windows(task: TaskDefinition) -> Truth:
    """Is the operating system family one of Windows Server? False where none is configured."""
    return task.operating_system_family.matches(_WINDOWS)


def runs_as_root(container: Container) -> Truth:
    """Is the container's user root, by name or number, with a group or without, or not set (root is the default)?"""
    return container.user.matches(_ROOT_OR_EMPTY, absent=True)


def has_root_with_group(task: TaskDefinition) -> Truth:
    """Does a container name root together with a group (`root:app`, `0:0`)?"""
    return some(task.containers, lambda container: container.user.matches(_ROOT_WITH_GROUP))


def assigns_public_ip(configuration: NetworkConfiguration) -> Truth:
    """Do its tasks get public IP addresses? Not where nothing is said: the default is DISABLED."""
    return configuration.assign_public_ip.one_of(True, "ENABLED")


def is_tagged(tags: Tags, settings: Settings) -> Truth:
    """Are all required tag keys there or, where none is required, any key that AWS did not set itself?"""
    if not settings.required_tag_keys:
        return tags.has_user_key()
    return every(Items(tags.keys.path, settings.required_tag_keys), tags.has)
