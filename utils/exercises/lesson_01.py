"""Exercises of lesson 01, why RNNs forget."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if

_GATE = 1 / (1 + np.exp(-2.0))


def _check_fraction(answer: float) -> str:
    wrong_if(
        not isinstance(answer, int | float | np.floating),
        "A single number is wanted: the fraction that is left, between 0 and 1.",
    )
    wrong_if(
        np.isclose(answer, _GATE, atol=5e-3),
        "That is what one step leaves, sigmoid(2); there are twenty of them.",
    )
    wrong_if(
        np.isclose(answer, _GATE * 20, atol=0.05), "Factors of a path multiply, they do not add up."
    )
    wrong_if(
        np.isclose(answer, 1 - _GATE**20, atol=5e-3), "That is the fraction lost; what is left?"
    )
    wrong_if(not 0 < answer < 1, f"{answer:g} is no fraction; it lies between 0 and 1.")
    wrong_if(
        not np.isclose(answer, _GATE**20, atol=2e-3),
        "One step leaves sigmoid(2) = 1 / (1 + exp(-2)) of it; what do twenty steps leave?",
    )
    return "sigmoid(2)^20 = 0.079. That is between three and four half-lives of 5.5 steps."


q1 = Exercise(
    "01.1",
    "What is left",
    _check_fraction,
    hints=(
        "With zero inputs every forget gate is sigmoid(b_f) = 1 / (1 + exp(-b_f)).",
        "The gradient along the cell path is the product of the gates, one factor a step.",
    ),
    solution="answer_1 = (1 / (1 + np.exp(-2))) ** 20",
    answer_name="answer_1",
    mistakes=(
        "answer_1 = 1 / (1 + np.exp(-2))",
        "answer_1 = 20 / (1 + np.exp(-2))",
        "answer_1 = 1 - (1 / (1 + np.exp(-2))) ** 20",
        "answer_1 = 0.5 ** 20",
    ),
)


def _check_gru(answer, accuracies, longest) -> str:
    import keras
    from keras import layers

    units = 500  # enough to see how the biases are spread
    biases = answer((2, 3 * units))
    wrong_if(biases is None, "The function returns nothing; end it with return.")
    biases = np.asarray(keras.ops.convert_to_numpy(biases), dtype=float)
    wrong_if(
        biases.shape != (2, 3 * units),
        f"For {units} units the shape should be (2, {3 * units}); yours is {biases.shape}.",
    )
    z, rest = biases[0, :units], np.concatenate([biases[0, units:], biases[1]])
    wrong_if(
        np.any(rest != 0),
        "Only the first third of row 0 belongs to z; leave all other biases at zero.",
    )
    wrong_if(
        np.median(z) < 0,
        "The sign: z multiplies the old state here, so a bias above 0 keeps it.",
    )
    lags = 1 + np.exp(z)  # z = 1 - 1/T, solved for T
    wrong_if(
        np.ptp(z) == 0,
        f"All units get T = {lags[0]:.3g}. Draw T for each unit, as the LSTM above does.",
    )
    wrong_if(
        lags.min() < 1.9 or lags.max() > 1.02 * longest or lags.max() < 0.9 * longest,
        f"Your biases are for T between {lags.min():.3g} and {lags.max():.3g}; the task needs 2 "
        f"to {longest}.",
    )
    with keras.saving.custom_object_scope({answer.__name__: answer}):  # so that it can be copied
        scores = accuracies(
            [lambda: layers.GRU(6, bias_initializer=answer)], 0.05, seeds=[0, 1, 2]
        )[0]
    return (
        "Closing the input with the number that keeps the state comes free in a GRU, since both "
        f"are z and 1 - z. Accuracy of three seeds: {', '.join(f'{a:.2f}' for a in scores)}."
    )


q2 = Exercise(
    "01.2",
    "Chrono initialisation of a GRU",
    _check_gru,
    hints=(
        "With a bias of 0 the gate z is one half, so the half-life is one step.",
        "The gate should be z = 1 - 1/T; then its bias is log(T - 1), as for the forget gate.",
        "keras.random.uniform((units,), 1, longest - 1) draws T - 1; ops.concatenate and ops.zeros "
        "make the row, ops.stack([row, zeros]) the two rows.",
    ),
    solution="""
