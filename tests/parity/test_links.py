"""Several layers of Keras that PyTorch keeps in one: there and back, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from parity.groups import is_sum, keras_size
from parity.links import AddedLink, BranchesLink, FusedLink, SplitLink, SpreadLink, TensorLink, with_zeros
from parity.listing import Carried, Listing
from parity.mapping import map_by_match
from parity.matching import Match
from parity.recording import Description, Layer, Parameter
from parity.shapes import axes_between

RANDOM = np.random.default_rng(0).normal


def projection(path, inputs, *units):
    stored = {"kernel": (inputs, *units), "bias": units, "split": 1}
    return Layer(path, "einsum_dense" if len(units) > 1 else "dense", "", {}, stored)


def weights_of(layers, seed=0):
    rng = np.random.default_rng(seed)
    return {
        layer.path: {name: rng.normal(size=layer.storage[name]).astype("float32") for name in ("kernel", "bias")}
        for layer in layers
    }


def assert_round_trip(link, weights):
    there = link.to_torch(weights)
    back = link.to_keras({link.torch: {path.rpartition("/")[2]: array for path, array in there.items()}})
    for layer, tensors in weights.items():
        for name, array in tensors.items():
            assert np.array_equal(back[f"{layer}/{name}"], array)


@pytest.mark.parametrize("units", [(12,), (4, 3)], ids=["dense", "by head"])
@pytest.mark.parametrize("heads", [1, 4])
def test_parts_take_turns_head_by_head(units, heads):
    layers = tuple(projection(path, 5, *units) for path in ("query", "key", "value"))
    link, weights = FusedLink(layers, "qkv", heads=heads), weights_of(layers)
    rows = np.arange(36).reshape(heads, 3, 12 // heads)
    matrices = [weights[layer.path]["kernel"].reshape(5, 12) for layer in layers]
    packed = link.to_torch(weights)["qkv/weight"]
    for place, matrix in enumerate(matrices):
        assert np.array_equal(packed[rows[:, place].ravel()], matrix.T)
    assert_round_trip(link, weights)


def test_fewer_heads_of_keys_than_of_queries():
    """The groups of queries with their key and value, as Falcon keeps them."""
    layers = (projection("query", 5, 8, 3), projection("key", 5, 2, 3), projection("value", 5, 2, 3))
    link, weights = FusedLink(layers, "qkv", heads=2), weights_of(layers)
    packed = link.to_torch(weights)["qkv/bias"].reshape(2, 6, 3)
    assert np.array_equal(packed[:, :4].reshape(8, 3), weights["query"]["bias"])
    assert np.array_equal(packed[:, 4], weights["key"]["bias"])
    assert_round_trip(link, weights)


def test_convolutions_of_slices_are_one_with_groups():
    torch = pytest.importorskip("torch")
    layers = tuple(Layer(f"group{n}", "conv2d", "", {}, {"kernel": (3, 3, 2, 4), "bias": (4,)}) for n in range(3))
    weights, image = weights_of(layers), np.random.default_rng(1).normal(size=(1, 6, 5, 5)).astype("float32")
    link = BranchesLink(layers, "conv")
    there = {name: torch.from_numpy(array) for name, array in link.to_torch(weights).items()}
    whole = torch.conv2d(torch.from_numpy(image), there["conv/weight"], there["conv/bias"], groups=3)
    for number, layer in enumerate(layers):
        kernel = torch.from_numpy(np.moveaxis(weights[layer.path]["kernel"], (3, 2), (0, 1)).copy())
        part = torch.conv2d(
            torch.from_numpy(image[:, 2 * number : 2 * number + 2]),
            kernel,
            torch.from_numpy(weights[layer.path]["bias"]),
        )
        torch.testing.assert_close(whole[:, 4 * number : 4 * number + 4], part)
    assert_round_trip(link, weights)


@pytest.mark.parametrize("transposed", [True, False])
def test_transposed_convolutions_and_dense_layers_of_slices_are_one_with_groups(transposed):
    torch = pytest.importorskip("torch")
    kind, stored = ("conv1d_transpose", (3, 4, 2)) if transposed else ("dense", (2, 4))
    layers = tuple(Layer(f"group{n}", kind, "", {}, {"kernel": stored, "bias": (4,)}) for n in range(3))
    weights, link = weights_of(layers), BranchesLink(layers, "conv", (3,) if transposed else (1,))
    signal = torch.from_numpy(np.random.default_rng(1).normal(size=(1, 6, 1)).astype("float32"))
    function = torch.conv_transpose1d if transposed else torch.conv1d
    there = {name: torch.from_numpy(array) for name, array in link.to_torch(weights).items()}
    whole = function(signal, there["conv/weight"], there["conv/bias"], groups=3)
    for number, layer in enumerate(layers):
        kernel, bias = (torch.from_numpy(weights[layer.path][name]) for name in ("kernel", "bias"))
        kernel = kernel.permute(2, 1, 0) if transposed else kernel.T[..., None]
        part = function(signal[:, 2 * number : 2 * number + 2], kernel, bias)
        torch.testing.assert_close(whole[:, 4 * number : 4 * number + 4], part)
    assert_round_trip(link, weights)


CONVOLUTION = Layer("both", "conv1d", "", {}, {"kernel": (3, 2, 10), "bias": (10,)})
HALVES = (
    Layer("gate", "conv1d", "", {}, {"weight": (4, 2, 3), "bias": (4,)}),
    Layer("value", "conv1d", "", {}, {"weight": (6, 2, 3), "bias": (6,)}),
)


def test_one_convolution_of_keras_is_two_of_torch():
    weights = weights_of([CONVOLUTION])
    link = SpreadLink(CONVOLUTION, HALVES)
    there = link.to_torch(weights)
    assert np.array_equal(there["value/weight"], weights["both"]["kernel"][:, :, 4:].transpose(2, 1, 0))
    groups = {half.path: {n: there[f"{half.path}/{n}"] for n in ("weight", "bias")} for half in HALVES}
    assert np.array_equal(link.to_keras(groups)["both/kernel"], weights["both"]["kernel"])


def test_a_part_that_is_not_used_has_a_gradient_of_zeros():
    parts = tuple(Layer(n, "dense", "", {"bias": True}, {"weight": (2, 3)}) for n in "ab")
    link = SpreadLink(projection("both", 3, 4), parts)
    gradients = {"a": {"weight": np.ones((2, 3)), "bias": np.ones(2)}}
    assert link.to_keras(gradients) == {}
    found = link.to_keras(with_zeros(link, gradients))
    assert np.array_equal(found["both/kernel"], [[1, 1, 0, 0]] * 3)
    assert np.array_equal(found["both/bias"], [1, 1, 0, 0])
    assert link.to_keras(with_zeros(link, {})) == {}


def test_a_projection_without_a_bias_has_zeros_in_the_packed_one():
    every = tuple(Layer(n, "dense", "", {}, {"kernel": (3, 4), "bias": (4,)}) for n in ("query", "key", "value"))
    weights = weights_of(every)
    del weights["key"]["bias"]
    layers = (every[0], Layer("key", "dense", "", {"bias": False}, {"kernel": (3, 4)}), every[2])
    link = FusedLink(layers, "qkv")
    packed = link.to_torch(weights)["qkv/bias"]
    assert not packed[4:8].any()
    assert np.array_equal(packed[8:], weights["value"]["bias"])
    assert link.to_keras({"qkv": {"bias": packed + 1}}).keys() == {"query/bias", "value/bias"}
    del weights["value"]["bias"]
    assert "qkv/bias" not in link.to_torch(weights)  # not all of those that there are


def test_two_convolutions_of_keras_are_one_of_torch():
    layers = tuple(
        Layer(path, "conv2d", "", {}, {"kernel": (3, 2, 5, units), "bias": (units,)})
        for path, units in (("gate", 4), ("value", 6))
    )
    weights = weights_of(layers)
    link = FusedLink(layers, "both", shape=(10, 5, 3, 2))
    packed = link.to_torch(weights)["both/weight"]
    assert np.array_equal(packed[4:], weights["value"]["kernel"].transpose(3, 2, 0, 1))
    assert_round_trip(link, weights)


def test_a_sum_of_two_layers_is_one_of_what_they_take_side_by_side():
    layers = tuple(
        Layer(path, "conv2d", "", {"kernel": (3, 1), "bias": bias}, {"kernel": (3, 1, channels, 4), "bias": (4,)})
        for path, channels, bias in (("of_x", 2, False), ("of_y", 5, True))
    )
    whole = Layer("joined", "conv2d", "", {"kernel": (3, 1), "bias": True}, {"weight": (4, 7, 3, 1), "bias": (4,)})
    assert is_sum(layers, keras_size, whole)
    weights = weights_of(layers)
    del weights["of_x"]["bias"]
    link = AddedLink(layers, (whole,))
    there = link.to_torch(weights)
    assert np.array_equal(there["joined/weight"][:, 2:], weights["of_y"]["kernel"].transpose(3, 2, 0, 1))
    assert np.array_equal(there["joined/bias"], weights["of_y"]["bias"])
    back = link.to_keras({"joined": {name: there[f"joined/{name}"] for name in ("weight", "bias")}})
    assert back.keys() == {"of_x/kernel", "of_y/kernel", "of_y/bias"}
    assert np.array_equal(back["of_x/kernel"], weights["of_x"]["kernel"])


def test_two_biases_are_no_sum():
    """Nobody could tell which part of the one bias is whose."""
    layers = tuple(Layer(n, "dense", "", {"bias": True}, {"kernel": (3, 4), "bias": (4,)}) for n in "ab")
    assert not is_sum(layers, keras_size, Layer("c", "dense", "", {"bias": True}, {"weight": (4, 6), "bias": (4,)}))


@pytest.mark.parametrize(
    ("ours", "theirs", "axes"),
    [
        ((5, 8, 6), (6, 5, 8), (1, 2, 0)),
        ((2, 3, 4, 5), (5, 4, 3, 2), (3, 2, 1, 0)),
        ((5, 5, 6), (6, 5, 5), None),
        ((5, 8, 6), (6, 5, 7), None),
        ((5, 8), (8, 5), None),
    ],
)
def test_lengths_tell_the_axes_or_do_not(ours, theirs, axes):
    assert axes_between(ours, theirs) == axes


@pytest.mark.parametrize(
    ("ours", "theirs"), [((5, 8, 6), (6, 5, 8)), ((3, 5, 6), (6, 5, 3)), ((5, 6), (6, 5)), ((7,), (1, 7))]
)
def test_a_tensor_with_its_axes_moved_comes_back(ours, theirs):
    keras, torch = (Parameter(side, "w", shape, True, "float32") for side, shape in (("k", ours), ("t", theirs)))
    link, array = TensorLink(keras, torch, transposed=True), np.random.default_rng(0).normal(size=ours)
    there = link.to_torch({"k": {"w": array}})["t/w"]
    assert there.shape == theirs
    assert np.array_equal(link.to_keras({"t": {"w": there}})["k/w"], array)


@pytest.mark.parametrize(
    ("ours", "theirs", "axes"),
    [((1, 5, 5, 6), (1, 6, 5, 5), (0, 2, 3, 1)), ((6, 4, 4), (4, 4, 6), (2, 1, 0)), ((5, 5, 6), (6, 5, 5), (2, 1, 0))],
)
def test_axes_of_one_length_stand_in_the_order_that_is_stated(ours, theirs, axes):
    keras, torch = (Parameter(side, "w", shape, True, "float32") for side, shape in (("k", ours), ("t", theirs)))
    array = np.random.default_rng(0).normal(size=ours)
    link = TensorLink(keras, torch, axes=axes)
    there = link.to_torch({"k": {"w": array}})["t/w"]
    assert there.shape == theirs
    assert np.array_equal(there.transpose(axes), array)
    assert np.array_equal(link.to_keras({"t": {"w": there}})["k/w"], array)


def test_a_kernel_with_an_axis_in_front_for_the_samples_comes_back():
    keras, torch = Parameter("k", "w", (3, 3, 8, 8), True, ""), Parameter("t", "w", (1, 8, 8, 3, 3), True, "")
    link, array = TensorLink(keras, torch, transposed=True), np.random.default_rng(0).normal(size=keras.shape)
    there = link.to_torch({"k": {"w": array}})["t/w"]
    assert np.array_equal(there, array.transpose(3, 2, 0, 1)[None])
    assert np.array_equal(link.to_keras({"t": {"w": there}})["k/w"], array)


def test_of_one_channel_any_convolution_is_depthwise():
    depthwise, pointwise = (Layer(path, "conv2d", "", {}, {"weight": ()}) for path in ("first", "second"))
    link = SplitLink(Layer("sep", "separable_conv2d", ""), depthwise, pointwise)
    kernels = {"depthwise_kernel": RANDOM(size=(3, 3, 1, 2)), "pointwise_kernel": RANDOM(size=(1, 1, 2, 6))}
    there = link.to_torch({"sep": kernels})
    assert [there[f"{path}/weight"].shape for path in ("first", "second")] == [(2, 1, 3, 3), (6, 2, 1, 1)]
    back = link.to_keras({path: {"weight": there[f"{path}/weight"]} for path in ("first", "second")})
    assert all(np.array_equal(back[f"sep/{name}"], array) for name, array in kernels.items())


def test_scale_and_shift_of_a_norm_of_ones_own_go_by_their_names():
    def described(layer, *names):
        return Description((layer,), tuple(Parameter(layer.path, n, (4,), True, "") for n in names), (), 0, 0, "M")

    keras = described(Layer("norm", "instance_norm", "InstanceNorm"), "beta", "gamma")
    torch = described(Layer("in1", "group_norm", "InstanceNorm2d"), "weight", "bias")
    mapping = map_by_match(keras, torch, Match({"norm": "in1"}, {}, {}), {})
    there = mapping.to_torch({"norm/gamma": np.ones(4), "norm/beta": np.zeros(4)})
    assert (there["in1/weight"].sum(), there["in1/bias"].sum(), mapping.complete) == (4, 0, True)


def test_a_layer_of_ones_own_makes_nothing_that_the_other_side_has_not():
    def described(path, *names):
        stored = tuple(Parameter(path, n, (4,), True, "") for n in names)
        return Description((Layer(path, "act_norm", "ActNorm"),), stored, (), 0, 0, "M")

    keras, torch = described("norm", "log", "shift"), described("flow.0", "log", "bias")
    mapping = map_by_match(keras, torch, Match({"norm": "flow.0"}, {}, {}), {})
    assert mapping.to_torch({"norm/log": np.ones(4), "norm/shift": np.zeros(4)}).keys() == {"flow.0/log", "flow.0/bias"}
    assert mapping.to_keras({"flow.0/log": np.ones(4), "flow.0/bias": np.zeros(4)}).keys() == {"norm/log", "norm/shift"}


def test_the_first_of_stacked_recurrences_gets_its_rows_in_the_order_of_the_other_side():
    def tensors(path, *stored):
        return tuple(Parameter(path, name, shape, True, "") for name, shape in stored)

    ours = tuple(Layer(path, "gru", "GRU") for path in ("gru", "gru_1"))
    kernels = [(f"{name}_l{n}", (15, size)) for n, width in enumerate((20, 5)) for name, size in _gru_kernels(width)]
    parameters = [
        *tensors("gru", ("kernel", (20, 15)), ("recurrent_kernel", (5, 15))),
        *tensors("gru_1", ("kernel", (5, 15)), ("recurrent_kernel", (5, 15))),
    ]
    keras = Description(ours, tuple(parameters), (), 0, 0, "M")
    torch = Description((Layer("rnn", "gru", "GRU"),), tensors("rnn", *kernels), (), 0, 0, "M")
    carried = {"gru": Carried("gru", Listing((4, 5), (0, 1)), Listing((4, 5), (1, 0)))}
    match = Match({}, {}, {"rnn": ("gru", "gru_1")})
    mapping, plain = map_by_match(keras, torch, match, carried), map_by_match(keras, torch, match, {})
    weights = {parameter.path: RANDOM(size=parameter.shape) for parameter in parameters}
    there, usual = mapping.to_torch(weights), plain.to_torch(weights)
    rows = np.arange(20).reshape(4, 5).T.ravel()
    assert np.array_equal(there["rnn/weight_ih_l0"], usual["rnn/weight_ih_l0"][:, rows])
    assert all(np.array_equal(there[name], usual[name]) for name in usual if name != "rnn/weight_ih_l0")
    assert all(np.array_equal(array, weights[path]) for path, array in mapping.to_keras(there).items())


def _gru_kernels(inputs):
    return ("weight_ih", inputs), ("weight_hh", 5)
