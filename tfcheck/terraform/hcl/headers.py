"""The places of block headers, found without parsing what is inside the blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tfcheck.terraform.hcl import jsonsyntax, project, scan
from tfcheck.values import Region, SourceLocation


def headers(path: str, text: str) -> Iterator[tuple[str, SourceLocation]]:
    """The header of every resource, as `TYPE.NAME`, and of every module call, as `module.NAME`, in a file."""
    lines = scan.lines(text)
    for block in _blocks(path, text):
        if block.type == "resource" and len(block.labels) == 2:
            yield ".".join(block.labels), SourceLocation(path, first_line(text, block, lines))
        elif block.type == "module" and len(block.labels) == 1:
            yield f"module.{block.labels[0]}", SourceLocation(path, first_line(text, block, lines))


def _blocks(path: str, text: str) -> Sequence[scan.BlockSpan]:
    if project.is_json(path):
        return [entry.span for entry in jsonsyntax.read(text, {"resource": 2, "module": 1}).entries]
    return scan.scan(text).blocks


def first_line(text: str, block: scan.BlockSpan, lines: scan.Lines) -> Region:
    """From the header's start to its brace, or to the end of its first line where the brace is on another."""
    line, column = lines.position(block.start)
    end = text.find("\n", block.start, block.body)
    stop = block.body if end < 0 else block.start + len(text[block.start : end].rstrip())
    return Region(line, column, *lines.position(stop))
