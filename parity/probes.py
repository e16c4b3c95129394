"""The losses whose gradients both sides are asked for, and which weights have no gradient but rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parity.compare import Difference, Sized

if TYPE_CHECKING:
    from parity.pair import Pair

VANISHING = 1e-12
Probe = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class ComparedGradients:
    """The loss of one probe, and the gradients of weights by their paths in Keras and of inputs by name."""

    loss: Difference
    parameters: Mapping[str, Sized]
    inputs: Mapping[str, Sized]


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
    found = pair.compared_gradients(probe, **arguments).parameters
    return frozenset(path for path in vanishing(found) if found[path].keras or found[path].torch)


def vanishing(found: Mapping[str, Sized], share: float = VANISHING) -> frozenset[str]:
    """Paths whose tensors are on both sides below this share of the largest of Keras."""
    largest = max((each.keras for each in found.values() if each.keras is not None), default=0.0)
    return frozenset(
        path
        for path, each in found.items()
        if each.keras is not None and each.torch is not None and max(each.keras, each.torch) < share * largest
    )
