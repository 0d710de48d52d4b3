"""The binary plan, a zip: the configuration that it holds, and its JSON, which only terraform can make of it.

Its members are `tfplan`, which changes with Terraform's version and is not read here, two states, the lock file, and
`tfconfig/`: `modules.json` and every module's files in `m-KEY/`, once for each call. Only files of configuration are
kept: neither values for variables nor what functions read. Nothing is unpacked to disk.
"""

from __future__ import annotations

import io
import json
import os
import posixpath
import re
import shlex
import zlib
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from tfcheck import files as reading
from tfcheck import limits
from tfcheck.errors import InputError, UsageError
from tfcheck.records import dataclass, field

_MAGIC = b"PK"
_PLAN, _MANIFEST, _LOCK = "tfplan", "tfconfig/modules.json", ".terraform.lock.hcl"
_FILE = re.compile(
    r"tfconfig/m-((?:[\w-]+(?:\.[\w-]+)*)?)/([^/\\:\x00-\x1f.][^/\\:\x00-\x1f]*\.(?:tf|tofu)(?:\.json)?)"
)
# NUL, and the halves of characters that JSON may hold, are in no path.
_PATH = re.compile("[^\0\ud800-\udfff]*")
_ENTRY = b"PK\x01\x02"
_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, IndexError, KeyError, OverflowError)
# A plan of many resources takes minutes where the schemas of several providers are loaded.
_TIMEOUT = 600
# They change what terraform does, or fill its standard error.
_NOT_PASSED = ("TF_CLI_ARGS", "TF_LOG")
_COLOUR = re.compile("\x1b\\[[0-9;]*[A-Za-z]")
_FRAME = re.compile("^[│╷╵] ?")
_QUOTED = re.compile(r"\s*(?:\d+:|[├│|])")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_MOST_WORDS = 400
_AGAIN = "save the plan again with `terraform plan -out`"
_SHOW = "run `terraform show -json PLANFILE > plan.json`"


@dataclass(frozen=True, slots=True)
class SnapshotModule:
    """A module of the configuration that a plan was made from, under the names of its calls: "", "a", "a.b".

    directory: relative to that of the root module, `/`-separated, `..` where it is outside; None where it was told
    as an absolute path. source and version: those of its call; empty for the root, and None. files: name to text.
    """

    key: str
    directory: str | None
    source: str = ""
    version: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The configuration that a plan was made from; modules by key. Texts that are equal are one object."""

    modules: Mapping[str, SnapshotModule]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A binary plan. path: as it was given, for messages."""

    path: str
    archive: ZipFile

    @property
    def of_opentofu(self) -> bool:
        """Did OpenTofu make it? Its lock file tells, where there are providers."""
        return _LOCK in self.archive.NameToInfo and b'"registry.opentofu.org/' in self.content(_LOCK)

    def content(self, member: str | ZipInfo) -> bytes:
        """What a member holds. Raises InputError where it is damaged or too large."""
        info = self.archive.getinfo(member) if isinstance(member, str) else member
        if info.file_size > limits.most("ZIP_MEMBER_BYTES"):
            raise InputError(f"{self.path}: holds a file of more than {_limit('ZIP_MEMBER_BYTES')}")
        try:
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise BadZipFile("no method of Terraform")
            with self.archive.open(info) as file:
                # Without a bound it would unpack all of a bomb before it is cut to the size that the zip tells.
                return file.read(info.file_size + 1)
        except _DAMAGE as error:
            raise InputError(f"{self.path}: is a binary plan, but damaged: {_AGAIN}") from error


def open_plan(path: str) -> PlanFile:
    """The binary plan at a path. Raises InputError for all else, which says what it is."""
    try:
        data = reading.read(Path(path), "PLAN_BYTES")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if data[:2] != _MAGIC:
        raise InputError(f"{path}: {_no_zip(data)}")
    if data.count(_ENTRY) > limits.most("ZIP_MEMBERS"):
        count = f"{limits.most('ZIP_MEMBERS'):,}"
        raise InputError(f"{path}: is a zip archive of more than {count} files: {_AGAIN}, or {_allow('ZIP_MEMBERS')}")
    try:
        archive = ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise InputError(f"{path}: is a zip archive, but truncated or damaged: {_AGAIN}") from error
    if not archive.NameToInfo.keys() >= {_PLAN, _MANIFEST}:
        raise InputError(f"{path}: is a zip archive, but no binary plan: if it holds one, unpack it and give that file")
    return PlanFile(path, archive)


