"""The command line: the only place that prints, exits and reads options."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

import tfcheck
from tfcheck import config as configuration
from tfcheck import limits, output
from tfcheck.config import Config
from tfcheck.control import STANDARDS, Control, Severity
from tfcheck.controls import catalogue
from tfcheck.errors import TfcheckError, UsageError
from tfcheck.findings import Report, Status
from tfcheck.ignores import Terms, today
from tfcheck.progress import Progress
from tfcheck.records import fields, replace
from tfcheck.reporters import REPORTERS, Style, reporter
from tfcheck.run import Outcome, Request, run
from tfcheck.terraform.block import Options

CLEAN, FOUND, BROKEN = 0, 1, 2
# As shells tell what a signal ended.
INTERRUPTED, PIPE_CLOSED, TERMINATED = 130, 141, 143
_WIDTH_OF_FILES = 120
_LESS = "check fewer inputs in one run, or give it more"

# --var and --var-file in the order in which they were given, as ("var", "NAME=VALUE") or ("file", PATH).
Variables = tuple[tuple[str, str], ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and exits with its code; what is no command is something to check."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _command(words)
    except TfcheckError as error:
        output.say(str(error))
    except click.ClickException as error:
        output.show(error)
    except MemoryError:
        output.say(f"there is not enough memory for what was given: {_sizes(words)}: {_LESS}")
    except click.Abort:
        output.close()
        sys.exit(INTERRUPTED)
    except output.ClosedPipe:
        sys.exit(PIPE_CLOSED)
    except Exception as error:
        output.say_fault(error)
    else:
        return
    sys.exit(BROKEN)


def _command(words: list[str]) -> None:
    limits.checked(os.environ)
    commands = {"list": list_command, "explain": explain_command}
    command = commands.get(words[0]) if words else None
    if command is None:
        check_command.main(words, prog_name="tfcheck", obj=_given_variables(words), standalone_mode=False)
    else:
        command.main(words[1:], prog_name=f"tfcheck {words[0]}", standalone_mode=False)


def _sizes(words: Sequence[str]) -> str:
    """The files among the words of the command line, with their sizes."""
    files = [Path(word) for word in words if Path(word).is_file()]
    return ", ".join(f"{file}, {limits.size(file.stat().st_size)}" for file in files) or "directories"


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
    config, note = _config(options)
    progress = Progress()
    with ExitStack() as stack:
        stack.callback(progress.end)
        request = _request(config, paths, variables, options["plan_file"], partial(_scratch, stack))
        outcome = run(replace(request, step=progress.step))
        progress.step("writing the report")
        code = _tell(outcome, config, note, progress)
    sys.exit(code)


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
        options=Options((*files, *variables), _environment(), missing),
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


def _environment() -> dict[str, str]:
    """What of the environment evaluation may see: all else may be a secret of the workflow."""
    return {name: value for name, value in os.environ.items() if name.startswith("TF_VAR_") or name == "TF_WORKSPACE"}


def _scratch(stack: ExitStack) -> Path:
    import signal  # noqa: PLC0415 - only binary plans need one
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    return Path(stack.enter_context(TemporaryDirectory(prefix="tfcheck-")))


def _tell(outcome: Outcome, config: Config, note: str | None, progress: Progress) -> int:
    """Writes all reports, files first, and says what went wrong; the exit code. One that fails hinders no other."""
    report = outcome.report
    exit_code = _exit_code(report, config)
    style = _style(outcome, config, exit_code, note)
    for format_, file in (*config.report, (config.format, config.output)):
        plain = style if file is config.output else replace(style, color=False)
        text = _sarif(report, plain) if format_ == "sarif" else reporter(format_)(report, plain)
        progress.end()
        if text is None:
            exit_code = BROKEN
            continue
        try:
            output.write(text, file)
        except TfcheckError as error:
            output.say(str(error))
            exit_code = BROKEN
        except output.ClosedPipe:
            exit_code = PIPE_CLOSED
    if config.format != "table":
        _tell_problems(report, note)
    return exit_code


def _style(outcome: Outcome, config: Config, exit_code: int, note: str | None) -> Style:
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return Style(
        width=_width(),
        color=terminal and not (config.output or config.no_color or "NO_COLOR" in os.environ),
        show_passed=config.show_passed,
        category=config.category,
        exit_code=exit_code,
        read_source=outcome.read_source,
        links=_links(),
        note=note,
    )


@click.command()
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", help="Default: table.")
def list_command(format_: str) -> None:
    """The controls, by number."""
    controls = catalogue(Config().settings)
    if format_ == "json":
        import json  # noqa: PLC0415

        output.write(json.dumps([_listed(control) for control in controls], indent=1) + "\n", None)
        return
    from tabulate import tabulate  # noqa: PLC0415

    rows = [(one.id, one.severity.value, one.title, "" if one.status == "active" else one.status) for one in controls]
    width = max(_width() - 50, 30)
    headers = ("control", "severity", "title", "status")
    output.write(tabulate(rows, headers, tablefmt="simple", maxcolwidths=[None, None, width, 28]) + "\n", None)


@click.command()
@click.argument("control", metavar="ECS.n")
def explain_command(control: str) -> None:
    """What a control wants, why, and how to comply with it."""
    from tfcheck.explain import page  # noqa: PLC0415

    wanted = Config(control=(control.upper(),))
    output.write(page(configuration.selected(wanted, catalogue(wanted.settings))[0]), None)


def _width() -> int:
    """Columns of the terminal; those that suit a file where standard output is none."""
    try:
        return int(os.environ.get("COLUMNS", "")) or _WIDTH_OF_FILES
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _WIDTH_OF_FILES
    except (OSError, ValueError, AttributeError):  # no such stream
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


def _config(options: dict[str, Any]) -> tuple[Config, str | None]:
    """The configuration file, with the options that were given in place of what it says; and what it turns off."""
    try:
        directory = Path.cwd()
    except OSError:
        raise UsageError("the working directory is not there any more: go to another one") from None
    read = configuration.load(options["config"], directory)
    names = {one.name for one in fields(Config)} - {"report", "var_file", "file"}
    given = {name: value for name, value in options.items() if name in names and value}
    if options["report"]:
        given["report"] = tuple(configuration.report(one) for one in options["report"])
    config = replace(read, **given)
    if options["required_tag_keys"]:
        config = configuration.with_tag_keys(config, options["required_tag_keys"])
    return configuration.checked(config), _loosened(read, {name for name, value in options.items() if value})


def _loosened(config: Config, overruled: Collection[str]) -> str | None:
    if config.file is None:
        return None
    from tfcheck.loosened import loosened  # noqa: PLC0415 - most runs have no such file

    return loosened(config, overruled)


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
        output.say(sentence)
    return made.text


def _tell_problems(report: Report, note: str | None) -> None:
    if note is not None:
        output.say(f"note: {note}")
    for problem in report.problems:
        output.say(f"{problem.level}: {problem.path}: {problem.message}")
