"""Write a Keras model to a file of another runtime, and run such a file without its source."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from parity.errors import UsageError
from parity.recording import Arrays
from parity.sides.common import by_name
from parity.sides.keras_calling import call

ONNX_OPSET = 18
LARGE = 5_000_000


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
    import tf2onnx

    from parity.sides.keras_onnx import HANDLERS, repaired, without_detours

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    logging.getLogger().setLevel(logging.ERROR)

    def convert(autograph: bool) -> None:
        function = _function(model, inputs, autograph)
        tf2onnx.convert.from_function(
            function,
            input_signature=function.input_signature,
            opset=ONNX_OPSET,
            custom_op_handlers=HANDLERS,
            output_path=path,
        )

    try:
        with repaired(), without_detours(model.count_params() > LARGE):
            convert(autograph=False)  # which only branches on tensors in Python need
    except Exception:
        with repaired():
            convert(autograph=True)
    return {"exporter": f"tf2onnx {tf2onnx.__version__}", "channels_first": []}


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
EXPORTERS: Mapping[str, Exporter] = {"onnx": export_onnx, "savedmodel": export_savedmodel}
RUNNERS: Mapping[str, Callable[[str, Arrays], Arrays]] = {"savedmodel": run_savedmodel}
