"""What a configuration file turns off, in words: who sends a pull request may change it, and all are to see that."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tfcheck.config import Config

_MOST_TOLD = 20


def loosened(config: Config, overruled: Collection[str]) -> str | None:
    """What a file as it was read turns off or lets pass, on one line that starts with its name; None for nothing.

    overruled: the options that were given on the command line, and count in its place.
    """
    told = [*_of_options(config, overruled), *_of_tables(config)]
    return f"{config.file}: {'; '.join(told)}" if told else None


def _of_options(config: Config, overruled: Collection[str]) -> Iterator[str]:
    sentences = {
        "control": config.control and f"runs only {_list(config.control)}",
        "skip": config.skip and f"does not run {_list(config.skip)}",
        "standard": config.standard and f"runs only the controls of {_list(config.standard)}",
        "fail_on": config.fail_on != "low" and f"fails on {_severity(config.fail_on)}",
        "only_introduced": config.only_introduced and "fails only on what the change introduces",
        "baseline": config.baseline and f"compares with {config.baseline}",
        "allow_missing_modules": config.allow_missing_modules and "passes over missing modules",
        "required_tag_keys": config.settings.required_tag_keys
        and f"requires the tags {_list(config.settings.required_tag_keys)}",
    }
    yield from (sentence for name, sentence in sentences.items() if sentence and name not in overruled)
    if config.settings.exempt_ecs_service_arns:
        yield f"exempts {len(config.settings.exempt_ecs_service_arns)} services from ECS.2"
    if config.settings.account_container_insights not in (None, "disabled"):
        yield f"takes the account's Container Insights for {config.settings.account_container_insights}"


def _of_tables(config: Config) -> Iterator[str]:
    disabled = [name for name, table in config.tables.items() if not table.enabled and name not in config.control]
    if disabled:
        yield f"disables {_list(disabled)}"
    changed = [name for name, table in config.tables.items() if table.severity is not None or table.parameters]
    if changed:
        yield f"changes {_list(changed)}"
    if config.ignores:
        yield f"accepts failures by {len(config.ignores)} [[ignore]]"


def _severity(fail_on: str) -> str:
    return "nothing" if fail_on == "never" else f"nothing below {fail_on}"


def _list(names: Collection[str]) -> str:
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    return ", ".join(list(names)[:_MOST_TOLD]) + more
