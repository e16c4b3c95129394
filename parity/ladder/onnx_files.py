"""Do both export to ONNX, and do the files agree with their sources and with each other?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from parity import onnx_runtime
from parity.arrays import floats_as
from parity.compare import PROOF_BOUND, difference
from parity.ladder.findings import Findings, insensitive
from parity.pair import SENSITIVE, Pair
from parity.recording import Arrays
from parity.verdicts import RungResult

QUESTION = "do both export, and do the files agree with the sources and with each other?"
SIDES = ("keras", "torch")
Run = Callable[[Arrays], Arrays]
Evaluated = tuple[Arrays, str, bool]
"""Outputs of a float64 file, none where nothing can run it; what ran it; does it hold anything in float32?"""
SINGLE_NUMBERS = 1e-6
"""What numbers in float32 can do to the float64 graph of a user's model.  rule: export-python-scalar"""


def climb(pair: Pair) -> RungResult:
    findings = Findings("onnx")
    details: dict[str, Any] = {}
    optional = not pair.by_name  # of our own twins an exporter that fails is an error
    _ = pair.weights
    with tempfile.TemporaryDirectory(prefix="parity-onnx-") as folder:
        _ = pair.noise, pair.forward("float32", 0, False), pair.forward("float64", 0, False)
        asked = _asked(pair, "float64", folder)
        double = _told(asked, pair.duo.both("export", *asked, format="onnx-beside", optional=optional))
        asked = _asked(pair, "float32", folder)
        with pair.duo.meanwhile("export", *asked, format="onnx-quickly", optional=optional) as answers:
            evaluated = _all_evaluated(pair, double)
            files = _read({"torch": {"path": asked[1]["path"], **answers.of_torch()}})  # Keras takes longer
        single = _told(asked, (answers.of_keras(), answers.of_torch()))
        exact = _is_exact(pair, double["torch"], evaluated.get("torch"))
        if optional and not (exact and _is_sound(pair, single["torch"])):
            single["torch"], double["torch"] = (_modern(pair, dtype, folder) for dtype in ("float32", "float64"))
            evaluated.pop("torch", None)
            evaluated |= _all_evaluated(pair, {"torch": double["torch"]})
            files.pop("torch", None)
        _judge_double(pair, findings, double, evaluated, details)
        files |= _read({side: told for side, told in single.items() if side not in files})
        names = {side: _check(findings, side, single[side], files.get(side), details, optional) for side in SIDES}
        if all(names.values()):
            _same_names(findings, names)
            judged = len(findings.figures)
            _judge_single(pair, findings, single, files)
            details["float32"], details["float32_bound"] = findings.worst(since=judged), pair.noise.bound
    return findings.result(details, insensitive(pair.sensitivity, SENSITIVE))


def _asked(pair: Pair, dtype: str, folder: str) -> list[dict[str, Any]]:
    """What each side is asked to write, and where."""
    shared = {"dtype": dtype, "inputs": pair.cases[0].inputs}
    return [{"path": f"{folder}/{side}-{dtype}.onnx", **shared} for side in SIDES]


