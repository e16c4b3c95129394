"""Zoo twins small enough to be checked in seconds, with the batch that they are judged on."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity import draws
from parity.recording import Arrays
from parity.zoo import TWINS

ENTRIES = {twin.name: twin for twin in TWINS}
BATCH, STEPS, SIDE, TOKENS = 4, 7, 16, 20


@dataclass(frozen=True)
class Family:
    """One architecture of the zoo in a small form.

    Args:
        twin: its name in the registry.
        arguments: of the builder, the same on both sides.
        inputs: draws one batch of a seed, by input name.
    """

    twin: str
    arguments: Mapping[str, Any]
    inputs: Callable[[int], Arrays]

    def keras(self) -> Any:
        return _resolved(ENTRIES[self.twin].keras)(**self.arguments)

    def torch(self) -> Any:
        return _resolved(ENTRIES[self.twin].torch)(**self.arguments)


def _resolved(reference: str) -> Any:
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


def image(side: int = SIDE) -> Callable[[int], Arrays]:
    return lambda seed: {"image": draws.normal((BATCH, side, side, 3), seed, "image").astype("float32")}


def table(seed: int) -> Arrays:
    return {"features": draws.normal((BATCH, 10), seed, "features").astype("float32")}


def series(seed: int) -> Arrays:
    return {"series": draws.normal((BATCH, STEPS, 3), seed, "series").astype("float32")}


def padded(seed: int) -> Arrays:
    """Tokens from 1 on that end in zeros, each sample at another step."""
    numbers = 1 + np.floor(draws.uniform((BATCH, STEPS), seed, "tokens") * (TOKENS - 1))
    ends = STEPS - np.arange(BATCH)
    return {"tokens": np.where(np.arange(STEPS) < ends[:, None], numbers, 0).astype("int32")}


def full(seed: int) -> Arrays:
    """Tokens without padding, 0 among them."""
    tokens = np.floor(draws.uniform((BATCH, STEPS), seed, "tokens") * TOKENS).astype("int32")
    tokens[:, 2] = 0
    return {"tokens": tokens}


def segmented(seed: int) -> Arrays:
    segments = (np.arange(STEPS) > 2).astype("int32")
    return padded(seed) | {"segments": np.broadcast_to(segments, (BATCH, STEPS)).copy()}


ATTENTION = {"width": 16, "heads": 4, "depth": 2, "units": 24}
SERIES = {"channels": 3, "units": 6}

FAMILIES: Mapping[str, Family] = {
    "cnn": Family("cnn", {"widths": (6, 8), "classes": 5}, image()),
    "image_classifier": Family("image_classifier", {"size": (SIDE, SIDE), "widths": (6, 8)}, image()),
    "probabilities": Family("image_classifier", {"size": (SIDE, SIDE), "widths": (6, 8), "head": "softmax"}, image()),
    "sequential_cnn": Family("sequential_cnn", {"size": (30, 30)}, image(30)),
    "unet": Family("unet", {"widths": (6, 8, 10)}, image(14)),
    "residual_block": Family("residual_block", {"channels": 3, "width": 8}, image()),
    "resnet18": Family("resnet18", {"classes": 5}, image(48)),
    "mlp": Family("mlp", {"input_shape": (10,), "units": (12, 12, 12)}, table),
    "lstm_network": Family("lstm_network", SERIES, series),
    "timeseries_lstm": Family("timeseries_lstm", SERIES, series),
    "bidirectional_lstm": Family("bidirectional_lstm", SERIES, series),
    "gru_network": Family("gru_network", SERIES, series),
    "rnn_network": Family("rnn_network", SERIES, series),
    "tcn": Family("tcn", {"channels": 3, "widths": (6, 6, 8)}, series),
    "lstm_classifier": Family(
        "lstm_classifier", {"vocabulary": TOKENS, "width": 5, "units": 6, "head_units": 8}, padded
    ),
    "sentiment_lstm": Family("sentiment_lstm", {"vocabulary": TOKENS, "width": 5, "units": 6}, full),
    "transformer_encoder": Family("transformer_encoder", {"vocabulary": TOKENS, **ATTENTION}, padded),
    "bert": Family("bert", {"vocabulary": TOKENS, "length": 12, **ATTENTION}, segmented),
    "gpt": Family("gpt", {"vocabulary": TOKENS, "length": 12, "tied": False, **ATTENTION}, full),
    "vit": Family("vit", {"size": SIDE, "patch": 4, "classes": 5, **ATTENTION}, image()),
}
