"""The two implementations mirror each other: same files, same public names, same arguments."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from parity.zoo import TWINS

ROOT = Path(__file__).parents[2]
# path inside the package -> why it has no twin
EXEMPT: dict[str, str] = {}
MOST_EXEMPT = 3


def unmatched(keras: Path, torch: Path) -> set[str]:
    """Paths that exist on one side only."""
    ours, theirs = ({str(p.relative_to(root)) for p in root.rglob("*.py")} for root in (keras, torch))
    return ours ^ theirs


def registered_models() -> set[str]:
    return {twin.keras.split(":")[0].rpartition(".")[2] for twin in TWINS}


def arguments(source: str, name: str) -> list[tuple[str, str]]:
    """Public arguments of a function, or of a class's ``__init__``, with their defaults as written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return _arguments(node)
        if isinstance(node, ast.ClassDef) and node.name == name:
            init = next(item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__")
            return _arguments(init)
    raise AssertionError(f"no {name}")


def _arguments(node: ast.FunctionDef) -> list[tuple[str, str]]:
    names = [argument.arg for argument in node.args.args if argument.arg != "self"]
    defaults = [ast.unparse(value) for value in node.args.defaults]
    return list(zip(names, [""] * (len(names) - len(defaults)) + defaults, strict=True))


def test_every_file_has_its_twin():
    assert unmatched(ROOT / "keras_impl", ROOT / "torch_impl") == set(EXEMPT)


def test_exemptions_are_few_and_not_stale():
    assert len(EXEMPT) <= MOST_EXEMPT
    assert set(EXEMPT) <= unmatched(ROOT / "keras_impl", ROOT / "torch_impl")


def test_a_planted_file_without_twin_is_found(tmp_path):
    for side in ("keras", "torch"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "shared.py").touch()
    (tmp_path / "keras" / "planted.py").touch()
    assert unmatched(tmp_path / "keras", tmp_path / "torch") == {"planted.py"}


def test_every_model_file_is_registered():
    files = {p.stem for p in (ROOT / "keras_impl/models").glob("*.py")} - {"__init__"}
    assert files == registered_models()


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_builders_take_the_same_arguments(twin):
    sides = []
    for reference in (twin.keras, twin.torch):
        module, _, name = reference.partition(":")
        sides.append(arguments((ROOT / (module.replace(".", "/") + ".py")).read_text(), name))
    assert sides[0] == sides[1]


def test_a_planted_default_is_found():
    keras, torch = "def build(units=8): ...", "class Net:\n def __init__(self, units=16): ..."
    assert arguments(keras, "build") != arguments(torch, "Net")


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name)
def test_preset_arguments_exist(twin):
    module, _, name = twin.torch.partition(":")
    known = {argument for argument, _ in arguments((ROOT / (module.replace(".", "/") + ".py")).read_text(), name)}
    for preset in twin.presets.values():
        assert set(preset.arguments) <= known


def test_argument_checks_speak_with_one_voice():
    first, second = (
        inspect.getsource(importlib.import_module(f"{side}_impl.arguments")) for side in ("keras", "torch")
    )
    assert first == second
