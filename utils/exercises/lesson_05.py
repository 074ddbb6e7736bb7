"""Exercises of lesson 05, gates and variants."""

from __future__ import annotations

import numpy as np

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


def _check_coupled(answer) -> str:
    rng = np.random.default_rng(5)
    m, n = 3, 4
    x, h, c = rng.normal(size=(2, m)), rng.normal(size=(2, n)), rng.normal(size=(2, n))
    weights = rng.normal(size=(m, 3 * n)), rng.normal(size=(n, 3 * n)), rng.normal(size=3 * n)
    result = answer(x.copy(), h.copy(), c.copy(), *[w.copy() for w in weights])
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 2,
        "Return two arrays, the next h and the next c.",
    )
    got_h, got_c = (np.asarray(part, dtype=float) for part in result)
    wrong_if(
        got_h.shape != (2, n) or got_c.shape != (2, n),
        f"h and c have shapes {got_h.shape} and {got_c.shape}; both should be (2, {n}).",
    )
    z_i, z_g, z_o = np.split(x @ weights[0] + h @ weights[1] + weights[2], 3, axis=-1)
    i, g, o = _sigmoid(z_i), np.tanh(z_g), _sigmoid(z_o)
    new = (1 - i) * c + i * g
    wrong_if(
        np.allclose(got_c, i * c + (1 - i) * g),
        "The gate is the wrong way round: i lets new things in, and 1 - i keeps the old.",
    )
    wrong_if(np.allclose(got_c, i * c + i * g), "Your forget gate is i; it should be 1 - i.")
    wrong_if(np.allclose(got_c, c + i * g), "Your cell never forgets; it should keep 1 - i of c.")
    wrong_if(np.allclose(got_c, (1 - i) * c + i * z_g), "The candidate lacks its tanh.")
    wrong_if(
        np.allclose(got_h, new) and np.allclose(got_c, o * np.tanh(new)),
        "Both are right, in the wrong order: return h first, then c.",
    )
    wrong_if(
        not np.allclose(got_c, new),
        "The next c is not (1 - i) c + i g; are the blocks taken in the order i, g, o?",
    )
    wrong_if(np.allclose(got_h, o * new), "c is right; h lacks the tanh of c.")
    wrong_if(
        not np.allclose(got_h, o * np.tanh(new)),
        "c is right; h should be o times tanh of the new c.",
    )
    return "Three blocks instead of four, and a state that is always an average of old and new."


q2 = Exercise(
    "05.2",
    "The coupled cell",
    _check_coupled,
    hints=(
        "All sums at once: x @ kernel + h @ recurrent + bias, then np.split(…, 3, axis=-1).",
        "i and o go through sigmoid, g through np.tanh; the next c is (1 - i) * c + i * g.",
        "h is o times np.tanh of the new c. Return h, c.",
    ),
    solution="""
def coupled_step(x, h, c, kernel, recurrent, bias):
    z_i, z_g, z_o = np.split(x @ kernel + h @ recurrent + bias, 3, axis=-1)
    i = sigmoid(z_i)
    c = (1 - i) * c + i * np.tanh(z_g)
    return sigmoid(z_o) * np.tanh(c), c
""",
    answer_name="coupled_step",
    mistakes=(
        "def coupled_step(x, h, c, kernel, recurrent, bias):\n"
        "    a, b, d = np.split(x @ kernel + h @ recurrent + bias, 3, axis=-1)\n"
        "    c = sigmoid(a) * c + (1 - sigmoid(a)) * np.tanh(b)\n"
        "    return sigmoid(d) * np.tanh(c), c",
        "def coupled_step(x, h, c, kernel, recurrent, bias):\n"
        "    a, b, d = np.split(x @ kernel + h @ recurrent + bias, 3, axis=-1)\n"
        "    c = c + sigmoid(a) * np.tanh(b)\n"
        "    return sigmoid(d) * np.tanh(c), c",
        "def coupled_step(x, h, c, kernel, recurrent, bias):\n"
        "    a, b, d = np.split(x @ kernel + h @ recurrent + bias, 3, axis=-1)\n"
        "    c = (1 - sigmoid(a)) * c + sigmoid(a) * np.tanh(b)\n"
        "    return c, sigmoid(d) * np.tanh(c)",
        "def coupled_step(x, h, c, kernel, recurrent, bias):\n"
        "    a, b, d = np.split(x @ kernel + h @ recurrent + bias, 3, axis=-1)\n"
        "    c = (1 - sigmoid(a)) * c + sigmoid(a) * np.tanh(b)\n"
        "    return sigmoid(d) * c, c",
        "def coupled_step(x, h, c, kernel, recurrent, bias):\n"
        "    a, b, d = np.split(x @ kernel + h @ recurrent + bias, 3, axis=-1)\n"
        "    return sigmoid(d) * np.tanh(c)",
        "def coupled_step(x, h, c, kernel, recurrent, bias):\n    return h, c[:1]",
    ),
    points=2,
)


_NAMES = {"minLSTM", "GRU", "LSTM of 1997", "coupled", "no input gate", "plain RNN"}
_BOUNDED = {"minLSTM", "GRU", "coupled", "plain RNN"}


def _check_prediction(answer) -> str:
    wrong_if(
        not isinstance(answer, set | frozenset | list | tuple),
        "Give a set of names, such as {'GRU', 'LSTM of 1997'}.",
    )
    answer = set(answer)
    unknown = sorted(answer - _NAMES)
    wrong_if(unknown, f"Not one of the six: {', '.join(unknown)}. Mind the spelling.")
    wrong_if(
        "LSTM of 1997" in answer,
        "Without a forget gate the cell is a pure sum: nothing leaks, and it counted well.",
    )
    wrong_if(
        "no input gate" in answer,
        "Without an input gate everything is added, which is what counting asks for.",
    )
    wrong_if(
        not {"GRU", "coupled"} <= answer,
        "Look at the figure of accepted n: both the GRU and the coupled cell stop near ten.",
    )
    wrong_if(
        "plain RNN" not in answer,
        "The state of a plain RNN leaves a tanh: how far can it grow?",
    )
    wrong_if(
        "minLSTM" not in answer,
        "f / (f + i) and i / (f + i) sum to 1: is that a sum or an average?",
    )
    return (
        "Four states that are averages or leave a tanh, so they stay bounded; two that are sums. "
        "Bounded states can tell some numbers apart, but each further one has less room."
    )


q3 = Exercise(
    "05.3",
    "Who cannot count?",
    _check_prediction,
    hints=(
        "Ask of each: can its state grow by the same amount again and again?",
        "A state that is tanh of something, or an average of what was seen, is bounded.",
        "Two of the six keep a plain sum.",
    ),
    solution='cannot_count = {"GRU", "coupled", "minLSTM", "plain RNN"}',
    answer_name="cannot_count",
    mistakes=(
        'cannot_count = "GRU"',
        'cannot_count = {"GRU", "coupled"}',
        'cannot_count = {"GRU", "coupled", "plain RNN"}',
        'cannot_count = {"LSTM of 1997"}',
        'cannot_count = {"no input gate", "GRU"}',
        'cannot_count = {"gru"}',
        'cannot_count = {"minLSTM", "plain RNN"}',
    ),
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


q4 = Exercise(
    "05.4",
    "Beyond sixty",
    _check_counter,
    hints=(
        "The trained networks of the lesson can be asked for their weights: weights_of(lstms, run) "
        "and the weights of counters.layers[-1]. Which of them got furthest?",
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

EXERCISES = (q1, q2, q3, q4)
