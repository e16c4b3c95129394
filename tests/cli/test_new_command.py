"""``parity new``: what it writes is a twin, and it writes all of it or nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from parity.cli import main
from parity.scaffold import FAMILIES

ROOT = Path(__file__).parents[2]
PACKAGES = ("keras_impl", "torch_impl", "parity")


@pytest.fixture
def copy(tmp_path):
    """The three packages, as a checkout of its own."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def contents(root):
    """Every Python file of the copy, and any leftover of a write."""
    return {path: path.read_bytes() for package in PACKAGES for path in (root / package).rglob("*") if path.is_file()}


def run(root, *words):
    """A command inside the copy, which comes before the installed packages."""
    environment = os.environ | {"PYTHONPATH": str(root), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.full
def test_every_family_takes_a_twin_that_mirrors_itself(copy, capsys):
    before = contents(copy)
    names = [f"new_{family}_net2" for family in FAMILIES]
    for name, family in zip(names, FAMILIES, strict=True):
        assert main(["new", name, "--family", family, "--root", str(copy)]) == 0
    assert f"next: parity check {names[-1]}" in capsys.readouterr().out
    new = {f"{side}_impl/models/{name}.py" for side in ("keras", "torch") for name in names}
    assert {str(path.relative_to(copy)) for path in contents(copy).keys() - before.keys()} == new

    listed = json.loads(run(copy, "parity", "list", "--json").stdout)["twins"]
    assert {row["parameters"] for row in listed if row["name"] in {f"{name}/first" for name in names}} == {738}
    assert len(listed) == len(json.loads(run(ROOT, "parity", "list", "--json").stdout)["twins"]) + len(names)

    (copy / "tests/architecture").mkdir(parents=True)
    shutil.copy(ROOT / "tests/architecture/test_mirror.py", copy / "tests/architecture")
    mirror = run(copy, "pytest", "-p", "no:cacheprovider", "tests/architecture/test_mirror.py")
    assert mirror.returncode == 0, mirror.stdout
    touched = [*new, *(f"parity/zoo/{family}.py" for family in FAMILIES)]
    for check in (("check",), ("format", "--check")):
        lint = run(copy, "ruff", *check, *touched)
        assert lint.returncode == 0, lint.stdout


@pytest.mark.full
def test_a_new_twin_climbs_to_its_gradients(copy):
    assert run(copy, "parity", "new", "fresh_network").returncode == 0
    report = copy / "report.json"
    climbed = run(copy, "parity", "check", "fresh_network", "--upto", "gradients", "--json", str(report))
    assert climbed.returncode == 0, climbed.stdout + climbed.stderr
    rungs = json.loads(report.read_text())["pairs"][0]["rungs"]
    assert rungs[-1]["rung"] == "gradients"
    assert {rung["verdict"] for rung in rungs} == {"pass"}


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("MyNet", "NAME 'MyNet': expected snake_case", "such as my_network"),
        ("my-net", "NAME 'my-net': expected snake_case", "such as my_network"),
        ("_net", "NAME '_net': expected snake_case", "such as my_network"),
        ("net__two", "NAME 'net__two': expected snake_case", "such as my_network"),
        ("../net", "NAME '../net': expected snake_case", "such as my_network"),
        ("n" * 33, "expected snake_case of at most 32 characters", "such as my_network"),
        ("lambda", "NAME 'lambda': a word of Python itself", "choose another one"),
        ("none", "NAME 'none': a word of Python itself", "choose another one"),
        ("torch", "NAME 'torch': a file of this name would hide a library", "torch_network"),
        ("random", "NAME 'random': a file of this name would hide a library", "random_network"),
        ("cnn", "keras_impl/models/cnn.py: exists already", "choose another NAME"),
        ("half_there", "torch_impl/models/half_there.py: exists already", "choose another NAME"),
        ("only_registered", "NAME 'only_registered': registered already in", "choose another NAME"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_is_written(copy, capsys, name, message, hint):
    (copy / "torch_impl/models/half_there.py").touch()
    vision = copy / "parity/zoo/vision.py"
    vision.write_text(vision.read_text().replace('name="unet"', 'name="only_registered"'))
    _refused(copy, capsys, [name], 2, message, hint)


def test_a_folder_that_is_no_checkout_is_refused(tmp_path, capsys):
    _refused(tmp_path, capsys, ["net"], 2, "no keras_impl/models here", "a checkout of this project")


def test_a_registry_of_another_form_is_refused(copy, capsys):
    (copy / "parity/zoo/dense.py").write_text("TWINS = ()\n")
    _refused(copy, capsys, ["net"], 2, "expected an import from parity.zoo.entry", "by hand")
    (copy / "parity/zoo/dense.py").write_text("TWINS = (\n")
    _refused(copy, capsys, ["net"], 2, "dense.py: not readable as Python", "repair it first")


@pytest.mark.parametrize("folder", ["torch_impl/models", "parity/zoo"])
def test_what_cannot_be_written_whole_is_not_written_at_all(copy, capsys, monkeypatch, folder):
    from parity import atomic

    replace = atomic._replace

    def full(target, data):
        if target.parent == (copy / folder).resolve():
            raise OSError(28, "No space left on device")
        replace(target, data)

    monkeypatch.setattr(atomic, "_replace", full)
    _refused(copy, capsys, ["net"], 3, "No space left on device; nothing was written", "")


def _refused(root, capsys, words, code, message, hint):
    before = contents(root)
    assert main(["new", *words, "--root", str(root)]) == code
    error = capsys.readouterr().err.splitlines()
    assert error[0].startswith("error: ")
    assert message in error[0]
    assert len(error) == 2
    assert hint in error[1]
    assert contents(root) == before
