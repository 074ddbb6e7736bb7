"""Exercises of lesson 01, why RNNs forget."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if

_GATE = 1 / (1 + np.exp(-2.0))


def _check_share(answer: float) -> str:
    wrong_if(
        not isinstance(answer, int | float | np.floating),
        "A single number is wanted: the share that is left, between 0 and 1.",
    )
    wrong_if(
        np.isclose(answer, _GATE, atol=5e-3),
        "That is what one step leaves, sigmoid(2); there are twenty of them.",
    )
    wrong_if(
        np.isclose(answer, _GATE * 20, atol=0.05), "Factors of a path multiply, they do not add up."
    )
    wrong_if(np.isclose(answer, 1 - _GATE**20, atol=5e-3), "That is the share lost; what is left?")
    wrong_if(
        np.isclose(answer, 20 * np.log(_GATE), atol=0.05),
        "That is the logarithm of it; take the exponential.",
    )
    wrong_if(not 0 < answer < 1, f"{answer:g} is no share; it lies between 0 and 1.")
    wrong_if(
        not np.isclose(answer, _GATE**20, atol=2e-3),
        "One step leaves sigmoid(2) = 1 / (1 + exp(-2)) of it; what do twenty steps leave?",
    )
    return "sigmoid(2)^20 = 0.079: about four half-lives of 5.5 steps, so a little over 1/16."


q1 = Exercise(
    "01.1",
    "What is left",
    _check_share,
    hints=(
        "In silence every forget gate is sigmoid(b_f) = 1 / (1 + exp(-b_f)).",
        "The gradient along the cell path is the product of the gates: one factor a step.",
    ),
    solution="share_left = (1 / (1 + np.exp(-2))) ** 20",
    answer_name="share_left",
    mistakes=(
        "share_left = 1 / (1 + np.exp(-2))",
        "share_left = 20 / (1 + np.exp(-2))",
        "share_left = 1 - (1 / (1 + np.exp(-2))) ** 20",
        "share_left = 0.5 ** 20",
    ),
)


def _check_update_bias(answer) -> str:
    got = answer(20, 0.5)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    cases = [(1, 0.5), (20, 0.5), (44, 0.1), (100, 0.9)]
    biases = np.array([float(answer(lag, share)) for lag, share in cases])
    left = np.array([(1 / (1 + np.exp(-b))) ** lag for b, (lag, _) in zip(biases, cases)])
    wanted = np.array([share for _, share in cases])
    gates = np.array([share ** (1 / lag) for lag, share in cases])
    wrong_if(
        np.allclose(biases, gates),
        "That is the gate z itself; the bias is what the sigmoid turns into it.",
    )
    wrong_if(
        np.allclose(biases, -np.log(gates / (1 - gates))),
        "The sign: z_t multiplies the old state here, so a bias above 0 keeps it.",
    )
    wrong_if(
        np.allclose(
            biases[:2],
            np.log(0.5 ** (1 / np.array([1, 20])) / (1 - 0.5 ** (1 / np.array([1, 20])))),
        )
        and not np.allclose(left, wanted),
        "Right for a half, but the share is an argument: 0.1 or 0.9 should give other biases.",
    )
    wrong_if(
        not np.allclose(left, wanted, rtol=1e-3),
        f"With your bias for lag 20 and share 0.5, {left[1]:.3g} of the gradient is left.",
    )
    return "The GRU obeys the same law: what counts is the factor between one state and the next."


q2 = Exercise(
    "01.2",
    "The start of a GRU",
    _check_update_bias,
    hints=(
        "After lag steps z^lag is left. Which z makes that equal to the share?",
        "z = share ** (1 / lag). The bias is the number whose sigmoid is z.",
        "If z = 1 / (1 + exp(-b)), then b = log(z / (1 - z)).",
    ),
    solution="""
def update_bias(lag, share):
    gate = share ** (1 / lag)
    return np.log(gate / (1 - gate))
