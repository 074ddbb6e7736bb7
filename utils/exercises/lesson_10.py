"""Exercises of lesson 10: parameters, delayed targets, the summary of a pass, reversal."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _count(answer):
    wrong_if(
        answer == 4 * (64 * 10 + 64 * 64 + 64),
        "That is one direction. The two read with weights of their own.",
    )
    wrong_if(
        answer == 4 * (128 * 10 + 128 * 128 + 128),
        "That is one layer of 128 units. In two layers of 64 no unit of one direction is "
        "connected to a unit of the other, so the recurrent matrices are smaller.",
    )
    wrong_if(answer != 38400, "Work out 4 (n m + n n + n) for m = 10 and n = 64, twice.")
    return (
        "2 x 4 (64 x 10 + 64 x 64 + 64) = 38,400. The merge mode does not enter: adding or "
        "joining two results has no weights, though it changes how many the next layer needs."
    )


def _wait(wait):
    y = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 5, 7]])
    given = y.copy()
    late = np.asarray(wait(y, 2))
    wrong_if(late.shape != y.shape, f"The shape must stay {y.shape}; yours is {late.shape}.")
    wrong_if(not np.array_equal(y, given), "The array that was given is changed; work on a copy.")
    wrong_if(
        np.array_equal(late[:, :-2], y[:, 2:]),
        "This is shifted to the left: at step t it asks for the label of step t + d, which makes "
        "the network look even further ahead instead of waiting.",
    )
    wrong_if(
        np.array_equal(late, np.roll(y, 2, axis=1)),
        "np.roll wraps around: the first d steps ask for the labels of the end. Put -1 there.",
    )
    wrong_if(
        np.array_equal(late[:, 2:], y[:, :-2]) and not np.all(late[:, :2] == -1),
        "Right from step d on. Before that there is nothing to ask for: put -1 there.",
    )
    right = np.array([[-1, -1, 3, 1, 4], [-1, -1, 9, 2, 6]])
    wrong_if(not np.array_equal(late, right), f"For d = 2 the first row should be {right[0]}.")
    wrong_if(
        not np.array_equal(wait(y, 0), y),
        "With d = 0 nothing should change. Note that y[:, :-0] is empty.",
    )
    return (
        "At step t the network is asked about step t - d, so it has seen d steps beyond it. The "
        "first d answers do not exist and get weight 0 in the loss."
    )


def _summary(summary):
    rng = np.random.default_rng(10)
    outputs, lengths = rng.normal(size=(3, 7, 8)), np.array([7, 4, 1])
    got = np.asarray(summary(outputs, lengths, 4))
    wrong_if(got.shape != (3, 8), f"The shape must be (3, 8), both halves; yours is {got.shape}.")
    rows = np.arange(3)
    wrong_if(
        np.array_equal(got, outputs[:, -1]),
        "That is the last step of the array: padding for short sequences, and for the backward "
        "half the place where it has read one step only.",
    )
    wrong_if(
        np.array_equal(got, outputs[rows, lengths - 1]),
        "The forward half is right. The backward half starts at the end: at the last step it has "
        "read one step only. Where has it read all?",
    )
    wrong_if(
        np.array_equal(got, np.concatenate([outputs[:, -1, :4], outputs[:, 0, 4:]], axis=1)),
        "Right for full sequences. In a padded one the forward half ends at lengths - 1, before "
        "the padding.",
    )
    right = np.concatenate([outputs[rows, lengths - 1, :4], outputs[:, 0, 4:]], axis=1)
    wrong_if(not np.array_equal(got, right), "Look again at which step each half has read all.")
    return (
        "The forward half has read everything at its last real step, the backward half at step 0. "
        "It is what Bidirectional returns with return_sequences=False and a mask."
    )


def _reverse(reverse):
    x = np.array([[1, 2, 3, 4, 5], [6, 7, 8, -1, -1], [9, -1, -1, -1, -1]])
    given, lengths = x.copy(), np.array([5, 3, 1])
    got = np.asarray(reverse(x, lengths))
    wrong_if(got.shape != x.shape, f"The shape must stay {x.shape}; yours is {got.shape}.")
    wrong_if(not np.array_equal(x, given), "The array that was given is changed; work on a copy.")
    wrong_if(
        np.array_equal(got, x[:, ::-1]),
        "That turns the padding round too, so that it comes first and the network reads it "
        "before the sequence. Only the first lengths[i] steps of row i should turn.",
    )
    wrong_if(np.array_equal(got, x), "Nothing is turned round.")
    wrong_if(
        np.array_equal(got, x[::-1]),
        "That turns the order of the sequences in the batch. The time axis is the second one.",
    )
    right = np.array([[5, 4, 3, 2, 1], [8, 7, 6, -1, -1], [9, -1, -1, -1, -1]])
    wrong_if(not np.array_equal(got, right), f"The second row should be {right[1]}.")
    twice = np.asarray(reverse(got, lengths))
    wrong_if(not np.array_equal(twice, x), "Turned round twice, a batch should be as it was.")
    return (
        "Each sequence turns inside its own length and the padding stays at the end. Applied to "
        "the outputs again, it brings them back into reading order."
    )


q1 = Exercise(
    "10.1",
    "Parameters",
    _count,
    hints=(
        "How many weights has one LSTM of n units on m inputs? Each of the four parts has an "
        "n x m matrix, an n x n matrix and n biases.",
        "Put m = 10 and n = 64 into 4 (n m + n n + n). How many such layers are there?",
    ),
    solution="answer_1 = 2 * 4 * (64 * 10 + 64 * 64 + 64)",
    answer_name="answer_1",
    mistakes=(
        "answer_1 = 4 * (64 * 10 + 64 * 64 + 64)",
        "answer_1 = 4 * (128 * 10 + 128 * 128 + 128)",
        "answer_1 = 2 * (64 * 10 + 64 * 64 + 64)",
    ),
)
q2 = Exercise(
    "10.2",
    "Ask later",
    _wait,
    hints=(
        "Start with an array full of -1 of the shape of y, and fill in the part that exists.",
        "late[:, d:] has as many steps as y[:, : y.shape[1] - d].",
    ),
    solution="""
