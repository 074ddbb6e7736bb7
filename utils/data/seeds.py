"""What the generators of synthetic data ask of their numbers: whole, and seeds that repeat."""

from __future__ import annotations

import numbers


def is_whole(value: object) -> bool:
    """Whether it is a whole number, of Python or NumPy; True and False are none."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def seed_parts(seed: int | tuple[int, ...]) -> tuple[int, ...]:
    """A seed as a tuple for ``numpy.random.default_rng``.

    Raises
    ------
    ValueError
        If it is neither a whole number from 0 on nor a tuple of such numbers.
    """
    parts = seed if isinstance(seed, tuple) else (seed,)
    if not parts or not all(is_whole(part) and part >= 0 for part in parts):
        raise ValueError(
            f"seed is {seed!r}; it must be a whole number, 0 or above, or a tuple of them."
        )
    return tuple(int(part) for part in parts)
