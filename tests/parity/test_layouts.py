"""Every layout moves weights there and back bit for bit."""

import numpy as np
import pytest

from parity import draws
from parity.arrays import contiguous
from parity.layouts import LAYOUTS, between, layout_of
from parity.recording import Layer

KERAS = {
    "dense": ({"kernel": (5, 3), "bias": (3,)}, {}),
    "conv1d": ({"kernel": (3, 4, 6), "bias": (6,)}, {}),
    "conv2d": ({"kernel": (3, 2, 4, 6), "bias": (6,)}, {}),
    "conv3d": ({"kernel": (3, 2, 1, 4, 6)}, {}),
    "conv1d_transpose": ({"kernel": (3, 6, 4)}, {}),
    "conv2d_transpose": ({"kernel": (3, 2, 6, 4), "bias": (6,)}, {}),
    "conv3d_transpose": ({"kernel": (3, 2, 2, 6, 4), "bias": (6,)}, {}),
    "depthwise_conv1d": ({"kernel": (3, 4, 2)}, {"multiplier": 2}),
    "depthwise_conv2d": ({"kernel": (3, 2, 4, 2), "bias": (8,)}, {"multiplier": 2}),
    "embedding": ({"embeddings": (7, 3)}, {}),
    "layer_norm": ({"gamma": (4,), "beta": (4,)}, {}),
    "group_norm": ({"gamma": (4,), "beta": (4,)}, {}),
    "rms_norm": ({"scale": (4,)}, {}),
    "batch_norm": ({"gamma": (4,), "beta": (4,), "moving_mean": (4,), "moving_variance": (4,)}, {}),
    "lstm": ({"kernel": (3, 20), "recurrent_kernel": (5, 20), "bias": (20,)}, {}),
    "rnn": ({"kernel": (3, 5), "recurrent_kernel": (5, 5), "bias": (5,)}, {}),
    "gru": ({"kernel": (3, 15), "recurrent_kernel": (5, 15), "bias": (2, 15)}, {}),
    "prelu": ({"alpha": (4,)}, {}),
    "of the user's own": ({"token": (1, 4)}, {}),
}


def weights(kind):
    shapes, storage = KERAS[kind]
    return {name: draws.normal(shape, kind, name) for name, shape in shapes.items()}, storage


@pytest.mark.parametrize("shape", [(130, 200), (3, 3, 70, 65), (5, 1, 4097), (1, 9000), (0, 5), (2, 3)])
@pytest.mark.parametrize(
    "turned", [np.transpose, lambda array: np.moveaxis(array, 0, -1), lambda array: array[..., ::-1]]
)
def test_large_arrays_are_put_in_order_square_by_square(shape, turned):
    array = turned(draws.normal(shape, "array"))
    found = contiguous(array)
    assert found.flags.c_contiguous
    assert np.array_equal(found, array)


def test_one_axis_with_gaps_is_put_in_order():
    assert np.array_equal(contiguous(np.arange(20_000)[::2]), np.arange(0, 20_000, 2))


def test_every_layout_is_tested():
    assert set(LAYOUTS) <= set(KERAS)


@pytest.mark.parametrize("kind", KERAS)
def test_there_and_back(kind):
    start, storage = weights(kind)
    layout = layout_of(kind)
    back = layout.to_keras(layout.to_torch(start, storage), storage)
    assert {name: array.tobytes() for name, array in back.items()} == {n: a.tobytes() for n, a in start.items()}


@pytest.mark.parametrize("kind", ["lstm", "rnn", "gru"])
def test_both_directions_there_and_back(kind):
    one, _ = weights(kind)
    start = {
        f"{way}/{name}": array + (way == "backward") for way in ("forward", "backward") for name, array in one.items()
    }
    layout, storage = layout_of(kind), {"bidirectional": True}
    torch = layout.to_torch(start, storage)
    assert "weight_ih_l0_reverse" in torch
    back = layout.to_keras(torch, storage)
    assert all((back[name] == array).all() for name, array in start.items())


def test_gru_gates_change_places():
    start, storage = weights("gru")
    torch = layout_of("gru").to_torch(start, storage)
    update, reset, candidate = np.split(start["kernel"].T, 3)
    assert (torch["weight_ih_l0"] == np.concatenate([reset, update, candidate])).all()


def test_two_torch_biases_become_their_sum():
    keras = layout_of("lstm").to_keras({"bias_ih_l0": np.ones(4), "bias_hh_l0": np.full(4, 2.0)}, {})
    assert (keras["bias"] == 3).all()


@pytest.mark.parametrize(
    ("kernel", "weight"),
    [
        ((1, 3, 3, 2, 5), (5, 2, 3, 3)),
        ((3, 1, 1, 2, 5), (5, 2, 3)),
        ((3, 2, 5), (5, 2, 1, 3)),
        ((3, 3, 2, 5), (5, 2, 3)),
        ((1, 3, 3, 2, 5), (5, 2, 3, 2)),
    ],
)
def test_a_window_that_is_one_wide_needs_no_axis(kernel, weight):
    keras = Layer("a", f"conv{len(kernel) - 2}d", "", {"kernel": kernel[:-2]}, {"kernel": kernel})
    torch = Layer("b", f"conv{len(weight) - 2}d", "", {"kernel": weight[2:]}, {"weight": weight})
    layout = between(keras, torch)
    if np.prod(kernel) != np.prod(weight):
        assert layout is None
        return
    array = draws.normal(kernel, 0, "kernel")
    there = layout.to_torch({"kernel": array}, keras.storage)
    assert there["weight"].shape == weight
    assert np.array_equal(np.moveaxis(array.reshape(-1, 2, 5), (2, 1), (0, 1)), there["weight"].reshape(5, 2, -1))
    assert np.array_equal(layout.to_keras(there, torch.storage)["kernel"], array)


@pytest.mark.parametrize(
    ("gamma", "weight", "turned"),
    [
        ((4, 5, 3), (3, 4, 5), True),
        ((4, 4, 4), (4, 4, 4), True),
        ((7, 3), (3, 7), True),
        ((7, 3), (7, 3), False),
        ((5, 5), (5, 5), False),
        ((4,), (4,), False),
        ((1, 1, 4), (4, 1, 1), True),
    ],
)
def test_a_layer_norm_over_several_axes_begins_with_the_channels_in_pytorch(gamma, weight, turned):
    keras = Layer("n", "layer_norm", "", {}, {"gamma": gamma, "beta": gamma})
    layout = between(keras, Layer("m", "layer_norm", "", {}, {"weight": weight}))
    stored = {name: draws.normal(gamma, 0, name) for name in ("gamma", "beta")}
    there = layout.to_torch(stored, {})
    assert there["weight"].shape == there["bias"].shape == weight
    assert np.array_equal(np.moveaxis(stored["beta"], -1, 0) if turned else stored["beta"], there["bias"])
    assert all(np.array_equal(array, stored[name]) for name, array in layout.to_keras(there, {}).items())


def test_a_layer_norm_of_what_a_pool_has_left_may_keep_the_axes_of_the_image():
    keras = Layer("n", "layer_norm", "", {}, {"gamma": (4,), "beta": (4,)})
    layout = between(keras, Layer("m", "layer_norm", "", {}, {"weight": (4, 1, 1)}))
    stored = {name: draws.normal((4,), 0, name) for name in ("gamma", "beta")}
    there = layout.to_torch(stored, {})
    assert there["weight"].shape == there["bias"].shape == (4, 1, 1)
    assert all(np.array_equal(array, stored[name]) for name, array in layout.to_keras(there, {}).items())
