"""Train one CNN on scikit-learn's digits in Keras and in PyTorch, and see how far the two runs part.

    python examples/digits_in_both_frameworks.py [--epochs 5] [--plot out/digits.png]

Both runs start from the same weights, see the same rows in the same order and take the same dropout masks. In float64
the two loss curves are one curve; in float32 the rounding of each step is amplified by the next ones. A third run
leaves each framework its own dropout: that is the time per epoch to compare.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from parity import data
from parity.atomic import write_bytes
from parity.process import two_processes
from parity.training import train_both

ARGUMENTS = {"channels": 1, "widths": (16, 32, 64), "convs": 1, "classes": 10, "spatial_dropout": 0.1, "dropout": 0.25}
TWIN = ("keras_impl.models.cnn:build_cnn", "torch_impl.models.cnn:CNN", ARGUMENTS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=None, help="use only so many training rows")
    parser.add_argument("--plot", type=Path, default=Path("out/digits.png"))
    options = parser.parse_args()
    if options.epochs < 1:
        sys.exit(f"error: --epochs {options.epochs}: expected a positive whole number\nhint: the default is 5")
    sets = digits(options.rows)
    runs = {}
    with two_processes() as duo:
        for dtype in ("float64", "float32"):
            runs[dtype] = train_both(duo, *TWIN, "handout", *sets, dtype=dtype, epochs=options.epochs)
            show(dtype, runs[dtype])
        free = train_both(duo, *TWIN, "handout", *sets, shared=False, epochs=options.epochs)
    show_speed(free)
    draw(runs, options.plot)
    print(f"wrote {options.plot}")


def digits(rows):
    """(images (N, 16, 16, 1), labels) for training, validation and test; each pixel of the 8x8 digits doubled."""
    parts = data.load("digits")
    doubled = [
        (np.kron(part.inputs, np.ones((1, 2, 2, 1))), part.targets)
        for part in (parts.train, parts.validation, parts.test)
    ]
    return (doubled[0][0][:rows], doubled[0][1][:rows]), *doubled[1:]


def show(dtype, both):
    print(f"\n{dtype}: the same rows, the same masks")
    print("epoch   loss keras    loss torch    difference   accuracy keras  torch")
    rows = zip(
        both.keras["loss"],
        both.torch["loss"],
        both.difference(),
        both.keras["val_accuracy"],
        both.torch["val_accuracy"],
        strict=True,
    )
    for epoch, (keras, torch, difference, *accuracies) in enumerate(rows, 1):
        losses = f"{keras:<11.8f}   {torch:<11.8f}   {difference:<10.1e}"
        print(f"{epoch:>5}   {losses}   {accuracies[0]:<14.4f}  {accuracies[1]:.4f}")
    print(f"test accuracy: keras {both.test_accuracy['keras']:.4f}, torch {both.test_accuracy['torch']:.4f}")


def show_speed(both):
    """The median leaves out the first epoch, in which Keras traces its graph."""
    keras, torch = (float(np.median(side["seconds"][1:] or side["seconds"])) for side in (both.keras, both.torch))
    print("\nfloat32, each with its own dropout, both at once, one core each:")
    print(f"seconds per epoch: keras {keras:.2f}, torch {torch:.2f}")
    print(f"test accuracy: keras {both.test_accuracy['keras']:.4f}, torch {both.test_accuracy['torch']:.4f}")


def draw(runs, path):
    """Loss curves of both frameworks, and their difference on a logarithmic axis."""
    from io import BytesIO

    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, differences = figure.subplots(1, 2)
    for dtype, both in runs.items():
        epochs = range(1, len(both.keras["loss"]) + 1)
        losses.plot(epochs, both.keras["loss"], label=f"Keras {dtype}", linewidth=4, alpha=0.4)
        losses.plot(epochs, both.torch["loss"], label=f"PyTorch {dtype}", linestyle="--")
        differences.semilogy(epochs, np.maximum(both.difference(), 1e-17), marker="o", label=dtype)
    differences.axhline(1e-9, color="grey", linestyle=":", label="bound of the proof")
    losses.set(title="training loss", xlabel="epoch")
    differences.set(title="relative difference of the loss", xlabel="epoch")
    for axis in (losses, differences):
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.legend()
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, picture.getvalue())


if __name__ == "__main__":
    main()
