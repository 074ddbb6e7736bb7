"""Exercises of lesson 09, stock prices."""

from __future__ import annotations

import keras
import numpy as np
from statsmodels.stats.contingency_tables import mcnemar

from utils.data.sp500 import load_sp500
from utils.exercises import Exercise, wrong_if
from utils.forecasting.volatility import log_returns
from utils.forecasting.windows import sliding_windows


def _check_days(answer: float) -> str:
    days = float(answer)
    wrong_if(
        2300 < days < 2500,
        "With so many days the rule is found half of the time only. The distance between 50 and "
        "52 % must hold 1.96 standard errors and 0.84 more.",
    )
    wrong_if(3750 < days < 3950, "That is a one-sided test; a two-sided one needs 1.96, not 1.64.")
    wrong_if(
        days < 2300,
        "Too few: on 2,300 days even a true 52 % is significant less than half the time.",
    )
    wrong_if(
        not 4750 <= days <= 5100,
        "Solve 0.02 = (1.96 + 0.84) * sqrt(0.25 / n) for n, or simulate it.",
    )
    return (
        "About 4,900 days, nearly twenty years of trading. With the test days of this lesson the "
        "same rule would be found about one time in five."
    )


q1 = Exercise(
    "09.1",
    "How many days does it take",
    _check_days,
    hints=(
        "The standard error of a hit rate near 50 % is sqrt(0.25 / n).",
        "To be significant, the hit rate must exceed 50 % by 1.96 standard errors. To exceed that "
        "four times in five, the true rate must lie 0.84 standard errors further up.",
        "n = ((1.96 + 0.84) / 0.02)² * 0.25",
    ),
    solution="days_needed = ((1.96 + 0.84) / 0.02) ** 2 * 0.25",
    answer_name="days_needed",
    mistakes=(
        "days_needed = (1.96 / 0.02) ** 2 * 0.25",
        "days_needed = ((1.64 + 0.84) / 0.02) ** 2 * 0.25",
        "days_needed = (1.64 / 0.02) ** 2 * 0.25",
        "days_needed = ((1.96 + 0.84) / 0.01) ** 2 * 0.25",
    ),
)


_DAYS = 22


def _check_classifier(answer) -> str:
    rng = np.random.default_rng(0)
    repeats = np.where(rng.random(3200) < 0.7, 1, -1)
    x, y = _directions(np.cumprod(repeats) * 1.0)
    keras.utils.set_random_seed(0)
    model = answer()
    wrong_if(
        not isinstance(model, keras.Model), "Return a Keras model: end the function with return."
    )
    wrong_if(
        model.output_shape != (None, 1),
        f"The output has shape {model.output_shape}; one probability a window is (None, 1). Does "
        "the last recurrent layer return its whole sequence?",
    )
    wrong_if(not model.compiled, "The model is not compiled.")
    first = model.predict(10 * rng.normal(size=(256, _DAYS, 1)), verbose=0)
    wrong_if(
        first.min() < 0 or first.max() > 1,
        "Some outputs lie below 0 or above 1; a probability needs a sigmoid at the end.",
    )
    loss = getattr(model.loss, "name", model.loss)
    wrong_if(
        loss not in ("binary_crossentropy", "binary_focal_crossentropy"),
        f"The loss is {loss!r}; the loss for a probability is the binary cross-entropy.",
    )
    hits, _ = _trained(model, x, y, 600)
    wrong_if(
        np.mean(hits) < 0.65,
        f"On the market with memory your model is right on {np.mean(hits):.0%} of new days, and "
        "70 % are possible. Try another learning rate or fewer layers.",
    )
    keras.utils.set_random_seed(0)
    returns = log_returns(load_sp500()["close"].to_numpy())[1:]
    x, y = _directions(returns / returns[:3534].std())
    index_hits, up = _trained(answer(), x, y, 748)
    return (
        f"It finds the memory ({np.mean(hits):.0%} right, 70 % possible), so it could find some in "
        f"the index. There it is right on {np.mean(index_hits):.1%} of the test days, always up on "
        f"{np.mean(up):.1%}; McNemar's p = {_against_always_up(index_hits, up):.2f}."
    )


