"""Help and lists answer without NumPy, and so at once."""

import subprocess
import sys

import pytest

SLOW = ("numpy", "torch", "keras", "tensorflow", "onnx", "sklearn", "rich", "jinja2")


@pytest.mark.parametrize("words", ["--help", "list", "check --help", "explain norm-epsilon", "doctor --quick"])
def test_command_loads_nothing_slow(words):
    command = [sys.executable, "-X", "importtime", "-m", "parity", *words.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert not loaded & set(SLOW)
    assert done.stdout
