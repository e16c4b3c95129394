"""Requests in turn: both sides can be asked again whatever happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from parity.errors import SideFailed
from parity.process import Duo


class Doubling:
    """A side that doubles numbers, refuses negative ones, and must be finished as often as it is started."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.span = (0.0, 0.0)
        self.open: list[int] = []
        self.log: list[str] = []

    def start(self, method: str, arguments: Mapping[str, Any]) -> None:
        self.open.append(arguments["number"])
        self.log.append(f"start {arguments['number']}")

    def finish(self) -> int:
        number = self.open.pop(0)
        self.log.append(f"finish {number}")
        if number < 0:
            raise SideFailed(self.name, "double", "negative", "")
        return 2 * number

    def close(self) -> None:
        """Nothing to stop."""


@pytest.fixture
def sides() -> Duo:
    return Duo(Doubling("keras"), Doubling("torch"))


def asked(*numbers: int) -> list[dict[str, int]]:
    return [{"number": number} for number in numbers]


def test_the_next_request_is_under_way_while_an_answer_is_looked_at(sides: Duo) -> None:
    seen = []
    for answer in sides.in_turn("double", asked(1, 2, 3)):
        seen.append((answer, list(sides.keras.open)))
    assert seen == [((2, 2), [2]), ((4, 4), [3]), ((6, 6), [])]
    assert list(sides.in_turn("double", [])) == []


@pytest.mark.parametrize("numbers", [(-1, 2), (1, -2), (1, 2, -3)])
def test_a_failure_leaves_nothing_unanswered(sides: Duo, numbers: tuple[int, ...]) -> None:
    with pytest.raises(SideFailed):
        list(sides.in_turn("double", asked(*numbers)))
    assert sides.both("double", number=4) == (8, 8)


def test_who_stops_looking_can_ask_again(sides: Duo) -> None:
    answers = sides.in_turn("double", asked(1, 2, 3))
    next(answers)
    answers.close()
    assert sides.both("double", number=4) == (8, 8)


def test_one_answer_can_be_had_before_the_other(sides: Duo) -> None:
    with sides.meanwhile("double", number=2) as answers:
        assert answers.of_torch() == 4
        assert list(sides.keras.open) == [2], "Keras still works"
    assert (answers.of_keras(), answers.of_torch()) == (4, 4)
    assert sides.torch.log == ["start 2", "finish 2"]


def test_a_failure_that_is_seen_early_leaves_nothing_unanswered(sides: Duo) -> None:
    with pytest.raises(SideFailed), sides.meanwhile("double", {"number": 1}, {"number": -1}) as answers:
        answers.of_torch()
    assert sides.both("double", number=4) == (8, 8)
