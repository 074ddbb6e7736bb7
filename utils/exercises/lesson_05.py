"""Exercises of lesson 05, gates and variants."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from utils.data import grammars
from utils.exercises import Exercise, wrong_if


def _check_weights(answer: int) -> str:
    recurrent, projection = 4 * 512 * (40 + 128 + 1), 512 * 128
    wrong_if(answer == recurrent, "The gates are right; the projection itself has weights too.")
    wrong_if(
        answer == 4 * 512 * (40 + 512 + 1),
        "That is an LSTM without projection: the gates of an LSTMP read 128 numbers, not 512.",
    )
    wrong_if(
        answer == 4 * 512 * (40 + 512 + 1) + projection,
        "The projection is counted, but the gates still read 512 numbers instead of 128.",
    )
    wrong_if(
        answer == recurrent + projection + 128, "Nearly: the projection of this cell has no bias."
    )
    wrong_if(
        answer != recurrent + projection,
        "Count one gate first: 512 units, each with 40 inputs, 128 recurrent numbers and a bias.",
    )
    return (
        "4 · 512 · (40 + 128 + 1) + 512 · 128 = 411,648, against 1,132,544 without projection: "
        "about a third."
    )


q1 = Exercise(
    "05.1",
    "Count an LSTMP",
    _check_weights,
    hints=(
        "Which numbers does a gate read? The 40 inputs and what came out of the step before.",
        "What came out has been projected: 128 numbers. Plus one bias a unit.",
        "Four times that, and then the matrix that projects 512 numbers to 128.",
    ),
    solution="weights_of_lstmp = 4 * 512 * (40 + 128 + 1) + 512 * 128",
    answer_name="weights_of_lstmp",
    mistakes=(
        "weights_of_lstmp = 4 * 512 * (40 + 128 + 1)",
        "weights_of_lstmp = 4 * 512 * (40 + 512 + 1)",
        "weights_of_lstmp = 4 * 512 * (40 + 512 + 1) + 512 * 128",
        "weights_of_lstmp = 4 * 512 * (40 + 128 + 1) + 512 * 128 + 128",
        "weights_of_lstmp = 512",
    ),
)


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(values, -60, 60)))


def _check_leaky(answer) -> str:
    wrong_if(
        not isinstance(answer, type) or not issubclass(answer, layers.LSTMCell),
        "Give the class itself, a subclass of layers.LSTMCell, not an object made from it.",
    )
    rng = np.random.default_rng(5)
    m, n = 3, 4
    cell = answer(n)
    cell.build((None, m))
    shapes = [(m, 4 * n), (n, 4 * n), (4 * n,)]
    weights = [rng.normal(size=shape).astype("float32") for shape in shapes]
    x, h, c = (rng.normal(size=(2, k)).astype("float32") for k in (m, n, n))
    cell.set_weights(weights)
    result = cell(x, [h, c])
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 2,
        "A cell returns two things: its output h, and the list of its states [h, c].",
    )
    wrong_if(
        not isinstance(result[1], tuple | list) or len(result[1]) != 2,
        "The second thing that a cell returns is the list of its states, [h, c].",
    )
    got_h, got_c = (ops.convert_to_numpy(state) for state in result[1])
    z_i, z_f, z_g, z_o = np.split(x @ weights[0] + h @ weights[1] + weights[2], 4, axis=-1)
    new = _sigmoid(z_i) * np.tanh(z_g)

    def near(value, other):
        return value.shape == other.shape and np.allclose(value, other, atol=1e-4)

    wrong_if(near(got_c, _sigmoid(z_f) * c + new), "The forget gate is still that of the LSTM.")
    wrong_if(near(got_c, c + new), "Your cell never forgets; it should keep 0.9 of c.")
    wrong_if(near(got_c, 0.9 * c + 0.1 * new), "The new content i * g is added whole.")
    wrong_if(near(got_c, 0.9 * (c + new)), "Leak first, then add: 0.9 * c + i * g.")
    wrong_if(not near(got_c, 0.9 * c + new), "The next c is not 0.9 * c + i * g.")
    right = _sigmoid(z_o) * np.tanh(got_c)
    wrong_if(near(got_h, np.tanh(got_c)), "c is right; h lacks the output gate.")
    wrong_if(not near(got_h, right), "c is right; h should be o times tanh of the new c.")
    wrong_if(
        not near(ops.convert_to_numpy(result[0]), right), "The output should be h, like the state."
    )
    reached = _train(answer)
    return (
        f"Trained on n up to 10 for a few seconds, it accepts n up to {reached}. Each count fades "
        "to a half within seven steps, so large counts look alike."
    )


def _train(cell: type[layers.LSTMCell], updates: int = 400) -> int:
    """The largest n that a network with this cell accepts, having seen 1 to 10."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((None, 3)),
            layers.RNN(cell(5), return_sequences=True),
            layers.Dense(3, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.03, clipvalue=1.0), "binary_crossentropy")
    x, legal, mask = grammars.make_anbn_strings(range(1, 11))
    many = [np.tile(array, (updates, *[1] * (array.ndim - 1))) for array in (x, legal, mask)]
    model.fit(many[0], many[1], sample_weight=many[2], batch_size=10, shuffle=False, verbose=0)
    x, legal, mask = grammars.make_anbn_strings(range(1, 31))
    right = ((model.predict(x, verbose=0) > 0.5) == (legal > 0)).all(axis=-1) | ~mask
    whole = right.all(axis=1)
    return len(whole) if whole.all() else int(whole.argmin())


