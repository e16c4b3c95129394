"""A new pair of twins: two stubs that are the same network already, and their entry in the registry."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from parity import atomic
from parity.errors import EnvironmentProblem, UsageError

FAMILIES = ("dense", "vision", "recurrent", "attention")
LONGEST = 32
FEATURES, UNITS, CLASSES = 20, 32, 2
LIBRARIES = frozenset({"jax", "keras", "numpy", "onnx", "parity", "scipy", "sklearn", "tensorflow", "torch"})
EXAMPLE = "small letters, digits and single underscores, such as my_network"

KERAS = '''\
"""{title}: dense -> ReLU, then a dense head."""

from keras import Input, Model, layers

from keras_impl.arguments import check_size


def build_{name}(features={features}, units={units}, classes={classes}):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of the hidden layer.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_size("features", features)
    check_size("units", units)
    check_size("classes", classes)
    inputs = Input((features,), name="features")
    x = layers.Dense(units, name="dense")(inputs)
    x = layers.ReLU(name="relu")(x)
    logits = layers.Dense(classes, name="head")(x)
    return Model(inputs, logits, name="{name}")
'''

TORCH = '''\
"""{title}: dense -> ReLU, then a dense head."""

from torch import nn

from torch_impl.arguments import check_size


class {type}(nn.Module):
    """Features (B, features) -> logits (B, classes).

    Args:
        features: width of the input.
        units: width of the hidden layer.
        classes: width of the head.

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """

    def __init__(self, features={features}, units={units}, classes={classes}):
        super().__init__()
        check_size("features", features)
        check_size("units", units)
        check_size("classes", classes)
        self.dense = nn.Linear(features, units)
        self.relu = nn.ReLU()
        self.head = nn.Linear(units, classes)

    def forward(self, features):
        x = self.relu(self.dense(features))
        return self.head(x)
'''

ENTRY = """\
    Twin(
        name="{name}",
        keras="keras_impl.models.{name}:build_{name}",
        torch="torch_impl.models.{name}:{type}",
        summary="dense -> ReLU, dense head",
        presets={{
            "first": Preset(
                arguments={{"features": {features}, "units": {units}, "classes": {classes}}},
                inputs=features({features}),
                data="breast_cancer",
                parameters={parameters},
            ),
        }},
    ),
"""


def scaffold(name: str, family: str, root: Path) -> list[Path]:
    """Write the two model files, then the registry entry; all three or none.

    Args:
        name: snake_case, the name of both files.
        family: which file of ``parity/zoo/`` takes the entry.
        root: the folder that holds ``keras_impl``, ``torch_impl`` and ``parity``.

    Raises:
        UsageError: the name is not usable or taken, or ``root`` is no such folder.
        EnvironmentProblem: a file cannot be written.
    """
    _refuse_name(name)
    models = [root / side / "models" for side in ("keras_impl", "torch_impl")]
    registry = root / "parity" / "zoo" / f"{family}.py"
    for path in (*models, registry):
        if not path.exists():
            raise UsageError(f"{root}: no {path.relative_to(root)} here", "--root DIR: a checkout of this project")
    keras, torch = (folder / f"{name}.py" for folder in models)
    _refuse_taken(name, (keras, torch), registry.parent)
    words = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "type": type_name(name),
        "features": FEATURES,
        "units": UNITS,
        "classes": CLASSES,
        "parameters": (FEATURES + 1) * UNITS + (UNITS + 1) * CLASSES,
    }
    texts = {
        keras: KERAS.format(**words),
        torch: TORCH.format(**words),
        registry: with_entry(registry, ENTRY.format(**words)),
    }
    _write_all(texts, new=(keras, torch))
    return list(texts)


def type_name(name: str) -> str:
    """``my_network`` -> ``MyNetwork``."""
    return "".join(word.capitalize() for word in name.split("_"))


def with_entry(registry: Path, entry: str) -> str:
    """The text of a registry file with one more ``Twin`` at the end of ``TWINS``.

    Raises:
        UsageError: the file is not written like the others.
    """
    try:
        text = registry.read_bytes().decode()
        tree = ast.parse(text)
    except (OSError, ValueError, SyntaxError) as problem:
        raise UsageError(f"{registry}: not readable as Python: {problem}", "repair it first") from problem
    imported = next((n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "parity.zoo.entry"), None)
    twins = next((n.value for n in tree.body if isinstance(n, ast.Assign) and _targets(n) == ["TWINS"]), None)
    lines = text.splitlines(keepends=True)
    if imported is None or not isinstance(twins, ast.Tuple) or lines[(twins.end_lineno or 0) - 1].strip() != ")":
        raise UsageError(
            f"{registry}: expected an import from parity.zoo.entry and TWINS = (..., )", "write the entry by hand"
        )
    names = sorted({alias.name for alias in imported.names} | {"Preset", "Twin", "features"})
    lines.insert((twins.end_lineno or 0) - 1, entry)
    lines[imported.lineno - 1 : imported.end_lineno] = [f"from parity.zoo.entry import {', '.join(names)}\n"]
    return "".join(lines)


def _targets(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _refuse_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > LONGEST:
        raise UsageError(f"NAME {name!r}: expected snake_case of at most {LONGEST} characters", EXAMPLE)
    if keyword.iskeyword(name) or keyword.iskeyword(type_name(name)):
        raise UsageError(f"NAME {name!r}: a word of Python itself", "choose another one")
    if name in LIBRARIES or name in sys.stdlib_module_names:
        raise UsageError(f"NAME {name!r}: a file of this name would hide a library", f"for example {name}_network")


def _refuse_taken(name: str, files: tuple[Path, ...], zoo: Path) -> None:
    for path in files:
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path}: exists already", "choose another NAME, or delete the file")
    for registry in sorted(zoo.glob("*.py")):
        if name in _registered(registry):
            raise UsageError(f"NAME {name!r}: registered already in {registry}", "choose another NAME")


def _registered(registry: Path) -> set[str]:
    """Names of the entries of one file, read without running it."""
    try:
        tree = ast.parse(registry.read_bytes())
    except (OSError, ValueError, SyntaxError) as problem:
        raise UsageError(f"{registry}: not readable as Python: {problem}", "repair it first") from problem
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Twin"]
    words = [word.value for call in calls for word in call.keywords if word.arg == "name"]
    return {str(word.value) for word in words if isinstance(word, ast.Constant)}


def _write_all(texts: Mapping[Path, str], new: tuple[Path, ...]) -> None:
    """The registry comes last: until it is in place, the new files are taken back."""
    try:
        for path, text in texts.items():
            atomic.write_text(path, text)
    except BaseException as problem:
        for path in new:
            path.unlink(missing_ok=True)
        if isinstance(problem, EnvironmentProblem):
            raise EnvironmentProblem(f"{problem.message}; nothing was written", problem.hint) from problem
        raise
