"""Reports for CI systems: workflow commands, Markdown, JUnit and Code Quality, with hostile names too."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from conftest import TESTDATA, Run, assert_golden
from hypothesis import given, settings
from hypothesis import strategies as st

from tfcheck.changes import score
from tfcheck.control import Settings
from tfcheck.controls import catalogue
from tfcheck.errors import Problem
from tfcheck.findings import Finding, Report, Status, Suppression
from tfcheck.inputs import Resource
from tfcheck.messages import clean
from tfcheck.records import replace
from tfcheck.reporters import Style, reporter
from tfcheck.reporters.markup import code, escape, prose
from tfcheck.reporters.table import told
from tfcheck.terraform.block import Source
from tfcheck.values import Field, Region, SourceLocation, Unknown

FORMATS = {"github": "github", "markdown": "md", "junit": "junit.xml", "gitlab": "gitlab.json"}
# The input of each golden, and the options.
CASES: dict[str, tuple[str, ...]] = {
    "update": ("changes/update/plan.json",),
    "suppressed": ("suppressions/places/plan.json", "--config", "suppressions/places/tfcheck.toml"),
    "undecided": ("plans/unknowns_in_lists/plan.json", "--show-passed"),
    "errored": ("plans/errored/plan.json", "--category", "stacks/errored"),
    "keys": ("plans/keys/plan.json",),
    "unplaced": ("elsewhere/plan.json",),
    "destroy": ("plans/destroy/plan.json",),
    "hostile": ("reports/hostile",),
}
CONTROLS = {control.id: control for control in catalogue(Settings())}
LINKS = "https://github.com/acme/infra/blob/0123abc"
ANNOTATION = re.compile(r"::(error|warning|notice) ((?:[A-Za-z]+=[^:,\r\n]*,)*[A-Za-z]+=[^:,\r\n]*)::([^\r\n]*)")

RunTfcheck = Callable[..., Run]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own with the inputs, as the working directory; no CI system is in sight."""
    (tmp_path / ".git").mkdir()
    for directory in ("changes/update", "suppressions/places", "reports/hostile"):
        shutil.copytree(TESTDATA / directory, tmp_path / directory)
    for name in ("unknowns_in_lists", "errored", "keys", "destroy"):
        shutil.copytree(TESTDATA / "plans" / name, tmp_path / "plans" / name)
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(TESTDATA / "plans" / "keys" / "plan.json", tmp_path / "elsewhere")
    for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_golden(run: RunTfcheck, repository: Path, case: str, format_: str) -> None:
    done = run(*CASES[case], "--format", format_)
    assert_golden(TESTDATA / "reports" / f"{case}.{FORMATS[format_]}", done.out)
    checked(format_, done.out)
    assert run(*CASES[case], "--format", format_).out == done.out
    assert str(repository) not in done.out


@pytest.mark.parametrize("case", CASES)
def test_counts_are_those_of_the_json_report(run: RunTfcheck, repository: Path, case: str) -> None:
    summary = json.loads(run(*CASES[case], "--format", "json").out)["summary"]
    suites = checked("junit", run(*CASES[case], "--format", "junit").out)
    assert int(suites.get("failures")) == summary["FAILED"]
    assert len(suites.findall(".//skipped")) == summary["UNKNOWN"] + summary["suppressed"]
    assert len(suites.findall("testsuite/testcase[@name]")) - int(suites.get("errors")) == (
        summary["FAILED"] + summary["UNKNOWN"] + summary["suppressed"] + summary["PASSED"]
    )


# What each format promises of every report, whatever is in it.


def checked(format_: str, text: str) -> Any:
    return {"github": commands, "markdown": markdown, "junit": junit, "gitlab": gitlab}[format_](text)


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Each line is one command; GitHub shows all of them."""
    found = []
    for line in text.splitlines():
        match = ANNOTATION.fullmatch(line)
        assert match is not None, line
        properties = {name: unescaped(value) for name, _, value in (one.partition("=") for one in match[2].split(","))}
        found.append((match[1], properties, unescaped(match[3])))
    kinds = [kind for kind, _, _ in found]
    assert all(kinds.count(kind) <= 10 for kind in kinds)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)
    return found


def unescaped(text: str) -> str:
    """As GitHub's runner does it, `%25` at last."""
    for escape_, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape_, character)
    return text


