"""Published backbone weights, from a file the user has, into both ``transfer_model`` twins."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

import torch  # isort: skip  before TensorFlow
import keras
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_torch

from keras_impl.models.efficientnet_b0 import build_efficientnet_b0
from keras_impl.models.resnet18 import build_resnet18
from keras_impl.models.transfer_model import build_transfer_model
from parity.cli import main
from parity.errors import UsageError
from parity.sides.keras_patches import policy
from parity.transferring import load_weights, transfer
from torch_impl.models.resnet18 import ResNet18
from torch_impl.models.transfer_model import TransferModel

pytestmark = pytest.mark.full

RECORDS = Path(__file__).parents[1] / "data" / "torchvision_reference"
SMALL = {"classes": 1000, "head": "linear"}


def load_record():
    spec = importlib.util.spec_from_file_location("torchvision_record", RECORDS / "record.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


record = load_record()


@pytest.fixture(autouse=True)
def double_precision():
    with policy("float64"):
        yield


def published(backbone):
    """A state dict with torchvision's names and shapes."""
    shapes = json.loads((RECORDS / f"{backbone}.json").read_text())["shapes"]
    weights = record.fill([(name, tuple(shape)) for name, shape in shapes.items()])
    return {name: torch.from_numpy(array) for name, array in weights.items()}


def answers(model, module):
    images = record.images(64, 64)
    with torch.no_grad():
        theirs = module.eval()(torch.from_numpy(images)).numpy()
    return model(images.transpose(0, 2, 3, 1), training=False).numpy(), theirs


def give_head(module, state):
    weight, bias = [state[name] for name in list(state)[-2:]]
    module.head.weight.data, module.head.bias.data = weight, bias


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("backbone", ["resnet18", "resnet50", "efficientnet_b0"])
def test_torchvisions_file_gives_both_twins_torchvisions_outputs(tmp_path, backbone, frozen):
    state = published(backbone)
    torch.save(state, tmp_path / "published.pth")
    model = build_transfer_model(backbone, frozen=frozen, **SMALL)
    module = TransferModel(backbone, frozen=frozen, **SMALL).double()
    left_out = load_weights(module, tmp_path / "published.pth", part="backbone")
    assert left_out == tuple(list(state)[-2:])
    give_head(module, state)
    transfer(module, model)
    ours, theirs = answers(model, module)
    with np.load(RECORDS / f"{backbone}.npz") as recorded:
        expected = recorded["64x64"]
    peak = np.abs(expected).max()
    assert np.abs(theirs - expected).max() <= 1e-10 * peak
    assert np.abs(ours - expected).max() <= 1e-10 * peak
    assert (len(model.trainable_weights), sum(p.requires_grad for p in module.parameters())) == (
        (2, 2) if frozen else (len(list(module.parameters())),) * 2
    )


@pytest.mark.parametrize("form", ["weights.h5", "keras", "safetensors"])
def test_files_of_keras_fill_the_backbone_of_both_twins(tmp_path, form):
    donor = build_resnet18(classes=3)
    for index, weight in enumerate(donor.weights):
        weight.assign(weight + 0.1 * np.random.default_rng(index).random(weight.shape))
    path = tmp_path / f"donor.{form}"
    if form == "safetensors":
        save_file({f"{layer.name}/{w.name}": w.numpy() for layer in donor.layers for w in layer.weights}, path)
    else:
        (donor.save if form == "keras" else donor.save_weights)(path)
    model, module = build_transfer_model(frozen=True, **SMALL), TransferModel(**SMALL).double()
    assert [name.partition("/")[0] for name in load_weights(model, path, part="backbone")] == ["fc", "fc"]
    own = {f"{layer.name}/{w.name}": w.numpy() for layer in model.layers for w in layer.weights}
    for layer in donor.layers[:-1]:
        assert all((own[f"backbone.{layer.name}/{w.name}"] == w.numpy()).all() for w in layer.weights)
    transfer(model, module)
    ours, theirs = answers(model, module)
    assert np.abs(ours - theirs).max() <= 1e-10 * np.abs(ours).max()


def test_other_layers_keep_their_weights(tmp_path):
    torch.save(published("resnet18"), tmp_path / "published.pth")
    module = TransferModel(**SMALL).double()
    before = module.head.weight.clone()
    load_weights(module, tmp_path / "published.pth", part="backbone")
    assert torch.equal(before, module.head.weight)


