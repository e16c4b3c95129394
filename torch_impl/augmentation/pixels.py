"""Images (B, C, H, W) changed by given numbers, one per image."""

import numpy as np
import torch
import torch.nn.functional as F

GREY = (0.2989, 0.587, 0.114)  # rule: data-greyscale


def resized_crop(images, top, left, height, width, size):
    """The window of each image, resized to ``size``: bilinear, smoothed where it shrinks."""
    boxes = zip(images, top, left, height, width, strict=True)
    return torch.cat([resize(image[None, :, y : y + h, x : x + w], size) for image, y, x, h, w in boxes])


def resize(images, size):
    """All images resized to ``size``: bilinear, smoothed where they shrink.  rule: resize-antialias"""
    return F.interpolate(images, size, mode="bilinear", align_corners=False, antialias=True)


def window(images, top, left, size):
    """The window of each image that begins at ``top`` and ``left``; zeros where it lies outside."""
    sides = images.shape[2:]
    height, width = size or sides
    margin = max(0, -min(top), -min(left), max(top) + height - sides[0], max(left) + width - sides[1])
    wide = F.pad(images, (margin, margin, margin, margin))
    places = zip(wide, np.add(top, margin), np.add(left, margin), strict=True)
    return torch.stack([image[:, y : y + height, x : x + width] for image, y, x in places])


def flip(images, flipped):
    """Left becomes right where ``flipped``."""
    return torch.where(torch.as_tensor(flipped)[:, None, None, None], images.flip(3), images)


def rotate(images, degrees):
    """Each image turned counter-clockwise about its middle, bilinear, zeros from outside."""
    height, width = images.shape[2:]
    angle = torch.deg2rad(like(degrees, images))
    cosine, sine, zero = torch.cos(angle), torch.sin(angle), torch.zeros_like(angle)
    rows = (cosine, -sine * (height / width), zero, sine * (width / height), cosine, zero)
    grid = F.affine_grid(torch.stack(rows, 1).reshape(-1, 2, 3), images.shape, align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def jitter(images, brightness, contrast, saturation, hue):
    """Brightness by a factor, contrast about the mean grey, saturation about the grey, hue by a turn."""
    images = blend(images, 0, brightness)
    images = blend(images, grey(images).mean((2, 3), keepdim=True), contrast)
    images = blend(images, grey(images), saturation)
    return turn_hue(images, hue)


def blend(images, other, factor):
    factor = like(factor, images)[:, None, None, None]
    return (images * factor + other * (1 - factor)).clamp(0, 1)


def grey(images):
    return torch.einsum("bchw,c->bhw", images, like(GREY, images)).unsqueeze(1)


def turn_hue(images, hue):
    turned, saturation, value = to_hsv(images)
    return from_hsv((turned + like(hue, images)[:, None, None]) % 1, saturation, value)


def to_hsv(images):
    """Hue in [0, 1), saturation, value, each (B, H, W)."""
    red, green, blue = images.unbind(1)
    value, low = images.amax(1), images.amin(1)
    chroma = value - low
    span = torch.where(chroma > 0, chroma, 1)
    sixth = 4 + (red - green) / span
    sixth = torch.where(value == green, 2 + (blue - red) / span, sixth)
    sixth = torch.where(value == red, (green - blue) / span, sixth)
    return sixth / 6 % 1, chroma / torch.where(value > 0, value, 1), value


def from_hsv(hue, saturation, value):
    places = [(offset + hue * 6) % 6 for offset in (5, 3, 1)]
    return torch.stack([value - value * saturation * torch.minimum(p, 4 - p).clamp(0, 1) for p in places], 1)


def erase(images, top, left, height, width):
    """Zeros in the window of each image."""
    images = images.clone()
    for image, y, x, h, w in zip(images, top, left, height, width, strict=True):
        image[:, y : y + h, x : x + w] = 0
    return images


def add_noise(images, noise):
    """``noise`` (B, H, W, C) on top, cut off at 0 and 1."""
    return (images + like(noise, images).permute(0, 3, 1, 2)).clamp(0, 1)


def normalize(images, mean, deviation):
    """One mean and deviation per channel."""
    return (images - like(mean, images)[:, None, None]) / like(deviation, images)[:, None, None]


def center_crop(images, size):
    """The middle; of an odd rest, half of the cases round up.  rule: data-center-crop"""
    top, left = (round((side - part) / 2) for side, part in zip(images.shape[2:], size, strict=True))
    return images[:, :, top : top + size[0], left : left + size[1]]


def like(numbers, images):
    return torch.as_tensor(np.asarray(numbers), dtype=images.dtype)
