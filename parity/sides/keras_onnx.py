"""tf2onnx without its detours and with the operations that it lacks: the same file in a fraction of the time.

A network's weights are large and its graph is small. tf2onnx copies the weights along with the graph: before each of
its passes for a rollback, after each of them into the nodes of the file, and while freezing into a function that nobody
calls; and it counts all nodes before and after each pass, for its log. Each detour is left out by a context manager
that puts the original back.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import tensorflow as tf
from tf2onnx import graph, tf_loader, utils
from tf2onnx.optimizer.optimizer_base import GraphOptimizerBase
from tf2onnx.optimizer.transpose_optimizer import TransposeOptimizer

from parity.sides.common import replaced

Handlers = Mapping[str, tuple[Callable[..., None], list[Any]]]
CATCH_ERRORS = "TF2ONNX_CATCH_ERRORS"


@contextmanager
def repaired() -> Iterator[None]:
    """Conversions that tf2onnx alone refuses, or gets wrong: docs/upstream.md has them.

    Functions in the graph are inlined: one that is compiled with XLA, such as a grouped convolution, has no ONNX form.
    """
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        with (
            replaced(TransposeOptimizer, "post_optimize_action", _as_it_is),
            replaced(tf_loader, "from_function", _without_captures(tf_loader.from_function)),
        ):
            yield
    finally:
        tf.config.run_functions_eagerly(before)


def _as_it_is(optimizer: TransposeOptimizer) -> None:
    """Transpositions of images of one pixel stay: tf2onnx reshapes instead, by shapes that hold no longer."""


def _without_captures(convert: Callable[..., Any]) -> Callable[..., Any]:
    """A tensor that the code of a layer holds is a constant; tf2onnx counts it among the inputs."""

    def converted(function: Any, input_names: list[str], *args: Any, **options: Any) -> Any:
        captured = {inside.name for _, inside in function.graph.captures}
        input_names[:] = [name for name in input_names if name not in captured]
        return convert(function, input_names, *args, **options)

    return converted


def _erfc(context: Any, node: Any, name: str, arguments: Any) -> None:
    """1 - erf(x): the exact GELU of TensorFlow."""
    one, erf = _one_and(context, node, "Erf")
    _becomes_difference(context, node, one, erf)


def _expm1(context: Any, node: Any, name: str, arguments: Any) -> None:
    """exp(x) - 1: CELU."""
    one, power = _one_and(context, node, "Exp")
    _becomes_difference(context, node, power, one)


def _log1p(context: Any, node: Any, name: str, arguments: Any) -> None:
    """log(1 + x): ``logaddexp`` of Keras."""
    one = context.make_const(utils.make_name("one"), np.array(1, _dtype(context, node)))
    shape, dtype = context.get_shape(node.output[0]), context.get_dtype(node.output[0])
    more = context.make_node("Add", [node.input[0], one.output[0]], shapes=[shape], dtypes=[dtype])
    result = node.output[0]
    context.remove_node(node.name)
    context.make_node("Log", [more.output[0]], name=node.name, outputs=[result], shapes=[shape], dtypes=[dtype])


def _one_and(context: Any, node: Any, operator: str) -> tuple[str, str]:
    """The number one, and ``operator`` of what the node is given."""
    shape, dtype = context.get_shape(node.output[0]), context.get_dtype(node.output[0])
    one = context.make_const(utils.make_name("one"), np.array(1, _dtype(context, node)))
    return one.output[0], context.make_node(operator, node.input, shapes=[shape], dtypes=[dtype]).output[0]


def _dtype(context: Any, node: Any) -> Any:
    return utils.map_onnx_to_numpy_type(context.get_dtype(node.output[0]))


def _becomes_difference(context: Any, node: Any, first: str, second: str) -> None:
    result = node.output[0]
    shape, dtype = context.get_shape(result), context.get_dtype(result)
    context.remove_node(node.name)
    context.make_node("Sub", [first, second], name=node.name, outputs=[result], shapes=[shape], dtypes=[dtype])


HANDLERS: Handlers = {"Erfc": (_erfc, []), "Expm1": (_expm1, []), "Log1p": (_log1p, [])}
"""By TensorFlow's name, what tf2onnx does not know."""


@contextmanager
def without_detours(large: bool) -> Iterator[None]:
    """All of them; a conversion that fails is worth a second try without.

    Args:
        large: free the discarded graphs after every pass: they hold each other and all weights.
    """
    with ExitStack() as stack:
        stack.enter_context(_without_graph_copies())
        stack.enter_context(replaced(tf_loader, "convert_variables_to_constants_v2", _Frozen))
        stack.enter_context(replaced(graph.Node, "update_proto", _written_once(graph.Node.update_proto)))
        stack.enter_context(replaced(GraphOptimizerBase, "optimize", _passed))
        if large:
            stack.enter_context(_collecting())
        yield


class _Frozen:
    """A frozen graph where tf2onnx expects a function with that graph."""

    def __init__(self, function: Any, **options: Any) -> None:
        self._definition = tf_loader.convert_variables_to_constants_large_model(function)

    @property
    def graph(self) -> _Frozen:
        return self

    def as_graph_def(self, add_shapes: bool = False) -> Any:
        return self._definition


def _written_once(write: Any) -> Any:
    """A constant that stands in its node already is not copied there again."""

    def update(node: Any, external_tensor_storage: Any = None) -> None:
        if external_tensor_storage is not None or not node.is_const():
            write(node, external_tensor_storage)
            return
        value = node._attr.get("value")
        if getattr(node, "_value_written", None) is not value or not node._op.attribute:
            write(node, external_tensor_storage)
            node._value_written = value

    return update


def _passed(optimizer: Any, graph: Any, iteration: int) -> Any:
    """One pass. The nodes of the file are written when all are done, and nobody reads the log."""
    optimizer.opt_iteration = iteration
    graph = optimizer._optimize(graph)
    graph.delete_unused_nodes(graph.outputs)
    return graph


@contextmanager
def _collecting() -> Iterator[None]:
    """What was there before is left out of the search: the frameworks' own objects are a hundred times as many."""
    original = GraphOptimizerBase.optimize

    def optimize(self: Any, graph: Any, iteration: int) -> Any:
        try:
            return original(self, graph, iteration)
        finally:
            gc.collect()

    gc.freeze()
    try:
        with replaced(GraphOptimizerBase, "optimize", optimize):
            yield
    finally:
        gc.unfreeze()


@contextmanager
def _without_graph_copies() -> Iterator[None]:
    """Keep tf2onnx from copying the whole graph before each of its passes: half of its time, for a rollback."""
    before = os.environ.get(CATCH_ERRORS)
    os.environ[CATCH_ERRORS] = "FALSE"
    try:
        yield
    finally:
        del os.environ[CATCH_ERRORS]
        if before is not None:
            os.environ[CATCH_ERRORS] = before
