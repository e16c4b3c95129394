"""Loops of ONNX in the reference evaluator: the values of all steps have an axis for the steps."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from parity.double_ops import REPAIRED, Evaluator


def loop(shape):
    sizes = ", ".join(map(str, shape))
    kind = f"double[{sizes}]" if shape else "double"
    return onnx.parser.parse_model(
        f"""<ir_version: 8, opset_import: ["": 18]>
        loop (int64 count, bool go, {kind} x) => ({kind} last, double[{", ".join(["steps", *map(str, shape)])}] y) {{
          last, y = Loop <body = step (int64 n, bool c, {kind} v) => (bool d, {kind} w, {kind} out) {{
            d = Identity(c) w = Add(v, v) out = Identity(w) }}> (count, go, x) }}"""
    )


@pytest.mark.parametrize("shape", [(), (3,), (2, 2), (2, 3, 4)])
def test_every_step_has_a_place_of_its_own(shape):
    x = np.random.default_rng(0).normal(size=shape)
    feeds = {"count": np.array(3), "go": np.array(True), "x": x}
    last, steps = Evaluator(loop(shape), new_ops=REPAIRED).run(None, feeds)
    assert np.array_equal(last, 8 * x)
    assert np.array_equal(steps, np.stack([2 * x, 4 * x, 8 * x]))


def test_the_reference_evaluator_itself_still_puts_them_below_one_another():
    """When this fails, ``REPAIRED`` and its place in docs/upstream.md can go."""
    feeds = {"count": np.array(3), "go": np.array(True), "x": np.eye(2)}
    assert ReferenceEvaluator(loop((2, 2))).run(None, feeds)[1].shape == (6, 2)
