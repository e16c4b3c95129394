"""``parity doctor``: what is installed, what fits together, what would be skipped."""

from __future__ import annotations

import argparse
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, distribution, version
from typing import Any

NEEDED = ("numpy", "torch", "tensorflow", "keras", "onnx", "onnxruntime", "onnxscript", "tf2onnx", "scikit-learn")
OPTIONAL = {"ai-edge-litert": "the LiteRT runtime", "jax": "the JAX backend of Keras"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="read versions only, start no framework")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def run(options: argparse.Namespace) -> int:
    """Exit code 0 if a check can run here, else 3."""
    facts = _quick_facts()
    if not options.quick and not facts["missing"]:
        facts["sides"] = _started_sides()
    if options.json:
        print(json.dumps({"schema": "parity.doctor/1", **facts}, indent=1))
    else:
        _print(facts)
    return 3 if facts["missing"] or facts["conflicts"] else 0


def _quick_facts() -> dict[str, Any]:
    found = {name: _version(name) for name in (*NEEDED, *OPTIONAL)}
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "versions": {name: number for name, number in found.items() if number},
        "missing": [name for name in NEEDED if not found[name]],
        "skipped": [f"{name}: {what}" for name, what in OPTIONAL.items() if not found[name]],
        "conflicts": _conflicts(),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _conflicts() -> list[str]:
    """Declared requirements between our packages that the installed versions do not meet."""
    from packaging.requirements import Requirement

    problems = []
    for name in NEEDED:
        if not _version(name):
            continue
        for line in distribution(name).requires or ():
            requirement = Requirement(line)
            installed = _version(requirement.name)
            applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if applies and installed and not requirement.specifier.contains(installed, prereleases=True):
                problems.append(f"{name} needs {requirement}, installed {installed}")
    return problems


def _started_sides() -> dict[str, Any]:
    from parity.process import two_processes

    with two_processes() as duo:
        keras, torch = duo.both("versions")
        devices = duo.both("devices")
    return {"keras": {**keras, "devices": devices[0]}, "torch": {**torch, "devices": devices[1]}}


def _print(facts: dict[str, Any]) -> None:
    print(f"python {facts['python']}, {facts['cores']} cores")
    for name, number in facts["versions"].items():
        print(f"  {name:<16} {number}")
    for side, known in facts.get("sides", {}).items():
        print(f"{side} side starts: devices {', '.join(known['devices'])}")
    for title in ("missing", "conflicts", "skipped"):
        for line in facts[title]:
            print(f"{title}: {line}")
    if facts["missing"]:
        print("a check cannot run here: make demo sets everything up")
    elif not facts["conflicts"]:
        print("ready: parity check --all")
