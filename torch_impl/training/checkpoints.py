"""Whole training states in files: each is there whole or not at all, and known by its SHA-256."""

import hashlib
import io
import json
import os
import secrets
from pathlib import Path

import numpy as np
import torch

SCHEMA = "checkpoints/1"
MANIFEST = "manifest.json"


class DamagedCheckpoint(ValueError):
    """A checkpoint is missing, or not the one that was written."""


class Checkpoints:
    """States by name (``last``, ``best``) in a folder; ``manifest.json`` says which file each one is.

    A state is written to a new file, then the manifest is replaced, then the old file goes: a kill at any moment leaves
    the states of before or those of after.

    Args:
        folder: is made by the first ``save``.
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def save(self, state, names=("last",)):
        """Make ``state``, nested dicts and lists of arrays and plain values, the one of these names."""
        self.folder.mkdir(parents=True, exist_ok=True)
        data = packed(state)
        digest = hashlib.sha256(data).hexdigest()
        entry = {"file": f"{digest[:16]}.npz", "bytes": len(data), "sha256": digest}
        entries = {**self.entries(), **dict.fromkeys(names, entry)}
        write(self.folder / entry["file"], data)
        manifest = {"schema": SCHEMA, "states": entries}
        write(self.folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
        self.sweep({entry["file"] for entry in entries.values()})

    def load(self, name="last"):
        """Return the state of that name.

        Raises:
            DamagedCheckpoint: there is none, or its file is not the one of the manifest.
        """
        entry = self.entries().get(name)
        if entry is None:
            raise DamagedCheckpoint(f"{self.folder / MANIFEST}: no checkpoint {name!r}")
        path = self.folder / entry["file"]
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise DamagedCheckpoint(f"{path}: {problem.strerror}") from None
        digest = hashlib.sha256(data).hexdigest()
        if digest != entry["sha256"]:
            raise DamagedCheckpoint(f"{path}: SHA-256 {digest[:16]}..., expected {entry['sha256'][:16]}...")
        return unpacked(data)

    def entries(self):
        """What the manifest says: name -> file, bytes, sha256."""
        path = self.folder / MANIFEST
        if not path.exists():
            return {}
        try:
            return json.loads(path.read_text())["states"]
        except (ValueError, KeyError, TypeError):
            raise DamagedCheckpoint(f"{path}: no manifest of checkpoints") from None

    def sweep(self, kept):
        for path in self.folder.iterdir():
            if path.suffix in (".npz", ".unfinished") and path.name not in kept:
                path.unlink(missing_ok=True)


def write(path, data):
    """Write ``data`` beside ``path``, bring it to the disk, and move it into place."""
    unfinished = path.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(folder):
    """Make new names in a folder last; some systems cannot open folders."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def packed(state):
    """Nested dicts, lists and tuples of arrays and plain values -> bytes of an ``.npz`` file, all digits kept."""
    arrays = []
    tree = json.dumps(_without_arrays(state, arrays)).encode()
    stream = io.BytesIO()
    named = {f"array{index}": array for index, array in enumerate(arrays)}
    np.savez(stream, tree=np.frombuffer(tree, np.uint8), **named)
    return stream.getvalue()


def unpacked(data):
    """The state that ``packed`` was given; all arrays as tensors."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        arrays = [file[f"array{index}"] for index in range(len(file.files) - 1)]
        tree = json.loads(file["tree"].tobytes())
    return _with_arrays(tree, arrays)


def _without_arrays(value, arrays):
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    if isinstance(value, (np.ndarray, np.generic)):
        arrays.append(np.asarray(value))
        return {"array": len(arrays) - 1}
    if isinstance(value, dict):
        items = [[_without_arrays(part, arrays) for part in item] for item in value.items()]
        return {"dict": items}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [_without_arrays(item, arrays) for item in value]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be kept in a checkpoint: expected arrays and plain values")


def _with_arrays(tree, arrays):
    if not isinstance(tree, dict):
        return tree
    kind, content = next(iter(tree.items()))
    if kind == "array":
        return torch.from_numpy(arrays[content].copy())
    if kind == "dict":
        return {_with_arrays(key, arrays): _with_arrays(part, arrays) for key, part in content}
    parts = [_with_arrays(part, arrays) for part in content]
    return parts if kind == "list" else tuple(parts)
