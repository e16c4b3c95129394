"""Suspicions are tried in an order that decides which cause wins, and only where their rule can apply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parity.hypotheses import Suspect, direction_turned, extra, missing, packed_bias, trials, wired
from parity.hypotheses.kernels import kernel_made
from parity.matching import ACTIVATIONS, POOLS, RECURRENT
from parity.recording import NO_FAULT, Event, Trial
from parity.rules.book import RULES

LAYERS = ("conv2d", "conv2d_transpose", "dense", "embedding", "batch_norm", "layer_norm", "group_norm", "rms_norm")
FUNCTIONS = ("softmax", "concatenate", "add", "multiply", "divide", "rescaling", "resizing", "attention", "where")
KINDS = sorted({*LAYERS, *FUNCTIONS, *ACTIVATIONS, *POOLS, *RECURRENT})


def event(kind, *sources, shape=(2, 4), **attributes):
    return Event(kind, kind, kind, shape, attributes, None, sources)


def tried(keras, torch, weights=(), **more):
    """Rules and actions in their order."""
    tensors = {name: np.ones(4) for name in weights}
    return [(trial.rule, trial.action) for trial in trials(Suspect(keras, torch, tensors, **more))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_suspicion_is_in_the_rule_book(kind):
    value = np.ones((2, 3, 4, 4))
    keras = event(kind, 0, stride=(2, 2), epsilon=1e-3, alpha=0.5, reset_after=False, activation="hard_sigmoid")
    suspects = [
        Suspect(keras, event(other), {"gamma": np.ones(4), "bias": np.ones(4)}, (value,), value=value, lengths=(1, 3))
        for other in {kind, "relu", "multi_head_attention", "add", "pixel_shuffle", "mean"}
    ]
    found = {trial.rule for suspect in suspects for trial in trials(suspect)}
    found |= {trial.rule for trial in [*wired(keras), *extra(keras), *missing([keras], {}, {}, value)]}
    found |= {trial.rule for trial in kernel_made(replace(suspects[0], torch=event("dense"), kernels=(value,)))}
    assert found <= {*RULES, NO_FAULT}


def test_equal_operations_without_weights_and_values_raise_no_suspicion():
    assert tried(event("reshape"), event("reshape")) == []


def test_a_function_without_a_name_is_taken_by_its_values():
    x = np.linspace(-1, 1, 8).reshape(2, 4)
    found = tried(event("activation", 0), event("relu", 0), inputs=(x,), value=x**3)
    assert found[:2] == [("activation-other", "apply")] * 2
    assert tried(event("quick_gelu", 0), event("gelu", 0))[0] == ("gelu-form", "apply")


def test_an_epsilon_comes_before_everything_else_about_a_norm():
    found = tried(event("layer_norm", epsilon=1e-3), event("layer_norm", epsilon=1e-5))
    assert set(found) == {("norm-epsilon", "set")}
    both = tried(event("layer_norm", epsilon=1e-3), event("layer_norm", epsilon=1e-5), ("gamma", "beta"))
    assert both.index(("norm-epsilon", "set")) < both.index(("norm-affine-missing", "affine"))


def test_what_a_layer_of_the_users_own_joins_may_be_joined_in_another_order():
    keras, more = event("soft_argmax", 0), {"value": np.ones((2, 4))}
    assert ("concat-order", "joined like") in tried(keras, event("stack", 1, 2, 3), **more)
    assert ("concat-order", "joined like") not in tried(keras, event("multiply", 1, 2), **more)


def test_a_factor_of_each_feature_in_front_of_waves_is_a_table():
    keras, torch, more = event("multiply", 0), event("multiply", 1), {"value": np.ones((2, 4))}
    assert ("scale-other", "scaled along") in tried(keras, torch, **more)
    assert ("position-table", "scaled along") in tried(keras, torch, neighbours=("sin", "cos"), **more)


def test_a_convolution_is_padded_before_its_stride_is_changed():
    keras, torch = event("conv2d", stride=(2, 2)), event("conv2d", stride=(1, 1))
    assert tried(keras, torch, ("kernel",)) == [
        ("dtype-policy", "full precision"),
        ("same-padding-stride", "same padding"),
        ("stride-other-conv", "set"),
        ("stride-other-conv", "same padding"),
    ]


@pytest.mark.parametrize(
    ("keras", "torch", "rule"),
    [
        ("relu", "tanh", "activation-other"),
        ("relu", "relu", "relu-threshold"),
        ("relu", "leaky_relu", "leaky-slope"),
        ("elu", "elu", "activation-parameter"),
        ("gelu", "gelu", "gelu-form"),
        ("gelu", "relu", "activation-other"),
        ("gelu", "multiply", "gelu-form"),
        ("hard_silu", "hard_sigmoid", "hard-sigmoid-form"),
        ("hard_silu", "silu", "activation-other"),
        ("softmax", "softmax", "softmax-axis"),
    ],
)
def test_another_activation_has_its_own_rule(keras, torch, rule):
    assert tried(event(keras), event(torch))[0] == (rule, "apply")


@pytest.mark.parametrize(("inside", "rule"), [({"erf"}, "activation-other"), ({"clamp"}, "relu-threshold")])
def test_a_formula_with_a_curve_is_no_relu(inside, rule):
    assert tried(event("relu"), event("multiply"), written=frozenset(inside))[0] == (rule, "apply")


def test_scores_are_suspected_before_an_unknown_factor():
    value = np.ones((2, 3, 4, 4))
    found = tried(event("matmul"), event("multiply"), value=value)
    assert found.index(("attention-scale", "multiple")) < found.index(("scale-other", "scaled to"))


def test_what_keras_does_alone_is_done_in_front_of_the_layer_or_its_result_handed_on():
    found = missing([event("rescaling", -1, scale=2.0)], {}, {}, given=np.ones(3))
    assert [(trial.rule, trial.action) for trial in found] == [
        ("preprocessing-inside", "apply before"),
        ("preprocessing-inside", "feed"),
    ]


def test_an_addition_too_many_may_be_positions_or_a_branch():
    found = [(trial.rule, trial.action) for trial in extra(event("add", 0, 1, shape=(2, 5, 4)))]
    assert found == [
        ("positions-missing", "without addend"),
        ("branch-missing", "apply"),
        ("branch-missing", "second alone"),
    ]


@pytest.mark.parametrize("padding", [event("reflection_pad2d", -1), event("zero_padding", -1, padding_mode="reflect")])
def test_a_convolution_behind_a_padding_with_pixels_has_another_padding_mode(padding):
    keras, torch = event("conv2d", -1, padding="same"), event("conv2d", 0, padding=0)
    found = tried(keras, torch, ("kernel",), inputs=(np.ones((2, 4, 4, 3)),), before_torch=(padding,))
    assert ("padding-mode", "convolve") in found


def test_preprocessing_is_suspected_only_straight_behind_an_input():
    def rules(straight):
        return {
            rule for rule, _ in tried(event("dense", 0), event("dense", -1), ("kernel",), **given, straight=straight)
        }

    given = {"inputs": (np.ones((2, 4)),), "before_keras": (event("rescaling", -1),)}
    assert "preprocessing-inside" in rules(True)
    assert "preprocessing-inside" not in rules(False)
    assert [trial.rule for trial in missing([event("multiply", 3)], {}, {}, np.ones(3), straight=False)] == [
        "scale-other"
    ]
    assert [trial.rule for trial in extra(event("divide", 3), straight=False)] == ["scale-other"]


def test_the_position_of_a_norm_is_suspected_only_of_what_is_handed_one_value():
    def rules(keys, kind="einsum_dense"):
        norm, queries = event("layer_norm", 0), np.ones((2, 3, 4))
        torch = event("multi_head_attention", 0)
        more = {"before_keras": (norm,), "other_sources": True, "entering": (queries, keys, keys), "inputs": (queries,)}
        return {rule for rule, _ in tried(event(kind, 1), torch, ("kernel",), **more)}

    assert "attention-norm-position" in rules(np.ones((2, 3, 4)))
    assert "attention-norm-position" not in rules(np.zeros((2, 3, 4)))
    assert "attention-norm-position" not in rules(np.ones((2, 3, 4)), "depthwise_conv2d")


def test_another_input_is_the_last_suspicion():
    found = tried(event("dense", 0), event("dense", 0), ("kernel",), inputs=(np.ones((2, 4)),))
    assert found[-1] == ("wiring-other", "feed")


@pytest.mark.parametrize("kind", ["clamp", "clip", "abs"])
def test_a_function_of_single_numbers_stands_for_an_activation(kind):
    assert [trial.rule for trial in extra(event(kind, 0))] == ["activation-other"]


def test_features_of_patches_are_listed_in_another_order_and_axes_everywhere_else():
    def rule(**more):
        found = tried(event("dense", 0), event("dense", 0), ("kernel",), inputs=(np.ones((2, 4, 12)),), **more)
        return next(rule for rule, action in found if action == "reordered")

    image = event("conv2d", -1, shape=(2, 2, 2, 12))
    assert rule(before_torch=(event("unfold", -1),)) == "patch-feature-order"
    assert rule(straight=True) == "patch-feature-order"
    assert rule(before_keras=(image,), straight=True) == "reshape-order"


def test_a_packed_bias_is_that_of_its_parts():
    parts = [{"bias": np.full((2, 2), number)} for number in range(3)]
    (trial,) = packed_bias(parts)
    assert trial.options["shift"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert [trial.options for trial in packed_bias([{}, {}])] == [{"bias": None}]
    assert not list(packed_bias([{}, parts[0]]))


@pytest.mark.parametrize(("native", "rule"), [("Attention", "attention-luong-scale"), ("X", "attention-scale")])
def test_the_scale_of_an_attention_is_named_by_the_layer(native, rule):
    keras = Event("attention", "attention", native, (2, 4, 3))
    assert (rule, "scores scaled to") in tried(keras, event("attention"), value=np.ones((2, 4, 3)))


@pytest.mark.parametrize("shape", [(), (2, 1), (2, 4, 4)])
def test_a_statistic_is_taken_over_other_axes_of_each_sample(shape):
    for kind in ("mean", "min"):
        tried = [(trial.rule, trial.action) for trial in wired(event(kind, 0, shape=shape))]
        assert ("pool-axis", "reduced") in tried
        assert (("pool-axis", "reduced along") in tried) == (len(shape) > 1)
    assert ("pool-axis", "reduced") not in [(each.rule, each.action) for each in wired(event("std", 0, shape=shape))]


@pytest.mark.parametrize(
    ("widths", "rule"),
    [
        (((1, 2),), "same-padding-even-kernel"),
        (((1, 1),), "same-padding-stride"),
        (((2, 0),), "causal-padding"),
    ],
)
def test_one_pixel_more_behind_tells_an_even_window(widths, rule):
    found = tried(event("conv1d", padding=widths), event("conv1d", padding=((2, 2),)), ("kernel",))
    assert (rule, "padded") in found


def test_a_convolution_behind_a_padding_of_its_own_is_fed_at_last():
    padding = event("zero_padding", 3)
    found = tried(event("conv2d", 0), event("conv2d", 0), ("kernel",), inputs=(np.ones(4),), before_keras=(padding,))
    assert found[-2:] == [("wiring-other", "feed"), ("wiring-other", "feed convolution")]


@pytest.mark.parametrize(("keras", "torch"), [("layer_norm", "layer_norm"), ("my_norm", "rms_norm")])
def test_the_gain_of_a_norm_may_be_kept_beyond_one(keras, torch):
    assert ("norm-other", "gain moved") in tried(event(keras), event(torch), ("gamma",))


def test_only_a_constant_matrix_can_be_another_one():
    value = np.ones((2, 5))

    def actions(*sources, **attributes):
        return {action for _, action in tried(event("lambda", 0), event("matmul", *sources, **attributes), value=value)}

    assert "another matrix" in actions(0)
    assert "another matrix" not in actions(0, 1)
    assert "another matrix" not in actions(0, tensors=("a.weight",))


def test_a_function_that_leaves_axes_may_have_taken_another_one():
    def along(*given, **options):
        return [trial.options["axis"] for trial in wired(event(*given, **options)) if trial.action == "reduced along"]

    assert along("max", 0, shape=(2, 4, 5)) == [1, 2, 3]
    assert not along("max", 0, shape=(2,))
    assert not along("relu", 0, shape=(2, 4))


def test_a_mask_that_is_added_is_no_table_of_positions():
    mask = np.where(np.tri(4, dtype=bool), 0.0, -1e9)[None]
    found = tried(event("add", 0), event("add", 0), value=mask, inputs=(np.zeros((1, 4, 4)),))
    assert found.index(("attention-mask-polarity", "scores")) < found.index(("position-offset", "addend shifted"))
    table = tried(event("add", 0), event("add", 0), value=mask / 1e9, inputs=(np.zeros((1, 4, 4)),))
    assert "scores" not in [action for _, action in table]


@pytest.mark.parametrize(("kind", "rule"), [("dense", "dense-last-axis"), ("gru", "permute-axes")])
def test_a_layer_of_sequences_may_go_along_the_other_axis(kind, rule):
    keras, torch = event(kind, -1), event(kind, -1)
    assert (rule, "on exchanged axes") in tried(keras, torch, ("kernel",))
    assert (rule, "on exchanged axes") not in tried(keras, event("conv1d", -1), ("kernel",))


@pytest.mark.parametrize(
    ("shape", "rule"), [((2, 5, 8), "recurrent-backwards-order"), ((2, 8), "bidirectional-last-step")]
)
def test_one_of_two_layers_that_are_the_directions_of_one_may_give_its_steps_from_the_other_end(shape, rule):
    both = Event("both", "lstm", "", shape, {"bidirectional": True}, "both", (-1,))
    one = Event("back", "lstm", "", (2, 5, 4), {}, "back", (-1,))
    assert {trial.rule for trial in direction_turned(both, one)} == {rule}
    assert not list(direction_turned(one, one))


@pytest.mark.parametrize(("shape", "rule"), [((2, 5, 4), "positions-missing"), ((2, 9), "branch-missing")])
def test_what_is_added_to_every_sample_alike_is_a_position_only_where_there_are_steps(shape, rule):
    added = event("add", 0, shape=shape)
    assert Trial(rule, "without addend") in extra(added)
    assert missing([added], {}, {added.path: np.ones(shape[1:])})[0].rule == rule


def test_a_crop_by_negative_numbers_has_rules_of_its_own():
    def rules(kind):
        found = tried(event(kind, 0), event("zero_padding", 0))
        return {rule for rule, action in found if action.startswith("padded")}

    assert rules("zero_padding") == {"padding-argument-order", "causal-padding"}
    assert rules("cropping2d") == {"cropping-argument-order", "crop-place"}


def test_frames_that_one_side_has_more_of_are_those_of_a_spectrum():
    def rule(*kinds):
        found = tried(
            event("conv1d", 0), event("conv1d", 0), ("kernel",), inputs=(np.ones((2, 5, 3)),), neighbours=kinds
        )
        return next(rule for rule, action in found if action == "more or less of it")

    assert (rule("stft", "sqrt"), rule("sqrt")) == ("spectrogram-center", "crop-place")


def test_an_image_of_another_size_is_enlarged_by_another_factor():
    def rules(shape):
        keras, torch = event("upsample", 0, shape=(2, 4, 6, 3)), event("upsample", 0, shape=shape)
        return {rule for rule, _ in tried(keras, torch, value=np.ones((2, 4, 6, 3)))}

    assert "resize-size" in rules((2, 6, 4, 3))
    assert "resize-size" not in rules((2, 4, 6, 3))


def test_the_order_of_what_is_joined_comes_before_an_activation_that_stands_elsewhere():
    value = np.maximum(np.linspace(-1, 1, 8).reshape(2, 4), 0)
    found = tried(event("relu", 0), event("concatenate", 0, 1), inputs=(value,), value=value)
    assert ("concat-order", "joined like") in found
    assert "recompute" not in {action for _, action in found}