TAGS = r"</?(?:code|details|summary)>|<(?:br|wbr|!-- --)>"
CONTROL_LINK = r"\[ECS\.\d+\]\(https://docs\.aws\.amazon\.com/[\w/.-]+#ecs-\d+\)"


def markdown(text: str) -> dict[str, list[list[str]]]:
    """The cells of each table by the title above it; nothing in the text is markup but what the reporter makes."""
    first, *lines = text.split("\n")
    assert re.fullmatch(r"<!-- tfcheck:[\w.~/% -]* -->", first)
    tables: dict[str, list[list[str]]] = {}
    title, columns = "", 0
    for line in lines:
        harmless(line)
        if line.startswith(("###", "<details>")):
            title, columns = re.sub(r"<[^>]*>|^#+ ", "", line), 0
        elif line.startswith("|"):
            cells = line.split("|")[1:-1]
            columns = columns or len(cells)
            assert len(cells) == columns, line
            tables.setdefault(title, []).append([cell.strip() for cell in cells])
        elif line and not line.startswith(("- ", "> ", "</details>", "## ", "_")):
            assert line[0].isalnum() or line.startswith("<code>") or line == ">", line
    assert text.count("<details>") == text.count("</details>")
    return tables


def harmless(line: str) -> None:
    """No tag, mark of Markdown, mention, reference to an issue or URL but the reporter's own."""
    own = re.sub(CONTROL_LINK, "", line)
    own = re.sub(rf"\]\({LINKS}/[\w/.~%-]*(?:#L\d+)?\)|(?<=[ >])\[(?!!)", "", own)
    assert not re.search(r"[<>]", re.sub(TAGS, "", own).removeprefix("> ").removeprefix(">")), line
    assert not re.search(r"[`\\\[\]~$]|!\[|(?<=\W)_\w|\w_(?=\W)", re.sub(r"> \[!CAUTION\]|^_\d.*_$", "", own)), line
    shown = re.sub(TAGS, lambda tag: "\u200b" if tag[0] == "<!-- -->" else "", html.unescape(own))
    assert not re.search(r"@\w|#\d|GH-\d|://|www\.", shown, re.IGNORECASE), line


def junit(text: str) -> ET.Element:
    root = ET.fromstring(text)  # noqa: S314 - it is our own
    assert root.tag == "testsuites"
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute, "")) == len(suite.findall(f"testcase/{tag}"))
        assert {case.get("classname") for case in suite.findall("testcase")} <= {suite.get("name")}
    return root


