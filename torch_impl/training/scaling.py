"""Min-max scaling fitted on training data."""

import numpy as np


class MinMax:
    """Brings each feature (the last axis) of the data it was fitted on into [0, 1].

    Args:
        data: array (rows, ..., D), the training part only; a constant feature becomes 0.
    """

    def __init__(self, data):
        rows = np.asarray(data).reshape(-1, np.shape(data)[-1])
        self.low = rows.min(axis=0)
        span = rows.max(axis=0) - self.low
        self.span = np.where(span == 0, 1, span)

    def apply(self, data):
        """Values in their own unit -> scaled."""
        return (np.asarray(data) - self.low) / self.span

    def inverse(self, scaled):
        """Scaled values -> their own unit."""
        return np.asarray(scaled) * self.span + self.low