def test_old_files_without_batch_counters_are_taken(tmp_path):
    """The ResNet files that torchvision still serves are older than the counters."""
    state = {name: tensor for name, tensor in published("resnet18").items() if "num_batches" not in name}
    torch.save(state, tmp_path / "old.pth")
    module = TransferModel(**SMALL).double()
    load_weights(module, tmp_path / "old.pth", part="backbone")
    assert torch.equal(module.backbone.conv1.weight, state["conv1.weight"])


def rename(state):
    state["backbone.conv2.weight"] = state.pop("conv1.weight")


def lose(state):
    del state["layer1.0.conv1.weight"]


def add(state):
    state["layer5.0.conv1.weight"] = torch.ones(1)


def widen(state):
    state["layer4.1.conv2.weight"] = torch.ones(512, 512, 5, 5, dtype=torch.float64)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (rename, "missing conv1.weight; unexpected backbone.conv2.weight"),
        (lose, "missing layer1.0.conv1.weight; unexpected none"),
        (add, "missing none; unexpected layer5.0.conv1.weight"),
        (widen, "shapes differ: layer4.1.conv2.weight 512x512x5x5, expected 512x512x3x3"),
    ],
)
def test_a_file_of_another_network_is_refused_and_nothing_is_set(tmp_path, spoil, message):
    state = published("resnet18")
    spoil(state)
    torch.save(state, tmp_path / "published.pth")
    module = TransferModel(**SMALL).double()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    with pytest.raises(UsageError, match=r"published\.pth") as caught:
        load_weights(module, tmp_path / "published.pth", part="backbone")
    assert message in caught.value.message
    assert all(torch.equal(tensor, module.state_dict()[name]) for name, tensor in before.items())


def test_a_keras_file_of_another_network_is_refused_with_the_layers_names(tmp_path):
    build_efficientnet_b0().save_weights(tmp_path / "other.weights.h5")
    model = build_transfer_model(**SMALL)
    before = model.get_weights()
    with pytest.raises(UsageError) as caught:
        load_weights(model, tmp_path / "other.weights.h5", part="backbone")
    assert "missing conv1/kernel, bn1/gamma" in caught.value.message
    assert "features.1.0.block.0.1/0, features.1.0.block.0.1/1" in caught.value.message
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("model", "name", "part", "message"),
    [
        (lambda: TransferModel(**SMALL), "absent.pth", "backbone", "absent.pth: no such file"),
        (lambda: TransferModel(**SMALL), "file.h5", "backbone", "expected .pt or .pth or .safetensors for the torch"),
        (lambda: build_transfer_model(**SMALL), "file.pth", "backbone", "expected .weights.h5 or .keras"),
        (lambda: TransferModel(**SMALL), "file.pth", "body", "part 'body': the model has no weights there"),
        (lambda: build_transfer_model(**SMALL), "file.safetensors", "back", "part 'back': the model has no weights"),
        (lambda: 3, "file.pth", "", "parity.load_weights: a int, expected a Keras model or a torch module"),
    ],
)
def test_bad_use_is_one_line(tmp_path, monkeypatch, model, name, part, message):
    monkeypatch.chdir(tmp_path)
    for form in ("file.h5", "file.pth", "file.safetensors"):
        Path(form).touch()
    with pytest.raises(UsageError) as caught:
        load_weights(model(), name, part)
    assert message in caught.value.message
    assert "\n" not in caught.value.message


def test_an_unknown_backbone_has_one_message_on_both_sides():
    said = []
    for build in (build_transfer_model, TransferModel):
        with pytest.raises(ValueError, match="backbone='resnet34': expected one of resnet18, ") as caught:
            build("resnet34")
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_the_command_line_fills_one_part_and_says_what_it_leaves_out(tmp_path, capsys):
    keras.config.set_dtype_policy("float32")
    torch.manual_seed(0)
    donor = ResNet18(classes=5).state_dict()
    save_torch(donor, tmp_path / "resnet18.safetensors")
    words = ["transfer", "transfer_model/frozen", "--from", "torch", "--part", "backbone"]
    written = tmp_path / "keras.safetensors"
    given = ["--weights", str(tmp_path / "resnet18.safetensors"), "-o", str(written)]
    assert main([*words, *given]) == 0
    assert "not part of backbone, left out: fc.bias, fc.weight" in capsys.readouterr().err
    kernel = load_file(written)["backbone.layer4.1.conv2/kernel"]
    assert (kernel == donor["layer4.1.conv2.weight"].permute(2, 3, 1, 0).numpy()).all()
    assert main([*words, "-o", str(written)]) == 2
    assert "--part backbone: expected --weights FILE with it" in capsys.readouterr().err

    model = build_transfer_model(frozen=True)
    load_weights(model, written)
    assert (model.get_layer("backbone.layer4.1.conv2").kernel.numpy() == kernel).all()
