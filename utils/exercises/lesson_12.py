"""Exercises of lesson 12, anomaly detection."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import roc_auc_score

from utils.exercises import Exercise, wrong_if

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
    setup="import numpy as np",
)


def _check_found(answer) -> str:
    segments = [(10, 20), (30, 34), (50, 90), (95, 100)]
    above = np.zeros(100, dtype=bool)
    above[[12, 13, 34, 60, 61]] = True  # 34 is the first sample after the second fault
    got = answer(above.copy(), list(segments))
    _nothing(got)
    wrong_if(np.ndim(got) != 0, f"A share is one number; yours has shape {np.shape(got)}.")
    faulty = np.zeros(100, dtype=bool)
    for start, stop in segments:
        faulty[start:stop] = True
    wrong_if(
        np.isclose(got, above[faulty].mean()),
        "That is the recall by points: the share of faulty samples under alarm. Count faults.",
    )
    wrong_if(got in (2, 3), "That is a number of faults; divide by how many there are.")
    wrong_if(
        np.isclose(got, 0.75),
        "You counted a fault whose only alarm is at `stop`, the first sample after it.",
    )
    wrong_if(
        np.isclose(got, 0.0),
        "You ask for every sample of a fault to be under alarm; one is enough.",
    )
    wrong_if(
        np.isclose(got, 0.4) or np.isclose(got, 2 / 3),
        "Divide by the number of faults, not by the number of alarms.",
    )
    wrong_if(
        not np.isclose(got, 0.5),
        f"For the check's four faults, of which two are found, it gives {got:.3g}.",
    )
    return "Long and short faults weigh the same, which no score by points can say."


q2 = Exercise(
    "12.2",
    "Faults found",
    _check_found,
    hints=(
        "Go through the segments: above[start:stop] are the samples of one fault.",
        "any() of a slice says whether one of them is true.",
        "np.mean([above[start:stop].any() for start, stop in segments])",
    ),
    solution="""
def share_of_faults_found(above, segments):
    return np.mean([above[start:stop].any() for start, stop in segments])
""",
    answer_name="share_of_faults_found",
    mistakes=(
        "def share_of_faults_found(above, segments):\n"
        "    return np.mean(np.concatenate([above[a:b] for a, b in segments]))",
        "def share_of_faults_found(above, segments):\n"
        "    return sum(above[a:b].any() for a, b in segments)",
        "def share_of_faults_found(above, segments):\n"
        "    return np.mean([above[a : b + 1].any() for a, b in segments])",
        "def share_of_faults_found(above, segments):\n"
        "    return np.mean([above[a:b].all() for a, b in segments])",
        "def share_of_faults_found(above, segments):\n    return above.mean()",
    ),
    setup="import numpy as np",
)

_LEAKS = {"B", "C", "D"}
_WHY_NOT = {
    "A": "A uses a normal recording that was held out: no label and nothing of the test part.",
    "E": "E uses errors on normal data; labels and test recording stay unread.",
    "F": "F only reports. Looking at the test part is what it is for, as long as nothing is "
    "chosen by it.",
}
_WHY = {
    "B": "One is missing: B picks the threshold that suits the labels it is scored on.",
    "C": "One is missing: in C mean and deviation know the test recording, faults included.",
    "D": "One is missing: in D the weights are picked by the labels they are scored on.",
}


def _check_leaks(answer) -> str:
    wrong_if(
        isinstance(answer, str) or not hasattr(answer, "__iter__"),
        'Answer with a set of letters, such as {"A", "F"}.',
    )
    got = {str(letter).strip().upper() for letter in answer}
    unknown = got - _LEAKS - set(_WHY_NOT)
    wrong_if(unknown, f"There is no sentence {', '.join(sorted(unknown))}; they go from A to F.")
    for letter in sorted(got - _LEAKS):
        wrong_if(True, _WHY_NOT[letter])
    for letter in sorted(_LEAKS - got):
        wrong_if(True, _WHY[letter])
    return "B and D choose by the labels, C scales by the future; the others may be published."


q3 = Exercise(
    "12.3",
    "Spot the leak",
    _check_leaks,
    hints=(
        "Ask of each sentence: could it have been done before the test recording existed?",
        "Reporting on the test part is no leak; choosing by it is.",
        "There are three.",
    ),
    solution='leaks = {"B", "C", "D"}',
    answer_name="leaks",
    mistakes=(
        'leaks = {"B", "D"}',
        'leaks = {"B", "C", "D", "F"}',
        'leaks = {"A", "B", "C", "D"}',
        'leaks = {"B", "C"}',
        'leaks = "BCD"',
    ),
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


q4 = Exercise(
    "12.4",
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
    setup="import numpy as np",
)

EXERCISES = (q1, q2, q3, q4)
