"""Write a Torch module to a file of another runtime, and run such a file without its source."""

from __future__ import annotations

import inspect
import io
import logging
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from parity.errors import UsageError
from parity.recording import Arrays
from parity.sides.common import LARGE
from parity.sides.torch_state import held

ONNX_OPSET = 18
Tensors = dict[str, torch.Tensor]
Exporter = Callable[[nn.Module, str, Tensors, list[str]], dict[str, Any]]


def export_onnx(model: nn.Module, path: str, inputs: Tensors, outputs: list[str]) -> dict[str, Any]:
    """One file, opset 18, free batch axis; images stay channels first.

    Written by the modern exporter, but for recurrent layers: there it takes forty times as long, and unrolls a vanilla
    RNN to the length of the example.
    """
    recurrent = any(isinstance(module, nn.RNNBase) for module in model.modules())
    return _first_that_works([_with_torchscript] if recurrent else [_with_dynamo], model, path, inputs, outputs)


def export_onnx_quickly(
    model: nn.Module, path: str, inputs: Tensors, outputs: list[str], beside: bool = False
) -> dict[str, Any]:
    """The same by the TorchScript-based exporter, ten to fifty times as fast; by the modern one where that fails.

    The modern one also writes the Python numbers of a float64 graph in float32.  rule: export-python-scalar

    Args:
        beside: the weights of a large model go into a second file.
    """
    ways: list[Exporter] = [partial(_past_the_exporter, beside=beside), _with_torchscript, _with_dynamo]
    return _first_that_works(ways if _is_large(model) else ways[1:], model, path, inputs, outputs)


def _is_large(model: nn.Module) -> bool:
    return sum(tensor.numel() for tensor in model.state_dict().values()) > LARGE


def _first_that_works(
    exporters: list[Exporter], model: nn.Module, path: str, inputs: Tensors, outputs: list[str]
) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for exporter in exporters[:-1]:
            with suppress(Exception):
                return exporter(model, path, inputs, outputs)
        return exporters[-1](model, path, inputs, outputs)


def _past_the_exporter(
    model: nn.Module, path: str, inputs: Tensors, outputs: list[str], beside: bool
) -> dict[str, Any]:
    """The exporter folds no norms into kernels and is given no weights, of which it makes several copies.

    Raises:
        KeyError: what it wants is not in the model.
    """
    import onnx

    from parity.sides.onnx_weights import with_weights

    buffer = io.BytesIO()
    as_it_is = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
    facts = _with_torchscript(model, buffer, inputs, outputs, export_params=False, **as_it_is)
    graph = onnx.load_model_from_string(buffer.getvalue())
    given = [value.name for value in graph.graph.input if value.name not in inputs]
    stored = model.state_dict(keep_vars=True)
    with_weights(graph, {name: held(stored[name]) for name in given}, path, beside)
    return facts


def _with_torchscript(
    model: nn.Module, path: str | io.BytesIO, inputs: Tensors, outputs: list[str], **options: Any
) -> dict[str, Any]:
    axes = {name: {0: "batch"} for name in [*inputs, *outputs]}
    torch.onnx.export(
        model,
        tuple(inputs.values()),
        path,
        dynamo=False,
        opset_version=ONNX_OPSET,
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes=axes,
        **options,
    )
    return {"exporter": f"torch {torch.__version__} torchscript"}


def _with_dynamo(model: nn.Module, path: str, inputs: Tensors, outputs: list[str]) -> dict[str, Any]:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    batch = torch.export.Dim("batch")
    torch.onnx.export(
        model,
        tuple(inputs.values()),
        path,
        dynamo=True,
        opset_version=ONNX_OPSET,
        input_names=list(inputs),
        output_names=outputs,
        external_data=False,
        verbose=False,
        dynamic_shapes=_free_batch(model, inputs, batch),
    )
    return {"exporter": f"torch {torch.__version__} dynamo", "single_numbers": True}


def _free_batch(model: nn.Module, inputs: Tensors, batch: Any) -> Any:
    """The first axis of every input; a ``forward`` that takes whatever comes has them in one tuple."""
    axes = tuple({0: batch} for _ in inputs)
    taken = inspect.signature(model.forward).parameters.values()
    return (axes,) if any(each.kind is each.VAR_POSITIONAL for each in taken) else axes


def export_traced(model: nn.Module, path: str, inputs: Tensors, outputs: list[str]) -> dict[str, Any]:
    """TorchScript by tracing one example."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(model, tuple(inputs.values()), strict=False), path)
    return {"exporter": f"torch {torch.__version__} jit.trace"}


def export_scripted(model: nn.Module, path: str, inputs: Tensors, outputs: list[str]) -> dict[str, Any]:
    """TorchScript by compiling the source of ``forward``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(model), path)
    return {"exporter": f"torch {torch.__version__} jit.script"}


def run_torchscript(path: str, inputs: Arrays) -> Arrays:
    """Load with ``torch.jit.load`` and run on native inputs, given by name in the order of ``forward``."""
    if not Path(path).is_file():
        raise UsageError(f"{path}: no such TorchScript file")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        outputs = torch.jit.load(path)(*(torch.from_numpy(np.array(array)) for array in inputs.values()))
    named = outputs if isinstance(outputs, Mapping) else {"output": outputs}
    return {name: tensor.numpy() for name, tensor in named.items()}


EXPORTERS: Mapping[str, Exporter] = {
    "onnx": export_onnx,
    "onnx-quickly": export_onnx_quickly,
    "onnx-beside": partial(export_onnx_quickly, beside=True),
    "torchscript-trace": export_traced,
    "torchscript-script": export_scripted,
}
RUNNERS: Mapping[str, Callable[[str, Arrays], Arrays]] = {
    "torchscript-trace": run_torchscript,
    "torchscript-script": run_torchscript,
}
