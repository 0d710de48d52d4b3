"""5,000 resources hostile in name and shape, through the command line: no traceback, no broken output, nothing lost.

Plans come from outside, on a pull request from anybody. Whatever is in them, the exit code is 0, 1 or 2, what claims to
be JSON is JSON, nothing reaches the terminal that could act on it, and what could not be read is an error.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tfcheck.messages import clean
from tfcheck.reporters import REPORTERS
from tfcheck.terraform import awscc, ecs

RESOURCES = 5000
ROWS_OF_A_PLAN = 20  # the half of them drawn, the others made out of these
JUDGED = {*ecs.ADAPTERS, *awscc.ADAPTERS, "aws_ecs_express_gateway_service"}
TYPES = (*sorted(JUDGED), "aws_ecs_cluster_capacity_providers", "aws_ecs_account_setting_default", "aws_ecs_tag")
ATTRIBUTES = (
    "arn",
    "auto_scaling_group_provider",
    "cluster_settings",
    "volumes",
    "capacity_provider_strategy",
    "cluster",
    "cluster_name",
    "container_definitions",
    "default_capacity_provider_strategy",
    "deployment_controller",
    "family",
    "key",
    "launch_type",
    "name",
    "network_configuration",
    "network_mode",
    "pid_mode",
    "platform_version",
    "region",
    "resource_arn",
    "revision",
    "runtime_platform",
    "setting",
    "tags",
    "tags_all",
    "task_definition",
    "value",
    "volume",
)
INNER = (
    "assign_public_ip",
    "capacity_provider",
    "efs_volume_configuration",
    "managed_scaling",
    "managed_termination_protection",
    "name",
    "operating_system_family",
    "status",
    "transit_encryption",
    "type",
    "value",
)
MEMBERS = (
    "name",
    "user",
    "Privileged",
    "readonlyRootFilesystem",
    "environment",
    "secrets",
    "LOGCONFIGURATION",
    "logdriver",
    "image",
)
# Hypothesis warns of the size of what it shows when a test fails.
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
# C0 and C1 controls but for the line end, which reports are full of; and what turns the direction of text.
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

NASTY = (
    "",
    "a",
    "a.b",
    'a["b"]',
    "]",
    '"',
    "\\",
    "a\nb",
    "\r\n::error::evil",
    "\x00",
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b2J",
    "\x7f",
    "\u202egnp.exe",
    "\u2028",
    "\ud800",
    "\udfff\ud800",
    "\U0001f600",
    "../../etc",
    "\\u001b",
    "%s{0}",
    "<script>",
    "[x](javascript:1)",
    "|",
    "`",
    "\u3000",
    "  ",
    "x" * 10_000,
    "\u00a0" * 300,
    "e\u0301" * 200,
)
KNOWN = (
    "containerInsights",
    "enabled",
    "FARGATE",
    "EC2",
    "LATEST",
    "1.4.0",
    "LINUX",
    "WINDOWS_SERVER_2019_CORE",
    "host",
    "root",
    "ENABLED",
    "true",
    "default",
)
NUMBERS = (0, 1, -1, 10**4000, 1e308, float("inf"), float("-inf"), float("nan"), 0.5, 2**63)

texts = st.one_of(st.sampled_from(NASTY), st.sampled_from(KNOWN), st.text(max_size=8))
leaves = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), texts)


def anything(names: tuple[str, ...], leaf: st.SearchStrategy[Any] = leaves) -> st.SearchStrategy[Any]:
    """JSON of any shape, objects with these names among others."""
    keys = st.one_of(st.sampled_from(names), st.sampled_from(NASTY))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
        max_leaves=6,
    )


def nested(depth: int, core: object, name: str | None = None) -> object:
    for _ in range(depth):
        core = [core] if name is None else {name: core}
    return core


references = st.lists(
    st.one_of(
        st.builds("aws_ecs_{}.{}".format, st.sampled_from(("cluster", "service", "task_definition")), st.just("a")),
        st.builds("module.x.{}".format, st.sampled_from(("a", "b", "a[0]", ""))),
        st.builds("var.{}".format, st.sampled_from("abc")),
        st.sampled_from(
            ("each.value", "each.key", "count.index", "local.a", "data.aws_ecs_cluster.a", "var", ".", "module.x")
        ),
        texts,
    ),
    max_size=4,
)
expressions = st.one_of(
    st.builds(lambda names: {"references": names}, references),
    st.builds(lambda value: {"constant_value": value}, leaves),
    st.just({}),
    anything(("references", "constant_value")),
)
bodies = st.dictionaries(
    st.sampled_from(ATTRIBUTES),
    st.one_of(expressions, st.lists(st.dictionaries(st.sampled_from(INNER), expressions, max_size=3), max_size=2)),
    max_size=5,
)

plain_containers = st.lists(
    st.dictionaries(st.sampled_from(MEMBERS), anything(("name", "value", "logDriver")), max_size=6), max_size=3
)
containers = st.one_of(
    plain_containers.map(json.dumps),
    anything(MEMBERS).map(json.dumps),
    st.sampled_from(
        ("[", "[]", "{}", "null", "NaN", "[" * 100_000, "1" * 5000, '[{"name": "a", "name": "b"}]', "\ud800")
    ),
    plain_containers,
    leaves,
)
blocks = st.lists(st.dictionaries(st.sampled_from(INNER), anything(INNER), max_size=4), max_size=3)
deep = st.sampled_from((nested(200, None), nested(200, "x", "name"), nested(400, {})))
values = st.dictionaries(
    st.sampled_from(ATTRIBUTES),
    st.one_of(blocks, texts, anything(INNER), leaves, deep),
    max_size=6,
)
afters = st.builds(
    lambda more, text: more if text is None else {**more, "container_definitions": text},
    values,
    st.one_of(st.none(), containers),
)
marks = st.one_of(
    st.just({}),
    st.dictionaries(
        st.sampled_from(ATTRIBUTES),
        st.one_of(st.just(True), anything(INNER, st.sampled_from((True, False)))),
        max_size=4,
    ),
    anything(ATTRIBUTES),
)
modules = st.lists(
    st.builds("module.{}{}".format, st.sampled_from("xy"), st.one_of(st.just(""), st.builds('["{}"]'.format, texts))),
    max_size=2,
).map(".".join)
names = st.one_of(st.just("a"), texts)
kinds = st.sampled_from(TYPES)
own_keys = st.one_of(st.just(""), st.just("[0]"), st.builds('["{}"]'.format, texts), texts)


def row(kind: str, module: str, name: str, key: str, change: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    address = f"{module}.{kind}.{name}{key}".removeprefix(".")
    return {
        "address": address,
        "module_address": module,
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": change,
        **more,
    }


def of_the_next_type(one: dict[str, Any]) -> dict[str, Any]:
    """The same resource as one of another type, with the same values."""
    kind = TYPES[(TYPES.index(one["type"]) + 1) % len(TYPES)]
    return {**one, "type": kind, "address": one["address"].replace(one["type"], kind)}


actions = st.one_of(
    st.sampled_from((["create"], ["update"], ["no-op"], ["delete", "create"], ["create", "delete"], ["read"])),
    st.lists(leaves, max_size=2).filter(lambda words: words not in (["delete"], ["forget"])),
)
changes = st.fixed_dictionaries(
    {"actions": actions, "after": afters, "after_unknown": marks, "after_sensitive": marks, "before": leaves}
)
mores = st.dictionaries(
    st.sampled_from(("index", "previous_address", "provider_name", "action_reason", "module_address")),
    anything(("x",)),
    max_size=2,
)
# What can be read, however odd it is, and what cannot.
readable = st.builds(row, kinds, modules, names, own_keys, changes, mores)
no_objects = st.one_of(leaves, st.lists(leaves, max_size=2))
no_texts: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.lists(leaves, max_size=2), st.just({})
)
no_lists: st.SearchStrategy[Any] = st.one_of(leaves, st.just({}))
damaged_changes = st.one_of(
    no_objects,
    st.builds(lambda change, after: {**change, "actions": ["create"], "after": after}, changes, no_objects),
    st.builds(lambda change, other: {**change, "actions": other}, changes, no_lists),
    st.just({}),
)
damaged = st.one_of(
    no_objects,
    st.builds(lambda one, change: {**one, "change": change}, readable, damaged_changes),
    st.builds(lambda one, other: {**one, "address": other}, readable, no_texts),
    st.builds(lambda one, other: {**one, "mode": other}, readable, no_texts),
    st.builds(lambda one, other: {**one, "type": other}, readable, no_texts),
    st.builds(
        lambda one, name: {key: value for key, value in one.items() if key != name},
        readable,
        st.sampled_from(("address", "mode", "type", "change")),
    ),
)
rows = st.one_of(*[readable.map(lambda one: (one, True))] * 3, damaged.map(lambda one: (one, False)))
configurations = st.one_of(
    st.builds(
        lambda body, argument, outputs, more: {
            "provider_config": {"aws": {"expressions": {"default_tags": [{"tags": more}]}}},
            "root_module": {
                "resources": [
                    {"address": f"{kind}.a", "provider_config_key": "aws", "mode": "managed", "expressions": body}
                    for kind in TYPES
                ],
                "variables": {"a": {}, "b": {"default": 1}},
                "module_calls": {
                    name: {
                        "source": source,
                        "for_each_expression": argument,
                        "expressions": {"a": argument, "b": {"references": ["module.x.b", "module.x", "module.y.a"]}},
                        "module": {
                            "outputs": {"a": {"expression": argument}, "b": {"expression": outputs}},
                            "resources": [
                                {"address": f"{kind}.a", "mode": "managed", "expressions": body} for kind in TYPES
                            ],
                        },
                    }
                    for name, source in (("x", "./x"), ("y", "../y\0"))
                },
            },
        },
        bodies,
        expressions,
        expressions,
        expressions,
    ),
    anything(("provider_config", "root_module", "module_calls", "resources", "aws", "x", "module", "outputs")),
)
plans = st.fixed_dictionaries(
    {
        "rows": st.lists(rows, min_size=ROWS_OF_A_PLAN // 2, max_size=ROWS_OF_A_PLAN // 2),
        "configuration": configurations,
    },
    optional={
        "variables": anything(("a", "b", "value")),
        "planned_values": anything(("root_module", "resources")),
        "prior_state": anything(("values", "root_module", "resources")),
        "resource_drift": anything(("change",)),
        "deferred_changes": anything(("resource_change", "type", "address")),
        "terraform_version": anything(("x",)),
        "complete": leaves,
    },
)
STYLES = [(form, *shown) for form in REPORTERS for shown in ((), ("--show-passed",))]

SOURCE = (
    "".join(f'resource "{kind}" "a" {{}}\n' for kind in TYPES) + 'module "x" {\n  source = "./x"\n}\nmodule "y" {\n}\n'
)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with sources for the places of a SARIF."""
    (tmp_path / "main.tf").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(ended: Run, style: tuple[str, ...]) -> Any:
    """The report, after all that must be so of every run."""
    gc.enable()
    assert ended.code in (0, 1, 2)
    assert "Traceback" not in ended.err
    assert not RAW.search(ended.out)
    assert not RAW.search(ended.err)
    commands = re.findall("^::.*", ended.out + ended.err, re.MULTILINE)
    assert style[0] == "github" or not commands
    assert all(re.match("::(error|warning|notice) ?[^:]*::", command) for command in commands)
    if style[0] not in ("json", "sarif", "gitlab") or not ended.out:
        return None
    document = json.loads(ended.out)
    assert not any(RAW.search(text) for text in strings(document))
    return document


