"""``parity transfer``: files in, a file out, the same bits on the way back; or one line and no file."""

import json
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import torch
from nets_for_transfer import keras_net, tied_torch_net, torch_net
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_torch

from parity import atomic, transferring
from parity.cli import main
from torch_impl.models.mlp import MLP

pytestmark = pytest.mark.full

NETS = Path(__file__).parent / "nets_for_transfer.py"


@pytest.fixture(autouse=True)
def one_pair_of_processes(duo, monkeypatch):
    """Every command of this file asks the same two processes."""
    monkeypatch.setattr(transferring, "two_processes", lambda: nullcontext(duo))


def words(origin, weights, output, torch_object="torch_net"):
    pair = ["--keras", f"{NETS}:keras_net", "--torch", f"{NETS}:{torch_object}"]
    given = ["--weights", str(weights)] if weights else []
    return ["transfer", *pair, "--from", origin, *given, "-o", str(output)]


def trained():
    """A state dict with no number left at its default, one bias for the recurrent layer."""
    torch.manual_seed(1)
    state = {name: torch.rand_like(t.float()).to(t.dtype) for name, t in torch_net().state_dict().items()}
    state["lstm.bias_hh_l0"].zero_()
    return state


def about(path):
    with safe_open(path, "numpy") as stored:
        return json.loads(stored.metadata()["parity"])


def test_torch_weights_become_keras_tensors_and_come_back(tmp_path, capsys):
    state = trained()
    torch.save(state, tmp_path / "state.pth")
    assert main(words("torch", tmp_path / "state.pth", tmp_path / "keras.safetensors")) == 0
    keras = load_file(tmp_path / "keras.safetensors")
    assert set(keras) == {f"lstm/{name}" for name in ("kernel", "recurrent_kernel", "bias")} | {
        *(f"body.dense/{name}" for name in ("kernel", "bias")),
        *(f"body.norm/{name}" for name in ("gamma", "beta", "moving_mean", "moving_variance")),
        *(f"head/{name}" for name in ("kernel", "bias")),
    }
    assert (keras["body.dense/kernel"] == state["body.dense.weight"].numpy().T).all()
    assert (keras["body.norm/moving_variance"] == state["body.norm.running_var"].numpy()).all()
    said = about(tmp_path / "keras.safetensors")
    assert said["schema"] == "parity.transfer/1"
    assert said["source"] == said["source"] | {"framework": "torch", "weights": "state.pth"}
    assert said["without_place_in_keras"]["body.norm/num_batches_tracked"] == "norm-batches-tracked"
    assert {"keras", "torch", "tensorflow"} <= set(said["versions"])

    assert main(words("keras", tmp_path / "keras.safetensors", tmp_path / "torch.safetensors")) == 0
    back = load_file(tmp_path / "torch.safetensors")
    assert back.keys() == state.keys()
    assert all((back[n] == t.numpy()).all() for n, t in state.items() if not n.endswith("num_batches_tracked"))
    torch_net().load_state_dict({name: torch.from_numpy(array) for name, array in back.items()}, strict=True)
    assert "the same bits on the way back" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["model.weights.h5", "model.keras"])
def test_files_of_keras_become_a_state_dict(tmp_path, form):
    model = keras_net()
    model.compile("adam", "mse")
    model.fit(np.ones((4, 6, 3)), np.ones((4, 2)), verbose=0)
    (model.save if form == "model.keras" else model.save_weights)(tmp_path / form)
    assert main(words("keras", tmp_path / form, tmp_path / "torch.safetensors")) == 0
    state = load_file(tmp_path / "torch.safetensors")
    own = {f"{layer.name}.{weight.name}": weight.numpy() for layer in model.layers for weight in layer.weights}
    assert (state["head.weight"] == own["head.kernel"].T).all()
    assert (state["body.norm.running_mean"] == own["body.norm.moving_mean"]).all()
    assert own["body.norm.moving_mean"].any()
    assert not state["lstm.bias_hh_l0"].any()


def test_two_recurrent_biases_are_added_and_the_user_is_told(tmp_path, capsys):
    state = trained()
    state["lstm.bias_hh_l0"] = torch.rand(20)
    save_torch(state, tmp_path / "state.safetensors")
    assert main(words("torch", tmp_path / "state.safetensors", tmp_path / "keras.safetensors")) == 0
    bias = load_file(tmp_path / "keras.safetensors")["lstm/bias"]
    assert (bias == (state["lstm.bias_ih_l0"] + state["lstm.bias_hh_l0"]).numpy()).all()
    assert "Keras has one bias where Torch has two; added to the first: lstm/bias_hh_l0" in capsys.readouterr().err
    assert about(tmp_path / "keras.safetensors")["summed"] == ["lstm/bias_hh_l0"]


