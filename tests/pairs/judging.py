"""Check one pair of the corpus after the other on the same two processes, and compare with the truth."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass

from truth import Cause, KnownPair

from parity.checking import climb_references
from parity.ladder import RUNGS
from parity.process import two_processes
from parity.sides.source import Source
from parity.verdicts import PairReport, Report, Verdict

WITHOUT_FILES = tuple(rung for rung in RUNGS if rung != "onnx")
AT_ONCE = 25
"""So many pairs share one pair of processes: graphs of old models are never quite freed, and slow down what follows."""


@dataclass(frozen=True)
class Judgement:
    """What was found of one pair, beside its truth."""

    verdict_right: bool
    place_right: bool
    causes_right: bool
    false_alarms: tuple[str, ...]
    complaints: tuple[str, ...]
    seconds: float
    report: str


def judged(pair: KnownPair, found: PairReport) -> tuple[bool, bool, bool, tuple[str, ...]]:
    """Verdict, place and causes right? And the rules that were named for an identical pair."""
    verdict = (found.verdict in (Verdict.PASS, Verdict.SKIP)) == pair.identical  # what no exporter writes is skipped
    if pair.identical:
        alarms = tuple(f"{cause.rule} at {cause.keras}" for cause in found.causes)
        return verdict, found.first_divergence is None, not alarms, alarms
    return verdict, _place_right(pair, found), all(_named(cause, found) for cause in pair.causes), ()


def _place_right(pair: KnownPair, found: PairReport) -> bool:
    first = found.first_divergence
    if first is None:
        return pair.first is None
    return (pair.first or pair.causes[0].place).holds(first.keras, first.torch)


def _named(cause: Cause, found: PairReport) -> bool:
    return any(
        each.rule in cause.rules and cause.place.holds(each.keras, each.torch) and (each.confirmed or not cause.visible)
        for each in found.causes
    )


class Judge:
    """Both sides, started once.

    Pairs that differ climb the rungs that ``parity check`` climbs; of identical ones no rung at all may say otherwise,
    training and ONNX files included.
    """

    def __enter__(self) -> Judge:
        self._judged = 0
        self._open = ExitStack()
        self._duo = self._open.enter_context(two_processes())
        return self

    def __exit__(self, *problem: object) -> None:
        self._open.close()

    def __call__(self, pair: KnownPair) -> Judgement:
        if self._judged == AT_ONCE:
            self._open.close()
            self.__enter__()
        self._judged += 1
        begin = time.perf_counter()
        found = climb_references(
            self._duo,
            Source(f"{pair.path}:keras_model"),
            Source(f"{pair.path}:torch_model"),
            pair.inputs,
            (RUNGS if pair.files else WITHOUT_FILES) if pair.identical else None,
            own_weights=pair.own_weights,
            data=Source(f"{pair.path}:training_data") if pair.data else None,
        )
        seconds = time.perf_counter() - begin
        verdict, place, causes, alarms = judged(pair, found)
        wrong = {"verdict": not verdict, "first divergence": not place, "causes": not causes}
        complaints = tuple(f"{name} wrong" for name, bad in wrong.items() if bad)
        return Judgement(verdict, place, causes, alarms, complaints, seconds, str(Report(pair.name, {}, 0, (found,))))
