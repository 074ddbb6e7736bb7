"""Exercises of lesson 09, stock prices."""

from __future__ import annotations

import math

import numpy as np

from utils.data.sp500 import load_sp500
from utils.exercises import Exercise, wrong_if
from utils.forecasting.backtest import compare, rolling_origins


def _check_window(answer: int) -> str:
    wrong_if(answer == 100, "With 100 closes the target is the sum of 99 steps, not of 100.")
    wrong_if(
        answer == 99, "99 steps give 1 - 1/99, just below; and closes are one more than steps."
    )
    wrong_if(answer == 50, "50 closes give 1 - 1/49, about 0.98; a longer window flatters more.")
    wrong_if(answer != 101, "Solve 1 - 1/(L - 1) = 0.99 for the number of closes L.")
    return (
        "1 - 1/100 = 0.99: twice the window, half of the unexplained part, and the same forecast."
    )


q1 = Exercise(
    "09.1",
    "A longer ruler",
    _check_window,
    hints=(
        "The target of a window of L closes is the sum of L - 1 steps of equal variance.",
        "Yesterday's close misses one of them, so R² = 1 - 1/(L - 1).",
    ),
    solution="closes_in_window = 101  # 1 - 1/(L - 1) = 0.99, so L - 1 = 100",
    answer_name="closes_in_window",
    mistakes=(
        "closes_in_window = 100",
        "closes_in_window = 99",
        "closes_in_window = 50",
        "closes_in_window = 1000",
    ),
)


def _check_accuracy(answer) -> str:
    rng = np.random.default_rng(3)
    prices = 1000 + np.cumsum(rng.choice([-6.0, -4.0, 5.0, 7.0], 601))
    prices[300] = prices[299]  # a day without change
    truth, last = prices[1:], prices[:-1]
    forecast = last + rng.normal(0, 0.5, 600)  # nearly yesterday's close
    expected = float(np.mean((forecast > last) == (truth > last)))

    def leaky(truth, forecast):
        return np.mean(np.sign(np.diff(forecast[1:])) == np.sign(np.diff(truth[:-1])))

    got = answer(truth.copy(), forecast.copy(), last.copy())
    wrong_if(got is None, "The function returns nothing; end it with return.")
    wrong_if(
        np.ndim(got) != 0 or not np.isfinite(got),
        f"Return one number, the share of days; yours has shape {np.shape(got)}.",
    )
    got = float(got)
    wrong_if(
        abs(got - leaky(truth, forecast)) < 0.01,
        "That is still the colleague's figure: the forecast made from yesterday's close is "
        "compared with yesterday's change, which it has seen. Nothing may be shifted.",
    )
    wrong_if(
        abs(got - 100 * expected) < 1e-6, "Nearly: a share lies between 0 and 1, not per cent."
    )
    wrong_if(
        abs(got - (1 - expected)) < 1e-6, "You count the days on which the two disagree; turn it."
    )
    moved = np.mean((np.diff(forecast) > 0) == (np.diff(truth) > 0))
    wrong_if(
        abs(got - moved) < 0.002,
        "You compare the forecast with the forecast of the day before. Up means above the last "
        "close that was known: compare with last.",
    )
    wrong_if(
        got > 0.9 and expected < 0.7,
        "Still too good: what do you know of truth on the left-hand side of the comparison?",
    )
    wrong_if(
        abs(got - expected) > 1e-9,
        f"On a test series it gives {got:.3f} and should give {expected:.3f}: the share of days on "
        "which forecast > last agrees with truth > last (an unchanged day is not up).",
    )
    return (
        "The shift let the forecast answer yesterday's question. Compared with the last known "
        "close the same forecast is a coin toss."
    )


q2 = Exercise(
    "09.2",
    "Find the leak",
    _check_accuracy,
    hints=(
        "forecast[t] is nearly last[t], that is truth[t - 1]. So what is forecast[t + 1] nearly?",
        "After the shift, changes of `aligned` are nearly the changes of truth themselves: the "
        "function compares each change with itself.",
        "Without any shift: was the forecast above last, and was the truth above last?",
    ),
    solution="""
def honest_accuracy(truth, forecast, last):
    return np.mean((forecast > last) == (truth > last))
""",
    answer_name="honest_accuracy",
    mistakes=(
        "def honest_accuracy(truth, forecast, last):\n"
        "    return np.mean(np.sign(np.diff(forecast[1:])) == np.sign(np.diff(truth[:-1])))",
        "def honest_accuracy(truth, forecast, last):\n"
        "    return np.mean((np.diff(forecast) > 0) == (np.diff(truth) > 0))",
        "def honest_accuracy(truth, forecast, last):\n"
        "    return 100 * np.mean((forecast > last) == (truth > last))",
        "def honest_accuracy(truth, forecast, last):\n"
        "    return np.mean((forecast > last) != (truth > last))",
        "def honest_accuracy(truth, forecast, last):\n"
        "    return (forecast > last) == (truth > last)",
    ),
    setup="import numpy as np",
)


def _days(skill: float, baseline: float) -> int:
    return math.ceil((1.96 / (skill - baseline)) ** 2 * skill * (1 - skill) - 1e-9)


