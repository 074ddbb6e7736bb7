"""Print how fast small and larger LSTMs train here, and how long each lesson takes.

    python tools/bench.py [--steps 60] [--no-lessons]

Nothing is asserted: times depend on the machine, and compare only within a run.
"""

from __future__ import annotations

import argparse
import sys
import time

from utils import session

session.start(seed=0)

import keras  # noqa: E402
import numpy as np  # noqa: E402

from notebooks import PATHS  # noqa: E402
from run_notebooks import SCRATCH, execute  # noqa: E402

# Name: batch, steps, units of each layer. The sizes of lessons 04 and 15.
MODELS = {"forecast": (32, 40, [32]), "characters": (64, 64, [192, 192])}
WAYS = {
    "as Keras compiles it": {},
    "20 steps per call": {"steps_per_execution": 20},
    "XLA": {"jit_compile": True},
    "both": {"steps_per_execution": 20, "jit_compile": True},
}


def milliseconds(name: str, way: dict, steps: int) -> float:
    """Median milliseconds of a training step over five epochs, after one that compiles."""
    batch, length, units = MODELS[name]
    layers = [keras.layers.LSTM(u, return_sequences=True) for u in units]
    model = keras.Sequential([keras.Input((length, 8)), *layers, keras.layers.Dense(1)])
    model.compile(loss="mse", optimizer="adam", **way)
    x = np.random.default_rng(0).normal(size=(batch * steps, length, 8)).astype("float32")
    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        model.fit(x, x[..., :1], batch_size=batch, epochs=1, shuffle=False, verbose=0)
        seconds.append(time.perf_counter() - started)
    return 1000 * float(np.median(seconds[1:])) / steps


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=60, help="training steps an epoch (60)")
    parser.add_argument("--no-lessons", action="store_true", help="do not time the lessons")
    arguments = parser.parse_args()
    for name in MODELS:
        for way, options in WAYS.items():
            print(
                f"{name:12s}{way:24s}{milliseconds(name, options, arguments.steps):7.1f} ms a step"
            )
    if not arguments.no_lessons:
        for path in PATHS:
            started = time.perf_counter()
            execute(path, SCRATCH / f"{path.stem}.bench.ipynb")
            print(f"{path.stem:36s}{time.perf_counter() - started:7.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
