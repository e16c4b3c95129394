"""Series: sine mixtures in windows."""

from __future__ import annotations

import numpy as np

from parity.data import scaling
from parity.data.dataset import DataSet, Part, Plan
from parity.data.draws import Draw, Floats, Request, bands, expect
from parity.data.names import positive
from parity.data.splits import temporal_split
from parity.data.windows import windows
from parity.errors import UsageError


def sine_mixture(steps: int, features: int = 1, noise: float = 0.1, seed: int = 0) -> Floats:
    """sin(t) + sin(2t) / 2 + noise at t = 0, 0.1, 0.2 ...; feature k runs 1 + k/4 times as fast. (T, D)"""
    t = np.arange(steps)[:, None] / 10 * (1 + np.arange(features) / 4)
    return scaling.add_noise(np.sin(t) + np.sin(2 * t) / 2, noise, seed)


def trend_mixture(steps: int, noise: float = 0.1, seed: int = 0) -> Floats:
    """A trend, a season of 12 steps and a slow wave of 120, with noise. (T, 1)"""
    t = np.arange(steps)[:, None]
    wave = np.sin(2 * np.pi * t / 12) + np.sin(2 * np.pi * t / 120) / 2
    return scaling.add_noise(t / 200 + wave, noise, seed)


def draw_sine(source: str, request: Request, *, series_noise: float = 0.1) -> Draw:
    """Windows (L, D), or (L,), of a sine mixture; the target is the next value of feature 0.

    A regression of K outputs predicts the next K values; a classification the band of the next value.
    """
    expect(request, source, "float", (1, 2))
    length, features = (*request.shape, 1)[:2]
    series = sine_mixture(1000 + length + request.classes, features, series_noise)
    inputs, future = windows(series, length, request.classes)
    chosen = request.rng().integers(0, len(inputs), request.count)
    labels = bands(future[chosen, 0], max(2, request.classes), series[:, 0])
    return Draw(inputs[chosen].reshape(request.count, *request.shape), labels, future[chosen])


def load_sine(
    name: str,
    plan: Plan,
    *,
    steps: int = 1000,
    length: int = 50,
    horizon: int = 1,
    features: int = 1,
    noise: float = 0.1,
    scale: str = "minmax",
) -> DataSet:
    """Windows (length, features) of a sine mixture and the next ``horizon`` values of feature 0."""
    series = sine_mixture(positive("steps", steps), positive("features", features), noise, plan.seed)
    return series_set(name, plan, series, length, horizon, 0, scale)


def load_series(
    name: str,
    plan: Plan,
    *,
    steps: int = 1000,
    length: int = 50,
    horizon: int = 1,
    noise: float = 0.1,
    scale: str = "minmax",
) -> DataSet:
    """Windows of a series with a trend and two seasons: the test part leaves the range of the training part."""
    series = trend_mixture(positive("steps", steps), noise, plan.seed)
    return series_set(name, plan, series, length, horizon, 0, scale)


def series_set(name: str, plan: Plan, series: Floats, length: int, horizon: int, column: int, scale: str) -> DataSet:
    """Windows of each part of a series (T, D), in time order; no window reaches into another part.

    Raises:
        UsageError: for a random split, or a part too short for one window.
    """
    if plan.split not in (None, "temporal"):
        raise UsageError(f"split={plan.split!r}: a series is split in time order", "leave split out, or say temporal")
    rows = [series[indices] for indices in temporal_split(len(series), plan.fractions)]
    scaler = scaling.fit(rows[0], scale)
    train, validation, test = (Part(*windows(scaler.apply(part), length, horizon, column)) for part in rows)
    target_scaler = scaler.column(column)
    return DataSet(name, "series", "regression", train, validation, test, scaler=scaler, target_scaler=target_scaler)
