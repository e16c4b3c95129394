"""Golden files: what a test renders is compared with a file; ``--update-golden`` writes the file anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from hypothesis import settings

from parity import process
from parity.process import Duo, two_processes

pytest_plugins = ["pytester"]

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """``golden(name, text)``: ``text`` must be that of ``golden/name`` beside the test."""

    def check(name: str, text: str) -> None:
        path = request.path.parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode(), f"{name} changed; look at it, then pytest --update-golden"

    return check


@pytest.fixture(scope="session")
def duo() -> Iterator[Duo]:
    """Both sides, each in a process of its own, shared by the tests that only load and run models."""
    with two_processes() as both:
        yield both


@pytest.fixture
def warm_sides(duo: Duo, monkeypatch: pytest.MonkeyPatch) -> None:
    """``parity check`` finds both sides started: a test that is not about starting them need not wait for that."""
    monkeypatch.setattr(process, "two_processes", lambda device, training, exporting: nullcontext(duo))
