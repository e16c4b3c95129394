"""The example runs, and in float64 its two runs are one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.full
def test_digits_in_both_frameworks(tmp_path):
    command = [sys.executable, "examples/digits_in_both_frameworks.py", "--epochs", "2", "--rows", "300"]
    done = subprocess.run(
        [*command, "--plot", str(tmp_path / "p.png")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    proof, budget, _ = done.stdout.split("float32", 2)
    differences = [float(line.split()[3]) for line in proof.splitlines() if re.match(r"\s+\d", line)]
    assert len(differences) == 2
    assert max(differences) <= 1e-9
    assert "test accuracy" in budget
    assert (tmp_path / "p.png").stat().st_size > 10_000
