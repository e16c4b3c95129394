"""Spectra step by step are those of the library."""

from __future__ import annotations

import pytest
import torch

from parity.sides import torch_spectra
from parity.sides.torch_events import Recorder

SIGNAL = torch.randn(2, 200, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize(
    "options",
    [
        {"n_fft": 32},
        {"n_fft": 32, "hop_length": 10, "center": False},
        {"n_fft": 32, "window": torch.hann_window(32, dtype=torch.float64), "pad_mode": "constant"},
        {"n_fft": 33, "win_length": 20, "window": torch.hann_window(20, dtype=torch.float64), "normalized": True},
        {"n_fft": 32, "win_length": 21, "onesided": False},
    ],
)
@pytest.mark.parametrize("signal", [SIGNAL, SIGNAL[0]])
@pytest.mark.filterwarnings("ignore:A window was not provided")
def test_they_are_those_of_the_library(signal, options):
    for is_complex in (True, False):
        expected = torch.stft(signal, **options, return_complex=True)
        expected = expected if is_complex else torch.view_as_real(expected)
        torch.testing.assert_close(torch_spectra.stft(signal, **options, return_complex=is_complex), expected)


def test_the_window_is_seen_as_a_factor():
    class Spectrum(torch.nn.Module):
        def forward(self, x):
            return torch.stft(x, 32, window=torch.hann_window(32, dtype=x.dtype), return_complex=True).abs()

    model = Spectrum()
    recorder = Recorder(model)
    recorder.enter({"x": SIGNAL})
    with recorder.watching(model):
        model(SIGNAL)
    assert [event.kind for event in recorder.events] == ["zero_padding", "unfold", "multiply", "abs"]
