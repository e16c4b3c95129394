"""Tables: batches for the checks, data sets for training."""

from __future__ import annotations

import numpy as np

from parity.data import scaling, sklearn_sets
from parity.data.dataset import DataSet, Part, Plan, cut
from parity.data.draws import Draw, Floats, Labels, Request, bands, expect, pick
from parity.data.names import positive
from parity.errors import UsageError

XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def draw_table(source: str, request: Request) -> Draw:
    """The first features of a bundled table, standardised; its labels, or (diabetes) its standardised number.

    A regression of several outputs predicts the number's powers: column j is the number to the power j + 1.
    """
    expect(request, source, "float", (1,))
    table = sklearn_sets.table(source)
    width, most = request.shape[0], table.features.shape[1]
    if width > most:
        raise UsageError(
            f"input {request.name!r} has {width} features: {source!r} has {most}",
            "breast_cancer has 30, wine 13, diabetes 10, iris 4",
        )
    chosen = pick(request.rng(), len(table.features), request.count)
    features = table.features[:, :width]
    values = scaling.fit(features).apply(features)[chosen]
    if table.labels is not None:
        return Draw(values, table.labels[chosen])
    assert table.numbers is not None
    numbers = scaling.fit(table.numbers[:, None]).apply(table.numbers[:, None])[chosen]
    labels = bands(table.numbers, max(2, request.classes))[chosen]
    return Draw(values, labels, numbers ** np.arange(1, request.classes + 1))


def draw_xor(source: str, request: Request, *, jitter: float = 0.05) -> Draw:
    """The truth table of exclusive or, in order, each row moved by normal noise of deviation ``jitter``."""
    expect(request, source, "float", (1,))
    if request.shape != (2,):
        raise UsageError(f"input {request.name!r} has shape {request.shape}: xor has two features", "expected (2,)")
    corners = XOR[np.arange(request.count) % 4]
    return Draw(scaling.add_noise(corners, jitter, request.seed), _xor(corners))


def _xor(corners: Floats) -> Labels:
    return np.asarray(corners[:, 0] != corners[:, 1], np.int64)


def load_table(name: str, plan: Plan, *, scale: str = "standard") -> DataSet:
    """Breast cancer, wine, iris (classification) or diabetes (regression), float64."""
    table = sklearn_sets.table(name)
    if table.labels is None:
        assert table.numbers is not None
        return table_set(name, plan, table.features, table.numbers[:, None], (), scale)
    return table_set(name, plan, table.features, table.labels, table.classes, scale)


def load_xor(name: str, plan: Plan, *, copies: int = 50, jitter: float = 0.05) -> DataSet:
    """The truth table, ``copies`` times, moved by normal noise."""
    corners = np.tile(XOR, (positive("copies", copies), 1))
    inputs = scaling.add_noise(corners, jitter, plan.seed)
    return table_set(name, plan, inputs, _xor(corners), ("false", "true"), "none")


def load_synthetic(
    name: str,
    plan: Plan,
    *,
    samples: int = 1000,
    features: int = 20,
    classes: int = 3,
    noise: float = 0.1,
    scale: str = "standard",
) -> DataSet:
    """Normal features; the score sin(x0) + cos(x1) + x2 * x3 + noise, cut into classes of equal size."""
    if features < 4:
        raise UsageError(f"features={features}: expected at least 4, which make the score", "20 is usual")
    rng = np.random.default_rng(plan.seed)
    x = rng.standard_normal((positive("samples", samples), features))
    score = np.sin(x[:, 0]) + np.cos(x[:, 1]) + x[:, 2] * x[:, 3]
    labels = bands(scaling.add_noise(score, noise, plan.seed + 1), positive("classes", classes))
    return table_set(name, plan, x, labels, tuple(f"band {index}" for index in range(classes)), scale)


def load_classification(name: str, plan: Plan, *, scale: str = "standard") -> DataSet:
    """scikit-learn's ``make_classification``: 1000 samples, 20 features (15 informative, 5 redundant), seed 42."""
    x, y = sklearn_sets.datasets().make_classification(
        n_samples=1000, n_features=20, n_informative=15, n_redundant=5, random_state=42
    )
    return table_set(name, plan, x, y.astype(np.int64), ("0", "1"), scale)


def table_set(
    name: str, plan: Plan, features: Floats, targets: Floats | Labels, classes: tuple[str, ...], scale: str
) -> DataSet:
    """A split table, features (and the numbers of a regression) scaled by a fit to the training part."""
    parts = cut(plan, features, targets, labelled=bool(classes))
    scaler = scaling.fit(parts[0].inputs, scale)
    target_scaler = None if classes else scaling.fit(parts[0].targets, scale)
    train, validation, test = (
        Part(scaler.apply(p.inputs), target_scaler.apply(p.targets) if target_scaler else p.targets) for p in parts
    )
    task = "classification" if classes else "regression"
    return DataSet(name, "tabular", task, train, validation, test, classes, scaler=scaler, target_scaler=target_scaler)
