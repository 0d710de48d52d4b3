"""The binary plan: the configuration inside it, and what terraform is asked to show of it."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import TESTDATA

from tfcheck.errors import InputError, UsageError
from tfcheck.terraform import planfile
from tfcheck.terraform.read import read

CASE = TESTDATA / "planfile"
ROOT = '[{"Key": "", "Dir": "."}]'
MANIFEST = "tfconfig/modules.json"
ENCRYPTED = {"meta": {"key_provider.pbkdf2.k": "e30="}, "encrypted_data": "AAAA", "encryption_version": "v0"}
BOOKMARK = {"remote_plan_format": 1, "run_id": "run-x", "hostname": "app.terraform.io"}


def archive(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def plan(manifest: str | bytes = ROOT, **members: str | bytes) -> bytes:
    """A binary plan; a member is named after the rest of its path: `m-/main.tf`."""
    return archive(
        {"tfplan": b"\x08\x03", **{f"tfconfig/{name}": text for name, text in members.items()}, MANIFEST: manifest}
    )


def row(key: str, directory: str) -> dict[str, str]:
    return {"Key": key, "Source": f"./{key}", "Dir": directory}


def written(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def fails(action: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        action()
    assert str(caught.value).count("\n") == 0
    return str(caught.value)


# The configuration inside


def test_every_module_of_a_plan_with_its_directory_and_its_files() -> None:
    modules = planfile.snapshot(str(CASE / "tfplan")).modules
    assert {key: (one.directory, one.source, one.version) for key, one in modules.items()} == {
        "": (".", "", None),
        "cluster": ("../shared/cluster", "../shared/cluster", None),
        "service": ("service", "./service", None),
    }
    assert {key: sorted(one.files) for key, one in modules.items()} == {
        "": ["main.tf", "settings_override.tf"],
        "cluster": ["main.tf"],
        "service": ["main.tf"],
    }
    for one in modules.values():
        for name, text in one.files.items():
            assert text == (CASE / "live" / (one.directory or "") / name).read_text(encoding="utf-8")


def test_nested_modules_json_and_opentofu_files(tmp_path: Path) -> None:
    rows = [row("", "."), row("a", "modules\\a"), {**row("a.b", ".terraform/modules/a.b"), "Version": "1.2.3"}]
    files: dict[str, str | bytes] = {
        "m-/main.tofu": "# one",
        "m-/x.tf.json": "{}",
        "m-a/main.tf": b"\xef\xbb\xbf# \xff",
        "m-a.b/x.tofu.json": "{}",
    }
    modules = planfile.snapshot(str(written(tmp_path / "p", plan(json.dumps(rows), **files)))).modules
    assert {key: (one.directory, one.version, dict(one.files)) for key, one in modules.items()} == {
        "": (".", None, {"main.tofu": "# one", "x.tf.json": "{}"}),
        "a": ("modules/a", None, {"main.tf": "\ufeff# \ufffd"}),
        "a.b": (".terraform/modules/a.b", "1.2.3", {"x.tofu.json": "{}"}),
    }


@pytest.mark.parametrize(
    ("told", "directory"),
    [
        (".", "."),
        ("", "."),
        ("./x/../y", "y"),
        ("../../x", "../../x"),
        ("x/../../../etc", "../../etc"),
        ("/data/modules/x", None),
        ("\\data\\x", None),
        ("C:\\data\\x", None),
        ("\\\\host\\share", None),
        ("x\0y", None),
    ],
)
def test_a_directory_is_relative_to_the_root_or_not_known(told: str, directory: str | None, tmp_path: Path) -> None:
    rows = json.dumps([row("", "."), row("a", told)])
    assert planfile.snapshot(str(written(tmp_path / "p", plan(rows)))).modules["a"].directory == directory


@pytest.mark.parametrize(
    "name",
    [
        "m-/../main.tf",
        "m-/../../../etc/x.tf",
        "m-/..\\x.tf",
        "m-/C:x.tf",
        "m-/x/y.tf",
        "m-//etc/x.tf",
        "m-../x.tf",
        "m-a/../x.tf",
        "m-/.tf",
        "m-/.hidden.tf",
        "m-/x\n.tf",
        "m-/terraform.tfvars",
        "m-/x.tf/",
        "x.tf",
        "../x.tf",
    ],
)
def test_what_is_no_file_of_a_module_is_left_out(name: str, tmp_path: Path) -> None:
    modules = planfile.snapshot(str(written(tmp_path / "p", plan(**{name: "x", "m-/main.tf": "y"})))).modules
    assert {key: dict(one.files) for key, one in modules.items()} == {"": {"main.tf": "y"}}


def test_a_module_that_is_called_often_is_one_text(tmp_path: Path) -> None:
    rows = json.dumps([row("", "."), row("a", "m"), row("b", "m")])
    text = "# some text\n" * 10
    modules = planfile.snapshot(
        str(written(tmp_path / "p", plan(rows, **{"m-a/x.tf": text, "m-b/x.tf": text})))
    ).modules
    assert modules["a"].files["x.tf"] is modules["b"].files["x.tf"]


def a_bomb() -> bytes:
    return plan(**{"m-/main.tf": bytes(2**24 + 1)})


def many_bombs() -> bytes:
    return plan(**{f"m-/{place}.tf": bytes(2**24) for place in range(17)})


def a_bomb_that_tells_a_small_size() -> bytes:
    data = bytearray(a_bomb())
    size = (2**24 + 1).to_bytes(4, "little")
    return bytes(data.replace(size, (5).to_bytes(4, "little")))


def flagged(data: bytes) -> bytes:
    """The same with every member told to be encrypted."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            changed[place + offset] |= 1
            place = data.find(signature, place + 1)
    return bytes(changed)


