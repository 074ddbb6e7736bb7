"""Exercises of lesson 08, multivariate volatility."""

from __future__ import annotations

import math

import numpy as np

from utils.exercises import Exercise, one_per_seed, wrong_if
from utils.forecasting.comparison import paired_interval

_RANGE = math.log(102 / 99) ** 2
_MOVE = math.log(101 / 100) ** 2
_VARIANCE = 0.5 * _RANGE - (2 * math.log(2) - 1) * _MOVE


def _check_day(answer: float) -> str:
    value = float(answer)
    right = 100 * math.sqrt(_VARIANCE)

    def near(other: float) -> bool:
        return abs(value - other) < 0.006 * abs(other)

    wrong_if(near(_VARIANCE), "That is the variance; its square root is the size of the day.")
    wrong_if(near(1e2 * _VARIANCE) or near(1e4 * _VARIANCE), "Take the root before the per cent.")
    wrong_if(near(math.log(_VARIANCE)), "That is the log variance; e to the half of it is asked.")
    wrong_if(near(right / 100), "Nearly: that is a fraction; the question asks for per cent.")
    wrong_if(
        near(100 * math.sqrt(0.5 * _RANGE)),
        "That uses high and low only; the term with close and open is missing.",
    )
    wrong_if(
        near(100 * math.sqrt(0.5 * _RANGE + (2 * math.log(2) - 1) * _MOVE)),
        "The second term is subtracted, not added.",
    )
    wrong_if(
        near(100 * math.log(101 / 100)) or near(1.0),
        "That is the change from open to close; the day moved more than that.",
    )
    wrong_if(not near(right), "Work out ln(102/99) and ln(101/100), square both, then the formula.")
    return (
        f"The variance is {_VARIANCE:.6f}, its root {right / 100:.4f}: a day of about "
        f"{right:.1f} %, twice the 1 % that the close alone shows."
    )


q1 = Exercise(
    "08.1",
    "One day by hand",
    _check_day,
    hints=(
        "ln(high/low) = ln(102/99), ln(close/open) = ln(101/100).",
        "Half the square of the first, minus 0.386 times the square of the second: the variance.",
        "The size of the day is its square root; times 100 in per cent.",
    ),
    solution="""
variance = 0.5 * np.log(102 / 99) ** 2 - (2 * np.log(2) - 1) * np.log(101 / 100) ** 2
day_percent = 100 * np.sqrt(variance)
""",
    answer_name="day_percent",
    mistakes=(
        "day_percent = 0.5 * np.log(102 / 99) ** 2 - (2 * np.log(2) - 1) * np.log(1.01) ** 2",
        "day_percent = 100 * np.sqrt(0.5 * np.log(102 / 99) ** 2)",
        "day_percent = np.sqrt(0.5 * np.log(102/99)**2 - (2 * np.log(2) - 1) * np.log(1.01)**2)",
        "day_percent = 100 * np.log(1.01)",
        "day_percent = 3.0",
    ),
)


def _check_quantile(answer) -> str:
    import keras
    from keras import ops

    loss = answer(0.9)
    wrong_if(loss is None, "quantile_loss returns nothing; it should return the loss function.")
    wrong_if(not callable(loss), "quantile_loss should return a function of y_true and y_pred.")
    y = ops.convert_to_tensor(np.array([[1.0], [0.0]], "float32"))
    zero = ops.zeros_like(y)
    low = float(ops.mean(loss(y, zero)))  # one forecast too low by 1, one exact
    high = float(ops.mean(loss(zero, y)))  # one too high by 1
    wrong_if(math.isclose(low, 0.5) and math.isclose(high, 0.5), "That is the absolute error.")
    wrong_if(
        math.isclose(low, 0.05, abs_tol=1e-5) and math.isclose(high, 0.45, abs_tol=1e-5),
        "The two prices are the wrong way round: being too low costs `level` per unit.",
    )
    wrong_if(min(low, high) < 0, "The loss is negative for some forecasts; use ops.maximum.")
    wrong_if(
        not (math.isclose(low, 0.45, abs_tol=1e-5) and math.isclose(high, 0.05, abs_tol=1e-5)),
        "Too low by 1 should cost 0.9 and too high by 1 should cost 0.1, for level 0.9.",
    )
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 1, (2000, 1)).astype("float32")
    y = (x * rng.exponential(1, x.shape)).astype("float32")
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)]
    )
    model.compile(keras.optimizers.Adam(0.02), loss=loss)
    model.fit(x, y, epochs=15, batch_size=50, verbose=0)
    below = float(np.mean(y <= np.asarray(model(x))))
    wrong_if(
        not 0.85 < below < 0.95,
        f"Trained with it, a small network has {below:.0%} of the values below its output; 90 % "
        "are asked.",
    )
    return f"Trained with it, a small network has {below:.0%} of the values below its output."


