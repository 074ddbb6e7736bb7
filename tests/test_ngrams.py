"""N-gram models: probabilities that sum to one, and agree with counting by hand."""

import time
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.text.ngrams import SMOOTHINGS, NGramModel

codes_of_five = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(np.array)
each_smoothing = pytest.mark.parametrize("smoothing", SMOOTHINGS)


@given(codes_of_five, st.integers(1, 6), st.sampled_from(SMOOTHINGS), st.data())
@settings(deadline=None)
def test_probabilities_sum_to_one_after_any_history(codes, order, smoothing, data):
    model = NGramModel(codes, 6, order, smoothing)  # symbol 5 is never seen
    history = np.array(data.draw(st.lists(st.integers(0, 5), max_size=8)), dtype=int)
    distribution = model.distribution(history)
    assert distribution.shape == (6,)
    assert distribution.min() > 0
    assert distribution.sum() == pytest.approx(1, abs=1e-12)


@given(codes_of_five, st.integers(1, 6), st.sampled_from(SMOOTHINGS), codes_of_five)
@settings(deadline=None)
def test_scoring_is_the_distribution_one_by_one(codes, order, smoothing, text):
    model = NGramModel(codes, 5, order, smoothing)
    scores = model.log_probabilities(text)
    expected = [np.log(model.distribution(text[:i])[text[i]]) for i in range(len(text))]
    np.testing.assert_allclose(scores, expected, rtol=1e-12)


@each_smoothing
def test_history_is_what_was_read_before(smoothing):
    text = np.random.default_rng(0).integers(0, 5, 300)
    model = NGramModel(text[:200], 5, 4, smoothing)
    whole = model.log_probabilities(text)
    np.testing.assert_allclose(model.log_probabilities(text[250:], text[:250]), whole[250:])
    np.testing.assert_allclose(model.log_probabilities(text[250:], text[247:250]), whole[250:])


def by_hand_witten_bell(train, size, order):
    counts = [defaultdict(Counter) for _ in range(order)]
    for place, code in enumerate(train):
        for length in range(min(order, place + 1)):
            counts[length][tuple(train[place - length : place])][code] += 1

    def probability(code, history):
        result = 1 / size
        for length in range(order):
            if length > len(history):
                break
            seen = counts[length].get(tuple(history[len(history) - length :]))
            if seen:
                total, kinds = sum(seen.values()), len(seen)
                result = (seen[code] + kinds * result) / (total + kinds)
        return result

    return probability


def test_witten_bell_by_hand():
    generator = np.random.default_rng(1)
    train, text = generator.integers(0, 4, 120).tolist(), generator.integers(0, 4, 40).tolist()
    probability = by_hand_witten_bell(train, 4, 4)
    expected = [np.log(probability(code, text[:i])) for i, code in enumerate(text)]
    model = NGramModel(np.array(train), 4, 4, "witten-bell")
    np.testing.assert_allclose(model.log_probabilities(np.array(text)), expected)


def test_kneser_ney_bigram_by_hand():
    # "abab ac": a is followed by b, b, c. Too small for estimates: every discount is 1/2 but
    # that of counts of 1 and 2 where both occur: one / (one + 2 two).
    train = np.array([0, 1, 0, 1, 0, 2])
    model = NGramModel(train, 3, 2)
    # Bigrams: ab 2, ba 2, ac 1. One of count 1, two of count 2: discount 1 / (1 + 4) = 0.2.
    # Unigram counts are the kinds of symbols before: a 1 (b), b 1 (a), c 1 (a); discount 1/2.
    unigram = (1 - 0.5) / 3 + (3 * 0.5 / 3) / 3
    after_a = np.array([0, 2 - 0.2, 1 - 0.2]) / 3 + (2 * 0.2 / 3) * unigram
    np.testing.assert_allclose(model.distribution(np.array([0])), after_a)
    np.testing.assert_allclose(model.distribution(np.array([], dtype=int)), [1 / 3] * 3)


def test_kneser_ney_counts_surroundings_not_occurrences():
    # "Francisco" comes often, and only after "San": after another word it is not likely.
    san, francisco, the, a, b = range(5)
    train = np.array([san, francisco] * 30 + [the, a, b, a, the, b, the, a, a, b, b, the, the] * 2)
    unigram = {s: NGramModel(train, 5, 2, s).distribution(np.array([b])) for s in SMOOTHINGS}
    assert unigram["kneser-ney"][francisco] < unigram["witten-bell"][francisco]


@each_smoothing
def test_learns_what_repeats(smoothing):
    text = np.tile([0, 1, 2, 3], 200)
    model = NGramModel(text, 4, 3, smoothing)
    assert -model.log_probabilities(text).mean() < 0.05


def test_a_million_characters_in_seconds():
    # No timed test: a generous limit that only a loop over characters would break.
    text = np.random.default_rng(0).zipf(1.5, 1_000_000) % 64
    started = time.monotonic()
    model = NGramModel(text, 64, 7)
    assert np.isfinite(model.log_probabilities(text[:200_000])).all()
    assert time.monotonic() - started < 120


def test_text_shorter_than_the_order():
    model = NGramModel(np.array([0, 1]), 2, 5)
    assert model.distribution(np.array([0, 1, 0, 1, 0])).sum() == pytest.approx(1)


def test_no_codes_to_score():
    assert NGramModel(np.array([0, 1]), 2, 2).log_probabilities(np.array([], int)).shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NGramModel(np.array([], dtype=int), 3, 2), "codes is empty"),
        (lambda: NGramModel(np.array([0, 3]), 3, 2), "0 to 2"),
        (lambda: NGramModel(np.array([0, -1]), 3, 2), "0 to 2"),
        (lambda: NGramModel(np.array([0.0, 1.0]), 3, 2), "integers"),
        (lambda: NGramModel(np.array([[0, 1]]), 3, 2), "must be"),
        (lambda: NGramModel(np.array([0, 1]), 3, 0), "order is 0"),
        (lambda: NGramModel(np.array([0, 1]), 100, 10), "1 to 9"),
        (lambda: NGramModel(np.array([0, 1]), 0, 1), "vocabulary_size is 0"),
        (lambda: NGramModel(np.array([0, 1]), 3, 2, "laplace"), "kneser-ney, witten-bell"),
        (lambda: NGramModel(np.array([0, 1]), 3, 2).distribution(np.array([3])), "history"),
        (lambda: NGramModel(np.array([0, 1]), 3, 2).log_probabilities(np.array([3])), "0 to 2"),
    ],
)
def test_bad_input_says_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
