"""Exercises of lesson 11, an LSTM autoencoder."""

from __future__ import annotations

import numpy as np

from utils.data.moving_digits import bounce
from utils.exercises import Exercise, wrong_if

_RANDOM = np.random.default_rng(11)
_TRAIN = _RANDOM.normal(2.0, 1.0, size=(9, 5, 4)) + np.arange(4)
_TEST = _RANDOM.normal(3.0, 2.0, size=(7, 5, 4)) - np.arange(5)[:, None]


def _number(got, what: str) -> float:
    wrong_if(got is None, "The function returns nothing; end it with return.")
    wrong_if(np.ndim(got) != 0, f"{what} is one number; yours has shape {np.shape(got)}.")
    return float(got)


def _check_mean(answer) -> str:
    got = _number(answer(_TRAIN.copy(), _TEST.copy()), "The error")
    mean = _TRAIN.mean(axis=0)
    expected = np.mean((_TEST - mean) ** 2)
    wrong_if(
        np.isclose(got, np.mean((_TEST - _TEST.mean(axis=0)) ** 2)),
        "That is the mean of the test data, which a forecaster does not have yet.",
    )
    wrong_if(
        np.isclose(got, np.mean((_TRAIN - mean) ** 2)),
        "That is the error on the training data; the question is about new data.",
    )
    wrong_if(
        np.isclose(got, np.mean((_TEST - _TRAIN.mean()) ** 2)),
        "One mean for everything: each time step and feature has a mean of its own.",
    )
    wrong_if(np.isclose(got, np.sqrt(expected)), "That is its square root; leave it squared.")
    wrong_if(
        not np.isclose(got, expected),
        "Take the mean sequence of train, subtract it from each test sequence, square, average.",
    )
    return "This is what any network has to get below, and it has seen no input at all."


q1 = Exercise(
    "11.1",
    "What does the mean score?",
    _check_mean,
    hints=(
        "The mean sequence has the shape (time, features).",
        "train.mean(axis=0) averages over sequences and keeps time and features.",
        "np.mean((test - train.mean(axis=0)) ** 2)",
    ),
    solution="""
def error_of_the_mean(train, test):
    return np.mean((test - train.mean(axis=0)) ** 2)
""",
    answer_name="error_of_the_mean",
    mistakes=(
        "def error_of_the_mean(train, test):\n    return np.mean((test - test.mean(axis=0)) ** 2)",
        "def error_of_the_mean(train, test):\n"
        "    return np.mean((train - train.mean(axis=0)) ** 2)",
        "def error_of_the_mean(train, test):\n    return np.mean((test - train.mean()) ** 2)",
        "def error_of_the_mean(train, test):\n    return (test - train.mean(axis=0)) ** 2",
        "def error_of_the_mean(train, test):\n    return 1.0",
    ),
)


def _check_liveliness(answer) -> str:
    picture = np.linspace(-3, 3, 20).reshape(5, 4)
    same = np.repeat(picture[None], len(_TEST), axis=0)
    silent = _number(answer(_TEST.copy(), same), "The share")
    wrong_if(
        silent > 0.01,
        "Outputs that are the same for every sequence must give 0; yours gives "
        f"{silent:.2f}. Do not count how pixels differ inside one output.",
    )
    equal = _number(answer(_TEST.copy(), _TEST.copy()), "The share")
    wrong_if(
        not np.isclose(equal, 1),
        f"A perfect copy of the truth must give 1; yours gives {equal:.2f}.",
    )
    half = _number(answer(_TEST.copy(), 0.5 * _TEST), "The share")
    wrong_if(
        np.isclose(half, 0.25),
        "That is a ratio of variances; the question is about deviations, their square roots.",
    )
    wrong_if(
        np.isclose(half, 2.0),
        "The ratio is upside down: outputs over truth, so that 0 is the failure.",
    )
    wrong_if(
        not np.isclose(half, 0.5),
        f"Outputs with half the deviation of the truth must give one half; yours gives {half:.2f}.",
    )
    return "It needs no loss and no scale: a network that ignores its input scores 0."


q2 = Exercise(
    "11.2",
    "An alarm for the mean",
    _check_liveliness,
    hints=(
        "Over which axis do two different inputs differ? Sequences are on axis 0.",
        "x.std(axis=0) is a deviation for each time step and feature; average it.",
        "outputs.std(axis=0).mean() / truth.std(axis=0).mean()",
    ),
    solution="""
def liveliness(truth, outputs):
    return outputs.std(axis=0).mean() / truth.std(axis=0).mean()
""",
    answer_name="liveliness",
    mistakes=(
        "def liveliness(truth, outputs):\n    return outputs.std() / truth.std()",
        "def liveliness(truth, outputs):\n"
        "    return outputs.std(axis=1).mean() / truth.std(axis=1).mean()",
        "def liveliness(truth, outputs):\n"
        "    return outputs.var(axis=0).mean() / truth.var(axis=0).mean()",
        "def liveliness(truth, outputs):\n    return outputs.std(axis=0) / truth.std(axis=0)",
        "def liveliness(truth, outputs):\n    return outputs.std(axis=0).mean()",
    ),
)


