"""tfcheck.toml: what every key means, and errors that name the file, the key in full and the nearest name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import TESTDATA

from tfcheck import config as configuration
from tfcheck.config import Config
from tfcheck.control import Settings, Severity
from tfcheck.controls import catalogue
from tfcheck.errors import UsageError
from tfcheck.ignores import Ignore
from tfcheck.inputs import Cluster, NetworkConfiguration, Resource, Service, Tags
from tfcheck.records import fields
from tfcheck.values import Field, Items

Load = Callable[[str], Config]
DOCUMENT = (TESTDATA.parent / "docs" / "configuration.md").read_text()
IDS = [control.id for control in catalogue(Settings())]

EVERYTHING = """
control = ["ecs.13", "ECS.5"]
skip = ["ECS.1"]
standard = ["fsbp"]
fail_on = "high"
fail_on_unknown = true
only_introduced = true
baseline = "reports/before.json"
source_dir = "."
var_file = ["prod.tfvars", "../all.tfvars"]
allow_missing_modules = true
terraform = "tofu"
format = "json"
output = "out/report.json"
report = ["sarif=out/report=1.sarif", "table=report.txt"]
category = "shop"
show_passed = true
no_color = true
required_tag_keys = ["Owner"]
exempt_ecs_service_arns = ["arn:aws:ecs:eu-west-1:123456789012:service/edge/proxy"]
account_container_insights = "enabled"

[controls."ECS.13"]
required_tag_keys = ["Team", "Env"]
severity = "high"

[controls."ECS.1"]
enabled = false

[[ignore]]
control = "ecs.5"
address = 'module.a["x"].*'
reason = "a"
until = 2027-01-31

[[ ignore ]]
control = ["ECS.4", "ECS.99"]
path = "legacy/**"
reason = "b"
until = "2027-02-28"
"""


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a file of this text, which is in `stack` of a repository, from `stack/inner`."""

    def load(text: str) -> Config:
        (tmp_path / ".git").mkdir(exist_ok=True)
        inner = tmp_path / "stack" / "inner"
        inner.mkdir(parents=True, exist_ok=True)
        (tmp_path / "stack" / "tfcheck.toml").write_bytes(text.encode())
        return configuration.load(None, inner)

    return load


def test_everything(load: Load) -> None:
    config = load(EVERYTHING)
    assert (config.control, config.skip, config.standard) == (("ECS.13", "ECS.5"), ("ECS.1",), ("fsbp",))
    assert (config.fail_on, config.format, config.category, config.terraform) == ("high", "json", "shop", "tofu")
    flags = ("fail_on_unknown", "only_introduced", "allow_missing_modules", "show_passed", "no_color")
    assert all(getattr(config, flag) for flag in flags)
    assert config.settings.required_tag_keys == ("Owner",)
    assert config.settings.account_container_insights == "enabled"
    assert config.tables["ECS.13"].severity is Severity.HIGH
    assert not config.tables["ECS.1"].enabled
    unset = {one.name for one in fields(Config) if getattr(config, one.name) == getattr(Config(), one.name)}
    assert unset == set(), "this test knows every field"


def test_paths_count_from_the_file(load: Load) -> None:
    config = load(EVERYTHING)
    assert config.baseline == Path("../reports/before.json")
    assert config.source_dir == Path("..")
    assert config.var_file == ("../prod.tfvars", "../../all.tfvars")
    assert config.output == Path("../out/report.json")
    assert config.report == (("sarif", Path("../out/report=1.sarif")), ("table", Path("../report.txt")))


def test_ignores(load: Load) -> None:
    assert load(EVERYTHING).ignores == (
        Ignore(("ECS.5",), "a", 'module.a["x"].*', None, date(2027, 1, 31), "stack/tfcheck.toml", 30),
        Ignore(("ECS.4", "ECS.99"), "b", None, "legacy/**", date(2027, 2, 28), "stack/tfcheck.toml", 36),
    )


def test_a_line_that_is_not_certain_is_not_told(load: Load) -> None:
    (one,) = load('ignore = [{ control = "ECS.5", path = "a", reason = "r" }]').ignores
    assert (one.file, one.line) == ("stack/tfcheck.toml", None)


@pytest.mark.parametrize("text", ["", "\ufeffskip = []", "# nothing\r\nskip = []\r\n", "[controls]\n", "ignore = []"])
def test_nothing_said_is_the_default(load: Load, text: str) -> None:
    assert load(text) == Config()


def test_a_given_file_is_found_from_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "my.toml").write_text('source_dir = "a"\nignore = [{control="ECS.5",path="*",reason="r"}]')
    config = configuration.load(Path("settings/my.toml"), tmp_path)
    assert config.source_dir == Path("settings/a")
    assert config.ignores[0].file == "my.toml", "outside of a repository"


