"""Batches of arrays in a known order."""

import math

import keras
import numpy as np

from keras_impl.arguments import check_size


class Batches(keras.utils.PyDataset):
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
        super().__init__(workers=1)  # no threads: batches come in order
        check_size("batch", batch)
        self.x, self.y = arrays(x), np.asarray(y)
        self.batch = batch
        self.order = order
        self.transform = transform
        self.start(0)  # Keras asks for the number of batches before the first epoch

    def start(self, epoch, first=0):
        """Put the rows in the order of ``epoch``, without those of its ``first`` batches."""
        self.epoch, self.first = epoch, first
        rows = np.arange(len(self.y)) if self.order is None else np.asarray(self.order(epoch))
        self.rows = rows[first * self.batch :]

    def __len__(self):
        return math.ceil(len(self.rows) / self.batch)

    def __getitem__(self, index):
        rows = self.rows[index * self.batch : (index + 1) * self.batch]
        return self.inputs(rows), self.y[rows]

    def inputs(self, rows):
        x = at(self.x, rows)
        return self.transform(x, self.epoch, rows) if self.transform else x


def arrays(x):
    """One input, or several by name."""
    return {name: np.asarray(value) for name, value in x.items()} if isinstance(x, dict) else np.asarray(x)


def at(x, rows):
    """Some rows of every input."""
    return {name: value[rows] for name, value in x.items()} if isinstance(x, dict) else x[rows]


def shuffled(count, seed=0):
    """Return epoch -> permutation of ``count`` rows, the same for the same seed and epoch in both frameworks."""
    return lambda epoch: np.random.default_rng((seed, epoch)).permutation(count)