REFUSED = [
    pytest.param(a_bomb(), "more than 16 MiB", id="bomb"),
    pytest.param(many_bombs(), "more configuration than 256 MiB", id="many-bombs"),
    pytest.param(a_bomb_that_tells_a_small_size(), "damaged", id="bomb-that-tells-a-small-size"),
    pytest.param(plan() + b"PK\x01\x02" * 100_001, "more than 100,000 files", id="too-many-members"),
    pytest.param(archive({"word/document.xml": "<w/>"}), "but no binary plan", id="foreign-zip"),
    pytest.param(archive({"tfplan": plan()}), "unpack it", id="artifact-around-a-plan"),
    pytest.param(archive({}), "but no binary plan", id="empty-zip"),
    pytest.param(archive({"tfplan": b"x", "tfconfig/m-/main.tf": ""}), "but no binary plan", id="no-modules-json"),
    pytest.param((CASE / "tfplan").read_bytes()[:-30], "truncated or damaged", id="truncated"),
    pytest.param(b"PK", "truncated or damaged", id="two-bytes"),
    pytest.param(flagged(plan()), "damaged", id="with-a-password"),
    pytest.param(
        archive({"tfplan": b"", MANIFEST: ROOT}, zipfile.ZIP_LZMA), "damaged", id="a-method-that-terraform-never-uses"
    ),
    pytest.param(plan("nonsense"), "modules.json is damaged", id="manifest-no-json"),
    pytest.param(plan(b"\xff\xfe"), "modules.json is damaged", id="manifest-no-text"),
    pytest.param(plan("[" * 100_000), "modules.json is damaged", id="manifest-too-deep"),
    pytest.param(plan("{}"), "modules.json is damaged", id="manifest-no-list"),
    pytest.param(plan("[]"), "modules.json is damaged", id="manifest-without-root"),
    pytest.param(plan('[{"Key": ""}]'), "modules.json is damaged", id="manifest-without-directory"),
    pytest.param(plan('[{"Key": "", "Dir": 1}]'), "modules.json is damaged", id="manifest-with-a-number"),
    pytest.param(plan('[{"Key": [], "Dir": "."}]'), "modules.json is damaged", id="manifest-with-a-list-for-a-key"),
    pytest.param(plan("[[]]"), "modules.json is damaged", id="manifest-with-a-list-for-a-row"),
    pytest.param(plan('[{"Key": "", "Dir": ".", "Version": null}]'), "modules.json is damaged", id="version-null"),
    pytest.param(plan(**{"m-a/main.tf": "x"}), "does not list all its modules", id="unlisted-module"),
    pytest.param(b"", "is no binary plan", id="empty"),
    pytest.param(b"{}", "is no binary plan", id="json"),
    pytest.param((CASE / "plan.json").read_bytes(), "terraform plan -out=FILE", id="plan-in-json"),
    pytest.param(gzip.compress(plan()), "in gzip", id="gzip"),
    pytest.param(json.dumps(ENCRYPTED).encode(), "is a plan that OpenTofu encrypted", id="encrypted"),
    pytest.param(json.dumps(BOOKMARK).encode(), "HCP Terraform keeps", id="remote"),
]