def snapshot(path: str) -> Snapshot:
    """The configuration in a binary plan. Raises InputError; what is no file of configuration is left out."""
    plan = open_plan(path)
    modules = _modules(plan)
    found = [(match, info) for info in plan.archive.infolist() if (match := _FILE.fullmatch(info.filename))]
    if sum(info.file_size for _, info in found) > limits.most("ZIP_BYTES"):
        raise InputError(f"{path}: holds more configuration than {_limit('ZIP_BYTES')}")
    files: dict[str, dict[str, str]] = {key: {} for key in modules}
    texts: dict[str, str] = {}
    for match, info in found:
        key, name = match.groups()
        if key not in files:
            raise InputError(f"{path}: is a binary plan, but damaged: it does not list all its modules: {_AGAIN}")
        text = plan.content(info).decode("utf-8", "replace")
        files[key][name] = texts.setdefault(text, text)
    return Snapshot(
        {
            key: SnapshotModule(key, _directory(row["Dir"]), row.get("Source", ""), row.get("Version"), files[key])
            for key, row in modules.items()
        }
    )


def _limit(name: str) -> str:
    return f"{limits.size(limits.most(name))}: {_AGAIN}, or {_allow(name)}"


def _allow(name: str) -> str:
    return f"allow more with {limits.PREFIX}{name} in the environment"


def refusal(document: Mapping[str, Any]) -> str | None:
    """Why a JSON object is a saved plan without its content, and what to do; None if it is something else."""
    if "encryption_version" in document and "encrypted_data" in document:
        where = "where its encryption is configured, in the configuration or in TF_ENCRYPTION, and give that file"
        if "lineage" in document or "serial" in document:
            return f"is a state that OpenTofu encrypted: run `tofu show -json > state.json` {where}"
        return f"is a plan that OpenTofu encrypted: run `tofu show -json PLANFILE > plan.json` {where}"
    if "remote_plan_format" in document:
        return f"only names a plan that HCP Terraform keeps: {_SHOW}, logged in to it, and give that file"
    return None


def show(path: str, program: str | None = None, directory: Path | None = None) -> bytes:
    """The JSON of a binary plan, perhaps with a wrapper's lines around it, from `terraform show -json`.

    program: what to run in place of the terraform or the tofu on PATH. directory: where to run it, which has to be
    initialised for the providers; by default the plan's own or, if only that one is, the working directory. It may run
    the providers that are installed there, as `terraform plan` did, so that a file which is called JSON must not lead
    to it unasked. Raises InputError, and UsageError for the program.
    """
    plan = open_plan(path)
    if program is None and path.lower().endswith(".json"):
        raise InputError(f"{path}: is a binary plan, although its name ends in .json: {_by_hand(plan)}")
    return _output(plan, _program(plan, program), _where(path, directory))


