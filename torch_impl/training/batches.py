"""Batches of arrays in a known order."""

import math

import numpy as np
import torch

from torch_impl.arguments import check_size


class Batches:
    """Rows of ``x`` and ``y`` in batches of ``batch``; the last one may be shorter.

    Args:
        x: array (rows, ...), or several by the name of the model's input.
        y: array (rows, ...).
        batch: rows per batch.
        order: epoch -> rows in the order of that epoch; None keeps them as they are.
        transform: (x of a batch, epoch, its rows) -> x, such as an augmentation; None changes nothing.

    Raises:
        ValueError: naming the argument, its value and what was expected.

    rule: data-order
    """

    def __init__(self, x, y, batch, order=None, transform=None):
        check_size("batch", batch)
        self.x, self.y = arrays(x), np.asarray(y)
        self.batch = batch
        self.order = order
        self.transform = transform
        self.start(0)

    def start(self, epoch, first=0):
        """Put the rows in the order of ``epoch``, without those of its ``first`` batches."""
        self.epoch, self.first = epoch, first
        rows = np.arange(len(self.y)) if self.order is None else np.asarray(self.order(epoch))
        self.rows = rows[first * self.batch :]

    def __len__(self):
        return math.ceil(len(self.rows) / self.batch)

    def __getitem__(self, index):
        rows = self.rows[index * self.batch : (index + 1) * self.batch]
        return tensors(self.inputs(rows)), torch.from_numpy(self.y[rows])

    def inputs(self, rows):
        x = at(self.x, rows)
        return self.transform(x, self.epoch, rows) if self.transform else x

    def __iter__(self):
        return (self[index] for index in range(len(self)))


def arrays(x):
    """One input, or several by name."""
    return {name: np.asarray(value) for name, value in x.items()} if isinstance(x, dict) else np.asarray(x)


def at(x, rows):
    """Some rows of every input."""
    return {name: value[rows] for name, value in x.items()} if isinstance(x, dict) else x[rows]


def tensors(x):
    """Arrays, one or several by name, as tensors."""
    if isinstance(x, dict):
        return {name: torch.from_numpy(value) for name, value in x.items()}
    return torch.from_numpy(x)


def shuffled(count, seed=0):
    """Return epoch -> permutation of ``count`` rows, the same for the same seed and epoch in both frameworks."""
    return lambda epoch: np.random.default_rng((seed, epoch)).permutation(count)


def like(model, values):
    """Bring data to the model's device, fractions to its type, whole numbers to int64."""
    if isinstance(values, dict):
        return {name: like(model, value) for name, value in values.items()}
    weight = next(model.parameters())
    values = values.to(weight.device, weight.dtype if values.is_floating_point() else torch.int64)
    images = values.dim() == 4 and values.dtype in (torch.float32, torch.float16, torch.bfloat16)
    return values.contiguous(memory_format=torch.channels_last) if images else values
