"""Errors that reach the user as one ``error:`` line and one ``hint:`` line, never as a traceback."""

from collections.abc import Sequence


class ParityError(Exception):
    """Base of every error that this project raises on purpose.

    Args:
        message: the name, its value and what was expected, on one line.
        hint: what to do about it.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class UsageError(ParityError):
    """The input or the use is wrong: exit code 2."""

    exit_code = 2


class EnvironmentProblem(ParityError):
    """Something outside the input is wrong (a package, a folder, a crashed process): exit code 3."""

    exit_code = 3


class SideFailed(ParityError):
    """One framework raised while it did what it was asked.

    Args:
        side: ``keras`` or ``torch``.
        action: the request, e.g. ``gradients``.
        reason: the first line of the framework's own error.
        trace: the whole traceback.
    """

    def __init__(self, side: str, action: str, reason: str, trace: str = "") -> None:
        super().__init__(f"{side} failed in {action}: {reason}", _last_frames(trace))
        self.side, self.action, self.reason, self.trace = side, action, reason, trace


def _last_frames(trace: str, lines: int = 6) -> str:
    return "its traceback ends with\n" + "\n".join(trace.strip().splitlines()[-lines:]) if trace else ""


def listed(names: Sequence[str], most: int = 8) -> str:
    """``a, b and 3 more``: what an error line has room for."""
    rest = len(names) - most
    return (", ".join(names[:most]) or "none") + (f" and {rest} more" if rest > 0 else "")