def _check_cut(answer) -> str:
    films = np.arange(3 * 8 * 2, dtype=float).reshape(3, 8, 2)
    seen = 5
    got = answer(films.copy(), seen)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    wrong_if(
        not isinstance(got, (tuple, list)) or len(got) != 3,
        "Return three arrays: inputs, past reversed, future.",
    )
    inputs, past, future = (np.asarray(part) for part in got)
    wrong_if(
        inputs.shape != (3, seen, 2) or not np.array_equal(inputs, films[:, :seen]),
        f"The inputs are the first {seen} frames of each film, in order.",
    )
    wrong_if(
        np.array_equal(past, inputs),
        "The past is still in its own order; the decoder should begin with the last frame seen.",
    )
    wrong_if(
        np.array_equal(past, films[:, :seen, ::-1]),
        "That turned the pixels round and left the frames in order; time is on axis 1.",
    )
    wrong_if(
        np.array_equal(past, films[:seen][::-1, :seen]),
        "That turned the films round: axis 0 counts films, time is on axis 1.",
    )
    wrong_if(not np.array_equal(past, films[:, :seen][:, ::-1]), "The past is inputs[:, ::-1].")
    wrong_if(
        future.shape[1:2] and np.array_equal(future[:, :1], films[:, seen - 1 : seen]),
        "The first frame of your future is the last frame that was seen: a leak.",
    )
    wrong_if(
        future.shape != (3, 3, 2),
        f"The future has shape {future.shape}; of 8 frames with {seen} seen, 3 are left.",
    )
    wrong_if(
        not np.array_equal(future, films[:, seen:]), "The future keeps its own order, unreversed."
    )
    return "Input and future share no frame, and the past begins where the encoder ended."


q3 = Exercise(
    "11.3",
    "Cut films without a leak",
    _check_cut,
    hints=(
        "Films are (n, time, features): slice the second axis.",
        "films[:, :seen] has the frames 0 to seen - 1; what is the first one after it?",
        "Reverse with [:, ::-1]; the future is films[:, seen:].",
    ),
    solution="""
def cut_films(films, seen):
    inputs = films[:, :seen]
    return inputs, inputs[:, ::-1], films[:, seen:]
""",
    answer_name="cut_films",
    mistakes=(
        "def cut_films(films, seen):\n"
        "    return films[:, :seen], films[:, :seen][:, ::-1], films[:, seen - 1 :]",
        "def cut_films(films, seen):\n    return films[:, :seen], films[:, :seen], films[:, seen:]",
        "def cut_films(films, seen):\n"
        "    return films[:, :seen], films[:, :seen, ::-1], films[:, seen:]",
        "def cut_films(films, seen):\n"
        "    return films[:, :seen], films[:, :seen][::-1], films[:, seen:]",
        "def cut_films(films, seen):\n"
        "    return films[:, :seen], films[:, :seen][:, ::-1], films[:, seen + 1 :]",
    ),
)


def _check_path(answer) -> str:
    room, seen, steps = 8, 6, 9
    grid = np.array([(s, v) for s in range(room + 1) for v in (-2, -1, 1, 2)])
    order = np.random.default_rng(4).permutation(len(grid))
    starts = np.stack([grid[:, 0], grid[order, 0]], axis=1)
    velocities = np.stack([grid[:, 1], grid[order, 1]], axis=1)
    path = bounce(starts, velocities, seen + steps, room)
    got = answer(path[:, :seen].copy(), steps, room)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got, future = np.asarray(got), path[:, seen:]
    wrong_if(
        got.shape != future.shape,
        f"The result has shape {got.shape}; for {len(path)} films and {steps} steps it must be "
        f"{future.shape}.",
    )
    wrong_if(
        np.array_equal(got, np.repeat(path[:, seen - 1 : seen], steps, axis=1)),
        "That is the last position again; the digit goes on moving.",
    )
    wrong_if(
        got.min() < 0 or got.max() > room,
        f"Some positions are outside 0 to {room}: the walls are missing.",
    )
    share = 100 * np.mean((got == future).all(axis=(1, 2)))
    wrong_if(
        share < 100,
        f"{share:.0f} % of the paths are exact. Look at films that touch a wall between frames: "
        "two neighbouring positions do not tell the speed there.",
    )
    return "Four numbers describe a path for ever. The networks found something like them."


q4 = Exercise(
    "11.4",
    "The rule behind the films",
    _check_path,
    hints=(
        "Rows and columns move independently of each other.",
        "There are only four velocities, -2, -1, 1, 2: which of them explains all frames seen?",
        "bounce(starts, velocities, time, room) of utils.data.moving_digits makes a path; compare "
        "its first frames with those you have, for each velocity.",
    ),
    solution="""
from utils.data.moving_digits import bounce

def continue_path(positions, steps, room):
    starts, time = positions[:, 0], positions.shape[1]
    future = np.zeros((len(positions), steps, 2), dtype=int)
    for velocity in (-2, -1, 1, 2):
        path = bounce(starts, np.full_like(starts, velocity), time + steps, room)
        fits = (path[:, :time] == positions).all(axis=1)  # (n, 2): rows and columns
        future = np.where(fits[:, None], path[:, time:], future)
    return future
""",
    answer_name="continue_path",
    mistakes=(
        "def continue_path(positions, steps, room):\n"
        "    return np.repeat(positions[:, -1:], steps, axis=1)",
        "def continue_path(positions, steps, room):\n"
        "    move = positions[:, -1:] - positions[:, -2:-1]\n"
        "    return positions[:, -1:] + move * np.arange(1, steps + 1)[:, None]",
        "def continue_path(positions, steps, room):\n"
        "    move = positions[:, -1:] - positions[:, -2:-1]\n"
        "    line = positions[:, -1:] + move * np.arange(1, steps + 1)[:, None]\n"
        "    return np.clip(line, 0, room)",
        "def continue_path(positions, steps, room):\n    return positions[:, :steps]",
    ),
    points=2,
)

EXERCISES = (q1, q2, q3, q4)
