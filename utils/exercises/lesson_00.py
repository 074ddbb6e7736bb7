"""Exercises of lesson 00, start here."""

from __future__ import annotations

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


def _check_plain(answer) -> str:
    import keras

    model = answer()
    wrong_if(model is None, "The function returns nothing; end it with return.")
    wrong_if(not isinstance(model, keras.Model), "Return a Keras model.")
    kinds = [type(layer).__name__ for layer in model.layers]
    wrong_if("LSTM" in kinds, "There is still an LSTM in it; put layers.SimpleRNN in its place.")
    wrong_if("SimpleRNN" not in kinds, f"Its layers are {', '.join(kinds)}; where is SimpleRNN?")
    wrong_if(model.input_shape[-1] != 2, "A pair has two features: keras.Input((steps, 2)).")
    wrong_if(
        model.output_shape != (None, 1),
        f"Its output has shape {model.output_shape}; one probability a sequence is (None, 1).",
    )
    wrong_if(getattr(model, "optimizer", None) is None, "It is not compiled.")
    rng = np.random.default_rng(3)
    x = np.zeros((960, model.input_shape[1], 2), "float32")  # easier: the mark is always last
    x[..., 0] = rng.uniform(-1, 1, x.shape[:2])
    x[:, -1, 1] = 1
    y = (x[:, -1, 0] > 0).astype("float32")
    model.fit(x[:800], y[:800], epochs=8, batch_size=32, verbose=0)
    said = np.asarray(model(x[800:]))[:, 0]
    wrong_if(
        said.min() < 0 or said.max() > 1,
        "Some outputs are no probabilities; the last layer needs a sigmoid.",
    )
    right = np.mean((said > 0.5) == y[800:])
    wrong_if(
        right < 0.85,
        f"Trained on sequences whose last value is the marked one it reaches {right:.0%}; are loss "
        "and optimizer those of build_model?",
    )
    return (
        f"It reaches {right:.0%} when the mark is on the last value. Give it x_train to see what "
        "the distance to the mark does."
    )


q2 = Exercise(
    "00.2",
    "A plain recurrent network",
    _check_plain,
    hints=(
        "Copy build_model and change one word.",
        "layers.SimpleRNN(units) takes the place of layers.LSTM(units); compile as before.",
    ),
    solution="""
def build_plain():
    model = keras.Sequential(
        [
            keras.Input((steps, 2)),
            layers.SimpleRNN(units),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        loss="binary_crossentropy",
        optimizer=keras.optimizers.Adam(0.02, global_clipnorm=1.0),
        metrics=["accuracy"],
    )
    return model
""",
    answer_name="build_plain",
    mistakes=(
        "build_plain = build_model",
        "def build_plain():\n"
        "    return keras.Sequential([keras.Input((steps, 2)), layers.SimpleRNN(8),\n"
        "        layers.Dense(1, activation='sigmoid')])",
        "def build_plain():\n"
        "    model = keras.Sequential([keras.Input((steps, 2)), layers.SimpleRNN(8)])\n"
        "    model.compile('adam', 'mse')\n"
        "    return model",
        "def build_plain():\n    keras.Sequential([layers.SimpleRNN(8)])",
        "def build_plain():\n    return layers.SimpleRNN(8)",
    ),
    points=2,
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
    "The trick",
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