@pytest.mark.parametrize(("data", "what"), REFUSED)
def test_what_is_no_sound_binary_plan_is_refused(data: bytes, what: str, tmp_path: Path) -> None:
    file = written(tmp_path / "tfplan", data)
    message = fails(lambda: planfile.snapshot(str(file)))
    assert message.startswith(f"{file}: ")
    assert what in message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "tfplan"
    assert fails(lambda: planfile.snapshot(str(file))) == f"{file}: cannot be read: No such file or directory"


def test_damage_anywhere_raises_nothing_but_an_input_error(tmp_path: Path) -> None:
    sound = (CASE / "tfplan").read_bytes()
    chance = random.Random(7)  # noqa: S311
    for _ in range(1500):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = chance.randrange(len(data)) if chance.random() < 0.2 else len(data)
        file = written(tmp_path / "tfplan", bytes(data[:cut]))
        with contextlib.suppress(InputError):
            planfile.snapshot(str(file))


# What is saved elsewhere


@pytest.mark.parametrize(
    ("document", "what", "command"),
    [
        (ENCRYPTED, "is a plan that OpenTofu encrypted", "tofu show -json PLANFILE > plan.json"),
        (
            {"serial": 1, "lineage": "x", **ENCRYPTED},
            "is a state that OpenTofu encrypted",
            "tofu show -json > state.json",
        ),
        (BOOKMARK, "HCP Terraform keeps", "terraform show -json PLANFILE > plan.json"),
    ],
)
def test_json_without_the_plan_in_it_is_named(
    document: dict[str, object], what: str, command: str, tmp_path: Path
) -> None:
    file = written(tmp_path / "tfplan", json.dumps(document))
    message = fails(lambda: read(str(file)))
    assert message.startswith(f"{file}: ")
    assert what in message
    assert command in message


# What terraform shows


ECHO = """\
import json, os, sys
told = {"arguments": sys.argv[1:], "directory": os.getcwd(), "input": sys.stdin.read(),
        "environment": {name: value for name, value in os.environ.items() if name.startswith("TF_")}}
print(json.dumps(told))
"""


