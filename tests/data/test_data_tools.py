"""Splits, scaling, windows, text and resizing: small cases to check by eye."""

import numpy as np
import pytest

from parity.data.resize import resize
from parity.data.scaling import add_noise, fit
from parity.data.splits import k_folds, random_split, temporal_split
from parity.data.text import build_vocabulary, pad, words
from parity.data.windows import windows
from parity.errors import UsageError


def test_words_are_lower_case_letters():
    assert words("It's a 2-D Été_x!") == ["it", "s", "a", "d", "été", "x"]


def test_vocabulary_counts_words_and_breaks_ties_by_alphabet():
    known = build_vocabulary([["b", "a", "c"], ["c", "d", "d", "d"]])
    assert known.words == ("<PAD>", "<UNK>", "d", "c", "a", "b")
    assert known.encode(["d", "zebra", "a"]) == [2, 1, 4]
    assert known.decode([2, 1, 4, 0, 0]) == ["d", "<UNK>", "a"]


def test_vocabulary_is_limited_by_size_and_frequency():
    texts = [["b", "a", "c"], ["c", "d", "d", "d"]]
    assert build_vocabulary(texts, size=3).words == ("<PAD>", "<UNK>", "d")
    assert build_vocabulary(texts, min_frequency=2).words == ("<PAD>", "<UNK>", "d", "c")
    assert build_vocabulary(texts, size=4, special=("<START>",)).words == ("<PAD>", "<UNK>", "<START>", "d")
    with pytest.raises(UsageError, match="vocabulary=1: expected at least 2"):
        build_vocabulary(texts, size=1)


def test_padding_keeps_true_lengths():
    ids, lengths = pad([[5, 6], [7, 8, 9, 10]], 3)
    assert ids.tolist() == [[5, 6, 0], [7, 8, 9]]
    assert lengths.tolist() == [2, 3]
    assert ids.dtype == lengths.dtype == np.int32
    with pytest.raises(UsageError, match="text 1 has no word"):
        pad([[1], []], 3)


def test_windows_see_the_past_and_predict_the_future():
    inputs, later = windows(np.arange(6.0), length=3, horizon=2)
    assert inputs[..., 0].tolist() == [[0, 1, 2], [1, 2, 3]]
    assert later.tolist() == [[3, 4], [4, 5]]
    assert inputs.shape == (2, 3, 1)


def test_windows_of_several_columns_predict_one():
    series = np.stack([np.arange(5.0), 10 * np.arange(5.0)], axis=1)
    inputs, later = windows(series, length=2, column=1)
    assert inputs[0].tolist() == [[0, 0], [1, 10]]
    assert later[:, 0].tolist() == [20, 30, 40]


def test_a_series_too_short_for_a_window_is_refused():
    with pytest.raises(UsageError, match="5 steps has no window of length=5 with horizon=1"):
        windows(np.arange(5.0), 5)


def test_random_parts_are_stratified_disjoint_and_complete():
    labels = np.repeat([0, 1, 2], [100, 60, 40])
    parts = random_split(200, seed=3, labels=labels)
    assert [len(part) for part in parts] == [140, 30, 30]
    assert sorted(np.concatenate(parts)) == list(range(200))
    for part, share in zip(parts, (0.7, 0.15, 0.15), strict=True):
        assert np.abs(np.bincount(labels[part]) - share * np.array([100, 60, 40])).max() <= 1.5
    again = random_split(200, seed=3, labels=labels)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))
    assert not np.array_equal(parts[0], random_split(200, seed=4, labels=labels)[0])


def test_training_sees_every_class_even_a_rare_one():
    labels = np.array([0] * 50 + [1] + [2])
    assert set(labels[random_split(52, labels=labels)[0]]) == {0, 1, 2}


def test_many_small_classes_still_give_the_asked_shares():
    parts = random_split(1000, labels=np.arange(1000) // 10)
    assert [len(part) for part in parts] == [700, 150, 150]


def test_temporal_parts_are_in_order():
    parts = temporal_split(10, (0.6, 0.2, 0.2))
    assert [part.tolist() for part in parts] == [[0, 1, 2, 3, 4, 5], [6, 7], [8, 9]]


@pytest.mark.parametrize("fractions", [(0.7, 0.3, 0.0), (0.7, 0.2), (), (0.5, 0.6, -0.1), (float("nan"), 1.0)])
def test_shares_must_be_positive_and_sum_to_one(fractions):
    with pytest.raises(UsageError, match="positive shares of sum 1"):
        random_split(10, fractions)


def test_a_part_must_not_be_empty():
    with pytest.raises(UsageError, match="2 samples split into parts of"):
        random_split(2)
    with pytest.raises(UsageError, match="no empty part"):
        temporal_split(2)


def test_each_sample_is_tested_once_in_k_folds():
    labels = np.repeat([0, 1], [30, 15])
    folds = list(k_folds(45, 5, seed=1, labels=labels))
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(45))
    for train, test in folds:
        assert np.bincount(labels[test]).tolist() == [6, 3]
        assert sorted(np.concatenate([train, test])) == list(range(45))
    with pytest.raises(UsageError, match="folds=1: expected 2"):
        list(k_folds(45, 1))


@pytest.mark.parametrize("method", ["standard", "minmax", "none"])
def test_scaling_is_undone_by_its_inverse(method):
    train = np.random.default_rng(0).normal(5, 3, (40, 3))
    scaler = fit(train, method)
    np.testing.assert_allclose(scaler.inverse(scaler.apply(train)), train, rtol=1e-14)
    np.testing.assert_allclose(scaler.column(1).inverse(scaler.apply(train)[:, 1]), train[:, 1], rtol=1e-14)


def test_scaling_follows_the_training_data_alone():
    train, test = np.array([[0.0], [10.0]]), np.array([[20.0]])
    assert fit(train, "minmax").apply(test).item() == 2
    assert fit(train, "standard").apply(test).item() == 3


def test_a_constant_feature_is_only_shifted():
    train = np.full((7, 1), 0.1)
    for method in ("standard", "minmax"):
        np.testing.assert_allclose(fit(train, method).apply(train + 2), 2)


def test_noise_has_the_asked_deviation():
    noised = add_noise(np.zeros(10_000), 0.1, seed=5)
    assert abs(noised.std() - 0.1) < 0.003
    np.testing.assert_array_equal(noised, add_noise(np.zeros(10_000), 0.1, seed=5))
    with pytest.raises(UsageError, match="deviation=-1"):
        add_noise(np.zeros(2), -1)


def test_unknown_scales_are_refused():
    with pytest.raises(UsageError, match="scale='robust': expected one of standard, minmax, none"):
        fit(np.zeros((3, 1)), "robust")


def test_bilinear_resizing_mixes_neighbours():
    image = np.array([[[0.0, 1.0]]])
    assert resize(image, 1, 4)[0, 0].tolist() == [0, 0.25, 0.75, 1]


def test_nearest_resizing_repeats_and_drops():
    image = np.array([[[1.0, 2.0, 3.0]]])
    assert resize(image, 1, 6, "nearest")[0, 0].tolist() == [1, 1, 2, 2, 3, 3]
    assert resize(image, 1, 1, "nearest")[0, 0].tolist() == [2]


@pytest.mark.parametrize("method", ["bilinear", "nearest"])
def test_the_same_size_changes_nothing(method):
    image = np.random.default_rng(0).random((2, 5, 7))
    np.testing.assert_array_equal(resize(image, 5, 7, method), image)
