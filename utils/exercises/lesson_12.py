"""Exercises of lesson 12, anomaly detection."""

from __future__ import annotations

import keras
import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from utils.data.ecg_like import make_ecg_like
from utils.exercises import Exercise, wrong_if
from utils.forecasting.windows import sliding_windows

_RANDOM = np.random.default_rng(12)
_ERRORS = _RANDOM.gamma(0.5, 1.0, size=1000)  # skewed, as squared errors are


def _nothing(got) -> None:
    wrong_if(got is None, "The function returns nothing; end it with return.")


def _check_threshold(answer) -> str:
    for share in (0.05, 0.01):
        got = answer(_ERRORS.copy(), share)
        _nothing(got)
        wrong_if(np.ndim(got) != 0, f"A threshold is one number; yours has shape {np.shape(got)}.")
        above = np.mean(_ERRORS > got)
        wrong_if(
            above > 0.5,
            f"{100 * above:.0f} % of the normal samples lie above it: you took the share that "
            "lies below where the share above was asked for.",
        )
        wrong_if(
            got >= _ERRORS.max(),
            "No normal sample lies above it. The budget allows some; a threshold at the largest "
            "error misses more faults than it must, and rests on a single sample.",
        )
        wrong_if(
            above > share + 1e-9,
            f"{100 * above:.1f} % of the normal samples lie above it, and {100 * share:g} % are "
            "allowed.",
        )
        wrong_if(
            above < share - 0.003,
            f"Only {100 * above:.1f} % lie above it where {100 * share:g} % are allowed: it could "
            "be lower. Errors are skewed, so a rule of mean and deviation misses the budget.",
        )
    return "It asks for no fault and no shape of the distribution, only for normal data."


q1 = Exercise(
    "12.1",
    "A threshold for a budget",
    _check_threshold,
    hints=(
        "Sort the errors: which one has the given share of all above it?",
        "A share of 0.05 above means that 0.95 lie below.",
        "np.quantile(normal_errors, 1 - share)",
    ),
    solution="""
def threshold_for(normal_errors, share):
    return np.quantile(normal_errors, 1 - share)
""",
    answer_name="threshold_for",
    mistakes=(
        "def threshold_for(normal_errors, share):\n    return np.quantile(normal_errors, share)",
        "def threshold_for(normal_errors, share):\n    return normal_errors.max()",
        "def threshold_for(normal_errors, share):\n"
        "    return normal_errors.mean() + 3 * normal_errors.std()",
        "def threshold_for(normal_errors, share):\n"
        "    return normal_errors.mean() + normal_errors.std()",
        "def threshold_for(normal_errors, share):\n    return normal_errors > share",
    ),
)


def _windows(seed: int) -> np.ndarray:
    """Scaled windows of three normal minutes: (windows, 64)."""
    signal = make_ecg_like(180, rate=50, seed=seed).signal
    return sliding_windows((signal - signal.mean()) / signal.std(), 64, stride=4)[0]


def _check_conv(answer) -> str:
    train, new = _windows(1200), _windows(1201)
    pca = PCA(8).fit(train)
    by_pca = np.mean((new - pca.inverse_transform(pca.transform(new))) ** 2)
    keras.utils.set_random_seed(0)
    model = answer()
    wrong_if(
        not isinstance(model, keras.Model), "Return a Keras model: end the function with return."
    )
    wrong_if(
        model.input_shape != (None, 64) or model.output_shape != (None, 64),
        f"It maps {model.input_shape} to {model.output_shape}; windows are (None, 64) on both "
        "sides. Reshape makes (64, 1) of them for a convolution, and back.",
    )
    kinds = {type(layer) for layer in model.layers}
    wrong_if(keras.layers.Conv1D not in kinds, "It has no Conv1D layer.")
    wrong_if(
        any(issubclass(kind, keras.layers.RNN) for kind in kinds),
        "It has a recurrent layer, and the question is whether it takes one.",
    )
    narrowest = min(int(np.prod(layer.output.shape[1:])) for layer in model.layers)
    wrong_if(
        narrowest > 8,
        f"Its narrowest layer puts out {narrowest} numbers; the code may have 8. A wider one can "
        "copy.",
    )
    wrong_if(not model.compiled, "The model is not compiled.")
    model.fit(train, train, batch_size=64, epochs=30, verbose=0)
    drawn = model.predict(new, batch_size=512, verbose=0)
    wrong_if(
        drawn.min() >= 0,
        "It never puts out a negative number, and half of the signal is below zero. Leave the "
        "last layer without an activation.",
    )
    error = np.mean((new - drawn) ** 2)
    wrong_if(
        error > 0.5 * by_pca,
        f"It leaves {error:.2f} of new normal windows unexplained, PCA {by_pca:.2f}, and half of "
        "that is asked for. A network of linear layers is at best PCA; put nonlinear layers "
        "before and after the code, and try a larger learning rate.",
    )
    return (
        f"It leaves {error:.2f} unexplained, PCA of the same size {by_pca:.2f}. The nonlinear map "
        "does it, and no recurrence is needed for windows of fixed length."
    )


