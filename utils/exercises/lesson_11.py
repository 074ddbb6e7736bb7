"""Exercises of lesson 11, an LSTM autoencoder."""

from __future__ import annotations

import keras
import numpy as np

from utils.data.digits import load_digits_split
from utils.exercises import Exercise, one_per_seed, wrong_if
from utils.forecasting.comparison import paired_interval

_RANDOM = np.random.default_rng(11)
_TRUTH, _OUTPUT = _RANDOM.normal(size=(2, 6, 5, 4))
_ON = (np.arange(5) < np.array([5, 2, 4, 1, 3, 2])[:, None])[..., None].astype("float32")


def _check_error(answer) -> str:
    got = answer(_TRUTH.copy(), _OUTPUT.copy(), _ON.copy())
    wrong_if(got is None, "The function returns nothing; end it with return.")
    wrong_if(np.ndim(got) != 0, f"The error is one number; yours has shape {np.shape(got)}.")
    squares = (_TRUTH - _OUTPUT) ** 2
    expected = np.sum(squares * _ON) / _ON.sum() / 4
    wrong_if(
        np.isclose(got, squares.mean()),
        "Padding is counted like data. Multiply the squares by `on`.",
    )
    wrong_if(
        np.isclose(got, np.mean(squares * _ON)),
        "The squares of the padding are gone, and you still divide by the number of all steps. "
        "The more padding, the smaller your error.",
    )
    wrong_if(
        np.isclose(got, 4 * expected),
        "That is an error a step; divide by the number of features as well.",
    )
    wrong_if(
        not np.isclose(got, expected),
        "Sum the squares of the real steps and divide by the number of real values.",
    )
    return "Padding neither adds to it nor dilutes it, whatever length you pad to."


q1 = Exercise(
    "11.1",
    "An error without the padding",
    _check_error,
    hints=(
        "Multiplying by `on` sets the squares of the padding to zero. What is left to divide by?",
        "`on` has one feature and truth has several; each real step counts that many values.",
        "np.sum((truth - output) ** 2 * on) / on.sum() / truth.shape[-1]",
    ),
    solution="""
def masked_error(truth, output, on):
    return np.sum((truth - output) ** 2 * on) / on.sum() / truth.shape[-1]
""",
    answer_name="masked_error",
    mistakes=(
        "def masked_error(truth, output, on):\n    return np.mean((truth - output) ** 2)",
        "def masked_error(truth, output, on):\n    return np.mean((truth - output) ** 2 * on)",
        "def masked_error(truth, output, on):\n"
        "    return np.sum((truth - output) ** 2 * on) / on.sum()",
        "def masked_error(truth, output, on):\n    return (truth - output) ** 2 * on",
    ),
)


def _halves(images: np.ndarray) -> np.ndarray:
    """Digits read evenly in twelve columns: (n, 12, 8)."""
    place = np.linspace(0, 7, 12)
    left = np.minimum(place.astype(int), 6)
    share = (place - left)[:, None]
    columns = images.transpose(0, 2, 1)
    return (1 - share) * columns[:, left] + share * columns[:, left + 1]


def _check_predictor(answer) -> str:
    parts = load_digits_split()
    train, new = _halves(parts.train.images), _halves(parts.validation.images)
    mean = train.mean(axis=0)
    scale = np.sqrt(np.mean((train - mean) ** 2))
    train, new = ((x - mean).astype("float32") / scale for x in (train, new))
    keras.utils.set_random_seed(0)
    model = answer()
    wrong_if(
        not isinstance(model, keras.Model), "Return a Keras model: end the function with return."
    )
    wrong_if(
        model.input_shape[-1] != 8 or model.output_shape != (None, 6, 8),
        f"It maps {model.input_shape} to {model.output_shape}; six columns of eight pixels, "
        "(None, 6, 8), are wanted on both sides.",
    )
    wrong_if(
        not any(isinstance(layer, keras.layers.LSTM) for layer in model.layers),
        "It has no LSTM layer.",
    )
    sizes = [layer.output.shape[1:] for layer in model.layers]
    narrowest = min(int(np.prod(s)) for s in sizes if None not in s)
    wrong_if(
        narrowest > 8,
        f"Its narrowest layer puts out {narrowest} numbers; the code may have 8.",
    )
    wrong_if(not model.compiled, "The model is not compiled.")
    model.fit(train[:, :6], train[:, 6:], epochs=15, batch_size=32, verbose=0)
    drawn = model.predict(new[:, :6], batch_size=512, verbose=0)
    wrong_if(
        drawn.min() >= 0,
        "It never puts out a negative number, and half of the targets are below zero. Leave the "
        "last layer without an activation.",
    )
    left = np.mean((new[:, 6:] - drawn) ** 2) / np.mean(new[:, 6:] ** 2)
    wrong_if(
        left > 0.8,
        f"It leaves {left:.2f} of the variance unexplained, where predicting the mean leaves 1 and "
        "at most 0.8 is asked for. Try a larger learning rate or more units.",
    )
    return (
        f"It leaves {left:.2f} of the variance unexplained. A copy could reach 0; a prediction "
        "cannot, since one half of a digit does not decide the other."
    )


