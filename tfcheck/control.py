"""A control of AWS Security Hub: its texts, kept here once, and the two questions that decide it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Generic, TypeVar

from tfcheck.inputs import Judged
from tfcheck.records import dataclass
from tfcheck.values import Truth

R = TypeVar("R", bound=Judged)

CONTROLS_PAGE = "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html"
CONFIG_PAGE = "https://docs.aws.amazon.com/config/latest/developerguide"

STANDARDS = {
    "fsbp": "AWS Foundational Security Best Practices v1.0.0",
    "nist-800-53-r5": "NIST SP 800-53 Rev. 5",
    "pci-dss-4.0.1": "PCI DSS v4.0.1",
    "tagging": "AWS Resource Tagging Standard v1.0.0",
}


class Severity(Enum):
    """Security Hub's severity of a control; the order of the members is the order of the severities."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def rank(self) -> int:
        """0 for the lowest."""
        return _SEVERITIES.index(self)


_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Settings:
    """What parametrises controls: Security Hub's customizable parameters, and what only the user can know.

    account_container_insights: the account's default for clusters without a setting, None where nothing was said.
    """

    required_tag_keys: tuple[str, ...] = ()
    exempt_ecs_service_arns: tuple[str, ...] = ()
    account_container_insights: str | None = None


@dataclass(frozen=True, slots=True)
class Note(Generic[R]):
    """A sentence that a finding carries when the question is true of its resource."""

    text: str
    when: Callable[[R], Truth]


@dataclass(frozen=True, slots=True)
class Control(Generic[R]):
    """One control; texts end with a period but for title and failure.

    judges: the input it takes; aws_type: the CloudFormation type that Security Hub names.
    applies: is the resource judged at all? complies: is it as the control wants it?
    failure: what is wrong when it does not comply, the beginning of a message; remediation: what to do, one sentence.
    standards: keys of STANDARDS. example: Terraform that complies. config_rule: AWS Config's name; managed_rule: has it
    a page of its own? status: active, or what became of it.
    """

    id: str
    title: str
    severity: Severity
    category: str
    config_rule: str
    managed_rule: bool
    aws_type: str
    judges: type[R]
    requirements: tuple[str, ...]
    standards: tuple[str, ...]
    description: str
    failure: str
    remediation: str
    example: str
    applies: Callable[[R], Truth]
    complies: Callable[[R], Truth]
    notes: tuple[Note[R], ...] = ()
    status: str = "active"

    @property
    def url(self) -> str:
        """Where AWS describes it."""
        return f"{CONTROLS_PAGE}#{self.id.lower().replace('.', '-')}"

    @property
    def config_rule_url(self) -> str | None:
        """Where AWS Config describes its rule; None for Security Hub's custom rules."""
        return f"{CONFIG_PAGE}/{self.config_rule}.html" if self.managed_rule else None

    @property
    def number(self) -> int:
        """The number in its id, by which controls are ordered."""
        return _number(self.id)


@cache
def _number(id_: str) -> int:
    return int(id_.rpartition(".")[2])
