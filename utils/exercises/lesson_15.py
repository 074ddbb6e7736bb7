"""Exercises of lesson 15, a network that writes one character at a time."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _check_bytes(answer) -> str:
    bits = 1.5 * 1_000_000 / np.log(2)
    wrong_if(abs(answer - bits) < 20, "Those are bits; a byte has eight of them.")
    wrong_if(abs(answer - 187_500) < 20, "Nats are not bits: one nat is 1 / ln 2 bits.")
    wrong_if(
        abs(answer - 1_500_000 * np.log(2) / 8) < 20,
        "You multiplied by ln 2. A nat is more than a bit, so the number of bits is larger.",
    )
    wrong_if(
        abs(answer - bits / 8) > 500,
        "Go from nats to bits for one character, then to a million characters, then to bytes.",
    )
    return (
        "1.5 / ln 2 = 2.164 bits a character, 270,505 bytes in all: with arithmetic coding, a "
        "model that predicts is a compressor, and this text shrinks to about 27 % of its bytes."
    )


q1 = Exercise(
    "15.1",
    "From nats to bytes",
    _check_bytes,
    hints=(
        "Cross-entropy is the average length of an ideal code for one character, in nats.",
        "One nat is 1 / ln 2 = 1.4427 bits; eight bits are a byte.",
    ),
    solution="bytes_needed = 1.5 / np.log(2) * 1_000_000 / 8",
    answer_name="bytes_needed",
    mistakes=(
        "bytes_needed = 1.5 / np.log(2) * 1_000_000",
        "bytes_needed = 1.5 * 1_000_000 / 8",
        "bytes_needed = 1.5 * np.log(2) * 1_000_000 / 8",
        "bytes_needed = 1_000_000",
    ),
)


def _check_sharpen(answer) -> str:
    p = np.array([0.5, 0.3, 0.2, 0.0])
    with np.errstate(all="ignore"):
        same, sharp, cold, flat = (answer(p.copy(), t) for t in (1.0, 0.5, 0.0005, 4.0))
    wrong_if(same is None, "The function returns nothing; end it with return.")
    same, sharp, cold, flat = (np.asarray(x, dtype=float) for x in (same, sharp, cold, flat))
    wrong_if(same.shape != p.shape, f"The result has shape {same.shape} instead of {p.shape}.")
    wrong_if(
        np.isnan(sharp).any(),
        "A symbol with probability 0 has become NaN: log(0) is minus infinity, and something "
        "was done with it. Its probability should stay 0.",
    )
    wrong_if(abs(sharp.sum() - 1) > 1e-6, "With temperature 0.5 the result does not sum to one.")
    wrong_if(
        np.allclose(sharp, np.sqrt(p) / np.sqrt(p).sum(), atol=1e-3),
        "Temperature 0.5 has made it flatter. Divide the logarithm by the temperature.",
    )
    wrong_if(not np.allclose(same, p, atol=1e-6), "Temperature 1 must change nothing.")
    wrong_if(
        np.isnan(cold).any() or not np.allclose(cold, [1, 0, 0, 0], atol=1e-6),
        "At temperature 0.0005 everything underflows to 0 / 0. Divide by the largest probability "
        "(subtract the largest logarithm) first.",
    )
    wrong_if(flat[3] > 1e-9, "The symbol with probability 0 got some: what is impossible stays so.")
    good = p**2 / (p**2).sum()
    wrong_if(not np.allclose(sharp, good, atol=1e-6), "Temperature 0.5 should square the odds.")
    return (
        "p to the power 1/T, divided by its sum. Shifting by the maximum first keeps every "
        "temperature above 0 finite."
    )


q2 = Exercise(
    "15.2",
    "Temperature without log(0)",
    _check_sharpen,
    hints=(
        "softmax(log p / T) is p to the power 1 / T, divided by its sum: no logarithm needed.",
        "0.5 ** 2000 is too small for a float. Which scaling of p leaves the result the same?",
        "Divide p by p.max() before you raise it to the power.",
    ),
    solution="""def with_temperature(p, temperature):
    weights = (p / p.max()) ** (1 / temperature)
    return weights / weights.sum()""",
    answer_name="with_temperature",
    mistakes=(
        """def with_temperature(p, temperature):
    weights = p ** temperature
    return weights / weights.sum()""",
        """def with_temperature(p, temperature):
    return p ** (1 / temperature)""",
        """def with_temperature(p, temperature):
    weights = p ** (1 / temperature)
    return weights / weights.sum()""",
        """def with_temperature(p, temperature):
    weights = np.exp(np.log(p + 1e-6) / temperature)
    return weights / weights.sum()""",
        """def with_temperature(p, temperature):
    logs = np.log(p) / temperature
    weights = np.exp(logs - logs.min())
    return weights / weights.sum()""",
    ),
)


def _check_follows(answer) -> str:
    codes = np.arange(24)
    starts = np.array([0, 8, 16])

    def batch(step):
        return (starts[:, None] + step * 4 + np.arange(4)) % 24

    good = [answer(batch(0), batch(1), codes), answer(batch(1), batch(2), codes)]
    wrong_if(any(g is None for g in good), "The function returns nothing; end it with return.")
    wrong_if(
        not good[0],
        "The rows [0..3], [8..11], [16..19] are followed by [4..7], [12..15], [20..23]: every "
        "row goes on where it stopped, and your function says it does not.",
    )
    wrong_if(
        not good[1],
        "Readers wrap around: after [20..23] at the end of a text of 24 comes [0..3].",
    )
    shuffled = batch(1)[[1, 0, 2]]
    wrong_if(
        answer(batch(0), shuffled, codes),
        "Two rows of the second batch were swapped, so two states meet the wrong text, and your "
        "function does not notice.",
    )
    wrong_if(answer(batch(0), batch(2), codes), "Batch 2 after batch 0 leaves a gap unnoticed.")
    wrong_if(
        answer(batch(0), np.array([[4, 5, 6, 7], [12, 13, 14, 15], [8, 9, 10, 11]]), codes),
        "The last row of the second batch does not go on from the first; look at all the rows.",
    )
    return (
        "Row r of a batch has to begin one character after row r of the batch before ended. This "
        "is the whole contract of carried state, and shuffling breaks it without a word."
    )


q3 = Exercise(
    "15.3",
    "Does the state fit the next batch?",
    _check_follows,
    hints=(
        "Here every code occurs once, so a row tells where in the text it is.",
        "Compare the last column of the first batch with the first column of the second.",
        "The character after place n is at (n + 1) % len(codes).",
    ),
    solution="""def goes_on(first, second, codes):
    return bool(np.all(second[:, 0] == (first[:, -1] + 1) % len(codes)))""",
    answer_name="goes_on",
    mistakes=(
        """def goes_on(first, second, codes):
    return bool(np.all(second[:, 0] == first[:, -1] + 1))""",
        """def goes_on(first, second, codes):
    return bool(second[0, 0] == (first[0, -1] + 1) % len(codes))""",
        """def goes_on(first, second, codes):
    return bool(np.all(second[:, 0] == first[:, -1]))""",
        """def goes_on(first, second, codes):
    return set(second[:, 0]) == set((first[:, -1] + 1) % len(codes))""",
    ),
)

_CODE = "x = 1  # one # two\ny = 2\n# three"


def _check_comment(answer) -> str:
    got = answer(_CODE)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = np.asarray(got, dtype=float)
    wrong_if(
        got.shape != (len(_CODE),),
        f"The result has shape {got.shape}; one value for each character is ({len(_CODE)},).",
    )
    expected, inside = [], False
    for character in _CODE:
        inside = character != "\n" and (inside or character == "#")
        expected.append(float(inside))
    wrong_if(
        got[_CODE.index("\n") + 1] > 0,
        "The comment of the first line goes on in the second: a comment ends with its line.",
    )
    wrong_if(np.array_equal(got, [c == "#" for c in _CODE]), "That marks the signs, not the text.")
    wrong_if(got[_CODE.index("two")] == 0, "A second # inside a comment does not end it.")
    wrong_if(got[_CODE.index("\n")] > 0, "The line end is not part of the comment.")
    wrong_if(
        not np.array_equal(got, expected),
        f"Expected for {_CODE!r}: {''.join(str(int(e)) for e in expected)}.",
    )
    return (
        "A feature is one number a character, made from the text alone. Give it to best_cell: the "
        "cell is found on one part of the text and has to prove itself on another."
    )


q4 = Exercise(
    "15.4",
    "Look for a cell of your own",
    _check_comment,
    hints=(
        "Go through the text with one variable that remembers whether you are inside.",
        "# switches it on, a line end switches it off.",
    ),
    solution="""def in_comment(text):
    inside, marks = False, []
    for character in text:
        inside = character != "\\n" and (inside or character == "#")
        marks.append(float(inside))
    return np.array(marks)""",
    answer_name="in_comment",
    mistakes=(
        """def in_comment(text):
    return np.array([float(c == "#") for c in text])""",
        """def in_comment(text):
    return np.minimum(1.0, np.cumsum([c == "#" for c in text]))""",
        """def in_comment(text):
    return np.cumsum([c == "#" for c in text]) % 2 * 1.0""",
        """def in_comment(text):
    inside, marks = False, []
    for character in text:
        inside = inside or character == "#"
        marks.append(float(inside))
        inside = inside and character != "\\n"
    return np.array(marks)""",
    ),
)

EXERCISES = (q1, q2, q3, q4)
