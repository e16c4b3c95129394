"""Counter-based numbers: a function of the key and the place, nothing else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parity import draws


@given(st.integers(1, 6), st.integers(1, 6), st.text(max_size=8))
def test_same_key_same_numbers_in_any_shape(rows, columns, key):
    flat = draws.uniform((rows * columns,), key)
    assert (draws.uniform((rows, columns), key) == flat.reshape(rows, columns)).all()
    assert ((flat >= 0) & (flat < 1)).all()


def test_other_keys_other_numbers():
    assert abs(np.corrcoef(draws.uniform((5000,), 0, "a"), draws.uniform((5000,), 0, "b"))[0, 1]) < 0.05


def test_moments():
    uniform, normal = draws.uniform((200_000,), "moments"), draws.normal((200_000,), "moments")
    assert abs(uniform.mean() - 0.5) < 0.005
    assert abs(normal.mean()) < 0.01
    assert abs(normal.std() - 1) < 0.01


def test_dropout_mask_keeps_its_share_and_its_mean():
    mask = draws.dropout_mask((200_000,), 0.3, "mask")
    assert set(np.unique(mask)) == {0.0, 1 / 0.7}
    assert abs(mask.mean() - 1) < 0.01
