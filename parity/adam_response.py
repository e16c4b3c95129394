"""What Adam makes of the rounding of a gradient: it divides by the root of the velocity, which may be nearly zero."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.arrays import peak
from parity.compare import Difference

ROUNDING = 1 - 1e-9
"""Below one by more than a product is rounded."""


@dataclass(frozen=True)
class Update:
    """One step of Adam.

    Args:
        velocity: the running mean of squared gradients behind it, of one weight.
        rate: the learning rate.
        correction: ``1 - beta_2**t``, which the velocity is divided by.
    """

    velocity: NDArray
    rate: float
    correction: float


@dataclass(frozen=True)
class Response:
    """How far Adam has moved each element of a weight if every gradient was wrong by its own peak.

    Where the gradient of an element happens to be nearly zero its rounding is blown up by up to ``peak / epsilon``.
    Elements that never had a gradient have no part in that.
    """

    updates: tuple[Update, ...]
    epsilon: float

    def of(self, elements: NDArray[np.intp]) -> NDArray:
        """Of these elements, by number."""
        return np.sum([self._moved(update, elements) for update in self.updates], axis=0)

    def _moved(self, update: Update, elements: NDArray[np.intp]) -> NDArray:
        velocity = update.velocity.reshape(-1)[elements]
        largest = math.sqrt(peak(update.velocity) / update.correction)
        root = np.sqrt(velocity / update.correction)
        moved: NDArray = np.where(velocity > 0, update.rate * largest / (root + self.epsilon), 0.0)
        return moved


def explained(keras: NDArray, torch: NDArray, response: Response, bound: float) -> Difference:
    """The smallest relative change of weights and gradients that explains the difference (its backward error)."""
    distance, scale = np.abs(keras - torch).reshape(-1), peak(keras)
    figures, far = _figures(distance, scale, response, bound)
    if (most := figures.max(initial=0.0)) < bound:  # elements that are no further apart than that cannot exceed it
        figures, far = _figures(distance, scale, response, ROUNDING * most)
    worst = int(figures.argmax())
    index = tuple(int(i) for i in np.unravel_index(int(far[worst]), keras.shape))
    return Difference(
        float(figures[worst]),
        index,
        float(keras[index]),
        float(torch[index]),
        float(np.count_nonzero(figures > bound) / distance.size),
    )


def _figures(distance: NDArray, scale: float, response: Response, least: float) -> tuple[NDArray, NDArray[np.intp]]:
    """Of the elements that are at least so far apart for their peak, and their numbers."""
    far = np.flatnonzero(distance >= least * scale)
    return distance[far] / (scale + response.of(far)), far