def _told(asked: Sequence[dict[str, Any]], facts: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """By side what it says of its file, with the path."""
    return {side: {"path": each["path"], **said} for side, each, said in zip(SIDES, asked, facts, strict=True)}


def _is_sound(pair: Pair, exported: dict[str, Any]) -> bool:
    """Does the file of the Torch side do what its source does, if there is one?

    PyTorch's older exporter, the quick one, may write what is no valid ONNX, and rounds sizes that Python divides the
    other way: ``-(-n // 2)``.
    """
    if not Path(exported["path"]).exists():
        return True
    inputs = {name: floats_as(array, "float32") for name, array in pair.cases[0].inputs.items()}
    findings = Findings("onnx")
    try:
        found = run_canonical(onnx_runtime.opened(exported["path"]), exported, inputs)
    except Exception:
        return False
    _judge_outputs(findings, "torch", pair.forward("float32", 0, False)[1].outputs, found, pair.noise.bound)
    return not findings.violations


def _is_exact(pair: Pair, exported: dict[str, Any], evaluated: Evaluated | None) -> bool:
    """Does the float64 graph of the Torch side do what its source does, if there is one?

    PyTorch's older exporter leaves the epsilon of a distance out.
    """
    if evaluated is None or not evaluated[0]:
        return True
    findings = Findings("onnx")
    source = pair.forward("float64", 0, False)[1].outputs
    _judge_outputs(findings, "torch", source, evaluated[0], _double_bound(pair, exported, evaluated))
    return not findings.violations


def _double_bound(pair: Pair, exported: dict[str, Any], evaluated: Evaluated) -> float:
    """Of a float64 graph; numbers that its exporter has put down in float32 are no fault of a user's model."""
    return SINGLE_NUMBERS if not pair.by_name and (exported.get("single_numbers") or evaluated[2]) else PROOF_BOUND


def _modern(pair: Pair, dtype: str, folder: str) -> dict[str, Any]:
    """What is told of the file that PyTorch's modern exporter writes, with the path."""
    asked = {"path": f"{folder}/torch-{dtype}-modern.onnx", "dtype": dtype, "inputs": pair.cases[0].inputs}
    said = pair.duo.ask(pair.duo.torch, "export", **asked, format="onnx", optional=True)
    return {"path": asked["path"], **said}


@dataclass(frozen=True)
class File:
    """A float32 file as it was read: what it says of itself, and what runs it; or why not."""

    facts: onnx_runtime.FileFacts | Exception
    run: Run | Exception


def _read(exported: Mapping[str, dict[str, Any]]) -> dict[str, File]:
    """By side, those that there are; several at once."""

    def read(path: str) -> File:
        facts = _tried(onnx_runtime.read, path)
        return File(facts, facts if isinstance(facts, Exception) else _tried(onnx_runtime.opened, path))

    return _at_once(read, {side: told["path"] for side, told in exported.items() if Path(told["path"]).exists()})


def _tried(function: Callable[[str], Any], path: str) -> Any:
    """What it gives, or the exception that it raises."""
    try:
        return function(path)
    except Exception as problem:
        return problem


def _at_once(function: Callable[[Any], Any], given: Mapping[str, Any]) -> dict[str, Any]:
    with ThreadPoolExecutor(len(SIDES)) as pool:
        return dict(zip(given, pool.map(function, given.values()), strict=True))


def _check(
    findings: Findings, side: str, exported: dict[str, Any], file: File | None, details: dict[str, Any], optional: bool
) -> onnx_runtime.FileFacts | None:
    if file is None:
        findings.limits.append(f"no exporter writes the {side} model: {exported['exporter'].removeprefix('none: ')}")
        return None
    facts = file.facts
    if isinstance(facts, Exception):
        said = f"{side}: the checker refuses the file: {str(facts).splitlines()[0]}"
        findings.limits.append(said) if optional else findings.violate(said)  # its exporter's doing, not the pair's
        return None
    details.setdefault(side, {}).update(
        exporter=exported["exporter"], opset=facts.opset, bytes=onnx_runtime.file_size(exported["path"])
    )
    for wrong, sentence in (
        (facts.opset != onnx_runtime.OPSET, f"opset {facts.opset}, expected {onnx_runtime.OPSET}"),
        (not facts.dynamic_batch, "the batch axis is fixed"),
        (not facts.single_file, "weights in a second file"),
    ):
        findings.judged += 1
        if wrong:
            findings.violations.append(f"{side}: {sentence}")
    return facts


def _same_names(findings: Findings, names: dict[str, onnx_runtime.FileFacts | None]) -> None:
    keras, torch = names["keras"], names["torch"]
    assert keras
    assert torch
    for what, ours, theirs in (("input", keras.inputs, torch.inputs), ("output", keras.outputs, torch.outputs)):
        findings.judged += 1
        if sorted(ours) != sorted(theirs):
            findings.violations.append(f"{what} names: keras file {', '.join(ours)}; torch file {', '.join(theirs)}")


def _judge_single(
    pair: Pair, findings: Findings, exported: dict[str, dict[str, Any]], files: Mapping[str, File]
) -> None:
    """ONNX Runtime against the sources and file against file, with the batch of the case and with one sample."""
    sources = dict(zip(SIDES, pair.forward("float32", 0, False), strict=True))
    bound = pair.noise.bound
    for side, file in files.items():
        if isinstance(file.run, Exception):
            findings.violate(f"{side} file does not run: {str(file.run).splitlines()[0]}")
    runs = {side: file.run for side, file in files.items() if not isinstance(file.run, Exception)}
    for rows, place in ((pair.cases[0].batch, "whole batch"), (1, "one sample")):
        inputs = {name: floats_as(array[:rows], "float32") for name, array in pair.cases[0].inputs.items()}
        results = {}
        for side, run in runs.items():
            limited = rows == 1 and not pair.by_name  # its exporter has written down the size of the batch
            try:
                found = run_canonical(run, exported[side], inputs)
            except Exception as problem:
                said = f"{side} file does not run ({place}): {str(problem).splitlines()[0]}"
                findings.limits.append(said) if limited else findings.violate(said)
                continue
            if limited and any(array.shape[:1] == (pair.cases[0].batch,) for array in found.values()):
                findings.limits.append(f"{side} file gives {pair.cases[0].batch} rows for {place}")
                continue
            results[side] = found
            _judge_outputs(
                findings,
                f"{side} file and source ({place})",
                {name: array[:rows] for name, array in sources[side].outputs.items()},
                found,
                bound,
            )
        if len(results) == 2:
            _judge_outputs(findings, f"keras file and torch file ({place})", results["keras"], results["torch"], bound)


def _judge_double(
    pair: Pair,
    findings: Findings,
    exported: dict[str, dict[str, Any]],
    evaluated: Mapping[str, Evaluated],
    details: dict[str, Any],
) -> None:
    """The float64 graph of a user's model may be missing, or hold Python numbers in float32: its exporter's doing."""
    sources = dict(zip(SIDES, pair.forward("float64", 0, False), strict=True))
    for side in SIDES:
        details.setdefault(side, {})["double_exporter"] = exported[side]["exporter"]
    for side, found in evaluated.items():
        details[side]["double_evaluator"] = found[1]
        details[side]["double_bound"] = bound = _double_bound(pair, exported[side], found)
        if found[0]:
            _judge_outputs(findings, f"{side} float64 graph and source", sources[side].outputs, found[0], bound)


def _all_evaluated(pair: Pair, exported: Mapping[str, dict[str, Any]]) -> dict[str, Evaluated]:
    """By side, of the float64 files that there are."""
    inputs = {name: floats_as(array, "float64") for name, array in pair.cases[0].inputs.items()}
    written = {side: facts for side, facts in exported.items() if Path(facts["path"]).exists()}
    return _at_once(lambda facts: _evaluated(facts, inputs), written)


def _evaluated(exported: dict[str, Any], inputs: Arrays) -> Evaluated:
    file = onnx_runtime.DoubleFile(exported["path"])
    used: list[str] = []

    def evaluate(feeds: Arrays) -> Arrays:
        outputs, evaluator = file.run(feeds)
        used.append(evaluator)
        return outputs or {}

    return run_canonical(evaluate, exported, inputs), used[0], file.holds_single


def run_canonical(run: Run, exported: dict[str, Any], inputs: Arrays) -> Arrays:
    """Run a file on canonical inputs; axes are moved only where the exporting side said so."""
    first = exported["channels_first"] or {"inputs": [], "outputs": []}
    feeds = {
        name: np.ascontiguousarray(np.moveaxis(array, -1, 1)) if name in first["inputs"] else array
        for name, array in inputs.items()
    }
    outputs = run(feeds)
    return {name: np.moveaxis(array, 1, -1) if name in first["outputs"] else array for name, array in outputs.items()}


def _judge_outputs(findings: Findings, where: str, first: Arrays, second: Arrays, bound: float) -> None:
    for name in sorted({*first, *second}):
        if name not in first or name not in second:
            findings.violate(f"{where}: output {name!r} is missing")
        else:
            findings.judge(f"{name}: {where}", difference(first[name], second[name], bound), bound)
