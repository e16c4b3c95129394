"""The transfer recipe: what is frozen stays to the last bit, what is trained takes the same way on both sides."""

import copy

import keras
import numpy as np
import pytest
import torch
from torch import nn

from keras_impl.callbacks.schedule import Schedule as KerasSchedule
from keras_impl.models.cnn import build_cnn
from keras_impl.models.transfer_model import build_transfer_model
from keras_impl.recipes import transfer as keras_recipe
from keras_impl.training import loop as keras_loop
from keras_impl.training import optimizers as keras_optimizers
from keras_impl.training import parts as keras_parts
from keras_impl.training import schedules as keras_schedules
from keras_impl.training.batches import Batches as KerasBatches
from parity.transferring import transfer
from torch_impl.callbacks.schedule import Schedule as TorchSchedule
from torch_impl.models.cnn import CNN
from torch_impl.models.transfer_model import TransferModel
from torch_impl.recipes import transfer as torch_recipe
from torch_impl.training import loop as torch_loop
from torch_impl.training import optimizers as torch_optimizers
from torch_impl.training import parts as torch_parts
from torch_impl.training import schedules as torch_schedules
from torch_impl.training.batches import Batches as TorchBatches

OPTIONS = {"channels": 2, "widths": (3, 4, 5), "convs": 1, "classes": 3, "spatial_dropout": 0.0, "dropout": 0.0}
PARTS = ("blocks.1", "blocks.2", "head")
TRAINED = {
    "frozen": ("head",),
    "partial": ("head", "blocks.2"),
    "full": ("",),
    "fine_tuning": ("blocks.1", "blocks.2", "head"),
}
RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(13, 17, 16, 2)), RANDOM.integers(0, 3, 13)


def first(images):
    return np.ascontiguousarray(images.transpose(0, 3, 1, 2))


@pytest.fixture(scope="module")
def pretrained():
    """A module with statistics that are not those of any batch here."""
    torch.manual_seed(0)
    module = CNN(**OPTIONS).double()
    for norm in (module for module in module.modules() if isinstance(module, nn.BatchNorm2d)):
        norm.running_mean.normal_()
        norm.running_var.uniform_(0.5, 2)
    return module


def twins(pretrained):
    model, module = build_cnn(**OPTIONS), copy.deepcopy(pretrained)
    transfer(module, model)
    return model, module


def trained(model, module, strategy, parts=PARTS, x=X, y=Y, **options):
    """Curves of both sides; 1e-3 for fine-tuning too, so that the rates can be seen."""
    run = {"strategy": strategy, "parts": parts, "epochs": 3, "batch": 5, "learning_rate": 1e-3, **options}
    ours = keras_recipe.train(model, (x, y), (x[:4], y[:4]), **run)
    theirs = torch_recipe.train(module, (first(x), y), (first(x[:4]), y[:4]), **run)
    return ours, theirs


def weights(model, template):
    """The weights of a Keras model under their Torch names."""
    module = copy.deepcopy(template)
    transfer(model, module)
    return {name: tensor.numpy() for name, tensor in module.state_dict().items() if "num_batches" not in name}


def furthest(model, module):
    ours = weights(model, module)
    return max(np.abs(ours[name] - module.state_dict()[name].numpy()).max() for name in ours)


def curves_apart(ours, theirs):
    return max(np.abs(np.subtract(ours[name], theirs[name])).max() for name in set(ours) - {"seconds"})


@pytest.mark.full
@pytest.mark.parametrize(
    "strategy", ["fine_tuning", *[pytest.param(s, marks=pytest.mark.full) for s in TRAINED if s != "fine_tuning"]]
)
def test_both_sides_take_the_same_way(pretrained, strategy):
    model, module = twins(pretrained)
    ours, theirs = trained(model, module, strategy)
    assert set(ours) == set(theirs)
    assert curves_apart(ours, theirs) <= 1e-9
    assert furthest(model, module) <= 1e-9
    after = weights(model, module)
    for name, tensor in pretrained.state_dict().items():
        if "num_batches" in name:
            continue
        moved = not np.array_equal(after[name], tensor.numpy())
        assert moved == any(name.startswith(part) for part in TRAINED[strategy]), name
        assert moved == (not torch.equal(module.state_dict()[name], tensor)), name


