"""Sampling: distributions stay distributions, and limits are what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from utils.sampling import apply_temperature, draw, keep_top_k, keep_top_p

logits = hnp.arrays(float, st.integers(1, 30), elements=st.floats(-50, 50))


@given(logits, st.floats(1e-3, 1e3))
def test_temperature_gives_a_distribution_in_the_same_order(values, temperature):
    p = apply_temperature(values, temperature)
    assert p.sum() == pytest.approx(1)
    assert p[np.argmax(values)] == p.max()


@given(logits)
def test_temperature_one_is_softmax(values):
    np.testing.assert_allclose(apply_temperature(values), np.exp(values) / np.exp(values).sum())


def test_temperature_limits_and_zero_probability():
    values = np.array([0.0, 1.0, -np.inf])
    np.testing.assert_allclose(apply_temperature(values, 1e-6), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(apply_temperature(values, 1e6), [0.5, 0.5, 0], atol=1e-5)


@pytest.mark.parametrize("temperature", [0, -1, 0.0, float("nan"), float("inf"), "hot", None])
def test_temperature_has_to_be_above_zero(temperature):
    with pytest.raises(ValueError, match="above 0"):
        apply_temperature(np.zeros(3), temperature)


@given(logits, st.data())
def test_top_k_keeps_k(values, data):
    k = data.draw(st.integers(1, len(values)))
    p = apply_temperature(values, 10.0)
    kept = keep_top_k(p, k)
    assert kept.sum() == pytest.approx(1)
    assert np.count_nonzero(kept) == k
    assert p[kept > 0].min() >= p[kept == 0].max(initial=0)


@pytest.mark.parametrize("k", [0, -1, 4, 2.0, True, None])
def test_k_out_of_range(k):
    with pytest.raises(ValueError, match="1 to 3"):
        keep_top_k(np.full(3, 1 / 3), k)


@given(logits, st.floats(0.01, 1))
def test_top_p_keeps_the_smallest_set_that_holds_p(values, p):
    whole = apply_temperature(values, 10.0)
    kept = keep_top_p(whole, p)
    assert kept.sum() == pytest.approx(1)
    mass = np.sort(whole[kept > 0])
    assert mass.sum() >= p - 1e-9
    if p < 1:
        assert mass[1:].sum() < p + 1e-9  # without its least probable member it is too small


def test_top_p_one_changes_nothing():
    p = apply_temperature(np.linspace(-30, 0, 50))
    np.testing.assert_allclose(keep_top_p(p, 1.0), p)


@pytest.mark.parametrize("p", [0, -0.1, 1.1, float("nan"), "most"])
def test_p_out_of_range(p):
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        keep_top_p(np.full(3, 1 / 3), p)


@pytest.mark.parametrize("function", [lambda p: keep_top_k(p, 1), lambda p: keep_top_p(p, 0.9)])
@pytest.mark.parametrize("bad", [[0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0], []])
def test_what_is_no_distribution(function, bad):
    with pytest.raises(ValueError, match="probabilities"):
        function(np.array(bad))


@pytest.mark.parametrize("bad", [[np.nan, 0.0], [-np.inf, -np.inf], [np.inf, 0.0], []])
def test_what_are_no_logits(bad):
    with pytest.raises(ValueError, match="logits"):
        apply_temperature(np.array(bad))


def test_draws_follow_the_distribution():
    p = np.array([0.0, 0.2, 0.5, 0.3, 0.0])
    drawn = draw(np.tile(p, (20_000, 1)), np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=5)
    assert counts[0] == counts[4] == 0
    # Four standard errors of a share of one half.
    np.testing.assert_allclose(counts / 20_000, p, atol=4 * 0.5 / np.sqrt(20_000))


@given(hnp.arrays(float, (3, 7), elements=st.floats(-5, 5)), st.integers(0, 100))
def test_rows_are_drawn_independently_of_their_neighbours_and_repeatably(values, seed):
    p = apply_temperature(values)
    one, two = (draw(p, np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert one.shape == (3,)
    assert (0 <= one).all() and (one < 7).all()
