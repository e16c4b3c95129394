"""Learning-rate schedules: index of the epoch or step -> factor on the first learning rate.

``callbacks.schedule.Schedule`` applies them; ``callbacks.plateau.Plateau`` is the one that looks at a loss.

rule: schedule-double
"""

import math


def step(every=30, factor=0.1):
    """Multiply by ``factor`` at every ``every``-th index."""
    return lambda index: factor ** (index // every)


def exponential(factor=0.95):
    """Multiply by ``factor`` at every index."""
    return lambda index: factor**index


def cosine(total, floor=0.0):
    """Half a cosine from 1 down to ``floor`` at index ``total``; climbs again after it.  rule: cosine-after-end"""
    return lambda index: floor + (1 - floor) * (1 + math.cos(math.pi * index / total)) / 2


def warmup(length, start=0.0):
    """A straight line from ``start`` up to 1 at index ``length``, then 1."""
    return lambda index: start + (1 - start) * min(index / length, 1)


def warmup_cosine(length, total, floor=0.0, start=0.0):
    """``warmup`` for ``length`` indices, then ``cosine`` down to ``floor`` at ``total``.  rule: warmup-then-cosine"""
    up, down = warmup(length, start), cosine(total - length, floor)
    return lambda index: up(index) if index < length else down(index - length)


def triangular(length, floor=0.1):
    """Straight lines from ``floor`` up to 1 in ``length`` indices and down again, for ever."""
    return lambda index: floor + (1 - floor) * (1 - abs((index / length) % 2 - 1))
