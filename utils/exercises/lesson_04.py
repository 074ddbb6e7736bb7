"""Exercises of lesson 04, a vanilla LSTM."""

from __future__ import annotations

import keras
import numpy as np
from sklearn.metrics import root_mean_squared_error as rmse

from utils.exercises import Exercise, wrong_if
from utils.forecasting.comparison import bootstrap_interval, losses, paired_interval


def _check_scaler(answer) -> str:
    rng = np.random.default_rng(1)
    train, test = rng.normal(5, 2, 40), rng.normal(9, 1, 20)
    result = answer(train.copy(), test.copy())
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 2,
        "Return two arrays, the scaled training part and the scaled test part.",
    )
    scaled_train, scaled_test = (np.asarray(part, dtype=float) for part in result)
    wrong_if(
        scaled_train.shape != train.shape or scaled_test.shape != test.shape,
        "The scaled parts should have the lengths of the parts that you were given.",
    )
    both = np.concatenate([train, test])
    wrong_if(
        np.allclose(scaled_train, (train - both.mean()) / both.std()),
        "You took mean and standard deviation of both parts together: the test part has leaked.",
    )
    wrong_if(
        np.allclose(scaled_test.mean(), 0),
        "You scaled the test part by its own mean, which nobody knows when the first forecast is "
        "made, and its level is lost.",
    )
    wrong_if(
        not np.allclose(scaled_train.mean(), 0),
        "The scaled training part should have mean 0; subtract its mean.",
    )
    deviations = (train.std(), train.std(ddof=1))
    wrong_if(
        not any(np.allclose(scaled_train, (train - train.mean()) / d) for d in deviations),
        "The scaled training part should have standard deviation 1; divide by its own.",
    )
    wrong_if(
        not any(np.allclose(scaled_test, (test - train.mean()) / d) for d in deviations),
        "Scale the test part by mean and standard deviation of the training part.",
    )
    return "Both numbers come from the training part; the test part is free to lie elsewhere."


q1 = Exercise(
    "04.1",
    "A scaler that cannot leak",
    _check_scaler,
    hints=(
        "What is known on the day before the first test month? Only the training part.",
        "Compute train.mean() and train.std() once, and use them for both parts.",
    ),
    solution="""
def scale_without_leak(train, test):
    mean, deviation = train.mean(), train.std()
    return (train - mean) / deviation, (test - mean) / deviation
""",
    answer_name="scale_without_leak",
    mistakes=(
        "def scale_without_leak(train, test):\n"
        "    both = np.concatenate([train, test])\n"
        "    return (train - both.mean()) / both.std(), (test - both.mean()) / both.std()",
        "def scale_without_leak(train, test):\n"
        "    return (train - train.mean()) / train.std(), (test - test.mean()) / test.std()",
        "def scale_without_leak(train, test):\n"
        "    return train - train.mean(), test - train.mean()",
        "def scale_without_leak(train, test):\n    return (train - train.mean()) / train.std()",
    ),
)


def _check_gru(answer, units, train, forecast_passengers, truth, errors) -> str:
    model = answer()
    wrong_if(not isinstance(model, keras.Model), "Return a Keras model, as build_model does.")
    grus = [layer for layer in model.layers if isinstance(layer, keras.layers.GRU)]
    wrong_if(len(grus) != 1, f"The model has {len(grus)} GRU layers; one is asked for.")
    wrong_if(
        any(isinstance(layer, keras.layers.LSTM) for layer in model.layers),
        "There is still an LSTM in it; the GRU takes its place.",
    )
    wrong_if(
        grus[0].units != units, f"The GRU has {grus[0].units} units; the LSTM has `units`, {units}."
    )
    wrong_if(
        model.output_shape != (None, 1),
        f"The output has shape {model.output_shape}; one number a window is (None, 1).",
    )
    found = np.array([rmse(truth, f) for f in forecast_passengers(train(answer)[0])])
    difference, low, high = paired_interval(found - errors)
    verdict = (
        "It contains zero: these seeds show no difference."
        if low <= 0 <= high
        else f"The {'GRU' if high < 0 else 'LSTM'} is better over seeds, on these 46 months."
    )
    return (
        f"RMSE {found.mean():.1f} with the GRU, {errors.mean():.1f} with the LSTM. GRU less LSTM "
        f"over paired seeds: {difference:.2f}, 95 % interval {low:.2f} to {high:.2f}. {verdict}"
    )


