"""Images of another size, and where their pixels come from."""

from __future__ import annotations

from collections.abc import Iterator

from parity.hypotheses.suspect import Suspect
from parity.recording import Trial


def resized(suspect: Suspect) -> Iterator[Trial]:
    """Every way to resize: between pixels, then to the nearest."""
    if suspect.keras.kind not in ("upsample", "resizing"):
        return
    size = suspect.keras.shape[1:-1]
    if size != suspect.torch.shape[1:-1]:
        yield from (Trial("resize-size", "resize", {"mode": mode, "size": size}) for mode in ("nearest", "bilinear"))
        return
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


def shuffled(suspect: Suspect) -> Iterator[Trial]:
    """Channels become pixels, or pixels channels, in another order."""
    if suspect.torch.kind == "pixel_shuffle":
        yield Trial("pixel-shuffle-order", "depth to space")
    if suspect.torch.kind == "pixel_unshuffle":
        yield Trial("pixel-shuffle-order", "space to depth")
