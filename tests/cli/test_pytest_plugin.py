"""The fixture ``assert_parity``, and the report of a session."""

import json
import subprocess
import sys

import numpy as np
import pytest

from parity.pytest_plugin import Session
from parity.verdicts import PairReport, Report, RungResult, Verdict

FRAMEWORKS = {"numpy", "torch", "keras", "tensorflow", "onnx", "scipy", "rich", "jinja2"}
MODELS = """
import keras
import torch
from keras import layers
from torch import nn


def ours(epsilon=1e-5):
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(3, 3),
            layers.BatchNormalization(epsilon=epsilon, momentum=0.9),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(4),
            layers.Dense(4),
        ]
    )


class Theirs(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)
        self.first, self.second = nn.Linear(3, 4), nn.Linear(4, 4)

    def forward(self, x):
        return self.second(self.first(torch.relu(self.norm(self.conv(x))).mean((2, 3))))
"""
TESTS = """
import json
import numpy as np
import pytest
from models import Theirs, ours

RUNGS = ("structure", "transfer", "outputs")


def test_identical(assert_parity):
    report = assert_parity(ours(), Theirs(), rungs=RUNGS)
    assert report.pairs[0].rungs[-1].figure <= 1e-10


def test_other_epsilon(assert_parity):
    assert_parity(ours(1e-3), Theirs(), rungs=RUNGS, name="other epsilon")


def test_other_epsilon_within_a_bound(assert_parity):
    model, batch = ours(1e-3), np.linspace(-1, 1, 4 * 72).reshape(4, 6, 6, 2)
    assert assert_parity(model, Theirs(), batch, rungs=("outputs",), bound=0.5)
    with pytest.raises(AssertionError, match="bound"):
        assert_parity(model, Theirs(), batch, rungs=("outputs",), bound=1e-9)


def test_wrong_map(assert_parity, tmp_path):
    model = ours()
    norm = model.layers[1].name
    written = tmp_path / "map.json"
    written.write_text(json.dumps({"schema": "parity.map/1", "layers": {norm: "nrom"}}))
    with pytest.raises(Exception, match="did you mean 'norm'"):
        assert_parity(model, Theirs(), map=written, rungs=RUNGS)
"""


@pytest.mark.full
def test_a_session_passes_fails_keeps_and_writes_one_report(pytester, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    pytester.makepyfile(models=MODELS, test_pair=TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--parity-json", "r.json", "--parity-html", "r.html"],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 3 passed" in done.stdout, done.stdout + done.stderr
    assert "norm-epsilon" in done.stdout
    assert "parity: wrote" in done.stdout
    report = json.loads((pytester.path / "r.json").read_text())
    verdicts = {pair["name"].split("::")[1].split(":")[0]: pair["verdict"] for pair in report["pairs"][:2]}
    assert verdicts == {"test_identical": "pass", "test_other_epsilon": "fail"}
    assert [pair["verdict"] for pair in report["pairs"][2:]] == ["pass", "fail"]
    assert report["command"] == "pytest -q --parity-json r.json --parity-html r.html"
    assert (pytester.path / "r.html").read_text().startswith("<!doctype html>")
    folder = next(line.rpartition(" in ")[2] for line in done.stdout.splitlines() if "keras.npz" in line)
    with np.load(f"{folder}/keras.npz") as keras, np.load(f"{folder}/torch.npz") as torch:
        assert set(keras) == set(torch)
        assert {name.split("/")[0] for name in keras} == {"eval", "train"}
        gaps = [np.abs(keras[name] - torch[name]).max() for name in keras]
    assert 1e-7 < max(gaps) < 1


def test_collection_and_help_import_no_framework(pytester):
    pytester.makepyfile("def test_nothing(assert_parity):\n    pass\n")
    script = (
        "import sys, pytest\n"
        "plugins = ['-p', 'no:cacheprovider', '-p', 'no:hypothesispytest', '-p', 'no:xdist']\n"
        "assert pytest.main(['--collect-only', '-q', *plugins]) == 0\n"
        "assert pytest.main(['--help', *plugins]) == 0\n"
        "print('loaded', *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=pytester.path, capture_output=True, text=True, check=True)
    assert "test_nothing" in done.stdout
    assert "--parity-json" in done.stdout
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "parity" in loaded
    assert not loaded & FRAMEWORKS


CHECKS = """
import pytest
from parity.verdicts import PairReport, Report, RungResult, Verdict


@pytest.mark.parametrize("number", range(4))
def test_pair(pytestconfig, number):
    pair = PairReport(f"pair {number}", (RungResult("outputs", Verdict.PASS, 1e-15, 1e-10),))
    pytestconfig.pluginmanager.getplugin("parity-session").add("test", Report("", {"keras": "3"}, 0, (pair,)))
"""


@pytest.mark.full
def test_workers_send_their_pairs_to_one_report(pytester):
    pytester.makepyfile(CHECKS)
    done = pytester.runpytest_subprocess("-n", "2", "--parity-json", "r.json")
    done.assert_outcomes(passed=4)
    report = json.loads((pytester.path / "r.json").read_text())
    assert [pair["name"] for pair in report["pairs"]] == [f"test: pair {number}" for number in range(4)]
    assert report["versions"] == {"keras": "3"}
    assert report["verdict"] == "pass"


@pytest.mark.full
def test_a_worker_that_crashes_leaves_an_error_in_the_report(pytester):
    pytester.makepyfile(CHECKS + "\n\ndef test_crash():\n    import os\n    os._exit(7)\n")
    pytester.runpytest_subprocess("-n", "1", "--max-worker-restart", "0", "--parity-json", "r.json")
    report = json.loads((pytester.path / "r.json").read_text())
    assert report["verdict"] == "error"
    assert "ended without its results" in report["pairs"][0]["rungs"][0]["reason"]


def test_a_report_that_has_no_folder_is_refused_before_any_test(pytester):
    pytester.makepyfile("def test_nothing():\n    pass\n")
    done = pytester.runpytest_inprocess("--parity-html", "nowhere/r.html")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*--parity-html*nowhere/r.html: no folder*"])


def test_a_report_that_cannot_be_written_fails_the_session(pytester):
    pytester.makepyfile("def test_nothing():\n    pass\n")
    (pytester.path / "r.json").mkdir()
    done = pytester.runpytest_inprocess("--parity-json", "r.json")
    assert done.ret == pytest.ExitCode.INTERNAL_ERROR
    done.stdout.fnmatch_lines(["parity: error: *r.json: cannot be written*"])


def test_a_session_without_pairs_claims_no_parity(pytester):
    pytester.makepyfile("def test_nothing():\n    pass\n")
    pytester.runpytest_inprocess("--parity-json", "r.json")
    assert json.loads((pytester.path / "r.json").read_text())["verdict"] == "skip"


def test_pairs_are_named_after_their_test_and_seed(pytestconfig):
    session = Session(pytestconfig)
    pair = PairReport("net = Net", (RungResult("outputs", Verdict.PASS, 0.0, 1e-10),))
    session.add("test_a.py::test_net", Report("parity.check", {"torch": "2"}, 7, (pair,)))
    assert [pair.name for pair in session.pairs] == ["test_a.py::test_net: net = Net (seed 7)"]
