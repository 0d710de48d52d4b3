"""Functions that read files: only below a root, symbolic links resolved, and up to a size."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from tfcheck.records import dataclass
from tfcheck.terraform.hcl import text
from tfcheck.terraform.hcl.equality import set_of
from tfcheck.terraform.hcl.functions.encoding import base64_of, hash_of
from tfcheck.terraform.hcl.functions.signature import Function, NotEvaluated, of_string
from tfcheck.terraform.hcl.project import path_in
from tfcheck.terraform.hcl.types import BOOL, STRING, SetType
from tfcheck.terraform.hcl.values import EvaluationFault, Literal, Source, Value, boolean, string, unknown

_MOST_BYTES = 1_000_000
_MOST_FILES = 10_000
_OUTSIDE = "a file outside of the repository"


@dataclass(frozen=True, slots=True)
class Files:
    """What may be read. base: the root module's directory, from which relative paths count. root: nothing above it."""

    base: Path
    root: Path

    def find(self, path: str) -> Path | None:
        """The file of this path, None where it may not be read."""
        if path.startswith("~") or "\x00" in path:
            return None
        found = Path(os.path.realpath(self.base / path))
        return found if found.is_relative_to(os.path.realpath(self.root)) else None


def read(files: Files, path: str) -> bytes | str:
    """The bytes of a file; a string says why they are not known. Raises EvaluationFault where there is no such file."""
    found = files.find(path)
    if found is None:
        return _OUTSIDE
    try:
        if not found.is_file():
            raise EvaluationFault("there is no such file")
        if found.stat().st_size > _MOST_BYTES:
            return "the file is too large"
        return found.read_bytes()
    except OSError:
        raise EvaluationFault("the file cannot be read") from None


def source(files: Files, path: str) -> Source | str:
    """A text file; a string says why it is not known. Raises EvaluationFault where it is not there or no UTF-8.

    Nothing is placed in one below a .terraform directory.
    """
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
    found = source(files, text.as_text(path) or "")
    if isinstance(found, str):
        return unknown(found, type_=STRING)
    return text.concatenate([Literal(found.text, found if found.placed else None)])


def _of_bytes(change: Callable[[bytes], str]) -> Callable[[Files, Value], Value]:
    def changed(files: Files, path: Value) -> Value:
        content = read(files, text.as_text(path) or "")
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
    found: list[str] = []
    for count, (path, name) in enumerate(_below(start)):
        if count > _MOST_FILES:
            return unknown("the directory holds too many files", type_=SetType(STRING))
        if matches(name) and files.find(str(path)) is not None:
            found.append(name)
    return set_of(map(string, found), STRING)


def _below(start: Path) -> Iterator[tuple[Path, str]]:
    for directory, inner, names in os.walk(start):
        inner.sort()
        for name in sorted(names):
            path = Path(directory, name)
            if path.is_file():
                yield path, path.relative_to(start).as_posix()


def _translated(glob: str) -> str:
    """A glob of Terraform's, with `**`, `*` and `?`, as a regular expression. Raises NotEvaluated for any other."""
    if "{" in glob or "[" in glob or "\\" in glob:
        raise NotEvaluated("a file pattern that is not supported")
    *directories, last = PurePosixPath(glob).parts or ("",)
    inner = "".join("(?:[^/]+/)*" if step == "**" else f"{_translated_step(step)}/" for step in directories)
    return inner + (".*" if last == "**" else _translated_step(last))


def _translated_step(step: str) -> str:
    return "".join({"*": "[^/]*", "?": "[^/]"}.get(one, re.escape(one)) for one in step)


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