def answer_2(shape, dtype=None):
    units = shape[1] // 3
    z = ops.log(keras.random.uniform((units,), 1, longest - 1))
    row = ops.concatenate([z, ops.zeros((2 * units,))])
    return ops.stack([row, ops.zeros((3 * units,))])
""",
    answer_name="answer_2",
    mistakes=(
        "def answer_2(shape, dtype=None):\n    return ops.log(ops.ones(shape) * (longest - 1))",
        "def answer_2(shape, dtype=None):\n"
        "    biases = np.zeros(shape)\n"
        "    biases[0, :shape[1] // 3] = np.log(longest - 1)\n"
        "    return biases",
        "def answer_2(shape, dtype=None):\n"
        "    biases = np.zeros(shape)\n"
        "    units = shape[1] // 3\n"
        "    biases[0, :units] = -np.log(np.random.uniform(1, longest - 1, units))\n"
        "    return biases",
        "def answer_2(shape, dtype=None):\n"
        "    biases = np.zeros(shape)\n"
        "    biases[0, :shape[1] // 3] = np.random.uniform(1, longest - 1, shape[1] // 3)\n"
        "    return biases",
        "def answer_2(shape, dtype=None):\n"
        "    return np.log(np.random.uniform(1, longest - 1, shape[1] // 3))",
    ),
    points=2,
    extra=("accuracies", "longest"),
)


def _check_guesses(answer) -> str:
    wrong_if(
        not isinstance(answer, dict) or len(answer) < 4,
        "Give a dictionary with four values of T or more, each with its accuracies.",
    )
    lags = sorted(answer)
    wrong_if(
        lags[0] > 5 or lags[-1] < 2000,
        f"Your T run from {lags[0]} to {lags[-1]}. Go from 5 or less to 2,000 or more, so that the "
        "guess is wrong both ways.",
    )
    scores = {lag: np.ravel(answer[lag]).astype(float) for lag in lags}
    few = [lag for lag in lags if scores[lag].size < 3]
    wrong_if(few, f"T = {few[:1]} has fewer than three seeds; a single run may be luck.")
    wrong_if(
        any(np.any((s < 0) | (s > 1)) for s in scores.values()),
        "An accuracy lies between 0 and 1.",
    )
    solved = [lag for lag in lags if np.all(scores[lag] >= 0.99)]
    return (
        f"All your seeds solve the task with T = {', '.join(map(str, solved))}. The true longest "
        "lag is 44."
        if solved
        else "With none of your T did all seeds solve the task. Was it trained long enough?"
    )


q3 = Exercise(
    "01.3",
    "How wrong may the guess be?",
    _check_guesses,
    hints=(
        "A dictionary comprehension over T does it; spread T evenly on a logarithmic scale.",
        "Inside a comprehension, lambda T=T: ... keeps each lambda at its own T.",
    ),
    solution="""
guesses = [5, 44, 400, 4000]
scores = accuracies(
    [
        lambda T=T: layers.LSTM(6, bias_initializer=Chrono(T), unit_forget_bias=False)
        for T in guesses
    ],
    0.05,
    seeds=[0, 1, 2],
)
answer_3 = dict(zip(guesses, scores.tolist()))
""",
    answer_name="answer_3",
    mistakes=(
        "answer_3 = {44: [1.0, 1.0, 1.0]}",
        "answer_3 = {20: [1.0] * 3, 30: [1.0] * 3, 44: [1.0] * 3, 60: [1.0] * 3}",
        "answer_3 = {5: [0.5], 44: [1.0], 400: [1.0], 4000: [0.5]}",
        "answer_3 = {5: [50] * 3, 44: [100] * 3, 400: [100] * 3, 4000: [50] * 3}",
    ),
    points=3,
)

EXERCISES = (q1, q2, q3)
