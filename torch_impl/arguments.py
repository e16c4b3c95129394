"""Argument checks shared by the builders: the same message on both sides."""

from collections.abc import Sequence


def check_rate(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` is a probability in [0, 1)."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < 1:
        raise ValueError(f"{name}={value!r}: expected a rate in [0, 1)")


def check_size(name: str, value: int) -> None:
    """Raise ValueError unless ``value`` is a positive whole number."""
    if not _is_size(value):
        raise ValueError(f"{name}={value!r}: expected a positive whole number")


def check_sizes(name: str, values: Sequence[int]) -> None:
    """Raise ValueError unless ``values`` is a non-empty sequence of positive whole numbers."""
    whole = isinstance(values, Sequence) and not isinstance(values, str)
    if not whole or not values or not all(map(_is_size, values)):
        raise ValueError(f"{name}={values!r}: expected a sequence of positive whole numbers")


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Raise ValueError unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}: expected one of {', '.join(choices)}")


def check_divides(name: str, value: int, whole_name: str, whole: int) -> None:
    """Raise ValueError unless ``value`` divides ``whole``."""
    if whole % value:
        raise ValueError(f"{name}={value!r}: expected a divisor of {whole_name}={whole!r}")


def check_sides(name: str, sides: Sequence[int], smallest: int) -> None:
    """Raise ValueError unless ``sides`` is (height, width) of an image, each at least ``smallest``."""
    check_sizes(name, sides)
    if len(sides) != 2 or min(sides) < smallest:
        raise ValueError(f"{name}={sides!r}: expected two sides of at least {smallest}")


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
