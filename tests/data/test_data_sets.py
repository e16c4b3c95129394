"""Data sets for training that need no file."""

import numpy as np
import pytest

from parity.data import SETS, load
from parity.errors import EnvironmentProblem, UsageError

EXPECTED = {
    "digits": ("image", "classification", (8, 8, 1), 10),
    "photos": ("image", "classification", (32, 32, 3), 2),
    "breast_cancer": ("tabular", "classification", (30,), 2),
    "wine": ("tabular", "classification", (13,), 3),
    "iris": ("tabular", "classification", (4,), 3),
    "diabetes": ("tabular", "regression", (10,), 0),
    "xor": ("tabular", "classification", (2,), 2),
    "synthetic": ("tabular", "classification", (20,), 3),
    "classification": ("tabular", "classification", (20,), 2),
    "docstrings": ("text", "classification", (100,), 4),
    "sine": ("series", "regression", (50, 1), 0),
    "series": ("series", "regression", (50, 1), 0),
}


@pytest.fixture(scope="module")
def sets():
    return {name: load(name) for name in SETS}


def test_every_set_has_an_expectation():
    assert set(EXPECTED) == set(SETS)


@pytest.mark.parametrize("name", EXPECTED)
def test_sets_are_what_they_say(sets, name):
    data, (kind, task, shape, classes) = sets[name], EXPECTED[name]
    assert (data.name, data.kind, data.task, len(data.classes)) == (name, kind, task, classes)
    for part in (data.train, data.validation, data.test):
        assert part.inputs.shape == (len(part), *shape)
        assert len(part.targets) == len(part) > 0
        assert np.isfinite(part.inputs).all()
        if classes:
            assert part.targets.dtype == np.int64
            assert part.targets.ndim == 1
            assert set(np.unique(part.targets)) <= set(range(classes))
        else:
            assert part.targets.dtype == np.float64
            assert part.targets.shape == (len(part), 1)
    if classes:
        assert set(data.train.targets) == set(range(classes))
    assert len(data.train) > 2 * len(data.test)


@pytest.mark.parametrize("name", EXPECTED)
def test_sets_depend_on_the_seed_alone(sets, name):
    again = load(name)
    np.testing.assert_array_equal(sets[name].train.inputs, again.train.inputs)
    np.testing.assert_array_equal(sets[name].test.targets, again.test.targets)
    assert not np.array_equal(sets[name].train.inputs, load(name, seed=1).train.inputs)


@pytest.mark.parametrize("name", ["breast_cancer", "synthetic", "classification", "diabetes"])
def test_tables_are_scaled_by_their_training_part(sets, name):
    data = sets[name]
    np.testing.assert_allclose(data.train.inputs.mean(axis=0), 0, atol=1e-10)
    np.testing.assert_allclose(data.train.inputs.std(axis=0), 1, atol=1e-10)
    assert np.abs(data.test.inputs.mean(axis=0)).max() > 1e-3


def test_a_regression_can_be_read_in_its_own_unit(sets):
    data = sets["diabetes"]
    parts = (data.train, data.validation, data.test)
    numbers = np.concatenate([data.target_scaler.inverse(part.targets) for part in parts])
    assert np.allclose([numbers.min(), numbers.max()], [25, 346])


def test_synthetic_classes_have_equal_sizes(sets):
    data = sets["synthetic"]
    counts = np.bincount(np.concatenate([p.targets for p in (data.train, data.validation, data.test)]))
    assert counts.max() - counts.min() <= 1


def test_synthetic_labels_follow_the_published_score():
    data = load("synthetic", noise=0.0, scale="none", samples=300)
    x, y = data.train.inputs, data.train.targets
    score = np.sin(x[:, 0]) + np.cos(x[:, 1]) + x[:, 2] * x[:, 3]
    assert score[y == 0].max() < score[y == 1].min()
    assert score[y == 1].max() < score[y == 2].min()


def test_tokens_have_true_lengths_and_the_vocabulary_of_the_training_part(sets):
    data = sets["docstrings"]
    assert data.vocabulary.words[:2] == ("<PAD>", "<UNK>")
    for part in (data.train, data.validation, data.test):
        np.testing.assert_array_equal((part.inputs > 0).sum(axis=1), part.lengths)
    assert set(range(2, len(data.vocabulary))) >= set(np.unique(data.test.inputs)) - {0, 1}
    assert not (load("docstrings", length=10_000).train.inputs == 1).any()
    assert len(load("docstrings", vocabulary=50, min_frequency=2).vocabulary) == 50


def test_series_are_in_time_order_and_scaled_by_the_past(sets):
    data = sets["series"]
    assert data.train.inputs.min() == 0
    assert data.train.inputs.max() == 1
    assert data.test.inputs.max() > 1
    np.testing.assert_array_equal(data.train.inputs[1:, -1, 0], data.train.targets[:-1, 0])


def test_forecasts_take_horizon_and_features():
    data = load("sine", length=12, horizon=3, features=2, steps=200)
    assert data.train.inputs.shape[1:] == (12, 2)
    assert data.train.targets.shape[1:] == (3,)


def test_images_can_be_resized_and_flattened():
    assert load("digits", size=28, channels=3).test.inputs.shape[1:] == (28, 28, 3)
    flat = load("digits", size=28, flatten=True).train.inputs
    assert flat.shape[1:] == (784,)
    assert flat.min() == 0
    assert flat.max() == 1
    assert load("photos", size=16).train.inputs.shape[1:] == (16, 16, 3)


def test_reconstruction_targets_are_the_inputs():
    data = load("digits", flatten=True, reconstruct=True)
    assert data.task == "reconstruction"
    assert data.classes == ()
    np.testing.assert_array_equal(data.test.inputs, data.test.targets)


def test_tables_can_be_split_in_order():
    from parity.data.sklearn_sets import table

    data = load("wine", split="temporal", scale="none", fractions=(0.5, 0.25, 0.25))
    np.testing.assert_array_equal(data.train.inputs, table("wine").features[:89])


ERRORS = {
    "did you mean 'breast_cancer'": ("breast-cancer", {}),
    "did you mean 'iris'": ("IRIS", {}),
    "expected one of: digits, photos": ("zzzz", {}),
    "no option lenght=3": ("sine", {"lenght": 3}),
    "did you mean 'length'": ("sine", {"lenght": 3}),
    "size='28': expected a whole number": ("digits", {"size": "28"}),
    "flatten=1: expected true or false": ("digits", {"flatten": 1}),
    "size=0: expected a positive whole number": ("photos", {"size": 0}),
    "split='sideways': expected random or temporal": ("iris", {"split": "sideways"}),
    "a series is split in time order": ("sine", {"split": "random"}),
    "expected positive shares of sum 1": ("iris", {"fractions": (0.7, 0.2, 0.2)}),
    "expected three": ("iris", {"fractions": (0.7, 0.3)}),
    "seed=-1": ("iris", {"seed": -1}),
    "no window of length=50": ("sine", {"steps": 100}),
    "features=3: expected at least 4": ("synthetic", {"features": 3}),
    "say mnist:FOLDER": ("mnist", {}),
}


@pytest.mark.parametrize("message", ERRORS)
def test_wrong_use_is_explained(message):
    name, options = ERRORS[message]
    with pytest.raises(UsageError) as caught:
        load(name, **options)
    assert message in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_a_missing_library_is_an_environment_problem(monkeypatch):
    from parity.data import sklearn_sets

    def absent(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(sklearn_sets, "import_module", absent)
    with pytest.raises(EnvironmentProblem, match="needs scikit-learn"):
        sklearn_sets.datasets()
