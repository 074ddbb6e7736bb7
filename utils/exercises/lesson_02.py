"""Exercises of lesson 02, an LSTM from scratch."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * z))


def _check_by_hand(answer: float) -> str:
    answer = float(answer)
    wrong_if(
        abs(answer - (0.75 * 2 + 0.5 * 0.8)) < 1e-3,
        "You swapped two gates: the forget gate belongs to the old cell, the input gate to g.",
    )
    wrong_if(
        abs(answer - (0 * 2 + np.log(3) * 0.8)) < 5e-3,
        "The sums are inside the gates; each still has to pass through σ.",
    )
    wrong_if(abs(answer - 2.8) < 1e-3, "That is 2 + 0.8: both gates would have to be 1.")
    wrong_if(
        abs(answer - np.tanh(1.6)) < 5e-3,
        "tanh comes after this, on the way to h; the cell itself is not squashed.",
    )
    wrong_if(
        abs(answer - 1.6) > 1e-3,
        "Work out f = σ(0) and i = σ(ln 3) first, then f times the old cell plus i times g.",
    )
    return "f = σ(0) = 1/2 and i = σ(ln 3) = 3/4, so c = 1/2 · 2 + 3/4 · 0.8 = 1.6."


q1 = Exercise(
    "02.1",
    "One step on paper",
    _check_by_hand,
    hints=(
        "σ(z) = 1 / (1 + exp(-z)). What is exp(-0), and what is exp(-ln 3)?",
        "f = 1 / (1 + 1) and i = 1 / (1 + 1/3). Now keep that part of 2, and add that part of 0.8.",
    ),
    solution="c_by_hand = 1 / 2 * 2 + 3 / 4 * 0.8",
    answer_name="c_by_hand",
    mistakes=(
        "c_by_hand = 1.9",
        "c_by_hand = 2.8",
        "c_by_hand = 1.0986 * 0.8",
        "c_by_hand = 0.9217",
        "c_by_hand = 0",
    ),
)


def _check_order(answer) -> str:
    names = {"o": 0, "i": 1, "f": 2, "g": 3}
    n = 3
    given = np.concatenate([np.full(n, names[name]) + np.arange(n) / 10 for name in "oifg"])
    got = answer(given.copy())
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = np.asarray(got)
    wrong_if(
        got.shape != given.shape,
        f"An array of shape {given.shape} came back with shape {got.shape}.",
    )
    wrong_if(
        sorted(got.tolist()) != sorted(given.tolist()),
        "Some numbers were lost or doubled: the same numbers should come back in another order.",
    )
    wanted = np.concatenate([np.full(n, names[name]) + np.arange(n) / 10 for name in "ifgo"])
    inverse = np.concatenate([given[3 * n :], given[: 3 * n]])
    wrong_if(np.array_equal(got, given), "The order is still o, i, f, g.")
    wrong_if(
        np.array_equal(got, inverse),
        "You turned it the other way: this would bring i, f, g, o to o, i, f, g.",
    )
    wrong_if(
        not np.array_equal(got.astype(int), wanted.astype(int)),
        "The four sets are not in the order i, f, g, o; o should go from the first to the last.",
    )
    wrong_if(not np.array_equal(got, wanted), "The sets are right, the units inside them moved.")
    kernel = np.stack([given, given + 10])  # (2, 4n)
    try:
        moved = np.asarray(answer(kernel.copy()))
    except (ValueError, IndexError) as error:
        wrong_if(True, f"It works for a bias and not for a kernel (use the last axis): {error}.")
    wrong_if(
        moved.shape != kernel.shape or not np.array_equal(moved, np.stack([wanted, wanted + 10])),
        "It works for a bias; for a kernel of shape (m, 4n) the last axis has to be split.",
    )
    return "Only whole sets move, along the last axis; within a set the units keep their places."


q2 = Exercise(
    "02.2",
    "Gates in another order",
    _check_order,
    hints=(
        "np.split(array, 4, axis=-1) gives the four sets, in the order of the file.",
        "Name them o, i, f, g as they come, and put them together with np.concatenate in the order "
        "that Keras wants, along the last axis.",
    ),
    solution="""
def to_keras_order(array):
    o, i, f, g = np.split(array, 4, axis=-1)
    return np.concatenate([i, f, g, o], axis=-1)
""",
    answer_name="to_keras_order",
    mistakes=(
        "def to_keras_order(array):\n    return array",
        "def to_keras_order(array):\n"
        "    i, f, g, o = np.split(array, 4, axis=-1)\n"
        "    return np.concatenate([o, i, f, g], axis=-1)",
        "def to_keras_order(array):\n    return array[::-1]",
        "def to_keras_order(array):\n"
        "    o, i, f, g = np.split(array, 4)\n"
        "    return np.concatenate([i, f, g, o])",
        "def to_keras_order(array):\n"
        "    o, i, f, g = np.split(array, 4, axis=-1)\n"
        "    return np.concatenate([i, f, g], axis=-1)",
    ),
)


def _count(weights, bits: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Cell after each of the bits, and gates, for an LSTM of one unit; arrays of shape (T,)."""
    W, U, b = weights
    h = c = 0.0
    cells, gates = [], {name: [] for name in "ifg"}
    for bit in bits:
        z_i, z_f, z_g, z_o = bit * W[0] + h * U[0] + b
        i, f, g, o = _sigmoid(z_i), _sigmoid(z_f), np.tanh(z_g), _sigmoid(z_o)
        c = f * c + i * g
        h = o * np.tanh(c)
        cells.append(c)
        for name, value in zip("ifg", (i, f, g), strict=True):
            gates[name].append(value)
    return np.array(cells), {name: np.array(values) for name, values in gates.items()}


