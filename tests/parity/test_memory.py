"""Memory that is fetched ahead serves what is made next."""

import os
import subprocess
import sys

import pytest

from parity import memory

FETCHED, ARRAYS, OF_EACH = 256 << 20, 8, 16 << 20
PROGRAM = f"""
import threading
from pathlib import Path
import numpy as np
from parity import memory

def resident():
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) << 10

before = resident()
for _ in range(2):
    memory.fetch_ahead({FETCHED})
[thread.join() for thread in threading.enumerate() if thread is not threading.main_thread()]
fetched = resident()
kept = [np.ones({OF_EACH}, np.int8) for _ in range({ARRAYS})]
print(fetched - before, resident() - fetched)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other C libraries keep nothing")
def test_what_is_fetched_ahead_serves_the_next_arrays():
    environment = os.environ | {"GLIBC_TUNABLES": memory.TUNABLES}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    fetched, more = map(int, done.stdout.split())
    assert FETCHED // 2 < fetched < 1.5 * FETCHED
    assert more < ARRAYS * OF_EACH // 4
