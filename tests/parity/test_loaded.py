"""Weights loaded by hand: what became of them."""

from __future__ import annotations

import numpy as np
import pytest

from parity.layouts import layout_of
from parity.loaded import Loaded, loaded_rule, neutral


def named(found, right, kernel):
    return loaded_rule("depthwise_conv2d", {"kernel": kernel}, Loaded({"weight": found}, {"weight": right}, {}, {}))


def test_depthwise_filters_with_the_multiplier_outermost_are_in_the_wrong_order():
    kernel = np.random.default_rng(0).normal(size=(3, 3, 4, 2))
    right = kernel.transpose(2, 3, 0, 1).reshape(8, 1, 3, 3)
    assert named(kernel.transpose(3, 2, 0, 1).reshape(8, 1, 3, 3), right, kernel) == "depthwise-channel-order"
    assert named(right + 1, right, kernel) == "weights-never-loaded"


def of_attention(change):
    """The rule for an attention of width 4 whose stored tensors ``change`` has touched."""
    draw = np.random.default_rng(1).normal
    right = {"in_proj_weight": draw(size=(12, 4)), "out_proj.weight": draw(size=(4, 4))}
    found = {name: array.copy() for name, array in right.items()}
    change(found)
    return loaded_rule("einsum_dense", {"kernel": draw(size=(2, 2, 4))}, Loaded(found, right, {}, {}))


def test_square_kernels_of_an_attention_may_be_transposed_each_alone():
    def transpose_output(found):
        found["out_proj.weight"] = found["out_proj.weight"].T

    def transpose_keys(found):
        found["in_proj_weight"][4:8] = found["in_proj_weight"][4:8].T.copy()

    assert of_attention(transpose_output) == of_attention(transpose_keys) == "dense-kernel-transposed"


def test_rows_of_an_attention_in_another_order_are_packed_wrongly():
    def exchange_heads(found):
        found["in_proj_weight"][:] = found["in_proj_weight"].reshape(3, 2, 2, 4).swapaxes(1, 2).reshape(12, 4)

    def draw_anew(found):
        found["in_proj_weight"][:] = np.random.default_rng(2).normal(size=(12, 4))

    assert of_attention(exchange_heads) == "attention-packed-projection"
    assert of_attention(draw_anew) == "weights-never-loaded"


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_kernels_of_the_other_direction_are_exchanged(kind):
    draw = np.random.default_rng(3).normal
    names = [f"weight_{part}_l0{end}" for part in ("ih", "hh") for end in ("", "_reverse")]
    right = {name: draw(size=(12, 3)) for name in names}
    exchanged = {name: right[names[place ^ 1]] for place, name in enumerate(names)}
    once = {**right, names[0]: right[names[2]]}
    assert loaded_rule(kind, {}, Loaded(exchanged, right, {}, {})) == "bidirectional-order"
    assert loaded_rule(kind, {}, Loaded(once, right, {}, {})) == "weights-by-position"


def of_kernel(kind, kernel, found):
    """The rule for a layer whose kernel of Keras was loaded as ``found``."""
    right = {"weight": layout_of(kind).to_torch({"kernel": kernel}, {})["weight"]}
    return loaded_rule(kind, {"kernel": kernel}, Loaded({"weight": found}, right, {}, {}))


@pytest.mark.parametrize(
    ("kind", "shape"), [("conv1d", (5, 2, 3)), ("conv2d", (3, 3, 2, 4)), ("conv3d", (2, 2, 2, 3, 4))]
)
def test_a_kernel_reshaped_in_place_of_transposed_has_its_axes_in_the_wrong_order(kind, shape):
    kernel = np.random.default_rng(4).normal(size=shape)
    wanted = (*shape[:-3:-1], *shape[:-2])
    assert of_kernel(kind, kernel, kernel.reshape(wanted)) == "conv-kernel-order"
    assert of_kernel(kind, kernel, (kernel + 1).reshape(wanted)) == "weights-never-loaded"


def test_channels_and_windows_that_change_places_are_told_apart():
    kernel = np.random.default_rng(5).normal(size=(3, 3, 4, 4))
    for kind, rule in (("conv2d", "conv-kernel-order"), ("conv2d_transpose", "transpose-conv-kernel")):
        assert of_kernel(kind, kernel, kernel.transpose(2, 3, 0, 1)) == rule
        assert of_kernel(kind, kernel, kernel.transpose(3, 2, 1, 0)) == "conv-window-transposed"


def test_kernels_of_a_recurrence_are_read_into_another_shape_or_transposed_gate_by_gate():
    draw = np.random.default_rng(6).normal
    keras = {"kernel": draw(size=(3, 16)), "recurrent_kernel": draw(size=(4, 16)), "bias": draw(size=16)}
    right = layout_of("lstm").to_torch(keras, {})
    reshaped = {**right, "weight_ih_l0": keras["kernel"].reshape(16, 3)}
    gates = np.concatenate([gate.T for gate in np.split(right["weight_hh_l0"], 4)])
    for found in (reshaped, {**right, "weight_hh_l0": gates}):
        assert loaded_rule("lstm", keras, Loaded(found, right, {}, {})) == "dense-kernel-transposed"


def test_the_scale_of_a_norm_that_was_taken_for_its_shift_is_loaded_by_position():
    right = {"weight": np.array([0.5, 2.0]), "running_mean": np.array([1.0, 3.0])}
    found = {"weight": np.ones(2), "bias": right["weight"], "running_mean": right["running_mean"]}
    whole = {**right, **neutral(found, right)}
    assert loaded_rule("batch_norm", {}, Loaded(found, whole, {}, {})) == "weights-by-position"
    fresh = {**found, "bias": np.zeros(2)}
    assert loaded_rule("batch_norm", {}, Loaded(fresh, whole, {}, {})) == "weights-never-loaded"