_PREDICTOR = """
def predictor():
    model = keras.Sequential(
        [
            keras.Input((6, 8)),
            keras.layers.LSTM(64),
            keras.layers.Dense(8),
            keras.layers.RepeatVector(6),
            keras.layers.LSTM(64, return_sequences=True),
            keras.layers.Dense(8),
        ]
    )
    model.compile(keras.optimizers.Adam(0.005), "mse", steps_per_execution=37)
    return model
"""

q2 = Exercise(
    "11.2",
    "Predict the other half",
    _check_predictor,
    hints=(
        "Only the target differs from an autoencoder; the layers are the same.",
        "LSTM, Dense(8), RepeatVector(6), LSTM with return_sequences=True, Dense(8).",
        'keras.optimizers.Adam(0.005), loss "mse", and no activation on the last layer.',
    ),
    solution=_PREDICTOR,
    answer_name="predictor",
    mistakes=(
        _PREDICTOR.replace("Dense(8),\n        ]", 'Dense(8, activation="relu"),\n        ]'),
        _PREDICTOR.replace(
            "Dense(8),\n            keras.layers.Rep", "Dense(64),\n            keras.layers.Rep"
        ),
        _PREDICTOR.replace("RepeatVector(6)", "RepeatVector(12)"),
        _PREDICTOR.replace("LSTM(64", "SimpleRNN(64"),
        "def predictor():\n"
        "    return keras.Sequential([keras.Input((6, 8)), keras.layers.LSTM(8)])",
    ),
    points=2,
)


def _check_differences(answer, seeds) -> str:
    values = one_per_seed(answer, seeds)
    wrong_if(
        len(set(np.round(values, 8))) < len(values),
        "Two seeds have exactly the same difference; was the network initialised anew for each?",
    )
    wrong_if(
        np.abs(values).max() > 1,
        "A difference of fractions unexplained is hardly larger than 1; in which unit is yours?",
    )
    mean, low, high = paired_interval(values)
    interval = f"{mean:+.3f}, 95 % interval over seeds {low:+.3f} to {high:+.3f}"
    if high < 0:
        return f"{interval}: better on average over seeds. How many changes did you try before?"
    if low > 0:
        return f"{interval}: it makes the network worse. That is a result; write it down."
    return f"{interval}: the interval contains zero. Seeds alone could do this; nothing is shown."


q3 = Exercise(
    "11.3",
    "A change of your own",
    _check_differences,
    hints=(
        "Copy build_encoder, build_decoder and build_model, and change one thing in them.",
        "unexplained(test[20][0], model.predict_on_batch(test[20]), 20) is one number a seed.",
        'Subtract errors("LSTM")[20], which has the lesson\'s own, seed by seed.',
    ),
    solution="""
def build_gru():
    columns, on = keras.Input((None, 8)), keras.Input((None, 1))
    h_last = layers.GRU(units)(layers.Masking(0.0)(columns))
    code = layers.Dense(code_size)(h_last)
    again = layers.Multiply()([layers.Reshape((1, code_size))(code), on])
    h = layers.GRU(units, return_sequences=True)(again, initial_state=layers.Dense(units)(code))
    return compiled(keras.Model([columns, on], layers.Dense(8)(h)))


mine = []
for seed, model in over_seeds(build_gru, seeds):
    model.fit([x_train, on_train], x_train, epochs=epochs, **fit)
    mine.append(unexplained(test[20][0], model.predict_on_batch(test[20]), 20))
my_differences = np.subtract(mine, errors("LSTM")[20].to_numpy())
""",
    answer_name="my_differences",
    mistakes=(
        "my_differences = -0.01",
        "my_differences = [-0.01]",
        "my_differences = [-0.01] * len(seeds)",
        "my_differences = [20.0 + k for k in range(len(seeds))]",
        "my_differences = [float('nan')] * len(seeds)",
    ),
    points=3,
    extra=("seeds",),
)

EXERCISES = (q1, q2, q3)
