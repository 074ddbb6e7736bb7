"""Exercises of lesson 08, multivariate volatility."""

from __future__ import annotations

import math

import numpy as np

from utils.exercises import Exercise, wrong_if

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
    setup="import numpy as np",
)


def _check_inside(answer) -> str:
    truth = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    lower = np.array([-1.0, 2.0, 1.0, 3.0, 0.0, 0.0, 0.0, 9.0])
    upper = np.array([1.0, 3.0, 3.0, 5.0, 4.0, 1.0, 2.0, 11.0])
    got = answer(truth.copy(), lower.copy(), upper.copy())
    wrong_if(got is None, "The function returns nothing; end it with return.")
    wrong_if(np.ndim(got) != 0, "One number is asked: the share over all days, not one a day.")
    got = float(got)
    wrong_if(got == 4, "That is how many days; divide by how many there are.")
    wrong_if(math.isclose(got, 50), "That is per cent; the function should return 0 to 1.")
    wrong_if(math.isclose(got, 2 / 8), "A truth on the bound counts as inside: use <=.")
    wrong_if(
        math.isclose(got, 6 / 8),
        "Check both bounds: some days lie below the lower one, others above the upper one.",
    )
    wrong_if(not math.isclose(got, 0.5), "Four of the eight days of the check lie inside.")
    same = float(answer(np.zeros(4), -np.ones(4), np.ones(4)))
    wrong_if(not math.isclose(same, 1), "If all days lie inside, the share is 1.")
    none = float(answer(np.full(4, 5.0), -np.ones(4), np.ones(4)))
    wrong_if(not math.isclose(none, 0), "If all days lie outside, the share is 0.")
    return "Bounds may come from anywhere: a network, quantiles of errors, or a fortune teller."


q2 = Exercise(
    "08.2",
    "Coverage of any interval",
    _check_inside,
    hints=(
        "(lower <= truth) & (truth <= upper) is true on the days inside.",
        "The mean of truths and falsehoods is their share.",
    ),
    solution="""
def share_inside(truth, lower, upper):
    return np.mean((lower <= truth) & (truth <= upper))
""",
    answer_name="share_inside",
    mistakes=(
        "def share_inside(truth, lower, upper):\n"
        "    return np.sum((lower <= truth) & (truth <= upper))",
        "def share_inside(truth, lower, upper):\n"
        "    return np.mean((lower < truth) & (truth < upper))",
        "def share_inside(truth, lower, upper):\n    return np.mean(truth <= upper)",
        "def share_inside(truth, lower, upper):\n    return (lower <= truth) & (truth <= upper)",
        "def share_inside(truth, lower, upper):\n"
        "    return 100 * np.mean((lower <= truth) & (truth <= upper))",
    ),
    setup="import numpy as np",
)


def _rolling(series: np.ndarray, first: int, last: int) -> np.ndarray:
    """Row t is the mean of series[t + first] to series[t + last], cut off at the ends."""
    n = len(series)
    rows = [
        series[max(0, t + first) : max(1, min(n, t + last + 1))].mean() if t + last >= 0 else 0.0
        for t in range(n)
    ]
    return np.array(rows)[:, None]


def _check_detector(answer) -> str:
    series = np.random.default_rng(3).normal(size=60) + 5
    day = 40
    honest = {
        "yesterday's value": lambda s: np.concatenate([s[:1], s[:-1]])[:, None],
        "the mean of the five days before": lambda s: _rolling(s, -5, -1),
        "a constant": lambda s: np.ones((len(s), 1)),
    }
    leaky = {
        "the value of the day itself": lambda s: s[:, None].copy(),
        "a centred mean of five days": lambda s: _rolling(s, -2, 2),
        "the value of the day after": lambda s: np.concatenate([s[1:], s[-1:]])[:, None],
        "a scale learnt from the whole series": lambda s: (
            (np.concatenate([s[:1], s[:-1]]) - s.mean()) / s.std()
        )[:, None],
    }
    first = answer(honest["yesterday's value"], series.copy(), day)
    wrong_if(first is None, "The function returns nothing; end it with return.")
    wrong_if(
        np.ndim(first) != 0 or bool(first) != first,
        "Return one True or False.",
    )
    for name, make in honest.items():
        wrong_if(
            bool(answer(make, series.copy(), day)),
            f"False alarm: {name} is known before the day. Compare row `day` only, and leave the "
            "values before that day as they are.",
        )
    for name, make in leaky.items():
        wrong_if(
            not bool(answer(make, series.copy(), day)),
            f"Missed: {name} is not known before the day. Change series[day] and all later values, "
            "and compare row `day` before and after.",
        )
    kept = series.copy()
    answer(honest["a constant"], kept, day)
    wrong_if(
        not np.array_equal(kept, series),
        "Your function changed the series that it was given; work on a copy.",
    )
    return (
        "It finds the day itself, the day after, a centred mean and a scaler that saw everything."
    )


