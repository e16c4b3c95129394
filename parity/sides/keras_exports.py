"""Write a Keras model to a file of another runtime, and run such a file without its source."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from parity.errors import UsageError
from parity.recording import Arrays

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


def _function(model: keras.Model, inputs: Arrays) -> Any:
    from parity.sides.keras_side import call, output_tensors

    names = list(inputs)

    @tf.function(input_signature=_signature(model, inputs))
    def serve(*tensors: Any) -> dict[str, Any]:
        return output_tensors(call(model, dict(zip(names, tensors, strict=True)), False))

    return serve


def export_onnx(model: keras.Model, path: str, inputs: Arrays) -> dict[str, Any]:
    """One file, opset 18, free batch axis; axes stay channels last."""
    import tf2onnx

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    logging.getLogger().setLevel(logging.ERROR)
    function = _function(model, inputs)

    def convert() -> None:
        tf2onnx.convert.from_function(
            function, input_signature=function.input_signature, opset=ONNX_OPSET, output_path=path
        )

    try:
        with _without_graph_copies(), _collecting(model.count_params() > LARGE):
            convert()
    except Exception:
        convert()
    return {"exporter": f"tf2onnx {tf2onnx.__version__}", "channels_first": []}


@contextmanager
def _collecting(large: bool) -> Iterator[None]:
    """Free a large model's discarded graphs after every pass of tf2onnx: they hold each other and all weights."""
    from tf2onnx.optimizer.optimizer_base import GraphOptimizerBase

    original = GraphOptimizerBase.optimize

    def optimize(self: Any, graph: Any, iteration: int) -> Any:
        try:
            return original(self, graph, iteration)
        finally:
            gc.collect()

    if large:
        GraphOptimizerBase.optimize = optimize
    try:
        yield
    finally:
        GraphOptimizerBase.optimize = original


@contextmanager
def _without_graph_copies() -> Iterator[None]:
    """Keep tf2onnx from copying the whole graph before each of its passes: half of its time, for a rollback."""
    switch = "TF2ONNX_CATCH_ERRORS"
    before = os.environ.get(switch)
    os.environ[switch] = "FALSE"
    try:
        yield
    finally:
        del os.environ[switch]
        if before is not None:
            os.environ[switch] = before


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
