"""Weights of an ONNX file that go past its exporter, which copies them many times."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

BYTES_FOLLOW = 2
"""How protobuf marks a field of text, of bytes or of fields."""


def with_weights(graph: Any, weights: Mapping[str, NDArray], path: str, beside: bool) -> None:
    """Write ``graph``, with some of its inputs turned into weights; ``beside``: they stand in ``path`` + ``.data``."""
    others = [given for given in graph.graph.input if given.name not in weights]
    del graph.graph.input[:]
    graph.graph.input.extend(others)
    if beside:
        _write_beside(graph, weights, path)
    else:
        _write_within(graph, weights, path)


def _write_beside(graph: Any, weights: Mapping[str, NDArray], path: str) -> None:
    with open(f"{path}.data", "wb") as file:
        for name, array in weights.items():
            graph.graph.initializer.append(_elsewhere(name, array, Path(file.name).name, file.tell()))
            file.write(np.ascontiguousarray(array).data)
    Path(path).write_bytes(graph.SerializeToString())


def _elsewhere(name: str, array: NDArray, file: str, offset: int) -> onnx.TensorProto:
    """A tensor whose bytes stand in another file."""
    tensor = _without_bytes(name, array)
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", file), ("offset", offset), ("length", array.nbytes)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def _without_bytes(name: str, array: NDArray) -> onnx.TensorProto:
    return onnx.TensorProto(name=name, data_type=onnx.helper.np_dtype_to_tensor_dtype(array.dtype), dims=array.shape)


def _write_within(graph: Any, weights: Mapping[str, NDArray], path: str) -> None:
    """The bytes of weights go from their memory into the file, where protobuf copies them three times.

    In a message of protobuf fields stand in any order, each behind its number and length: the weights come last.
    """
    small = graph.graph.SerializeToString()
    tensors = [(_without_bytes(name, array).SerializeToString(), array) for name, array in weights.items()]
    heads = [
        (_field(onnx.GraphProto, "initializer", len(head) + len(end) + array.nbytes) + head + end, array)
        for head, array in tensors
        for end in [_field(onnx.TensorProto, "raw_data", array.nbytes)]
    ]
    size = len(small) + sum(len(head) + array.nbytes for head, array in heads)
    graph.ClearField("graph")
    with open(path, "wb") as file:
        file.write(graph.SerializeToString() + _field(onnx.ModelProto, "graph", size) + small)
        for head, array in heads:
            file.write(head)
            file.write(np.ascontiguousarray(array).data)


def _field(message: Any, name: str, size: int) -> bytes:
    """What stands in front of a field of some bytes."""
    return _number(message.DESCRIPTOR.fields_by_name[name].number << 3 | BYTES_FOLLOW) + _number(size)


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    low, high = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _number(high) if high else bytes([low])