def _check_counter(answer) -> str:
    wrong_if(
        not isinstance(answer, tuple | list) or len(answer) != 3,
        "Give three arrays: W, U and b.",
    )
    weights = [np.asarray(part, dtype=float) for part in answer]
    for name, part, shape in zip("WUb", weights, [(1, 4), (1, 4), (4,)], strict=True):
        wrong_if(part.shape != shape, f"{name} has shape {part.shape}; it should be {shape}.")
        wrong_if(not np.all(np.isfinite(part)), f"{name} holds a number that is not finite.")
    rng = np.random.default_rng(5)
    rare, often = (rng.random(100) < 0.2).astype(float), (rng.random(100) < 0.7).astype(float)
    cells, gates = _count(weights, rare)
    wrong_if(
        np.abs(gates["g"][rare == 0]).max() > 0.01 and np.abs(cells[-1] - rare.sum()) > 1,
        "Something is written when the bit is 0. The candidate should be 0 then: what must its "
        "bias be?",
    )
    wrong_if(
        gates["f"].min() < 0.9999 and abs(cells[-1] - rare.sum()) > 0.01 * rare.sum(),
        f"The cell leaks: its forget gate falls to {gates['f'].min():.4f}, and even 0.99 to the "
        f"power of 100 is only {0.99**100:.2f}. σ comes closer to 1 for a larger bias.",
    )
    wrong_if(
        (gates["i"] * gates["g"])[rare == 1].min() < 0.99,
        "A one adds less than 1 to the cell: open the input gate wide and drive the candidate "
        "to nearly 1 when the bit is 1.",
    )
    for bits in (rare, often, np.ones(100), np.zeros(100)):
        count = _count(weights, bits)[0][-1]
        wrong_if(
            abs(count - bits.sum()) > 0.01 * max(bits.sum(), 1),
            f"With {bits.sum():.0f} ones in 100 steps the cell ends at {count:.2f}.",
        )
    return (
        "Forget gate held open, input gate held open, a candidate that copies the bit: a cell can "
        "count, because nothing squashes it."
    )


q3 = Exercise(
    "02.3",
    "A counter built by hand",
    _check_counter,
    hints=(
        "c = f c + i g. To count, f should be 1, i should be 1, and g should be the bit.",
        "σ(10) is 0.99995 and σ(20) is 1 to eight digits: biases of i and f. tanh(0) is 0 and "
        "tanh(10) is 1: the bias of g is 0 and its input weight large.",
        "U can be all zeros: nothing here needs the hidden state.",
    ),
    solution="""
W = np.array([[0.0, 0.0, 10.0, 0.0]])  # only the candidate reads the bit
U = np.zeros((1, 4))
b = np.array([20.0, 20.0, 0.0, 0.0])  # input and forget gate held open
counter = (W, U, b)
""",
    answer_name="counter",
    mistakes=(
        # forget gate at its bias in Keras
        "counter = (np.array([[0.0, 0, 10, 0]]), np.zeros((1, 4)), np.array([20.0, 1, 0, 0]))",
        # candidate on all the time
        "counter = (np.array([[0.0, 0, 10, 0]]), np.zeros((1, 4)), np.array([20.0, 20, 5, 0]))",
        # input gate half open
        "counter = (np.array([[0.0, 0, 10, 0]]), np.zeros((1, 4)), np.array([0.0, 20, 0, 0]))",
        # weights in the shape of PyTorch
        "counter = (np.array([[0.0], [0], [10], [0]]), np.zeros((4, 1)), np.zeros(4))",
        "counter = np.zeros((1, 4))",
    ),
    points=2,
)


def _gru_step(x, h, W, U, b, *, reset_after=True, keep_new=False, swapped=False):
    """One step as `keras.layers.GRU` computes it, or with one of the usual mistakes."""
    n = h.shape[1]
    from_x, from_h = x @ W + b[0], h @ U + b[1]
    z, r = (
        _sigmoid(from_x[:, :n] + from_h[:, :n]),
        _sigmoid(from_x[:, n : 2 * n] + from_h[:, n : 2 * n]),
    )
    if swapped:
        z, r = r, z
    if reset_after:
        new = np.tanh(from_x[:, 2 * n :] + r * from_h[:, 2 * n :])
    else:
        new = np.tanh(from_x[:, 2 * n :] + (r * h) @ U[:, 2 * n :] + b[1, 2 * n :])
    return (1 - z) * h + z * new if keep_new else z * h + (1 - z) * new


