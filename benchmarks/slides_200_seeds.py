"""Where the run printed on the slides falls among 200 runs of the same recipe in each framework.

    python benchmarks/slides_200_seeds.py [--seeds 200]

The recipe is `full_batch` on `mlp/slides`: 20 features, two hidden layers of 64, Adam, 20 epochs on the whole training
set. The slides print losses and an accuracy, not their data or seed; 84.00 % is a count of 200 test rows. The data are
the 1000 rows of `make_classification` that the guides of the same source use, split 80 to 20 and scaled by the training
part; every seed draws the framework's own initial weights.
"""

import argparse
import sys
from functools import cache

import numpy as np

import torch  # isort: skip  before TensorFlow
import keras
from scipy.stats import ks_2samp
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

from keras_impl.models.mlp import build_mlp
from keras_impl.recipes import full_batch as keras_recipe
from keras_impl.training.loop import predict as keras_predict
from torch_impl.models.mlp import MLP
from torch_impl.recipes import full_batch as torch_recipe
from torch_impl.training.loop import predict as torch_predict

SLIDES = {"input_shape": (20,), "units": (64, 64), "classes": 2, "dropout": 0.0, "batch_norm": False}
PRINTED = {"loss, epoch 5": 0.6710, "loss, epoch 10": 0.6339, "loss, epoch 15": 0.5944, "loss, epoch 20": 0.5495}
ACCURACY = "test accuracy"
EPOCHS = (5, 10, 15, 20)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    count = parser.parse_args().seeds
    if count < 2:
        sys.exit(f"error: --seeds {count}: expected at least 2\nhint: the published study has 200")
    runs = {
        "keras": np.array([one_run(seed, keras_net, keras_recipe, keras_predict) for seed in range(count)]),
        "torch": np.array([one_run(seed, torch_net, torch_recipe, torch_predict) for seed in range(count)]),
    }
    show(runs, count)


def keras_net(seed):
    keras.utils.set_random_seed(seed)
    return build_mlp(**SLIDES)


def torch_net(seed):
    torch.manual_seed(seed)
    return MLP(**SLIDES)


def one_run(seed, build, recipe, predict):
    """Losses at the printed epochs, as they were before the update of the epoch, and test accuracy."""
    training, (x, y) = rows()
    model = build(seed)
    curves = recipe.train(model, training)
    accuracy = float((predict(model, x).argmax(-1) == y).mean())
    return [*(curves["loss"][epoch - 1] for epoch in EPOCHS), accuracy]


@cache
def rows():
    """(features, labels) to train on and to test on."""
    x, y = make_classification(1000, 20, n_informative=15, n_redundant=5, random_state=42)
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.2, random_state=42)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    return tuple((((part - mean) / spread).astype("float32"), labels) for part, labels in ((x, y), (x_test, y_test)))


def show(runs, count):
    """A table: quantiles of the printed numbers in both distributions, and whether these differ."""
    print(f"{count} seeds per framework; quantile = share of runs below the printed number")
    print("| quantity | printed | keras: median (5 to 95 %) | quantile | torch: median (5 to 95 %) | quantile | KS p |")
    print("|" + "---|" * 7)
    for column, (name, printed) in enumerate({**PRINTED, ACCURACY: 0.84}.items()):
        ours, theirs = runs["keras"][:, column], runs["torch"][:, column]
        cells = [name, f"{printed:.4f}"]
        for values in (ours, theirs):
            low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
            cells += [f"{middle:.4f} ({low:.4f} to {high:.4f})", f"{quantile(values, printed):.3f}"]
        print(f"| {' | '.join([*cells, f'{ks_2samp(ours, theirs).pvalue:.2g}'])} |")


def quantile(values, printed):
    """Share of the runs below a number; ties count half."""
    return float((values < printed).mean() + (values == printed).mean() / 2)


if __name__ == "__main__":
    main()
