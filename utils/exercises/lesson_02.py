"""Exercises of lesson 02, an LSTM from scratch."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * z))


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


q1 = Exercise(
    "02.1",
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
)


def _check_no_output_gate(answer, train_own) -> str:
    from keras import ops

    rng = np.random.default_rng(3)
    batch, n = 2, 3
    z, c = rng.normal(size=(batch, 4 * n)), rng.normal(size=(batch, n))
    got = answer(*(ops.convert_to_tensor(a.astype("float32")) for a in (z, c)))
    wrong_if(got is None, "The function returns nothing; end it with return.")
    wrong_if(
        not isinstance(got, tuple | list) or len(got) != 2,
        "Return two things: the new h and the new c.",
    )
    h_got, c_got = (np.asarray(ops.convert_to_numpy(a)) for a in got)
    f, i, g, o = np.split(z, 4, axis=-1)
    new = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)

    def same(a, b):
        return a.shape == b.shape and np.allclose(a, b, atol=1e-5)

    wrong_if(
        same(c_got, np.tanh(new)) and same(h_got, new),
        "h and c are swapped: return h first.",
    )
    wrong_if(
        same(c_got, _sigmoid(i) * c + _sigmoid(f) * np.tanh(g)),
        "Input and forget gate are swapped: here the sets come in the order f, i, g, o.",
    )
    wrong_if(not same(c_got, new), "The new cell is wrong; take it over from forget_first.")
    wrong_if(same(h_got, _sigmoid(o) * np.tanh(new)), "Your h still goes through the output gate.")
    wrong_if(same(h_got, new), "h is the bare cell; the tanh should stay.")
    wrong_if(not same(h_got, np.tanh(new)), "Without its output gate, h is tanh of the new cell.")
    _, right, quiet = next(train_own(answer, [0]))
    return (
        f"Trained from one seed it is right at {right:.0f} % of the question marks and gives no "
        f"answer at {quiet:.0f} % of the other characters. Look at both numbers."
    )


q2 = Exercise(
    "02.2",
    "No output gate",
    _check_no_output_gate,
    hints=(
        "Start from a copy of forget_first. The line for c stays.",
        "z still holds four sets; the fourth is split off and not used.",
        "Without a gate in front of it, h is ops.tanh(c).",
    ),
    solution="""
def no_output_gate(z, c):
    f, i, g, _ = ops.split(z, 4, axis=-1)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
    return ops.tanh(c), c
""",
    answer_name="no_output_gate",
    mistakes=tuple(
        "def no_output_gate(z, c):\n    f, i, g, o = ops.split(z, 4, axis=-1)\n" + body
        for body in (
            "    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)\n"
            "    return ops.sigmoid(o) * ops.tanh(c), c",
            "    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)\n    return c, c",
            "    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)\n    return c, ops.tanh(c)",
            "    c = ops.sigmoid(i) * c + ops.sigmoid(f) * ops.tanh(g)\n    return ops.tanh(c), c",
            "    return ops.tanh(ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g))",
        )
    ),
    points=2,
    extra=("train_own",),
)


def _check_sizes(answer, seeds) -> str:
    wrong_if(
        not isinstance(answer, dict) or not all(isinstance(k, int) for k in answer),
        "Give a dictionary: number of units to a list, per cent right at `?` for each seed.",
    )
    wrong_if(len(answer) < 2, "Compare at least two sizes; one alone does not say what is enough.")
    scores = {k: np.asarray(answer[k], dtype=float).ravel() for k in sorted(answer)}
    for k, values in scores.items():
        wrong_if(
            len(values) != len(seeds),
            f"{k} units: {len(values)} values; {len(seeds)} seeds give as many.",
        )
        wrong_if(
            not np.all((values >= 0) & (values <= 100)),
            f"{k} units: some values are not between 0 and 100 %.",
        )
    wrong_if(
        0 < max(values.max() for values in scores.values()) <= 1,
        "These look like fractions; the question asks for per cent.",
    )
    solved = {k: int(np.sum(values >= 99)) for k, values in scores.items()}
    counts = ", ".join(f"{k} units: {count} of {len(seeds)}" for k, count in solved.items())
    enough = [k for k, count in solved.items() if count == len(seeds)]
    end = (
        f"{enough[0]} is the smallest size here that solved it every time. Would ten more seeds "
        "agree?"
        if enough
        else "No size solved it every time; train longer or try a larger one."
    )
    return f"Seeds with at least 99 % right. {counts}. {end}"


q3 = Exercise(
    "02.3",
    "How few units",
    _check_sizes,
    hints=(
        "build_model(layers.LSTM(3, return_sequences=True)) is the network with three units.",
        "Four letters need two bits. What else could a unit be needed for?",
        "over_seeds(lambda: build_model(layers.LSTM(k, return_sequences=True)), seeds) makes the "
        "networks of one size; score(say(model.predict(encode(test), verbose=0)))[0] is a value.",
    ),
    solution="""
my_scores = {}
for k in (2, 3):
    my_scores[k] = []
    for _, model in over_seeds(
        lambda: build_model(layers.LSTM(k, return_sequences=True)), seeds
    ):
        model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
        my_scores[k].append(score(say(model.predict(encode(test), verbose=0)))[0])
""",
    answer_name="my_scores",
    mistakes=(
        "my_scores = 3",
        "my_scores = {3: [99.0] * len(seeds)}",
        "my_scores = {2: [70.0], 3: [99.0]}",
        "my_scores = {2: [0.7] * len(seeds), 3: [0.99] * len(seeds)}",
        "my_scores = {2: [170.0] * len(seeds), 3: [99.0] * len(seeds)}",
    ),
    points=3,
    extra=("seeds",),
)

EXERCISES = (q1, q2, q3)
