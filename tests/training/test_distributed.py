"""Two processes with half of every batch each make the trajectory of one process."""

import json
import subprocess
import sys

import numpy as np
import pytest

from torch_impl.models.mlp import MLP

ARGUMENTS = {"input_shape": (6,), "units": (8, 5), "classes": 2, "dropout": 0.0, "batch_norm": False}


def trained(folder, processes, batch=8):
    """Weights and curves of four epochs; 42 rows make a last batch of two."""
    output = folder / f"{processes}.npz"
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"]
    options = {"epochs": 4, "batch": batch, "plateau_patience": 0}
    command = ["-m", "torch_impl.training.distributed", "torch_impl.models.mlp:MLP", "handout", folder / "rows.npz"]
    settings = ["--arguments", json.dumps(ARGUMENTS), "--options", json.dumps(options), "--dtype", "float64"]
    result = subprocess.run([*launcher, *command, output, *settings], capture_output=True, text=True, check=False)
    return dict(np.load(output)) if output.exists() else result.stderr


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(53, 6))
    y = (x[:, 0] > 0).astype("int64")
    weights = {f"weight {name}": tensor.numpy() for name, tensor in MLP(**ARGUMENTS).double().state_dict().items()}
    parts = {"x": x[:42], "y": y[:42], "x_validation": x[42:], "y_validation": y[42:]}
    np.savez(tmp_path / "rows.npz", **parts, **weights)
    return tmp_path


@pytest.mark.full
def test_two_processes_make_the_trajectory_of_one(folder):
    alone, together = trained(folder, 1), trained(folder, 2)
    start = dict(np.load(folder / "rows.npz"))
    assert alone.keys() == together.keys()
    for name in alone.keys() - {"curve seconds"}:
        assert np.abs(alone[name] - together[name]).max() <= 1e-10, name
    assert all(np.abs(alone[name] - start[name]).max() > 1e-4 for name in alone if name.startswith("weight"))


@pytest.mark.full
def test_a_batch_smaller_than_the_processes_is_refused(folder):
    assert "a batch of 1 rows: expected at least one for each of 2 processes" in trained(folder, 2, batch=41)