def test_no_file_is_the_default(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert configuration.load(None, tmp_path) == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contorl = []", "contorl: there is no such key: do you mean control?"),
        ("fail-on = 'low'", "fail-on: there is no such key: do you mean fail_on?"),
        ("xyzzy = 1", "xyzzy: there is no such key"),
        ('"a b" = 1', '"a b": there is no such key'),
        ('[control."ECS.5"]', "control: is to be a list of strings"),
        ("control = 'ECS.5'", "control: is to be a list of strings"),
        ("skip = ['ECS.5', 5]", "skip: is to be a list of strings"),
        ("fail_on = 'often'", "fail_on: 'often' is none of low, medium, high, critical, never"),
        ("fail_on = 5", "fail_on: is to be a string"),
        ("fail_on_unknown = 'yes'", "fail_on_unknown: is to be true or false"),
        ("only_introduced = 1", "only_introduced: is to be true or false"),
        ("standard = ['cis']", "standard: 'cis' is none of fsbp, "),
        ("format = 'xml'", "format: 'xml' is none of table, json, "),
        ("category = ' '", "category: is empty"),
        ("baseline = ''", "baseline: is empty"),
        ("report = ['out.sarif']", "report: 'out.sarif' is to be KIND=FILE"),
        ("report = ['xml=out']", "report: 'xml' is none of table, "),
        ("report = 'json=a'", "report: is to be a list of strings"),
        ("terraform = './evil.sh'", "terraform: is to be terraform or tofu, as found on PATH"),
        ("terraform = './terraform'", "terraform: is to be terraform or tofu, as found on PATH"),
        ("terraform = '..\\terraform'", "terraform: is to be terraform or tofu, as found on PATH"),
        ("terraform = 'bash'", "terraform: is to be terraform or tofu, as found on PATH"),
        ("baseline = '../../before.json'", "baseline: is to be in the repository"),
        ("source_dir = '/'", "source_dir: is to be in the repository"),
        ("var_file = ['a.tfvars', '/proc/self/environ']", "var_file: is to be in the repository"),
        ("output = 'main.tf'", "output: is there, and no report: those end in .json, "),
        ("output = 'prod.tfvars.json'", "output: is there, and no report: "),
        ("output = 'tfcheck.toml'", "output: is there, and no report: "),
        ("output = '.git/hooks/x.txt'", "output: is not to be hidden"),
        ("output = '../../../.bashrc'", "output: is to be below the directory of this file"),
        ("output = '/dev/null'", "output: is to be below the directory of this file"),
        ("report = ['json=../a']", "report: is to be below the directory of this file"),
        ("account_container_insights = 'on'", "account_container_insights: 'on' is none of enabled, enhanced, "),
        ("required_tag_keys = ['a','b','c','d','e','f','g']", "required_tag_keys: Security Hub takes at most 6 keys"),
        ("controls = []", "controls: is to be a table"),
        ("[controls.ECS.13]", 'controls.ECS: an id is written in quotes: [controls."ECS.13"]'),
        ('[controls."ECS.6"]', 'controls."ECS.6": there is no such key: do you mean ECS.'),
        ('[controls."ecs.13"]', 'controls."ecs.13": there is no such key: do you mean ECS.13?'),
        ('controls."ECS.13" = 1', 'controls."ECS.13": is to be a table'),
        (
            '[controls."ECS.13"]\nrequired_tag_kyes = []',
            'controls."ECS.13".required_tag_kyes: there is no such key: do you mean required_tag_keys?',
        ),
        ('[controls."ECS.5"]\nrequired_tag_keys = []', 'controls."ECS.5".required_tag_keys: there is no such key'),
        ('[controls."ECS.13"]\nrequired_tag_keys = ""', 'controls."ECS.13".required_tag_keys: is to be a list of'),
        (
            '[controls."ECS.13"]\nrequired_tag_keys = ["a","b","c","d","e","f","g"]',
            'controls."ECS.13".required_tag_keys: Security Hub takes at most 6 keys',
        ),
        (
            '[controls."ECS.12"]\naccount_container_insights = "on"',
            "controls.\"ECS.12\".account_container_insights: 'on' is none of enabled",
        ),
        ('[controls."ECS.5"]\nseverity = "SEVERE"', "controls.\"ECS.5\".severity: 'SEVERE' is none of LOW, MEDIUM, "),
        ('[controls."ECS.5"]\nenabled = "no"', 'controls."ECS.5".enabled: is to be true or false'),
        ("[ignore]\ncontrol = 'ECS.5'", "ignore: is to be a list of tables: write [[ignore]]"),
        ("ignore = [1]", "ignore[#1]: is to be a table"),
        ("[[ignore]]\nreason = 'r'\npath = 'a'", "ignore[#1]: has no control"),
        ("[[ignore]]\ncontrol = 'ECS.5'\npath = 'a'", "ignore[#1]: has no reason"),
        ("[[ignore]]\ncontrol = 'ECS.5'\nreason = 'r'", "ignore[#1]: has neither address nor path"),
        ("[[ignore]]\ncontrol = []\nreason = 'r'", "ignore[#1].control: names no control"),
        ("[[ignore]]\ncontrol = 5", "ignore[#1].control: is to be a list of strings"),
        ("[[ignore]]\nreason = ''", "ignore[#1].reason: is empty"),
        (
            "[[ignore]]\ncontrol='ECS.5'\nreason='r'\npath='a'\n[[ignore]]\nadress = 'a'",
            "ignore[#2].adress: there is no such key: do you mean address?",
        ),
        ("[[ignore]]\nuntil = 2027-01-31T00:00:00", "ignore[#1].until: is to be a date, like 2027-01-31"),
        ("[[ignore]]\nuntil = 'soon'", "ignore[#1].until: is to be a date, like 2027-01-31"),
        ("[[ignore]]\nuntil = 2027", "ignore[#1].until: is to be a date, like 2027-01-31"),
        ("control = [", "is not TOML: "),
        ("a = 1\na = 2", "is not TOML: "),
        ("a = " + "[" * 10_000, "is not TOML: "),
    ],
)
def test_errors_name_the_file_and_the_key(load: Load, text: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        load(text)
    assert str(raised.value).startswith(f"../tfcheck.toml: {said}")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "tfcheck.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(UsageError, match=r"^tfcheck\.toml: is not TOML"):
        configuration.load(None, tmp_path)
    with pytest.raises(UsageError, match=r"^missing\.toml: cannot be read"):
        configuration.load(Path("missing.toml"), tmp_path)


def test_a_link_does_not_lead_out_of_the_directory(load: Load, tmp_path: Path) -> None:
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack" / "link").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="output: is to be below"):
        load("output = 'link/a.txt'")


def test_severities_and_parameters_reach_the_controls(load: Load) -> None:
    config = load(EVERYTHING)
    by_id = {control.id: control for control in configuration.controls(config)}
    assert list(by_id) == IDS
    assert by_id["ECS.13"].severity is Severity.HIGH
    assert by_id["ECS.14"].severity is Severity.LOW
    assert {one.severity for one in catalogue(Settings()) if one.id == "ECS.13"} == {Severity.LOW}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", IDS),
        ('[controls."ECS.1"]\nenabled = false', [one for one in IDS if one != "ECS.1"]),
        (
            'skip = ["ECS.3"]\n[controls."ECS.1"]\nenabled = false',
            [one for one in IDS if one not in ("ECS.1", "ECS.3")],
        ),
        ('control = ["ECS.1"]\n[controls."ECS.1"]\nenabled = false', ["ECS.1"]),
        ('standard = ["tagging"]\n[controls."ECS.13"]\nenabled = false', ["ECS.14", "ECS.15"]),
    ],
)
def test_which_controls_run(load: Load, text: str, ids: list[str]) -> None:
    config = load(text)
    assert [one.id for one in configuration.selected(config, configuration.controls(config))] == ids


