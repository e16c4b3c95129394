"""Both frameworks in one process (Torch first), everything in double precision."""

import pytest

import torch  # isort: skip  before TensorFlow
import keras


@pytest.fixture(autouse=True)
def double_precision():
    floatx, policy, threads = keras.config.floatx(), keras.config.dtype_policy(), torch.get_num_threads()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    torch.set_num_threads(1)
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)
    torch.set_num_threads(threads)
