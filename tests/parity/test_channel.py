"""What goes through a channel arrives, small and large, and is the receiver's own."""

from __future__ import annotations

import os
import socket
import threading

import numpy as np
import pytest

from parity.channel import LARGE, Channel


@pytest.fixture
def ends():
    first, second = (Channel(each.detach()) for each in socket.socketpair())
    yield first, second
    first.close()
    second.close()


def passed(ends, message):
    sender = threading.Thread(target=ends[0].send, args=(message,))
    sender.start()
    arrived = ends[1].receive()
    sender.join()
    return arrived


@pytest.mark.parametrize("count", [0, 1, LARGE // 8 - 1, LARGE // 8, 3 * LARGE + 1])
@pytest.mark.parametrize("dtype", ["float64", "int32", "bool"])
def test_arrays_arrive_whole_and_in_order(ends, count, dtype):
    message = {"first": np.arange(count).astype(dtype), "name": "x", "second": np.ones((count, 2), dtype)}
    arrived = passed(ends, message)
    assert arrived["name"] == "x"
    for name in ("first", "second"):
        assert arrived[name].dtype == message[name].dtype
        assert np.array_equal(arrived[name], message[name])
        assert arrived[name].flags.aligned


@pytest.mark.parametrize("order", [lambda a: a.T, lambda a: a[::2], np.asfortranarray])
def test_every_memory_order_arrives(ends, order):
    array = order(np.random.default_rng(0).normal(size=(200, 300)))
    assert np.array_equal(passed(ends, array), array)


def test_what_arrives_can_be_changed_without_the_sender_seeing_it(ends):
    mine = np.zeros(LARGE)
    theirs = passed(ends, mine)
    theirs[0] = 1
    assert mine[0] == 0
    assert theirs[0] == 1


def test_no_descriptor_is_left_open(ends):
    passed(ends, np.zeros(LARGE))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        passed(ends, np.zeros(LARGE))
    assert len(os.listdir("/proc/self/fd")) == before


def test_an_end_that_is_gone_is_an_error(ends):
    ends[0].close()
    with pytest.raises((EOFError, OSError)):
        ends[1].receive()


def test_memory_is_used_again_once_what_arrived_is_dropped(ends):
    first = passed(ends, np.zeros(LARGE))
    second = passed(ends, np.ones(LARGE))
    assert len(ends[0]._files) == 2
    assert not first.any()  # still held: the second message went elsewhere
    del first, second
    third = passed(ends, np.full(LARGE, 3.0))
    assert len(ends[0]._files) == 2
    assert (third == 3).all()


def test_a_part_that_is_kept_keeps_the_whole_message(ends):
    part = passed(ends, np.arange(2.0 * LARGE))[-5:]
    passed(ends, np.zeros(2 * LARGE))
    assert np.array_equal(part, np.arange(2.0 * LARGE)[-5:])


def test_idle_memory_is_given_back(ends, monkeypatch):
    monkeypatch.setattr("parity.channel.IDLE_BYTES", LARGE)
    for count in (1, 2):
        passed(ends, np.zeros(count * LARGE))
    passed(ends, np.zeros(LARGE))
    assert len(ends[0]._files) == len(ends[1]._files) == 1
