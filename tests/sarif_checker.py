"""What GitHub's code scanning does with a SARIF file that no schema tells, as far as its documentation and clients say.

`faults` finds what is refused, shown wrongly, or silently left away. It shares no code with the reporter.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

MAX_BYTES = 10_000_000
MAX_RUNS = 20
MAX_RESULTS = 25_000
MAX_RULES = 25_000
MAX_EXTENSIONS = 100
MAX_LOCATIONS = 100
MAX_STEPS = 1_000
MAX_TAGS = 10
MAX_NAME = 255
MAX_DESCRIPTION = 1024
_LEVELS = ("error", "warning", "note")
_URI = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)*)(?<!\\)\]\((\d+)\)")
_BARE = re.compile(r"(?<!\\)[\[\]]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def faults(document: Any, repository: Path, category: str | None = None) -> list[str]:
    """What is wrong with a file that is uploaded for a checkout; nothing for a good one.

    category: what the upload names; the one in a file would win over it.
    """
    return list(_faults(document, repository.resolve(), category))


def _faults(document: Any, repository: Path, category: str | None) -> Iterator[str]:
    size = len(gzip.compress(json.dumps(document).encode("utf-8", "replace")))
    if size > MAX_BYTES:
        yield f"{size} bytes compressed, more than {MAX_BYTES}"
    if not document.get("$schema") or document.get("version") != "2.1.0":
        yield "$schema or version is missing"
    runs = document.get("runs", [])
    if not 0 < len(runs) <= MAX_RUNS:
        yield f"{len(runs)} runs"
    keys = [(run["tool"]["driver"].get("name"), run.get("automationDetails", {}).get("id", "")) for run in runs]
    if len(set(keys)) < len(keys):
        yield "two runs of one tool and category"
    for run in runs:
        yield from _run(run, repository, category)


def _run(run: Any, repository: Path, category: str | None) -> Iterator[str]:
    yield from _tool(run["tool"])
    yield from _invocations(run)
    yield from _category(run, category)
    yield from _results(run.get("results"), run["tool"]["driver"].get("rules", []), repository)
    machine = (str(repository), str(Path.home()))
    for text in _texts(run):
        if _CONTROL.search(text) or any(path in text for path in machine if path != "/"):
            yield f"control character or absolute path in {text!r}"


def _tool(tool: Any) -> Iterator[str]:
    driver = tool["driver"]
    if not driver.get("name"):
        yield "the driver has no name"
    if len(tool.get("extensions", [])) > MAX_EXTENSIONS:
        yield "too many extensions"
    rules = driver.get("rules", [])
    if not 0 < len(rules) <= MAX_RULES:
        yield f"{len(rules)} rules"
    if len({rule.get("id") for rule in rules}) < len(rules):
        yield "two rules with one id"
    for rule in rules:
        yield from (f"rule {rule.get('id')}: {fault}" for fault in _rule(rule))


def _results(results: Any, rules: Sequence[Any], repository: Path) -> Iterator[str]:
    if not isinstance(results, list):
        yield "no list of results"
        return
    if len(results) > MAX_RESULTS:
        yield f"{len(results)} results, more than {MAX_RESULTS}"
        return
    for place, result in enumerate(results):
        yield from (f"result {place}: {fault}" for fault in _result(result, rules, repository))
    yield from _folded(results)


def _rule(rule: Any) -> Iterator[str]:
    for name, most in (("id", MAX_NAME), ("name", MAX_NAME)):
        if not 0 < len(rule.get(name, "")) <= most:
            yield f"{name} is missing or too long"
    for name in ("shortDescription", "fullDescription"):
        text = rule.get(name, {}).get("text", "")
        if not 0 < len(text) <= MAX_DESCRIPTION:
            yield f"{name} is missing or too long"
    if not rule.get("help", {}).get("text"):
        yield "help is missing"
    if rule.get("defaultConfiguration", {}).get("level") not in _LEVELS:
        yield "the default level opens no alert, or is none"
    yield from _properties(rule.get("properties", {}))


def _properties(properties: Any) -> Iterator[str]:
    if len(properties.get("tags", [])) > MAX_TAGS or "security" not in properties.get("tags", []):
        yield "tags: too many, or not of security"
    if not _is_severity(properties.get("security-severity")):
        yield "invalid security severity value: the file is refused"
    if properties.get("precision") not in ("very-high", "high", "medium", "low"):
        yield "unknown precision"
    if properties.get("problem.severity") not in ("error", "warning", "recommendation"):
        yield "unknown problem.severity"


def _is_severity(value: object) -> bool:
    """A string of a number above 0, up to 10."""
    return isinstance(value, str) and bool(re.fullmatch(r"\d+(\.\d+)?", value)) and 0 < float(value) <= 10


def _invocations(run: Any) -> Iterator[str]:
    for invocation in run.get("invocations", []):
        if not invocation.get("executionSuccessful", True):
            yield "unsuccessful execution: the upload fails"
        directory = invocation.get("workingDirectory", {}).get("uri")
        if directory is not None:
            yield f"the working directory {directory} is of one machine"


def _category(run: Any, category: str | None) -> Iterator[str]:
    """The id up to its last slash is the category; it wins over the one that the upload names."""
    own = run.get("automationDetails", {}).get("id")
    if own is not None and own.rpartition("/")[0] != (category or ""):
        yield f"the category in the file, {own}, beats the upload's"


def _result(result: Any, rules: Sequence[Any], repository: Path) -> Iterator[str]:
    index, ids = result.get("ruleIndex"), [rule.get("id") for rule in rules]
    rule = rules[index] if isinstance(index, int) and 0 <= index < len(rules) else None
    if result.get("ruleId") not in ids or rule is None or rule["id"] != result["ruleId"]:
        yield "its rule is not the one of its index"
    elif result.get("level", "warning") != rule.get("defaultConfiguration", {}).get("level"):
        yield "its level is not that of its rule"
    if result.get("kind", "fail") != "fail" or result.get("level") == "none":
        yield "what is no failure becomes an open alert"
    if result.get("suppressions"):
        yield "suppressions are ignored: it becomes an open alert"
    if result.get("baselineState") in ("unchanged", "absent"):
        yield "the baseline is ignored: it becomes an open alert"
    yield from _message(result)
    locations = result.get("locations", [])
    if not locations:
        yield "expected at least one location: the file is refused"
    if len(locations) > 1:
        yield "only the first location is used"
    for location in locations[:1]:
        yield from _location(location, repository, result.get("partialFingerprints", {}))
    yield from _other_places(result, repository)


def _other_places(result: Any, repository: Path) -> Iterator[str]:
    others = list(result.get("relatedLocations", []))
    if len(others) > MAX_LOCATIONS:
        yield "too many related locations"
    for flow in result.get("codeFlows", []):
        for thread in flow["threadFlows"]:
            if len(thread["locations"]) > MAX_STEPS:
                yield "too many steps in a code flow"
            others += [step["location"] for step in thread["locations"]]
    for other in others:
        if not other.get("message", {}).get("text"):
            yield "a related place without a message"
        yield from (f"related place: {fault}" for fault in _location(other, repository, None))


def _message(result: Any) -> Iterator[str]:
    """Its first sentence stands by itself; brackets are links to related places, or escaped."""
    text = result.get("message", {}).get("text", "")
    if not text:
        yield "no message"
        return
    if not text.endswith("."):
        yield "the message does not end with a period"
    if _LINK.search(text.split(". ")[0]):
        yield "the first sentence has a link"
    linked = {int(number) for _, number in _LINK.findall(text)}
    ids = {other.get("id") for other in result.get("relatedLocations", [])}
    if linked - ids or len(ids) < len(result.get("relatedLocations", [])):
        yield "a broken link: no related place has its id"
    if ids - linked:
        yield "a related place that no link shows"
    if _BARE.search(_LINK.sub("", text)):
        yield "a broken link: brackets that are not escaped"


def _location(location: Any, repository: Path, fingerprints: Any) -> Iterator[str]:
    """fingerprints: None for a place that needs none."""
    physical = location.get("physicalLocation", {})
    uri, region = physical.get("artifactLocation", {}).get("uri"), physical.get("region")
    if not uri:
        yield "no file"
        return
    wrong = _uri_fault(uri, repository)
    if wrong:
        yield wrong
        return
    text = (repository / unquote(uri)).read_bytes().decode("utf-8", "replace")
    if not region:
        yield "no region, and so no fingerprint"
        return
    yield from _region(region, text)
    if fingerprints is not None:
        yield from _fingerprint(region, text, fingerprints)


def _uri_fault(uri: str, repository: Path) -> str | None:
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)(?:::|:)", uri)
    if scheme is not None:
        return f"the scheme {scheme[1]} did not match that of the checkout, or is of one machine"
    if uri.startswith("/") or any(part in ("", ".", "..") for part in uri.split("/")):
        return "a path that is absolute or not normal"
    if not _URI.fullmatch(uri):
        return "a path that is not percent-encoded"
    path = repository / unquote(uri, errors="strict")
    if not path.is_file():
        return f"{uri} is not in the repository"
    if ".terraform" in path.parts:
        return f"{uri} is not tracked"
    if Path(os.path.realpath(path)) != path:
        return f"{uri} is a link, which is not displayed"
    return None


def _region(region: Any, text: str) -> Iterator[str]:
    numbers = [region.get(name) for name in ("startLine", "startColumn", "endLine", "endColumn")]
    if not all(isinstance(number, int) and number >= 1 for number in numbers):
        yield "a region without four numbers from 1"
        return
    line, column, end_line, end_column = numbers
    if line != end_line:
        yield "more than one line: pull requests rarely show it"
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    if end_line > len(lines):
        yield f"line {end_line} of {len(lines)}"
    elif not column < end_column <= len(lines[end_line - 1]) + 1:
        yield f"columns {column} to {end_column} of {len(lines[end_line - 1])}"


def _fingerprint(region: Any, text: str, fingerprints: Any) -> Iterator[str]:
    hashes, line = _hashes(text), region.get("startLine")
    own = fingerprints.get("primaryLocationLineHash")
    if not own:
        yield "no primaryLocationLineHash"
    elif not isinstance(line, int) or not 1 <= line <= len(hashes) or own != hashes[line - 1]:
        yield "found existing inconsistent fingerprint"


@cache
def _hashes(text: str) -> list[str]:
    return list(line_hashes(text))


def _folded(results: Sequence[Any]) -> Iterator[str]:
    """An alert is a rule, a file and a hash: two results with the same become one, and a message is lost."""
    seen = set()
    for result in results:
        for location in result.get("locations", [])[:1]:
            physical = location.get("physicalLocation", {})
            line = physical.get("region", {}).get("startLine")
            key = (result.get("ruleId"), physical.get("artifactLocation", {}).get("uri"), line)
            if key in seen:
                yield f"two results of one rule on one line become one alert: {key}"
            seen.add(key)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
    elif isinstance(value, str):
        yield value


def line_hashes(text: str) -> Iterator[str]:
    """The hash of every line, one unit after the other, as fingerprints.ts of github/codeql-action rolls it."""
    size, factor, mask = 100, 37, (1 << 64) - 1
    first = pow(factor, size, mask + 1)
    window, starts = [0] * size, [False] * size
    encoded = text.encode("utf-16-le", "surrogatepass")
    units = [low | high << 8 for low, high in zip(encoded[::2], encoded[1::2], strict=True)]
    place = rolling = 0
    line_start, after_cr = True, False
    counts: dict[str, int] = {}
    for unit in [*units, 65535, *([None] * size)]:
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        if starts[place]:
            starts[place] = False
            found = f"{rolling:x}"
            counts[found] = counts.get(found, 0) + 1
            yield f"{found}:{counts[found]}"
        if unit is not None and line_start:
            starts[place], line_start = True, False
        current = 10 if unit == 13 else unit or 0
        line_start = line_start or current == 10
        rolling = (factor * rolling + current - first * window[place]) & mask
        window[place] = current
        place = (place + 1) % size