q3 = Exercise(
    "08.3",
    "A detector of leaks",
    _check_detector,
    hints=(
        "Copy the series, change the copy from `day` on, and make the features of both.",
        "changed = series.copy(); changed[day:] += 1 (or better, values that also change the mean "
        "and the spread); then compare make(series)[day] with make(changed)[day].",
        "np.allclose compares numbers that are equal up to rounding.",
    ),
    solution="""
def knows_too_much(make, series, day):
    changed = series.copy()
    changed[day:] = 2 * changed[day:][::-1] + 1
    return not np.allclose(make(series)[day], make(changed)[day])
""",
    answer_name="knows_too_much",
    mistakes=(
        "def knows_too_much(make, series, day):\n"
        "    changed = series.copy()\n"
        "    changed[day + 1:] += 3\n"
        "    return not np.allclose(make(series)[day], make(changed)[day])",
        "def knows_too_much(make, series, day):\n"
        "    changed = series.copy()\n"
        "    changed[day:] += 3\n"
        "    return not np.allclose(make(series), make(changed))",
        "def knows_too_much(make, series, day):\n"
        "    changed = series + 3\n"
        "    return not np.allclose(make(series)[day], make(changed)[day])",
        "def knows_too_much(make, series, day):\n"
        "    changed = series.copy()\n"
        "    changed[day] += 3\n"
        "    return np.isclose(make(changed)[day], make(series)[day] + 3).any()",
    ),
    points=2,
    setup="import numpy as np",
)


def _check_differences(answer) -> str:
    wrong_if(
        not isinstance(answer, list | tuple | np.ndarray),
        "Give a list of five differences, one a seed: one number hides how much luck was in it.",
    )
    values = np.asarray(answer, dtype=float)
    wrong_if(values.shape != (5,), f"You gave {values.size} values; five seeds give five of them.")
    wrong_if(not np.isfinite(values).all(), "One of the differences is not a number.")
    wrong_if(
        len(set(np.round(values, 8))) < 5,
        "Two seeds have exactly the same difference; was the network restarted for each?",
    )
    wrong_if(
        values.min() > 0.4,
        "These look like errors, not like differences: subtract the error without the input, seed "
        "by seed.",
    )
    wrong_if(
        values.mean() < -0.3,
        "An input that takes off so much has seen the day itself. Run your detector of exercise 3.",
    )
    mean, error = values.mean(), values.std(ddof=1) / math.sqrt(5)
    reach = 2.776 * error  # Student's t with 4 degrees of freedom, 95 %
    interval = f"{mean:+.4f}, 95 % interval over seeds {mean - reach:+.4f} to {mean + reach:+.4f}"
    if mean + reach < 0:
        return (
            f"{interval}: better on average over seeds. Now ask backtest.compare whether it could "
            "be luck of these days, and how many inputs you tried before this one."
        )
    if mean - reach > 0:
        return f"{interval}: it makes the network worse. That is a result; write it down."
    return f"{interval}: the interval contains zero. Seeds alone could do this; nothing is shown."


q4 = Exercise(
    "08.4",
    "An input of your own",
    _check_differences,
    hints=(
        "Column 3 of daily is the volume: put your feature there and run the cells from `windows, "
        "targets = ...` to `X = ...` again.",
        'Train on keep(X, [*inputs_used, "volume"]); its MSE by seed minus `errors` is the answer.',
        "A feature in row t of daily may use day t: windows end the day before the forecast.",
    ),
    solution="""
# One way: is the day a Monday? (In the place of volume; compare with `errors`.)
daily[:, 3] = days.day_of_week == 0
windows, level = relative(sliding_windows(daily, window)[0])
scaler = backtest.fit_scaler(windows[learning].reshape(-1, 4))
chosen = keep(scaler.scale(windows).astype("float32"), [*inputs_used, "volume"])
runs = train_over_seeds(model, chosen, "exercise")
mine = np.array([forecast(trained, chosen)[0] for trained, _ in runs])
my_differences = ((mine - truth[:, 0]) ** 2).mean(axis=1) - errors
""",
    answer_name="my_differences",
    mistakes=(
        "my_differences = -0.01",
        "my_differences = [-0.01, 0.02]",
        "my_differences = [-0.01] * 5",
        "my_differences = [0.71, 0.72, 0.73, 0.74, 0.75]",
        "my_differences = [-0.61, -0.62, -0.63, -0.64, -0.65]",
    ),
    points=3,
    # Stand-ins for what the notebook defines, with the same names and shapes.
    setup="""
import numpy as np
import pandas as pd
from utils.forecasting import backtest
from utils.forecasting.windows import sliding_windows
rng = np.random.default_rng(0)
days = pd.date_range("2013-01-01", periods=200)
daily = rng.normal(size=(200, 4))
window, model, inputs_used = 22, None, ["log variance", "return"]
learning = np.arange(178) < 100
scored = ~learning
truth = rng.normal(size=(78, 1))
errors = np.full(5, 0.9)
def relative(windows):
    return windows, windows[:, :, 0].mean(axis=1)
def keep(inputs, used):
    return inputs
def train_over_seeds(model, inputs, label):
    for _ in range(5):
        yield None, [1.0]
def forecast(model, inputs):
    return truth[:, 0] + 0.9 * rng.normal(size=78), np.ones(78)
""",
)

EXERCISES = (q1, q2, q3, q4)