def _check_days(answer) -> str:
    got = answer(0.52, 0.5)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = float(got)
    wrong_if(
        abs(got - _days(0.52, 0.5) / 1.96**2) < 2, "The 1.96 is missing, or it is not squared."
    )
    wrong_if(
        abs(got - math.sqrt(_days(0.52, 0.5))) < 2,
        "That is the square root of n; square both sides.",
    )
    wrong_if(
        abs(got - 1.96**2 * 0.52 * 0.48 / 0.02) < 2,
        "The edge stands under the root's square: squared.",
    )
    wrong_if(
        abs(got - _days(0.52, 0.5)) < 1 and got != int(got),
        "Days are whole: round up, so that the half-width is no larger than the edge.",
    )
    wrong_if(
        got == _days(0.52, 0.5) - 1,
        "One day short: round up, and the half-width fits into the edge.",
    )
    wrong_if(
        abs(got - _days(0.52, 0.5)) > 0.5,
        f"For 52 % against 50 % you get {got:.0f}. Solve 1.96 sqrt(p (1 - p) / n) = p - baseline "
        "for n.",
    )
    wrong_if(
        abs(float(answer(0.56, 0.54)) - _days(0.56, 0.54)) > 0.5,
        "Right against 50 %, but not against another baseline: the edge is skill - baseline.",
    )
    return (
        f"{_days(0.52, 0.5):,} days, nearly ten years, for an edge of two points; for one point, "
        f"{_days(0.51, 0.5):,} days: about 38 years of trading."
    )


q3 = Exercise(
    "09.3",
    "How many days does it take",
    _check_days,
    hints=(
        "Set the half-width equal to the edge, skill - baseline, and solve for n.",
        "n = (1.96 / edge)² · p (1 - p), with p the true skill; math.ceil rounds up.",
    ),
    solution="""
def days_needed(skill, baseline=0.5):
    return int(np.ceil((1.96 / (skill - baseline)) ** 2 * skill * (1 - skill)))
""",
    answer_name="days_needed",
    mistakes=(
        "def days_needed(skill, baseline=0.5):\n"
        "    return int(np.ceil(skill * (1 - skill) / (skill - baseline) ** 2))",
        "def days_needed(skill, baseline=0.5):\n"
        "    return int(np.ceil(1.96**2 * skill * (1 - skill) / (skill - baseline)))",
        "def days_needed(skill, baseline=0.5):\n"
        "    return (1.96 / (skill - baseline)) ** 2 * skill * (1 - skill)",
        "def days_needed(skill, baseline=0.5):\n"
        "    return int((1.96 / (skill - baseline)) ** 2 * skill * (1 - skill))",
        "def days_needed(skill, baseline=0.5):\n"
        "    return int(np.ceil((1.96 / (skill - 0.5)) ** 2 * skill * (1 - skill)))",
        "def days_needed(skill, baseline=0.5):\n"
        "    return 1.96 * np.sqrt(skill * (1 - skill)) / (skill - baseline)",
    ),
    setup="import numpy as np",
)


def _check_rule(answer) -> str:
    closes = load_sp500()["close"].to_numpy()
    first = int(0.85 * (len(closes) - 49)) + 49
    days = np.arange(first, len(closes))
    said = [answer(closes[:day].copy()) for day in days]
    wrong_if(said[0] is None, "The rule returns nothing; end it with return.")
    wrong_if(
        not all(np.ndim(s) == 0 and s in (True, False) for s in said),
        f"Return True or False for each history; yours returned {said[0]!r}.",
    )
    said = np.array(said, dtype=bool)
    up = closes[days] > closes[days - 1]
    wrong_if(said.all(), "That is always up, the rule to be beaten. Let the past decide.")
    wrong_if(not said.any(), "Your rule never says up, and most days are up-days.")
    hit = float(np.mean(said == up))
    wrong_if(
        hit > 0.62,
        f"{hit:.1%} of directions right: far more than anybody has from past closes alone. Does "
        "the rule look at something other than its argument?",
    )
    origins = rolling_origins(len(closes), 1, first=first, refit_every=None)
    result = compare(
        np.ones((len(days), 1)), (said == up)[:, None] * 1.0, up[:, None] * 1.0, origins
    )
    low, high = (-100 * edge for edge in reversed(result.interval))
    figures = (
        f"Yours is right on {hit:.1%} of the test days and always up on {up.mean():.1%}; the "
        f"difference is between {low:.1f} and {high:.1f} points."
    )
    if result.better == "first":
        return (
            f"{figures} That is better, if this was the first rule that you tried on the test "
            "part. Try it on other years and on coin tosses before you believe it."
        )
    if result.better == "second":
        return f"{figures} That is an honest result: always up is better on these days."
    return f"{figures} That is an honest result: on these days nobody can tell the two apart."


q4 = Exercise(
    "09.4",
    "Beat the majority",
    _check_rule,
    hints=(
        "Start with one idea: after a fall, after a rise, after a calm month, above a long mean.",
        "history[-1] / history[-2] - 1 is yesterday's return; history[-200:].mean() a long mean.",
        "How many rules did you try on the validation part? The best of twenty is lucky there.",
    ),
    solution="""
# One way: say up unless the index stands below the mean of its last 200 closes. Whether it beats
# "always up" is for the check to say; the question is what an honest answer looks like.
def my_rule(history):
    return history[-1] > history[-200:].mean()
""",
    answer_name="my_rule",
    mistakes=(
        "def my_rule(history):\n    return True",
        "def my_rule(history):\n    return False",
        "def my_rule(history):\n    return history[-1] / history[-2] - 1",
        "def my_rule(history):\n    return closes[len(history)] > history[-1]",
    ),
    points=3,
    setup="""
import numpy as np
from utils.data.sp500 import load_sp500
closes = load_sp500()["close"].to_numpy()
""",
)

EXERCISES = (q1, q2, q3, q4)
