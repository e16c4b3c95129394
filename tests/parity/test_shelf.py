"""Values of layers wait in a file: they come back as they were, one by one, in another process too."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from parity.diagnosis import diagnose
from parity.shelf import Shelf, Writer


@pytest.fixture
def arrays():
    numbers = np.random.default_rng(0)
    return {
        3: numbers.normal(size=(2, 3, 4)),
        0: numbers.normal(size=(5,)).astype("float32"),
        7: np.zeros((0, 4)),
        1: np.array(2.5),
        2: numbers.normal(size=(6, 8)).T,
        4: np.array([[True, False]]),
    }


def kept(path, arrays) -> Shelf:
    writer = Writer(str(path))
    for number, array in arrays.items():
        writer.put(number, array)
    return writer.done()


def test_every_array_comes_back_as_it_was(tmp_path, arrays):
    shelf = pickle.loads(pickle.dumps(kept(tmp_path / "values", arrays)))
    assert list(shelf) == list(arrays)
    for number, array in arrays.items():
        assert shelf[number].dtype == array.dtype
        assert shelf[number].shape == array.shape
        assert np.array_equal(shelf[number], array)


def test_some_of_them_know_nothing_of_the_others(tmp_path, arrays):
    some = kept(tmp_path / "values", arrays).only([3, 1])
    assert sorted(some) == [1, 3]
    assert some.get(0) is None


def test_a_change_stays_with_the_reader(tmp_path, arrays):
    shelf = kept(tmp_path / "values", arrays)
    shelf[0][:] = 0
    assert np.array_equal(shelf[0], arrays[0])


@pytest.mark.full
def test_nothing_is_left_behind_by_a_diagnosis(tmp_path, monkeypatch):
    seen = []

    class Stopped(Exception):
        pass

    class Duo:
        def both(self, method, keras, torch, **shared):
            seen.append(keras["shelf"])
            kept(keras["shelf"], {0: np.zeros(3)})
            raise Stopped

    class Pair:
        mapping = weights = None
        duo = Duo()
        cases = (type("Case", (), {"inputs": {}}),)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(Stopped):
        diagnose(Pair())
    assert seen
    assert not list(tmp_path.iterdir())
