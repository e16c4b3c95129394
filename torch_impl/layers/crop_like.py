"""Crop an image to the size of another."""

import torch
from torch import nn


class CropLike(nn.Module):
    """Image (B, C, H, W) and reference (B, c, h, w) -> (B, C, h, w): the top left corner."""

    def forward(self, image: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        return image[:, :, : reference.shape[2], : reference.shape[3]]