q2 = Exercise(
    "04.2",
    "A GRU in its place",
    _check_gru,
    hints=(
        "Only one line of build_model changes.",
        "layers.GRU(units) has the inputs and the output of layers.LSTM(units).",
    ),
    solution="""
def build_gru():
    return keras.Sequential([keras.Input((window, 1)), layers.GRU(units), layers.Dense(1)])
""",
    answer_name="build_gru",
    mistakes=(
        "build_gru = build_model",
        "def build_gru():\n"
        "    return keras.Sequential(\n"
        "        [keras.Input((window, 1)), layers.GRU(units // 2), layers.Dense(1)]\n"
        "    )",
        "def build_gru():\n"
        "    return keras.Sequential([keras.Input((window, 1)), layers.GRU(units)])",
        "def build_gru():\n    layers.GRU(units)\n    return 'a model'",
    ),
    points=2,
    extra=("units", "train", "forecast_passengers", "truth", "errors"),
)


def _check_forecasts(answer, truth, rivals) -> str:
    forecasts = np.asarray(answer, dtype=float)
    wrong_if(
        forecasts.ndim not in (1, 2) or forecasts.shape[-1] != len(truth),
        f"The forecasts have shape {forecasts.shape}; give ({len(truth)},) or "
        f"(seeds, {len(truth)}).",
    )
    wrong_if(not np.all(np.isfinite(forecasts)), "Some forecasts are missing or infinite.")
    wrong_if(
        np.abs(forecasts).max() < 10,
        "These look like logarithms or scaled values; the unit is thousands of passengers.",
    )
    error = np.mean([rmse(truth, forecast) for forecast in np.atleast_2d(forecasts)])
    wrong_if(
        error < 5,
        f"An RMSE of {error:.1f} is too good for this series. Does a forecast see its own month?",
    )
    wrong_if(
        error > 60,
        f"The RMSE is {error:.1f}, more than that of last month's value. Is every forecast in the "
        "place of its month?",
    )
    sarima = rivals["SARIMA"]
    difference, low, high = bootstrap_interval(
        losses(truth, forecasts), losses(truth, sarima), block=4
    )
    verdict = (
        "46 months do not suffice to tell the two apart."
        if low <= 0 <= high
        else f"On these months {'your forecast' if high < 0 else 'SARIMA'} leads; would it do so "
        "on another series?"
    )
    return (
        f"RMSE {error:.1f}, SARIMA {rmse(truth, sarima):.1f}. Difference of the mean absolute "
        f"errors {difference:.1f}, 95 % interval {low:.1f} to {high:.1f} thousand. {verdict}"
    )


q3 = Exercise(
    "04.3",
    "Beat SARIMA",
    _check_forecasts,
    hints=(
        "The mean of two good forecasts is often better than either.",
        "rivals['SARIMA'] and lstm.mean(axis=0) both have the shape (46,).",
    ),
    solution="""
# One way: the plain mean of two forecasts, which needs no choice at all.
my_forecasts = (rivals["SARIMA"] + lstm.mean(axis=0)) / 2
""",
    answer_name="my_forecasts",
    mistakes=(
        "my_forecasts = np.log(truth)",
        "my_forecasts = truth",
        "my_forecasts = y[-12:]",
        "my_forecasts = truth[::-1]",
    ),
    points=3,
    extra=("truth", "rivals"),
)

EXERCISES = (q1, q2, q3)
