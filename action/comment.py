"""Keeps one comment on the pull request: the report, written anew at each run, found again by a mark in its first line.

A comment that cannot be written is a warning: the token of a run for a fork may not write, and the findings stand
elsewhere, too.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tfcheck.reporters.markdown import marker

# GitHub's limit is 65,536 characters, and it counts some of them as more than one.
MAX_LENGTH = 60_000
PAGE = 100
MAX_PAGES = 50


def main() -> None:
    """Writes the comment, or says why it could not."""
    number = pull_request(json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8")))
    summary = Path(os.environ["TFCHECK_REPORTS"]) / "summary.md"
    if number is None or not summary.is_file():
        return
    mark, text = marked(summary.read_text(encoding="utf-8"), os.environ.get("TFCHECK_CATEGORY") or None)
    text = shortened(text, link())
    try:
        write(number, mark, text, clean=os.environ.get("TFCHECK_FINDINGS") == "0")
    except (HTTPError, URLError, TimeoutError) as error:
        reason = re.sub(r"[\r\n%]+", " ", str(error))
        sys.stdout.write(f"::warning title=tfcheck::The comment on the pull request could not be written: {reason}\n")


def pull_request(event: dict[str, Any]) -> int | None:
    """The number of the pull request that the event is about."""
    number = event.get("pull_request", {}).get("number")
    return number if isinstance(number, int) else None


def marked(summary: str, category: str | None) -> tuple[str, str]:
    """The first line, by which the comment of this category is found, and the text that begins with it."""
    first = summary.split("\n", 1)[0]
    if first.startswith("<!-- tfcheck:"):
        return first, summary
    return marker(category), f"{marker(category)}\n{summary}"


def link() -> str:
    """The address of the run, whose summary is whole."""
    server, repository, run = (os.environ[f"GITHUB_{name}"] for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    return f"{server}/{repository}/actions/runs/{run}"


def shortened(whole: str, address: str) -> str:
    """The comment, cut after a line where it is too long, with what is open in it closed."""
    if len(whole) <= MAX_LENGTH:
        return whole
    cut = whole[: whole.rindex("\n", 0, MAX_LENGTH) + 1]
    fence = "```\n" if sum(line.lstrip().startswith("```") for line in cut.splitlines()) % 2 else ""
    details = "\n</details>\n" * max(cut.count("<details") - cut.count("</details>"), 0)
    return f"{cut}{fence}{details}\nThis is cut: [the summary of the run]({address}) has it all.\n"


def write(number: int, mark: str, text: str, *, clean: bool) -> None:
    """Edits the earlier comment, else makes one, unless there is nothing to tell. Raises HTTPError, URLError."""
    issues = f"/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    earlier = next((one for one in comments(f"{issues}/{number}/comments") if is_ours(one, mark)), None)
    if earlier is not None:
        request("PATCH", f"{issues}/comments/{int(earlier['id'])}", {"body": text})
    elif not clean:
        request("POST", f"{issues}/{number}/comments", {"body": text})


def comments(path: str) -> Iterator[dict[str, Any]]:
    """All comments, page by page."""
    for page in range(1, MAX_PAGES + 1):
        some: list[dict[str, Any]] = request("GET", f"{path}?per_page={PAGE}&page={page}")
        yield from some
        if len(some) < PAGE:
            return


def is_ours(comment: dict[str, Any], mark: str) -> bool:
    """Is it an earlier one of this category, by an app, as the workflow's own token is? Anybody can write the mark."""
    return comment["user"]["type"] == "Bot" and str(comment["body"]).split("\n", 1)[0].strip() == mark


def request(method: str, path: str, content: dict[str, str] | None = None) -> Any:
    """What GitHub's API answers."""
    return json.loads(
        urlopen(  # noqa: S310 - the address is the runner's
            Request(  # noqa: S310
                os.environ["GITHUB_API_URL"] + path,
                method=method,
                data=None if content is None else json.dumps(content).encode(),
                headers={
                    "Authorization": f"Bearer {os.environ['TFCHECK_TOKEN']}",
                    "Accept": "application/vnd.github+json",
                    "Content-Type": "application/json",
                    "X-GitHub-Api-Version": "2022-11-28",
                },
            ),
            timeout=30,
        ).read()
    )


if __name__ == "__main__":
    main()
