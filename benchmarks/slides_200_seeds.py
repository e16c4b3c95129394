"""Where the run printed on the slides falls among 200 runs of the same recipe in each framework.

    python benchmarks/slides_200_seeds.py [--seeds 200]      4 minutes of processor time

The recipe is `full_batch` on `mlp/slides`: 20 features, two hidden layers of 64, Adam, 20 epochs on the whole training
set. The slides print losses and an accuracy, not their data or seed; 84.00 % is a count of 200 test rows. The data are
the 1000 rows of `make_classification` that the guides of the same source use, split 80 to 20 and scaled by the training
part. Every seed draws the framework's own initial weights; a quarter of the seeds is run once more in Keras, from the
weights that PyTorch draws.
"""

import argparse
import sys
from functools import cache

import numpy as np

import torch  # isort: skip  before TensorFlow
import keras
import tensorflow as tf
from scipy.stats import ks_2samp
from sklearn.datasets import make_classification
from sklearn.model_selection import train_test_split

from keras_impl.models.mlp import build_mlp
from keras_impl.recipes import full_batch as keras_recipe
from torch_impl.models.mlp import MLP
from torch_impl.recipes import full_batch as torch_recipe

SLIDES = {"input_shape": (20,), "units": (64, 64), "classes": 2, "dropout": 0.0, "batch_norm": False}
PRINTED = {"loss, epoch 5": 0.6710, "loss, epoch 10": 0.6339, "loss, epoch 15": 0.5944, "loss, epoch 20": 0.5495}
ACCURACY = "test accuracy"
EPOCHS = (5, 10, 15, 20)
NAMES = {"kernel": "{}.weight", "bias": "{}.bias"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    count = parser.parse_args().seeds
    if count < 2:
        sys.exit(f"error: --seeds {count}: expected at least 2\nhint: the published study has 200")
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})  # longer than twenty steps
    keras_runs = runs(range(count), keras_net, keras_recipe)
    torch_runs = runs(range(count), torch_net, torch_recipe)
    same = runs(range(max(2, count // 4)), keras_net_like_torch, keras_recipe)
    show({"keras": keras_runs, "torch": torch_runs})
    compare("its own weights", keras_runs, torch_runs)
    compare("torch's weights", same, torch_runs[: len(same)])


def runs(seeds, build, recipe):
    """One row per seed."""
    return np.array([one_run(seed, build, recipe) for seed in seeds])


def keras_net(seed):
    keras.utils.set_random_seed(seed)
    return build_mlp(**SLIDES)


def torch_net(seed):
    torch.manual_seed(seed)
    return MLP(**SLIDES)


def keras_net_like_torch(seed):
    """Torch's kernels are (out, in), Keras's (in, out); names are those of the paths."""
    model, weights = keras_net(seed), torch_net(seed).state_dict()
    for variable in model.variables:
        variable.assign(weights[NAMES[variable.name].format(variable.path.rpartition("/")[0])].numpy().T)
    return model


def one_run(seed, build, recipe):
    """Losses at the printed epochs, as they were before the update of the epoch, and test accuracy."""
    training, (x, y) = rows()
    model = build(seed)
    curves = recipe.train(model, training)
    with torch.no_grad():
        logits = model(torch.from_numpy(x)).numpy() if recipe is torch_recipe else model(x).numpy()
    return [*(curves["loss"][epoch - 1] for epoch in EPOCHS), float((logits.argmax(-1) == y).mean())]


@cache
def rows():
    """(features, labels) to train on and to test on."""
    x, y = make_classification(1000, 20, n_informative=15, n_redundant=5, random_state=42)
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.2, random_state=42)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    return tuple((((part - mean) / spread).astype("float32"), labels) for part, labels in ((x, y), (x_test, y_test)))


def show(series):
    """A table of where the printed numbers lie in each series."""
    print("median (5 to 95 %) of the runs: share of them below the printed number")
    print(f"| quantity | printed | {' | '.join(f'{name}, {len(found)} seeds' for name, found in series.items())} |")
    print("|" + "---|" * (2 + len(series)))
    for column, (name, printed) in enumerate({**PRINTED, ACCURACY: 0.84}.items()):
        cells = [cell(found[:, column], printed) for found in series.values()]
        print(f"| {name} | {printed:.4f} | {' | '.join(cells)} |")


def compare(weights, keras_runs, torch_runs):
    """Whether two series differ as distributions, and seed by seed."""
    tests = [ks_2samp(ours, theirs).pvalue for ours, theirs in zip(keras_runs.T, torch_runs.T, strict=True)]
    apart = np.abs(keras_runs - torch_runs)[:, :-1].max()
    print(
        f"keras from {weights} against torch, {len(keras_runs)} seeds: Kolmogorov-Smirnov p {min(tests):.2g} to "
        f"{max(tests):.2g}; losses of a seed apart by {apart:.1e} at most"
    )


def cell(values, printed):
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return f"{middle:.4f} ({low:.4f} to {high:.4f}): {quantile(values, printed):.3f}"


def quantile(values, printed):
    """Share of the runs below a number; ties count half."""
    return float((values < printed).mean() + (values == printed).mean() / 2)


if __name__ == "__main__":
    main()
