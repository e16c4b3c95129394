"""``parity export`` and ``parity verify``: every file is proved before the word is printed, and damage is seen."""

import json

import pytest

from parity.cli import main


@pytest.mark.full
def test_export_then_verify_then_damage(tmp_path, capsys):
    folder = tmp_path / "cnn"
    assert main(["export", "cnn/short", "-o", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.count("exported") == 5
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["schema"] == "parity.manifest/1"
    assert all(entry["figure"] <= entry["bound"] for entry in manifest["artifacts"])
    assert [path.name for path in tmp_path.iterdir()] == ["cnn"]

    assert main(["verify", str(folder)]) == 0
    assert "FAILED" not in capsys.readouterr().out

    traced = folder / "torch/traced.pt"
    damaged = bytearray(traced.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    traced.write_bytes(damaged)
    assert main(["verify", str(folder)]) == 1
    assert "torch/traced.pt: its SHA-256 is not that of the manifest" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["export", "cnn", "-o", "x"], "'cnn' has 2 presets"),
        (["export", "cnnn/short", "-o", "x"], "no twin 'cnnn/short'"),
        (["verify", "/no/such/folder"], "/no/such/folder: no manifest.json here"),
    ],
)
def test_bad_input_is_one_line(capsys, words, message):
    assert main(words) == 2
    assert message in capsys.readouterr().err.splitlines()[0]


def test_a_folder_with_content_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep")
    assert main(["export", "cnn/short", "-o", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_an_unwritable_folder_is_named(capsys):
    assert main(["export", "cnn/short", "-o", "/proc/parity"]) == 3
    assert "/proc/parity: cannot be written" in capsys.readouterr().err
