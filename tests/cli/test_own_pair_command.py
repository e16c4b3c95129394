"""``parity check`` on an own pair with ``--map``, ``--save-map`` and ``--keras-arg``: which layer is which."""

import json
from pathlib import Path

import pytest

from parity.cli import main

NETS = Path(__file__).parent / "nets_for_maps.py"
STACKED = ("stacked", "stacked_in_torch")
RIGHT = {"first": "one", "second": "two", "third": "three"}


def check(pair, *words, rungs="structure,outputs"):
    keras, torch = pair
    return main(["check", "--keras", f"{NETS}:{keras}", "--torch", f"{NETS}:{torch}", "--rungs", rungs, *words])


def saved(path):
    return json.loads(path.read_text())


def written(path, **sections):
    path.write_text(json.dumps({"schema": "parity.map/1", **sections}))
    return str(path)


@pytest.mark.full
@pytest.mark.usefixtures("warm_sides")
def test_a_saved_map_lists_what_found_no_partner(tmp_path):
    path = tmp_path / "map.json"
    assert check(("stacked", "one_layer_less_in_torch"), "--save-map", str(path)) == 1
    assert saved(path)["unmatched"] == {"keras": ["second/kernel", "second/bias"]}


@pytest.mark.full
@pytest.mark.usefixtures("warm_sides")
def test_a_map_is_saved_edited_and_followed(tmp_path, capsys):
    ours, again = tmp_path / "map.json", tmp_path / "again.json"
    assert check(STACKED, "--save-map", str(ours)) == 0
    assert saved(ours)["layers"] == RIGHT
    assert saved(ours)["unmatched"] == {}

    swapped = RIGHT | {"first": "two", "second": "one"}
    ours.write_text(ours.read_text().replace('"one"', '"?"').replace('"two"', '"one"').replace('"?"', '"two"'))
    assert saved(ours)["layers"] == swapped
    capsys.readouterr()
    assert check(STACKED, "--map", str(ours), "--save-map", str(again)) == 1, "swapped layers are another network"
    assert saved(again)["layers"] == swapped
    assert "NO PARITY" in capsys.readouterr().out


@pytest.mark.full
@pytest.mark.usefixtures("warm_sides")
def test_one_given_pair_leaves_the_rest_to_the_matcher(tmp_path):
    again = tmp_path / "again.json"
    given = written(tmp_path / "map.json", layers={"second": "two"})
    assert check(STACKED, "--map", given, "--save-map", str(again)) == 0
    assert saved(again)["layers"] == RIGHT


@pytest.mark.full
@pytest.mark.usefixtures("warm_sides")
def test_a_saved_map_of_fused_projections_is_read_back(tmp_path):
    pair, ours, again = ("attending", "attending_in_torch"), tmp_path / "map.json", tmp_path / "again.json"
    assert check(pair, "--save-map", str(ours)) == 0
    assert saved(ours)["fused"] == {"attn": ["mha.query", "mha.key", "mha.value"]}
    assert check(pair, "--map", str(ours), "--save-map", str(again)) == 0
    assert saved(again) == saved(ours)
    turned = saved(ours) | {"fused": {"attn": ["mha.key", "mha.query", "mha.value"]}}
    assert check(pair, "--map", written(tmp_path / "turned.json", **turned)) == 1, "the order in the file counts"


@pytest.mark.full
@pytest.mark.usefixtures("warm_sides")
def test_arguments_reach_either_builder(capsys):
    assert check(STACKED, "--keras-arg", "last=5", "--torch-arg", "last=5", "--torch-arg", "units=4") == 0
    capsys.readouterr()
    assert check(STACKED, "--keras-arg", "last=5", rungs="parameters") == 1
    assert "(4, 5)" in capsys.readouterr().out


MAPS = {
    "not.json": ("{", "cannot be read as JSON"),
    "list.json": ("[]", 'no "schema": "parity.map/1"'),
    "numbers.json": ('{"schema": "parity.map/1", "layers": {"first": 1}}', "'layers' must map Keras paths"),
    "twice.json": ('{"schema": "parity.map/1", "layers": {"first": "one", "second": "one"}}', "one given twice"),
    "fused.json": ('{"schema": "parity.map/1", "fused": {"attn": "mha.query"}}', "'fused' must map Torch paths"),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_map_in_another_form_is_refused_before_anything_is_built(tmp_path, capsys, name):
    text, message = MAPS[name]
    (tmp_path / name).write_text(text)
    refused(capsys, ["--map", str(tmp_path / name)], message)


def test_a_missing_map_and_a_bad_argument_are_refused(tmp_path, capsys):
    refused(capsys, ["--map", str(tmp_path / "absent.json")], "absent.json: no such file", "--save-map FILE writes one")
    refused(capsys, ["--keras-arg", "units"], "--keras-arg 'units': expected name=value", "--keras-arg classes=10")


@pytest.mark.full
@pytest.mark.usefixtures("warm_sides")
@pytest.mark.parametrize(
    ("sections", "message", "hint"),
    [
        ({"layers": {"frist": "one"}}, "map: 'frist' is no layer or tensor of the Keras model", "did you mean 'first'"),
        ({"layers": {"first": "on"}}, "map: 'on' is no layer or tensor of the Torch model", "did you mean 'one'"),
        ({"layers": {"relu": "one"}}, "map: 'relu' stores no tensors", ""),
        ({"tensors": {"first/bias": "one/weight"}}, "map: 'first/bias' is given 'one/weight', but (", "of its size"),
        ({"fused": {"two": ["first", "second"]}}, "map: 'two' is given first, second, but does not keep", "one Keras"),
    ],
)
def test_a_path_that_no_layer_has_is_refused(tmp_path, capsys, sections, message, hint):
    refused(capsys, ["--map", written(tmp_path / "map.json", **sections)], message, hint)


def refused(capsys, words, message, hint=""):
    assert check(STACKED, *words) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error.splitlines()[0]
    assert hint in error
    assert "Traceback" not in error