""",
    answer_name="update_bias",
    mistakes=(
        "def update_bias(lag, share):\n    return share ** (1 / lag)",
        "def update_bias(lag, share):\n    z = share ** (1 / lag)\n    return np.log((1 - z) / z)",
        "def update_bias(lag, share):\n    z = 0.5 ** (1 / lag)\n    return np.log(z / (1 - z))",
        "def update_bias(lag, share):\n    return np.log(lag)",
        "def update_bias(lag, share):\n    z = share ** (1 / lag)",
    ),
)


def _length(arrays) -> float:
    return float(np.sqrt(sum(np.sum(np.square(a)) for a in arrays)))


def _check_clip(answer) -> str:
    rng = np.random.default_rng(1)
    gradients = [rng.normal(size=shape) for shape in ((3, 4), (4,), (2, 2, 2))]
    copies = [g.copy() for g in gradients]
    got = answer(gradients, 1.5)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = [np.asarray(g, dtype=float) for g in got]
    wrong_if(
        [g.shape for g in got] != [g.shape for g in copies],
        "The result should be a list of arrays of the same shapes, in the same order.",
    )
    wrong_if(
        any(not np.array_equal(a, b) for a, b in zip(gradients, copies, strict=True)),
        "The arrays that came in have changed; make new ones.",
    )
    wrong_if(
        all(np.allclose(g, np.clip(c, -1.5, 1.5)) for g, c in zip(got, copies, strict=True)),
        "You clipped each number by itself, which turns the gradient into another direction.",
    )
    single = [c * min(1, 1.5 / np.linalg.norm(c)) for c in copies]
    wrong_if(
        all(np.allclose(g, s) for g, s in zip(got, single, strict=True)),
        "You clipped each array by itself (Keras calls that clipnorm); all share one length here.",
    )
    wrong_if(
        not np.isclose(_length(got), 1.5),
        f"Clipped to 1.5, the common length of your arrays is {_length(got):.3g}.",
    )
    small = [0.01 * c for c in copies]
    kept = [np.asarray(g) for g in answer([s.copy() for s in small], 1.5)]
    wrong_if(
        not all(np.allclose(k, s) for k, s in zip(kept, small, strict=True)),
        "A gradient that is short already must stay as it is; yours was made longer.",
    )
    scale = got[1][0] / copies[1][0]
    wrong_if(
        not all(np.allclose(g, scale * c) for g, c in zip(got, copies, strict=True)),
        "All arrays must be multiplied by the same number, or the direction changes.",
    )
    return "One factor for all arrays: the step becomes shorter and points where it pointed before."


q3 = Exercise(
    "01.3",
    "Clip by hand",
    _check_clip,
    hints=(
        "First the common length: the square root of the sum of the squares of all numbers.",
        "Then one factor for all: limit / length, but never more than 1.",
    ),
    solution="""
def clip(gradients, limit):
    length = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = min(1.0, limit / length)
    return [factor * g for g in gradients]
""",
    answer_name="clip",
    mistakes=(
        "def clip(gradients, limit):\n    return [np.clip(g, -limit, limit) for g in gradients]",
        "def clip(gradients, limit):\n"
        "    return [g * min(1, limit / np.linalg.norm(g)) for g in gradients]",
        "def clip(gradients, limit):\n"
        "    length = np.sqrt(sum(np.sum(g**2) for g in gradients))\n"
        "    return [limit / length * g for g in gradients]",
        "def clip(gradients, limit):\n"
        "    for g in gradients:\n"
        "        g /= 10\n"
        "    return gradients",
        "def clip(gradients, limit):\n    return gradients",
    ),
)


def _check_accuracies(answer) -> str:
    wrong_if(
        not isinstance(answer, list | tuple | np.ndarray),
        "Give a list of shares, one a seed: a single run may be luck.",
    )
    shares = np.asarray(answer, dtype=float)
    wrong_if(
        shares.ndim != 1 or len(shares) < 3,
        f"You gave {shares.size} value(s); train at least three seeds.",
    )
    wrong_if(
        not np.all((shares >= 0) & (shares <= 1)),
        "A share lies between 0 and 1; divide the right answers by their number.",
    )
    wrong_if(
        shares.mean() < 0.35,
        f"Mean {shares.mean():.2f} is chance. Was the bias set after the weights were restarted, "
        "and in the first third of both rows? A bias below 0 makes the GRU forget.",
    )
    wrong_if(
        shares.mean() < 0.9,
        f"Mean {shares.mean():.2f}: better than the start of Keras, but short of 0.9. How long is "
        "the half-life that you set, compared with 30 steps?",
    )
    return (
        f"Mean {shares.mean():.2f}: one bias rescues the GRU. Its gate closes the input with the "
        "same number that keeps the state, since both are z and 1 - z."
    )


q4 = Exercise(
    "01.4",
    "Rescue the GRU",
    _check_accuracies,
    hints=(
        "Exercise 2 gives the bias. A GRU's get_weights() are kernel, recurrent kernel and bias.",
        "bias has shape (2, 48) for 16 units: set bias[0, :16], then set_weights.",
        "Order matters: session.restart, then the bias, then fit.",
    ),
    solution="""
gru_model = compile_model(build_model("gru", 16, 51), 200, 0.01)
my_accuracies = []
for seed in range(3):
    session.restart(gru_model, seed)
    kernel, recurrent_kernel, bias = gru_model.layers[0].get_weights()
    bias[0, :16] = forget_bias_for(30)
    gru_model.layers[0].set_weights([kernel, recurrent_kernel, bias])
    x, y = recall(200 * 32, 30, (seed, 1))
    gru_model.fit(x, y, batch_size=32, epochs=1, shuffle=False, verbose=0)
    x, y = recall(1000, 30, (seed, 2))
    answers = gru_model.predict_on_batch(x).argmax(axis=-1)
    my_accuracies.append(float((answers == y).mean()))
""",
    answer_name="my_accuracies",
    mistakes=(
        "my_accuracies = 1.0",
        "my_accuracies = [1.0]",
        "my_accuracies = [100, 100, 99]",
        "my_accuracies = [0.25, 0.24, 0.27]",
        "my_accuracies = [0.5, 0.75, 0.8]",
    ),
    points=3,
    # Stand-ins for what the notebook defines, with the same names and shapes.
)

EXERCISES = (q1, q2, q3, q4)
