"""Two processes with half of every batch each make the trajectory of one process."""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from torch_impl.models.mlp import MLP

ARGUMENTS = {"input_shape": (6,), "units": (8, 5), "classes": 2, "dropout": 0.0, "batch_norm": False}
SIDES = ["keras", "torch"]

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("processes")]  # the runs are remembered in one process


def trained(folder, side, processes, recipe="handout", batch=9, dtype="float64", **environment):
    """Weights and curves of four epochs of 42 rows, or what the processes complained about; runs are remembered."""
    output = folder / f"{side}-{recipe}-{processes}-{batch}-{'-'.join(environment.values())}.npz"
    options = {"epochs": 4, "batch": batch} | ({} if recipe == "mixed_precision" else {"plateau_patience": 0})
    settings = ["--arguments", json.dumps(ARGUMENTS), "--options", json.dumps(options), "--dtype", dtype]
    command = [*LAUNCHERS[side](processes), recipe, folder / f"{side}.npz", output, *settings]
    if not output.exists():
        environment = {**os.environ, **environment}
        result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return dict(np.load(output)) if output.exists() else result.stderr


def keras_command(processes):
    return [*PYTHON, "keras_impl.training.distributed", f"--processes={processes}", "keras_impl.models.mlp:build_mlp"]


def torch_command(processes):
    launcher = [*PYTHON, "torch.distributed.run", "--standalone", f"--nproc_per_node={processes}"]
    return [*launcher, "-m", "torch_impl.training.distributed", "torch_impl.models.mlp:MLP"]


PYTHON = (sys.executable, "-m")
LAUNCHERS = {"keras": keras_command, "torch": torch_command}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same rows for both sides, and for each the same weights to start from."""
    folder = tmp_path_factory.mktemp("processes")
    random = np.random.default_rng(0)
    x = random.normal(size=(53, 6))
    y = (x[:, 0] > 0).astype("int64")
    parts = {"x": x[:42], "y": y[:42], "x_validation": x[42:], "y_validation": y[42:]}
    weights = {f"weight {name}": tensor.numpy() for name, tensor in MLP(**ARGUMENTS).double().state_dict().items()}
    np.savez(folder / "torch.npz", **parts, **weights)
    np.savez(folder / "keras.npz", **parts, **{keras_name(name): array.T for name, array in weights.items()})
    return folder


def keras_name(name):
    return name.replace(".weight", "/kernel").replace(".bias", "/bias")


def check_same(alone, together, start):
    assert alone.keys() == together.keys()
    for name in alone.keys() - {"curve seconds"}:
        assert np.abs(alone[name] - together[name]).max() <= 1e-10, name
    assert all(np.abs(alone[name] - start[name]).max() > 1e-4 for name in alone if name.startswith("weight"))


@pytest.mark.parametrize(("side", "recipe"), [("keras", "short"), ("torch", "handout")])
def test_two_processes_make_the_trajectory_of_one(folder, side, recipe):
    """The recipe ``short`` takes the mean over batches, which Keras adds up in a metric of ours."""
    alone, together = (trained(folder, side, processes, recipe) for processes in (1, 2))
    check_same(alone, together, dict(np.load(folder / f"{side}.npz")))


def test_two_processes_of_keras_make_the_trajectory_of_two_of_torch(folder):
    keras, torch = (trained(folder, side, 2) for side in SIDES)
    for name in torch.keys() - {"curve seconds"}:
        assert np.abs(keras[keras_name(name)] - torch[name].T).max() <= 1e-10, name


@pytest.mark.parametrize("side", SIDES)
def test_two_processes_share_a_loss_scale(folder, side):
    """One update more or less would move a weight by the rate, 1e-3; half precision strays less."""
    alone, together = (trained(folder, side, n, "mixed_precision", dtype="float32") for n in (1, 2))
    assert (together["curve skipped_steps"] == alone["curve skipped_steps"]).all()
    for name in [name for name in alone if name.startswith("weight")]:
        assert np.abs(alone[name] - together[name]).max() <= 1e-3, name


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is an optional backend of Keras")
def test_two_processes_of_jax_make_the_trajectory_of_one(folder):
    backend = {"KERAS_BACKEND": "jax", "JAX_ENABLE_X64": "1"}
    alone, together = (trained(folder, "keras", processes, batch=8, **backend) for processes in (1, 2))
    check_same(alone, together, dict(np.load(folder / "keras.npz")))


@pytest.mark.parametrize("side", SIDES)
def test_a_batch_smaller_than_the_processes_is_refused(folder, side):
    assert "a batch of 1 rows: expected at least one for each of 2 processes" in trained(folder, side, 2, batch=41)