def _output(plan: PlanFile, program: str, directory: Path) -> bytes:
    import subprocess  # noqa: PLC0415

    absolute = str(Path(plan.path).absolute())
    try:
        done = subprocess.run(  # noqa: S603
            [program, "show", "-json", "-no-color", absolute],
            cwd=directory,
            env={name: value for name, value in os.environ.items() if not name.startswith(_NOT_PASSED)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(_failed(plan, program, f"it took more than {_TIMEOUT} seconds")) from error
    except (OSError, ValueError) as error:
        raise InputError(_failed(plan, program, getattr(error, "strerror", None) or "it cannot be run")) from error
    if done.returncode != 0:
        raise InputError(_failed(plan, program, _complaint(done.stderr, absolute, plan.path)))
    return done.stdout


def _modules(plan: PlanFile) -> dict[str, dict[str, Any]]:
    """The rows of modules.json by key, in its order."""
    try:
        rows = json.loads(plan.content(_MANIFEST))
        modules = {row["Key"]: row for row in rows}
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise InputError(f"{plan.path}: is a binary plan, but its {_MANIFEST} is damaged: {_AGAIN}") from error
    written = ({"Dir": None, "Source": "", "Version": "", **row} for row in modules.values())
    texts = (row[name] for row in written for name in ("Key", "Dir", "Source", "Version"))
    if "" not in modules or not all(isinstance(text, str) for text in texts):
        raise InputError(f"{plan.path}: is a binary plan, but its {_MANIFEST} is damaged: {_AGAIN}")
    return modules


def _directory(written: str) -> str | None:
    """A directory as told relative to the root module's; None for an absolute path, which TF_DATA_DIR may give."""
    path = written.replace("\\", "/")
    if path.startswith("/") or PureWindowsPath(path).drive or not _PATH.fullmatch(path):
        return None
    return posixpath.normpath(path)


def _no_zip(data: bytes) -> str:
    """What a file is that is no zip, and what to do."""
    if data[:2] == b"\x1f\x8b":
        return f"is a binary plan or other file in gzip: unpack it, or {_SHOW} and give that file"
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    known = refusal(document) if isinstance(document, dict) else None
    return known or "is no binary plan: give the file that `terraform plan -out=FILE` wrote"


def _program(plan: PlanFile, given: str | None) -> str:
    """The absolute path of the program to run, which is never looked for in the working directory."""
    if given is not None and (os.sep in given or (os.altsep or os.sep) in given):
        found = _executable(Path(given).absolute())
    else:
        names = ("tofu", "terraform") if plan.of_opentofu else ("terraform", "tofu")
        found = next(filter(None, map(_on_path, names if given is None else (given,))), None)
    if found is not None:
        return found
    if given is not None:
        raise UsageError(f"{plan.path}: there is no program {given!r} to show it with: --terraform names one")
    raise InputError(
        f"{plan.path}: is a binary plan, and there is no terraform or tofu on PATH to show it: {_by_hand(plan)}"
    )


def _on_path(name: str) -> str | None:
    """A program's absolute path by its name; entries of PATH that are relative, or empty, are passed over."""
    entries = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    return next(filter(None, (_executable(entry / name) for entry in entries if entry.is_absolute())), None)


def _executable(path: Path) -> str | None:
    windows = os.name == "nt" and path.suffix.lower() != ".exe"
    path = path.with_name(f"{path.name}.exe") if windows else path
    try:
        return str(path) if path.is_file() and os.access(path, os.X_OK) else None
    except (OSError, ValueError):
        return None


def _where(path: str, given: Path | None) -> Path:
    """The directory to run in."""
    beside = Path(path).absolute().parent
    initialised = (one for one in (beside, Path.cwd()) if (one / ".terraform").is_dir())
    return given.absolute() if given is not None else next(initialised, beside)


def _failed(plan: PlanFile, program: str, why: str) -> str:
    return f"{plan.path}: is a binary plan, and `{Path(program).stem} show -json` failed: {why}: {_by_hand(plan)}"


def _by_hand(plan: PlanFile) -> str:
    program, name = "tofu" if plan.of_opentofu else "terraform", shlex.quote(Path(plan.path).name)
    return (
        f"run `{program} show -json {name} > plan.json` where it was made, in the initialised directory, "
        f"and give plan.json, with `--plan-file {shlex.quote(plan.path)}` for the sources in it"
    )


def _complaint(output: bytes, absolute: str, path: str) -> str:
    """What terraform said went wrong, on one line and short; lines of configuration and their values left out."""
    text = _COLOUR.sub("", output.decode("utf-8", "replace")).replace(absolute, path)
    told = (_FRAME.sub("", line) for line in text[max(text.find("Error:"), 0) :].splitlines())
    words = _CONTROL.sub(" ", " ".join(line for line in told if not _QUOTED.match(line))).split()
    sentence = " ".join(words).rstrip(".:")
    if len(sentence) > _MOST_WORDS:
        sentence = f"{sentence[:_MOST_WORDS].rstrip()}…"
    return sentence or "it gave no reason"
