"""Write a twin for other runtimes, prove each file by running it there, and keep a manifest to re-check."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from parity import fingerprints, onnx_runtime
from parity.arrays import floats_as
from parity.atomic import write_text
from parity.checking import all_versions, twin_pair
from parity.compare import difference
from parity.errors import EnvironmentProblem, ParityError, UsageError
from parity.ladder.onnx_files import run_canonical
from parity.pair import Pair
from parity.process import Duo, two_processes
from parity.recording import Arrays
from parity.zoo import Preset, Twin

MANIFEST = "manifest.json"
RECORDED = "recorded.npz"
SCHEMA = "parity.manifest/1"


@dataclass(frozen=True)
class Target:
    """One file of one format: which side writes it, under which exporter name, and where."""

    side: str
    exporter: str
    path: str


FORMATS: Mapping[str, tuple[Target, ...]] = {
    "savedmodel": (Target("keras", "savedmodel", "keras/savedmodel"),),
    "torchscript": (
        Target("torch", "torchscript-trace", "torch/traced.pt"),
        Target("torch", "torchscript-script", "torch/scripted.pt"),
    ),
    "onnx": (Target("keras", "onnx", "keras/model.onnx"), Target("torch", "onnx", "torch/model.onnx")),
}


@dataclass(frozen=True)
class Artifact:
    """One exported and verified file or folder.

    Args:
        figure: largest difference between the reloaded file and its source, relative to the peak.
        bound: measured float32 noise of the model.
        sha256: of every file, by path relative to the manifest.
        runtime: what reloaded it.
    """

    format: str
    side: str
    path: str
    exporter: str
    runtime: str
    figure: float
    bound: float
    channels_first: Mapping[str, Any]
    sha256: Mapping[str, str]


def export(
    name: str, twin: Twin, preset: Preset, formats: Sequence[str], folder: Path, seed: int = 0
) -> list[Artifact]:
    """Export a registered preset with its initial weights, the same on both sides.

    Everything is written beside ``folder`` first, reloaded in fresh processes, and moved into place only if every
    file agrees with its source.

    Raises:
        UsageError: ``folder`` holds something already.
        ParityError: a file does not agree with its source, or cannot be written or reloaded.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: is not empty, expected a new folder", "choose another one with -o")
    draft = _draft_beside(folder)
    try:
        with two_processes() as duo:
            pair = twin_pair(duo, name, twin, preset, seed)
            pair.calibrated = False
            artifacts = _export_all(pair, formats, draft)
            versions = all_versions(duo)
        _write_manifest(draft, name, preset, seed, versions, artifacts)
        if folder.exists():
            folder.rmdir()
        os.replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return artifacts


def verify(folder: Path) -> list[tuple[str, str | None]]:
    """Check every file of a manifest again: (path, what is wrong or ``None``).

    Raises:
        UsageError: no manifest here, or it cannot be read.
    """
    manifest = _read_manifest(folder)
    artifacts = [Artifact(**entry) for entry in manifest["artifacts"]]
    findings: list[tuple[str, str | None]] = []
    recorded = manifest["recorded"]
    if fingerprints.of_file(folder / RECORDED) != recorded["sha256"]:
        return [(RECORDED, "its SHA-256 is not that of the manifest")]
    inputs, outputs = _read_recorded(folder)
    with two_processes() as duo:
        for artifact in artifacts:
            findings.append((artifact.path, _re_check(duo, folder, artifact, inputs, outputs[artifact.side])))
    return findings


def _export_all(pair: Pair, formats: Sequence[str], draft: Path) -> list[Artifact]:
    inputs = {name: floats_as(array, np.float32) for name, array in pair.cases[0].inputs.items()}
    sources = dict(zip(("keras", "torch"), (f.outputs for f in pair.forward("float32", 0, False)), strict=True))
    bound = pair.noise.bound
    _write_recorded(draft, inputs, sources)
    artifacts = []
    with two_processes() as fresh:
        for format in formats:
            for target in FORMATS[format]:
                facts = _export_one(pair.duo, target, draft, inputs)
                artifact = Artifact(
                    format,
                    target.side,
                    target.path,
                    facts["exporter"],
                    "",
                    0.0,
                    bound,
                    facts["channels_first"] or {"inputs": [], "outputs": []},
                    _hashes(draft, target.path),
                )
                reloaded, runtime = _run(fresh, draft, artifact, inputs)
                figure = _worst(sources[target.side], reloaded, bound, target.path)
                artifacts.append(Artifact(**{**asdict(artifact), "runtime": runtime, "figure": figure}))
    return artifacts


