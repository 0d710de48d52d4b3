"""The command line: the only place that prints, exits and reads options."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

import tfcheck
from tfcheck import config as configuration
from tfcheck import locate
from tfcheck.config import Config
from tfcheck.control import STANDARDS, Control, Severity
from tfcheck.controls import catalogue
from tfcheck.errors import InputError, Problem, TfcheckError, UsageError
from tfcheck.findings import Report, Status, check
from tfcheck.messages import clean
from tfcheck.reporters import REPORTERS, Style, reporter
from tfcheck.terraform import overlay
from tfcheck.terraform.adapt import adapt, shared_families
from tfcheck.terraform.block import Options, Reading
from tfcheck.terraform.hcl import project
from tfcheck.terraform.read import is_configuration, read, read_configuration

CLEAN, FOUND, BROKEN = 0, 1, 2
_WIDTH_OF_FILES = 120


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits with its code; what is no command is something to check."""
    # A run is short: looking for cycles costs a third of the time that a large plan takes, and frees nothing.
    gc.disable()
    words = list(sys.argv[1:] if arguments is None else arguments)
    commands = {"list": list_command, "explain": explain_command}
    command = commands.get(words[0]) if words else None
    try:
        if command is None:
            check_command.main(words, prog_name="tfcheck", obj=_given_variables(words))
        else:
            command.main(words[1:], prog_name=f"tfcheck {words[0]}")
    except TfcheckError as error:
        click.echo(f"tfcheck: {clean(str(error))}", err=True)
        sys.exit(BROKEN)
    except Exception:
        import traceback  # noqa: PLC0415

        traceback.print_exc()
        sys.exit(BROKEN)


def _words(_: click.Context, __: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    """Values of an option that may be repeated, or hold several separated by commas."""
    return tuple(word.strip() for one in value for word in one.split(",") if word.strip())


def _ids(context: click.Context, parameter: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.upper() for word in _words(context, parameter, value))


@click.command(epilog="Other commands: `tfcheck list` lists the controls, `tfcheck explain ECS.5` shows one of them.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--format", "format_", type=click.Choice(list(REPORTERS)), default="table", help="Default: table.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to this file.")
@click.option("--source-dir", type=click.Path(path_type=Path, exists=True, file_okay=False), help="The plan's HCL.")
@click.option("--var", multiple=True, metavar="NAME=VALUE", help="A variable's value, for HCL; repeatable.")
@click.option("--var-file", multiple=True, metavar="FILE", help="A file of variables' values, for HCL; repeatable.")
@click.option("--allow-missing-modules", is_flag=True, help="A module that is not there is no error, for HCL.")
@click.option("--control", multiple=True, callback=_ids, metavar="ECS.n", help="Only these controls; repeatable.")
@click.option("--skip", multiple=True, callback=_ids, metavar="ECS.n", help="Not these controls; repeatable.")
@click.option("--standard", multiple=True, callback=_words, help=f"Only controls of: {', '.join(STANDARDS)}.")
@click.option("--fail-on", type=click.Choice(configuration.FAIL_ON), help="Least severity that exits 1. Default: low.")
@click.option("--fail-on-unknown", is_flag=True, help="Exit 1 for what cannot be decided before apply, too.")
@click.option("--required-tag-keys", multiple=True, callback=_words, metavar="K1,K2", help="For ECS.13, 14 and 15.")
@click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), help="Default: tfcheck.toml, searched upwards."
)
@click.option("--category", metavar="NAME", help="Category of the SARIF run.")
@click.option("--show-passed", is_flag=True, help="Show what passed and what does not apply, too.")
@click.option("--no-color", is_flag=True, help="No colours on a terminal.")
@click.version_option(tfcheck.__version__, message="tfcheck %(version)s")
@click.pass_obj
def check_command(variables: tuple[tuple[str, str], ...], /, paths: tuple[str, ...], **options: Any) -> None:
    """What AWS Security Hub is going to say about the ECS resources of a Terraform plan or configuration.

    PATH is a plan or a state in JSON, made with `terraform show -json`, `-` for standard input, or a directory of HCL,
    whose root modules are judged; by default the working directory.

    Exits 0 when nothing failed, 1 when something did, 2 when something could not be read.
    """
    config = _config(options)
    controls = configuration.selected(config, catalogue(config.settings))
    missing: Literal["warning", "error"] = "warning" if options["allow_missing_modules"] else "error"
    reading = Options(variables, os.environ, missing)
    report, repositories = _report(paths or (".",), controls, options["source_dir"], reading)
    exit_code = _exit_code(report, config)
    if options["format_"] == "sarif" and not _can_upload(report):
        sys.exit(BROKEN)
    style = Style(
        width=_width(),
        color=sys.stdout.isatty() and not (options["output"] or options["no_color"] or "NO_COLOR" in os.environ),
        show_passed=config.show_passed,
        category=options["category"],
        exit_code=exit_code,
        read_source=partial(_text, repositories),
    )
    _write(reporter(options["format_"])(report, style), options["output"])
    if options["format_"] != "table":
        _tell_problems(report)
    sys.exit(exit_code)


