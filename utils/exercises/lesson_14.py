"""Exercises of lesson 14: attention weights, scores, beam search, a rule for Finnish dates."""

from __future__ import annotations

import datetime

import numpy as np

from utils.data.dates import write_date
from utils.exercises import Exercise, wrong_if


def _check_weights(answer):
    given = np.asarray(answer, dtype=float).ravel()
    wrong_if(given.size != 4, f"Give four weights, padding included; you gave {given.size}.")
    scores = np.array([2.0, 1.0, 0.0, 5.0])
    unmasked = np.exp(scores) / np.exp(scores).sum()
    wrong_if(
        np.allclose(given, unmasked, atol=0.006),
        "This is the softmax without a mask: nearly all of the weight lies on padding.",
    )
    zeroed = np.exp([2.0, 1.0, 0.0, 0.0])
    wrong_if(
        np.allclose(given, zeroed / zeroed.sum(), atol=0.006),
        "You set the score of the padding to 0; but exp(0) is 1, so it still gets weight. What "
        "score has an exponential of zero?",
    )
    wrong_if(
        np.allclose(given, unmasked * [1, 1, 1, 0], atol=0.003),
        "You set the weight of the padding to 0 after the softmax: the others sum to far less "
        "than 1, and the context shrinks. Mask before the softmax.",
    )
    wrong_if(given[3] != 0, "The weight on padding must be exactly 0.")
    wrong_if(abs(given.sum() - 1) > 0.02, f"Weights sum to 1; yours sum to {given.sum():.3f}.")
    right = np.exp(scores[:3]) / np.exp(scores[:3]).sum()
    wrong_if(
        not np.allclose(given[:3], right, atol=0.006),
        "They sum to 1 and padding has none, but the rest is not the softmax of 2, 1, 0.",
    )
    return (
        "Each score one higher weighs e times as much: 0.665, 0.245, 0.090. The 5 of the padding "
        "does not matter, whatever it is."
    )


def _check_scores(answer):
    generator = np.random.default_rng(3)
    query, memory = generator.normal(size=(2, 9)), generator.normal(size=(5, 9))
    right = query @ memory.T / 3
    given = np.asarray(answer(query.copy(), memory.copy()), dtype=float)
    wrong_if(
        given.shape == (5, 2),
        "The shape is (read, written). Rows are what is written, columns what is read.",
    )
    wrong_if(
        given.shape != (2, 5),
        f"For 2 written and 5 read steps the scores must be (2, 5); yours are {given.shape}.",
    )
    wrong_if(np.allclose(given, 3 * right), "The products are right; now divide by sqrt(units).")
    wrong_if(
        np.allclose(given, right / 3),
        "You divide by the number of units; it is its square root that keeps the spread of the "
        "scores near 1.",
    )
    wrong_if(
        np.allclose(given, 3 * right / np.sqrt(5)) or np.allclose(given, 3 * right / np.sqrt(2)),
        "You divide by the root of a number of steps; it must be the number of units, the last "
        "axis.",
    )
    wrong_if(
        np.allclose(given.sum(axis=1), 1),
        "Your rows sum to 1: these are weights. The scores are what goes into the softmax.",
    )
    wrong_if(not np.allclose(given, right), "The shape is right and the values are not.")
    return (
        "A sum of n products of numbers with spread 1 has spread sqrt(n). Divided by that, the "
        "softmax starts out soft, however many units there are."
    )


def _check_beam(answer):
    wrong_if(
        not isinstance(answer, (tuple, list)) or len(answer) != 2,
        'Answer with a pair: the two characters and their probability, such as ("Ax", 0.25).',
    )
    text, probability = str(answer[0]), float(answer[1])
    wrong_if(
        text in ("Ax", "Ay"),
        "That is where greedy decoding goes: A is likelier at first. But a beam of two keeps B as "
        "well. Multiply along each path.",
    )
    wrong_if(text != "Bx", "Four answers are possible; which has the largest product?")
    wrong_if(
        abs(probability - 0.9) < 1e-6,
        "0.9 is the probability of x once B is written. B itself has to be written first.",
    )
    wrong_if(
        abs(probability - 1.3) < 1e-6,
        "Probabilities along a path are multiplied (their logarithms are added).",
    )
    wrong_if(abs(probability - 0.36) > 1e-3, "The path is right; its probability is a product.")
    return (
        "0.4 x 0.9 = 0.36 beats 0.6 x 0.5 = 0.30. The likeliest first character need not begin "
        "the likeliest answer."
    )