_CELL = """
class LeakyCell(layers.LSTMCell):
    def call(self, x, states, training=False):
        h, c = states
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        z_i, z_f, z_g, z_o = ops.split(z, 4, axis=-1)
        c = {c}
        h = {h}
        return {returned}
"""


def _cell(
    c: str = "0.9 * c + ops.sigmoid(z_i) * ops.tanh(z_g)",
    h: str = "ops.sigmoid(z_o) * ops.tanh(c)",
    returned: str = "h, [h, c]",
) -> str:
    return _CELL.format(c=c, h=h, returned=returned)


q2 = Exercise(
    "05.2",
    "A cell with a fixed leak",
    _check_leaky,
    hints=(
        "The sums that reach the gates are those of the lesson's cell, four blocks i, f, g, o.",
        "The block z_f goes unused; where the LSTM has its forget gate, you write 0.9.",
        "c = 0.9 * c + ops.sigmoid(z_i) * ops.tanh(z_g), then h as before; return h, [h, c].",
    ),
    solution=_cell(),
    answer_name="LeakyCell",
    mistakes=(
        _cell(c="ops.sigmoid(z_f) * c + ops.sigmoid(z_i) * ops.tanh(z_g)"),
        _cell(c="c + ops.sigmoid(z_i) * ops.tanh(z_g)"),
        _cell(c="0.9 * c + 0.1 * ops.sigmoid(z_i) * ops.tanh(z_g)"),
        _cell(h="ops.tanh(c)"),
        _cell(returned="h, c"),
        "LeakyCell = layers.LSTMCell(5)",
    ),
    points=2,
)


_LONGEST = 300


def accepted_n(weights) -> int:
    """The largest n, up to 300, so that a Keras LSTM accepts every string ``S a^k b^k``, k <= n.

    Parameters
    ----------
    weights
        Kernel ``(3, 4n)``, recurrent kernel ``(n, 4n)``, bias ``(4n,)``, output kernel ``(n, 3)``
        and output bias ``(3,)``. An answer is yes where the output is above 0.
    """
    kernel, recurrent, bias, out, out_bias = (np.asarray(w, dtype=float) for w in weights)
    # After k a's all strings are in the same state: run the a's once, then the b's for all n.
    h = c = np.zeros((1, len(recurrent)))
    letters = np.eye(3)
    starts, after_a = [], []

    def step(letter, h, c):
        z = letters[letter] @ kernel + h @ recurrent + bias
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=-1)
        c = _sigmoid(z_f) * c + _sigmoid(z_i) * np.tanh(z_g)
        h = _sigmoid(z_o) * np.tanh(c)
        return h, c, h @ out + out_bias > 0

    h, c, answer = step(0, h, c)
    if not np.array_equal(answer[0], [True, False, False]):
        return 0
    for _ in range(_LONGEST):
        h, c, answer = step(1, h, c)
        after_a.append(np.array_equal(answer[0], [True, True, False]))
        starts.append((h[0], c[0]))
    h, c = (np.array(part) for part in zip(*starts, strict=True))
    right = np.logical_and.accumulate(after_a)
    n = np.arange(1, _LONGEST + 1)
    for read in range(1, _LONGEST + 1):
        h, c, answer = step(2, h, c)
        another = (answer == [False, True, False]).all(axis=-1)
        end = (answer == [False, False, True]).all(axis=-1)
        right &= (n < read) | np.where(n == read, end, another)
    return _LONGEST if right.all() else int(right.argmin())


