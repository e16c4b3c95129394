"""What the folder of a run holds: its settings, its environment, and checkpoints by their digests."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from parity import atomic, fingerprints
from parity.errors import UsageError

SCHEMA = "parity.run/1"


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on; the file ``config.json`` of its folder.

    Args:
        name: ``twin/preset``.
        frameworks: those that train.
        data: name or file.
        recipe: name of a file in ``recipes/``.
        options: of the recipe.
        model: arguments of the builder that differ from the preset's.
        data_options: of the data.
        dtype: float type.
        seed: of the first weights, the data and its order.
        save_every: steps between two checkpoints; 0 for the ends of the epochs alone.
        shared: both sides take the same dropout masks.
        tensorboard: write its event files.
        average: the run ends with a moving average of the weights that decays so; 0 for the last weights.
        fingerprint: SHA-256 of the data.
    """

    name: str
    frameworks: tuple[str, ...]
    data: str
    recipe: str
    options: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    data_options: Mapping[str, Any] = field(default_factory=dict)
    dtype: str = "float32"
    seed: int = 0
    save_every: int = 0
    shared: bool = False
    tensorboard: bool = False
    average: float = 0.0
    fingerprint: str = ""


def read_config(folder: Path) -> Config:
    """The settings of a run.

    Raises:
        UsageError: the folder holds no run.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise UsageError(f"{folder}: no run: it has no config.json", "name the folder that parity train wrote")
    try:
        facts = json.loads(path.read_text())
        if facts.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        return Config(**{**facts, "frameworks": tuple(facts["frameworks"])})
    except (ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{path}: damaged: {problem}", "start a new run") from None


def check_manifest(folder: Path) -> None:
    """Compare every checkpoint with its SHA-256; a run that was killed before its first one has none.

    Raises:
        UsageError: naming the file that is missing or changed.
    """
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return
    try:
        entries = json.loads(manifest.read_text())["states"]
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{manifest}: damaged", "start a new run") from None
    for name, entry in entries.items():
        path = folder / entry["file"]
        if not path.is_file():
            raise UsageError(f"{path}: checkpoint {name!r} is missing", "start a new run, or bring the file back")
        digest = fingerprints.of_file(path)
        if digest != entry["sha256"]:
            raise UsageError(
                f"{path}: checkpoint {name!r} is damaged: SHA-256 {digest[:12]}..., expected {entry['sha256'][:12]}...",
                "start a new run, or bring the file back",
            )


def write_config(folder: Path, config: Config) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "config.json", {"schema": SCHEMA, **asdict(config)})


def write_environment(folder: Path, versions: Mapping[str, Any]) -> None:
    """What the run depends on beside its settings; ``versions``: of each framework."""
    facts = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "parity": version("parity-toolkit"),
        "numpy": np.__version__,
        **versions,
    }
    _write(folder / "environment.json", facts)


def _write(path: Path, facts: Mapping[str, Any]) -> None:
    atomic.write_text(path, json.dumps(facts, indent=1) + "\n")


def forget(folder: Path) -> None:
    """A run that was refused before its first checkpoint leaves nothing behind."""
    if not list(folder.glob("*/checkpoints/manifest.json")):
        shutil.rmtree(folder)
