"""Every recipe on a network with batch norm and dropout and on a recurrent one: one and the same run.

A few epochs with short patience, so that every schedule and callback acts; ``trajectories.py`` runs the recipes whole.
"""

import pytest
from trajectories import NETS, RUNS, prove

STOPS = {"patience": 1}
SHORT = {
    "handout": {"epochs": 8, "plateau_patience": 0, **STOPS},
    "short": {"epochs": 8, "plateau_patience": 0},
    "regularized": {"epochs": 8, **STOPS},
    "full_batch": {"epochs": 8},
    "step": {"epochs": 8, "every": 3},
    "keras_callbacks": {"epochs": 8, "plateau_patience": 1, **STOPS},
    "cifar10": {"epochs": 8},
    "sentiment": {"epochs": 8},
    "forecast": {"epochs": 8},
    "transfer": {"epochs": 8},
    "autoencoder": {"epochs": 8},
    "xor": {"epochs": 12},
    "regression": {"epochs": 8, **STOPS},
    "imbalanced": {"epochs": 8, **STOPS},
}


FIRST, *OTHERS = NETS
RECIPES = list(dict.fromkeys(run.recipe for run in RUNS.values()))
FIRST_RUNS = [next(name for name, run in RUNS.items() if run.recipe == recipe) for recipe in RECIPES]
"""Variants of one recipe are run on the first network only; ``trajectories.py`` runs them on both."""


@pytest.mark.full
@pytest.mark.parametrize(
    ("name", "net"), [(name, FIRST) for name in RUNS] + [(name, net) for name in FIRST_RUNS for net in OTHERS]
)
def test_recipe_is_one_trajectory(duo, name, net):
    result = prove(duo, name, net, **SHORT[RUNS[name].recipe])
    assert result.verdict == "pass", result.reason
    assert result.bound == 1e-9
    assert result.figure <= 1e-9
    assert result.details["figures"]["learning_rate"] == 0
    assert result.details["epochs"]["keras"] == result.details["epochs"]["torch"]


@pytest.mark.full
def test_a_recipe_that_differs_is_found(duo):
    """The planted bug: the two sides are given other numbers."""
    from trajectories import pair_of

    from parity.climbing import climb

    pair = pair_of(duo, RUNS["B13 xor"], "recurrent", epochs=3)
    both = duo.both

    def changed(method, keras=None, torch=None, **shared):
        if method == "train":
            torch = {**torch, "options": {**shared["options"], "learning_rate": 0.0500001}}
            keras = {**keras, "options": shared.pop("options")}
        return both(method, keras, torch, **shared)

    duo.both = changed
    try:
        result = climb(pair, ("trajectory",)).rungs[0]
    finally:
        del duo.both
    assert result.verdict == "fail"
    assert result.details["first_difference"] == {"step": 1, "quantity": "learning_rate"}
