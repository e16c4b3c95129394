import sys, time, importlib
import torch
import keras

sys.path.insert(0, "tests/rules")
import probing
from parity.sides.keras_patches import policy
from contextlib import nullcontext
import traceback

for m in sys.argv[1].split(","):
    importlib.import_module(m)
from parity.sides.keras_patches import replaced

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
only = sys.argv[2].split(",") if len(sys.argv) > 2 else None
total = 0
import warnings

warnings.simplefilter("ignore")
import parity.sides.keras_patches as kp

for name, f in probing.PROBES.items():
    if only and name not in only:
        continue
    start = time.perf_counter()
    ctx = policy("float64")
    with ctx:
        try:
            if name in probing.PLAIN:
                with probing.stock_float64():
                    r = f()
            else:
                r = f()
            bad = "" if r[0] > 1e-6 and r[1] < 1e-10 else "   <<<<<"
            print(f"{name:34s} {r[0]:9.1e} {r[1]:9.1e} {time.perf_counter() - start:6.2f}{bad}", flush=True)
        except Exception as e:
            print(f"{name:34s} EXC {type(e).__name__}: {str(e)[:300]}")
            traceback.print_exc(limit=-3, file=sys.stdout)