def strings(value: object) -> list[str]:
    """All texts in a document."""
    if isinstance(value, str):
        return [] if "\t" in value else [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in strings(one)]


def test_plans(directory: Path, run: Callable[..., Run]) -> None:
    seen = 0
    statuses: set[str] = set()
    file = directory / "plan.json"

    @given(plan=plans, style=st.sampled_from(STYLES))
    @settings(
        max_examples=RESOURCES // ROWS_OF_A_PLAN + 20,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_one(plan: dict[str, Any], style: tuple[str, ...]) -> None:
        nonlocal seen
        drawn = plan.pop("rows")
        made = [*drawn, *((of_the_next_type(one) if can_be_read else one, can_be_read) for one, can_be_read in drawn)]
        file.write_text(json.dumps({"format_version": "1.2", "resource_changes": [one for one, _ in made], **plan}))
        document = checked(run("plan.json", "--format", "json"), ("json",))
        unread = {number for number, (_, can_be_read) in enumerate(made) if not can_be_read}
        told = {
            int(match[1])
            for problem in document["problems"]
            if problem["level"] == "error"
            and (match := re.match(r"resource_changes\[(\d+)\] was not read", problem["message"]))
        }
        assert told == unread
        judged = {clean(one["address"]) for one, can_be_read in made if can_be_read and one["type"] in JUDGED}
        assert {finding["address"] for finding in document["findings"]} == judged
        assert document["inputs"][0]["kind"] == "plan"
        checked(run("plan.json", "--source-dir", ".", "--format", *style), style)
        seen += len(made)
        statuses.update(finding["status"] for finding in document["findings"])

    try_one()
    assert seen >= RESOURCES
    assert statuses == {"FAILED", "PASSED", "UNKNOWN", "NOT_APPLICABLE"}


state_rows = st.one_of(
    st.builds(
        lambda one, marked: ({**one, "values": one["change"]["after"], "sensitive_values": marked}, True),
        readable,
        marks,
    ),
    damaged.filter(lambda one: not (isinstance(one, dict) and "mode" in one and "address" in one)).map(
        lambda one: (one, False)
    ),
)


def test_states(directory: Path, run: Callable[..., Run]) -> None:
    file = directory / "state.json"

    @given(
        outer=st.lists(state_rows, max_size=4), inner=st.lists(state_rows, max_size=4), style=st.sampled_from(STYLES)
    )
    @settings(
        max_examples=100,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_one(outer: list[tuple[Any, bool]], inner: list[tuple[Any, bool]], style: tuple[str, ...]) -> None:
        root = {"resources": [one for one, _ in outer], "child_modules": [{"resources": [one for one, _ in inner]}]}
        file.write_text(json.dumps({"format_version": "1.0", "values": {"root_module": root}}))
        document = checked(run("state.json", "--format", "json"), ("json",))
        made = [*outer, *inner]
        assert has_error(document) == any(not can_be_read for _, can_be_read in made)
        judged = {clean(one["address"]) for one, can_be_read in made if can_be_read and one["type"] in JUDGED}
        assert {finding["address"] for finding in document["findings"]} == judged
        checked(run("state.json", "--source-dir", ".", "--format", *style), style)

    try_one()


def has_error(document: dict[str, Any]) -> bool:
    return any(problem["level"] == "error" for problem in document["problems"])


TOP = (
    "planned_values",
    "resource_changes",
    "configuration",
    "values",
    "root_module",
    "resources",
    "child_modules",
    "deferred_changes",
    "resource_change",
    "prior_state",
    "errored",
    "type",
    "mode",
    "address",
    "change",
    "lineage",
    "@level",
)


def test_documents_of_any_shape(directory: Path, run: Callable[..., Run]) -> None:
    file = directory / "plan.json"

    @given(document=st.dictionaries(st.sampled_from(TOP), anything(TOP), max_size=5), style=st.sampled_from(STYLES))
    @settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def try_one(document: dict[str, Any], style: tuple[str, ...]) -> None:
        file.write_text(json.dumps({"format_version": "1.2", **document}))
        checked(run("plan.json", "--format", *style), style)

    try_one()


def cluster(**change: object) -> dict[str, Any]:
    made = {"actions": ["create"], "after": {"name": "a"}, "after_unknown": {"setting": True}, **change}
    return row("aws_ecs_cluster", "", "a", "", made, {})


def service(references: list[str], module_calls: dict[str, Any]) -> dict[str, Any]:
    """A plan of a service whose cluster is where these references lead to."""
    change = {"actions": ["create"], "after": {"name": "a"}, "after_unknown": {"cluster": True, "launch_type": True}}
    expressions = {"cluster": {"references": references}, "launch_type": {"references": references}}
    resource = {"address": "aws_ecs_service.a", "mode": "managed", "expressions": expressions}
    return {
        "resource_changes": [row("aws_ecs_service", "", "a", "", change, {})],
        "configuration": {"root_module": {"resources": [resource], "module_calls": module_calls}},
    }


def call(argument: str, output: str, source: str = "./x", **more: object) -> dict[str, Any]:
    module = {"outputs": {"o": {"expression": {"references": [output]}}}, "variables": {"v": {}}}
    return {"source": source, "expressions": {"v": {"references": [argument]}}, "module": module, **more}


def deep_modules(depth: int) -> dict[str, Any]:
    module: dict[str, Any] = {}
    for _ in range(depth):
        module = {"module_calls": {"x": {"source": "./", "module": module}}}
    return module


ODD = [
    pytest.param(service(["module.x.o"], {"x": call("module.x.o", "var.v")}), id="a-module-that-needs-itself"),
    pytest.param(
        service(["module.x.o"], {"x": call("module.y.o", "var.v"), "y": call("module.x.o", "var.v")}),
        id="two-modules-that-need-each-other",
    ),
    pytest.param(
        service(["module.x.o"], {"x": call("each.value", "var.v", for_each_expression={"references": ["each.value"]})}),
        id="for-each-of-itself",
    ),
    pytest.param(
        service(["module.m0.o"], {f"m{n}": call(f"module.m{n + 1}.o", "var.v") for n in range(3000)}),
        id="a-chain-of-3000-modules",
    ),
    pytest.param(service(["var.v", *(f"aws_ecs_cluster.c{n}.id" for n in range(5_000))], {}), id="5000-references"),
    pytest.param({"configuration": {"root_module": deep_modules(250)}}, id="modules-250-deep"),
    *(
        pytest.param(service([], {"x": call("", "", source)}), id=f"source-{name}")
        for name, source in (
            ("with-nul", "./\0"),
            ("with-a-lone-surrogate", "./\ud800"),
            ("too-long", "./" + "x" * 10_000),
            ("of-itself", "./"),
            ("outside", "../../../../../../../../etc"),
            ("absolute", "/etc"),
            ("of-controls", "./\x1b[31m\r\n::error::x"),
        )
    ),
    *(
        pytest.param({"resource_changes": [cluster(actions=actions)]}, id=f"actions-{name}")
        for name, actions in (
            ("of-controls", ["\x1b[31m\x9b\n::error::x"]),
            ("too-long", ["x" * 10_000]),
            ("none", []),
            ("many", ["create"] * 3),
        )
    ),
    pytest.param(
        {"resource_changes": [cluster()], "terraform_version": "\x9b\x1b\u202e\ud800"}, id="version-of-controls"
    ),
    pytest.param({"resource_changes": [cluster(after={"name": "a", "tags": dict.fromkeys(NASTY, "x")})]}, id="tags"),
    pytest.param(
        {"deferred_changes": [{"resource_change": {"type": "aws_ecs_x\x1b", "address": "\x1b\n::error::x"}}]},
        id="deferred",
    ),
]


@pytest.mark.parametrize("style", STYLES, ids=" ".join)
@pytest.mark.parametrize("plan", ODD)
def test_odd_plans(plan: dict[str, Any], style: tuple[str, ...], directory: Path, run: Callable[..., Run]) -> None:
    (directory / "plan.json").write_text(json.dumps({"format_version": "1.2", "resource_changes": [], **plan}))
    checked(run("plan.json", "--format", *style), style)
    checked(run("plan.json", "--source-dir", ".", "--format", *style), style)
