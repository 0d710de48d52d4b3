"""tfcheck.toml and options -> what to run and by what measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tfcheck.control import STANDARDS, Control, Settings, Severity
from tfcheck.errors import UsageError

FILE_NAME = "tfcheck.toml"
FAIL_ON = (*(severity.value.lower() for severity in Severity), "never")
INSIGHTS = ("enabled", "enhanced", "disabled")
MAX_REQUIRED_TAG_KEYS = 6


@dataclass(frozen=True, slots=True)
class Config:
    """What to run: which controls (ids; none named means all) and standards, and what makes the run fail."""

    control: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    fail_on: str = "low"
    fail_on_unknown: bool = False
    show_passed: bool = False
    settings: Settings = field(default_factory=Settings)


def load(path: Path | None, start: Path) -> Config:
    """The configuration file: the given one, else the nearest tfcheck.toml from `start` up to the repository's root.

    Raises UsageError, naming the file and the key, for anything that it does not know.
    """
    found = path if path is not None else _search(start)
    if found is None:
        return Config()
    import tomllib  # noqa: PLC0415

    try:
        document = tomllib.loads(found.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{found}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{found}: is not TOML: {error}") from error
    return _config(str(found), document)


def _search(start: Path) -> Path | None:
    for directory in (start, *start.parents):
        if (directory / FILE_NAME).is_file():
            return directory / FILE_NAME
        if (directory / ".git").exists():
            return None
    return None


def _config(name: str, document: Mapping[str, Any]) -> Config:
    ours, settings = Config(), Settings()
    for key, value in document.items():
        where = f"{name}: {key}"
        if key in {one.name for one in fields(Settings)}:
            settings = replace(settings, **{key: _typed(where, value, getattr(settings, key))})
        elif key in {one.name for one in fields(Config)} - {"settings"}:
            ours = replace(ours, **{key: _typed(where, value, getattr(ours, key))})
        else:
            raise UsageError(f"{where}: there is no such key")
    try:
        return checked(replace(ours, settings=settings))
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from error


def _typed(where: str, value: object, like: object) -> Any:
    """The value if it has the type of the default: a list of strings, a boolean or a string."""
    if isinstance(like, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise UsageError(f"{where}: is to be a list of strings")
    wanted = bool if isinstance(like, bool) else str
    if type(value) is not wanted:
        raise UsageError(f"{where}: is to be {'true or false' if wanted is bool else 'a string'}")
    return value


def checked(config: Config) -> Config:
    """The same, if every value in it is one of those there are. Raises UsageError."""
    _one_of("standard", config.standard, STANDARDS)
    _one_of("fail_on", (config.fail_on,), FAIL_ON)
    insights = config.settings.account_container_insights
    _one_of("account_container_insights", () if insights is None else (insights,), INSIGHTS)
    if len(config.settings.required_tag_keys) > MAX_REQUIRED_TAG_KEYS:
        raise UsageError(f"required_tag_keys: Security Hub takes at most {MAX_REQUIRED_TAG_KEYS} keys")
    return config


def _one_of(key: str, values: Iterable[str], known: Iterable[str]) -> None:
    for value in values:
        if value not in known:
            raise UsageError(f"{key}: {value!r} is none of {', '.join(known)}")


def selected(config: Config, controls: tuple[Control[Any], ...]) -> tuple[Control[Any], ...]:
    """The controls to run. Raises UsageError for ids that are not there, and where none is left."""
    ids = [control.id for control in controls]
    _one_of("control", config.control, ids)
    _one_of("skip", config.skip, ids)
    left = tuple(
        control
        for control in controls
        if (not config.control or control.id in config.control)
        and control.id not in config.skip
        and (not config.standard or set(control.standards) & set(config.standard))
    )
    if not left:
        raise UsageError("no control is left to run: look at --control, --skip and --standard")
    return left
