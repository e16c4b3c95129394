"""The process of one side: ``python -m parity.worker SIDE FD EARLY LATER`` serves requests on an inherited socket.

EARLY and LATER are names of modules with commas between them, or nothing.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from parity.channel import Channel

UNUSED = ("sklearn", "matplotlib", "scipy")
"""What Keras and TensorFlow import where they find it, for wrappers, plots and sparse matrices."""
IDLE = 0.03
"""Seconds without a request after which the next module of LATER is imported."""
SIDES = {"keras": "parity.sides.keras_side:KerasSide", "torch": "parity.sides.torch_side:TorchSide"}


def make_side(name: str) -> Any:
    """Import one framework and return its side."""
    module, _, attribute = SIDES[name].partition(":")
    return getattr(importlib.import_module(module), attribute)()


@contextmanager
def quick_import() -> Iterator[None]:
    """Import without searching for garbage and without what no side uses; a user's file may import that later."""
    left_out = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(left_out))  # type: ignore[arg-type]  # None: as if it was not installed
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # modules stay: no search goes through them again
        gc.enable()
        for name in left_out:
            del sys.modules[name]


def answer(side: Any, method: str, arguments: dict[str, Any]) -> tuple[Any, ...]:
    """Do one request: ``("done", result)``, ``("usage", message, hint)`` or ``("failed", reason, trace)``."""
    from parity.errors import UsageError
    from parity.sides.source import last_line

    try:
        return "done", getattr(side, method)(**arguments)
    except UsageError as problem:
        return "usage", problem.message, problem.hint
    except Exception as problem:
        return "failed", last_line(problem), traceback.format_exc()


def _named(modules: str) -> list[str]:
    return modules.split(",") if modules else []


def main() -> None:
    name, descriptor = sys.argv[1], int(sys.argv[2])
    channel = Channel(descriptor)
    try:
        with quick_import():
            side = make_side(name)
            for module in _named(sys.argv[3]):
                importlib.import_module(module)
    except ImportError as problem:
        channel.send(("missing", str(problem)))
        return
    side.tell = lambda note: channel.send(("note", note))
    channel.send(("ready",))
    later = _named(sys.argv[4])
    while True:
        try:
            while later and not channel.waits(IDLE):
                with suppress(ImportError):  # who needs it will say what is missing
                    importlib.import_module(later.pop(0))
            method, arguments = channel.receive()
        except (EOFError, OSError):
            break
        began = time.monotonic()
        reply = answer(side, method, arguments)
        channel.send((*reply, (began, time.monotonic())))
    sys.stdout.flush()
    os._exit(0)  # frameworks spend up to a second on their own shutdown


if __name__ == "__main__":
    main()