def _check_finnish(answer):
    first = datetime.date(1905, 1, 1)
    for number in range(400):
        # 173 is prime to the length of a year, so all months and days of the week come up.
        date = first + datetime.timedelta(days=173 * number)
        text, _ = write_date(date, "fi", ("full", "long", "medium")[number % 3])
        given = answer(text)
        wrong_if(
            not isinstance(given, str),
            f"For {text!r} the function returned {given!r}; it must return text.",
        )
        right = date.isoformat()
        unpadded = f"{date.year}-{date.month}-{date.day}"
        wrong_if(
            given == unpadded != right,
            f"For {text!r} you wrote {given!r}; ISO 8601 has two digits for month and day.",
        )
        wrong_if(
            given == f"{date.year}-{date.day:02}-{date.month:02}" != right,
            f"For {text!r} you swapped month and day.",
        )
        wrong_if(given != right, f"For {text!r} you wrote {given!r}; it should be {right!r}.")
    return (
        "Twelve names and an order are all there is to know, and no number of dates in other "
        "languages contains them. A few examples would: the network has to be shown."
    )


q1 = Exercise(
    "14.1",
    "Weights by hand",
    _check_weights,
    hints=(
        "Padding takes no part at all: leave it out, then take the softmax of the others.",
        "e**2, e**1 and e**0, each divided by their sum; then a 0 for the padding.",
    ),
    solution="""
scores = np.array([2.0, 1.0, 0.0, 5.0])
scores[3] = -1e9
answer_1 = np.exp(scores) / np.exp(scores).sum()
""",
    answer_name="answer_1",
    mistakes=(
        "answer_1 = np.exp([2, 1, 0, 5]) / np.exp([2, 1, 0, 5]).sum()",
        "answer_1 = np.exp([2, 1, 0, 0]) / np.exp([2, 1, 0, 0]).sum()",
        "answer_1 = np.exp([2, 1, 0, 5]) / np.exp([2, 1, 0, 5]).sum() * [1, 1, 1, 0]",
        "answer_1 = [0.665, 0.245, 0.09]",
        "answer_1 = [2 / 3, 1 / 3, 0, 0]",
    ),
)

q2 = Exercise(
    "14.2",
    "A score without parameters",
    _check_scores,
    hints=(
        "One matrix product scores all pairs. Which of the two must be transposed?",
        "The number of units is query.shape[-1].",
    ),
    solution="""
def scaled_scores(query, memory):
    return query @ memory.T / np.sqrt(query.shape[-1])
""",
    answer_name="scaled_scores",
    mistakes=(
        "def scaled_scores(query, memory):\n    return query @ memory.T",
        "def scaled_scores(query, memory):\n    return memory @ query.T / np.sqrt(query.shape[-1])",
        "def scaled_scores(query, memory):\n    return query @ memory.T / np.sqrt(len(memory))",
        "def scaled_scores(query, memory):\n    return query @ memory.T / query.shape[-1]",
    ),
    points=2,
)

q3 = Exercise(
    "14.3",
    "When greedy is wrong",
    _check_beam,
    hints=(
        "Write down all four answers with the product of their two probabilities.",
        "A first: 0.6 x 0.5 either way. B first: 0.4 x 0.9 or 0.4 x 0.1.",
    ),
    solution='answer_3 = ("Bx", 0.4 * 0.9)',
    answer_name="answer_3",
    mistakes=(
        'answer_3 = ("Ax", 0.3)',
        'answer_3 = ("Bx", 0.9)',
        'answer_3 = ("Bx", 0.4 + 0.9)',
        'answer_3 = "Bx"',
    ),
)

q4 = Exercise(
    "14.4",
    "Finnish by rule",
    _check_finnish,
    hints=(
        "Two cases: all digits (21.11.2026), or day, name and year. In both the day comes first "
        "among the digits and the year last.",
        "re.findall(r'[0-9]+', text) gives two or three runs. With two, look for the month whose "
        "beginning occurs in the text.",
        "Mind the weekdays: none of them contains the beginning of a month followed by 'kuuta'. "
        "f'{5:02}' writes 05.",
    ),
    solution="""
import re

months = "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu".split()


def finnish(text):
    runs = [int(run) for run in re.findall("[0-9]+", text)]
    if len(runs) == 2:
        name = next(i for i, month in enumerate(months, 1) if month + "kuuta" in text)
        runs.insert(1, name)
    day, month, year = runs
    return f"{year}-{month:02}-{day:02}"
""",
    answer_name="finnish",
    mistakes=(
        """
import re
months = "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu".split()
def finnish(text):
    runs = [int(run) for run in re.findall("[0-9]+", text)]
    if len(runs) == 2:
        runs.insert(1, next(i for i, m in enumerate(months, 1) if m + "kuuta" in text))
    return f"{runs[2]}-{runs[1]}-{runs[0]}"
""",
        """
import re
def finnish(text):
    return "-".join(f"{int(run):02}" for run in reversed(re.findall("[0-9]+", text)))
""",
        "def finnish(text):\n    print(text)",
    ),
    points=3,
)

EXERCISES = (q1, q2, q3, q4)
