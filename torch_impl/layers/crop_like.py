"""Crop an image to the size of another."""

import torch
from torch import nn


class CropLike(nn.Module):
    """Image (B, C, H, W) and reference (B, c, h, w) -> (B, C, h, w): the top left corner."""

    def forward(self, image: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        return image.narrow(2, 0, reference.shape[2]).narrow(3, 0, reference.shape[3])
