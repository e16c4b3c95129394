"""Small real batches, shaped for a model's inputs, for the rungs of the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from parity.data.draws import Array, Draw, Request
from parity.data.names import SOURCES, check_options, find
from parity.data.noise import EXTRAS
from parity.data.targets import targets
from parity.errors import UsageError
from parity.zoo import Input

_SHARED = {"reconstruct": False, "noise": 0.0}


def batch(
    source: str,
    inputs: tuple[Input, ...],
    sizes: tuple[int, ...],
    count: int,
    seed: int,
    loss: str,
    classes: int,
    **options: Any,
) -> tuple[dict[str, Array], Array]:
    """``count`` samples of a source for each input, and targets for the loss; the same for the same seed.

    Float inputs are float64 (the caller casts), tokens are int32. Inputs named ``noise``, ``segments`` or ``mask``
    are served beside any source. Several other inputs get different samples, and the first gives the targets.

    Args:
        source: a name of ``SOURCES``.
        inputs: the model's inputs, shapes channels last.
        sizes: the values of the free (``None``) axes, in order of the inputs.
        count: batch size, at least 1.
        seed: not negative.
        loss: a name of ``parity.losses``.
        classes: width of the target: labels lie in [0, classes).
        options: of the source, or of every source: ``reconstruct`` (the target is the input itself), ``noise``
            (deviation of the normal noise that is added to the first input, not to its reconstruction).

    Raises:
        UsageError: naming the argument, its value and what was expected.
    """
    for name, value, least in (("count", count, 1), ("seed", seed, 0), ("classes", classes, 1)):
        if value < least:
            raise UsageError(f"{name}={value}: expected at least {least}", "pass a larger number")
    draw_one = find(source, SOURCES, "data source")
    check_options(source, draw_one, options, _SHARED)
    reconstruct, noise = options.pop("reconstruct", False), options.pop("noise", 0.0)

    values: dict[str, Array] = {}
    target: Draw | None = None
    first: Request | None = None
    for index, (spec, shape) in enumerate(zip(inputs, shapes(inputs, sizes), strict=True)):
        request = Request(spec.name, shape, spec.dtype, index, count, classes, seed)
        if spec.name in EXTRAS and source != "noise":
            values[spec.name] = EXTRAS[spec.name](request, values)
            continue
        draw = draw_one(source, request, **options)
        values[spec.name] = draw.values
        first = first or request
        if target is None and draw.labels is not None:
            target = draw
    if target is None or first is None:
        raise UsageError(f"source {source!r} serves none of the inputs {[i.name for i in inputs]}", "name a data input")

    clean = values[first.name]
    if noise:
        values[first.name] = clean + np.random.default_rng((seed, 999)).normal(0, noise, clean.shape)
    return values, clean.copy() if reconstruct else targets(target, loss, classes)


def shapes(inputs: Sequence[Input], sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """Shapes of the inputs with each ``None`` replaced by the next of ``sizes``.

    Raises:
        UsageError: if the numbers of free axes and of sizes differ, or a size is below 1.
    """
    free = sum(axis is None for spec in inputs for axis in spec.shape)
    if free != len(sizes) or any(size < 1 for size in sizes):
        raise UsageError(
            f"sizes={tuple(sizes)}: expected {free} positive numbers for the free axes of {_written(inputs)}",
            "give one size for each None axis, in order of the inputs",
        )
    rest = iter(sizes)
    return [tuple(next(rest) if axis is None else axis for axis in spec.shape) for spec in inputs]


def _written(inputs: Sequence[Input]) -> str:
    return ", ".join(f"{spec.name} {spec.shape}" for spec in inputs)
