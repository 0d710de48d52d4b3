"""Functions that read files: only below a root, symbolic links resolved, and up to a size."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from tfcheck.records import dataclass, field
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.bounds import MOST_FILE_BYTES, MOST_FILES
from tfcheck.terraform.hcl.equality import set_of
from tfcheck.terraform.hcl.functions.encoding import base64_of, hash_of
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated, of_string
from tfcheck.terraform.hcl.project import path_in
from tfcheck.terraform.hcl.types import BOOL, STRING, SetType
from tfcheck.terraform.hcl.values import EvaluationFault, Literal, Source, Value, boolean, string, unknown

_MOST_JOKERS = 3
T = TypeVar("T")

_OUTSIDE = "a file outside of the repository"


@dataclass(frozen=True, slots=True)
class Files:
    """What may be read. base: the root module's directory, from which relative paths count. root: nothing above it."""

    base: Path
    root: Path
    known: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What is made of files, made once for a key: a loop may ask for it a million times."""
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]  # type: ignore[return-value]

    def find(self, path: str) -> Path | None:
        """The file of this path, None where it may not be read."""
        if path.startswith("~") or "\x00" in path:
            return None
        found, root = Path(os.path.realpath(self.base / path)), Path(os.path.realpath(self.root))
        return found if found.is_relative_to(root) and not _is_private(found.relative_to(root).parts) else None


def _is_private(steps: tuple[str, ...]) -> bool:
    """Is it git's, whose configuration holds a token in CI, or Terraform's own but for modules?"""
    inner = steps[steps.index(".terraform") + 1 :] if ".terraform" in steps else ("modules",)
    return ".git" in steps or inner[:1] not in ((), ("modules",), ("providers",))


def read(files: Files, path: str) -> bytes | str:
    """The bytes of a file; a string says why they are not known. Raises EvaluationFault where there is no such file."""
    found = files.find(path)
    if found is None:
        return _OUTSIDE
    try:
        if not found.is_file():
            raise EvaluationFault("there is no such file")
        if found.stat().st_size > MOST_FILE_BYTES:
            return f"the file has more than {MOST_FILE_BYTES} bytes"
        return found.read_bytes()
    except OSError:
        raise EvaluationFault("the file cannot be read") from None


def source(files: Files, path: str) -> Source | str:
    """A text file; a string says why it is not known. Raises EvaluationFault where it is not there or no UTF-8.

    Nothing is placed in one below a .terraform directory.
    """
    return files.once(("source", path), lambda: _source(files, path))


def _source(files: Files, path: str) -> Source | str:
    content = read(files, path)
    if isinstance(content, str):
        return content
    found = files.find(path)
    try:
        shown = None if found is None else path_in(Path(os.path.realpath(files.root)), found)
        return Source(shown or path, content.decode(), placed=shown is not None)
    except UnicodeDecodeError:
        raise EvaluationFault("the file is not UTF-8") from None


def _file(files: Files, path: Value) -> Value:
    known = text.as_text(path) or ""
    found = source(files, known)
    if isinstance(found, str):
        return unknown(found, type_=STRING)
    return text.concatenate([Literal(found.text, found if found.placed else None)])


def _of_bytes(change: Callable[[bytes], str]) -> Callable[[Files, Value], Value]:
    def changed(files: Files, path: Value) -> Value:
        known = text.as_text(path) or ""
        return files.once((change, known), lambda: result(files, known))

    def result(files: Files, path: str) -> Value:
        content = read(files, path)
        return unknown(content, type_=STRING) if isinstance(content, str) else string(change(content))

    return changed


def _exists(files: Files, path: Value) -> Value:
    found = files.find(text.as_text(path) or "")
    if found is None:
        return unknown(_OUTSIDE, type_=BOOL)
    try:
        if found.exists() and not found.is_file():
            raise EvaluationFault("it is no file")
        return boolean(found.is_file())
    except OSError:
        return unknown("the file cannot be read", type_=BOOL)


def _file_set(files: Files, directory: Value, pattern: Value) -> Value:
    start = files.find(text.as_text(directory) or "")
    glob = os.path.normpath(text.as_text(pattern) or "")
    if start is None or glob.startswith(".."):
        return unknown(_OUTSIDE, type_=SetType(STRING))
    matches = re.compile(_translated(glob)).fullmatch
    below = files.once(("below", start), lambda: tuple(islice(_below(files, start), MOST_FILES + 1)))
    if len(below) > MOST_FILES:
        return unknown(f"the directory holds more than {MOST_FILES} files", type_=SetType(STRING))
    return set_of([string(name) for name in below if matches(name)], STRING)


def _below(files: Files, start: Path) -> Iterator[str]:
    """The files that may be read, by their paths from the start; no link to a directory is followed."""
    prefix = len(str(start).rstrip("/")) + 1
    for directory, inner, names in os.walk(start):
        inner.sort()
        for name in sorted(names):
            path = os.path.join(directory, name)  # noqa: PTH118 - ten times as fast
            if os.path.isfile(path) and (not os.path.islink(path) or files.find(path) is not None):  # noqa: PTH113, PTH114
                yield path[prefix:]


def _translated(glob: str) -> str:
    """A glob of Terraform's, with `**`, `*` and `?`, as a regular expression. Raises NotEvaluated for any other."""
    if "{" in glob or "[" in glob or "\\" in glob:
        raise NotEvaluated("a file pattern that is not supported")
    parts = PurePosixPath(glob).parts or ("",)
    *directories, last = [one for one, before in zip(parts, ("", *parts), strict=False) if not one == before == "**"]
    if directories.count("**") > _MOST_JOKERS:
        raise NotEvaluated("a file pattern that is not supported")
    inner = "".join("(?:[^/]+/)*" if step == "**" else f"{_translated_step(step)}/" for step in directories)
    return inner + (".*" if last == "**" else _translated_step(last))


