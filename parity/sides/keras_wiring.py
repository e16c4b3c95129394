"""Which layers feed which, read from the graph of a functional Keras model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras

Wires = dict[tuple[str, int], tuple[tuple[str, ...], ...]]


def wiring(model: keras.Model, common: Iterable[str]) -> Wires:
    """For each call (path, number) the nearest upstream layers of every input tensor.

    Operations that are no layer, and layers not in ``common``, are looked through. A model that is
    not functional has no graph to read: the result is empty.
    """
    if not isinstance(model, keras.Model) or not hasattr(model, "_nodes_by_depth"):
        return {}
    known = frozenset(common)
    wires: Wires = {}
    for layer in model.layers:
        if layer.name not in known:
            continue
        for number, node in enumerate(_nodes_of(layer, model)):
            wires[layer.name, number] = tuple(
                tuple(sorted(_upstream(tensor, known, {}))) for tensor in node.input_tensors
            )
    return wires


def _nodes_of(layer: Any, model: keras.Model) -> list[Any]:
    inside = {id(node) for nodes in model._nodes_by_depth.values() for node in nodes}
    return [node for node in layer._inbound_nodes if id(node) in inside]


def _upstream(tensor: Any, known: frozenset[str], seen: dict[int, frozenset[str]]) -> frozenset[str]:
    if id(tensor) in seen:
        return seen[id(tensor)]
    history = tensor._keras_history
    operation = history.operation
    if isinstance(operation, keras.layers.InputLayer):
        found = frozenset({f"input:{operation.name}"})
    elif operation.name in known and isinstance(operation, keras.layers.Layer):
        found = frozenset({operation.name})
    else:
        node = operation._inbound_nodes[history.node_index]
        found = frozenset().union(*(_upstream(t, known, seen) for t in node.input_tensors))
    seen[id(tensor)] = found
    return found
