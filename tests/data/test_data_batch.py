"""Batches for the checks: shapes, types, targets, padding, determinism, messages."""

import numpy as np
import pytest

from parity.data import SOURCES, batch
from parity.errors import UsageError
from parity.zoo import Input

IMAGE = (Input("image", (None, None, 3)),)
TOKENS = (Input("tokens", (None,), "int32"),)
PAIR = (Input("source", (None,), "int32"), Input("target", (None,), "int32"))


def features(width):
    return (Input("features", (width,)),)


CASES = {
    "digits": (IMAGE, (12, 10)),
    "photos": (IMAGE, (32, 24)),
    "breast_cancer": (features(30), ()),
    "wine": (features(13), ()),
    "iris": (features(4), ()),
    "diabetes": (features(10), ()),
    "xor": (features(2), ()),
    "docstrings": (TOKENS, (20,)),
    "docstring_pairs": (PAIR, (20, 8)),
    "sine": ((Input("signal", (None, 3)),), (15,)),
    "noise": ((Input("signal", (None, 3)), Input("tokens", (4,), "int32")), (15,)),
}


def test_every_source_has_a_case():
    assert set(CASES) == set(SOURCES)


@pytest.mark.parametrize("source", CASES)
@pytest.mark.parametrize("count", [1, 7])
def test_arrays_have_the_asked_shapes_and_types(source, count):
    inputs, sizes = CASES[source]
    values, targets = batch(source, inputs, sizes, count, 0, "cross_entropy", 3)
    rest = iter(sizes)
    for spec in inputs:
        shape = tuple(next(rest) if axis is None else axis for axis in spec.shape)
        assert values[spec.name].shape == (count, *shape)
        assert values[spec.name].dtype == (np.int32 if spec.dtype == "int32" else np.float64)
        assert np.isfinite(values[spec.name]).all()
    assert list(values) == [spec.name for spec in inputs]
    assert targets.dtype == np.int64
    assert len(targets) == count
    assert targets.min() >= 0
    assert targets.max() < 3


@pytest.mark.parametrize("source", CASES)
def test_the_seed_decides(source):
    inputs, sizes = CASES[source]
    first, again, other = (batch(source, inputs, sizes, 5, seed, "cross_entropy", 3) for seed in (1, 1, 2))
    for name in first[0]:
        np.testing.assert_array_equal(first[0][name], again[0][name])
    np.testing.assert_array_equal(first[1], again[1])
    assert any(not np.array_equal(first[0][name], other[0][name]) for name in first[0])


@pytest.mark.parametrize("source", CASES)
def test_batches_are_the_callers_own(source):
    inputs, sizes = CASES[source]
    for array in batch(source, inputs, sizes, 3, 0, "cross_entropy", 3)[0].values():
        array += 1
    fresh = batch(source, inputs, sizes, 3, 0, "cross_entropy", 3)[0]
    for name, array in batch(source, inputs, sizes, 3, 0, "cross_entropy", 3)[0].items():
        np.testing.assert_array_equal(array, fresh[name])


@pytest.mark.parametrize("source", [name for name in CASES if name != "docstring_pairs"])
def test_targets_suit_the_loss(source):
    inputs, sizes = CASES[source]
    _, binary = batch(source, inputs, sizes, 9, 0, "binary_cross_entropy", 1)
    assert binary.shape == (9, 1)
    assert binary.dtype == np.float64
    assert set(np.unique(binary)) <= {0.0, 1.0}
    for classes in (1, 3):
        _, numbers = batch(source, inputs, sizes, 9, 0, "mean_squared_error", classes)
        assert numbers.shape == (9, classes)
        assert numbers.dtype == np.float64
    _, hot = batch(source, inputs, sizes, 9, 0, "categorical_cross_entropy", 3)
    assert hot.shape == (9, 3)
    assert (hot.sum(axis=1) == 1).all()


