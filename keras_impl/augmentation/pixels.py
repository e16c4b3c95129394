"""Images (B, H, W, C) changed by given numbers, one per image.

Written with ``keras.ops``: TensorFlow's own image operations compute in float32.  rule: resize-float32
"""

import numpy as np
from keras import ops

GREY = (0.2989, 0.587, 0.114)  # rule: data-greyscale


def resized_crop(images, top, left, height, width, size):
    """The window of each image, resized to ``size``: bilinear, smoothed where it shrinks."""
    rows = [stretch(images.shape[1], *place, size[0]) for place in zip(top, height, strict=True)]
    columns = [stretch(images.shape[2], *place, size[1]) for place in zip(left, width, strict=True)]
    return contract(images, np.stack(rows), np.stack(columns))


def resize(images, size):
    """All images resized to ``size``: bilinear, smoothed where they shrink.  rule: resize-antialias"""
    height, width = images.shape[1:3]
    return contract(images, stretch(height, 0, height, size[0])[None], stretch(width, 0, width, size[1])[None])


def stretch(side, start, length, target):
    """Weights (target, side) that map ``length`` numbers from ``start`` on to ``target`` numbers: triangles."""
    scale = length / target
    middles = (np.arange(target) + 0.5) * scale + start
    places = np.arange(side) + 0.5
    weights = np.maximum(0, 1 - np.abs(places - middles[:, None]) / max(scale, 1))
    weights = weights * ((places > start) & (places < start + length))
    return weights / weights.sum(axis=1, keepdims=True)


def contract(images, rows, columns):
    rows, columns = like(rows, images), like(columns, images)
    return ops.einsum("bhwc,bih,bjw->bijc", images, *spread((rows, columns), images.shape[0]))


def spread(matrices, count):
    return [ops.broadcast_to(matrix, (count, *matrix.shape[1:])) for matrix in matrices]


def window(images, top, left, size):
    """The window of each image that begins at ``top`` and ``left``; zeros where it lies outside."""
    height, width = size or images.shape[1:3]
    rows = np.asarray(top)[:, None, None] + np.arange(height)[:, None] + np.zeros(width, int)
    columns = np.asarray(left)[:, None, None] + np.arange(width) + np.zeros((height, 1), int)
    return taken(images, rows, columns)


def flip(images, flipped):
    """Left becomes right where ``flipped``."""
    return ops.where(np.asarray(flipped)[:, None, None, None], ops.flip(images, axis=2), images)


def rotate(images, degrees):
    """Each image turned counter-clockwise about its middle, bilinear, zeros from outside."""
    height, width = images.shape[1:3]
    angle = np.radians(np.asarray(degrees, "float64"))[:, None, None]
    down, right = np.arange(height)[:, None] - (height - 1) / 2, np.arange(width) - (width - 1) / 2
    rows = np.sin(angle) * right + np.cos(angle) * down + (height - 1) / 2
    columns = np.cos(angle) * right - np.sin(angle) * down + (width - 1) / 2
    return sampled(images, rows, columns)


def sampled(images, rows, columns):
    """Pixels between pixels: (B, H, W) coordinates, each value from its four neighbours."""
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    below, beside = rows - top, columns - left
    result = 0
    for down, row_weight in ((0, 1 - below), (1, below)):
        for right, column_weight in ((0, 1 - beside), (1, beside)):
            weight = like(row_weight * column_weight, images)[..., None]
            result = result + weight * taken(images, top + down, left + right)
    return result


def taken(images, rows, columns):
    """The pixels at whole coordinates (B, H, W), zero outside."""
    count, height, width, channels = images.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    index = np.clip(rows, 0, height - 1) * width + np.clip(columns, 0, width - 1)
    flat = ops.reshape(images, (count, height * width, channels))
    found = ops.take_along_axis(flat, index.reshape(count, -1, 1), axis=1)
    return ops.reshape(found, (*index.shape, channels)) * like(inside[..., None], images)


def jitter(images, brightness, contrast, saturation, hue):
    """Brightness by a factor, contrast about the mean grey, saturation about the grey, hue by a turn."""
    images = blend(images, 0, brightness)
    images = blend(images, ops.mean(grey(images), axis=(1, 2), keepdims=True), contrast)
    images = blend(images, grey(images), saturation)
    return turn_hue(images, hue)


def blend(images, other, factor):
    factor = like(np.asarray(factor)[:, None, None, None], images)
    return ops.clip(images * factor + other * (1 - factor), 0, 1)


def grey(images):
    return ops.sum(images * like(np.asarray(GREY), images), axis=-1, keepdims=True)


def turn_hue(images, hue):
    hsv = to_hsv(images)
    turned = ops.mod(hsv[0] + like(np.asarray(hue)[:, None, None], images), 1)
    return from_hsv(turned, *hsv[1:])


def to_hsv(images):
    """Hue in [0, 1), saturation, value, each (B, H, W)."""
    red, green, blue = (images[..., channel] for channel in range(3))
    value, low = ops.max(images, axis=-1), ops.min(images, axis=-1)
    chroma = value - low
    span = ops.where(chroma > 0, chroma, 1)
    sixth = ops.where(
        ops.equal(value, red),
        (green - blue) / span,
        ops.where(ops.equal(value, green), 2 + (blue - red) / span, 4 + (red - green) / span),
    )
    return ops.mod(sixth / 6, 1), chroma / ops.where(value > 0, value, 1), value


def from_hsv(hue, saturation, value):
    parts = []
    for offset in (5, 3, 1):
        place = ops.mod(offset + hue * 6, 6)
        parts.append(value - value * saturation * ops.clip(ops.minimum(place, 4 - place), 0, 1))
    return ops.stack(parts, axis=-1)


def erase(images, top, left, height, width):
    """Zeros in the window of each image."""
    rows, columns = np.arange(images.shape[1])[:, None], np.arange(images.shape[2])
    top, left, height, width = (np.asarray(numbers)[:, None, None] for numbers in (top, left, height, width))
    inside = (rows >= top) & (rows < top + height) & (columns >= left) & (columns < left + width)
    return images * like(~inside[..., None], images)


def add_noise(images, noise):
    """``noise`` (B, H, W, C) on top, cut off at 0 and 1."""
    return ops.clip(images + like(noise, images), 0, 1)


def normalize(images, mean, deviation):
    """One mean and deviation per channel."""
    return (images - like(np.asarray(mean), images)) / like(np.asarray(deviation), images)


def center_crop(images, size):
    """The middle; of an odd rest, half of the cases round up.  rule: data-center-crop"""
    top, left = (round((side - part) / 2) for side, part in zip(images.shape[1:3], size, strict=True))
    return images[:, top : top + size[0], left : left + size[1]]


def like(numbers, images):
    return ops.convert_to_tensor(numbers, dtype=images.dtype)
