"""The command line: the only place that prints, exits and reads options."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

import tfcheck
from tfcheck import config as configuration
from tfcheck.config import Config
from tfcheck.control import STANDARDS, Control, Severity
from tfcheck.controls import catalogue
from tfcheck.errors import TfcheckError
from tfcheck.findings import Report, Status
from tfcheck.ignores import Terms, today
from tfcheck.messages import clean, inert
from tfcheck.reporters import REPORTERS, Style, reporter
from tfcheck.run import Outcome, Request, run
from tfcheck.terraform.block import Options

CLEAN, FOUND, BROKEN = 0, 1, 2
_WIDTH_OF_FILES = 120

# --var and --var-file in the order in which they were given, as ("var", "NAME=VALUE") or ("file", PATH).
Variables = tuple[tuple[str, str], ...]


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


_FILE = click.Path(path_type=Path, dir_okay=False)
_DIRECTORY = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(epilog="Other commands: `tfcheck list` lists the controls, `tfcheck explain ECS.5` shows one of them.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--format", type=click.Choice(list(REPORTERS)), help="Default: table.")
@click.option("--output", type=_FILE, help="Write the report to this file.")
@click.option("--report", multiple=True, metavar="FORMAT=FILE", help="Write one in this format, too; repeatable.")
@click.option("--source-dir", type=_DIRECTORY, help="The plan's HCL.")
@click.option("--plan-file", type=_FILE, help="The binary plan of a plan in JSON: it holds its HCL.")
@click.option("--terraform", metavar="PROGRAM", help="What shows a binary plan. Default: terraform, else tofu.")
@click.option("--var", multiple=True, metavar="NAME=VALUE", help="A variable's value, for HCL; repeatable.")
@click.option("--var-file", multiple=True, metavar="FILE", help="A file of variables' values, for HCL; repeatable.")
@click.option("--allow-missing-modules", is_flag=True, help="A module that is not there is no error, for HCL.")
@click.option("--control", multiple=True, callback=_ids, metavar="ECS.n", help="Only these controls; repeatable.")
@click.option("--skip", multiple=True, callback=_ids, metavar="ECS.n", help="Not these controls; repeatable.")
@click.option("--standard", multiple=True, callback=_words, help=f"Only controls of: {', '.join(STANDARDS)}.")
@click.option("--fail-on", type=click.Choice(configuration.FAIL_ON), help="Least severity that exits 1. Default: low.")
@click.option("--fail-on-unknown", is_flag=True, help="Exit 1 for what cannot be decided before apply, too.")
@click.option("--only-introduced", is_flag=True, help="Exit 1 only for failures that this change introduces.")
@click.option("--baseline", type=_FILE, help="An earlier report in JSON, to which this one is compared.")
@click.option("--required-tag-keys", multiple=True, callback=_words, metavar="K1,K2", help="For ECS.13, 14 and 15.")
@click.option("--config", type=_FILE, help="Default: tfcheck.toml, searched upwards.")
@click.option("--category", metavar="NAME", help="Name of the run among several of one commit.")
@click.option("--show-passed", is_flag=True, help="Show what passed and what does not apply, too.")
@click.option("--no-color", is_flag=True, help="No colours on a terminal.")
@click.version_option(tfcheck.__version__, message="tfcheck %(version)s")
@click.pass_obj
def check_command(variables: Variables, /, paths: tuple[str, ...], **options: Any) -> None:
    """What AWS Security Hub is going to say about the ECS resources of a Terraform plan or configuration.

    PATH is a plan or a state in JSON, made with `terraform show -json`, `-` for standard input, a binary plan, or a
    directory of HCL, whose root modules are judged; by default the working directory.

    Exits 0 when nothing failed, 1 when something did, 2 when something could not be read.
    """
    config = _config(options)
    with ExitStack() as stack:
        request = _request(config, paths, variables, options["plan_file"], partial(_scratch, stack))
        outcome = run(request)
        sys.exit(_tell(outcome, config))


def _request(
    config: Config, paths: tuple[str, ...], variables: Variables, plan_file: Path | None, scratch: Callable[[], Path]
) -> Request:
    everything = configuration.controls(config)
    controls = configuration.selected(config, everything)
    missing: Literal["warning", "error"] = "warning" if config.allow_missing_modules else "error"
    files = tuple(("file", path) for path in config.var_file)
    return Request(
        paths=paths or (str(plan_file or "."),),
        controls=controls,
        options=Options((*files, *variables), os.environ, missing),
        ignores=config.ignores,
        terms=Terms(today(os.environ), [one.id for one in everything], {one.id for one in controls}),
        scratch=scratch,
        for_hcl=bool(variables),
        for_plans=config.only_introduced and config.baseline is None,
        source_dir=config.source_dir,
        plan_file=plan_file,
        terraform=config.terraform,
        baseline=config.baseline,
    )


def _scratch(stack: ExitStack) -> Path:
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - only binary plans need one

    return Path(stack.enter_context(TemporaryDirectory(prefix="tfcheck-")))


def _tell(outcome: Outcome, config: Config) -> int:
    """Writes all reports and says what went wrong; the exit code."""
    report = outcome.report
    exit_code = _exit_code(report, config)
    style = Style(
        width=_width(),
        color=sys.stdout.isatty() and not (config.output or config.no_color or "NO_COLOR" in os.environ),
        show_passed=config.show_passed,
        category=config.category,
        exit_code=exit_code,
        read_source=outcome.read_source,
        links=_links(),
    )
    for format_, output in ((config.format, config.output), *config.report):
        plain = style if output is config.output else replace(style, color=False)
        text = _sarif(report, plain) if format_ == "sarif" else reporter(format_)(report, plain)
        if text is None:
            exit_code = BROKEN
        else:
            _write(text, output)
    if config.format != "table":
        _tell_problems(report)
    return exit_code


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
    names = {one.name for one in fields(Config)} - {"report", "var_file"}
    given = {name: value for name, value in options.items() if name in names and value}
    if options["report"]:
        given["report"] = tuple(configuration.report(one) for one in options["report"])
    config = replace(config, **given)
    if options["required_tag_keys"]:
        config = configuration.with_tag_keys(config, options["required_tag_keys"])
    return configuration.checked(config)


def _given_variables(words: Sequence[str]) -> Variables:
    """--var and --var-file in the order in which they were given: what comes later wins."""
    found: list[tuple[str, str]] = []
    for place, word in enumerate(words):
        if word == "--":
            break
        option, equals, value = word.partition("=")
        kind = {"--var": "var", "--var-file": "file"}.get(option)
        if kind is not None:
            found.append((kind, value if equals else words[place + 1] if place + 1 < len(words) else ""))
    return tuple(found)


def _links() -> str | None:
    """What the path of a file follows in its URL at the commit that GitHub Actions runs for."""
    server, repository, commit = (os.environ.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    return f"{server}/{repository}/blob/{commit}" if server and repository and commit else None


def _exit_code(report: Report, config: Config) -> int:
    if report.has_errors:
        return BROKEN
    if config.fail_on_unknown and report.count(Status.UNKNOWN):
        return FOUND
    if config.fail_on == "never":
        return CLEAN
    least = Severity(config.fail_on.upper()).rank
    failed = (one for one in report.findings if one.status is Status.FAILED and one.suppressed is None)
    counting = (one for one in failed if not (config.only_introduced and one.introduced is False))
    return FOUND if any(one.control.severity.rank >= least for one in counting) else CLEAN


def _sarif(report: Report, style: Style) -> str | None:
    """The SARIF, when it was said what had to be left out of it; None where it would close every alert."""
    from tfcheck.reporters.sarif import document  # noqa: PLC0415

    made = document(report, style)
    for sentence in made.left_out:
        click.echo(f"tfcheck: {sentence}", err=True)
    return made.text


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
        told = f"tfcheck: {problem.level}: {clean(problem.path)}: {clean(problem.message)}"
        click.echo(inert(told), err=True)