@pytest.mark.parametrize("length", [2, 3, 30, 400])
@pytest.mark.parametrize("count", [1, 2, 8])
@pytest.mark.parametrize("seed", range(4))
def test_tokens_are_padded_at_the_end_and_never_empty(length, count, seed):
    tokens = batch("docstrings", TOKENS, (length,), count, seed, "cross_entropy", 4, vocabulary=300)[0]["tokens"]
    lengths = (tokens != 0).sum(axis=1)
    assert (lengths >= 1).all()
    assert lengths.min() < length
    assert count == 1 or length > 30 or len(set(lengths)) > 1
    for row, used in zip(tokens, lengths, strict=True):
        assert (row[:used] > 0).all()
        assert (row[used:] == 0).all()
    assert tokens.max() < 300


def test_one_token_is_left_where_there_is_room_for_one():
    assert (batch("docstrings", TOKENS, (1,), 5, 0, "cross_entropy", 4)[0]["tokens"] > 0).all()


def test_next_token_labels_are_the_tokens_one_step_later():
    values, labels = batch("docstrings", TOKENS, (12,), 6, 0, "cross_entropy", 1000, next_token=True)
    tokens = values["tokens"]
    later = tokens[:, 1:]
    np.testing.assert_array_equal(np.where(later > 0, labels[:, :-1], 0), later)
    assert (labels[tokens == 0] == 0).all()


def test_pairs_start_with_start_and_are_labelled_with_what_follows():
    values, labels = batch("docstring_pairs", PAIR, (20, 40), 6, 0, "cross_entropy", 1000)
    target = values["target"]
    assert (target[:, 0] == 2).all()
    assert labels.shape == target.shape
    later = target[:, 1:]
    np.testing.assert_array_equal(np.where(later > 0, labels[:, :-1], 0), later)
    assert ((labels == 3).sum(axis=1) <= 1).all()
    for name in values:
        assert (values[name] == 0).any()
        assert (values[name][:, 0] > 0).all()


def test_every_library_has_docstrings_and_no_text_names_its_library():
    from parity.data.docstrings import LIBRARIES, docstrings

    texts = docstrings()
    assert {LIBRARIES[text.library] for text in texts} <= set(LIBRARIES)
    assert len({text.library for text in texts}) >= 2
    assert len(texts) > 100
    assert not any({"keras", "torch", "numpy", "sklearn"} & set(text.words) for text in texts)


def test_reconstruction_targets_are_the_clean_inputs():
    inputs = features(784)
    values, targets = batch("digits", inputs, (), 4, 0, "mean_squared_error", 784, reconstruct=True)
    np.testing.assert_array_equal(values["features"], targets)
    noised, clean = batch("digits", inputs, (), 4, 0, "mean_squared_error", 784, reconstruct=True, noise=0.3)
    np.testing.assert_array_equal(clean, targets)
    assert 0.25 < (noised["features"] - clean).std() < 0.35


def test_digits_are_in_the_unit_interval_and_channels_differ():
    image = batch("digits", IMAGE, (28, 28), 5, 0, "cross_entropy", 10)[0]["image"]
    assert image.min() == 0
    assert 0.5 < image.max() <= 1
    assert not np.array_equal(image[..., 0], image[..., 1])


def test_flattened_digits_are_the_image_row_by_row():
    flat = batch("digits", features(784), (), 3, 0, "cross_entropy", 10)[0]["features"]
    image = batch("digits", (Input("features", (28, 28)),), (), 3, 0, "cross_entropy", 10)[0]["features"]
    np.testing.assert_array_equal(flat.reshape(3, 28, 28), image)


def test_a_digit_of_its_own_size_is_not_changed():
    from parity.data.sklearn_sets import digits

    image = batch("digits", (Input("image", (8, 8, 1)),), (), 1, 0, "cross_entropy", 10)[0]["image"]
    assert (digits()[0] == image[0, ..., 0]).all(axis=(1, 2)).any()


def test_photos_are_standardised_over_both_photographs():
    inputs = (Input("image", (427, 640, 3)),)
    values, labels = batch("photos", inputs, (), 2, 0, "cross_entropy", 2)
    assert sorted(labels) == [0, 1]
    np.testing.assert_allclose(values["image"].mean(axis=(0, 1, 2)), 0, atol=1e-10)
    np.testing.assert_allclose(values["image"].std(axis=(0, 1, 2)), 1, atol=1e-10)


def test_pixels_can_be_labelled():
    _, labels = batch("photos", IMAGE, (16, 20), 3, 0, "cross_entropy", 4, per_pixel=True)
    assert labels.shape == (3, 16, 20)
    assert set(np.unique(labels)) == {0, 1, 2, 3}


