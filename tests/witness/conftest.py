"""Both frameworks in one process (Torch first), everything in true double precision."""

import pytest

import torch  # isort: skip  before TensorFlow
from parity.sides import keras_patches


@pytest.fixture(autouse=True, scope="module")
def double_precision():
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    with keras_patches.policy("float64"):
        yield
    torch.set_default_dtype(dtype)
    torch.set_num_threads(threads)
