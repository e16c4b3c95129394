"""Work beside the thread that fetches: everything once, in order, and errors are not lost."""

from __future__ import annotations

import threading

import pytest

from parity.threads import each_behind


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_every_pair_is_worked_on_in_order(count):
    assert list(each_behind(lambda a, b: a - b, ((n, 1) for n in range(count)))) == [n - 1 for n in range(count)]


def test_the_next_pair_is_made_meanwhile():
    fetched = threading.Event()

    def pairs():
        yield 1, 1
        fetched.set()
        yield 2, 2

    assert list(each_behind(lambda a, b: fetched.wait(10), pairs())) == [True, True]


def test_what_is_raised_arrives():
    with pytest.raises(ZeroDivisionError):
        list(each_behind(lambda a, b: a / b, [(1, 1), (1, 0), (1, 1)]))
