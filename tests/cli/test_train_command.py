"""``parity train``: what it refuses, what it writes, and that a killed run goes on."""

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from parity.cli import main

TABLE = ["train", "mlp/tabular", "--data", "synthetic", "--set", "data.samples=120"]


def refused(capsys, arguments, *parts, code=2):
    """The command ends with this code, one ``error:`` line with these parts, and one hint."""
    assert main(list(map(str, arguments))) == code
    error, hint = capsys.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    for part in parts:
        assert part in error + hint


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


REFUSED = {
    "twin": (["train", "mlp/tabulr", "--data", "iris"], "did you mean 'mlp/tabular'?"),
    "preset": (["train", "mlp", "--data", "iris"], "'mlp' has several presets", "mlp/tabular"),
    "no data": (["train", "mlp/tabular"], "--data is missing"),
    "data": (["train", "mlp/tabular", "--data", "irsi"], "did you mean 'iris'?"),
    "file": (["train", "mlp/tabular", "--data", "none.npz"], "none.npz: no such file"),
    "recipe": ([*TABLE, "--recipe", "handuot"], "recipe 'handuot' is unknown", "did you mean 'handout'?"),
    "option": ([*TABLE, "--set", "epoch=3"], "has no such option", "did you mean 'epochs'?"),
    "option type": ([*TABLE, "--set", "epochs=many"], "epochs='many': expected a whole number"),
    "no epochs": ([*TABLE, "--set", "epochs=0"], "epochs=0: expected a positive whole number"),
    "argument": ([*TABLE, "--set", "model.dropuot=0.1"], "mlp has no argument 'dropuot'", "did you mean 'dropout'?"),
    "data option": ([*TABLE, "--set", "data.sample=3"], "did you mean 'samples'?"),
    "place": ([*TABLE, "--set", "modle.dropout=0.1"], "nothing is called 'modle'", "did you mean 'model'?"),
    "no value": ([*TABLE, "--set", "epochs"], "expected name=value"),
    "batch": ([*TABLE, "--set", "batch=500"], "batch=500: larger than the training part", "84 samples"),
    "shape": (["train", "mlp/tabular", "--data", "iris"], "samples of 4, mlp/tabular takes 20"),
    "classes": (["train", "mlp/mnist", "--data", "digits", "--set", "model.classes=5"], "has 5 classes"),
    "numbers": (
        ["train", "mlp/tabular", "--data", "diabetes", "--set", "model.input_shape=[10]"],
        "numbers to predict",
    ),
    "inputs": (["train", "vae/mnist", "--data", "digits"], "takes features, noise", "no data for noise"),
    "average": ([*TABLE, "--average", "1"], "--average 1.0: expected a number between 0 and 1"),
    "no run": (["train", "mlp/tabular", "--resume", "nowhere"], "nowhere: no run"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_two_lines_and_nothing_is_written(case, capsys, tmp_path):
    refused(capsys, *REFUSED[case])
    assert list(tmp_path.iterdir()) == []


def rows(count=40):
    random = np.random.default_rng(0)
    return random.normal(size=(count, 20)), np.arange(count) % 3


BAD_ROWS = {
    "empty": (lambda x, y: (x[:0], y[:0]), "holds no sample"),
    "feature": (lambda x, y: (np.where(np.arange(x.size).reshape(x.shape) == 67, np.nan, x), y), "x[3, 7] is nan"),
    "number": (lambda x, y: (x, np.where(y == 2, np.inf, y)), "y[2] is inf"),
    "label": (lambda x, y: (x, y - 1), "y[0] is -1: expected labels"),
    "too many classes": (lambda x, y: (x, y + 1), "label [", "is 3: mlp/tabular has 3 classes"),
    "one class": (lambda x, y: (x, y * 0), "every training label is 0"),
    "counts": (lambda x, y: (x, y[:-1]), "40 inputs and 39 targets"),
    "shape": (lambda x, y: (x[:, :4], y), "samples of 4, mlp/tabular takes 20"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_bad_rows_are_refused_with_their_place(case, capsys, tmp_path):
    change, *parts = BAD_ROWS[case]
    x, y = change(*rows())
    np.savez("rows.npz", x=x, y=y)
    refused(capsys, ["train", "mlp/tabular", "--data", "rows.npz", "--set", "batch=8"], *parts)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.npz"]


def a_run(folder, **changes):
    """A run folder with one checkpoint, as parity train writes it."""
    checkpoints = folder / "torch" / "checkpoints"
    checkpoints.mkdir(parents=True)
    (checkpoints / "a.npz").write_bytes(b"state")
    entry = {"file": "a.npz", "bytes": 5, "sha256": hashlib.sha256(b"state").hexdigest()}
    (checkpoints / "manifest.json").write_text(json.dumps({"states": {"last": entry}}))
    config = {"schema": "parity.run/1", "name": "mlp/tabular", "frameworks": ["torch"], "data": "synthetic"}
    (folder / "config.json").write_text(json.dumps({**config, "recipe": "handout", **changes}))
    return checkpoints


def test_a_run_is_never_overwritten(capsys, tmp_path):
    a_run(tmp_path / "kept")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    refused(capsys, [*TABLE, "-o", "kept"], "kept: exists already", "--resume kept")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["mlp/slides"], "a run with name 'mlp/tabular', not 'mlp/slides'"),
        (["mlp/tabular", "--framework", "both"], "a run with frameworks torch, not keras+torch"),
        (["mlp/tabular", "--recipe", "short"], "a run with recipe 'handout', not 'short'"),
        (["mlp/tabular", "--set", "epochs=9"], "--resume takes no new settings"),
    ],
)
def test_another_run_is_not_resumed(capsys, tmp_path, arguments, part):
    a_run(tmp_path / "run")
    refused(capsys, ["train", *arguments, "--resume", "run"], part)


def test_changed_data_is_not_resumed(capsys, tmp_path):
    a_run(tmp_path / "run", fingerprint="0" * 64)
    refused(capsys, ["train", "mlp/tabular", "--resume", "run"], "is not what the run began with")


def test_a_damaged_checkpoint_is_not_resumed(capsys, tmp_path):
    checkpoints = a_run(tmp_path / "run")
    (checkpoints / "a.npz").write_bytes(b"stale")
    refused(capsys, ["train", "mlp/tabular", "--resume", "run"], "a.npz: checkpoint 'last' is damaged: SHA-256")
    (checkpoints / "a.npz").unlink()
    refused(capsys, ["train", "mlp/tabular", "--resume", "run"], "a.npz: checkpoint 'last' is missing")
    (tmp_path / "run" / "config.json").write_text("{")
    refused(capsys, ["train", "mlp/tabular", "--resume", "run"], "config.json: damaged")


def final(folder):
    """The bytes of the log and of the weights at the end, by side."""
    found = {}
    for side in sorted(path.parent for path in Path(folder).glob("*/log.csv")):
        manifest = json.loads((side / "checkpoints" / "manifest.json").read_text())
        found[side.name] = (side / "log.csv").read_bytes(), manifest["states"]["final"]["sha256"]
    return found


@pytest.mark.full
def test_a_killed_run_of_both_frameworks_goes_on_bit_for_bit(tmp_path, capfd):
    command = [*TABLE, "--set", "epochs=12", "--set", "batch=16", "--set", "plateau_patience=1", "--save-every", "3"]
    process = subprocess.Popen(
        [sys.executable, "-m", "parity", *command, "-o", "killed"], stderr=subprocess.PIPE, text=True
    )
    lines = (line for line in process.stderr if "epoch" in line)
    seen = [next(lines) for _ in range(4)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert {line.split()[0] for line in seen} <= {"keras", "torch"}
    assert main(["train", "mlp/tabular", "--resume", "killed"]) == 0
    assert main([*command, "-o", "whole"]) == 0
    assert final("killed") == final("whole")
    assert len(final("whole")) == 2
    out = capfd.readouterr().out
    assert "largest difference: loss" in out
    assert "keras  test accuracy" in out


@pytest.mark.full
def test_an_averaged_run_has_the_log_of_a_plain_one_and_other_weights_at_the_end():
    command = [*TABLE, "--framework", "torch", "--set", "epochs=2"]
    assert main([*command, "-o", "plain"]) == 0
    assert main([*command, "-o", "averaged", "--average", "0.9"]) == 0
    (log, weights), (averaged_log, average) = final("plain")["torch"], final("averaged")["torch"]
    assert averaged_log == log
    assert average != weights


@pytest.mark.full
def test_a_model_of_tokens_and_segments_is_trained(capfd):
    short = ["--set", "epochs=1", "--set", "model.depth=1", "--set", "data.length=8", "--set", "data.vocabulary=1000"]
    assert main(["train", "bert/small", "--data", "docstrings", *short]) == 0
    line = capfd.readouterr().out.partition("largest difference: loss ")[2]
    assert float(line.partition(",")[0]) < 1e-5


@pytest.mark.full
def test_a_loss_that_is_nan_names_step_and_tensor_and_keeps_the_checkpoint(tmp_path, capsys):
    command = ["train", "mlp/tabular", "--data", "synthetic", "--framework", "torch", "-o", "run"]
    refused_with = [*command, "--set", "learning_rate=1e37", "--save-every", "1"]
    assert main(refused_with) == 1
    error, hint = capsys.readouterr().err.splitlines()[-2:]
    assert "torch: loss=nan at step" in error or "torch: loss=inf at step" in error
    assert "first in " in error
    assert "checkpoints" in hint
    assert (tmp_path / "run/torch/checkpoints/manifest.json").is_file()


@pytest.mark.full
def test_a_recipe_that_refuses_an_option_leaves_no_folder(tmp_path, capsys):
    arguments = [*TABLE, "--framework", "torch", "--set", "patience=0", "-o", "run"]
    refused(capsys, arguments, "patience=0: expected a positive whole number")
    assert list(tmp_path.iterdir()) == []