def _check_gru(answer) -> str:
    rng = np.random.default_rng(3)
    batch, m, n = 2, 3, 4
    x, h = rng.normal(size=(batch, m)), rng.uniform(-1, 1, size=(batch, n))
    weights = rng.normal(size=(m, 3 * n)), rng.normal(size=(n, 3 * n)), rng.normal(size=(2, 3 * n))
    got = answer(x.copy(), h.copy(), *(w.copy() for w in weights))
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = np.asarray(got)
    wrong_if(
        got.shape != h.shape,
        f"The new state has shape {got.shape}; it should be that of the old one, {h.shape}.",
    )

    def same(**mistake):
        return np.allclose(got, _gru_step(x, h, *weights, **mistake))

    wrong_if(
        same(keep_new=True),
        "z and 1 - z are swapped. In Keras z keeps the old state; in some books it is the other "
        "way round.",
    )
    wrong_if(
        same(reset_after=False),
        "You reset h before the product with U_h; here r multiplies the result, h U_h + d_h.",
    )
    wrong_if(same(swapped=True), "The order is z, r, h: your r reads the weights of z.")
    flat = weights[2].copy()
    flat[1] = 0
    wrong_if(
        np.allclose(got, _gru_step(x, h, weights[0], weights[1], flat)),
        "The second row of the bias is missing.",
    )
    added = np.stack([weights[2].sum(axis=0), np.zeros(3 * n)])
    wrong_if(
        np.allclose(got, _gru_step(x, h, weights[0], weights[1], added)),
        "The two rows of the bias cannot be added for the candidate: d_h is multiplied by r.",
    )
    wrong_if(not same(), "Check one set at a time: first z, then r, then the candidate.")
    return (
        "A GRU has one state for both jobs: what it remembers is also what the next layer sees, "
        "with no output gate in between."
    )


q4 = Exercise(
    "02.4",
    "A GRU step",
    _check_gru,
    hints=(
        "Work out x @ W + b[0] and h @ U + b[1] first, each (B, 3n), and split each in three.",
        "z and r are σ of the sums of their parts. For the candidate multiply the part from h by "
        "r before you add.",
        "At the end: z * h + (1 - z) * candidate.",
    ),
    solution="""
def gru_step(x, h, W, U, b):
    x_z, x_r, x_h = np.split(x @ W + b[0], 3, axis=-1)  # (B, n) each
    h_z, h_r, h_h = np.split(h @ U + b[1], 3, axis=-1)  # (B, n) each
    z = 0.5 * (1 + np.tanh(0.5 * (x_z + h_z)))
    r = 0.5 * (1 + np.tanh(0.5 * (x_r + h_r)))
    candidate = np.tanh(x_h + r * h_h)
    return z * h + (1 - z) * candidate
""",
    answer_name="gru_step",
    mistakes=tuple(
        "def gru_step(x, h, W, U, b):\n    s = lambda z: 0.5 * (1 + np.tanh(0.5 * z))\n" + body
        for body in (
            # z the other way round
            "    x_z, x_r, x_h = np.split(x @ W + b[0], 3, axis=-1)\n"
            "    h_z, h_r, h_h = np.split(h @ U + b[1], 3, axis=-1)\n"
            "    z, r = s(x_z + h_z), s(x_r + h_r)\n"
            "    return (1 - z) * h + z * np.tanh(x_h + r * h_h)",
            # reset before the product
            "    x_z, x_r, x_h = np.split(x @ W + b[0], 3, axis=-1)\n"
            "    h_z, h_r, h_h = np.split(h @ U + b[1], 3, axis=-1)\n"
            "    z, r = s(x_z + h_z), s(x_r + h_r)\n"
            "    n = h.shape[1]\n"
            "    new = np.tanh(x_h + (r * h) @ U[:, 2 * n:] + b[1, 2 * n:])\n"
            "    return z * h + (1 - z) * new",
            # order r, z
            "    x_r, x_z, x_h = np.split(x @ W + b[0], 3, axis=-1)\n"
            "    h_r, h_z, h_h = np.split(h @ U + b[1], 3, axis=-1)\n"
            "    z, r = s(x_z + h_z), s(x_r + h_r)\n"
            "    return z * h + (1 - z) * np.tanh(x_h + r * h_h)",
            # one row of the bias
            "    x_z, x_r, x_h = np.split(x @ W + b[0], 3, axis=-1)\n"
            "    h_z, h_r, h_h = np.split(h @ U, 3, axis=-1)\n"
            "    z, r = s(x_z + h_z), s(x_r + h_r)\n"
            "    return z * h + (1 - z) * np.tanh(x_h + r * h_h)",
            # both rows with the input
            "    x_z, x_r, x_h = np.split(x @ W + b.sum(axis=0), 3, axis=-1)\n"
            "    h_z, h_r, h_h = np.split(h @ U, 3, axis=-1)\n"
            "    z, r = s(x_z + h_z), s(x_r + h_r)\n"
            "    return z * h + (1 - z) * np.tanh(x_h + r * h_h)",
            "    return x",
        )
    ),
    points=3,
)

EXERCISES = (q1, q2, q3, q4)