_LINEAR_CONV = """
def conv_autoencoder():
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Reshape((64, 1)),
            keras.layers.Conv1D(8, 5, strides=4, padding="same"),
            keras.layers.Flatten(),
            keras.layers.Dense(8),
            keras.layers.Dense(64),
        ]
    )
    model.compile(keras.optimizers.Adam(0.003), "mse")
    return model
"""

q2 = Exercise(
    "12.2",
    "An autoencoder without an LSTM",
    _check_conv,
    hints=(
        "Reshape to (64, 1), convolutions with strides, Flatten, a Dense layer of 8 units; then "
        "up again.",
        "The convolutions and the first layer after the code need an activation such as relu; "
        "code and output need none.",
        "After the code, Dense(128, activation='relu') and Dense(64) are enough, with Adam and a "
        "learning rate of 0.003.",
    ),
    solution="""
def conv_autoencoder():
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Reshape((64, 1)),
            keras.layers.Conv1D(16, 9, strides=2, padding="same", activation="relu"),
            keras.layers.Conv1D(16, 5, strides=2, padding="same", activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(8),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(64),
        ]
    )
    model.compile(keras.optimizers.Adam(0.003), "mse")
    return model
""",
    answer_name="conv_autoencoder",
    mistakes=(
        _LINEAR_CONV,
        _LINEAR_CONV.replace("Dense(64)", "Dense(64, activation='relu')"),
        _LINEAR_CONV.replace("Dense(8)", "Dense(64, activation='relu')"),
        _LINEAR_CONV.replace('Conv1D(8, 5, strides=4, padding="same")', "LSTM(8)"),
        _LINEAR_CONV.replace('    model.compile(keras.optimizers.Adam(0.003), "mse")\n', ""),
    ),
    points=2,
)


def _intervals(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Beat-to-beat intervals in seconds, and whether the rhythm is stuck: (800,) each."""
    rng = np.random.default_rng(seed)
    now, phases = 0.0, rng.random(2)
    intervals = []
    for _ in range(800):  # the rule of utils.data.ecg_like
        waves = np.sin(2 * np.pi * (np.array([0.25, 0.1]) * now + phases))
        beat = 0.857 * (1 + 0.03 * waves[0] + 0.02 * waves[1] + 0.01 * rng.standard_normal())
        intervals.append(beat)
        now += beat
    intervals, stuck = np.array(intervals), np.zeros(800, dtype=bool)
    for start in 80 + 140 * np.arange(5):
        stuck[start : start + 30] = True
        level = rng.choice(intervals)  # a normal interval, again and again
        intervals[start : start + 30] = level + 0.007 * rng.standard_normal(30)
    return intervals, stuck


def _check_stuck(answer) -> str:
    areas = []
    for seed in (1, 2, 3):
        intervals, stuck = _intervals(seed)
        got = answer(intervals.copy())
        _nothing(got)
        got = np.asarray(got, dtype=float)
        wrong_if(
            got.shape != intervals.shape,
            f"Give one score a beat: for {len(intervals)} intervals yours has shape {got.shape}.",
        )
        wrong_if(
            not np.isfinite(got).all(),
            f"{int(np.sum(~np.isfinite(got)))} scores are not finite; mind the first beats, "
            "where a window over the past is not full yet.",
        )
        areas.append(roc_auc_score(stuck, got))
    area = float(np.mean(areas))
    wrong_if(
        area < 0.2,
        f"ROC AUC {area:.2f}: the score is upside down, larger where the rhythm is free.",
    )
    wrong_if(
        area < 0.6,
        f"ROC AUC {area:.2f}, about chance: a stuck interval is as long as a normal one. What is "
        "gone is the change from beat to beat.",
    )
    wrong_if(
        area < 0.9,
        f"ROC AUC {area:.2f}, and 0.9 is asked for. Two equal intervals happen by chance; several "
        "in a row do not.",
    )
    return "A fault can be too normal. No window of a beat and a half could have told you."


q3 = Exercise(
    "12.3",
    "Too regular",
    _check_stuck,
    hints=(
        "The interval itself is normal; look at how much intervals differ among neighbours.",
        "The standard deviation over about ten beats falls when the rhythm is stuck; the score "
        "must rise.",
        "pd.Series(intervals).rolling(9, center=True, min_periods=2).std() has a value for each "
        "beat; mind the sign.",
    ),
    solution="""
import pandas as pd

def stuck_score(intervals):
    return -pd.Series(intervals).rolling(9, center=True, min_periods=2).std().to_numpy()
""",
    answer_name="stuck_score",
    mistakes=(
        "def stuck_score(intervals):\n    return np.abs(intervals - intervals.mean())",
        "import pandas as pd\n\ndef stuck_score(intervals):\n"
        "    return pd.Series(intervals).rolling(9, center=True, min_periods=2).std().to_numpy()",
        "def stuck_score(intervals):\n    return -np.abs(np.diff(intervals, prepend=0))",
        "def stuck_score(intervals):\n    return -np.abs(np.diff(intervals))",
        "import pandas as pd\n\ndef stuck_score(intervals):\n"
        "    return -pd.Series(intervals).rolling(9).std().to_numpy()",
    ),
    points=2,
)

EXERCISES = (q1, q2, q3)