def gitlab(text: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(text)
    fingerprints = [entry["fingerprint"] for entry in entries]
    assert len(set(fingerprints)) == len(fingerprints)
    for entry in entries:
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["check_name"] in CONTROLS
        assert entry["description"]
        assert entry["location"]["lines"]["begin"] >= 1
        assert not entry["location"]["path"].startswith(("./", "/"))
    return entries


# Reports made by hand.


def finding(
    control: str = "ECS.5",
    address: str = "aws_ecs_task_definition.app",
    *paths: str,
    status: Status = Status.FAILED,
    line: int | None = 3,
    file: str = "main.tf",
    value: object = None,
    **more: Any,
) -> Finding:
    place = None if line is None else SourceLocation(file, Region(line, 5, line, 9))
    evidence: tuple[Field[Any], ...] = tuple(
        Field(path, value, place) for path in paths or ("container_definitions[app].readonlyRootFilesystem",)
    )
    resource = Resource(address, "aws_ecs_task_definition", place)
    return Finding(CONTROLS[control], resource, status, evidence, **more)


def report(*findings: Finding, problems: tuple[Problem, ...] = (), **more: Any) -> Report:
    return Report((), findings, problems, **more)


def render(format_: str, of: Report, **style: Any) -> str:
    return reporter(format_)(of, Style(**style))


def test_github_shows_the_most_severe_first_and_counts_the_rest() -> None:
    found = [
        *(finding("ECS.15", f"aws_ecs_task_definition.low{number}", line=number + 1) for number in range(12)),
        *(finding("ECS.20", line=number + 1) for number in range(3)),
        *(finding("ECS.5", line=number + 1, introduced=False) for number in range(8)),
        *(finding("ECS.5", line=number + 1, introduced=True) for number in range(8, 14)),
        finding("ECS.1", status=Status.UNKNOWN, value=Unknown("known after apply")),
    ]
    broken = Problem("error", "a:b,c%.tf", "cannot be\nread: 100%", 7, 2)
    told = commands(render("github", report(*found, problems=(broken, Problem("warning", "x.tf", "odd")))))
    kinds = [kind for kind, _, _ in told]
    assert kinds == ["error"] * 10 + ["warning"] * 3 + ["notice"] * 9 + ["warning", "notice"]
    assert told[0] == (
        "error",
        {"file": "a:b,c%.tf", "line": "7", "col": "2", "title": "tfcheck: error"},
        "cannot be read: 100%",
    )
    assert [properties["line"] for _, properties, _ in told[1:7]] == ["9", "10", "11", "12", "13", "14"]
    assert [text.endswith("It was there before this change.") for _, _, text in told[:10]] == [False] * 7 + [True] * 3
    assert told[-1][2] == (
        "Not shown, since GitHub shows only 10 annotations of a kind: 5 of kind error, 3 of kind notice. "
        "1 finding is UNKNOWN: not decidable before apply."
    )


def test_github_has_one_annotation_for_the_instances_on_a_line() -> None:
    instances = [finding("ECS.15", f"aws_ecs_task_definition.app[{number}]") for number in range(12)]
    ((_, properties, text),) = commands(render("github", report(*instances)))
    assert (properties["file"], properties["line"], properties["col"]) == ("main.tf", "3", "5")
    assert "Found in 12 instances: 'aws_ecs_task_definition.app[0]'" in text
    assert text.endswith(" and 2 more.")


def test_github_says_nothing_where_there_is_nothing_to_say() -> None:
    assert render("github", report(finding(status=Status.PASSED))) == ""


def test_a_place_that_is_not_known_is_left_out() -> None:
    nowhere = report(finding(line=None), finding("ECS.9", line=None))
    assert [set(properties) for _, properties, _ in commands(render("github", nowhere))] == [{"title"}] * 2
    assert gitlab(render("gitlab", nowhere)) == []
    (_, _, *cells) = markdown(render("markdown", nowhere))["Failures"]
    assert [cell[2] for cell in cells] == ["<code>aws_ecs_task_definition<wbr>.app</code>"] * 2
    assert junit(render("junit", nowhere)).get("failures") == "2"


def test_two_containers_are_two_places() -> None:
    one, other = "container_definitions[a].user", "container_definitions[b].user"
    both = finding("ECS.20", "aws_ecs_task_definition.app", one, other)
    first, second = both.evidence
    apart = replace(both, evidence=(first, replace(second, location=SourceLocation("b.tf", Region(9, 1, 9, 2)))))  # type: ignore[type-var]
    assert [properties["line"] for _, properties, _ in commands(render("github", report(apart)))] == ["3", "9"]
    assert [entry["location"]["path"] for entry in gitlab(render("gitlab", report(apart)))] == ["main.tf", "b.tf"]
    assert len(markdown(render("markdown", report(apart)))["Failures"]) == 4
    (entry,) = gitlab(render("gitlab", report(both)))
    assert "'container_definitions[a].user' and 'container_definitions[b].user' are not set" in entry["description"]


def test_gitlab_fingerprints_outlast_other_lines_and_instances() -> None:
    def fingerprints(*findings: Finding) -> list[str]:
        return [entry["fingerprint"] for entry in gitlab(render("gitlab", report(*findings)))]

    app = "aws_ecs_task_definition.app"
    assert fingerprints(finding(line=3)) == fingerprints(finding(line=80, file="moved.tf"))
    assert fingerprints(finding(address=f'{app}["a"]')) == fingerprints(
        *(finding(address=f'{app}["{key}"]') for key in "bc")
    )
    assert len(set(fingerprints(finding(), finding("ECS.9"), finding(address=f"{app}2"), finding(line=4)))) == 4


def test_suppressed_failures_are_no_failures() -> None:
    accepted = Suppression("a test | with @octocat", date(2030, 1, 2), "main.tf", 2)
    only = report(finding(suppressed=accepted))
    assert render("github", only) == ""
    assert gitlab(render("gitlab", only)) == []
    suites = junit(render("junit", only))
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")
    (skipped,) = suites.findall(".//skipped")
    assert skipped.get("message") == "Accepted until 2030-01-02 at main.tf:2: a test | with @octocat"
    text = render("markdown", only)
    (row,) = markdown(text)["Suppressed (1)"][2:]
    assert row[3].endswith("<br>Accepted until 2030-01-02 at main.tf:2: a test &#124; with @&#8203;octocat")
    assert text.split("\n")[1] == "## ✅ tfcheck: no failures"


def test_markdown_tells_what_the_change_does() -> None:
    new, old = finding(introduced=True), finding("ECS.9", introduced=False)
    gone, fine = finding("ECS.4"), finding("ECS.2", status=Status.PASSED)
    change = report(new, old, fine, resolved=(gone,), standings={"ECS.9": Status.FAILED, "ECS.2": Status.PASSED})
    text = render("markdown", change, category="stacks/a--b>", exit_code=1, links=LINKS)
    assert score(change.findings)
    assert text.split("\n")[:4] == [
        "<!-- tfcheck:stacks/a--b%3E -->",
        "## ❌ tfcheck stacks/a--b&#62;: 1 failure introduced, 1 existing, 1 resolved",
        "",
        (
            "Predicted Security Hub score: 50% → **33%** (1 of 3 controls).<br>"
            "1 resource judged: 2 FAILED, 0 UNKNOWN, 1 PASSED, 0 NOT_APPLICABLE."
        ),
    ]
    tables = markdown(text)
    assert list(tables) == ["Introduced by this change", "Existing failures (1)", "Resolved (1)"]
    assert f"[main.tf:3]({LINKS}/main.tf#L3)" in tables["Introduced by this change"][2][2]
    assert "PASSED (1)" in markdown(render("markdown", change, show_passed=True))


def test_markdown_links_escape_what_a_path_may_hold() -> None:
    text = render("markdown", report(finding(file="a b/(ü)|`].tf")), links=LINKS)
    assert f"]({LINKS}/a%20b/%28%C3%BC%29%7C%60%5D.tf#L3)" in text
    (cells,) = markdown(text)["Failures"][2:]
    assert len(cells) == 4


@pytest.mark.parametrize("limit", [900_000, 65_000, 2_000])
def test_markdown_leaves_out_whole_rows(limit: int) -> None:
    many = [
        finding("ECS.5", f"aws_ecs_task_definition.a{number}", line=number + 1, introduced=new)
        for new in (True, False)
        for number in range(5_000)
    ]
    problems = tuple(Problem("error", f"{number}.tf", "ü" * 999) for number in range(100))
    text = render("markdown", report(*many, problems=problems, standings={}), limit=limit)
    assert len(text.encode()) <= limit
    tables = markdown(text)
    left_out = map(int, re.findall(r"^_(\d+) more: the JSON report has them all\._$", text, re.MULTILINE))
    shown = sum(len(rows) - 2 for rows in tables.values()) + text.count("\n> - ") + text.count("\n- ")
    assert shown + sum(left_out) == len(many) + len(problems) + len(["How to fix ECS.5"])
    assert limit == 2_000 or "| HIGH | [ECS.5]" in text


def test_junit_has_what_could_not_be_read_as_errors() -> None:
    problems = (Problem("error", "a.tf", "is broken", 3, 1), Problem("warning", "b.tf", "is odd"))
    suites = junit(render("junit", report(finding(status=Status.NOT_APPLICABLE), problems=problems)))
    (suite,) = suites
    assert (suite.get("name"), suite.get("errors"), suites.get("errors")) == ("problems", "1", "1")
    (case,) = suite.findall("testcase")
    assert (case.get("name"), case[0].get("message")) == ("a.tf:3", "is broken")
    assert suite.findtext("system-err") == "b.tf: is odd"


def test_table_has_no_commands_of_ci_systems() -> None:
    name = "::error::x ##[add-mask]y ##vso[task.setvariable]z"
    text = render("table", report(finding(address=name, introduced=False), finding("ECS.9", value="x " * 30 + name)))
    assert not re.search(r"^\s*::|##\w*\[", text, re.MULTILINE)
    assert ": :error::x # #[add-mask]y # #vso[task.setvariable]z" in text
    assert "(existing) A container" in text
    assert told(Problem("error", "a.tf", "x", 3), Style()) == "error: a.tf:3: x"


NASTY = (
    "$(touch x)",
    "`touch x`",
    "\r\n::error::evil",
    "\n\n# heading\n",
    "a|b",
    "\\|",
    "\\",
    "@octocat",
    "#1 GH-1",
    "https://evil.example www.evil.example",
    "</details></td></code>",
    "<!--",
    "-->",
    "]]>",
    "<script>",
    "&lt;&#124;",
    "[x](javascript:1)",
    "![x](y)",
    "__a__ _b_ **c** ~~d~~ $e$",
    "'",
    '"',
    "%0A::error::x",
    ",line=1",
    "::",
    "\x00\x1b[31m\x9b",
    "\u202e\u2028\ud800",
    "\ufffe\uffff",
    "x" * 5_000,
    "",
)
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=6)), max_size=4).map("".join)
placed = st.one_of(st.none(), st.integers(1, 9))


