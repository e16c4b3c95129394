"""A training that was killed goes on and ends, bit for bit, as one that was never killed."""

import json

import numpy as np
import pytest
import resuming

SIDES = ("keras", "torch")


class Killed(Exception):
    """Stands for a kill in these tests; real ones are in benchmarks/resume_kills.py."""


def kill_at(number):
    def on_step(step):
        if step == number:
            raise Killed

    return on_step


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The trainings that were never killed, made when asked for."""
    made = {}

    def get(side):
        if side not in made:
            made[side] = resuming.train(side, tmp_path_factory.mktemp(side))
        return made[side]

    return get


def different(first, second):
    assert first.keys() == second.keys()
    return [name for name in first if first[name] != second[name]]


@pytest.mark.full
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("every", "kills"), [(1, (7, 20)), (5, (16,))])
def test_a_killed_training_ends_as_if_nothing_had_happened(side, every, kills, whole, tmp_path):
    """Killed several times, in the middle and at the end of epochs, with gradients waiting for their update."""
    resume = False
    for kill in kills:
        with pytest.raises(Killed):
            resuming.train(side, tmp_path, resume, every, kill_at(kill))
        resume = (tmp_path / "checkpoints" / "manifest.json").exists()
    assert different(resuming.train(side, tmp_path, resume, every), whole(side)) == []
    assert different(resuming.train(side, tmp_path, True), whole(side)) == []  # one that was finished


@pytest.mark.full
@pytest.mark.parametrize("side", SIDES)
def test_a_planted_change_of_the_state_is_seen(side, whole, tmp_path):
    with pytest.raises(Killed):
        resuming.train(side, tmp_path, on_step=kill_at(13))
    checkpoints = resuming.load(side, "training.checkpoints").Checkpoints(tmp_path / "checkpoints")
    state = checkpoints.load()
    if side == "keras":
        seeds = [array for array in state["arrays"]["weights"] if array.dtype.kind in "iu"]
        seeds[0][1] += 1
    else:
        state["random"]["cpu"][1000:4000:8] ^= 1  # the lowest bits of the generator
    checkpoints.save(state)
    assert different(resuming.train(side, tmp_path, resume=True), whole(side))


@pytest.mark.parametrize("side", SIDES)
def test_a_state_comes_back_with_its_types(side, tmp_path):
    module = resuming.load(side, "training.checkpoints")
    state = {"a": [1, 0.1, None, True, "x"], 3: (float("inf"), np.arange(4.0)), "empty": {}}
    back = module.unpacked(module.packed(state))
    assert back["a"] == state["a"]
    assert back[3][0] == state[3][0]
    assert np.array_equal(np.asarray(back[3][1]), state[3][1])
    assert back["empty"] == {}
    with pytest.raises(TypeError, match="a object cannot be kept"):
        module.packed({"a": object()})


@pytest.mark.parametrize("side", SIDES)
def test_a_flipped_bit_is_found(side, tmp_path):
    module = resuming.load(side, "training.checkpoints")
    checkpoints = module.Checkpoints(tmp_path)
    checkpoints.save({"weights": np.arange(9.0)}, ("best", "last"))
    (path,) = tmp_path.glob("*.npz")
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    for name in ("best", "last"):
        with pytest.raises(module.DamagedCheckpoint, match="SHA-256"):
            checkpoints.load(name)
    path.unlink()
    with pytest.raises(module.DamagedCheckpoint, match="No such file"):
        checkpoints.load()
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(module.DamagedCheckpoint, match="no manifest"):
        checkpoints.load()


@pytest.mark.parametrize("side", SIDES)
def test_only_the_files_of_the_manifest_stay(side, tmp_path):
    checkpoints = resuming.load(side, "training.checkpoints").Checkpoints(tmp_path)
    (tmp_path / ".half.unfinished").touch()
    for number in range(4):
        checkpoints.save({"number": number}, ("best", "last") if number == 1 else ("last",))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    files = {entry["file"] for entry in manifest["states"].values()}
    assert {path.name for path in tmp_path.iterdir()} == {*files, "manifest.json"}
    assert checkpoints.load("best")["number"] == 1
    assert checkpoints.load("last")["number"] == 3


@pytest.mark.parametrize("side", SIDES)
def test_a_checkpoint_of_another_training_is_refused(side):
    module = resuming.load(side, "training.state")
    with pytest.raises(ValueError, match="callbacks of the checkpoint"):
        module.check_same("callbacks", ["Plateau"], ["EarlyStopping"])
