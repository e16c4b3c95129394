"""``parity check`` on a user's own pair: verdicts, files, exit codes, and one-line errors."""

import json
from pathlib import Path

import pytest

from parity.cli import main
from parity.cli.own_pair import _parse_input

NETS = Path(__file__).parent / "nets_for_cli.py"
MUTANTS = Path(__file__).parents[1] / "mutants"


def pair(keras="keras_net", torch="torch_net"):
    return ["check", "--keras", f"{NETS}:{keras}", "--torch", f"{NETS}:{torch}"]


def test_same_pair_passes_and_writes_both_files(tmp_path, capsys):
    code = main(
        [*pair(), "--upto", "gradients", "--json", str(tmp_path / "r.json"), "--html", str(tmp_path / "r.html")]
    )
    report = json.loads((tmp_path / "r.json").read_text())
    assert code == 0
    assert report["schema"] == "parity.report/1"
    assert [rung["verdict"] for rung in report["pairs"][0]["rungs"]] == ["pass"] * 6
    assert all(rung["details"]["both_sides_busy_seconds"] >= 0 for rung in report["pairs"][0]["rungs"])
    assert sum(rung["details"]["both_sides_busy_seconds"] for rung in report["pairs"][0]["rungs"]) > 0
    assert (tmp_path / "r.html").read_text().lstrip().startswith("<!")
    assert "PARITY" in capsys.readouterr().out


@pytest.mark.full
def test_broken_pair_exits_with_one(capsys, warm_sides):
    code = main(
        [
            "check",
            "--keras",
            f"{MUTANTS / 'keras_nets.py'}:build_image_net",
            "--torch",
            f"{MUTANTS / 'torch_nets_broken.py'}:broken",
            "--rungs",
            "outputs,activations",
        ]
    )
    assert code == 1
    assert "norm" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "message", "hint"),
    [
        (["check", "cnnn"], 2, "no twin 'cnnn'", "did you mean 'cnn'"),
        (["check", "a.py:net"], 2, "no twin 'a.py:net'", "behind --keras FILE.py:OBJ"),
        (["check"], 2, "no NAME given", "parity check cnn"),
        (["check", "cnn", "--rungs", "output"], 2, "rung 'output'", "did you mean 'outputs'"),
        (["check", "cnn", "--upto", "nowhere"], 2, "rung 'nowhere'", ""),
        (["check", "cnn", "--seed", "-1"], 2, "--seed -1", ""),
        (["check", "--keras", "absent.py:net", "--torch", f"{NETS}:torch_net"], 2, "absent.py: no such file", ""),
        (["check", "--keras", f"{NETS}:keras_net"], 2, "--torch is missing", "--torch FILE.py:OBJ"),
        (["check", "--keras", "nets", "--torch", "nets"], 2, "'nets': expected FILE.py:OBJ", ""),
        ([*pair(), "--input", "6xlarge"], 2, "--input '6xlarge'", ""),
        ([*pair(), "--json", "/no/such/folder/r.json"], 3, "/no/such/folder/r.json: cannot be written", ""),
    ],
)
def test_bad_use_is_one_line_with_a_hint(capsys, words, code, message, hint):
    _refused(capsys, words, code, message, hint)


@pytest.mark.full
@pytest.mark.parametrize(
    ("words", "code", "message", "hint"),
    [
        ([*pair("keras_nte")], 2, "has no object 'keras_nte'", "did you mean 'keras_net'"),
        ([*pair("number")], 2, "a int, expected a Keras model", ""),
        ([*pair(torch="number")], 2, "a int, expected a torch module", ""),
        ([*pair("nothing")], 2, "built a NoneType, expected a keras.Model", "return the model"),
        ([*pair(torch="raises")], 2, "RuntimeError: no weights here", ""),
        ([*pair(), "--input", "7"], 2, "input 'features': shape 7, expected 6", ""),
        ([*pair(), "--input", "6", "--input", "6"], 2, "--input given 2 times, expected 1", ""),
    ],
)
def test_bad_models_are_one_line_with_a_hint(capsys, warm_sides, words, code, message, hint):
    _refused(capsys, words, code, message, hint)


@pytest.mark.full
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (pair(torch="killed"), "the torch side was killed by signal SIGKILL during load"),
        (pair("killed"), "the keras side was killed by signal SIGKILL during load"),
        (["check", "cnn", "--device", "cuda"], "--device cuda"),
    ],
)
def test_a_side_that_cannot_work_is_one_line(capsys, words, message):
    _refused(capsys, words, 3, message, "")


def _refused(capsys, words, code, message, hint):
    assert main(words) == code
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error.splitlines()[0]
    assert hint in error
    assert "Traceback" not in error


@pytest.mark.full
def test_a_side_killed_half_way_leaves_no_report(tmp_path, capsys):
    target = tmp_path / "r.json"
    assert main([*pair(torch="killed_in_forward"), "--json", str(target)]) == 3
    error = capsys.readouterr().err
    assert "the torch side was killed by signal SIGKILL during bind" in error
    assert "last words of the torch side" in error
    assert not target.exists()


@pytest.mark.full
def test_a_missing_framework_is_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "torch.py").write_text("raise ImportError(\"No module named 'torch'\")\n")
    monkeypatch.chdir(tmp_path)
    assert main(pair()) == 3
    error = capsys.readouterr().err
    assert "the torch side cannot start: No module named 'torch'" in error
    assert "pip install torch" in error


def test_unknown_command_suggests(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["parity", "chekc"])
    with pytest.raises(SystemExit) as stop:
        main(["chekc"])
    assert stop.value.code == 2
    assert "did you mean 'check'" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["8x8x3", "8,8,3"])
def test_sizes_are_joined_by_x_or_by_commas(text):
    assert _parse_input(f"{text}:int32", 0).shape == (8, 8, 3)
