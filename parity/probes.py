"""The losses whose gradients both sides are asked for, and which weights have no gradient but rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parity.arrays import peak
from parity.recording import Arrays

if TYPE_CHECKING:
    from parity.pair import Pair

VANISHING = 1e-12
Probe = tuple[str, dict[str, Any]]


def probes(pair: Pair) -> list[Probe]:
    """Names and arguments: a projection in both modes, and the loss of the recipe where there is one."""
    projection = {"projections": pair.projections(0)}
    recipe = {"loss": pair.loss, "targets": pair.cases[0].targets}
    found: list[Probe] = [("projection, eval", projection)]
    if 0 in pair.train_cases:
        found.append(("projection, train", projection | {"training": True}))
    if pair.loss:
        found.append((f"{pair.loss}, train", recipe | {"training": 0 in pair.train_cases}))
    return found


def rounding_only(pair: Pair) -> frozenset[str]:
    """Keras paths of weights whose gradient is rounding: not zero to the last bit, but on both sides below the scale.

    A bias in front of a batch norm, or of the keys of an attention, has no part in the loss of a training step.
    """
    probe, arguments = probes(pair)[-1]
    keras, torch = pair.gradients(probe, **arguments)
    theirs = torch.parameters
    return frozenset(
        path
        for path in vanishing(keras.parameters, theirs)
        if path in theirs and (keras.parameters[path].any() or theirs[path].any())
    )


def vanishing(keras: Arrays, torch: Arrays) -> frozenset[str]:
    """Paths whose tensors are on both sides below ``VANISHING`` of the largest of Keras."""
    largest = max((peak(array) for array in keras.values()), default=0.0)
    shared = keras.keys() & torch.keys()
    return frozenset(path for path in shared if max(peak(keras[path]), peak(torch[path])) < VANISHING * largest)