def wait(y, d):
    late = np.full_like(y, -1)
    late[:, d:] = y[:, : y.shape[1] - d]
    return late
""",
    answer_name="wait",
    mistakes=(
        "def wait(y, d):\n    return np.roll(y, d, axis=1)",
        "def wait(y, d):\n    late = np.full_like(y, -1)\n"
        "    late[:, : y.shape[1] - d] = y[:, d:]\n    return late",
        "def wait(y, d):\n    late = np.zeros_like(y)\n"
        "    late[:, d:] = y[:, : y.shape[1] - d]\n    return late",
        "def wait(y, d):\n    return y[:, : y.shape[1] - d]",
    ),
)
q3 = Exercise(
    "10.3",
    "All that was read",
    _summary,
    hints=(
        "In which direction does each half read, and at which step does it arrive at its end?",
        "outputs[np.arange(len(outputs)), lengths - 1] takes another step from each row.",
        "Forward: the last real step, first half of the last axis. Backward: step 0, second half.",
    ),
    solution="""
def summary(outputs, lengths, units):
    rows = np.arange(len(outputs))
    forward = outputs[rows, lengths - 1, :units]
    backward = outputs[:, 0, units:]
    return np.concatenate([forward, backward], axis=1)
""",
    answer_name="summary",
    mistakes=(
        "def summary(outputs, lengths, units):\n    return outputs[:, -1]",
        "def summary(outputs, lengths, units):\n"
        "    return outputs[np.arange(len(outputs)), lengths - 1]",
        "def summary(outputs, lengths, units):\n"
        "    return np.concatenate([outputs[:, -1, :units], outputs[:, 0, units:]], axis=1)",
    ),
)
q4 = Exercise(
    "10.4",
    "Build the backward pass yourself",
    _reverse,
    hints=(
        "Go through the rows: x[i, : lengths[i]] is the sequence, the rest is padding.",
        "x[i, : lengths[i]][::-1] is the sequence turned round. Work on a copy of x.",
    ),
    solution="""
def reverse(x, lengths):
    turned = x.copy()
    for row, length in enumerate(lengths):
        turned[row, :length] = x[row, :length][::-1]
    return turned
""",
    answer_name="reverse",
    mistakes=(
        "def reverse(x, lengths):\n    return x[:, ::-1]",
        "def reverse(x, lengths):\n    return x[::-1]",
        "def reverse(x, lengths):\n    return x",
    ),
    points=2,
)
EXERCISES = (q1, q2, q3, q4)
