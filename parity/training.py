"""Train both sides of a twin on the same data, from the same weights, in the same order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from parity.mapping import map_by_name
from parity.process import Duo
from parity.sides.source import Source

Rows = tuple[NDArray, NDArray]


@dataclass(frozen=True)
class BothTrained:
    """Curves of the two runs and accuracy on rows that neither saw.

    Args:
        keras, torch: one list per name (``loss``, ``val_accuracy``, ``seconds``, ...), one number per epoch.
        test_accuracy: fraction of right answers, by side.
    """

    keras: dict[str, list[float]]
    torch: dict[str, list[float]]
    test_accuracy: dict[str, float]

    def difference(self, name: str = "loss") -> list[float]:
        """Relative difference of one curve, epoch by epoch."""
        return [
            abs(a - b) / max(abs(a), abs(b)) if a != b else 0.0
            for a, b in zip(self.keras[name], self.torch[name], strict=True)
        ]


def train_both(
    duo: Duo,
    keras: str,
    torch: str,
    arguments: Mapping[str, Any],
    recipe: str,
    training: Rows,
    validation: Rows,
    test: Rows,
    dtype: str = "float32",
    seed: int = 0,
    shared: bool = True,
    **options: Any,
) -> BothTrained:
    """Build, share the initial weights, train, evaluate.

    Args:
        duo: the two sides.
        keras, torch: ``package.module:object`` of the twin.
        arguments: of the builder.
        recipe: name of a file in ``recipes/``.
        training, validation, test: (inputs, labels), canonical order.
        dtype: ``float32`` or ``float64``.
        seed: of initial weights, order of the rows, and dropout masks.
        shared: both take the same dropout masks; without it each framework draws its own at full speed.
        options: of the recipe.
    """
    descriptions = duo.both(
        "load", {"source": Source(keras, arguments)}, {"source": Source(torch, arguments)}, seed=seed
    )
    weights = duo.ask(duo.keras, "get_weights", dtype="float32")
    mapping = map_by_name(*descriptions)
    duo.both("set_weights", {"weights": weights}, {"weights": mapping.to_torch(weights)}, dtype=dtype)
    runs = duo.both(
        "train",
        dtype=dtype,
        recipe=recipe,
        training=training,
        validation=validation,
        options=options,
        seed=seed,
        shared=shared,
    )
    name = descriptions[0].inputs[0].name
    forwards = duo.both("forward", dtype=dtype, inputs={name: test[0]})
    accuracy = {
        side: _accuracy(next(iter(run.outputs.values())), test[1])
        for side, run in zip(("keras", "torch"), forwards, strict=True)
    }
    return BothTrained(runs[0].curves, runs[1].curves, accuracy)


def _accuracy(outputs: NDArray, labels: NDArray) -> float:
    return float((outputs.argmax(-1) == labels).mean())
