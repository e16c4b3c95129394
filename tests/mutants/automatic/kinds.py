"""Every kind of fault: in which families it is injected, and which rules are right names for it.

The two sides inject it under the same name (``keras_faults.FAULTS``, ``torch_faults.FAULTS``); a kind that only one
side has is injected there alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CONVOLUTIONAL = ("cnn", "unet", "image_classifier")
NORMED = ("cnn", "unet", "mlp", "residual_block")
RECTIFIED = ("mlp", "cnn", "transformer_encoder")
GATED = ("bert", "vit", "gpt")
ATTENTIVE = ("transformer_encoder", "bert", "gpt")
LSTMS = ("lstm_network", "timeseries_lstm", "bidirectional_lstm")
ONE_WAY = ("lstm_network", "gru_network", "rnn_network")
TWO_WAYS = ("bidirectional_lstm", "sentiment_lstm", "lstm_classifier")
ANY = ("cnn", "lstm_network", "gpt")
LOADED = ("cnn", "mlp", "transformer_encoder")


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    Args:
        rules: ids that name it rightly.
        families: where it is injected.
        own_weights: the twins come with weights of their own, which are judged as they are.
    """

    rules: tuple[str, ...]
    families: tuple[str, ...]
    own_weights: bool = False


KINDS: Mapping[str, Kind] = {
    # norms
    "batch-norm-epsilon": Kind(("norm-epsilon",), NORMED),
    "layer-norm-epsilon": Kind(("norm-epsilon",), ("transformer_encoder", "gpt", "vit")),
    "batch-norm-momentum": Kind(("norm-momentum",), NORMED),
    "norm-affine-missing": Kind(("norm-affine-missing",), ("cnn", "mlp", "gpt")),
    "norm-scale-missing": Kind(("norm-affine-missing",), ("cnn", "mlp", "gpt")),
    "norm-shift-missing": Kind(("norm-affine-missing",), ("transformer_encoder", "gpt", "vit")),
    "batch-norm-never-evaluates": Kind(("train-mode-left-on",), NORMED),
    "batch-norm-frozen": Kind(("norm-frozen",), NORMED),
    "batch-norm-statistics-swapped": Kind(("norm-statistics-swapped",), NORMED, own_weights=True),
    "norm-behind-activation": Kind(("norm-activation-order",), ("cnn", "unet", "mlp")),
    "layer-norm-as-rms": Kind(("norm-other",), ("transformer_encoder", "gpt", "vit")),
    "batch-norm-as-instance": Kind(("norm-other",), CONVOLUTIONAL),
    "norm-missing": Kind(("norm-other", "layer-missing"), ("cnn", "mlp", "gpt")),
    # activations
    "activation-missing": Kind(("activation-other",), RECTIFIED),
    "relu-as-silu": Kind(("activation-other",), RECTIFIED),
    "relu-as-gelu": Kind(("activation-other", "gelu-form"), RECTIFIED),
    "relu-as-elu": Kind(("activation-other",), RECTIFIED),
    "relu-as-tanh": Kind(("activation-other",), RECTIFIED),
    "relu-as-sigmoid": Kind(("activation-other",), RECTIFIED),
    "relu-as-softplus": Kind(("activation-other",), RECTIFIED),
    "relu-as-leaky": Kind(("leaky-slope",), RECTIFIED),
    "relu-clipped": Kind(("relu-threshold", "activation-other"), RECTIFIED),
    "gelu-form": Kind(("gelu-form",), GATED),
    "gelu-as-relu": Kind(("activation-other",), GATED),
    "softmax-extra": Kind(("softmax-twice", "softmax-missing", "activation-other"), ANY),
    "log-softmax-extra": Kind(("softmax-twice", "softmax-missing", "activation-other"), ANY),
    "sigmoid-extra": Kind(("activation-other",), ANY),
    "tanh-extra": Kind(("activation-other",), ANY),
    "softmax-missing": Kind(("softmax-missing", "softmax-twice"), ("sequential_cnn", "probabilities")),
    # convolutions and pools
    "padding-on-one-side": Kind(("same-padding-stride",), (*CONVOLUTIONAL, "residual_block")),
    "padding-mode": Kind(("padding-mode",), CONVOLUTIONAL),
    "dilation": Kind(("dilation-other",), CONVOLUTIONAL),
    "stride-in-other-convolution": Kind(("stride-other-conv",), ("residual_block", "resnet18")),
    "convolution-bias-missing": Kind(("bias-before-norm", "bias-missing"), (*CONVOLUTIONAL, "tcn")),
    "bias-missing": Kind(("bias-missing",), ("mlp", "cnn", "bert")),
    "max-pool-as-average": Kind(("pool-other",), (*CONVOLUTIONAL, "sequential_cnn")),
    "pool-window": Kind(("pool-other",), ("cnn", "image_classifier", "sequential_cnn")),
    "global-average-as-max": Kind(("pool-other",), ("cnn", "resnet18")),
    "flatten-order": Kind(("flatten-order",), ("cnn", "image_classifier", "sequential_cnn"), own_weights=True),
    "join-order": Kind(("concat-order",), ("unet",)),
    # inputs
    "input-rescaled": Kind(("preprocessing-inside",), ("cnn", "unet", "mlp")),
    "input-centred": Kind(("preprocessing-inside",), ("cnn", "unet", "mlp")),
    "input-standardised": Kind(("preprocessing-inside",), ("cnn", "unet", "mlp")),
    "channels-reversed": Kind(("data-channel-order", "wiring-other"), ("cnn", "unet", "vit")),
    "image-transposed": Kind(("wiring-other", "reshape-order"), ("cnn", "unet", "vit")),
    "series-reversed": Kind(("recurrent-backwards-order", "wiring-other"), ONE_WAY),
    # what should be off
    "dropout-rate": Kind(("dropout-rate",), ("cnn", "mlp", "lstm_classifier")),
    "dropout-left-on": Kind(("train-mode-left-on",), ("cnn", "mlp", "lstm_classifier")),
    "noise-left-on": Kind(("train-mode-left-on",), ("cnn", "mlp", "lstm_classifier")),
    # recurrent layers
    "lstm-gate-order": Kind(("lstm-gate-order",), LSTMS, own_weights=True),
    "gru-gate-order": Kind(("gru-gate-order",), ("gru_network",), own_weights=True),
    "two-biases": Kind(("recurrent-two-biases",), ("lstm_network", "rnn_network", "sentiment_lstm"), own_weights=True),
    "gru-reset": Kind(("gru-reset-before",), ("gru_network",)),
    "sequence-backwards": Kind(("recurrent-backwards-order", "wiring-other"), ONE_WAY),
    "batch-and-time-swapped": Kind(("recurrent-batch-first",), ("lstm_network", "gru_network", "bidirectional_lstm")),
    "recurrent-activation": Kind(("activation-other",), ONE_WAY),
    "recurrent-hard-sigmoid": Kind(("hard-sigmoid-form",), ("lstm_network", "gru_network", "timeseries_lstm")),
    "first-step": Kind(("recurrent-last-step",), ONE_WAY),
    "mean-of-steps": Kind(("recurrent-last-step",), ONE_WAY),
    "bidirectional-end": Kind(("bidirectional-last-step",), ("bidirectional_lstm", "sentiment_lstm")),
    "directions-swapped": Kind(("bidirectional-order",), TWO_WAYS),
    "padding-not-masked": Kind(("recurrent-mask",), ("lstm_classifier",)),
    # transformers
    "padding-mask-missing": Kind(("attention-mask-missing",), ("transformer_encoder", "bert")),
    "padding-mask-inverted": Kind(("attention-mask-polarity",), ("transformer_encoder", "bert")),
    "causal-mask-missing": Kind(("attention-causal",), ("gpt",)),
    "causal-mask-extra": Kind(("attention-causal",), ("transformer_encoder", "bert", "vit")),
    "attention-scale": Kind(("attention-scale", "attention-luong-scale"), ATTENTIVE),
    "attention-heads": Kind(("attention-heads",), ATTENTIVE),
    "norm-position": Kind(("attention-norm-position",), ATTENTIVE),
    "attention-residual-missing": Kind(("branch-missing",), ATTENTIVE),
    "residual-missing": Kind(("branch-missing",), ("residual_block", "tcn", "gpt")),
    "position-offset": Kind(("position-offset",), ATTENTIVE),
    "positions-missing": Kind(("positions-missing",), ATTENTIVE),
    "embedding-scaled": Kind(("scale-other",), ATTENTIVE),
    "other-token-read": Kind(("wiring-other",), ("bert", "vit")),
    "mean-over-padding": Kind(("pool-global-mask",), ("transformer_encoder",)),
    "class-token-last": Kind(("concat-order", "wiring-other"), ("vit",)),
    "embedding-padding-row": Kind(("embedding-padding-row",), ("gpt", "sentiment_lstm")),
    "tokens-off-by-one": Kind(("position-offset", "data-text-ids"), ("gpt", "sentiment_lstm", "bert")),
    # weights that were loaded by hand
    "kernel-transposed": Kind(("dense-kernel-transposed",), ("mlp", "transformer_encoder", "bert"), own_weights=True),
    "window-transposed": Kind(("conv-window-transposed",), CONVOLUTIONAL, own_weights=True),
    "window-flipped": Kind(("conv-window-transposed", "weights-never-loaded"), CONVOLUTIONAL, own_weights=True),
    "layer-never-loaded": Kind(("weights-never-loaded",), LOADED, own_weights=True),
    "bias-never-loaded": Kind(("weights-never-loaded",), LOADED, own_weights=True),
    "weight-scaled": Kind(("weights-never-loaded",), LOADED, own_weights=True),
    "weight-negated": Kind(("weights-never-loaded",), LOADED, own_weights=True),
    "one-number-off": Kind(("weights-never-loaded",), LOADED, own_weights=True),
    "weight-rounded": Kind(("weights-never-loaded", "dtype-policy"), LOADED, own_weights=True),
    "units-permuted": Kind(("weights-never-loaded", "weights-by-position"), LOADED, own_weights=True),
    "layers-swapped": Kind(("weights-by-position",), ("mlp", "transformer_encoder", "unet"), own_weights=True),
    # float types
    "half-precision-layer": Kind(("dtype-policy",), LOADED),
    "bfloat16-layer": Kind(("dtype-policy",), LOADED),
}

# Changes that no check may complain about, and why.
EQUIVALENT: Mapping[str, str] = {
    "call-in-train-mode": "inside a functional Keras model ``layer(x, training=True)`` yields to the mode of the model",
    "relu-twice": "max(0, max(0, x)) is max(0, x)",
    "query-and-key-swapped": "weights are matched by role: the swapped layers are the same two functions",
    "bias-before-batch-norm-in-train-mode": "the mean of the batch takes every constant away",
    "padding-row-of-an-encoder-that-masks": "nothing reads a padded step, so its row has no gradient to lose",
    "global-pool-of-one-pixel": "the maximum of one number is its mean",
    "softmax-of-shifted-logits": "a constant added to all logits of a sample cancels in the softmax",
    "heads-of-one-query": "a sequence of one step attends to itself with weight 1, whatever the scale or the heads",
}
