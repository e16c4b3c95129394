"""What a Keras model drops at random, and which numbers share a draw."""

from __future__ import annotations

from typing import Any

from keras import layers

RECURRENT = (layers.LSTM, layers.GRU, layers.SimpleRNN, layers.Bidirectional)
KINDS = {
    layers.AlphaDropout: "alpha_dropout",
    layers.GaussianDropout: "gaussian_dropout",
    layers.Dropout: "dropout",
    **dict.fromkeys(RECURRENT, "dropout"),
}
SPATIAL = (layers.SpatialDropout1D, layers.SpatialDropout2D, layers.SpatialDropout3D)


def kind_of(layer: Any) -> str:
    """Neutral kind of a layer that drops; "" for any other, and where the rate is zero."""
    found = next((kind for known, kind in KINDS.items() if isinstance(layer, known)), "")
    return found if found and rate_of(layer) > 0 else ""


def rate_of(layer: Any) -> float:
    """Of a recurrence, that of what it is given."""
    inner = getattr(layer, "forward_layer", layer)
    return float(getattr(inner, "dropout", 0.0) if isinstance(layer, RECURRENT) else layer.rate)


def facts_of(layer: Any, x: Any) -> dict[str, Any]:
    """Neutral attributes of such a layer on ``x``: its rate, and sizes of the axes along which one draw holds.

    A recurrence takes one draw for all steps, as no layer of PyTorch does: that is not looked at.
    """
    noise = layer._get_noise_shape(x) if isinstance(layer, SPATIAL) else getattr(layer, "noise_shape", None)
    sizes = tuple(x.shape)
    shared = [] if noise is None else [n for n, drawn in zip(sizes[1:], noise[1:], strict=True) if drawn == 1 < n]
    numbers = 1
    for size in sizes:
        numbers *= size
    alike = None if isinstance(layer, RECURRENT) else tuple(sorted(shared))
    return {"rate": rate_of(layer), "shared": alike, "numbers": numbers}
