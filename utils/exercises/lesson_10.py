"""Exercises of lesson 10, bidirectional LSTM."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _check_weights(answer) -> str:
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


q1 = Exercise(
    "10.1",
    "Weights of two directions",
    _check_weights,
    hints=(
        "How many weights has one LSTM of n units on m inputs? Each of the four parts has an "
        "n x m matrix, an n x n matrix and n biases.",
        "Put m = 10 and n = 64 into 4 (n m + n n + n). How many such layers are there?",
    ),
    solution="weights_of_layer = 2 * 4 * (64 * 10 + 64 * 64 + 64)",
    answer_name="weights_of_layer",
    mistakes=(
        "weights_of_layer = 4 * (64 * 10 + 64 * 64 + 64)",
        "weights_of_layer = 4 * (128 * 10 + 128 * 128 + 128)",
        "weights_of_layer = 2 * (64 * 10 + 64 * 64 + 64)",
    ),
)


def _check_by_hand(build) -> str:
    import keras

    keras.utils.set_random_seed(10)
    model = build()
    wrong_if(not isinstance(model, keras.Model), "The function should return a Keras model.")
    kinds = [type(layer).__name__ for layer in model.layers]
    wrong_if("Bidirectional" in kinds, "Do it without Bidirectional, with two LSTM layers.")
    wrong_if(kinds.count("LSTM") != 2, f"Two LSTM layers are meant; yours has {kinds}.")

    x = np.random.default_rng(10).integers(0, 2, size=(768, 12))
    beside = np.pad(x, ((0, 0), (1, 1)))
    y = beside[:, :-2] & beside[:, 2:]  # (768, 12)
    x = x[..., None].astype("float32")
    out = np.asarray(model(x[:8]))
    wrong_if(out.shape != (8, 12, 2), f"8 sequences should give (8, 12, 2), not {out.shape}.")
    changed = x[:8].copy()
    changed[:, -1] = 1 - changed[:, -1]
    wrong_if(
        np.allclose(np.asarray(model(changed))[:, 0], out[:, 0], atol=1e-7),
        "The first output does not depend on the last input: no layer of yours reads backwards.",
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss)
    model.fit(x[:512], y[:512], epochs=20, verbose=0)
    right = 100 * np.mean(np.asarray(model(x[512:])).argmax(axis=-1) == y[512:])
    wrong_if(
        right < 97,
        f"It trains and answers {right:.0f} % of new bits correctly, where 100 % is possible. The "
        "layer with go_backwards=True returns its states last step first; turn them round along "
        "the time axis before you join them with the others.",
    )
    return (
        f"It answers {right:.0f} % of new bits correctly. Bidirectional does the same: a copy of "
        "the layer with go_backwards=True, its outputs turned round, and a merge."
    )


_START = """
def build_by_hand():
    x = keras.Input((12, 1))
    forward = layers.LSTM(8, return_sequences=True)(x)
"""
q2 = Exercise(
    "10.2",
    "Two directions by hand",
    _check_by_hand,
    hints=(
        "Use the functional form: x = keras.Input((12, 1)), two layers called on x, "
        "keras.Model(x, outputs).",
        "keras.ops.flip(h, axis=1) turns the time axis round.",
        "layers.Concatenate() joins [forward, flipped backward]; layers.Dense(2) reads both.",
    ),
    solution=_START
    + """
    backward = layers.LSTM(8, return_sequences=True, go_backwards=True)(x)
    backward = keras.ops.flip(backward, axis=1)  # into reading order
    h = layers.Concatenate()([forward, backward])
    return keras.Model(x, layers.Dense(2)(h))
""",
    answer_name="build_by_hand",
    mistakes=(
        _START
        + """
    backward = layers.LSTM(8, return_sequences=True, go_backwards=True)(x)
    return keras.Model(x, layers.Dense(2)(layers.Concatenate()([forward, backward])))
""",
        _START
        + """
    second = layers.LSTM(8, return_sequences=True)(x)
    return keras.Model(x, layers.Dense(2)(layers.Concatenate()([forward, second])))
""",
        """
def build_by_hand():
    both = layers.Bidirectional(layers.LSTM(8, return_sequences=True))
    return keras.Sequential([keras.Input((12, 1)), both, layers.Dense(2)])
""",
    ),
    points=2,
)


def _check_reverse(reverse) -> str:
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
    return (
        "Each sequence turns inside its own length and the padding stays at the end. Applied to "
        "the outputs again, it brings them back into reading order. Now the open part: what did "
        "your network reach on the validation strips?"
    )


q3 = Exercise(
    "10.3",
    "A backward reader for padded batches",
    _check_reverse,
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
EXERCISES = (q1, q2, q3)
