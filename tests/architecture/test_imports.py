"""Who may import whom: statically by import-linter, and in a cold interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAMEWORKS = ("torch", "keras", "tensorflow", "jax", "onnxruntime", "onnx", "sklearn")

COLD = {
    "parity": FRAMEWORKS,
    "parity.cli": FRAMEWORKS,
    "parity.zoo": (*FRAMEWORKS, "numpy"),
    "parity.checking": FRAMEWORKS,
    "parity.ladder.onnx_files": ("torch", "keras", "tensorflow"),
    "parity.witness.numpy_mlp": ("torch", "keras", "tensorflow"),
    "keras_impl": FRAMEWORKS,
    "torch_impl": FRAMEWORKS,
    "torch_impl.models.mlp": ("keras", "tensorflow", "parity", "keras_impl"),
    "parity.sides.torch_side": ("keras", "tensorflow", "keras_impl"),
    "parity.sides.keras_side": ("torch", "torch_impl"),
    "keras_impl.models.mlp": ("torch", "parity", "torch_impl"),
}


def loaded_after(statement: str, cwd: Path = ROOT) -> set[str]:
    """Top-level modules that a fresh interpreter holds after one statement."""
    code = f"import sys\n{statement}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.full
@pytest.mark.parametrize("module", COLD)
def test_importing_starts_no_other_framework(module):
    assert not loaded_after(f"import {module}") & set(COLD[module])


def test_the_cold_interpreter_would_see_a_planted_import(tmp_path):
    (tmp_path / "planted.py").write_text("import json.tool, xml.dom\n")
    assert {"json", "xml"} <= loaded_after("import planted", tmp_path)


def lint(folder: Path) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_import_contracts_hold():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_a_planted_import_breaks_a_contract(tmp_path):
    (tmp_path / "keras_impl").mkdir()
    (tmp_path / "keras_impl/__init__.py").write_text("import torch\n")
    (tmp_path / "torch_impl").mkdir()
    (tmp_path / "torch_impl/__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["keras_impl", "torch_impl"]\ninclude_external_packages = true\n'
        '[[tool.importlinter.contracts]]\nname = "leaf"\ntype = "forbidden"\n'
        'source_modules = ["keras_impl"]\nforbidden_modules = ["torch"]\n'
    )
    assert "BROKEN" in lint(tmp_path).stdout
