"""Files are run as they are written."""

from __future__ import annotations

import numpy as np
import onnx

from parity.onnx_runtime import opened

POOL = """<ir_version: 8, opset_import: ["": 18]>
pool (float[1, 1, 4, 4] x) => (float[1, 1, 2, 2] y) <int64[8] pads = {0, 0, 0, 0, 0, 0, 1, 1}> {
  padded = Pad(x, pads) y = MaxPool <kernel_shape = [3, 3], strides = [2, 2]> (padded) }"""


def test_zeros_in_front_of_a_max_pool_take_part_in_it(tmp_path):
    path = tmp_path / "pool.onnx"
    onnx.save(onnx.parser.parse_model(POOL), path)
    found = opened(str(path))({"x": np.full((1, 1, 4, 4), -1, np.float32)})
    assert np.array_equal(found["y"][0, 0], [[-1, 0], [0, 0]])
