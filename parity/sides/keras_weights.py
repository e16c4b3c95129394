"""A user's own weights for a Keras model: Keras's own files, or safetensors named ``layer/tensor``."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import keras
from numpy.typing import NDArray

from parity.arrays import times
from parity.errors import UsageError, listed
from parity.recording import Arrays
from parity.sides.common import no_part, spare
from parity.sides.source import last_line

Facts = Mapping[str, tuple[tuple[int, ...], str]]
TRAINING = "optimizer/"


def load(model: keras.Model, path: str) -> None:
    """Give ``model`` the weights of a ``.weights.h5`` or ``.keras`` file, every one of them and no other.

    Keras itself takes a file that holds more than the model, so the two lists are compared first.

    Raises:
        UsageError: the file is damaged or was not written from such a model.
    """
    try:
        stored = _stored(path)
    except Exception as problem:
        raise UsageError(
            f"{path}: not readable as Keras weights: {last_line(problem)}", "write it with model.save_weights()"
        ) from problem
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.weights.h5"
        model.save_weights(own)
        expect(path, stored, _stored(str(own)))
    try:
        model.load_weights(path)
    except Exception as problem:
        raise UsageError(
            f"{path}: does not fit the model: {last_line(problem)}", "write it from this model"
        ) from problem


def read_tensors(path: str, own: Arrays) -> Arrays:
    """The tensors of a ``.safetensors`` file that has exactly the names, shapes and types of ``own``.

    Raises:
        UsageError: the file is damaged or holds other tensors.
    """
    stored = _tensors(path)
    expect(path, _facts(stored), _facts(own))
    return stored


def read_part(path: str, part: str, own: Arrays) -> tuple[Arrays, tuple[str, ...]]:
    """The weights below the path ``part``, from a file that was written from the whole network they come from.

    Args:
        path: a ``.weights.h5``, ``.keras`` or ``.safetensors`` file.
        part: path of the layers to fill, ``backbone`` for ``backbone.conv1`` and the rest.
        own: all weights of the model, each layer's in the order in which Keras stores them.

    Returns:
        the weights by their names in the model, and the names of the file's classifier, which are left out.

    Raises:
        UsageError: no such part, or the file does not fit it.
    """
    inside = {name.removeprefix(f"{part}."): array for name, array in own.items() if name.startswith(f"{part}.")}
    if not inside:
        raise no_part(part, own)
    stored = _tensors(path) if path.endswith(".safetensors") else _by_layer_name(path, list(inside))
    left_out = spare(stored, inside)
    fitting = {name: array for name, array in stored.items() if name not in left_out}
    expect(path, _facts(fitting), _facts(inside))
    return {f"{part}.{name}": array for name, array in fitting.items()}, left_out


def _tensors(path: str) -> Arrays:
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except Exception as problem:
        raise UsageError(
            f"{path}: not readable as safetensors: {last_line(problem)}", "write it with parity transfer"
        ) from problem


def _by_layer_name(path: str, own: list[str]) -> Arrays:
    """What Keras stores by class and number, by the layer names that it notes beside them.

    Args:
        path: of the file.
        own: ``layer/tensor`` of the model, which say what the numbered weights of a layer are called.
    """
    names: dict[str, list[str]] = {}
    for name in own:
        names.setdefault(name.partition("/")[0], []).append(name)
    stored: Arrays = {}

    def visit(place: str, node: Any) -> None:
        if not isinstance(node, h5py.Dataset) or place.startswith(TRAINING):
            return
        layer, index = str(node.parent.attrs["name"]), int(Path(place).name)
        called = dict(enumerate(names.get(layer, [])))
        stored[called.get(index, f"{layer}/{index}")] = node[()]

    try:
        with h5py.File(_hdf5(path), "r") as opened:
            opened.visititems(visit)
    except Exception as problem:
        raise UsageError(
            f"{path}: not readable as Keras weights: {last_line(problem)}", "write it with model.save_weights()"
        ) from problem
    return stored


def expect(path: str, stored: Facts, own: Facts) -> None:
    missing, unexpected = [name for name in own if name not in stored], [name for name in stored if name not in own]
    if missing or unexpected:
        dotted = unexpected and not any("/" in name for name in stored)
        raise UsageError(
            f"{path}: not the weights of this model: missing {listed(missing)}; unexpected {listed(unexpected)}",
            "it holds Torch tensors: --from torch" if dotted else "build the model that the file was written from",
        )
    for what, number in (("shapes", 0), ("types", 1)):
        apart = [
            f"{name} {_text(stored[name][number])}, expected {_text(fact[number])}"
            for name, fact in own.items()
            if stored[name][number] != fact[number]
        ]
        if apart:
            raise UsageError(
                f"{path}: {what} differ: {listed(apart)}", "build the model that the file was written from"
            )


def _text(fact: Any) -> str:
    return fact if isinstance(fact, str) else times(fact)


def _facts(arrays: Mapping[str, NDArray]) -> Facts:
    return {name: (tuple(array.shape), str(array.dtype)) for name, array in arrays.items()}


def _stored(path: str) -> Facts:
    """Every array of the file but those that only training needs."""
    found: dict[str, tuple[tuple[int, ...], str]] = {}
    with h5py.File(_hdf5(path), "r") as opened:
        opened.visititems(
            lambda name, node: (
                found.__setitem__(name, (node.shape, str(node.dtype))) if isinstance(node, h5py.Dataset) else None
            )
        )
    return {name: fact for name, fact in found.items() if not name.startswith(TRAINING)}


def _hdf5(path: str) -> Any:
    if not path.endswith(".keras"):
        return path
    with zipfile.ZipFile(path) as archive:
        return io.BytesIO(archive.read("model.weights.h5"))
