"""Weights that go into a file past protobuf: the file is as valid as one that protobuf writes."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from parity.sides.onnx_weights import with_weights


def product(rows, columns, kind):
    """``x @ weight + bias`` with both as inputs, and a constant that the graph has itself."""
    inputs = [
        helper.make_tensor_value_info(name, kind, shape)
        for name, shape in (("x", ("batch", rows)), ("weight", (rows, columns)), ("bias", (columns,)))
    ]
    nodes = [
        helper.make_node("MatMul", ["x", "weight"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum"]),
        helper.make_node("Mul", ["sum", "two"], ["y"]),
    ]
    output = helper.make_tensor_value_info("y", kind, ("batch", columns))
    graph = helper.make_graph(nodes, "product", inputs, [output], [helper.make_tensor("two", kind, (), [2.0])])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (4, 8), (60, 70), (300, 200)])
@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.DOUBLE])
def test_the_file_is_valid_and_computes_with_the_weights(tmp_path, beside, rows, columns, kind):
    dtype, path = helper.tensor_dtype_to_np_dtype(kind), str(tmp_path / "model.onnx")
    rng = np.random.default_rng(0)
    weights = {
        "weight": rng.normal(size=(columns, rows)).astype(dtype).T,
        "bias": rng.normal(size=columns).astype(dtype),
    }
    with_weights(product(rows, columns, kind), weights, path, beside)
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path)
    assert [given.name for given in model.graph.input] == ["x"]
    assert [node.op_type for node in model.graph.node] == ["MatMul", "Add", "Mul"]
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for name, array in weights.items():
        assert stored[name].dtype == dtype
        assert np.array_equal(stored[name], array)
    x = rng.normal(size=(2, rows)).astype(dtype)
    expected = (x @ weights["weight"] + weights["bias"]) * 2
    found = ReferenceEvaluator(model).run(None, {"x": x})[0]
    assert np.abs(found - expected).max() <= 8 * np.finfo(dtype).eps * np.abs(expected).max()
    assert model.opset_import[0].version == 18
