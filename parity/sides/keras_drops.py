"""What a Keras model drops at random, and which numbers share a draw."""

from __future__ import annotations

from typing import Any

from keras import layers

KINDS = {
    layers.AlphaDropout: "alpha_dropout",
    layers.GaussianDropout: "gaussian_dropout",
    layers.Dropout: "dropout",
}
SPATIAL = (layers.SpatialDropout1D, layers.SpatialDropout2D, layers.SpatialDropout3D)


def kind_of(layer: Any) -> str:
    """Neutral kind of a layer that drops; "" for any other, and where the rate is zero."""
    found = next((kind for known, kind in KINDS.items() if isinstance(layer, known)), "")
    return found if found and layer.rate > 0 else ""


def facts_of(layer: Any, x: Any) -> dict[str, Any]:
    """Neutral attributes of such a layer on ``x``: its rate, and sizes of the axes along which one draw holds."""
    noise = layer._get_noise_shape(x) if isinstance(layer, SPATIAL) else getattr(layer, "noise_shape", None)
    sizes = tuple(x.shape)
    shared = [] if noise is None else [n for n, drawn in zip(sizes[1:], noise[1:], strict=True) if drawn == 1 < n]
    numbers = 1
    for size in sizes:
        numbers *= size
    return {"rate": float(layer.rate), "shared": tuple(sorted(shared)), "numbers": numbers}