def _check_counter(answer) -> str:
    wrong_if(
        not isinstance(answer, list | tuple) or len(answer) != 5,
        "Give a list of five arrays: kernel, recurrent, bias, output kernel, output bias.",
    )
    shapes = [np.shape(w) for w in answer]
    wrong_if(len(shapes[1]) != 2, "The second array, the recurrent weights, needs two axes.")
    n = shapes[1][0]
    wanted = [(3, 4 * n), (n, 4 * n), (4 * n,), (n, 3), (3,)]
    wrong_if(
        shapes != wanted, f"The arrays have shapes {shapes}; with {n} units they are {wanted}."
    )
    wrong_if(
        not all(np.isfinite(np.asarray(w, dtype=float)).all() for w in answer),
        "Some of the weights are not finite.",
    )
    reached = accepted_n(answer)
    wrong_if(
        reached == 0,
        "It does not accept even ab. After S: a. After a: a and b. After the last b: T alone.",
    )
    wrong_if(
        reached <= 10,
        f"It accepts n up to {reached}, no further than the training went.",
    )
    wrong_if(
        reached <= 60,
        f"It accepts n up to {reached}: it counts, and then loses count. Does the cell leak, or do "
        "an a and a b not weigh the same?",
    )
    more = "all that was tested" if reached == _LONGEST else f"n up to {reached}"
    return f"It accepts {more}, with {n} units, and every letter counts the same."


q3 = Exercise(
    "05.3",
    "Beyond sixty",
    _check_counter,
    hints=(
        'counters["LSTM", 15.0][0].get_weights() gives the five arrays of a trained network. Which '
        "seed got furthest?",
        "By hand, unit 1 counts: forget gate open (bias 30), input gate open, candidate +v for an "
        "a and -v for a b, with a small v; output gate open.",
        "Unit 2 says which letter was read: forget gate closed (bias -30), candidate far positive "
        "for a, far negative for b, near 0 for S.",
        "Outputs: a unless a b was read; b unless the count is 0; T if a b was read and the count "
        "is 0. tanh of the count needs a large output weight, since v is small.",
    ),
    solution="""
# Two units by hand. Columns: i1 i2 f1 f2 g1 g2 o1 o2; rows of the kernel: S, a, b.
kernel = np.zeros((3, 8))
kernel[1, 4], kernel[2, 4] = 0.5, -0.5  # unit 1 counts
kernel[1, 5], kernel[2, 5] = 9, -9  # unit 2: which letter it was
recurrent = np.zeros((2, 8))
bias = np.array([30, 30, 30, -30, 0, 0, 30, 30])
output = np.array([[0, 20, -20], [10, 0, -10]])  # h1: 0 or above 0.4; h2: 0.76, 0 or -0.76
output_bias = np.array([5, -4, -1])
my_counter = [kernel, recurrent, bias, output, output_bias]
""",
    answer_name="my_counter",
    mistakes=(
        "my_counter = 61",
        "my_counter = [np.zeros((3, 8)), np.zeros((2, 8)), np.zeros(8), np.zeros((2, 3))]",
        "my_counter = [np.zeros((3, 8)), np.zeros((2, 8)), np.zeros(4), np.zeros((2, 3)), "
        "np.zeros(3)]",
        "my_counter = [np.zeros((3, 8)), np.zeros((2, 8)), np.zeros(8), np.zeros((2, 3)), "
        "np.zeros(3)]",
        # the solution with a forget gate that leaks
        "kernel = np.zeros((3, 8))\n"
        "kernel[1, 4], kernel[2, 4], kernel[1, 5], kernel[2, 5] = 0.5, -0.5, 9, -9\n"
        "bias = np.array([30, 30, 4, -30, 0, 0, 30, 30])\n"
        "my_counter = [kernel, np.zeros((2, 8)), bias, np.array([[0, 20, -20], [10, 0, -10]]), "
        "np.array([5, -4, -1])]",
    ),
    points=3,
)

EXERCISES = (q1, q2, q3)