def test_no_control_left_is_told(load: Load) -> None:
    config = load("\n".join(f'controls."{one}".enabled = false' for one in IDS))
    with pytest.raises(UsageError, match="no control is left"):
        configuration.selected(config, configuration.controls(config))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", {"ECS.13": "", "ECS.14": ""}),
        ('required_tag_keys = ["A"]', {"ECS.13": "A", "ECS.14": "A"}),
        ('[controls."ECS.13"]\nrequired_tag_keys = ["B"]', {"ECS.13": "B", "ECS.14": ""}),
        ('required_tag_keys = ["A"]\n[controls."ECS.13"]\nrequired_tag_keys = ["B"]', {"ECS.13": "B", "ECS.14": "A"}),
        ('required_tag_keys = ["A"]\n[controls."ECS.13"]\nrequired_tag_keys = []', {"ECS.13": "", "ECS.14": "A"}),
    ],
)
def test_a_table_comes_before_the_top_level_and_an_option_before_both(
    load: Load, text: str, keys: dict[str, str]
) -> None:
    config = load(text)
    assert {one: required(config, one) for one in keys} == keys
    given = configuration.with_tag_keys(config, ("C",))
    assert {one: required(given, one) for one in keys} == dict.fromkeys(keys, "C")


def required(config: Config, control: str) -> str:
    """Which of the tag keys A, B and C the control requires, as it judges."""
    (judging,) = (one for one in configuration.controls(config) if one.id == control)
    return "".join(key for key in "ABC" if judging.complies(tagged(control, {*"ABC"} - {key})).state is False)


def tagged(control: str, keys: set[str]) -> Cluster | Service:
    """A cluster or service with these tags."""
    resource, tags = Resource("a.b", "a"), Tags(Field("tags", frozenset(keys)))
    text: Field[str] = Field("x", None)
    if control == "ECS.14":
        return Cluster(resource, text, text, tags)
    strategy: Items[Field[str]] = Items("x")
    networks: Items[NetworkConfiguration] = Items("x")
    return Service(resource, text, text, strategy, strategy, text, text, text, networks, tags)


def test_the_documented_file_is_one(load: Load) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    config = load(example)
    assert config.ignores[0].address == 'module.shop["eu"].aws_ecs_task_definition.cache'
    assert "ECS.9" not in [one.id for one in configuration.selected(config, configuration.controls(config))]


def test_every_key_is_documented() -> None:
    rows = re.findall(r"^\| (`.*?) \|", DOCUMENT.partition("## Limits")[0], re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    tables = {"enabled", "severity"}
    assert documented == {*configuration._OPTIONS, *configuration._SETTINGS, *configuration._IGNORE, *tables}
