"""Write a Keras model to a file of another runtime, and run such a file without its source."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from parity.errors import UsageError
from parity.recording import Arrays
from parity.sides import keras_state
from parity.sides.common import LARGE, by_name
from parity.sides.keras_calling import call

ONNX_OPSET = 18
WORTH_A_PLACE = 1 << 14
"""Elements from which a weight of a large model is kept out of its graph."""


def _signature(model: keras.Model, inputs: Arrays) -> list[tf.TensorSpec]:
    """One specification per input: free batch, every other axis as in ``inputs``."""
    floats = keras.config.floatx()
    return [
        tf.TensorSpec(
            (None, *array.shape[1:]), floats if np.issubdtype(array.dtype, np.floating) else array.dtype, name
        )
        for name, array in inputs.items()
    ]


def _function(model: keras.Model, inputs: Arrays, autograph: bool = True) -> Any:
    names = list(inputs)

    @tf.function(input_signature=_signature(model, inputs), autograph=autograph)
    def serve(*tensors: Any) -> dict[str, Any]:
        return by_name(call(model, dict(zip(names, tensors, strict=True)), False))

    return serve


def export_onnx(model: keras.Model, path: str, inputs: Arrays) -> dict[str, Any]:
    """One file, opset 18, free batch axis; axes stay channels last."""
    from parity.sides.keras_onnx import repaired, without_detours

    def convert(autograph: bool) -> dict[str, Any]:
        return _converted(_function(model, inputs, autograph), output_path=path)[1]

    try:
        with repaired(), without_detours(model.count_params() > LARGE):
            return convert(autograph=False)  # which only branches on tensors in Python need
    except Exception:
        with repaired():
            return convert(autograph=True)


def export_onnx_quickly(model: keras.Model, path: str, inputs: Arrays, beside: bool = False) -> dict[str, Any]:
    """The same function; the weights of a large model go past TensorFlow's optimizer of graphs.

    That one would fold norms into kernels, and copies every weight for each of its passes.

    Args:
        beside: the large weights go into a second file.
    """
    if model.count_params() < LARGE:
        return export_onnx(model, path, inputs)
    from parity.sides.keras_onnx import repaired, without_detours
    from parity.sides.onnx_weights import with_weights

    large = {f"weight_{n}": v for n, v in enumerate(model.variables) if math.prod(v.shape) > WORTH_A_PLACE}
    try:
        with repaired(), without_detours(False):
            graph, facts = _converted(_with_given(model, inputs, large))
            with_weights(graph, {name: keras_state.held(variable) for name, variable in large.items()}, path, beside)
            return facts
    except Exception:
        return export_onnx(model, path, inputs)


def _with_given(model: keras.Model, inputs: Arrays, given: Mapping[str, Any]) -> Any:
    """A function of the inputs and of some of the weights."""
    weights = [tf.TensorSpec(variable.shape, variable.dtype, name) for name, variable in given.items()]

    @tf.function(input_signature=[*_signature(model, inputs), *weights], autograph=False)
    def serve(*tensors: Any) -> dict[str, Any]:
        values = tensors[len(inputs) :]
        with keras.StatelessScope(state_mapping=list(zip(given.values(), values, strict=True))):
            return by_name(call(model, dict(zip(inputs, tensors, strict=False)), False))

    return serve


def _converted(function: Any, **options: Any) -> tuple[Any, dict[str, Any]]:
    """The ONNX model of a function, and what is told of it."""
    import tf2onnx

    from parity.sides.keras_onnx import HANDLERS

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    logging.getLogger().setLevel(logging.ERROR)
    graph, _ = tf2onnx.convert.from_function(
        function,
        input_signature=function.input_signature,
        opset=ONNX_OPSET,
        custom_op_handlers=HANDLERS,
        **options,
    )
    return graph, {"exporter": f"tf2onnx {tf2onnx.__version__}", "channels_first": []}


def export_savedmodel(model: keras.Model, path: str, inputs: Arrays) -> dict[str, Any]:
    """A SavedModel folder whose serving signature takes the inputs by name.

    Only the variables are attached: attaching the model would trace it again with every axis free.
    """
    function = _function(model, inputs)
    module = tf.Module()
    module.stored = [variable.value for variable in model.variables]
    module.serve = function
    tf.saved_model.save(module, path, signatures={"serving_default": function.get_concrete_function()})
    return {"exporter": f"tensorflow {tf.__version__}", "channels_first": []}


def run_savedmodel(path: str, inputs: Arrays) -> Arrays:
    """Load with TensorFlow's own loader and call the serving signature."""
    if not (Path(path) / "saved_model.pb").is_file():
        raise UsageError(f"{path}: no SavedModel here, expected a folder with saved_model.pb")
    served = tf.saved_model.load(path).signatures["serving_default"]
    outputs = served(**{name: tf.convert_to_tensor(array) for name, array in inputs.items()})
    return {name: np.asarray(tensor) for name, tensor in outputs.items()}


Exporter = Callable[[keras.Model, str, Arrays], dict[str, Any]]
EXPORTERS: Mapping[str, Exporter] = {
    "onnx": export_onnx,
    "onnx-quickly": export_onnx_quickly,
    "onnx-beside": partial(export_onnx_quickly, beside=True),
    "savedmodel": export_savedmodel,
}
RUNNERS: Mapping[str, Callable[[str, Arrays], Arrays]] = {"savedmodel": run_savedmodel}