@click.command()
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", help="Default: table.")
def list_command(format_: str) -> None:
    """The controls, by number."""
    controls = catalogue(Config().settings)
    if format_ == "json":
        import json  # noqa: PLC0415

        click.echo(json.dumps([_listed(control) for control in controls], indent=1))
        return
    from tabulate import tabulate  # noqa: PLC0415

    rows = [(one.id, one.severity.value, one.title, "" if one.status == "active" else one.status) for one in controls]
    width = max(_width() - 50, 30)
    headers = ("control", "severity", "title", "status")
    click.echo(tabulate(rows, headers, tablefmt="simple", maxcolwidths=[None, None, width, 28]))


@click.command()
@click.argument("control", metavar="ECS.n")
def explain_command(control: str) -> None:
    """What a control wants, why, and how to comply with it."""
    from tfcheck.explain import page  # noqa: PLC0415

    wanted = Config(control=(control.upper(),))
    click.echo(page(configuration.selected(wanted, catalogue(wanted.settings))[0]), nl=False)


def _width() -> int:
    """Columns of the terminal; those that suit a file where standard output is none."""
    try:
        return int(os.environ.get("COLUMNS", "")) or _WIDTH_OF_FILES
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _WIDTH_OF_FILES
    except (OSError, ValueError):
        return _WIDTH_OF_FILES


def _listed(control: Control[Any]) -> dict[str, Any]:
    return {
        "id": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "category": control.category,
        "aws_type": control.aws_type,
        "config_rule": control.config_rule,
        "standards": list(control.standards),
        "requirements": list(control.requirements),
        "status": control.status,
        "url": control.url,
    }


def _config(options: dict[str, Any]) -> Config:
    """The configuration file, with the options that were given in place of what it says."""
    config = configuration.load(options["config"], Path.cwd())
    given = {key: options[key] for key in ("control", "skip", "standard", "fail_on", "fail_on_unknown", "show_passed")}
    config = replace(config, **{key: value for key, value in given.items() if value})
    if options["required_tag_keys"]:
        config = replace(config, settings=replace(config.settings, required_tag_keys=options["required_tag_keys"]))
    return configuration.checked(config)


def _given_variables(words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """--var and --var-file in the order in which they were given: what comes later wins."""
    found: list[tuple[str, str]] = []
    for place, word in enumerate(words):
        option, equals, value = word.partition("=")
        kind = {"--var": "var", "--var-file": "file"}.get(option)
        if kind is not None:
            found.append((kind, value if equals else words[place + 1] if place + 1 < len(words) else ""))
    return tuple(found)


def _report(
    paths: Sequence[str], controls: Sequence[Control[Any]], source_dir: Path | None, options: Options
) -> tuple[Report, list[Path]]:
    """The report on all inputs, and the repositories of their sources.

    An input that cannot be read is a problem beside the others; where none can, it ends the run.
    """
    readings: list[Reading] = []
    problems: list[Problem] = []
    failure: InputError | None = None
    for path in paths:
        try:
            readings += _read(path, source_dir, options)
        except InputError as error:
            failure = error
            problems.append(Problem("error", path, str(error).removeprefix(f"{path}: ")))
    if failure is not None and not readings:
        raise failure
    found = [one for reading in readings for one in check(controls, adapt(reading.blocks))]
    for reading in readings:
        problems += [*reading.problems, *shared_families(reading), *reading.late_problems()]
    report = Report(
        tuple(reading.source for reading in readings),
        tuple(sorted(found, key=locate.order)),
        tuple(dict.fromkeys(problems)),
    )
    return report, [one.repository for one in readings if one.repository is not None]


def _read(path: str, source_dir: Path | None, options: Options) -> list[Reading]:
    if is_configuration(path):
        return read_configuration(path, options)
    if options.variables:
        raise UsageError(f"{path}: --var and --var-file are for HCL: a plan has its variables already")
    reading = read(path)
    sources = overlay.find(reading, path, source_dir)
    return [reading if sources is None else overlay.with_places(reading, sources)]


def _text(repositories: Sequence[Path], path: str) -> str | None:
    """The text of a file of one of the repositories, by its path from there."""
    texts = (project.text(repository / path) for repository in repositories)
    return next((text for text in texts if text is not None), None)


def _exit_code(report: Report, config: Config) -> int:
    if report.has_errors:
        return BROKEN
    if config.fail_on_unknown and report.count(Status.UNKNOWN):
        return FOUND
    if config.fail_on == "never":
        return CLEAN
    least = Severity(config.fail_on.upper()).rank
    failed = any(one.status is Status.FAILED and one.control.severity.rank >= least for one in report.findings)
    return FOUND if failed else CLEAN


def _can_upload(report: Report) -> bool:
    """Says how many failures have no place; a SARIF without any of them would close every alert."""
    from tfcheck.reporters.sarif import unplaced  # noqa: PLC0415

    missing, failed = unplaced(report), report.count(Status.FAILED)
    if missing:
        click.echo(
            f"tfcheck: {missing} of {failed} failures have no place in the repository and are not in the SARIF: "
            "give the plan's HCL with --source-dir",
            err=True,
        )
    return not failed or missing < failed


def _write(text: str, output: Path | None) -> None:
    data = text.encode("utf-8", "replace")
    if output is None:
        click.echo(data, nl=False)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise TfcheckError(f"{output}: cannot be written: {error.strerror}") from error


def _tell_problems(report: Report) -> None:
    for problem in report.problems:
        click.echo(f"tfcheck: {problem.level}: {clean(problem.path)}: {clean(problem.message)}", err=True)
