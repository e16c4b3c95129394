"""Start the two sides, ask both at the same time, and say clearly which one broke."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from parity.channel import Channel
from parity.errors import EnvironmentProblem, SideFailed, UsageError
from parity.memory import TUNABLES

Span = tuple[float, float]
LAST_LINES = 8
TRAINING_IMPORTS = {"keras": (), "torch": ("torch._dynamo",)}
"""What a side imports at its first optimizer; early, while the other side starts, it costs no time."""
EXPORT_IMPORTS = {"keras": ("tf2onnx", "tf2onnx.convert"), "torch": ()}
"""What a side imports at its first ONNX file; while it waits for something to do, it costs no time."""


class Side(Protocol):
    """Something that answers requests for one framework."""

    name: str
    span: Span

    def start(self, method: str, arguments: Mapping[str, Any]) -> None: ...

    def finish(self) -> Any: ...

    def close(self) -> None: ...


class SideProcess:
    """A side in a process of its own.

    Args:
        name: ``keras`` or ``torch``.
        device: ``cpu`` hides every accelerator from the process.
        early: modules that it imports before it is asked for anything.
        later: modules that it imports while it has nothing to do.

    Attributes:
        listener: told what the side says while it works.
    """

    def __init__(self, name: str, device: str = "cpu", early: Sequence[str] = (), later: Sequence[str] = ()) -> None:
        self.name = name
        self.span: Span = (0.0, 0.0)
        self.listener: Callable[[Any], None] = lambda note: None
        self._action = "start"
        self._ready = False
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "parity.worker", name, str(theirs.fileno()), ",".join(early), ",".join(later)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env=_environment(device),
            start_new_session=True,
        )
        theirs.close()
        self._channel = Channel(ours.detach())

    @property
    def process(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def start(self, method: str, arguments: Mapping[str, Any]) -> None:
        if not self._ready:
            self._expect_ready()
        self._action = method
        try:
            self._channel.send((method, dict(arguments)))
        except OSError as problem:
            raise self._crashed() from problem

    def finish(self) -> Any:
        while (reply := self._receive())[0] == "note":
            self.listener(reply[1])
        self.span = reply[-1]
        return _result(self.name, self._action, reply)

    def leave(self) -> None:
        """Tell the process to end; it may take a while to give its memory back."""
        self._channel.close()

    def close(self) -> None:
        """Wait until it has ended, and see to it that it does."""
        self.leave()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()

    def _expect_ready(self) -> None:
        reply = self._receive()
        if reply[0] == "missing":
            package = "tensorflow keras" if self.name == "keras" else "torch"
            raise EnvironmentProblem(f"the {self.name} side cannot start: {reply[1]}", f"pip install {package}")
        self._ready = True

    def _receive(self) -> tuple[Any, ...]:
        try:
            return self._channel.receive()
        except (EOFError, OSError) as problem:
            raise self._crashed() from problem

    def _crashed(self) -> EnvironmentProblem:
        code = self._process.wait()
        how = f"was killed by signal {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        lines = self._last_lines()
        return EnvironmentProblem(f"the {self.name} side {how} during {self._action}", f"its last lines:\n{lines}")

    def _last_lines(self) -> str:
        self._log.seek(0)
        text = self._log.read().decode(errors="replace")
        return "\n".join(f"  {line}" for line in text.splitlines()[-LAST_LINES:]) or "  (it printed nothing)"


class LocalSide:
    """A side in this process, for live models."""

    def __init__(self, name: str) -> None:
        from parity.worker import make_side

        self.name = name
        self.span: Span = (0.0, 0.0)
        self._side = make_side(name)
        self._action = ""
        self._reply: tuple[Any, ...] = ()

    def start(self, method: str, arguments: Mapping[str, Any]) -> None:
        from parity.worker import answer

        self._action = method
        began = time.monotonic()
        self._reply = answer(self._side, method, dict(arguments))
        self.span = (began, time.monotonic())

    def finish(self) -> Any:
        return _result(self.name, self._action, self._reply)

    def close(self) -> None:
        """Nothing to stop."""


def _result(side: str, action: str, reply: tuple[Any, ...]) -> Any:
    """What ``worker.answer`` says, or the error that it tells."""
    if reply[0] == "done":
        return reply[1]
    if reply[0] == "usage":
        raise UsageError(reply[1], reply[2])
    raise SideFailed(side, action, reply[1], reply[2])


class Answers:
    """What the two sides answer to one request, each waited for once, whoever asks first."""

    def __init__(self, duo: Duo) -> None:
        self._sides: Mapping[str, Side] = {"keras": duo.keras, "torch": duo.torch}
        self._found: dict[str, tuple[Any, Exception | None]] = {}

    def of_keras(self) -> Any:
        """Wait for it, or raise what the side has raised."""
        return self._waited("keras")

    def of_torch(self) -> Any:
        """Wait for it, or raise what the side has raised."""
        return self._waited("torch")

    def _waited(self, name: str) -> Any:
        if name not in self._found:
            try:
                self._found[name] = self._sides[name].finish(), None
            except (SideFailed, UsageError) as problem:
                self._found[name] = None, problem
        answer, raised = self._found[name]
        if raised is not None:
            raise raised
        return answer


class Duo:
    """Both sides. ``both`` sends one request to each and waits for the two answers.

    ``overlap`` counts the seconds in which the two sides worked at the same time.
    """

    def __init__(self, keras: Side, torch: Side) -> None:
        self.keras, self.torch = keras, torch
        self.overlap = 0.0

    def both(
        self, method: str, keras: Mapping[str, Any] | None = None, torch: Mapping[str, Any] | None = None, **shared: Any
    ) -> tuple[Any, Any]:
        """Ask both; ``keras`` and ``torch`` hold what differs, ``shared`` goes to both.

        Raises:
            SideFailed: a framework raised; both sides have answered by then and can be asked again.
            EnvironmentProblem: a side died.
        """
        self._start(method, {**shared, **(keras or {})}, {**shared, **(torch or {})})
        return self._finish()

    def _start(self, method: str, keras: Mapping[str, Any], torch: Mapping[str, Any]) -> None:
        self.keras.start(method, keras)
        try:
            self.torch.start(method, torch)
        except SideFailed:
            self.keras.finish()
            raise

    def _finish(self, answers: Answers | None = None) -> tuple[Any, Any]:
        waited = answers or Answers(self)
        found: list[Any] = []
        problems: list[Exception] = []
        for finish in (waited.of_keras, waited.of_torch):
            try:
                found.append(finish())
            except (SideFailed, UsageError) as problem:
                problems.append(problem)
        if problems:
            raise problems[0]
        begins, ends = zip(self.keras.span, self.torch.span, strict=True)
        self.overlap += max(0.0, min(ends) - max(begins))
        return found[0], found[1]

    @contextlib.contextmanager
    def meanwhile(
        self, method: str, keras: Mapping[str, Any] | None = None, torch: Mapping[str, Any] | None = None, **shared: Any
    ) -> Iterator[Answers]:
        """Ask both as ``both`` does, and let the block run while they work; it may not ask them anything.

        Raises:
            SideFailed, EnvironmentProblem: as ``both``, after the block.
        """
        self._start(method, {**shared, **(keras or {})}, {**shared, **(torch or {})})
        answers = Answers(self)
        try:
            yield answers
        except BaseException:
            with contextlib.suppress(SideFailed, UsageError):
                self._finish(answers)  # so that both can be asked again
            raise
        self._finish(answers)

    def in_turn(self, method: str, requests: Sequence[Mapping[str, Any]]) -> Generator[tuple[Any, Any]]:
        """Ask both for one thing after the other, and let the caller look at each while they work on the next.

        It may not ask them anything before the last answer is there.
        """
        if not requests:
            return
        answers = self.both(method, **requests[0])
        for request in requests[1:]:
            with self.meanwhile(method, **request) as next_ones:
                yield answers
            answers = next_ones.of_keras(), next_ones.of_torch()
        yield answers

    def ask(self, side: Side, method: str, **arguments: Any) -> Any:
        """Ask one side."""
        side.start(method, arguments)
        return side.finish()


def local_sides() -> Duo:
    """Both sides in this process, for live models; torch first: TensorFlow followed by triton aborts the process."""
    torch = LocalSide("torch")
    return Duo(LocalSide("keras"), torch)


@contextlib.contextmanager
def two_processes(device: str = "cpu", training: bool = False, exporting: bool = False) -> Iterator[Duo]:
    """Both sides in processes of their own, started at the same time, stopped whatever happens.

    Args:
        training: they will train.
        exporting: they will write ONNX files.
    """
    sides: list[SideProcess] = []
    try:
        for name in ("keras", "torch"):
            early, later = (TRAINING_IMPORTS[name] if training else (), EXPORT_IMPORTS[name] if exporting else ())
            sides.append(SideProcess(name, device, early, later))
        yield Duo(*sides)
    finally:
        for side in sides:
            side.leave()
        for side in sides:
            side.close()


def _environment(device: str) -> dict[str, str]:
    """Switches that a framework reads only before it is imported."""
    threads = str(max(1, (os.cpu_count() or 2) // 2))
    environment = dict(os.environ)
    environment.setdefault("KERAS_BACKEND", "tensorflow")
    environment.update(
        TF_CPP_MIN_LOG_LEVEL="3",
        OMP_NUM_THREADS=threads,
        TF_NUM_INTRAOP_THREADS=threads,
        TF_NUM_INTEROP_THREADS="1",
        PYTHONUNBUFFERED="1",
    )
    environment.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")  # one heap: what NumPy frees serves TensorFlow
    environment.setdefault("GLIBC_TUNABLES", TUNABLES)
    if device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = "-1"
    root = str(Path(__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [os.getcwd(), root, environment.get("PYTHONPATH", "")]))
    return environment
