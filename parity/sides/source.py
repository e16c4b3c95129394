"""Where a model comes from: a registry entry, ``FILE.py:OBJ``, ``package.module:OBJ`` or a live object."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from parity.errors import UsageError
from parity.suggesting import did_you_mean


@dataclass(frozen=True)
class Source:
    """A model, or the callable that builds it, by name.

    Args:
        reference: ``FILE.py:OBJ`` or ``package.module:OBJ``.
        arguments: keyword arguments for the callable.
        live: the object itself, when both sides share one process.
    """

    reference: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    live: Any = None

    def split(self) -> tuple[str, str]:
        """Location and object name.

        Raises:
            UsageError: the reference has no such form, or names a file that is not there.
        """
        location, _, name = self.reference.rpartition(":")
        if not location or not name:
            raise UsageError(
                f"{self.reference!r}: expected FILE.py:OBJ or package.module:OBJ", "for example models/net.py:build_net"
            )
        if location.endswith(".py") and not Path(location).is_file():
            raise UsageError(f"{location}: no such file", "give the path of a Python file, then a colon and the object")
        return location, name

    def resolve(self) -> Any:
        """Import and return the object.

        Raises:
            UsageError: no such file, module or object, or the file raises while it is imported.
        """
        if self.live is not None:
            return self.live
        location, name = self.split()
        module = _load_file(location) if location.endswith(".py") else _load_module(location)
        if not hasattr(module, name):
            public = [key for key in vars(module) if not key.startswith("_")]
            raise UsageError(f"{location} has no object {name!r}", _did_you_mean(name, public))
        return getattr(module, name)

    def build(self, function: Callable[..., Any]) -> Any:
        """Call what was found.

        Raises:
            UsageError: it raises.
        """
        try:
            return function(**self.arguments)
        except Exception as problem:
            raise UsageError(
                f"{self.reference}: cannot be built: {last_line(problem)}",
                "it is called with the registry's arguments, or with none",
            ) from problem


def _did_you_mean(name: str, known: list[str]) -> str:
    return did_you_mean(name, known, f"it has {', '.join(sorted(known)[:8]) or 'no public name'}")


def _load_file(location: str) -> ModuleType:
    path = Path(location).resolve()
    spec = importlib.util.spec_from_file_location(f"parity_user_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except ImportError as problem:
        raise UsageError(f"{location}: {problem}", "install what it imports in this environment") from problem
    except Exception as problem:
        raise UsageError(
            f"{location}: raised {type(problem).__name__}: {problem}", "run the file alone first"
        ) from problem
    finally:
        sys.path.remove(str(path.parent))
    return module


def _load_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as problem:
        raise UsageError(f"module {name!r}: {problem}", "it must be importable from this folder") from problem


def written(write: Callable[..., dict[str, Any]], *arguments: Any, optional: bool = False) -> dict[str, Any]:
    """What ``write`` says of its file; where it fails and the file is ``optional``, why there is none."""
    try:
        return write(*arguments)
    except Exception as problem:
        if not optional:
            raise
        return {"exporter": f"none: {last_line(problem)}", "channels_first": {}}


def last_line(problem: BaseException) -> str:
    """The first non-empty line of an error, with its type."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return f"{type(problem).__name__}: {lines[0] if lines else 'no message'}"