def test_tables_are_standardised():
    values, _ = batch("wine", features(13), (), 178, 0, "cross_entropy", 3)
    np.testing.assert_allclose(values["features"].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(values["features"].std(axis=0), 1, atol=1e-12)


def test_xor_is_the_truth_table():
    values, labels = batch("xor", features(2), (), 8, 0, "cross_entropy", 2, jitter=0.0)
    assert values["features"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]] * 2
    assert labels.tolist() == [0, 1, 1, 0] * 2


def test_sine_targets_are_the_values_that_follow():
    signal = (Input("signal", (30, 1)),)
    values, later = batch("sine", signal, (), 4, 0, "mean_squared_error", 5, series_noise=0.0)
    t = np.arange(2000) / 10
    series = np.sin(t) + np.sin(2 * t) / 2
    for window, future in zip(values["signal"][..., 0], later, strict=True):
        start = np.argmin([np.abs(series[i : i + 30] - window).max() for i in range(1900)])
        np.testing.assert_allclose(series[start + 30 : start + 35], future, atol=1e-12)


def test_extra_inputs_are_served_by_name():
    inputs = (*TOKENS, Input("segments", (9,), "int32"), Input("mask", (9,), "int32"), Input("noise", (2,)))
    values, _ = batch("docstrings", inputs, (9,), 5, 0, "cross_entropy", 4)
    assert set(np.unique(values["segments"])) == {0, 1}
    assert values["segments"].dtype == np.int32
    assert (np.diff(values["segments"], axis=1) >= 0).all()
    np.testing.assert_array_equal(values["mask"], values["tokens"] != 0)
    assert values["noise"].shape == (5, 2)
    assert values["noise"].std() > 0.3


def test_two_inputs_of_a_source_get_different_samples():
    inputs = (Input("query", (5, 2)), Input("key", (5, 2)))
    values, _ = batch("sine", inputs, (), 3, 0, "cross_entropy", 2)
    assert not np.array_equal(values["query"], values["key"])


ERRORS = {
    "did you mean 'digits'": ("digts", IMAGE, (8, 8), {}),
    "expected 2 positive numbers": ("digits", IMAGE, (8,), {}),
    "expected 2 positive numbers ": ("digits", IMAGE, (8, 0), {}),
    "serves float inputs": ("digits", TOKENS, (8,), {}),
    "serves int inputs": ("docstrings", features(4), (), {}),
    "serves 1 or 2 or 3 axes": ("digits", (Input("video", (2, 8, 8, 3)),), (), {}),
    "'iris' has 4": ("iris", features(5), (), {}),
    "xor has two features": ("xor", features(3), (), {}),
    "such as 784": ("digits", features(785), (), {}),
    "427x640": ("photos", IMAGE, (500, 32), {}),
    "no option sizee=3": ("iris", features(4), (), {"sizee": 3}),
    "did you mean 'method'": ("digits", IMAGE, (8, 8), {"methd": "nearest"}),
    "expected bilinear or nearest": ("digits", IMAGE, (8, 8), {"method": "cubic"}),
    "vocabulary='x': expected a whole number": ("docstrings", TOKENS, (8,), {"vocabulary": "x"}),
    "vocabulary=1: expected at least 2": ("docstrings", TOKENS, (8,), {"vocabulary": 1}),
    "serves two inputs": ("docstring_pairs", (*PAIR, *TOKENS), (3, 3, 3), {}),
    "serves none of the inputs": ("digits", (Input("noise", (2,)),), (), {}),
}


@pytest.mark.parametrize("message", ERRORS)
def test_wrong_use_is_explained(message):
    source, inputs, sizes, options = ERRORS[message]
    with pytest.raises(UsageError) as caught:
        batch(source, inputs, sizes, 2, 0, "cross_entropy", 2, **options)
    assert message.strip() in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(("count", "seed", "classes"), [(0, 0, 2), (1, -1, 2), (1, 0, 0)])
def test_numbers_out_of_range_are_refused(count, seed, classes):
    with pytest.raises(UsageError, match="expected at least"):
        batch("iris", features(4), (), count, seed, "cross_entropy", classes)
