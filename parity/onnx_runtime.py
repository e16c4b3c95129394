"""Check ONNX files and run them without the framework that wrote them."""

from __future__ import annotations

import importlib
import mmap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from parity.recording import Arrays

OPSET = 18
WRONG_FUSIONS = ["Pad_Fusion"]
"""Of ONNX Runtime; rule: export-pad-fusion."""
WHOLE = {"tensor(int32)": np.int32, "tensor(int64)": np.int64}
"""Token numbers are 32 bits wide in Keras and 64 in Torch; a file takes those of its source."""


@dataclass(frozen=True)
class FileFacts:
    """What an ONNX file says of itself."""

    opset: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    dynamic_batch: bool
    single_file: bool


def import_libraries() -> None:
    """What the functions below import when they are first called: a second."""
    for name in ("onnx.checker", "onnx.reference", "onnxruntime", "parity.double_ops"):
        importlib.import_module(name)


def read(path: str) -> FileFacts:
    """Run the full checker and read the names.

    Raises:
        onnx.checker.ValidationError: the file is not valid ONNX.
    """
    import onnx

    onnx.checker.check_model(path, full_check=True)
    model = _loaded(path)
    return FileFacts(
        opset=max(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")),
        inputs=tuple(value.name for value in model.graph.input),
        outputs=tuple(value.name for value in model.graph.output),
        dynamic_batch=all(_free_first_axis(value) for value in model.graph.input),
        single_file=not any(tensor.external_data for tensor in model.graph.initializer),
    )


def _loaded(path: str) -> Any:
    """The model, without a second copy of its bytes."""
    import onnx

    with (
        open(path, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as content,
    ):
        return onnx.ModelProto.FromString(content)


def _free_first_axis(value: Any) -> bool:
    axes = value.type.tensor_type.shape.dim
    return bool(axes) and not axes[0].HasField("dim_value")


def opened(path: str, optimise: bool = True) -> Callable[[Arrays], Arrays]:
    """A function that runs the file with ONNX Runtime on the CPU, one thread."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    if not optimise:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    given = {"providers": ["CPUExecutionProvider"], "disabled_optimizers": WRONG_FUSIONS}
    session = onnxruntime.InferenceSession(path, options, **given)
    names = [output.name for output in session.get_outputs()]
    whole = {each.name: WHOLE[each.type] for each in session.get_inputs() if each.type in WHOLE}

    def run(feeds: Arrays) -> Arrays:
        typed = {name: array.astype(whole.get(name, array.dtype)) for name, array in feeds.items()}
        return dict(zip(names, session.run(names, typed), strict=True))

    return run


class DoubleFile:
    """A float64 file: what it holds, and its outputs by an evaluator that has every operator in double precision.

    It is read once: of a large model it has twice the bytes of what a user gets.
    """

    def __init__(self, path: str) -> None:
        self._path, self._model = path, _loaded(path)

    @cached_property
    def operators(self) -> set[str]:
        """Names of the operators in the main graph."""
        return {node.op_type for node in self._model.graph.node}

    @cached_property
    def holds_single(self) -> bool:
        """Is something of it float32: a cast, or a number of an operator, which ONNX has in float32 alone?"""
        return any(
            _is_rounded(attribute) or (node.op_type == "Cast" and attribute.name == "to" and attribute.i == 1)
            for node in self._model.graph.node
            for attribute in node.attribute
        )

    def run(self, feeds: Arrays) -> tuple[Arrays | None, str]:
        """The outputs (``None`` if no evaluator can) and the evaluator's name, or why there is none.

        ONNX Runtime comes first, unless the file holds an operator that only ours computes exactly; its fusions are
        off, since they put double constants into float32 attributes.
        """
        from parity.double_ops import DOUBLE_OPS

        evaluators = [self._with_kernels, self._with_reference]
        if self.operators & {operator.__name__ for operator in DOUBLE_OPS}:
            evaluators.reverse()
        refusals = []
        for evaluate in evaluators:
            try:
                return evaluate(feeds)
            except Exception as problem:
                refusals.append(f"{evaluate.__name__.removeprefix('_with_')}: {str(problem).splitlines()[0][:120]}")
        return None, f"none: {'; '.join(refusals)}"

    def _with_kernels(self, feeds: Arrays) -> tuple[Arrays, str]:
        import onnxruntime

        return opened(self._path, optimise=False)(feeds), f"onnxruntime {onnxruntime.__version__} (double)"

    def _with_reference(self, feeds: Arrays) -> tuple[Arrays, str]:
        import onnx

        from parity.double_ops import DOUBLE_OPS, REPAIRED, Evaluator

        evaluator = Evaluator(self._model, folder=Path(self._path).parent, new_ops=[*DOUBLE_OPS, *REPAIRED])
        outputs = evaluator.run(None, feeds)
        named = {name: np.asarray(array) for name, array in zip(evaluator.output_names, outputs, strict=True)}
        return named, f"onnx.reference {onnx.__version__}"


def _is_rounded(attribute: Any) -> bool:
    """A number that float32 does not hold exactly, such as an epsilon: any that is no small multiple of 2 ** -20."""
    numbers = [attribute.f] if attribute.type == attribute.FLOAT else attribute.floats
    return any(not float(number * 2**20).is_integer() for number in numbers)


def file_size(path: str) -> int:
    return Path(path).stat().st_size
