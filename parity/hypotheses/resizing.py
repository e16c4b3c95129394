"""Images of another size, and where their pixels come from."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.suspect import Suspect
from parity.recording import Trial


def resized(suspect: Suspect) -> Iterator[Trial]:
    """Every way to resize: between pixels, then to the nearest."""
    if suspect.keras.kind not in ("upsample", "resizing"):
        return
    if suspect.keras.shape != suspect.torch.shape:
        for mode in (None, "nearest", "bilinear"):
            yield Trial("resize-size", "resize to", {"size": suspect.keras.shape[1:-1], "mode": mode})
    for mode in ("bilinear", "bicubic"):
        for corners, antialias in ((False, False), (True, False), (False, True)):
            options = {"mode": mode, "align_corners": corners, "antialias": antialias}
            yield Trial(_rule(suspect, mode, antialias), "resize", options)
    yield Trial("resize-bicubic", "resize by weights", {"method": "bicubic"})
    yield Trial("resize-nearest", "resize", {"mode": "nearest"})
    yield Trial("resize-nearest", "resize", {"mode": "nearest-exact"})


def _rule(suspect: Suspect, mode: str, antialias: bool) -> str:
    theirs = suspect.torch.attributes
    if "bicubic" in (mode, theirs.get("mode")):
        return "resize-bicubic"
    return "resize-antialias" if antialias != theirs.get("antialias", False) else "resize-align-corners"


def sampled(suspect: Suspect) -> Iterator[Trial]:
    """Pixels at places of a grid: whether -1 and 1 are corners or their centres, in the sampler and in the grid."""
    if suspect.torch.kind != "grid_sample":
        return
    for border in (None, "zeros", "border", "reflection"):
        for stretch in (0, 1, -1):
            for corners in (False, True):
                if border or stretch or corners:
                    rule = "resize-align-corners" if stretch or corners else "padding-mode"
                    yield Trial(rule, "sample", {"other_corners": corners, "stretch": stretch, "border": border})


def _divisors(number: int) -> Iterator[int]:
    """Of a number of channels, but for one and all of them."""
    yield from (n for n in range(2, number) if number % n == 0)


def shuffled(suspect: Suspect) -> Iterator[Trial]:
    """Channels become pixels, or pixels channels, in another order; or they change places in other groups."""
    if suspect.torch.kind == "channel_shuffle":
        for groups in _divisors(suspect.torch.shape[-1]):
            yield Trial("reshape-order", "shuffled in groups", {"groups": groups})
    if suspect.torch.kind == "pixel_shuffle":
        yield Trial("pixel-shuffle-order", "depth to space")
    if suspect.torch.kind == "pixel_unshuffle":
        yield Trial("pixel-shuffle-order", "space to depth")