@pytest.mark.full
def test_everything_is_as_it_was_after_training(pretrained):
    model, module = twins(pretrained)
    model.get_layer("blocks.0.conv0").trainable = False
    module.blocks[0].conv0.requires_grad_(False)
    before = [layer.trainable for layer in model.layers], [p.requires_grad for p in module.parameters()]
    trained(model, module, "frozen", epochs=1)
    assert before == ([layer.trainable for layer in model.layers], [p.requires_grad for p in module.parameters()])
    assert all(norm.training for norm in module.train().modules())
    assert not any(norm._forward_pre_hooks for norm in module.modules())


@pytest.mark.full
def test_published_backbone_takes_the_same_way():
    """Of a model that was built frozen, fine-tuning thaws the last stages."""
    torch.manual_seed(0)
    options = {"backbone": "resnet18", "classes": 3, "frozen": True, "head": "linear"}
    model, module = build_transfer_model(**options), TransferModel(**options).double()
    transfer(module, model)
    x = np.random.default_rng(1).normal(size=(4, 33, 33, 3))
    thawed, frozen = (module.backbone.get_submodule(path).running_var for path in ("layer4.1.bn2", "layer2.1.bn2"))
    before = thawed.clone(), frozen.clone()
    parts = torch_recipe.train.__defaults__[1]
    ours, theirs = trained(model, module, "fine_tuning", parts, x, Y[:4], batch=2, epochs=1)
    assert curves_apart(ours, theirs) <= 1e-9
    assert furthest(model, module) <= 1e-9
    assert (torch.equal(thawed, before[0]), torch.equal(frozen, before[1])) == (False, True)


@pytest.mark.full
def test_each_part_has_its_own_rate(pretrained):
    """Plain gradient descent on one batch: the step of each part is its factor times that of a factor of 1."""
    moves = {}
    for factors in ({"": 1}, {"": 1, "blocks.2": 5, "head": 10}):
        model, module = twins(pretrained)
        optimizer = torch_parts.with_rates(torch_optimizers.SGD, module, 1e-3, factors)
        assert [group["lr"] for group in optimizer.param_groups] == [1e-3 * factor for factor in factors.values()]
        loss = nn.functional.cross_entropy(module(torch.from_numpy(first(X))), torch.from_numpy(Y))
        loss.backward()
        optimizer.step()
        theirs = {
            name: (p - dict(pretrained.named_parameters())[name]).detach() for name, p in module.named_parameters()
        }
        start = weights(model, module)
        model.compile(keras_parts.with_rates(keras_optimizers.SGD, model, 1e-3, factors), keras_recipe.cross_entropy())
        model.train_on_batch(X, Y)
        ours = {name: after - start[name] for name, after in weights(model, module).items()}
        assert max(np.abs(ours[name] - move.numpy()).max() for name, move in theirs.items()) <= 1e-12
        moves[len(factors)] = theirs
    for name, move in moves[1].items():
        factor = 10 if name.startswith("head") else 5 if name.startswith("blocks.2") else 1
        assert torch.allclose(moves[3][name], factor * move, rtol=1e-6, atol=1e-16), name


# sign-like rules are for the head alone: biases in front of a batch norm have gradients of rounding only
RULES = {
    "": ("Adam", 1, {"weight_decay": 0.01}),
    "blocks.1": ("SGD", 5, {}),
    "blocks.2": ("SGD", 10, {"momentum": 0.9, "nesterov": True}),
    "head": ("Adafactor", 5, {}),
}


def trained_by(pretrained, rules, torch_rules):
    """Both models after three epochs in which the rate falls once, each part by a rule of its own."""
    model, module = twins(pretrained)
    ours, theirs = (
        {part: (getattr(kinds, name), factor, options) for part, (name, factor, options) in given.items()}
        for kinds, given in ((keras_optimizers, rules), (torch_optimizers, torch_rules))
    )
    keras_loop.fit(
        model,
        keras_parts.with_optimizers(model, 1e-3, ours),
        keras_recipe.cross_entropy(),
        KerasBatches(X, Y, 5),
        None,
        3,
        callbacks=[KerasSchedule(keras_schedules.step(2, 0.5))],
    )
    torch_loop.fit(
        module,
        torch_parts.with_optimizers(module, 1e-3, theirs),
        torch_recipe.cross_entropy(),
        TorchBatches(first(X), Y, 5),
        None,
        3,
        callbacks=[TorchSchedule(torch_schedules.step(2, 0.5))],
    )
    return model, module


