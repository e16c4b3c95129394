"""``torch.stft`` in the steps that code by hand takes, so that each of them is seen."""

from __future__ import annotations

import torch
import torch.nn.functional as F

FUNCTIONS = (torch.stft, torch.Tensor.stft)


def stft(
    input: torch.Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: torch.Tensor | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    **_: object,
) -> torch.Tensor:
    """The spectra (samples, bins, frames) of signals (samples, time), as ``torch.stft`` has them (source: its page)."""
    if center:
        padded = F.pad(input.reshape(-1, 1, input.shape[-1]), (n_fft // 2, n_fft // 2), pad_mode)
        input = padded.reshape(*input.shape[:-1], -1)
    frames = input.unfold(-1, n_fft, hop_length or n_fft // 4)
    if window is not None or win_length is not None:
        frames = frames * _as_long(window, win_length or n_fft, n_fft).to(frames)
    one_sided = onesided is not False and not frames.is_complex()
    spectra = (torch.fft.rfft if one_sided else torch.fft.fft)(frames).transpose(-1, -2)
    spectra = spectra * n_fft**-0.5 if normalized else spectra
    return spectra if return_complex else torch.view_as_real(spectra)


def _as_long(window: torch.Tensor | None, length: int, frame: int) -> torch.Tensor:
    """A window in the middle of a frame that is longer."""
    known = torch.ones(length) if window is None else window
    left = (frame - length) // 2
    return F.pad(known, (left, frame - length - left)) if length < frame else known
