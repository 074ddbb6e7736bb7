"""Exercises of lesson 07, multi-step forecasting."""

from __future__ import annotations

import numpy as np

from utils.data.co2 import load_co2
from utils.exercises import Exercise, wrong_if
from utils.forecasting import backtest, baselines, comparison


def _check_recursion(answer) -> str:
    history = np.array([1.0, 2, 4, 3, 5, 8, 6, 9])
    seen: list[np.ndarray] = []

    def one_step(known):
        seen.append(np.array(known, dtype=float))
        return float(0.5 * known[-1] + 0.3 * known[0] + 1)

    got = answer(one_step, history.copy(), 3, 4)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = np.asarray(got, dtype=float)
    wrong_if(
        any(known.shape != (3,) for known in seen),
        "one_step must get the last `window` values each time, neither more nor fewer; "
        f"it got {[len(known) for known in seen]}.",
    )
    wrong_if(
        got.shape != (4,),
        f"The result has shape {got.shape}; return the 4 new values only, shape (4,).",
    )
    known, expected = list(history), []
    for _ in range(4):
        expected.append(0.5 * known[-1] + 0.3 * known[-3] + 1)
        known.append(expected[-1])
    wrong_if(
        np.allclose(got, expected[0]),
        "All steps are the same: the forecast is not put into the window of the next one.",
    )
    wrong_if(
        np.allclose(got[0], expected[0]) and not np.allclose(got, expected),
        "The first step is right and a later one is not: append the forecast at the end and drop "
        "the oldest value.",
    )
    wrong_if(not np.allclose(got, expected), "The first step should be one_step(history[-3:]).")
    return "Every forecast becomes an input: after `window` steps it reads nothing but itself."


q1 = Exercise(
    "07.1",
    "The recursion",
    _check_recursion,
    hints=(
        "Keep a list of all values, measured and forecast, and always hand over its last ones.",
        "values = list(history); in a loop: values.append(one_step(np.array(values[-window:])))",
    ),
    solution="""
def forecast_recursively(one_step, history, window, steps):
    values = list(history)
    for _ in range(steps):
        values.append(one_step(np.array(values[-window:])))
    return np.array(values[-steps:])
""",
    answer_name="forecast_recursively",
    mistakes=(
        "def forecast_recursively(one_step, history, window, steps):\n"
        "    return np.array([one_step(history[-window:]) for _ in range(steps)])",
        "def forecast_recursively(one_step, history, window, steps):\n"
        "    values = list(history)\n"
        "    for _ in range(steps):\n"
        "        values.append(one_step(np.array(values)))\n"
        "    return np.array(values[-steps:])",
        "def forecast_recursively(one_step, history, window, steps):\n"
        "    values = list(history)\n"
        "    for _ in range(steps):\n"
        "        values.append(one_step(np.array(values[-window:])))\n"
        "    return np.array(values)",
        "def forecast_recursively(one_step, history, window, steps):\n"
        "    values = list(history[-window:])\n"
        "    made = []\n"
        "    for _ in range(steps):\n"
        "        made.append(one_step(np.array(values)))\n"
        "        values = [made[-1]] + values[1:]\n"
        "    return np.array(made)",
    ),
)


def _check_network(answer, x, y) -> str:
    import keras

    model = answer()
    wrong_if(model is None, "The function returns nothing; end it with return.")
    wrong_if(not isinstance(model, keras.Model), "Return a Keras model.")
    wrong_if(getattr(model, "optimizer", None) is None, "It is not compiled.")
    wrong_if(
        tuple(model.input_shape[1:]) != x.shape[1:],
        f"It reads {model.input_shape[1:]}; a window is {x.shape[1:]}.",
    )
    wrong_if(
        tuple(model.output_shape[1:]) != y.shape[1:],
        f"Its output is {model.output_shape[1:]}; twelve months are {y.shape[1:]}.",
    )
    kinds = [type(layer).__name__ for layer in model.layers]
    wrong_if(kinds == ["LSTM", "Dense"], "That is the network of the lesson; give it another body.")
    x, y = np.asarray(x, "float32"), np.asarray(y, "float32")
    train, held_out = slice(0, len(x) - 60), slice(len(x) - 48, None)  # no month in both
    model.fit(x[train], y[train], epochs=20, batch_size=32, verbose=0)
    error = float(np.mean((np.asarray(model(x[held_out])) - y[held_out]) ** 2))
    zero = float(np.mean(y[held_out] ** 2))
    wrong_if(
        not error < 0.5 * zero,
        f"After 20 epochs its squared error is {error / zero:.2f} of that of zero, on months "
        "held out from training; look at loss and learning rate.",
    )
    return (
        f"After 20 epochs its squared error is {error / zero:.2f} of that of saying zero. Train it "
        "over the seeds, as the lesson does, before you call it better."
    )