def _directions(changes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Windows of changes and whether the next one is up: (n, days, 1), (n, 1)."""
    seen, following = sliding_windows(changes, _DAYS)
    return seen[..., None], (following > 0).astype("float32")


def _trained(
    model: keras.Model, x: np.ndarray, y: np.ndarray, tested: int
) -> tuple[np.ndarray, np.ndarray]:
    """Train on all but the newest windows; which of those are right, and which are up."""
    model.fit(x[:-tested], y[:-tested], batch_size=32, epochs=4, verbose=0)
    said = model.predict(x[-tested:], verbose=0)[:, 0] > 0.5
    up = y[-tested:, 0] > 0.5
    return said == up, up


def _against_always_up(right: np.ndarray, up: np.ndarray) -> float:
    """p-value of McNemar's exact test between a rule and "always up"."""
    counts = [[0, np.sum(right & ~up)], [np.sum(~right & up), 0]]
    return float(mcnemar(counts, exact=True).pvalue)


q2 = Exercise(
    "09.2",
    "Train for the direction",
    _check_classifier,
    hints=(
        "keras.Input((22, 1)), one LSTM layer that returns its last state only, one Dense unit.",
        "A probability: activation='sigmoid'. Its loss: 'binary_crossentropy'.",
        "16 units and Adam with a learning rate of 0.005 to 0.01 are enough.",
    ),
    solution="""
def build_classifier():
    model = keras.Sequential(
        [
            keras.Input((22, 1)),
            keras.layers.LSTM(16),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model
""",
    answer_name="build_classifier",
    mistakes=(
        "def build_classifier():\n"
        "    model = keras.Sequential([keras.Input((22, 1)), keras.layers.LSTM(16),\n"
        "                              keras.layers.Dense(1)])\n"
        "    model.compile('adam', 'binary_crossentropy')\n"
        "    return model",
        "def build_classifier():\n"
        "    model = keras.Sequential([keras.Input((22, 1)),\n"
        "                              keras.layers.LSTM(16, return_sequences=True),\n"
        "                              keras.layers.Dense(1, activation='sigmoid')])\n"
        "    model.compile('adam', 'binary_crossentropy')\n"
        "    return model",
        "def build_classifier():\n"
        "    model = keras.Sequential([keras.Input((22, 1)), keras.layers.LSTM(16),\n"
        "                              keras.layers.Dense(1, activation='sigmoid')])\n"
        "    model.compile('adam', 'mse')\n"
        "    return model",
        "def build_classifier():\n"
        "    return keras.Sequential([keras.Input((22, 1)), keras.layers.LSTM(16),\n"
        "                             keras.layers.Dense(1, activation='sigmoid')])",
        "def build_classifier():\n"
        "    model = keras.Sequential([keras.Input((22, 1)), keras.layers.LSTM(4),\n"
        "                              keras.layers.Dense(1, activation='sigmoid')])\n"
        "    model.compile(keras.optimizers.Adam(1e-6), 'binary_crossentropy')\n"
        "    return model",
    ),
    points=2,
)


def _check_rule(answer) -> str:
    closes = load_sp500()["close"].to_numpy()
    days = np.arange(len(closes) - 748, len(closes))
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
    right = said == up
    wrong_if(
        right.mean() > 0.62,
        f"{right.mean():.1%} of directions right: far more than anybody has from past closes "
        "alone. Does the rule look at something other than its argument?",
    )
    p = _against_always_up(right, up)
    figures = (
        f"Yours is right on {right.mean():.1%} of the test days and always up on {up.mean():.1%}; "
        f"McNemar's p = {p:.2f}."
    )
    if p >= 0.05:
        return f"{figures} That is an honest result: these days cannot tell the two apart."
    if right.mean() < up.mean():
        return f"{figures} That is an honest result: always up is better on these days."
    return (
        f"{figures} That is better, if this was the first rule that you tried on the test days. "
        "Try it on other years and on coin tosses before you believe it."
    )


q3 = Exercise(
    "09.3",
    "Beat always up",
    _check_rule,
    hints=(
        "Start with one idea: after a fall, after a rise, after a calm month, above a long mean.",
        "history[-1] / history[-2] - 1 is yesterday's return; history[-200:].mean() a long mean.",
        "How many rules did you try on the earlier years? The best of twenty was lucky there.",
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
)

EXERCISES = (q1, q2, q3)
