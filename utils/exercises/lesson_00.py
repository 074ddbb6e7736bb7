"""Exercises of lesson 00, start here."""

from __future__ import annotations

import math

import numpy as np

from utils.exercises import Exercise, wrong_if


def _check_shape(answer) -> str:
    wrong_if(
        not isinstance(answer, tuple | list),
        "A shape is a tuple of whole numbers, such as (2, 3).",
    )
    answer = tuple(answer)
    wrong_if(len(answer) != 3, f"You gave {len(answer)} numbers; an LSTM's input has three axes.")
    wrong_if(
        sorted(answer) == [3, 24, 365] and answer != (365, 24, 3),
        "The right numbers in another order: sequences first, then time steps, then features.",
    )
    wrong_if(
        answer == (365, 1, 72),
        "All of a day in one step leaves the LSTM nothing to read step by step.",
    )
    wrong_if(
        answer != (365, 24, 3),
        "How many sequences, how many steps has each, how many numbers a step?",
    )
    return "365 sequences of 24 steps with 3 features each: (sequences, time steps, features)."


q1 = Exercise(
    "00.1",
    "The shape of the input",
    _check_shape,
    hints=(
        "Three axes: sequences, time steps, features.",
        "One day is a sequence, an hour is a step, and each hour has three numbers.",
    ),
    solution="shape = (365, 24, 3)",
    answer_name="shape",
    mistakes=(
        "shape = (24, 365, 3)",
        "shape = (365, 3, 24)",
        "shape = (365, 72)",
        "shape = (365, 1, 72)",
        "shape = 365 * 24 * 3",
        "shape = (365, 12, 3)",
    ),
)


def _check_loss(answer) -> str:
    wrong_if(not isinstance(answer, int | float | np.number), "The answer is a number.")
    wrong_if(math.isclose(answer, math.log(2), abs_tol=0.02), "That is for two answers.")
    wrong_if(
        math.isclose(answer, 2, abs_tol=0.02), "That is in bits; Keras uses the natural logarithm."
    )
    wrong_if(
        math.isclose(answer, 0.25), "That is the probability; the loss is minus its logarithm."
    )
    wrong_if(answer < 0, "Nearly: the loss is *minus* the logarithm, which makes it positive.")
    wrong_if(
        not math.isclose(answer, math.log(4), abs_tol=0.02),
        "Knowing nothing, it gives each of four answers the probability 1/4; take minus the log.",
    )
    return "Each answer gets 1/4, and -log(1/4) = log 4 = 1.39. With k answers it is log k."


q2 = Exercise(
    "00.2",
    "The loss before training",
    _check_loss,
    hints=(
        "What probability does a network that knows nothing give to each of four answers?",
        "The cross-entropy is minus the natural logarithm of the probability of the right answer.",
    ),
    solution="import math\n\nexpected_loss = math.log(4)",
    answer_name="expected_loss",
    mistakes=(
        "expected_loss = 0.693",
        "expected_loss = 2",
        "expected_loss = 0.25",
        "expected_loss = -1.386",
        "expected_loss = 4",
    ),
)


def _check_trick(answer) -> str:
    rng = np.random.default_rng(5)
    values = rng.uniform(-1, 1, (50, 7))
    marked = rng.integers(0, 7, 50)
    values[0], marked[0] = 0.5, 2
    sequences = np.stack([values, np.eye(7)[marked]], axis=-1)
    expected = values[np.arange(50), marked] > 0
    got = answer(sequences.copy())
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = np.asarray(got)
    wrong_if(
        got.shape != (50,),
        f"The result has shape {got.shape}; 50 sequences need 50 answers, (50,).",
    )
    wrong_if(
        np.array_equal(got > 0, values[:, -1] > 0), "That is the last value; look for the mark."
    )
    wrong_if(
        np.array_equal(got > 0, values.sum(axis=1) > 0),
        "That adds up all values; only the marked one counts.",
    )
    wrong_if(
        np.array_equal(got.astype(bool), ~expected),
        "Exactly the wrong way round: positive is True.",
    )
    wrong_if(
        got.dtype != bool and not set(np.unique(got)) <= {0, 1},
        "Those are the values; say True where they are above 0.",
    )
    wrong_if(
        not np.array_equal(got.astype(bool), expected),
        "Some answers are wrong. Multiply each value by its mark: what is left?",
    )
    return "Value times mark is zero everywhere but at the mark, so the sum is the marked value."


q3 = Exercise(
    "00.3",
    "Without a network",
    _check_trick,
    hints=(
        "sequences[..., 0] are the values and sequences[..., 1] the marks, both (n, steps).",
        "Multiply them, sum over the steps, and ask whether the sum is positive.",
    ),
    solution="""
def marked_is_positive(sequences):
    return (sequences[..., 0] * sequences[..., 1]).sum(axis=1) > 0
""",
    answer_name="marked_is_positive",
    mistakes=(
        "def marked_is_positive(s):\n    return s[:, -1, 0] > 0",
        "def marked_is_positive(s):\n    return s[..., 0].sum(axis=1) > 0",
        "def marked_is_positive(s):\n    return s[..., 0] * s[..., 1] > 0",
        "def marked_is_positive(s):\n    return (s[..., 0] * s[..., 1]).sum(axis=1)",
        "def marked_is_positive(s):\n    return (s[..., 0] * s[..., 1]).sum(axis=1) < 0",
    ),
)

EXERCISES = (q1, q2, q3)