@pytest.mark.full
def test_each_part_has_its_own_optimizer(pretrained):
    model, module = trained_by(pretrained, RULES, RULES)
    assert furthest(model, module) <= 1e-12
    moved = {name: (t - pretrained.get_parameter(name)).abs().max() for name, t in module.named_parameters()}
    assert all(distance > 1e-5 for name, distance in moved.items() if name.endswith("weight"))


@pytest.mark.full
@pytest.mark.parametrize("part", RULES)
def test_another_optimizer_of_one_part_is_seen(pretrained, part):
    kind, factor, options = RULES[part]
    changed = ("AdamW" if kind == "Adam" else kind, factor, {**options, "weight_decay": 0.02})
    assert furthest(*trained_by(pretrained, RULES, {**RULES, part: changed})) > 1e-9


def norms_that_train(monkeypatch):
    monkeypatch.setattr(torch_parts, "infer", lambda module, inputs: None)


def factors_exchanged(monkeypatch):
    monkeypatch.setattr(torch_recipe, "FACTORS", (1, 10, 5))


def rate_of_the_first_part_for_all(monkeypatch):
    monkeypatch.setattr(keras_parts, "owning_part", lambda path, parts: next(iter(parts)))


def last_stage_forgotten(monkeypatch):
    original = keras_parts.part_of
    monkeypatch.setattr(
        keras_parts, "part_of", lambda path, parts: original(path, [p for p in parts if p != "blocks.2"])
    )
    monkeypatch.setattr(keras_parts, "check_parts", lambda parts, paths: None)


@pytest.mark.full
@pytest.mark.parametrize(
    "spoil", [norms_that_train, factors_exchanged, rate_of_the_first_part_for_all, last_stage_forgotten]
)
def test_a_planted_fault_is_seen(pretrained, monkeypatch, spoil):
    spoil(monkeypatch)
    model, module = twins(pretrained)
    ours, theirs = trained(model, module, "fine_tuning")
    assert curves_apart(ours, theirs) > 1e-5
    assert furthest(model, module) > 1e-5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"strategy": "half"}, "strategy='half': expected one of frozen, partial, full, fine_tuning"),
        ({"parts": ("a", "b")}, "parts=('a', 'b'): expected three paths: the stage before the last, the last stage"),
        (
            {"parts": ("blocks.1", "blocks.2", "haed")},
            "part='haed': expected the path of layers with weights, in blocks",
        ),
        (
            {"parts": ("blocks.1", "blocks.2", "relu")},
            "part='relu': expected the path of layers with weights, in blocks",
        ),
    ],
)
def test_bad_arguments_are_refused_in_the_same_words(pretrained, arguments, message):
    said = []
    for recipe, model in ((keras_recipe, build_cnn(**OPTIONS)), (torch_recipe, copy.deepcopy(pretrained))):
        with pytest.raises(ValueError, match="expected") as caught:
            recipe.train(model, (X, Y), (X, Y), **{"strategy": "fine_tuning", "parts": PARTS, **arguments})
        said.append(str(caught.value))
    assert said[0].startswith(message)
    assert said[0] == said[1]


def test_bad_factors_are_refused_in_the_same_words(pretrained):
    for factors, message in (({"head": 2}, "expected 1 as the first factor"), ({"head": 1}, "expected a part for ")):
        for side, adam, model in (
            (keras_parts, keras_optimizers.Adam, build_cnn(**OPTIONS)),
            (torch_parts, torch_optimizers.Adam, pretrained),
        ):
            with pytest.raises(ValueError, match=f"factors={factors}: {message}"):
                side.with_rates(adam, model, 1e-3, factors)


def test_parts_of_nested_layers_are_found():
    inner = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, name="a"), keras.layers.Dense(2, name="b")], name="body"
    )
    model = keras.Sequential([keras.Input((4,)), inner, keras.layers.Dense(1, name="head")], name="sequential")
    inner.trainable = False
    with keras_parts.only_trained(model, ["body.b"]):
        assert [variable.path for variable in model.trainable_variables] == ["body/b/kernel", "body/b/bias"]
    assert [variable.path for variable in model.trainable_variables] == [
        "sequential/head/kernel",
        "sequential/head/bias",
    ]
