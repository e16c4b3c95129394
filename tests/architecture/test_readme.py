"""The README's table is that of the registry, and its snippet runs."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def maker():
    spec = importlib.util.spec_from_file_location("make_readme", ROOT / "docs/make_readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_table_of_twins_is_fresh():
    text = (ROOT / "README.md").read_text()
    assert maker().updated(text) == text, "run python docs/make_readme.py"


@pytest.mark.full
def test_python_snippet_runs():
    snippets = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert snippets
    for snippet in snippets:
        done = subprocess.run([sys.executable, "-c", snippet], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        assert "PARITY" in done.stdout


def test_every_command_that_the_readme_names_exists():
    from parity.cli import VERBS

    named = set(re.findall(r"^parity (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named <= set(VERBS)
