"""The benchmarks: what is generated is the same each time and judged as expected; ratios and tables hold."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.append(str(BENCHMARKS))

import comparing  # noqa: E402
import generate_hcl  # noqa: E402
import generate_other  # noqa: E402
import generate_plan  # noqa: E402
import measuring  # noqa: E402
import peers  # noqa: E402
import run as benchmark  # noqa: E402
import stages  # noqa: E402
from comparing import HCL, IMPORTS, JSON, TFCHECK, Case  # noqa: E402
from measuring import Command, Cost  # noqa: E402


def digest(directory: Path) -> str:
    """Of the names and the bytes of all files below it."""
    found = hashlib.sha256()
    for file in sorted(one for one in directory.rglob("*") if one.is_file()):
        found.update(f"{file.relative_to(directory).as_posix()} {file.stat().st_size}\n".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def findings(run: Callable[..., Run], path: Path) -> list[tuple[str, str]]:
    """Control and status of each finding, in a run without problems."""
    report = json.loads(run(path, "--format", "json").out)
    assert report["problems"] == []
    return [(one["control"], one["status"]) for one in report["findings"]]


def statuses(found: list[tuple[str, str]]) -> Counter[str]:
    return Counter(status for _, status in found)


def test_plans_are_the_same_each_time_and_judged(tmp_path: Path, run: Callable[..., Run]) -> None:
    generate_plan.write(20, tmp_path / "plan.json")
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    assert text == json.dumps(generate_plan.generate(20), separators=(",", ":"))
    assert len(json.loads(text)["resource_changes"]) == 20
    found = statuses(findings(run, tmp_path / "plan.json"))
    assert found == {"FAILED": 23, "PASSED": 4, "UNKNOWN": 2, "NOT_APPLICABLE": 16}


def test_stacks_are_the_same_each_time_and_judged(tmp_path: Path, run: Callable[..., Run]) -> None:
    for name in ("first", "second"):
        generate_hcl.generate(tmp_path / name, 1)
    assert digest(tmp_path / "first") == digest(tmp_path / "second")
    assert len(list((tmp_path / "first").rglob("*.tf"))) == 11
    found = findings(run, tmp_path / "first")
    assert statuses(found) == {"FAILED": 107, "PASSED": 123, "NOT_APPLICABLE": 40}
    failed = Counter(control for control, status in found if status == "FAILED")
    # Of ten services, four write to their file system, in two task definitions; six clusters are without insights;
    # three services have an old platform; none has a public address, unless var.expose were true.
    assert (failed["ECS.5"], failed["ECS.12"], failed["ECS.10"], failed["ECS.2"]) == (8, 6, 3, 0)


def test_a_stack_of_one_file_is_judged(tmp_path: Path, run: Callable[..., Run]) -> None:
    generate_hcl.generate_one(tmp_path / "one")
    assert statuses(findings(run, tmp_path / "one")) == {"FAILED": 12, "PASSED": 11, "NOT_APPLICABLE": 4}


def test_a_repository_without_ecs_has_nothing_to_judge(tmp_path: Path, run: Callable[..., Run]) -> None:
    for name in ("first", "second"):
        generate_other.generate(tmp_path / name, 25)
    assert digest(tmp_path / "first") == digest(tmp_path / "second")
    assert len(list((tmp_path / "first" / "stacks").rglob("*.tf"))) == 25
    assert findings(run, tmp_path / "first") == []


def cost(cpu: float, memory: float = 20.0, *, whole: bool = True) -> Cost:
    return Cost(cpu, cpu * 0.9, memory, whole)


CASES = (
    Case("plan", 10, 60_000, {IMPORTS: cost(0.1), JSON: cost(0.05, 10), TFCHECK: cost(0.15)}),
    Case("plan", 1_000, 2_600_000, {IMPORTS: cost(0.1), TFCHECK: cost(0.25), "checkov": cost(15.0, 300)}),
    Case(
        "plan",
        20_000,
        51_000_000,
        {JSON: cost(1.0, 200), TFCHECK: cost(2.2, 210), "checkov": cost(30.0, 90, whole=False)},
    ),
    Case("plan", 100_000, 256_000_000, {TFCHECK: cost(11.0, 1_000)}),
    Case("hcl", 550, 1_100_000, {HCL: cost(4.0), TFCHECK: cost(1.0)}),
)


def test_a_ratio_is_of_medians_and_of_the_least() -> None:
    assert str(comparing.ratio(CASES[0], TFCHECK, IMPORTS)) == "1.50 (1.50)"
    assert comparing.ratio(CASES[4], TFCHECK, IMPORTS) is None
    assert comparing.memory(CASES[0], TFCHECK, JSON) == 2.0
    assert str(comparing.ratio(CASES[2], "checkov", TFCHECK)) == "over 13.64 (13.64)"


def test_growth_is_the_cost_of_a_further_item_to_that_before() -> None:
    plans = comparing.of(CASES, "plan")
    assert comparing.growth(plans[:2]) is None
    assert comparing.growth(plans[1:]) == pytest.approx((8.8 / 80_000) / (1.95 / 19_000))


def test_goals_are_met_or_not_or_not_measured() -> None:
    found = {one.text: (one.measured, one.met) for one in comparing.goals(CASES)}
    assert found["plan of 10 resources: at most 1.6 times import click, tabulate"] == ("1.50 (1.50)", True)
    assert found["plan of 20,000 resources: at most 2.0 times json.load"] == ("2.20 (2.20)", False)
    assert found["plan of 20,000 resources: at most 1.1 times the peak memory of json.load"] == ("1.05", True)
    assert found["plans of 1,000 and more, checkov: at least 10 times tfcheck"] == ("over 13.64 (13.64)", True)
    assert found["plans of 1,000 and more, trivy: at least 10 times tfcheck"] == ("–", None)


def test_tables_are_markdown() -> None:
    assert comparing.cost_table(CASES[:2], JSON).splitlines() == [
        "| input | size | CPU | memory | each further | × imports | × json.load | memory × json.load |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| 10 resources | 60.0 kB | 0.150 (0.135) s | 20 MiB | – | 1.50 (1.50) | 3.00 (3.00) | 2.00 |",
        "| 1,000 resources | 2.6 MB | 0.250 (0.225) s | 20 MiB | 0.091 ms | 2.50 (2.50) | – | – |",
    ]
    peers_told = comparing.peer_table(CASES, ["checkov", "trivy"]).splitlines()
    assert peers_told[2] == (
        "| plan | 1,000 resources | 0.250 (0.225) s, 20 MiB | 15.000 (13.500) s, 300 MiB, × 60.00 (60.00) | – |"
    )
    assert "| over 30.000 (27.000) s, 90 MiB, × over 13.64 (13.64) | – |" in peers_told[3]
    assert len(peers_told) == 4


def test_parts_of_a_run_are_what_passed_between_marks() -> None:
    found = stages.parts([("the interpreter", 0.01), ("reading", 0.03), ("deciding", 0.04), ("reading", 0.07)])
    assert found == pytest.approx({"the interpreter": 0.01, "reading": 0.05, "deciding": 0.01})
    assert stages.stage_table({"reading": 0.03, "deciding": 0.01}).splitlines()[-1] == "| together | 40.0 ms | 100% |"


def test_a_command_is_measured_and_one_that_fails_or_takes_long_is_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = {
        "works": Command((sys.executable, "-S", "-c", "raise SystemExit(1)"), exits=(1,)),
        "fails": Command((sys.executable, "-S", "-c", "raise SystemExit(2)")),
        "is not there": Command((str(tmp_path / "none"),)),
    }
    found = measuring.in_turn(commands, 1, 10.0, tmp_path)
    assert list(found) == ["works"]
    assert 0 < found["works"].cpu < 5
    assert "left out: fails: exit 2" in (told := capsys.readouterr().err)
    assert "left out: is not there" in told
    endless = {"sleeps": Command((sys.executable, "-S", "-c", "import time; time.sleep(60)"))}
    assert not measuring.in_turn(endless, 3, 10.0, tmp_path, seconds=1)["sleeps"].whole


def test_peers_are_those_given_and_run_as_their_users_do() -> None:
    programs = {"trivy": "/bin/trivy", "tf-nag": "/bin/tf-nag"}
    assert peers.commands(programs, "hcl", "stacks").keys() == {"trivy"}
    assert peers.commands(programs, "plan", "plan.json")["tf-nag"].words[-2:] == ("--plan-json", "plan.json")
    with pytest.raises(ValueError, match="other: not one of"):
        peers.found(["other=/bin/other"])


def test_what_was_measured_replaces_what_is_between_the_marks() -> None:
    page = f"before {benchmark.BEGIN} old {benchmark.END} after"
    assert benchmark.put(page, "new") == f"before {benchmark.BEGIN}\n\nnew\n\n{benchmark.END} after"
    with pytest.raises(ValueError, match="measured: begin"):
        benchmark.put("a page", "new")


def test_the_page_has_the_marks() -> None:
    page = (BENCHMARKS.parent / "docs" / "performance.md").read_text(encoding="utf-8")
    assert benchmark.put(page, "") != page
