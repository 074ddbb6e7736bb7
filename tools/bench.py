"""Print how fast the lessons train, side by side in one run.

Usage: python tools/bench.py [--steps N] [--no-lessons]

Three tables: milliseconds per training step for the models of lessons 04, 14 and 15, with
Keras' default compile and as the lesson compiles them; seconds per lesson; and validation
nats per character against training characters for lesson 15 (recorded with the project).
Nothing is asserted: times depend on the machine, and are compared only within a run.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable
from typing import Any

from utils import session

session.start(seed=0)

import keras  # noqa: E402
import numpy as np  # noqa: E402
from run_notebooks import execute  # noqa: E402

from notebooks import PATHS, ROOT, namespace  # noqa: E402

SHAKESPEARE = ROOT / "datasets" / "shakespeare_results.csv"


def step_milliseconds(
    model: keras.Model, inputs: Any, targets: np.ndarray, batch: int, steps: int
) -> float:
    """Median milliseconds of a training step over five epochs, after one to warm up."""
    repeat = -(-steps * batch // len(targets))  # enough rows for so many steps

    def rows(array):
        return np.tile(array, (repeat,) + (1,) * (array.ndim - 1))[: steps * batch]

    inputs = keras.tree.map_structure(rows, inputs)
    seconds = []
    for _ in range(6):
        started = time.perf_counter()
        model.fit(inputs, rows(targets), batch_size=batch, epochs=1, shuffle=False, verbose=0)
        seconds.append(time.perf_counter() - started)
    return 1000 * float(np.median(seconds[1:])) / steps


def lesson_04(names: dict[str, Any]) -> tuple[Callable, Any, np.ndarray, int]:
    """Model, random inputs and targets in the lesson's shapes, batch size."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(names["batch_size"], names["window"], 1)).astype("float32")
    return names["build_model"], inputs, inputs[:, 0], names["batch_size"]


def lesson_14(names: dict[str, Any]) -> tuple[Callable, Any, np.ndarray, int]:
    """Sources of 38 tokens, answers of 11: what the lesson's dates need at most."""
    rng = np.random.default_rng(0)
    batch = names["batch_size"]
    source = rng.integers(3, 150, (batch, 38)).astype("int32")
    answer = rng.integers(3, 14, (batch, 11)).astype("int32")
    return names["build_model"], [source, answer], answer, batch


def lesson_15(names: dict[str, Any]) -> tuple[Callable, Any, np.ndarray, int]:
    """Rows of characters of a vocabulary of 100, as the Keras source has."""
    rng = np.random.default_rng(0)
    shape = (names["batch_size"], names["length"])
    text = rng.integers(0, 100, shape).astype("int32")
    return lambda: names["build_model"](100), text, text, shape[0]


BENCHED = {"04": lesson_04, "14": lesson_14, "15": lesson_15}


def step_table(steps: int) -> None:
    """Print milliseconds a step for each model, default and lesson's compile."""
    print(
        f"{'lesson':8s}{'parameters':>12s}{'batch':>7s}{'default':>10s}{'lesson':>10s}   ms a step"
    )
    for number, shapes in BENCHED.items():
        names = namespace(number)
        build, inputs, targets, batch = shapes(names)
        milliseconds = []
        for compiled in ("default", "lesson"):
            session.set_seed(0)
            model = build()
            names["compile_model"](model)
            if compiled == "default":
                # The same loss and optimiser, without the options that are about speed.
                model.compile(loss=model.loss, optimizer=model.optimizer)
            milliseconds.append(step_milliseconds(model, inputs, targets, batch, steps))
        print(
            f"{number:8s}{model.count_params():12,d}{batch:7d}"
            f"{milliseconds[0]:10.1f}{milliseconds[1]:10.1f}"
        )


def lessons_table() -> None:
    """Run each lesson once in a fresh kernel and print its seconds; nothing is saved."""
    for path in PATHS:
        print(f"{path.stem:28s}{execute(path, save=False):6.0f} s", flush=True)


def shakespeare_table() -> None:
    """Print the recorded results of lesson 15 on tiny Shakespeare."""
    with SHAKESPEARE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        print("  ".join(value.rjust(width) for value, width in zip(row, widths, strict=True)))


def main() -> int:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=60, help="training steps an epoch (60)")
    parser.add_argument("--no-lessons", action="store_true", help="do not time the lessons")
    arguments = parser.parse_args()
    print("\nTraining step, median of five epochs:")
    step_table(arguments.steps)
    if not arguments.no_lessons:
        print("\nLessons, one after the other, from a fresh kernel to the last cell:")
        lessons_table()
    if SHAKESPEARE.exists():
        print("\nLesson 15 on tiny Shakespeare, recorded (see datasets/README.md):")
        shakespeare_table()
    return 0


if __name__ == "__main__":
    sys.exit(main())