def test_a_pair_without_common_names_is_matched_first(tmp_path):
    file = Path(__file__).parents[1] / "pairs/images/lenet_identical.py"
    pair = ["transfer", "--keras", f"{file}:keras_model", "--torch", f"{file}:torch_model", "--seed", "3"]
    there, back, again = (tmp_path / f"{name}.safetensors" for name in ("there", "back", "again"))
    assert main([*pair, "--from", "keras", "-o", str(there)]) == 0
    assert main([*pair, "--from", "torch", "--weights", str(there), "-o", str(back)]) == 0
    assert main([*pair, "--from", "keras", "--weights", str(back), "-o", str(again)]) == 0
    first, last = load_file(there), load_file(again)
    assert first.keys() == last.keys()
    assert all(np.array_equal(first[name], last[name]) for name in first)
    kernels = [array for name, array in load_file(back).items() if name.endswith("/kernel")]
    assert {4, 2} == {array.ndim for array in kernels}


def test_a_map_settles_which_layer_is_which(tmp_path, capsys):
    file = Path(__file__).parents[1] / "pairs/images/lenet_identical.py"
    pair = ["transfer", "--keras", f"{file}:keras_model", "--torch", f"{file}:torch_model", "--from", "keras"]
    chosen = tmp_path / "map.json"
    chosen.write_text(json.dumps({"schema": "parity.map/1", "layers": {"no_such_layer": "conv1"}}), encoding="utf-8")
    assert main([*pair, "-o", str(tmp_path / "a.safetensors"), "--map", str(chosen)]) == 2
    assert "no_such_layer" in capsys.readouterr().err
    assert not (tmp_path / "a.safetensors").exists()


def test_a_preset_gives_its_initial_weights_to_its_twin(tmp_path):
    target = tmp_path / "mlp.safetensors"
    assert main(["transfer", "mlp/tabular", "--from", "keras", "-o", str(target)]) == 0
    arrays = load_file(target)
    model = MLP(input_shape=(20,), units=(128, 64, 32), classes=3, dropout=0.3, batch_norm=True)
    model.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()}, strict=True)
    first = target.read_bytes()
    assert main(["transfer", "mlp/tabular", "--from", "keras", "-o", str(target)]) == 0
    assert arrays.keys() == load_file(target).keys()
    assert len(first) == len(target.read_bytes())


def without_a_key(state):
    del state["head.bias"]


def with_a_key(state):
    state["extra.weight"] = torch.ones(1)


def wrapped(state):
    for name in list(state):
        state[f"module.{name}"] = state.pop(name)


def of_another_shape(state):
    state["head.weight"] = torch.ones(2, 9)


def in_double(state):
    state["head.weight"] = state["head.weight"].double()


def with_nan(state):
    state["head.weight"][1, 2] = float("nan")


def in_a_checkpoint(state):
    inner = dict(state)
    state.clear()
    state.update(epoch=3, model=inner)


@pytest.mark.parametrize(
    ("spoil", "message", "hint"),
    [
        (without_a_key, "missing head.bias; unexpected none", "build the module"),
        (with_a_key, "missing none; unexpected extra.weight", "build the module"),
        (wrapped, "and 4 more", "'module.'"),
        (of_another_shape, "shapes differ: head.weight 2x9, expected 2x4", "build the module"),
        (in_double, "types differ: head.weight torch.float64, expected torch.float32", "tensor.float()"),
        (with_nan, "head/weight holds nan at (1, 2), expected finite numbers", ""),
        (in_a_checkpoint, "not a state dict, it holds more than tensors: epoch, model", "its entry 'model'"),
    ],
)
def test_a_state_dict_of_something_else_is_refused(tmp_path, capsys, spoil, message, hint):
    state = trained()
    spoil(state)
    torch.save(state, tmp_path / "state.pth")
    refused(capsys, words("torch", tmp_path / "state.pth", tmp_path / "out.safetensors"), message, hint)


def test_one_shared_tensor_with_two_values_is_refused(tmp_path, capsys):
    state = {name: tensor.clone() for name, tensor in tied_torch_net().state_dict().items()}
    state["body.again.weight"] += 1
    torch.save(state, tmp_path / "state.pth")
    command = words("torch", tmp_path / "state.pth", tmp_path / "out.safetensors", "tied_torch_net")
    refused(capsys, command, "one tensor of the module has two values in the file: body.dense.weight", "")


