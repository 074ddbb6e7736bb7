"""Exercises of lesson 07, multi-step forecasting."""

from __future__ import annotations

import numpy as np

from utils.data.co2 import load_co2
from utils.exercises import Exercise, wrong_if
from utils.forecasting import backtest, baselines
from utils.metrics import mae


def _check_mase(answer: float) -> str:
    answer = float(answer)
    wrong_if(
        np.isclose(answer, 2), "That is the mean absolute error; MASE divides it by something."
    )
    wrong_if(
        np.isclose(answer, 2 / (89 / 7), atol=0.005),
        "You divided by the change from one value to the next; the season has four steps.",
    )
    wrong_if(
        np.isclose(answer, 1),
        "You divided by the error of the same two quarters; it is the "
        "training part that sets the scale.",
    )
    wrong_if(
        np.isclose(answer, 3 / 2, atol=0.01),
        "It is the other way round: error of the forecast over change in the training part.",
    )
    wrong_if(
        not np.isclose(answer, 2 / 3, atol=0.01),
        "Two steps: the mean absolute error of the forecast, then the mean absolute change over "
        "four quarters in the training part.",
    )
    return "The error is (3 + 1) / 2 = 2, the yearly changes are 2, 4, 3 and 3, mean 3: 2 / 3."


q1 = Exercise(
    "07.1",
    "MASE by hand",
    _check_mase,
    hints=(
        "First the mean absolute error of the two forecasts.",
        "Then the four changes over a season in the training part: 12 - 10, 24 - 20, and so on.",
    ),
    solution="my_mase = ((15 - 12) + (25 - 24)) / 2 / np.mean([2, 4, 3, 3])",
    answer_name="my_mase",
    mistakes=("my_mase = 2.0", "my_mase = 2 / (89 / 7)", "my_mase = 1.5", "my_mase = 0.4"),
    setup="import numpy as np",
)


def _check_leaks(answer: str) -> str:
    wrong_if(
        not isinstance(answer, str) or not set(answer.upper()) <= set("ABCDE, "),
        'Give the letters as one string, for instance "AE".',
    )
    said = set(answer.upper()) & set("ABCDE")
    wrong_if(
        "A" in said, "A is honest: the mean comes from the steps before the forecast, all known."
    )
    wrong_if("C" in said, "C is honest: the last measured value is known when it is repeated.")
    wrong_if("E" in said, "E is honest: the last value of a window is known at its origin.")
    wrong_if(
        "B" not in said,
        "One more: whose value at step 300 depends on a value that comes after it?",
    )
    wrong_if(
        "D" not in said,
        "One more: who trains on windows whose targets are the very steps to be forecast?",
    )
    return "B's last input holds a third of step 301, and D trains on the months it is scored on."


q2 = Exercise(
    "07.2",
    "Find the leaks",
    _check_leaks,
    hints=(
        "For each of them: change a value after step 300. Does anything change that the "
        "forecast is made from?",
        "Two of the five leak: one by smoothing, one by shuffling.",
    ),
    solution='leaking = "BD"',
    answer_name="leaking",
    mistakes=(
        'leaking = "ABD"',
        'leaking = "D"',
        'leaking = "B"',
        'leaking = "BDE"',
        "leaking = 2",
    ),
)


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


q3 = Exercise(
    "07.3",
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
    setup="import numpy as np",
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
    error, other = mae(truth, forecast), mae(truth, linear)
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
    verdict = backtest.compare(truth, forecast, linear, origins).better
    sure = (
        "and the comparison calls it better"
        if verdict == "first"
        else ("but on these origins nobody can say that it is more than luck")
    )
    return f"An MAE of {error:.3f} ppm against {other:.3f} for the linear map, {sure}."


q4 = Exercise(
    "07.4",
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
        "def my_fit(part):\n    return history_of_last_year",
        "def my_fit(part):\n    return lambda history: history[-24:]",
        "from utils.data.co2 import load_co2\n"
        "def my_fit(part):\n"
        "    known = load_co2().to_numpy()[:, 0]\n"
        "    return lambda history: known[len(history) : len(history) + 12]",
    ),
    points=3,
    setup="import numpy as np\nhistory_of_last_year = np.zeros(12)",
)

EXERCISES = (q1, q2, q3, q4)
