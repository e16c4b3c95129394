"""The registry of twins: plain data, readable without importing a framework.

Adding an architecture touches two model files and one entry in a file of this folder; nothing else names it.
"""

from collections.abc import Iterator

from parity.zoo import attention, dense, recurrent, vision
from parity.zoo.entry import BATCHES, Input, Preset, Twin

__all__ = ["BATCHES", "TWINS", "Input", "Preset", "Twin", "presets"]

TWINS: tuple[Twin, ...] = (*dense.TWINS, *vision.TWINS, *recurrent.TWINS, *attention.TWINS)


def presets() -> Iterator[tuple[str, Twin, Preset]]:
    """Yield (``twin/preset``, twin, preset) in registry order."""
    for twin in TWINS:
        for name, preset in twin.presets.items():
            yield f"{twin.name}/{name}", twin, preset
