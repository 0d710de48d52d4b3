"""tfcheck.toml and options -> what to run and by what measure."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tfcheck import files
from tfcheck import tomlvalues as toml
from tfcheck.control import STANDARDS, Control, Settings, Severity
from tfcheck.controls import catalogue
from tfcheck.errors import UsageError
from tfcheck.ignores import Ignore
from tfcheck.records import dataclass, field, replace
from tfcheck.reporters import REPORTERS
from tfcheck.terraform.hcl import project
from tfcheck.tomlvalues import Key, Reader

FILE_NAME = "tfcheck.toml"
_LIMIT = "CONFIG_BYTES"
FAIL_ON = (*(severity.value.lower() for severity in Severity), "never")
INSIGHTS = ("enabled", "enhanced", "disabled")
MAX_REQUIRED_TAG_KEYS = 6
_IGNORE_HEADER = r"(?m)^[ \t]*\[\[[ \t]*ignore[ \t]*\]\]"
# The settings that a control's own table may hold.
PARAMETERS = {
    "ECS.2": ("exempt_ecs_service_arns",),
    "ECS.12": ("account_container_insights",),
    **dict.fromkeys(("ECS.13", "ECS.14", "ECS.15"), ("required_tag_keys",)),
}


@dataclass(frozen=True, slots=True)
class ControlTable:
    """What a control's own table says: parameters are those settings that differ from the others'."""

    enabled: bool = True
    severity: Severity | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """What to run: which controls (ids; none named means all) and standards, what makes the run fail, what to write.

    Paths count from the working directory. report: formats and files. terraform: the program that shows binary plans,
    None for the one that is found. tables: by a control's id. ignores: what is accepted. file: the name of the file
    that says all this, None where there is none.
    """

    control: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    fail_on: str = "low"
    fail_on_unknown: bool = False
    only_introduced: bool = False
    baseline: Path | None = None
    source_dir: Path | None = None
    var_file: tuple[str, ...] = ()
    allow_missing_modules: bool = False
    terraform: str | None = None
    format: str = "table"
    output: Path | None = None
    report: tuple[tuple[str, Path], ...] = ()
    category: str | None = None
    show_passed: bool = False
    no_color: bool = False
    settings: Settings = field(default_factory=Settings)
    tables: Mapping[str, ControlTable] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    file: str | None = field(default=None, compare=False)


def load(path: Path | None, start: Path) -> Config:
    """The configuration file: the given one, else the nearest tfcheck.toml from `start` up to the repository's root.

    start: the working directory; without a repository around it, it is the only place. Raises UsageError, naming the
    file and the key, for anything that it does not know.
    """
    found = path if path is not None else _search(start)
    if found is None:
        return Config()
    name = str(found) if path is not None else os.path.relpath(found, start)
    try:
        root = None if path is not None else project.repository(start.resolve())
        return checked(replace(_read(start / found, start, root), file=name))
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from error


def _search(start: Path) -> Path | None:
    root = project.repository(start)
    inside = (one for one in (start, *start.parents) if one.is_relative_to(root))
    return next((one / FILE_NAME for one in inside if os.path.lexists(one / FILE_NAME)), None)


def _read(file: Path, start: Path, root: Path | None) -> Config:
    """The file; root: what a link must not lead out of, None for a file that was named."""
    import tomllib  # noqa: PLC0415 - most runs have no such file

    try:
        data = files.read(file, _LIMIT) if root is None else files.read_inside(file, _LIMIT, lambda: root)
        text = data.decode("utf-8-sig")
        document = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # its own errors, and that of a number with too many digits
        raise UsageError(f"is not TOML: {error}") from error
    values = toml.members(Key(file.parent, start), document, {**_OPTIONS, **_SETTINGS, **_TABLES})
    directory = file.parent.resolve()
    shown = project.path_in(project.repository(directory), directory / file.name) or file.name
    return Config(
        **{name: value for name, value in values.items() if name in _OPTIONS},
        settings=Settings(**{name: value for name, value in values.items() if name in _SETTINGS}),
        tables=values.get("controls", {}),
        ignores=_ignores(values.get("ignore", []), shown, text),
    )


def _control_tables(key: Key, value: object) -> dict[str, ControlTable]:
    """[controls."ECS.13"] and the like, by id."""
    known = [control.id for control in catalogue(Settings())]
    tables: dict[str, ControlTable] = {}
    for name, member in toml.table(key, value).items():
        inner = key.inside(name)
        if name == "ECS":
            inner.wrong('an id is written in quotes: [controls."ECS.13"]')
        if name not in known:
            inner.unknown(known)
        parameters = {one: _SETTINGS[one] for one in PARAMETERS.get(name, ())}
        read = toml.members(inner, member, {"enabled": toml.flag, "severity": _severity, **parameters})
        tables[name] = ControlTable(
            read.get("enabled", True), read.get("severity"), {one: read[one] for one in parameters if one in read}
        )
    return tables


def _severity(key: Key, value: object) -> Severity:
    return Severity(toml.one_of(*(one.value for one in Severity))(key, value))


def _reports(key: Key, value: object) -> tuple[tuple[str, Path], ...]:
    pairs = [report(one) for one in toml.strings(key, value)]
    return tuple((kind, toml.written(key, str(file))) for kind, file in pairs)


def _ignore_tables(key: Key, value: object) -> list[dict[str, Any]]:
    """[[ignore]], as they are written; in messages they count from 1."""
    if not isinstance(value, list):
        key.wrong("is to be a list of tables: write [[ignore]]")
    tables = []
    for place, member in enumerate(value, start=1):
        inner = replace(key, name=f"{key.name}[#{place}]")
        read = toml.members(inner, member, _IGNORE)
        for missing in ("control", "reason"):
            if missing not in read:
                inner.wrong(f"has no {missing}, which it needs")
        if "address" not in read and "path" not in read:
            inner.wrong("has neither address nor path; `skip` leaves a control out everywhere")
        tables.append(read)
    return tables


def _ignores(tables: list[dict[str, Any]], file: str, text: str) -> tuple[Ignore, ...]:
    """The same with their places, as far as those are certain."""
    lines: list[int | None] = [text.count("\n", 0, header.start()) + 1 for header in re.finditer(_IGNORE_HEADER, text)]
    if len(lines) != len(tables):
        lines = [None] * len(tables)
    return tuple(
        Ignore(one["control"], one["reason"], one.get("address"), one.get("path"), one.get("until"), file, line)
        for one, line in zip(tables, lines, strict=True)
    )


_OPTIONS: dict[str, Reader] = {
    "control": toml.ids,
    "skip": toml.ids,
    "standard": toml.strings,
    "fail_on": toml.string,
    "fail_on_unknown": toml.flag,
    "only_introduced": toml.flag,
    "baseline": toml.read,
    "source_dir": toml.read,
    "var_file": toml.all_read,
    "allow_missing_modules": toml.flag,
    "terraform": toml.program,
    "format": toml.string,
    "output": toml.written,
    "report": _reports,
    "category": toml.string,
    "show_passed": toml.flag,
    "no_color": toml.flag,
}
_SETTINGS: dict[str, Reader] = {
    "required_tag_keys": toml.strings,
    "exempt_ecs_service_arns": toml.strings,
    "account_container_insights": toml.string,
}
_TABLES: dict[str, Reader] = {"controls": _control_tables, "ignore": _ignore_tables}
_IGNORE: dict[str, Reader] = {
    "control": toml.one_or_more_ids,
    "address": toml.string,
    "path": toml.string,
    "reason": toml.string,
    "until": toml.day,
}


def checked(config: Config) -> Config:
    """The same, if every value in it is one of those there are. Raises UsageError."""
    _one_of("standard", config.standard, STANDARDS)
    _one_of("fail_on", (config.fail_on,), FAIL_ON)
    _one_of("format", (config.format,), REPORTERS)
    _one_of("report", (kind for kind, _ in config.report), REPORTERS)
    _check_settings("", config.settings)
    for control, table in config.tables.items():
        _check_settings(f'controls."{control}".', replace(config.settings, **table.parameters))
    return config


def _check_settings(prefix: str, settings: Settings) -> None:
    insights = settings.account_container_insights
    _one_of(f"{prefix}account_container_insights", () if insights is None else (insights,), INSIGHTS)
    if len(settings.required_tag_keys) > MAX_REQUIRED_TAG_KEYS:
        raise UsageError(f"{prefix}required_tag_keys: Security Hub takes at most {MAX_REQUIRED_TAG_KEYS} keys")


def _one_of(key: str, values: Iterable[str], known: Iterable[str]) -> None:
    for value in values:
        if value not in known:
            raise UsageError(f"{key}: {value!r} is none of {', '.join(known)}")


def report(text: str) -> tuple[str, Path]:
    """The format and the file of `KIND=FILE`. Raises UsageError where it is not of that form."""
    kind, _, file = text.partition("=")
    if not kind or not file:
        raise UsageError(f"report: {text!r} is to be KIND=FILE, like sarif=tfcheck.sarif")
    return kind, Path(file)


def with_tag_keys(config: Config, keys: tuple[str, ...]) -> Config:
    """The same, with these keys required by every control of tags, whatever their tables say."""
    tables = {
        control: replace(table, parameters={**table.parameters, "required_tag_keys": keys})
        if "required_tag_keys" in table.parameters
        else table
        for control, table in config.tables.items()
    }
    return replace(config, settings=replace(config.settings, required_tag_keys=keys), tables=tables)


def controls(config: Config) -> tuple[Control[Any], ...]:
    """All controls, with the parameters and severities that the configuration gives them."""
    return tuple(_configured(control, config) for control in catalogue(config.settings))


def _configured(control: Control[Any], config: Config) -> Control[Any]:
    table = config.tables.get(control.id, ControlTable())
    if table.parameters:
        own = catalogue(replace(config.settings, **table.parameters))
        control = next(one for one in own if one.id == control.id)
    return control if table.severity is None else replace(control, severity=table.severity)


def selected(config: Config, controls: tuple[Control[Any], ...]) -> tuple[Control[Any], ...]:
    """The controls to run; naming one in `control` runs it though its table disables it.

    Raises UsageError for ids that are not there, and where none is left.
    """
    ids = [control.id for control in controls]
    _one_of("control", config.control, ids)
    _one_of("skip", config.skip, ids)
    disabled = {control for control, table in config.tables.items() if not table.enabled}
    left = tuple(
        control
        for control in controls
        if (control.id in config.control if config.control else control.id not in disabled)
        and control.id not in config.skip
        and (not config.standard or set(control.standards) & set(config.standard))
    )
    if not left:
        raise UsageError("no control is left to run: look at --control, --skip and --standard")
    return left
