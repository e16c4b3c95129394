"""Counter-based random numbers that both sides compute alike: a hash of a name, a step and an index.

No generator state exists, so the order in which layers or sides ask does not matter.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def uniform(shape: tuple[int, ...], *key: object) -> NDArray[np.float64]:
    """Numbers in [0, 1), a function of ``key`` and of each element's index in canonical order."""
    return ((_mixed(math.prod(shape), *key) >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)


def signs(shape: tuple[int, ...], *key: object) -> NDArray[np.int8]:
    """1 or -1 by chance."""
    count = math.prod(shape)
    bits = np.unpackbits(_mixed(-(-count // 64), *key, "sign").view(np.uint8), count=count)
    drawn: NDArray[np.int8] = bits.view(np.int8).reshape(shape)
    drawn *= 2
    drawn -= 1
    return drawn


def _mixed(count: int, *key: object) -> NDArray[np.uint64]:
    """Random bits, 64 for every index."""
    digest = hashlib.blake2b("\0".join(map(str, key)).encode(), digest_size=8).digest()
    start = np.uint64(int.from_bytes(digest, "little"))
    with np.errstate(over="ignore"):
        mixed = start + (np.arange(count, dtype=np.uint64) + np.uint64(1)) * _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def normal(shape: tuple[int, ...], *key: object) -> NDArray[np.float64]:
    """Standard normal numbers (Box-Muller on two independent uniform streams)."""
    radius = np.sqrt(-2 * np.log1p(-uniform(shape, *key, "radius")))
    return radius * np.cos(2 * np.pi * uniform(shape, *key, "angle"))


def dropout_mask(shape: tuple[int, ...], rate: float, *key: object) -> NDArray[np.float64]:
    """Inverted dropout: 0 with probability ``rate``, else ``1 / (1 - rate)``."""
    return (uniform(shape, *key) >= rate) / (1 - rate)


MIDDLE = 0.5
"""What a uniform draw of the user's code gives, between 0 and 1: it keeps what is rather kept than dropped."""
OF_SAMPLES = normal((4096,), "of a sample")
"""What a normal draw of the user's code gives for each sample."""
