"""Steps in a row, with numbers that depend on seed, epoch and row alone: the same after a resume, in any batch."""

import numpy as np
import torch

from torch_impl.arguments import check_choice, check_sides
from torch_impl.augmentation import pixels, steps

PUBLISHED = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "cifar10": ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)),
}


class Augmentation:
    """Random steps on images (B, C, H, W) in [0, 1], for ``Batches(transform=...)`` and ``cifar10.train(augment=...)``.

    Args:
        steps: in this order, from ``augmentation.steps``.
        seed: of the numbers.
    """

    def __init__(self, steps, seed=0):
        self.steps = tuple(steps)
        self.seed = seed

    def draw(self, epoch, rows, sides):
        """The numbers of each step, an array with one entry per row.

        Args:
            epoch: number of the epoch.
            rows: of the data set, one per image.
            sides: height and width of the images.
        """
        drawn = []
        for index, step in enumerate(self.steps):
            numbers = [step.draw(np.random.default_rng((self.seed, epoch, row, index)), *sides) for row in rows]
            drawn.append({name: np.stack([each[name] for each in numbers]) for name in numbers[0]})
            sides = getattr(step, "size", sides)
        return drawn

    def apply(self, images, drawn):
        """Change ``images`` by numbers that ``draw`` gave, here or in the other framework."""
        changed = in_double(images)
        for step, numbers in zip(self.steps, drawn, strict=True):
            changed = step.apply(changed, numbers)
        return changed.numpy().astype(images.dtype)

    def __call__(self, images, epoch, rows):
        return self.apply(images, self.draw(epoch, rows, images.shape[2:]))


def cifar10(seed=0):
    """The usual one for CIFAR-10: a shifted window, flip, jitter, normalisation."""
    chosen = (steps.PaddedCrop((32, 32), 4), steps.Flip(), steps.ColorJitter(), steps.Normalize(*PUBLISHED["cifar10"]))
    return Augmentation(chosen, seed)


def handout(size=(224, 224), seed=0):
    """All the random steps of the handout in its order, with ImageNet's normalisation."""
    chosen = (
        steps.ResizedCrop(size),
        steps.Flip(),
        steps.Rotation(15),
        steps.ColorJitter(),
        steps.Translation(0.1),
        steps.Erasing(0.1),
        steps.GaussianNoise(),
        steps.Normalize(*PUBLISHED["imagenet"]),
    )
    return Augmentation(chosen, seed)


def evaluate(images, size=(224, 224), normalization="imagenet", enlarge=1.14):
    """Images (B, C, H, W) in [0, 1] as a trained model expects them: resized, the middle of it, normalised.

    Args:
        images: array.
        size: height and width of the result.
        normalization: "imagenet" or "cifar10": whose mean and deviation.
        enlarge: the shorter side is first resized to this many times the larger of ``size``.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_sides("size", size, 1)
    check_choice("normalization", normalization, tuple(PUBLISHED))
    if not enlarge >= 1:
        raise ValueError(f"enlarge={enlarge!r}: expected a number of at least 1")
    sides = images.shape[2:]
    short = int(max(size) * enlarge)
    larger = [short if side == min(sides) else int(short * side / min(sides)) for side in sides]
    middle = pixels.normalize(
        pixels.center_crop(pixels.resize(in_double(images), larger), size), *PUBLISHED[normalization]
    )
    return middle.numpy().astype(images.dtype)


def in_double(images):
    """A tensor: in single precision the two frameworks would round their weights and angles apart."""
    if images.dtype.kind != "f":
        raise ValueError(f"images of type {images.dtype}: expected fractions in [0, 1]")
    return torch.from_numpy(images).double()
