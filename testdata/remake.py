"""Make plan.json and state.json of the case directories again, with the terraform of the environment.

    python testdata/remake.py [DIR ...]

Without DIR every case below controls/ and plans/ is made: a case is a directory that holds a main.tf, and nothing
below it is a case of its own. README.md says what else may lie in one. Terraform works on a copy in a temporary
directory, so nothing but plan.json or state.json is ever written here.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREES = (HERE / "controls", HERE / "plans", HERE / "lines", HERE / "changes")
ENVIRONMENT = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
NOT_COPIED = shutil.ignore_patterns("plan.json", "state.json", ".terraform", "*.tfstate", "*.tfstate.backup")
PLAN_FILE = "tfplan"


class CannotMakeError(Exception):
    """Terraform refused a case; the text is what it said."""


def terraform(work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run terraform in `work` and give back what it said, whether it failed or not."""
    command = ["terraform", *arguments]
    return subprocess.run(
        command,
        cwd=work,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def terraform_or_raise(work: Path, *arguments: str) -> str:
    """Run terraform in `work` and give back its standard output.

    Raises CannotMakeError with its standard error when it fails.
    """
    done = terraform(work, *arguments)
    if done.returncode != 0:
        raise CannotMakeError(done.stderr.strip() or done.stdout.strip())
    return done.stdout


def use_sources(work: Path, directory: Path) -> None:
    """Replace the *.tf files of the root module in `work` by those of `directory`, and initialise it."""
    for old in work.glob("*.tf"):
        old.unlink()
    for new in directory.glob("*.tf"):
        shutil.copy(new, work)
    terraform_or_raise(work, "init", "-input=false", "-no-color")


def apply(work: Path, arguments: Sequence[str] = ()) -> None:
    """Apply the configuration in `work`."""
    terraform_or_raise(work, "apply", "-auto-approve", "-input=false", "-no-color", *arguments)


def plan(work: Path, arguments: Sequence[str]) -> str:
    """Give the JSON of a plan of the configuration in `work`, also of one that was written but ended with errors."""
    done = terraform(work, "plan", f"-out={PLAN_FILE}", "-input=false", "-no-color", *arguments)
    if not (work / PLAN_FILE).exists():
        raise CannotMakeError(done.stderr.strip())
    return terraform_or_raise(work, "show", "-json", PLAN_FILE)


def plan_arguments(case: Path) -> list[str]:
    """Read the further arguments of a case, one a line."""
    file = case / "plan-args.txt"
    return [line for line in file.read_text("utf-8").splitlines() if line] if file.exists() else []


def wants_state(case: Path) -> bool:
    """Say whether a case records the applied state instead of a plan."""
    return case.name.endswith("_state") or (case / "state.json").exists()


def make(case: Path) -> Path:
    """Make the plan or the state of one case, and give the file that was written.

    Raises CannotMakeError when terraform writes neither.
    """
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary) / "case"
        shutil.copytree(case, work, ignore=NOT_COPIED)
        if (case / "before").is_dir():
            use_sources(work, case / "before")
            apply(work)
        use_sources(work, case)
        if wants_state(case):
            apply(work, plan_arguments(case))
            target, text = case / "state.json", terraform_or_raise(work, "show", "-json")
        else:
            target, text = case / "plan.json", plan(work, plan_arguments(case))
    target.write_text(text, "utf-8", newline="\n")
    return target


def cases(tree: Path) -> Iterator[Path]:
    """Find the case directories in a tree, in the order of their names."""
    if (tree / "main.tf").exists():
        yield tree
    elif tree.is_dir():
        for child in sorted(tree.iterdir()):
            yield from cases(child)


def remake(found: Iterable[Path]) -> int:
    """Make all the cases, print a line for each, and give the number of those that could not be made."""
    failures = 0
    for case in found:
        name = os.path.relpath(case)
        try:
            print(f"{name}: {make(case).name}", flush=True)
        except CannotMakeError as error:
            failures += 1
            print(f"{name}: FAILED\n{error}", flush=True)
    return failures


def main(arguments: Sequence[str]) -> int:
    """Make the cases in the directories that were named, or all of them, and give the exit code."""
    trees = [Path(argument).resolve() for argument in arguments] or list(TREES)
    found = [case for tree in trees for case in cases(tree)]
    if arguments and not found:
        print("no case directory: none of the arguments holds a main.tf", file=sys.stderr)
        return 1
    failures = remake(found)
    if failures:
        print(f"{failures} of {len(found)} cases could not be made", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