q2 = Exercise(
    "08.2",
    "A loss for a quantile",
    _check_quantile,
    hints=(
        "error = y_true - y_pred is positive where a forecast is too low: it costs level * error.",
        "Where it is negative it costs (level - 1) * error. The larger of the two is the loss.",
        "ops.mean(ops.maximum(level * error, (level - 1) * error))",
    ),
    solution="""
def quantile_loss(level):
    def loss(y_true, y_pred):
        error = y_true - y_pred
        return ops.mean(ops.maximum(level * error, (level - 1) * error))

    return loss
""",
    answer_name="quantile_loss",
    mistakes=(
        "def quantile_loss(level):\n"
        "    return lambda y, q: ops.mean(ops.maximum((1 - level) * (y - q), -level * (y - q)))",
        "def quantile_loss(level):\n    return lambda y, q: ops.mean(ops.abs(y - q))",
        "def quantile_loss(level):\n    return lambda y, q: ops.mean(level * (y - q))",
        "def quantile_loss(level):\n    return lambda y, q: ops.mean(ops.square(y - q))",
        "def quantile_loss(level):\n    return level",
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
        values.min() > 0.4,
        "These look like errors, not like differences: subtract the MSE without the input.",
    )
    wrong_if(
        values.mean() < -0.3,
        "An input that takes off so much has seen the day itself. Look at your windows again.",
    )
    mean, low, high = paired_interval(values)
    interval = f"{mean:+.4f}, 95 % interval over seeds {low:+.4f} to {high:+.4f}"
    if high < 0:
        return (
            f"{interval}: better on average over seeds. Now test it over days as well, and count "
            "how many inputs you tried before this one."
        )
    if low > 0:
        return f"{interval}: it makes the network worse. That is a result; write it down."
    return f"{interval}: the interval contains zero. Seeds alone could do this; nothing is shown."


q3 = Exercise(
    "08.3",
    "An input of your own",
    _check_differences,
    hints=(
        "days.dayofweek == 0 is a column that is 1 on Mondays.",
        "prepare(...) makes inputs from these windows; the model needs keras.Input((window, 3)).",
        "fit_and_forecast returns a forecast; mse of it minus `errors` is the answer.",
    ),
    solution="""
def build_wider():
    model = keras.Sequential([keras.Input((window, 3)), layers.LSTM(units), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(learning_rate, global_clipnorm=1.0), loss="mse")
    return model


wider = prepare(sliding_windows(np.column_stack([both, days.dayofweek == 0]), window)[0])
with_it = [mse(fit_and_forecast(m, *wider)) for _, m in over_seeds(build_wider, seeds)]
my_differences = np.subtract(with_it, errors)
""",
    answer_name="my_differences",
    mistakes=(
        "my_differences = -0.01",
        "my_differences = [-0.01]",
        "my_differences = [-0.01] * len(seeds)",
        "my_differences = [0.71 + k / 100 for k in range(len(seeds))]",
        "my_differences = [-0.61 - k / 100 for k in range(len(seeds))]",
    ),
    points=3,
    extra=("seeds",),
)

EXERCISES = (q1, q2, q3)
