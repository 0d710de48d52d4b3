"""Formats of a report: the explicit list, from which the command line takes its choices."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from tfcheck.findings import Report
from tfcheck.records import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """How to write a report.

    width: columns of the terminal. read_source: the text of a file by its path in the report, None where it is not at
    hand. category: the name of the run among several, None for none. exit_code: the one that the run is going to end
    with. links: what the path of a file follows in its URL at the commit at hand, None where there is none. limit: the
    most bytes of a Markdown report; a step summary of GitHub holds 1 MiB, a comment 65,536 characters. note: what
    the configuration file turns off, None where that is nothing.
    """

    width: int = 100
    color: bool = False
    show_passed: bool = False
    category: str | None = None
    exit_code: int = 0
    read_source: Callable[[str], str | None] = lambda _: None
    links: str | None = None
    limit: int = 900_000
    note: str | None = None


Reporter = Callable[[Report, Style], str]

# Modules by format, imported when a run asks for one: each has `render`, a Reporter.
REPORTERS = {
    "table": "tfcheck.reporters.table",
    "json": "tfcheck.reporters.json",
    "sarif": "tfcheck.reporters.sarif",
    "github": "tfcheck.reporters.github",
    "markdown": "tfcheck.reporters.markdown",
    "junit": "tfcheck.reporters.junit",
    "gitlab": "tfcheck.reporters.gitlab",
}


def reporter(name: str) -> Reporter:
    """The reporter of a format in REPORTERS."""
    render: Reporter = import_module(REPORTERS[name]).render
    return render