def _translated_step(step: str) -> str:
    first, *rest = ("".join("[^/]" if one == "?" else re.escape(one) for one in part) for part in step.split("*"))
    if not rest:
        return first
    # The first place at which what follows a star fits is as good as any later one.
    return first + "".join(f"(?>[^/]*?{part})" for part in rest[:-1]) + f"[^/]*{rest[-1]}"


def _base_name(path: str) -> str:
    trimmed = path.rstrip("/")
    return trimmed.rpartition("/")[2] if trimmed else ("/" if path else ".")


def _directory_name(path: str) -> str:
    return os.path.normpath(path.rpartition("/")[0] + "/" if "/" in path else ".").replace("//", "/")


def _expanded(path: Value) -> Value:
    known = text.as_text(path) or ""
    return unknown("the home directory is not known", type_=STRING) if known.startswith("~") else path


PATH_FUNCTIONS = {
    "basename": of_string(_base_name),
    "dirname": of_string(_directory_name),
    "pathexpand": Function(_expanded, (STRING,), returns=STRING),
}

# Their `run` gets the Files first.
FILE_FUNCTIONS = {
    "file": Function(_file, (STRING,), returns=STRING),
    "filebase64": Function(_of_bytes(base64_of), (STRING,), returns=STRING),
    "filebase64sha256": Function(_of_bytes(hash_of("sha256", in_base64=True)), (STRING,), returns=STRING),
    "filebase64sha512": Function(_of_bytes(hash_of("sha512", in_base64=True)), (STRING,), returns=STRING),
    "fileexists": Function(_exists, (STRING,), returns=BOOL),
    "filemd5": Function(_of_bytes(hash_of("md5")), (STRING,), returns=STRING),
    "fileset": Function(_file_set, (STRING, STRING), returns=SetType(STRING)),
    "filesha1": Function(_of_bytes(hash_of("sha1")), (STRING,), returns=STRING),
    "filesha256": Function(_of_bytes(hash_of("sha256")), (STRING,), returns=STRING),
    "filesha512": Function(_of_bytes(hash_of("sha512")), (STRING,), returns=STRING),
}
