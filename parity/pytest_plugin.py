"""A pytest plugin: the fixture ``assert_parity``, and one report of every pair that a session checked.

Loaded in every pytest run of an environment that has this package, so it imports nothing until a pair is checked.
"""

from __future__ import annotations

import os
import pickle
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from parity.verdicts import PairReport, Report

SENT = "parity_pairs"
OPTIONS = {"--parity-json": "as JSON", "--parity-html": "as one HTML page"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("parity", "Keras and PyTorch models as one network")
    for option, form in OPTIONS.items():
        group.addoption(option, metavar="FILE", help=f"write the report of all pairs that were checked {form}")
    group.addoption(
        "--parity-dir", metavar="DIR", help="keep arrays of pairs that differ there, not in the test's tmp_path"
    )


def pytest_configure(config: pytest.Config) -> None:
    for option in OPTIONS:
        path = _path(config, option)
        if path is not None and not path.parent.is_dir():
            raise pytest.UsageError(f"{option} {path}: no folder {path.parent}")
    config.pluginmanager.register(Session(config), "parity-session")


@pytest.fixture
def assert_parity(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """``assert_parity(keras_model, torch_model, ...)``: ``parity.check``, and a failure unless every rung passes.

    Args:
        keras_model, torch_model: live models, or functions without arguments that build them.
        inputs: one batch, channels last; drawn at random if absent.
        map: which layer is which: a mapping of Keras paths to Torch paths, or a file that ``--save-map`` wrote.
        bound: what figures may be at most, instead of the bounds of the proof.
        options: any other argument of ``parity.check``.

    Raises:
        AssertionError: the report, and where inputs and outputs of both sides are kept.
    """
    checked = 0

    def check(
        keras_model: Any,
        torch_model: Any,
        inputs: Any = None,
        *,
        map: Mapping[str, str] | str | os.PathLike[str] | None = None,
        bound: float | None = None,
        **options: Any,
    ) -> Report:
        __tracebackhide__ = True
        nonlocal checked
        checked += 1
        import parity

        folder = _home(request) / f"parity-{checked}"
        report = parity.check(keras_model, torch_model, inputs, given=_given(map), bound=bound, keep=folder, **options)
        request.config.pluginmanager.getplugin("parity-session").add(request.node.nodeid, report)
        if not report:
            raise AssertionError(f"no parity\n{report}\n{_kept(folder)}")
        return report

    return check


def _home(request: pytest.FixtureRequest) -> Path:
    """Where the arrays of a test go."""
    chosen = _path(request.config, "--parity-dir")
    if chosen is None:
        return Path(request.getfixturevalue("tmp_path"))
    return chosen / re.sub(r"[^\w.-]+", "_", request.node.nodeid)


def _kept(folder: Path) -> str:
    files = sorted(path.name for path in folder.glob("*.npz"))
    return f"arrays: {', '.join(files)} in {folder}" if files else "no arrays: a model could not be run"


class Session:
    """Every pair of the session; with pytest-xdist the workers send theirs to the controller, which alone writes."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.pairs: list[PairReport] = []
        self.versions: dict[str, str] = {}
        self.told: list[str] = []

    @property
    def wanted(self) -> bool:
        return any(self.config.getoption(option) for option in OPTIONS)

    def add(self, test: str, report: Report) -> None:
        seed = f" (seed {report.seed})" if report.seed else ""
        self.pairs += [replace(pair, name=f"{test}: {pair.name}{seed}") for pair in report.pairs]
        self.versions.update(report.versions)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker of pytest-xdist has ended; one that crashed took its pairs along, which the report must say."""
        sent = getattr(node, "workeroutput", {}).get(SENT)
        if sent is not None:
            pairs, versions = pickle.loads(sent)
            self.pairs += pairs
            self.versions.update(versions)
        elif self.wanted:
            self.pairs.append(_lost(str(node.gateway.id), error))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self.wanted:
            return
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput[SENT] = pickle.dumps((self.pairs, self.versions))
        else:
            self._write(session)

    def _write(self, session: pytest.Session) -> None:
        from parity.errors import ParityError
        from parity.report.html import write_html
        from parity.report.jsonfile import write_json
        from parity.verdicts import Report

        command = shlex.join(["pytest", *(str(word) for word in self.config.invocation_params.args)])
        pairs = tuple(sorted(self.pairs, key=lambda pair: pair.name) if _distributed(self.config) else self.pairs)
        report = Report(command, self.versions, 0, pairs)
        for option, write in zip(OPTIONS, (write_json, write_html), strict=True):
            path = _path(self.config, option)
            if path is None:
                continue
            try:
                write(report, path)
                self.told.append(f"wrote {path}")
            except ParityError as problem:
                self.told.append(f"error: {problem}")
                session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for line in self.told:
            terminalreporter.write_line(f"parity: {line}")


def _lost(worker: str, error: object) -> PairReport:
    from parity.verdicts import PairReport, RungResult, Verdict

    reason = f"the worker {worker} ended without its results: {error or 'no reason given'}"
    return PairReport(f"pairs of {worker}", (RungResult("structure", Verdict.ERROR, reason=reason),))


def _distributed(config: pytest.Config) -> bool:
    return config.pluginmanager.hasplugin("dsession")


def _given(map: Mapping[str, str] | str | os.PathLike[str] | None) -> Mapping[str, str] | None:
    if map is None or isinstance(map, Mapping):
        return map
    from parity.mapfile import read_map

    return read_map(Path(map))


def _path(config: pytest.Config, option: str) -> Path | None:
    named = config.getoption(option)
    return config.invocation_params.dir / named if named else None
