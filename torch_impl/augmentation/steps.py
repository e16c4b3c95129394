"""What can be done to an image at random, and the numbers that say what is done.

A step draws its numbers with NumPy, one image at a time; ``pixels`` changes the images by them. The draws are the same
in both frameworks, with torchvision's distributions. Images are fractions in [0, 1].
"""

import math

import numpy as np

from torch_impl.arguments import check_rate, check_sides, check_size
from torch_impl.augmentation import pixels

TRIES = 10


class ResizedCrop:
    """A window of random area and shape, resized.

    Args:
        size: height and width of the result.
        scale: smallest and largest share of the image's area.
        ratio: smallest and largest width divided by height.
    """

    def __init__(self, size, scale=(0.8, 1.0), ratio=(3 / 4, 4 / 3)):
        check_sides("size", size, 1)
        check_range("scale", scale, 0, 1)
        check_range("ratio", ratio, 0, math.inf)
        self.size, self.scale, self.ratio = tuple(size), scale, ratio

    def draw(self, random, height, width):
        box = fitting_box(random, height, width, self.scale, self.ratio) or self.middle(height, width)
        return dict(zip(("top", "left", "height", "width"), box, strict=True))

    def middle(self, height, width):
        """The largest window of an allowed shape."""
        smallest, largest = self.ratio
        tall, wide = min(height, round(width / smallest)), min(width, round(height * largest))
        return (height - tall) // 2, (width - wide) // 2, tall, wide

    def apply(self, images, drawn):
        return pixels.resized_crop(images, size=self.size, **drawn)


class PaddedCrop:
    """A window at a random place of the image with a margin of zeros.

    Args:
        size: height and width of the window.
        padding: width of the margin.
    """

    def __init__(self, size=(32, 32), padding=4):
        check_sides("size", size, 1)
        self.size, self.padding = tuple(size), padding

    def draw(self, random, height, width):
        rooms = [side + 2 * self.padding - part for side, part in zip((height, width), self.size, strict=True)]
        if min(rooms) < 0:
            raise ValueError(f"size={self.size!r}: expected at most the image's {(height, width)} and its margins")
        top, left = (int(random.integers(room + 1)) - self.padding for room in rooms)
        return {"top": top, "left": left}

    def apply(self, images, drawn):
        return pixels.window(images, size=self.size, **drawn)


class Flip:
    """Left becomes right, with probability ``rate``."""

    def __init__(self, rate=0.5):
        check_rate("rate", rate)
        self.rate = rate

    def draw(self, random, height, width):
        return {"flipped": bool(random.random() < self.rate)}

    def apply(self, images, drawn):
        return pixels.flip(images, **drawn)


class Rotation:
    """A turn about the middle by up to ``degrees`` either way: bilinear, zeros from outside.  rule: data-rotation"""

    def __init__(self, degrees=15.0):
        check_range("degrees", (0, degrees), 0, 180)
        self.degrees = degrees

    def draw(self, random, height, width):
        return {"degrees": random.uniform(-self.degrees, self.degrees)}

    def apply(self, images, drawn):
        return pixels.rotate(images, **drawn)


class Translation:
    """A shift by whole pixels, up to ``share`` of each side either way; zeros come in."""

    def __init__(self, share=0.1):
        check_rate("share", share)
        self.share = share

    def draw(self, random, height, width):
        down, right = (round(random.uniform(-self.share, self.share) * side) for side in (height, width))
        return {"top": -down, "left": -right}

    def apply(self, images, drawn):
        return pixels.window(images, size=None, **drawn)


class ColorJitter:
    """Other brightness, contrast, saturation and hue, in this order.

    rule: data-jitter-order, data-brightness, data-contrast, data-saturation

    Args:
        brightness, contrast, saturation: a factor is drawn within this distance of 1.
        hue: a share of the colour circle is drawn within this distance of 0, at most 0.5.
    """

    def __init__(self, brightness=0.2, contrast=0.2, saturation=0.2, hue=0.1):
        self.spreads = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "hue": hue}
        for name, spread in self.spreads.items():
            check_range(name, (0, spread), 0, 0.5 if name == "hue" else 1)

    def draw(self, random, height, width):
        middles = {"brightness": 1, "contrast": 1, "saturation": 1, "hue": 0}
        return {name: random.uniform(middles[name] - s, middles[name] + s) for name, s in self.spreads.items()}

    def apply(self, images, drawn):
        return pixels.jitter(images, **drawn)


class Erasing:
    """A window of zeros, with probability ``rate``.

    Args:
        rate: of images that lose a window.
        scale: smallest and largest share of the image's area.
        ratio: smallest and largest width divided by height.
    """

    def __init__(self, rate=0.1, scale=(0.02, 0.33), ratio=(0.3, 3.3)):
        check_rate("rate", rate)
        check_range("scale", scale, 0, 1)
        check_range("ratio", ratio, 0, math.inf)
        self.rate, self.scale, self.ratio = rate, scale, ratio

    def draw(self, random, height, width):
        erased = random.random() < self.rate
        box = fitting_box(random, height, width, self.scale, self.ratio) if erased else None
        return dict(zip(("top", "left", "height", "width"), box or (0, 0, 0, 0), strict=True))

    def apply(self, images, drawn):
        return pixels.erase(images, **drawn)


class GaussianNoise:
    """Normal noise on every number, cut off at 0 and 1.

    Args:
        deviation: of the noise.
        channels: of the images.
    """

    def __init__(self, deviation=0.1, channels=3):
        check_range("deviation", (0, deviation), 0, math.inf)
        check_size("channels", channels)
        self.deviation, self.channels = deviation, channels

    def draw(self, random, height, width):
        return {"noise": random.normal(0, self.deviation, (height, width, self.channels))}

    def apply(self, images, drawn):
        return pixels.add_noise(images, **drawn)


class Normalize:
    """Subtract a mean and divide by a deviation per channel; nothing is drawn.  rule: data-variance-or-deviation"""

    def __init__(self, mean, deviation):
        if len(mean) != len(deviation):
            raise ValueError(f"deviation={deviation!r}: expected {len(mean)} numbers, one per channel")
        self.mean, self.deviation = mean, deviation

    def draw(self, random, height, width):
        return {}

    def apply(self, images, drawn):
        return pixels.normalize(images, self.mean, self.deviation)


def fitting_box(random, height, width, scale, ratio):
    """Top, left, height and width of a window with that share and that shape, or None if none was found."""
    for _ in range(TRIES):
        area = height * width * random.uniform(*scale)
        shape = math.exp(random.uniform(*np.log(ratio)))
        tall, wide = round(math.sqrt(area / shape)), round(math.sqrt(area * shape))
        if 0 < tall <= height and 0 < wide <= width:
            return int(random.integers(height - tall + 1)), int(random.integers(width - wide + 1)), tall, wide
    return None


def check_range(name, values, lowest, highest):
    """Raise ValueError unless ``values`` are two numbers in order within the limits."""
    low, high = values
    if not lowest <= low <= high <= highest:
        raise ValueError(f"{name}={high if low == 0 else values!r}: expected numbers from {lowest} to {highest}")