q2 = Exercise(
    "07.2",
    "Another body",
    _check_network,
    hints=(
        "compiled(keras.Sequential([keras.Input((window, 1)), ..., layers.Dense(horizon)]))",
        "A layer below another LSTM needs return_sequences=True.",
    ),
    solution="""
def build_mine():
    middle = [layers.LSTM(16, return_sequences=True), layers.LSTM(16)]
    return compiled(
        keras.Sequential([keras.Input((window, 1)), *middle, layers.Dense(horizon)])
    )
""",
    answer_name="build_mine",
    mistakes=(
        "build_mine = build_direct",
        "def build_mine():\n"
        "    return keras.Sequential([keras.Input((24, 1)), layers.GRU(8), layers.Dense(12)])",
        "def build_mine():\n"
        "    return compiled(keras.Sequential([keras.Input((24, 1)), layers.GRU(8),\n"
        "        layers.Dense(1)]))",
        "def build_mine():\n    return layers.GRU(16)",
    ),
    points=2,
    extra=("x", "y"),
)


def _check_fit(answer) -> str:
    series = load_co2().to_numpy()[:, 0]
    origins = backtest.rolling_origins(len(series), 12, len(series) - 120, refit_every=None)
    truth = backtest.truths(series, origins)

    def pipeline(series):
        return backtest.run(series, origins, answer)

    predict = answer(series[: origins[0].cutoff].copy())
    wrong_if(
        not callable(predict),
        f"my_fit must return a function, predict(history); yours returns {type(predict).__name__}.",
    )
    made = np.asarray(predict(series[: origins[0].cutoff].copy()))
    wrong_if(
        made.shape != (12,),
        f"predict returned shape {made.shape}; it must return twelve values, shape (12,).",
    )
    forecast = pipeline(series)
    linear = backtest.run(series, origins, baselines.direct_linear(12, 24))
    error, other = np.abs(truth - forecast).mean(), np.abs(truth - linear).mean()
    wrong_if(
        error < 0.2 or backtest.find_leaks(series, origins, pipeline, at=[0]),
        "It sees what it should not: the forecast of the first origin knows later values. Use "
        "only what my_fit and predict are given.",
    )
    wrong_if(
        error >= other,
        f"An MAE of {error:.3f} ppm; the linear map makes {other:.3f}. What does the forecast "
        "of zero mean in yours?",
    )
    losses = [comparison.losses(truth, made) for made in (forecast, linear)]
    high = comparison.bootstrap_interval(*losses, block=24)[2]
    sure = "and the interval of the difference lies below zero"
    if high >= 0:
        sure = "but the interval of the difference contains zero: it may be luck"
    return f"An MAE of {error:.3f} ppm against {other:.3f} for the linear map, {sure}."


q3 = Exercise(
    "07.3",
    "Beat the linear map",
    _check_fit,
    hints=(
        "Look at SARIMA in the table: it forecasts what remains after last year's value.",
        "Try a linear map again, but on seasonal changes: series[12:] - series[:-12], and add "
        "last year's values back in predict.",
        "A window of 36 such changes does better than one of 12.",
    ),
    solution="""
def my_fit(part):
    change = part[12:] - part[:-12]
    rows = np.arange(36, len(change) - 11)
    inputs = np.stack([change[row - 36 : row] for row in rows])
    targets = np.stack([change[row : row + 12] for row in rows])
    inputs = np.insert(inputs, 0, 1, axis=1)
    weights = np.linalg.lstsq(inputs, targets, rcond=None)[0]

    def predict(history):
        last = (history[12:] - history[:-12])[-36:]
        return history[-12:] + np.insert(last, 0, 1) @ weights

    return predict
""",
    answer_name="my_fit",
    mistakes=(
        "def my_fit(part):\n    return lambda history: history[-12:]",
        "def my_fit(part):\n    return np.zeros(12)",
        "def my_fit(part):\n    return lambda history: history[-24:]",
        "from utils.data.co2 import load_co2\n"
        "def my_fit(part):\n"
        "    known = load_co2().to_numpy()[:, 0]\n"
        "    return lambda history: known[len(history) : len(history) + 12]",
    ),
    points=3,
)

EXERCISES = (q1, q2, q3)
