"""Kernels that code makes of the stored ones: of unit length, standardised, times a gain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from parity.hypotheses.suspect import Suspect
from parity.kinds import MIXING
from parity.recording import Event, Trial

RULES: Mapping[str, str] = {
    "axes": "norm-axis",
    "correction": "variance-correction",
    "epsilon": "norm-epsilon",
    "turned": "dense-kernel-transposed",
    "gain": "norm-affine-missing",
    "kind": "norm-other",
}
"""What can be made otherwise, the likeliest first."""
FEW: Mapping[str, int] = {"axes": 6, "correction": 1, "turned": 1, "kind": 4}
"""So many ways are tried where each wants a run of the whole model."""
OF_KERAS = ("Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2D", "SeparableConv2D")
"""Layers that take their kernel as it is stored."""


def kernel_made(suspect: Suspect) -> Iterator[Trial]:
    """The kernel that one side makes is made otherwise, or not at all."""
    if not suspect.kernels or not takes_kernel(suspect.torch) or suspect.value is None:
        return
    changes = ("kind",) if suspect.keras.native in OF_KERAS else tuple(RULES)
    for change in changes:
        given = {"stored": suspect.kernels, "change": change, "reference": suspect.value}
        yield Trial(RULES[change], "kernel made", given)


def kernels_before(event: Event, stored: Sequence[NDArray]) -> Iterator[Trial]:
    """The same of an operation in front of the one that shows it, without a reference."""
    if takes_kernel(event) and event.layer is None and stored:
        for change, count in FEW.items():
            for place in range(count):
                given: dict[str, Any] = {"stored": stored, "change": change, "place": place}
                yield Trial(RULES[change], "kernel made", given)


def takes_kernel(event: Event) -> bool:
    """A layer or function with a kernel."""
    return event.kind in MIXING or (event.kind == "matmul" and len(event.sources) == 1)
