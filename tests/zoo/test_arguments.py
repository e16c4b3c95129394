"""A bad argument of any registered twin is refused by both sides in the same words. Nobody edits this to add a twin."""

import inspect

import pytest

import torch  # isort: skip  before TensorFlow

from parity.sides.source import Source
from parity.zoo import TWINS

SIZES, RATES, CHOICES = (0, -1, 1.5), (-1, 1.0, 1.5, float("nan")), ("x", "")
ANY_NUMBER = {("linear", "weight")}
ZERO_MEANS_NONE = {("lstm_classifier", "head_units"), ("timeseries_lstm", "head_units")}


def smallest(twin):
    return min(twin.presets.values(), key=lambda preset: preset.parameters).arguments


def bad_values(twin, name, good):
    """Each bad value of one argument with the part of it that the message shows."""
    if isinstance(good, bool) or (twin.name, name) in ANY_NUMBER:
        return []
    if isinstance(good, int):
        return [(value, value) for value in SIZES if value != 0 or (twin.name, name) not in ZERO_MEANS_NONE]
    if isinstance(good, float):
        return [(value, value) for value in RATES]
    if isinstance(good, str):
        return [(value, value) for value in CHOICES]
    if isinstance(good[0], float):
        return [((value, *good[1:]), value) for value in RATES] + [(good[1:], good[1:])]
    whole = [(*good[:-1], value) for value in SIZES] + [(), 3, "x"]
    return [(value, value) for value in whole]


CASES = {
    f"{twin.name}-{name}": (twin, name, bad)
    for twin in TWINS
    for name, good in smallest(twin).items()
    if (bad := bad_values(twin, name, good))
}


def refusal(reference, arguments):
    """What the ValueError says; None where the model is built, any other error is the test's."""
    try:
        with torch.device("meta"):
            Source(reference).resolve()(**arguments)
    except ValueError as problem:
        return str(problem)
    return None


def refused_alike(twin, name, bad):
    for value, shown in bad:
        arguments = {**smallest(twin), name: value}
        ours, theirs = (refusal(reference, arguments) for reference in (twin.keras, twin.torch))
        assert ours is not None, f"Keras takes {name}={value!r}"
        assert ours == theirs
        assert ours.startswith(f"{name}={shown!r}: expected "), ours


@pytest.mark.parametrize(("twin", "name", "bad"), CASES.values(), ids=CASES)
def test_bad_value_is_refused_in_the_same_words(twin, name, bad):
    refused_alike(twin, name, bad)


def test_missing_check_and_other_words_are_noticed(monkeypatch):
    monkeypatch.setattr("torch_impl.models.mlp.check_rate", lambda name, value: None)
    with pytest.raises(AssertionError, match="expected a rate"):
        refused_alike(*CASES["mlp-dropout"])
    monkeypatch.setattr("keras_impl.models.mlp.check_size", lambda name, value: None)
    with pytest.raises(AssertionError):
        refused_alike(*CASES["mlp-classes"])


@pytest.mark.parametrize("twin", TWINS, ids=[twin.name for twin in TWINS])
def test_preset_names_every_argument(twin):
    for reference in (twin.keras, twin.torch):
        assert list(inspect.signature(Source(reference).resolve()).parameters) == list(smallest(twin))


def test_zero_and_any_number_are_taken_where_they_are_exempt():
    twins = {twin.name: twin for twin in TWINS}
    for exempt, value in [(ZERO_MEANS_NONE, 0), (ANY_NUMBER, -1.5)]:
        for twin, name in exempt:
            arguments = {**smallest(twins[twin]), name: value}
            assert refusal(twins[twin].keras, arguments) is refusal(twins[twin].torch, arguments) is None


def test_heads_must_divide_the_width_on_both_sides():
    for twin in TWINS:
        arguments = smallest(twin)
        if "heads" in arguments:
            wrong = arguments | {"heads": 5}
            messages = {refusal(reference, wrong) for reference in (twin.keras, twin.torch)}
            assert messages == {f"heads=5: expected a divisor of width={arguments['width']}"}