def _export_one(duo: Duo, target: Target, draft: Path, inputs: Arrays) -> dict[str, Any]:
    path = draft / target.path
    path.parent.mkdir(parents=True, exist_ok=True)
    side = duo.keras if target.side == "keras" else duo.torch
    return duo.ask(side, "export", format=target.exporter, dtype="float32", path=str(path), inputs=inputs)


def _run(duo: Duo, folder: Path, artifact: Artifact, inputs: Arrays) -> tuple[Arrays, str]:
    """Run a file in a process that never saw its source."""
    path = str(folder / artifact.path)
    exported: dict[str, Any] = {"path": path, "channels_first": artifact.channels_first}
    if artifact.format == "onnx":
        onnx_runtime.read(path)
        return run_canonical(onnx_runtime.opened(path), exported, inputs), "onnxruntime"
    side = duo.keras if artifact.side == "keras" else duo.torch
    format = _target(artifact).exporter
    outputs = run_canonical(
        lambda feeds: duo.ask(side, "run_artifact", format=format, path=path, inputs=feeds), exported, inputs
    )
    return outputs, {"savedmodel": "tf.saved_model.load", "torchscript": "torch.jit.load"}[artifact.format]


def _target(artifact: Artifact) -> Target:
    return next(target for target in FORMATS[artifact.format] if target.path == artifact.path)


def _worst(source: Arrays, reloaded: Arrays, bound: float, path: str) -> float:
    worst = 0.0
    for name in sorted({*source, *reloaded}):
        if name not in source or name not in reloaded:
            raise ParityError(f"{path}: output {name!r} is missing after reloading", "nothing was kept")
        found = difference(source[name], reloaded[name], bound)
        if found.figure > bound:
            raise ParityError(
                f"{path}: output {name!r} differs after reloading: {found.describe()}, bound {bound:.1e}",
                "nothing was kept",
            )
        worst = max(worst, found.figure)
    return worst


def _re_check(duo: Duo, folder: Path, artifact: Artifact, inputs: Arrays, expected: Arrays) -> str | None:
    for path, digest in artifact.sha256.items():
        file = folder / path
        if not file.is_file():
            return f"{path} is missing"
        if fingerprints.of_file(file) != digest:
            return f"{path}: its SHA-256 is not that of the manifest"
    try:
        _worst(expected, _run(duo, folder, artifact, inputs)[0], artifact.bound, artifact.path)
    except ParityError as problem:
        return problem.message
    return None


def _draft_beside(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as problem:
        raise EnvironmentProblem(
            f"{folder}: cannot be written: {problem.strerror}", "choose another folder with -o"
        ) from problem


def _write_recorded(draft: Path, inputs: Arrays, sources: Mapping[str, Arrays]) -> None:
    named = {f"input/{name}": array for name, array in inputs.items()}
    for side, outputs in sources.items():
        named |= {f"{side}/{name}": array for name, array in outputs.items()}
    np.savez(draft / RECORDED, **named)  # type: ignore[arg-type]


def _read_recorded(folder: Path) -> tuple[Arrays, dict[str, Arrays]]:
    groups: dict[str, Arrays] = {"input": {}, "keras": {}, "torch": {}}
    with np.load(folder / RECORDED, allow_pickle=False) as stored:
        for key in stored.files:
            group, _, name = key.partition("/")
            groups[group][name] = stored[key]
    return groups["input"], groups


def _write_manifest(
    draft: Path, name: str, preset: Preset, seed: int, versions: Mapping[str, str], artifacts: Sequence[Artifact]
) -> None:
    manifest = {
        "schema": SCHEMA,
        "name": name,
        "arguments": dict(preset.arguments),
        "seed": seed,
        "versions": dict(versions),
        "recorded": {"path": RECORDED, "sha256": fingerprints.of_file(draft / RECORDED)},
        "artifacts": [asdict(artifact) for artifact in artifacts],
    }
    write_text(draft / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise UsageError(f"{folder}: no {MANIFEST} here, expected a folder written by parity export")
    try:
        manifest = json.loads(path.read_text())
    except ValueError as problem:
        raise UsageError(f"{path}: not readable as JSON: {problem}", "export it again") from problem
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise UsageError(
            f"{path}: schema {manifest.get('schema') if isinstance(manifest, dict) else None!r}, expected {SCHEMA!r}"
        )
    return manifest


def _hashes(root: Path, path: str) -> dict[str, str]:
    start = root / path
    files = sorted(p for p in start.rglob("*") if p.is_file()) if start.is_dir() else [start]
    return {str(file.relative_to(root)): fingerprints.of_file(file) for file in files}
