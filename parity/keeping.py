"""Keep what two models gave where they part, for a look at leisure."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np

from parity import atomic
from parity.errors import SideFailed
from parity.pair import Pair
from parity.recording import Arrays


def keep_arrays(pair: Pair, folder: Path) -> tuple[Path, ...]:
    """Write inputs and float64 outputs of the first case: ``inputs.npz``, ``keras.npz``, ``torch.npz``.

    Outputs are named ``eval/<output>`` and, where the models were run in train mode, ``train/<output>``.

    Returns:
        The files; none where a model cannot be run.
    """
    outputs: dict[str, Arrays] = {"keras": {}, "torch": {}}
    try:
        for training in [training for case, training in pair.runs if case == 0]:
            for side, run in zip(outputs, pair.forward("float64", 0, training), strict=True):
                mode = "train" if training else "eval"
                outputs[side] |= {f"{mode}/{name}": array for name, array in run.outputs.items()}
    except SideFailed:
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    inputs = {f"input/{name}": array for name, array in pair.cases[0].inputs.items()}
    return tuple(_write(folder / f"{name}.npz", arrays) for name, arrays in {"inputs": inputs, **outputs}.items())


def _write(path: Path, arrays: Arrays) -> Path:
    stream = BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    atomic.write_bytes(path, stream.getvalue())
    return path
