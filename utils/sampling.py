"""Choosing the next symbol from a distribution: temperature, top-k, top-p.

Distributions are along the last axis and sum to one. Everything works on logarithms shifted by
their maximum, so that no temperature overflows and no logarithm of zero is taken.
"""

from __future__ import annotations

import math
import numbers

import numpy as np


def apply_temperature(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Softmax of the logits divided by the temperature.

    Parameters
    ----------
    logits
        Shape ``(..., symbols)``; natural logarithms of probabilities up to a constant. Minus
        infinity is a probability of zero.
    temperature
        Above 0. Below 1 sharpens, above 1 flattens, 1 changes nothing.

    Returns
    -------
    np.ndarray
        Probabilities of the same shape.

    Raises
    ------
    ValueError
        If the temperature is not a positive finite number, or the logits are not usable.
    """
    if not isinstance(temperature, numbers.Real) or not (
        math.isfinite(temperature) and temperature > 0
    ):
        raise ValueError(
            f"temperature is {temperature!r}; it must be above 0. For the most probable symbol "
            "every time use top-k with k = 1."
        )
    logits = np.asarray(logits, dtype=float)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits has shape {logits.shape}; it must be (..., symbols).")
    top = logits.max(axis=-1, keepdims=True)
    if not np.all(np.isfinite(top)):  # also finds NaN
        raise ValueError("logits has NaN, plus infinity, or minus infinity for every symbol.")
    weights = np.exp((logits - top) / temperature)
    return weights / weights.sum(axis=-1, keepdims=True)


def keep_top_k(probabilities: np.ndarray, k: int) -> np.ndarray:
    """Zero for all but the ``k`` most probable symbols; the rest sums to one again.

    Ties are broken in favour of the lower code, so that exactly ``k`` remain.

    Parameters
    ----------
    probabilities
        Shape ``(..., symbols)``.
    k
        From 1 to the number of symbols.

    Raises
    ------
    ValueError
        If ``k`` is out of range or the probabilities are not.
    """
    probabilities = _checked(probabilities)
    symbols = probabilities.shape[-1]
    if isinstance(k, bool) or not isinstance(k, numbers.Integral) or not 1 <= k <= symbols:
        raise ValueError(
            f"k is {k!r}; with {symbols} symbols it must be an integer from 1 to {symbols}."
        )
    ranks = _ranks(probabilities)
    return _normalised(np.where(ranks < k, probabilities, 0.0))


def keep_top_p(probabilities: np.ndarray, p: float) -> np.ndarray:
    """Zero for all but the smallest set of symbols that holds at least ``p`` of the probability.

    Nucleus sampling (Holtzman et al. 2020). The most probable symbol always stays.

    Parameters
    ----------
    probabilities
        Shape ``(..., symbols)``.
    p
        Above 0 and at most 1; 1 keeps everything.

    Raises
    ------
    ValueError
        If ``p`` is out of range or the probabilities are not.
    """
    probabilities = _checked(probabilities)
    if not isinstance(p, numbers.Real) or not 0 < p <= 1:
        raise ValueError(f"p is {p!r}; it must be above 0 and at most 1.")
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ordered = np.take_along_axis(probabilities, order, axis=-1)
    before = np.cumsum(ordered, axis=-1) - ordered  # probability of everything more probable
    kept = np.take_along_axis(before < p, _ranks(probabilities), axis=-1)
    if p == 1:
        kept = np.ones_like(kept)  # rounding in the sum must not drop the rarest
    return _normalised(np.where(kept, probabilities, 0.0))


def draw(probabilities: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """One symbol for each distribution. Shape ``(..., symbols)`` to integers ``(...)``.

    Parameters
    ----------
    probabilities
        Sum to one along the last axis.
    generator
        From ``np.random.default_rng(seed)``.

    Raises
    ------
    ValueError
        If the probabilities are none.
    """
    probabilities = _checked(probabilities)
    total = np.cumsum(probabilities, axis=-1)
    total /= total[..., -1:]
    needle = generator.random(probabilities.shape[:-1] + (1,))
    return np.sum(total <= needle, axis=-1)


def _ranks(probabilities: np.ndarray) -> np.ndarray:
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    return np.argsort(order, axis=-1, kind="stable")


def _normalised(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=-1, keepdims=True)


def _checked(probabilities: np.ndarray) -> np.ndarray:
    probabilities = np.asarray(probabilities, dtype=float)
    if probabilities.ndim == 0 or probabilities.shape[-1] == 0:
        raise ValueError(
            f"probabilities has shape {probabilities.shape}; it must be (..., symbols)."
        )
    sums = probabilities.sum(axis=-1)
    if np.any(probabilities < 0) or not np.allclose(sums, 1.0, atol=1e-4):
        raise ValueError(
            "probabilities has negative entries or rows that do not sum to one; pass logits "
            "through apply_temperature first."
        )
    return probabilities
