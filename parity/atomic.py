"""Write a file whole or not at all: a reader never meets half of it, and a failure leaves the old one."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from parity.errors import EnvironmentProblem


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write ``text`` as UTF-8, line ends untouched.

    Raises:
        EnvironmentProblem: the file cannot be written; what was there before is still there.
    """
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write ``data`` beside ``path`` and move it into place; a device or pipe is written directly.

    Raises:
        EnvironmentProblem: the file cannot be written; what was there before is still there.
    """
    named = Path(path)
    try:
        if os.path.exists(named) and not os.path.isfile(named):
            with named.open("wb") as stream:
                stream.write(data)
        else:
            _replace(Path(os.path.realpath(named)), data)
    except OSError as problem:
        reason, hint = _explain(named, problem)
        raise EnvironmentProblem(f"{named}: cannot be written: {reason}", hint) from problem


def _replace(target: Path, data: bytes) -> None:
    """A symbolic link keeps pointing where it did; a file that exists keeps its mode."""
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, 0o666), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name last. Not every system can do this, and by now the file is in place."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _explain(path: Path, problem: OSError) -> tuple[str, str]:
    folder = path.parent
    if os.path.isdir(path):
        return "it is a folder", "name a file in it"
    if not os.path.exists(folder):
        return f"there is no folder {folder}", f"make it first (mkdir -p {folder}) or name another file"
    if not os.path.isdir(folder):
        return f"{folder} is not a folder", "name a file in an existing folder"
    if isinstance(problem, PermissionError):
        return f"no permission to write in {folder}", "name a file in a folder of your own, or change the permissions"
    return problem.strerror or str(problem), "check the disk and the folder, or name another file"
