"""Scores of a finished training: name -> list of one number, to stand beside the curves."""

import numpy as np


def regression(target, output):
    """mse, mae and r2 over all numbers of (rows, D)."""
    target, error = np.asarray(target), np.asarray(output) - np.asarray(target)
    r2 = 1 - np.sum(error**2) / np.sum((target - target.mean(axis=0)) ** 2)
    return {"mse": [float(np.mean(error**2))], "mae": [float(np.mean(np.abs(error)))], "r2": [float(r2)]}


def threshold(labels, probabilities):
    """The threshold of 0.01 ... 0.99 with the largest f1 of class 1, the lowest of equals, and that f1."""
    labels = np.asarray(labels) == 1
    grid = np.arange(1, 100) / 100
    f1s = [_f1(labels, np.asarray(probabilities) >= value) for value in grid]
    best = int(np.argmax(f1s))
    return {"threshold": [float(grid[best])], "f1": [f1s[best]]}


def _f1(labels, chosen):
    wrong = np.sum(labels != chosen)
    right = np.sum(labels & chosen)
    return float(2 * right / (2 * right + wrong)) if right else 0.0