def drawn() -> Iterator[st.SearchStrategy[Finding]]:
    accepted = st.builds(Suppression, texts, st.none(), texts, placed)
    common = {"line": placed, "file": texts.map(lambda text: f"f{text}")}
    yield st.builds(finding, st.sampled_from(list(CONTROLS)), texts, texts, value=st.one_of(st.none(), texts), **common)
    yield st.builds(finding, st.just("ECS.5"), texts, suppressed=accepted, **common)
    unknown = st.builds(Unknown, texts)
    yield st.builds(finding, st.just("ECS.9"), texts, texts, status=st.just(Status.UNKNOWN), value=unknown, **common)
    for introduced in (True, False):
        path = texts.map(lambda text: f"container_definitions[{text}].user")
        yield st.builds(finding, st.just("ECS.20"), texts, path, path, introduced=st.just(introduced), **common)


problems_drawn = st.builds(Problem, st.sampled_from(["error", "warning"]), texts, texts, placed)


@given(
    findings=st.lists(st.one_of(*drawn()), max_size=8),
    resolved=st.lists(st.builds(finding, st.just("ECS.4"), texts), max_size=2),
    problems=st.lists(problems_drawn, max_size=3),
    category=st.one_of(st.none(), texts),
    note=st.one_of(st.none(), texts),
    limit=st.sampled_from([900_000, 20_000]),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_breaks_out(
    findings: list[Finding],
    resolved: list[Finding],
    problems: list[Problem],
    category: str | None,
    note: str | None,
    limit: int,
) -> None:
    sources = (Source(category or "plan.json", "plan", None, note=note),)
    whole = Report(sources, tuple(findings), tuple(problems), tuple(resolved), {})
    style = Style(category=category, show_passed=True, links=LINKS, limit=limit)
    for format_ in FORMATS:
        text = reporter(format_)(whole, style)
        checked(format_, text)
        text.encode("utf-8")
        assert reporter(format_)(whole, style) == text
    assert len(reporter("markdown")(whole, style).encode()) <= limit
    suites = junit(reporter("junit")(whole, style))
    assert int(suites.get("failures", "")) == whole.count(Status.FAILED)
    assert not re.search(r"^\s*::|##\w*\[", reporter("table")(whole, style), re.MULTILINE)


@given(texts)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_markup_shows_the_text_as_it_is(text: str) -> None:
    """What a browser shows, but for what is invisible, is the text; what is copied out of code is exactly it."""
    expected = clean(text)
    if len(expected) <= 1000:
        assert html.unescape(re.sub(r"</?code>|<wbr>|<!-- -->", "", code(text))) == expected
        assert html.unescape(escape(text).replace("&#8203;", "")) == expected
    assert prose("The 'a|b' is AWS's @own.") == "The <code>a&#124;b</code> is AWS's @&#8203;own."