@pytest.mark.parametrize("origin", ["keras", "torch"])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors", ".weights.h5", ".keras"])
@pytest.mark.parametrize("content", [b"", b"not weights\n" * 9, b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_refused(tmp_path, capsys, origin, suffix, content):
    weights = tmp_path / f"weights{suffix}"
    weights.write_bytes(content)
    message = "not readable as" if suffix in transferring.READABLE[origin] else "expected ."
    refused(capsys, words(origin, weights, tmp_path / "out.safetensors"), message, "")


def test_keras_files_of_another_model_are_refused(tmp_path, capsys):
    output = tmp_path / "out.safetensors"
    keras_net(7).save_weights(tmp_path / "wide.weights.h5")
    command = words("keras", tmp_path / "wide.weights.h5", output)
    refused(capsys, command, "layers/batch_normalization/vars/0 7, expected 4", "build the model")
    own = keras_net()
    own.layers[-1].kernel.assign(np.full((4, 2), np.inf))
    own.save_weights(tmp_path / "inf.weights.h5")
    refused(capsys, words("keras", tmp_path / "inf.weights.h5", output), "head/kernel holds inf at (0, 0)", "")
    save_file({"head/kernel": np.ones((4, 2), np.float32), "more/bias": np.ones(1)}, tmp_path / "some.safetensors")
    refused(capsys, words("keras", tmp_path / "some.safetensors", output), "unexpected more/bias", "build the model")
    save_torch(trained(), tmp_path / "torch.safetensors")
    refused(capsys, words("keras", tmp_path / "torch.safetensors", output), "missing lstm/kernel", "--from torch")


def test_a_keras_file_with_a_layer_too_many_is_refused(tmp_path, capsys):
    import keras

    inner = keras_net()
    more = keras.Model(inner.input, keras.layers.Dense(2)(inner.output))
    more.save_weights(tmp_path / "more.weights.h5")
    command = words("keras", tmp_path / "more.weights.h5", tmp_path / "out.safetensors")
    refused(capsys, command, "missing none; unexpected layers/dense_2/vars/0, layers/dense_2/vars/1", "")


@pytest.mark.parametrize(
    ("torch_object", "message", "hint"),
    [
        ("wider_torch_net", "differ in torch: body.dense/weight float32 4x5, expected float32 7x5", "same arguments"),
        ("keras_net", "expected a torch.nn.Module", "return the module"),
    ],
)
def test_models_that_do_not_fit_are_refused(tmp_path, capsys, torch_object, message, hint):
    refused(capsys, words("keras", None, tmp_path / "out.safetensors", torch_object), message, hint)


@pytest.mark.parametrize(
    ("given", "code", "message", "hint"),
    [
        (["--from", "keras", "-o", "o.safetensors"], 2, "no models given", "parity transfer NAME"),
        (["cnn", "--from", "keras", "-o", "o.safetensors"], 2, "'cnn' has 2 presets", "cnn/handout"),
        (["resnet81", "--from", "keras", "-o", "o.safetensors"], 2, "no twin 'resnet81'", "did you mean 'resnet18'"),
        (
            ["--keras", f"{NETS}:keras_net", "--from", "keras", "-o", "o.safetensors"],
            2,
            "--torch is missing",
            "--torch",
        ),
        (["mlp/xor", "--keras", "a", "--from", "keras", "-o", "o.safetensors"], 2, "exclude each other", ""),
        (["mlp/xor", "--from", "keras", "-o", "o.safetensors", "--seed", "-1"], 2, "--seed -1", ""),
        (["mlp/xor", "--from", "keras", "-o", "o.pth"], 2, "-o o.pth: expected a name that ends in", ""),
        (["mlp/xor", "--from", "keras", "-o", "none/o.safetensors"], 3, "no folder", "make the folder first"),
        (
            ["mlp/xor", "--from", "torch", "--weights", "absent.pth", "-o", "o.safetensors"],
            2,
            "absent.pth: no such",
            "",
        ),
        (["mlp/xor", "--from", "torch", "--weights", "w.h5", "-o", "o.safetensors"], 2, "w.h5: expected .pt or", ""),
        (["mlp/xor", "--from", "torch", "--weights", "w.keras", "-o", "o.safetensors"], 2, "", "--from keras?"),
        (["mlp/xor", "--from", "torch", "--weights", ".", "-o", "o.safetensors"], 2, "is a folder", ""),
        (
            ["mlp/xor", "--from", "torch", "--weights", "w.safetensors", "-o", "w.safetensors"],
            2,
            "-o names the file of --weights",
            "",
        ),
    ],
)
def test_bad_use_is_one_line_with_a_hint(tmp_path, monkeypatch, capsys, given, code, message, hint):
    monkeypatch.chdir(tmp_path)
    for name in ("w.h5", "w.keras", "w.safetensors"):
        Path(name).touch()
    before = sorted(tmp_path.iterdir())
    refused(capsys, ["transfer", *given], message, hint, code)
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk_leaves_what_was_there(tmp_path, capsys, monkeypatch):
    output = tmp_path / "out.safetensors"
    output.write_bytes(b"the old file")

    def full(target, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_replace", full)
    assert main(words("keras", None, output)) == 3
    assert "No space left on device" in capsys.readouterr().err
    assert output.read_bytes() == b"the old file"


def refused(capsys, command, message, hint, code=2):
    assert main(command) == code
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("error: ")
    assert message in lines[0]
    assert hint in "".join(lines[1:])
    assert len(lines) <= 2
    output = Path(command[command.index("-o") + 1])
    assert output.name == "w.safetensors" or not output.exists()