def program(path: Path, body: str) -> Path:
    """An executable of this name in Python."""
    # The path of an interpreter may hold blanks, which `#!` does not take.
    script = written(path.with_name(f"{path.name}.py"), body)
    written(path, f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def prints(path: Path, out: bytes = b"", err: bytes = b"", code: int = 0) -> Path:
    return program(
        path,
        f"import sys\nsys.stdout.buffer.write({out!r})\nsys.stdout.flush()\n"
        f"sys.stderr.buffer.write({err!r})\nsys.stderr.flush()\nsys.exit({code})\n",
    )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a plan in `infra/tfplan`, and a PATH of nothing but `bin`; the working directory is another."""
    written(tmp_path / "infra" / "tfplan", (CASE / "tfplan").read_bytes())
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_terraform_is_run_in_the_directory_of_the_plan(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(place / "bin" / "terraform", ECHO)
    for name in ("TF_CLI_ARGS", "TF_CLI_ARGS_show", "TF_LOG", "TF_LOG_PATH", "TF_DATA_DIR"):
        monkeypatch.setenv(name, "x")
    told = json.loads(planfile.show("../infra/tfplan"))
    assert told["arguments"][:3] == ["show", "-json", "-no-color"]
    assert Path(told["arguments"][3]).is_absolute()
    assert Path(told["arguments"][3]).samefile(place / "infra" / "tfplan")
    assert Path(told["directory"]).samefile(place / "infra")
    assert told["input"] == ""
    assert {name: value for name, value in told["environment"].items() if value == "x"} == {"TF_DATA_DIR": "x"}


@pytest.mark.parametrize(
    ("initialised", "given", "expected"),
    [
        ((), None, "infra"),
        (("infra", "cwd"), None, "infra"),
        (("cwd",), None, "cwd"),
        (("infra", "cwd"), "other", "other"),
    ],
)
def test_the_directory_that_is_initialised(
    initialised: tuple[str, ...], given: str | None, expected: str, place: Path
) -> None:
    program(place / "bin" / "terraform", ECHO)
    (place / "other").mkdir()
    for name in initialised:
        (place / name / ".terraform").mkdir()
    told = json.loads(planfile.show(str(place / "infra" / "tfplan"), directory=place / given if given else None))
    assert Path(told["directory"]).name == expected


OF_OPENTOFU = archive(
    {"tfplan": b"", MANIFEST: ROOT, ".terraform.lock.hcl": 'provider "registry.opentofu.org/hashicorp/aws" {\n}\n'}
)


@pytest.mark.parametrize(
    ("data", "installed", "given", "expected"),
    [
        (plan(), ("terraform", "tofu"), None, "terraform"),
        (plan(), ("tofu",), None, "tofu"),
        (OF_OPENTOFU, ("terraform", "tofu"), None, "tofu"),
        (OF_OPENTOFU, ("terraform",), None, "terraform"),
        (plan(), ("terraform", "terraform-1.9"), "terraform-1.9", "terraform-1.9"),
        (plan(), ("terraform",), "../tools/mine", "mine"),
    ],
)
def test_the_program_that_fits(
    data: bytes, installed: tuple[str, ...], given: str | None, expected: str, place: Path
) -> None:
    for name in installed:
        prints(place / "bin" / name, name.encode())
    prints(place / "tools" / "mine", b"mine")
    assert planfile.show(str(written(place / "tfplan", data)), given) == expected.encode()


@pytest.mark.parametrize("entry", ["", ".", "./", "bin", ":", "..", ".:"])
def test_no_program_of_the_working_directory_is_run(entry: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for directory in ("cwd", "cwd/bin", "infra", "infra/bin", "."):
        prints(place / directory / "terraform", b"mine")
    monkeypatch.setenv("PATH", os.pathsep.join([entry, str(place / "none"), entry]))
    assert "no terraform or tofu on PATH" in fails(lambda: planfile.show("../infra/tfplan"))
    with pytest.raises(UsageError):
        planfile.show("../infra/tfplan", "terraform")


def test_what_is_no_program_is_passed_over(place: Path) -> None:
    written(place / "bin" / "terraform", "no program")
    (place / "bin" / "tofu").mkdir()
    assert "no terraform or tofu on PATH" in fails(lambda: planfile.show(str(place / "infra" / "tfplan")))


def test_without_a_program_the_command_is_told(place: Path) -> None:
    file = place / "infra" / "tfplan"
    message = fails(lambda: planfile.show(str(file)))
    assert message.startswith(f"{file}: is a binary plan, and there is no terraform or tofu on PATH")
    assert "run `terraform show -json tfplan > plan.json`" in message
    assert f"`--plan-file {file}`" in message
    assert "run `tofu show -json 'my plan' > plan.json`" in fails(
        lambda: planfile.show(str(written(place / "my plan", OF_OPENTOFU)))
    )


@pytest.mark.parametrize("given", ["terraform-0", "./terraform", "", "..", "/nowhere/terraform", "x\0y"])
def test_a_given_program_that_is_not_there(given: str, place: Path) -> None:
    with pytest.raises(UsageError, match="--terraform"):
        planfile.show(str(place / "infra" / "tfplan"), given)


SAID = """\
\x1b[33m╷\x1b[0m
\x1b[33m│\x1b[0m \x1b[1mWarning: Something old\x1b[0m
\x1b[33m╵\x1b[0m
╷
│ Error: Failed to load\x07 plugin schemas
│
│   on main.tf line 3, in provider "aws":
│    3:   secret_key = "hunter2"
│     ├────────────────
│     │ var.secret is "hunter3"
│
│ Error while loading PLAN: unavailable
│ provider "registry.terraform.io/hashicorp/aws"..
╵
"""


def test_what_terraform_complains_of_is_told_in_short(place: Path) -> None:
    body = f"import sys\nprint('hunter4')\nsys.stderr.write({SAID!r}.replace('PLAN', sys.argv[-1]))\nsys.exit(1)\n"
    program(place / "bin" / "terraform", body)
    message = fails(lambda: planfile.show("../infra/tfplan"))
    assert message.startswith(
        "../infra/tfplan: is a binary plan, and `terraform show -json` failed: Error: Failed to load plugin schemas "
        'on main.tf line 3, in provider "aws": Error while loading ../infra/tfplan: unavailable provider '
        '"registry.terraform.io/hashicorp/aws": run `terraform show -json tfplan > plan.json`'
    )
    assert "hunter" not in message


@pytest.mark.parametrize("said", [b"", b"\xff\n\x1b[31m\n", b"x" * 10**6, b"panic: runtime error\ngoroutine 1\n" * 999])
def test_whatever_it_says_the_message_is_short(said: bytes, place: Path) -> None:
    prints(place / "bin" / "terraform", err=said, code=2)
    message = fails(lambda: planfile.show(str(place / "infra" / "tfplan")))
    assert len(message) < 900
    assert message.isprintable()


def test_it_takes_too_long(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(place / "bin" / "terraform", "import time\ntime.sleep(60)\n")
    monkeypatch.setattr(planfile, "_TIMEOUT", 0.2)
    assert "more than 0.2 seconds" in fails(lambda: planfile.show(str(place / "infra" / "tfplan")))


def test_it_cannot_be_run(place: Path) -> None:
    file = written(place / "bin" / "terraform", "#!/nowhere/interpreter\n")
    file.chmod(0o755)
    assert "failed: No such file or directory" in fails(lambda: planfile.show(str(place / "infra" / "tfplan")))


def test_no_plan_is_never_given_to_terraform(place: Path) -> None:
    prints(place / "bin" / "terraform", b"{}")
    assert "no binary plan" in fails(lambda: planfile.show(str(written(place / "x", archive({"a": "b"})))))


def test_a_file_that_is_called_json_makes_no_program_run(place: Path) -> None:
    """Who gives a plan.json that others made wants it parsed: terraform may run providers that lie beside it."""
    prints(place / "bin" / "terraform", b"shown")
    file = str(written(place / "plan.JSON", plan()))
    assert "is a binary plan, although its name ends in .json: run `terraform show" in fails(
        lambda: planfile.show(file)
    )
    assert planfile.show(file, "terraform") == b"shown"


# Reading it


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("[command]/opt/terraform-bin show -json\n", "::debug::exited with code 0.\n")]
)
def test_a_binary_plan_is_read_through_terraform(before: str, after: str, place: Path) -> None:
    document = (CASE / "plan.json").read_bytes()
    prints(place / "bin" / "terraform", before.encode() + document + after.encode())
    shown, plain = read(str(place / "infra" / "tfplan")), read(str(CASE / "plan.json"))
    assert (shown.source.kind, plain.source.kind) == ("planfile", "plan")
    assert [one.resource for one in shown.blocks] == [one.resource for one in plain.blocks]
    assert len(shown.blocks) == 4


@pytest.mark.parametrize("said", [b"", b"nothing\n", b"{}", b"\xff", b'{"format_version": '])
def test_what_terraform_shows_may_be_no_plan(said: bytes, place: Path) -> None:
    prints(place / "bin" / "terraform", said)
    file = str(place / "infra" / "tfplan")
    assert fails(lambda: read(file)).startswith(f"{file}: ")


def test_a_binary_plan_has_to_be_a_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((CASE / "tfplan").read_bytes())))
    assert fails(lambda: read("-")).startswith(
        "standard input: is a binary plan in a pipe: give its path, or run `terraform show"
    )
    packed = written(place / "tfplan.gz", gzip.compress((CASE / "tfplan").read_bytes()))
    assert "in gzip: unpack it, or run `terraform show -json" in fails(lambda: read(str(packed)))


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_real_terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it saves and shows without a provider; nothing is fetched for that."""
    monkeypatch.setenv("CHECKPOINT_DISABLE", "1")
    text = 'resource "terraform_data" "this" {\n  input = "größe"\n}\n'
    written(tmp_path / "live" / "main.tf", text + 'module "m" {\n  source = "../m"\n}\n')
    written(tmp_path / "m" / "main.tf", text)
    for arguments in (["init", "-input=false"], ["plan", "-input=false", "-out=tfplan"]):
        subprocess.run(["terraform", *arguments], cwd=tmp_path / "live", check=True, capture_output=True)
    file = str(tmp_path / "live" / "tfplan")
    addresses = [one["address"] for one in json.loads(planfile.show(file))["resource_changes"]]
    assert sorted(addresses) == ["module.m.terraform_data.this", "terraform_data.this"]
    modules = planfile.snapshot(file).modules
    assert {key: (one.directory, list(one.files)) for key, one in modules.items()} == {
        "": (".", ["main.tf"]),
        "m": ("../m", ["main.tf"]),
    }
    assert modules["m"].files["main.tf"] == text
