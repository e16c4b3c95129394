"""Operators in double precision for ``onnx.reference``, where its own are not exact.

``Erf`` of onnx 1.23.2 computes in float32 and its ``GRU`` mixes the gates (measured, see docs/upstream.md). ONNX stores
every float attribute in float32; the operators here read back the shortest decimal, which is what the author wrote.

rule: export-attribute-float32
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from onnx.external_data_helper import ExternalDataInfo
from onnx.helper import tensor_dtype_to_np_dtype
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from onnx.reference.ops import op_loop
from scipy import special

from parity.sides.common import replaced


class Erf(OpRun):
    """Error function."""

    op_domain = ""

    def _run(self, x: NDArray) -> tuple[NDArray, ...]:
        return (special.erf(x).astype(x.dtype),)


class LayerNormalization(OpRun):
    """Normalise over the axes from ``axis`` on."""

    op_domain = ""

    def _run(
        self, x: NDArray, scale: NDArray, bias: NDArray | None = None, axis: int = -1, epsilon: float = 1e-5, **_: Any
    ) -> tuple[NDArray, ...]:
        axes = tuple(range(axis % x.ndim, x.ndim))
        mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
        deviation = np.sqrt(variance + as_written(epsilon))
        shift = 0 if bias is None else bias
        return ((x - mean) / deviation * scale + shift).astype(x.dtype), mean, 1 / deviation


class BatchNormalization(OpRun):
    """Inference form: normalise axis 1 with stored statistics."""

    op_domain = ""

    def _run(
        self,
        x: NDArray,
        scale: NDArray,
        bias: NDArray,
        mean: NDArray,
        variance: NDArray,
        epsilon: float = 1e-5,
        training_mode: int = 0,
        **_: Any,
    ) -> tuple[NDArray, ...]:
        if training_mode:
            raise NotImplementedError("BatchNormalization in training mode")
        shape = (1, -1) + (1,) * (x.ndim - 2)
        factor = scale / np.sqrt(variance + as_written(epsilon))
        return ((x - mean.reshape(shape)) * factor.reshape(shape) + bias.reshape(shape),)


def as_written(attribute: float) -> float:
    """The shortest decimal that rounds to this float32."""
    return float(str(np.float32(attribute)))


SELU = (1.6732632423543772, 1.0507009873554805)
"""Alpha and scale (Klambauer et al., 2017), which no short decimal stands for."""


class Selu(OpRun):
    """scale * x above zero, scale * alpha * (exp(x) - 1) below."""

    op_domain = ""

    def _run(self, x: NDArray, alpha: float = SELU[0], gamma: float = SELU[1], **_: Any) -> tuple[NDArray, ...]:
        slope, scale = (
            exact if np.float32(exact) == np.float32(own) else as_written(own)
            for own, exact in zip((alpha, gamma), SELU, strict=True)
        )
        return (scale * np.where(x > 0, x, slope * np.expm1(np.minimum(x, 0))),)


class Elu(OpRun):
    """x above zero, alpha * (exp(x) - 1) below."""

    op_domain = ""

    def _run(self, x: NDArray, alpha: float = 1.0, **_: Any) -> tuple[NDArray, ...]:
        return (np.where(x > 0, x, as_written(alpha) * np.expm1(np.minimum(x, 0))),)


class LeakyRelu(OpRun):
    """x above zero, alpha * x below."""

    op_domain = ""

    def _run(self, x: NDArray, alpha: float = 0.01, **_: Any) -> tuple[NDArray, ...]:
        return (np.where(x > 0, x, as_written(alpha) * x),)


class HardSigmoid(OpRun):
    """alpha * x + beta, between zero and one; one sixth is no short decimal."""

    op_domain = ""

    def _run(self, x: NDArray, alpha: float = 0.2, beta: float = 0.5, **_: Any) -> tuple[NDArray, ...]:
        sixth = np.float32(alpha) == np.float32(1 / 6)
        return (np.clip((1 / 6 if sixth else as_written(alpha)) * x + as_written(beta), 0, 1),)


class HardSwish(OpRun):
    """x * max(0, min(1, x / 6 + 0.5))."""

    op_domain = ""

    def _run(self, x: NDArray, **_: Any) -> tuple[NDArray, ...]:
        return (x * np.clip(x / 6 + 0.5, 0, 1),)


class Conv(OpRun):
    """Convolution of any rank and any number of groups, as one matrix product per group."""

    op_domain = ""

    def _run(
        self,
        x: NDArray,
        w: NDArray,
        b: NDArray | None = None,
        auto_pad: str = "NOTSET",
        dilations: list[int] | None = None,
        group: int = 1,
        pads: list[int] | None = None,
        strides: list[int] | None = None,
        **_: Any,
    ) -> tuple[NDArray, ...]:
        rank = x.ndim - 2
        if auto_pad not in ("NOTSET", "VALID"):
            raise NotImplementedError(f"Conv with auto_pad={auto_pad}")
        pads, strides, dilations = pads or [0] * 2 * rank, strides or [1] * rank, dilations or [1] * rank
        padded = np.pad(x, [(0, 0), (0, 0), *zip(pads[:rank], pads[rank:], strict=True)])
        windows = _windows(padded, w.shape[2:], strides, dilations)  # N C *out *kernel
        batch, sizes = x.shape[0], windows.shape[2 : 2 + rank]
        places = batch * math.prod(sizes)
        columns = np.moveaxis(windows, 1, 1 + rank).reshape(places, group, -1).transpose(1, 0, 2)  # group place tap
        kernels = w.reshape(group, w.shape[0] // group, -1).transpose(0, 2, 1)  # group tap out
        product = np.matmul(columns, kernels).transpose(1, 0, 2)
        result = np.moveaxis(product.reshape(batch, *sizes, -1), -1, 1)
        return (result if b is None else result + b.reshape(1, -1, *([1] * rank)),)


def _windows(x: NDArray, kernel: tuple[int, ...], strides: list[int], dilations: list[int]) -> NDArray:
    spans = tuple((size - 1) * step + 1 for size, step in zip(kernel, dilations, strict=True))
    views = np.lib.stride_tricks.sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    places = tuple(slice(None, None, step) for step in strides)
    taps = tuple(slice(None, None, step) for step in dilations)
    return views[(slice(None), slice(None), *places, *taps)]


class GRU(OpRun):
    """Gated recurrent unit, gates z, r, h, one or two directions, default activations."""

    op_domain = ""

    def _run(
        self,
        x: NDArray,
        w: NDArray,
        r: NDArray,
        b: NDArray | None = None,
        lengths: NDArray | None = None,
        initial: NDArray | None = None,
        direction: str = "forward",
        hidden_size: int = 0,
        linear_before_reset: int = 0,
        layout: int = 0,
        **_: Any,
    ) -> tuple[NDArray, ...]:
        if layout or lengths is not None:
            raise NotImplementedError("GRU with layout 1 or sequence lengths")
        directions = []
        for index in range(w.shape[0]):
            backward = direction == "reverse" or index == 1
            bias = np.zeros(6 * hidden_size, x.dtype) if b is None else b[index]
            state = np.zeros((x.shape[1], hidden_size), x.dtype) if initial is None else initial[index]
            steps = _gru_steps(x[::-1] if backward else x, w[index], r[index], bias, state, linear_before_reset)
            directions.append(steps[::-1] if backward else steps)
        ends = [
            steps[0] if direction == "reverse" or index == 1 else steps[-1] for index, steps in enumerate(directions)
        ]
        return np.stack(directions, axis=1), np.stack(ends)


def _gru_steps(x: NDArray, w: NDArray, r: NDArray, bias: NDArray, state: NDArray, after: int) -> NDArray:
    wz, wr, wh = np.split(w, 3)
    rz, rr, rh = np.split(r, 3)
    bz, br, bh, cz, cr, ch = np.split(bias, 6)
    steps = []
    for step in x:
        update = special.expit(step @ wz.T + bz + state @ rz.T + cz)
        reset = special.expit(step @ wr.T + br + state @ rr.T + cr)
        recurrent = reset * (state @ rh.T + ch) if after else (reset * state) @ rh.T + ch
        candidate = np.tanh(step @ wh.T + bh + recurrent)
        state = (1 - update) * candidate + update * state
        steps.append(state)
    return np.stack(steps)


DOUBLE_OPS = [
    Conv,
    Erf,
    LayerNormalization,
    BatchNormalization,
    GRU,
    Selu,
    Elu,
    LeakyRelu,
    HardSigmoid,
    HardSwish,
]


class Loop(op_loop.Loop):
    """A loop whose values of all steps have an axis for the steps; that of onnx puts matrices one below the other.

    docs/upstream.md has ten lines.
    """

    op_domain = ""

    def _run(self, *args: Any, **options: Any) -> tuple[Any, ...]:
        steps: list[list[tuple[int, ...]]] = []
        body = self._run_body

        def run_body(*inputs: Any, **others: Any) -> Any:
            outputs = body(*inputs, **others)
            steps.append([np.shape(each) for each in outputs[len(outputs) - self.K :]])
            return outputs

        with replaced(self, "_run_body", run_body):
            outputs = super()._run(*args, **options)
        kept = zip(outputs[self.N :], steps[-1] if steps else (), strict=False)
        return (*outputs[: self.N], *(each.reshape(len(steps), *shape) for each, shape in kept))


REPAIRED: list[type[OpRun]] = [Loop]
"""Operators that ``onnx.reference`` computes wrongly, and ONNX Runtime as it should."""


class Evaluator(ReferenceEvaluator):
    """``onnx.reference`` that maps weights beside the file instead of reading them, and lets go of what it has used.

    Args:
        folder: of the file.
        options: of the original.
    """

    def __init__(self, proto: Any, folder: Path = Path(), **options: Any) -> None:
        self._folder = folder
        super().__init__(proto, **options)

    def retrieve_external_data(self, initializer: TensorProto) -> NDArray:
        info = ExternalDataInfo(initializer)
        kind = tensor_dtype_to_np_dtype(initializer.data_type)
        shape = tuple(initializer.dims)
        return np.memmap(self._folder / info.location, kind, "r", info.offset or 0, shape)

    def run(self, output_names: Any, feed_inputs: Any, *args: Any, **options: Any) -> Any:
        """The outputs; of a graph without graphs inside, no value is held longer than some node still reads it."""
        nodes = self.rt_nodes_
        if args or options or any(node.need_context() or node.has_linked_attribute for node in nodes):
            return super().run(output_names, feed_inputs, *args, **options)
        wanted = self.output_names if output_names is None else output_names
        last = {name: number for number, node in enumerate(nodes) for name in node.input if name not in wanted}
        results = {"": None, **self.rt_inits_, **feed_inputs}
        for number, node in enumerate(nodes):
            outputs = node.run(*(results[name] for name in node.input))
            results.update(zip(node.output, outputs, strict=False))
            for name in {*node.input} - {""}:
                if last.get(name) == number:
                    del results[name]
        return [results[name] for name in wanted]
