"""A map by hand is refused in one line where its tensors cannot be one another."""

from __future__ import annotations

import pytest

from parity.errors import UsageError
from parity.given import refuse_unusable
from parity.partners import TAKEN, TRANSPOSED
from parity.recording import Description, Layer, Parameter


def described(tensors):
    layers = tuple(Layer(path, "own", "Own", {}, {}) for path in {path.rpartition("/")[0] for path in tensors})
    parameters = tuple(
        Parameter(path.rpartition("/")[0], path.rpartition("/")[2], shape, True, "float32")
        for path, shape in tensors.items()
    )
    return Description(layers, parameters, (), 0, 0, "Model", False)


KERAS = described(
    {"mode/w": (3, 5, 2), "cell/w": (6, 12), "cell/b": (12,), "table/t": (1, 5, 4), "odd/w": (6, 4), "odd/v": (5, 4)}
)
TORCH = described(
    {"c/w_z": (6, 4), "c/w_r": (6, 4), "c/w_h": (6, 4), "c/b": (12,), "t/weight": (5, 4), "u/weight": (12, 6)}
    | {f"heads.{n}/weight": (4, 6) for n in range(3)}
    | {"stack/w": (2, 6, 4), "m/re": (5, 3), "m/im": (5, 3)}
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("cell/w", "c/w_z + c/w_r + c/w_h"),
        ("cell/w", f"heads.0/weight + heads.1/weight + heads.2/weight{TAKEN}{TRANSPOSED}"),
        ("cell/w", "u/weight"),
        ("cell/b", "c/b"),
        ("table/t", "t/weight"),
        ("cell", "c"),
        ("mode/w", "m/re + m/im"),
    ],
)
def test_what_holds_the_same_values_is_taken(ours, theirs):
    refuse_unusable({ours: theirs}, KERAS, TORCH)


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("cell/w", "c/w_z + c/w_r", r"\(6, 12\) and \(6, 4\) \+ \(6, 4\) cannot hold"),
        ("cell/w", "heads.0/weight + heads.1/weight + heads.2/weight", "cannot hold"),
        ("cell/w", "c/b", r"\(6, 12\) and \(12,\) cannot hold"),
        ("odd/w", "t/weight", "cannot hold"),
        ("odd/w + odd/v", "stack/w", "cannot hold"),
        ("odd/w + odd/v", "c/w_z + c/w_r", "cannot hold"),
        ("cell/w", "c", "'c' is a layer, expected a tensor"),
        ("cell/w", "c/w_q", "'c/w_q' is no layer or tensor of the Torch model"),
    ],
)
def test_what_cannot_is_refused(ours, theirs, said):
    with pytest.raises(UsageError, match=said):
        refuse_unusable({ours: theirs}, KERAS, TORCH)
