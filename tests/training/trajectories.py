"""Every recipe from start to end, with its own epochs and patience, on two small networks: the proof and its table.

python tests/training/trajectories.py
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parity import data
from parity.climbing import climb
from parity.pair import Case, Pair
from parity.process import two_processes
from parity.sides.source import Source
from parity.training import Plan
from parity.zoo import Input

HERE = Path(__file__).parent
NETS = {"batch norm, dropout": ("build_norm_net", "NormNet"), "recurrent": ("build_recurrent_net", "RecurrentNet")}
STAGES = {"batch norm, dropout": ("first", "norm", "head"), "recurrent": ("first", "second", "head")}


@dataclass(frozen=True)
class Run:
    """A recipe on some rows.

    Args:
        recipe: name of its file.
        source: where the rows come from.
        loss: of the recipe.
        rows: of the training; a recipe that takes one data set splits them itself.
        options: of the recipe; its epochs and patience are its own.
        shape: of one sample.
        classes: width of the head.
    """

    recipe: str
    source: str = "breast_cancer"
    loss: str = "cross_entropy"
    rows: int = 90
    options: dict[str, Any] = field(default_factory=dict)
    shape: tuple[int, ...] = (6,)
    classes: int = 2


QUICK = {"learning_rate": 0.03}  # fast enough for plateaus and an early stop within the recipe's epochs
SQUARED = "mean_squared_error"
RUNS = {
    "B1 handout": Run("handout", options=QUICK),
    "B2 short": Run("short"),
    "B3 regularized": Run("regularized", options=QUICK),
    "B4 full_batch, slides": Run("full_batch"),
    "B4 full_batch, guide": Run("full_batch", "diabetes", SQUARED, options={"loss": SQUARED, "epochs": 100}, classes=1),
    "B5 step": Run("step"),
    "B6 keras_callbacks": Run("keras_callbacks", loss="cross_entropy_on_probabilities", options=QUICK),
    "B7 cifar10": Run("cifar10", rows=150),
    "B8 sentiment": Run("sentiment"),
    "B9 forecast": Run("forecast", "sine", SQUARED, shape=(8, 2), classes=1),
    "B10 transfer, frozen": Run("transfer"),
    "B10 transfer, partial": Run("transfer", options={"strategy": "partial"}),
    "B10 transfer, full": Run("transfer", options={"strategy": "full"}),
    "B10 fine-tuning": Run("transfer", options={"strategy": "fine_tuning", "learning_rate": 1e-3}),
    "B12 autoencoder": Run("autoencoder", loss=SQUARED, classes=6),
    "B13 xor": Run("xor", "xor", "binary_cross_entropy", shape=(2,), classes=1),
    "B14 regression, squared": Run("regression", "diabetes", SQUARED, options=QUICK, classes=1),
    "B14 regression, absolute": Run(
        "regression", "diabetes", SQUARED, options={"loss": "mean_absolute_error", **QUICK}, classes=1
    ),
    "B14 regression, huber": Run("regression", "diabetes", SQUARED, options={"loss": "huber", **QUICK}, classes=1),
    "B15 imbalanced, weights": Run("imbalanced", options=QUICK),
    "B15 imbalanced, oversampling": Run("imbalanced", options={"balance": "oversampling", **QUICK}),
}


def pair_of(duo, run, net, **options):
    """The pair of one network with the plan of one run."""
    arguments = {
        "shape": run.shape,
        "classes": run.classes,
        "probabilities": run.loss == "cross_entropy_on_probabilities",
    }
    keras, torch = NETS[net]
    training, validation, check = (rows(run, count, seed) for seed, count in enumerate((run.rows, 30, 8)))
    stages = {"parts": STAGES[net]} if run.recipe == "transfer" else {}
    plan = Plan(run.recipe, training, validation, {**stages, **run.options, **options})
    return Pair(
        f"{run.recipe}, {net}",
        duo,
        Source(f"{HERE / 'small_keras.py'}:{keras}", arguments),
        Source(f"{HERE / 'small_torch.py'}:{torch}", arguments),
        (Case({"features": check[0]}, check[1]),),
        run.loss,
        plan=plan,
    )


def rows(run, count, seed):
    """Rows of a real source, for the shape of a run."""
    inputs = (Input("features", run.shape),)
    reconstruct = {"reconstruct": True} if run.recipe == "autoencoder" else {}
    found, targets = data.batch(run.source, inputs, (), count, seed, run.loss, run.classes, **reconstruct)
    return found["features"], targets


def prove(duo, name, net, **options):
    """The result of the rung ``trajectory``; ``options`` change the recipe."""
    return climb(pair_of(duo, RUNS[name], net, **options), ("trajectory",)).rungs[0]


def main():
    print("| recipe | network | epochs | steps | worst figure | loss | metrics | weights | slots | statistics |")
    print("|" + "---|" * 10)
    chosen = sys.argv[1:]
    with two_processes() as duo:
        for name in [name for name in RUNS if not chosen or name.split()[0] in chosen]:
            for net in NETS:
                print(line(name, net, prove(duo, name, net)), flush=True)


def line(name, net, result):
    details = result.details
    shown = ["loss", "metrics", "weights", "slots", "statistics"]
    figures = [f"{details['figures'][key]:.0e}" if key in details["figures"] else "-" for key in shown]
    epochs, steps = (details[key]["keras"] for key in ("epochs", "steps"))
    assert details["epochs"]["torch"] == epochs
    return f"| {name} | {net} | {epochs} | {steps} | {result.figure:.1e} ({result.verdict}) | {' | '.join(figures)} |"


if __name__ == "__main__":
    main()
