"""docs/make_zoo.py: every preset has a row, every figure its bound, and a report with a gap gives no page."""

import importlib.util
import json
from pathlib import Path

import pytest

from parity.ladder import RUNGS
from parity.verdicts import PairReport, Report, RungResult, Verdict
from parity.zoo import presets

SCRIPT = Path(__file__).parents[2] / "docs" / "make_zoo.py"
NAMES = [name for name, _, _ in presets()]


@pytest.fixture(scope="module")
def make_zoo():
    spec = importlib.util.spec_from_file_location("make_zoo", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(names=NAMES, last=None):
    """A report as ``parity check --all --json`` writes it; ``last`` is the last rung of every pair."""
    exact = [RungResult(rung, Verdict.PASS) for rung in RUNGS[:3]]
    judged = [RungResult(rung, Verdict.PASS, 3e-15, 1e-10) for rung in RUNGS[3:-1]]
    rungs = (*exact, *judged, last or RungResult(RUNGS[-1], Verdict.PASS, 0.0, 1e-10))
    written = Report("parity check --all", {"keras": "3.15.1"}, 0, tuple(PairReport(name, rungs) for name in names))
    return written.to_json()


def written(make_zoo, tmp_path, content):
    (tmp_path / "report.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return make_zoo.main([str(tmp_path / "report.json"), str(tmp_path / "zoo.md")]), tmp_path / "zoo.md"


def test_every_preset_has_a_row_with_its_count_and_every_rung(make_zoo, tmp_path):
    code, path = written(make_zoo, tmp_path, report())
    assert code == 0
    rows = {line.split("`")[1]: line for line in path.read_text().splitlines() if line.startswith("| `")}
    assert set(rows) == set(NAMES)
    lines = path.read_text().splitlines()
    for name, _, preset in presets():
        row = next(line for line in lines if line.startswith(f"| `{name}` |"))
        assert f" {preset.parameters:,} " in row
        assert row.count(" exact ") == 3
        assert row.count(" 3e-15 ≤ 1e-10 ") == len(RUNGS) - 4
        assert " 0 ≤ 1e-10 " in row
    assert all(rung in "".join(lines) for rung in RUNGS)


@pytest.mark.parametrize(
    ("last", "cell"),
    [
        (RungResult(RUNGS[-1], Verdict.FAIL, 0.5, 1e-10), "**fail**"),
        (RungResult(RUNGS[-1], Verdict.FAIL, float("inf"), 1e-10), "**fail**"),
        (RungResult(RUNGS[-1], Verdict.SKIP, reason="asked"), "**skip**"),
        (RungResult("other", Verdict.PASS), "exact"),
    ],
)
def test_what_did_not_pass_does_not_look_like_a_pass(make_zoo, last, cell):
    assert make_zoo.page(report(last=last)).count(f" {cell} |") >= len(NAMES)


def test_a_rung_that_one_pair_never_climbed_is_named(make_zoo):
    half = report()
    half["pairs"][0]["rungs"].pop()
    assert make_zoo.page(half).count("not climbed") == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (report(NAMES[:-1]), f"error: the report misses {NAMES[-1]}"),
        (report([]), f"and {len(NAMES) - 8} more"),
        ({"schema": "parity.list/1"}, "schema 'parity.list/1': expected 'parity.report/1'"),
        ([], "schema None: expected"),
        ("not json", "report.json: not readable as JSON"),
    ],
)
def test_a_report_with_a_gap_gives_no_page(make_zoo, tmp_path, capsys, content, message):
    code, path = written(make_zoo, tmp_path, content)
    assert code == 2
    assert message in capsys.readouterr().err
    assert not path.exists()


def test_pretrained_weights_are_named_for_every_twin_that_torchvision_has(make_zoo):
    assert set(make_zoo.PRETRAINED) == {
        name for name, twin, _ in presets() if "of torchvision" in twin.summary and name.endswith("/imagenet")
    }
    assert "://" not in make_zoo.page(report())
