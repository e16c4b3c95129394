"""Image resizing in plain NumPy: half-pixel centres, edges repeated, no anti-aliasing."""

from __future__ import annotations

import numpy as np

from parity.data.draws import Floats
from parity.errors import UsageError


def resize(images: Floats, height: int, width: int, method: str = "bilinear") -> Floats:
    """Images (N, H, W) -> (N, height, width).

    Output pixel i looks at input position (i + 1/2) * old / new - 1/2, held inside the image. ``bilinear`` mixes the
    two neighbours by distance (along each axis), ``nearest`` takes the pixel that contains the position.

    Raises:
        UsageError: for another method.
    """
    if method not in ("bilinear", "nearest"):
        raise UsageError(f"method={method!r}: expected bilinear or nearest", "choose one of the two")
    rows = _weights(images.shape[1], height, method)
    columns = _weights(images.shape[2], width, method)
    return np.asarray(rows @ images @ columns.T)


def _weights(old: int, new: int, method: str) -> Floats:
    """(new, old) matrix: each output pixel's share of each input pixel."""
    position = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    if method == "nearest":
        chosen: Floats = np.eye(old)[(np.arange(new) * 2 + 1) * old // (2 * new)]
        return chosen
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, old - 1)
    share = (position - low)[:, None]
    return np.asarray(np.eye(old)[low] * (1 - share) + np.eye(old)[high] * share)
