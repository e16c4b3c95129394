"""What evaluates float64 files holds no value any longer than it is read."""

import tracemalloc

import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from parity.double_ops import Evaluator

LENGTH, VALUES = 30, 1 << 17


def test_a_long_chain_takes_no_more_memory_than_a_few_values():
    model, x = chain(), np.ones(VALUES)
    assert peak(Evaluator(model), x) < 5 * x.nbytes < peak(ReferenceEvaluator(model), x)


def test_values_that_are_read_twice_or_wanted_are_still_there():
    model, x = chain(), np.arange(4.0)
    ours, theirs = (evaluator(model).run(None, {"v0": x}) for evaluator in (Evaluator, ReferenceEvaluator))
    assert len(ours) == 3
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


def chain():
    """Sums of a value with itself and the first one; an inner value is an output, too."""
    nodes = [helper.make_node("Add", [f"v{n}", f"v{n}"], [f"v{n + 1}"]) for n in range(LENGTH)]
    nodes.append(helper.make_node("Add", [f"v{LENGTH}", "v0"], ["last"]))
    value = {
        name: helper.make_tensor_value_info(name, TensorProto.DOUBLE, [None]) for name in ("v0", "v3", "v5", "last")
    }
    outputs = [value["last"], value["v3"], value["v5"]]
    return helper.make_model(helper.make_graph(nodes, "chain", [value["v0"]], outputs))


def peak(evaluator, x):
    tracemalloc.start()
    try:
        evaluator.run(["last"], {"v0": x})
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
