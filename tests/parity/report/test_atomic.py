"""Files are written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from parity import atomic
from parity.errors import EnvironmentProblem


def refuse(error: BaseException):
    def call(*_: object, **__: object) -> None:
        raise error

    return call


def test_text_is_written_as_it_is(tmp_path):
    atomic.write_text(tmp_path / "a.txt", "å\n\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "å\n\r\n".encode()
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_write_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "a.txt"
    path.write_text("old")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), refuse(full))
    with pytest.raises(EnvironmentProblem, match=r"a\.txt: cannot be written: No space left on device"):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_an_interrupted_write_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", refuse(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        atomic.write_text(tmp_path / "a.txt", "new")
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path, monkeypatch):
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: refuse(OSError())() if stat.S_ISDIR(os.fstat(handle).st_mode) else real(handle)
    )
    atomic.write_text(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "new"


def test_an_unwritable_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "open", refuse(PermissionError(errno.EACCES, os.strerror(errno.EACCES))))
    with pytest.raises(EnvironmentProblem) as caught:
        atomic.write_text(tmp_path / "a.txt", "new")
    assert caught.value.message == f"{tmp_path}/a.txt: cannot be written: no permission to write in {tmp_path}"
    assert caught.value.hint == "name a file in a folder of your own, or change the permissions"
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none/a.txt", "there is no folder {tmp}/none"),
        ("file/a.txt", "{tmp}/file is not a folder"),
        ("folder", "it is a folder"),
    ],
)
def test_a_place_where_no_file_can_be_is_explained(tmp_path, name, reason):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(EnvironmentProblem) as caught:
        atomic.write_text(tmp_path / name, "new")
    assert caught.value.message == f"{tmp_path}/{name}: cannot be written: {reason.format(tmp=tmp_path)}"


def test_a_link_keeps_pointing_and_a_file_keeps_its_mode(tmp_path):
    (tmp_path / "real.txt").touch(mode=0o600)
    (tmp_path / "link.txt").symlink_to("real.txt")
    atomic.write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "real.txt").stat().st_mode) == 0o600


def test_a_new_file_has_the_usual_mode(tmp_path):
    atomic.write_text(tmp_path / "a.txt", "new")
    (tmp_path / "b.txt").touch()
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_a_device_is_written_to_not_replaced():
    before = os.stat("/dev/null").st_ino
    atomic.write_text("/dev/null", "gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert os.stat("/dev/null").st_ino == before
